/*
 * The one way to the API: every call goes through request(), and every
 * failure, of the network too, comes back as an ApiError.
 */
import * as session from './session.js';

const PREFIX = '/api/v1';
const PATIENCE_MS = 20000;

/* What the server says of a token that no longer opens anything. */
const ENDED = new Map([
	[403, 'Could not validate credentials'],
	[404, 'User not found'],
	[400, 'Inactive user'],
]);

export class ApiError extends Error {
	/*
	 * status is 0 when there was no answer; faults are the items of a 422;
	 * ended tells that the caller has to sign in again.
	 */
	constructor(message, { status = 0, faults = [], ended = false } = {}) {
		super(message);
		this.name = 'ApiError';
		this.status = status;
		this.faults = faults;
		this.ended = ended;
	}
}

async function bodyOf(response) {
	try {
		return await response.json();
	} catch {
		return null;
	}
}

function waitOf(response) {
	const seconds = Number(response.headers.get('retry-after'));

	if (!Number.isInteger(seconds) || seconds <= 0)
		return 'Please try again in a moment.';
	return seconds === 1
		? 'Please try again in a second.'
		: `Please try again in ${seconds} seconds.`;
}

/* The sentence for a refusal that no field of a form can show. */
function messageOf(response, detail) {
	if (response.status === 429)
		return `Too many attempts. ${waitOf(response)}`;
	if (response.status === 502 || response.status === 503 ||
	    response.status === 504)
		return `Atrium is busy right now. ${waitOf(response)}`;
	if (response.status >= 500) {
		const id = response.headers.get('x-request-id');

		return 'Something went wrong on our side. Please try again.' +
			(id ? ` If it stays, quote this number: ${id}` : '');
	}
	if (typeof detail === 'string' && detail !== '')
		return detail;
	return `The server refused this (${response.status}).`;
}

function errorOf(response, body, token) {
	const detail = body?.detail;

	return new ApiError(messageOf(response, detail), {
		status: response.status,
		faults: Array.isArray(detail) ? detail : [],
		ended: token !== null && (response.status === 401 ||
			(ENDED.has(response.status) &&
			    ENDED.get(response.status) === detail)),
	});
}

async function reach(path, options) {
	try {
		return await fetch(PREFIX + path, options);
	} catch {
		throw new ApiError(navigator.onLine
			? 'Atrium could not be reached. Please try again.'
			: 'You are offline. Connect to the internet and try again.');
	}
}

/* json or form is the body; as is the token to call with, if any. */
async function request(method, path, { json, form, as = null } = {}) {
	const headers = new Headers({ accept: 'application/json' });
	let body;

	if (as !== null)
		headers.set('authorization', `Bearer ${as}`);
	if (json !== undefined) {
		headers.set('content-type', 'application/json');
		body = JSON.stringify(json);
	} else if (form !== undefined) {
		body = new URLSearchParams(form);
	}
	const response = await reach(path, {
		method,
		headers,
		body,
		cache: 'no-store',
		credentials: 'same-origin',
		signal: AbortSignal.timeout(PATIENCE_MS),
	});
	const answer = await bodyOf(response);

	if (!response.ok)
		throw errorOf(response, answer, as);
	if (answer === null)
		throw new ApiError('The answer could not be read. Please try again.');
	return answer;
}

function mine(method, path, options = {}) {
	return request(method, path, { ...options, as: session.token() });
}

export async function signIn(username, password) {
	const form = { username, password };
	const { access_token } = await request('POST', '/login/access-token',
		{ form });

	session.keep(access_token);
}

export function signUp(json) {
	return request('POST', '/users/signup', { json });
}

export function recoverPassword(email) {
	return request('POST', `/password-recovery/${encodeURIComponent(email)}`);
}

export function resetPassword(json) {
	return request('POST', '/reset-password/', { json });
}

/* What the link in a mail is for, once. */
export function followLink(path, token) {
	return request('POST', path, { json: { token } });
}

export function readMe() {
	return mine('GET', '/users/me');
}

export function updateMe(json) {
	return mine('PATCH', '/users/me', { json });
}

export function updatePassword(json) {
	return mine('PATCH', '/users/me/password', { json });
}

export function deleteMe() {
	return mine('DELETE', '/users/me');
}

export function readItems(skip, limit) {
	return mine('GET', `/items/?skip=${skip}&limit=${limit}`);
}

export function createItem(json) {
	return mine('POST', '/items/', { json });
}

export function updateItem(id, json) {
	return mine('PUT', `/items/${id}`, { json });
}

export function deleteItem(id) {
	return mine('DELETE', `/items/${id}`);
}
