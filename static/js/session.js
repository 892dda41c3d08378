/*
 * Who is signed in. The session itself is in cookies that no script reads; what
 * is known here is the account's overview, and in localStorage only that there
 * was a session, so that visitors' pages ask for nothing.
 */
import * as api from './api.js';
import { language, setLanguage } from './lang.js';
import { setTheme, theme } from './theme.js';

/** @typedef {import('./types.js').Overview} Overview */

const HINT = 'signed-in';

/** @type {Overview|null} */
let overview = null;
/** @type {Promise<boolean>|null} */
let refreshing = null;
let onEnd = () => {};

function hint(/** @type {boolean} */ on) {
	try {
		if (on)
			localStorage.setItem(HINT, 'yes');
		else
			localStorage.removeItem(HINT);
	} catch { /* Then each page asks. */ }
}

function hinted() {
	try {
		return localStorage.getItem(HINT) !== null;
	} catch {
		return true;
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
	hint(false);
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
	hint(true);
	await adopt();
	return overview;
}

/* At the start of the page. */
export async function load() {
	if (!hinted())
		return;
	try {
		await reload();
	} catch (error) {
		if (!(error instanceof api.ApiError) || error.status === 0 ||
		    error.status >= 500)
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
	ended() {
		const inside = isInside();

		forget();
		if (inside)
			onEnd();
	},
});
