/*
 * Who is signed in. The session itself is in cookies that no script reads; what
 * is known here is the account's overview, and in localStorage only whose
 * session there was, so that visitors' pages ask for nothing and other tabs
 * learn of a change.
 */
import * as api from './api.js';
import { language, setLanguage } from './lang.js';
import { setTheme, theme } from './theme.js';

/** @typedef {import('./types.js').Overview} Overview */

const HINT = 'signed-in';
/* The answers that say that there is no session. */
const NOBODY = [400, 401, 403, 404];
/* An id, and not what only says that somebody was there. */
const ID = /^[0-9a-f-]{36}$/;

/** @type {Overview|null} */
let overview = null;
/** @type {Promise<boolean>|null} */
let refreshing = null;
let onEnd = () => {};
let elsewhere = { left() {}, other() {} };

function hint(/** @type {string|null} */ id) {
	try {
		if (id !== null)
			localStorage.setItem(HINT, id);
		else
			localStorage.removeItem(HINT);
	} catch { /* Then each page asks. */ }
}

/* Whose session there was: an id, or anything else when that is not known. */
function hinted() {
	try {
		return localStorage.getItem(HINT);
	} catch {
		return '';
	}
}

export const known = () => overview;
export const isInside = () => overview !== null;

/* The overview; only where the route needs a user. */
export function mine() {
	if (overview === null)
		throw new Error('nobody is signed in');
	return overview;
}

/* "user" is anybody who is signed in. */
export function may(/** @type {string} */ permission) {
	return overview !== null && (permission === 'user' ||
		overview.permissions.includes(permission));
}

function forget() {
	overview = null;
	api.setCsrf(null);
	hint(null);
}

/* What the account prefers goes before what this device has. */
async function adopt() {
	const { locale, theme: preferred } = mine().preferences;

	if (preferred !== theme())
		setTheme(preferred);
	if (locale !== null && locale !== undefined && locale !== language())
		await setLanguage(locale);
}

/* After a change of the account, or of how much it has. */
export async function reload() {
	overview = await api.get('/users/me/overview');
	hint(mine().user.id);
	await adopt();
	return overview;
}

/* At the start of the page. */
export async function load() {
	if (hinted() === null)
		return;
	try {
		await reload();
	} catch (error) {
		if (!(error instanceof api.ApiError) ||
		    !NOBODY.includes(error.status))
			throw error;
		forget();
	}
}

/**
 * An answer of one of the routes that begin a session. True when it did; a
 * second factor may be wanted first.
 * @param {{csrf_token?: string, mfa_required?: boolean}} answer
 */
export async function begin(answer) {
	if (answer.mfa_required)
		return false;
	api.setCsrf(answer.csrf_token ?? null);
	await reload();
	return true;
}

/* Cookies live as long as they may; the rest is over for this page. */
export async function signOut() {
	try {
		await api.post('/auth/logout');
	} catch (error) {
		if (!(error instanceof api.ApiError) || error.status !== 401)
			throw error;
	}
	forget();
}

/* The account is gone, or its session was ended by what was just done. */
export const drop = forget;

export function whenEnded(/** @type {() => void} */ run) {
	onEnd = run;
}

/* What was done in another tab, or while this page was put aside. */
function compare() {
	const id = hinted();

	if (overview === null)
		return;
	if (id === null) {
		forget();
		elsewhere.left();
	} else if (ID.test(id) && id !== overview.user.id) {
		api.setCsrf(null);
		elsewhere.other();
	}
}

/**
 * left: signed out in another tab; other: somebody else signed in there, who
 * is not read yet.
 * @param {typeof elsewhere} run
 */
export function whenElsewhere(run) {
	elsewhere = run;
	addEventListener('storage', ({ key }) => {
		if (key === HINT || key === null)
			compare();
	});
	addEventListener('pageshow', ({ persisted }) => {
		if (persisted)
			compare();
	});
}

/* Whether the cookies are still those of who is known here. */
async function isSame() {
	const { id } = await api.get('/users/me');

	if (overview === null || id === overview.user.id)
		return true;
	elsewhere.other();
	return false;
}

async function askAgain() {
	try {
		const answer = await api.request('POST', '/auth/refresh',
			{ json: {}, anonymous: true });

		api.setCsrf(answer.csrf_token ?? null);
		return true;
	} catch (error) {
		if (error instanceof api.ApiError && error.status === 401)
			return false;
		throw error;
	} finally {
		refreshing = null;
	}
}

/* True when the session goes on; one question for all who ask meanwhile. */
export const renew = () => refreshing ??= askAgain();

api.keepSession({
	refresh: renew,
	isSame,
	ended() {
		const inside = isInside();

		forget();
		if (inside)
			onEnd();
	},
});
