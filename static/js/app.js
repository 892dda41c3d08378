/*
 * The first page: which view stands in <main>, by location.hash, with its
 * title, its focus and its place in the history.
 */
import * as session from './session.js';
import { showSignIn, showSignUp } from './door.js';
import { showAccount } from './account.js';

const VIEWS = {
	'#/sign-in': { title: 'Sign in', door: true, show: showSignIn },
	'#/sign-up': { title: 'Create your account', door: true,
		show: showSignUp },
	'#/account': { title: 'Your account', door: false, show: showAccount },
};

const main = document.getElementById('main');
const signOut = document.getElementById('sign-out');
const announcer = document.getElementById('announcer');

/* Which view an address stands for, given whether somebody is signed in. */
function viewFor(hash) {
	const inside = session.token() !== null;
	const view = VIEWS[hash];

	if (view && view.door !== inside)
		return hash;
	return inside ? '#/account' : '#/sign-in';
}

function draw(notice) {
	const hash = viewFor(location.hash);
	const view = VIEWS[hash];

	if (location.hash !== hash)
		history.replaceState(null, '', hash);
	document.title = `${view.title} · Atrium`;
	document.body.dataset.view = view.door ? 'door' : 'account';
	signOut.hidden = view.door;
	main.replaceChildren();
	view.show(main, { go, leave, notice });
	scrollTo(0, 0);
}

/* To another view as a step of the history. */
function go(hash) {
	history.pushState(null, '', hash);
	draw();
}

/* Out of the account; the step back leads to no view of it. */
function leave(notice) {
	session.forget();
	history.replaceState(null, '', '#/sign-in');
	draw(notice);
	announcer.textContent = notice;
}

signOut.addEventListener('click', () => leave('You are signed out.'));

addEventListener('hashchange', () => {
	/* "#main" is the skip link's, not a view. */
	if (location.hash.startsWith('#/') || location.hash === '')
		draw();
});

addEventListener('pageshow', ({ persisted }) => {
	if (persisted)
		draw();
});

draw();
