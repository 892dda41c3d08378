/*
 * The page of a mailed link: nothing happens until the button is pressed, for
 * programs open the links in mails, too. The token leaves the address bar and
 * the history at once. What the link is for stands in the page.
 */
import * as api from './api.js';
import { handle } from './form.js';
import { showOnly } from './view.js';

const token = new URLSearchParams(location.search).get('token');
const { path } = document.body.dataset;

history.replaceState(null, '', location.pathname);

function show(id) {
	const { title } = document.getElementById(id).dataset;

	showOnly(id, title).querySelector('h1').focus();
}

/* A fault of the token has no field to stand beside. */
function isWorn({ status }) {
	return status === 400 || status === 422;
}

async function submit() {
	await api.followLink(path, token);
	show('done');
}

function ask() {
	show('ask');
	const form = document.querySelector('main form');

	handle(form, submit, (error) => {
		if (isWorn(error))
			show('worn');
		return isWorn(error);
	});
	form.querySelector('button').focus();
}

if (token)
	ask();
else
	show('worn');
