/*
 * Choosing a password with the token of a mailed link. The token leaves the
 * address bar and the history at once and stays in this module only, so
 * loading the page again needs the link again.
 */
import * as api from './api.js';
import { FieldError, handle } from './form.js';
import * as session from './session.js';
import { showOnly } from './view.js';

const token = new URLSearchParams(location.search).get('token');

history.replaceState(null, '', location.pathname);

function showEnd(id, title) {
	showOnly(id, title).querySelector('h1').focus();
}

function showWorn() {
	showEnd('worn', 'This link does not work');
}

/* A fault of the token has no field to stand beside. */
function isWorn({ status, message, faults = [] }) {
	return (status === 400 && message === 'Invalid token') ||
		faults.some(({ loc = [] }) => loc.at(-1) === 'token');
}

async function submit({ new_password, again }) {
	if (new_password !== again)
		throw new FieldError('again', 'The two passwords differ.');
	await api.resetPassword({ token, new_password });
	/* What this tab may still have has ended with the old password. */
	session.forget();
	showEnd('chosen', 'Your password is set');
}

function showChoose() {
	const form = showOnly('choose', 'Choose your password')
		.querySelector('form');

	handle(form, submit, (error) => {
		if (isWorn(error))
			showWorn();
		return isWorn(error);
	});
	form.elements.new_password.focus();
}

if (token)
	showChoose();
else
	showWorn();
