/*
 * The one way to the API. get("/items/{id}", { path: { id } }) and its like are
 * typed by the OpenAPI document; every failure, of the network too, is an
 * ApiError whose message can be shown as it is.
 *
 * options: path and query (values of the address), json (the body), match (an
 * answer of before, whose ETag goes into If-Match; "none" is If-None-Match: *),
 * key (Idempotency-Key: the same for each try of one piece of work), signal,
 * text (the answer is { text }, as the server wrote it).
 *
 * What the server says of a refusal is said in the page's language where that
 * has it: by its code, by the type of a fault, by the sentence. lang: errors.*
 */
import { has, loadSaid, n, said, t } from './lang.js';

const PREFIX = '/api/v1';
const PATIENCE_MS = 20000;

/** @typedef {import('./types.js').Fault} Fault */
/** @typedef {import('./types.js').Options} Options */

export class ApiError extends Error {
	/**
	 * status is 0 when there was no answer; faults are the items of a 422;
	 * body is the whole answer, if it could be read.
	 * @param {string} message
	 * @param {{status?: number, code?: string, faults?: Fault[], body?: any}}
	 *     [facts]
	 */
	constructor(message, { status = 0, code = '', faults = [], body } = {}) {
		super(message);
		this.name = 'ApiError';
		this.status = status;
		this.code = code;
		this.faults = faults;
		this.body = body;
	}
}

/* Each answer's ETag, by the answer itself. */
/** @type {WeakMap<object, string>} */
const etags = new WeakMap();

/** @type {string|null} */
let csrf = null;

/* What session.js does when the server knows the caller no longer. */
/**
 * @type {{refresh: () => Promise<boolean>, isSame: () => Promise<boolean>,
 *     ended: () => void}}
 */
let keeper = { refresh: async () => false, isSame: async () => false, ended() {} };

export function keepSession(/** @type {typeof keeper} */ by) {
	keeper = by;
}

export function setCsrf(/** @type {string|null} */ token) {
	csrf = token;
}

/** @param {Response} response */
function waitOf(response) {
	const seconds = Number(response.headers.get('retry-after'));

	return Number.isInteger(seconds) && seconds > 0
		? t('error.wait', { seconds }) : t('error.wait_moment');
}

/** @param {Response} response @param {any} body */
function messageOf(response, body) {
	const { status } = response;

	if (typeof body?.code === 'string' && has(`errors.${body.code}`))
		return t(`errors.${body.code}`);
	if (status === 429)
		return `${t('error.too_many')} ${waitOf(response)}`;
	if (status === 502 || status === 503 || status === 504)
		return `${t('error.busy')} ${waitOf(response)}`;
	if (status >= 500 && status !== 507)
		return t('error.ours', {
			id: response.headers.get('x-request-id') ?? '–' });
	if (typeof body?.detail === 'string' && body.detail !== '')
		return said(body.detail);
	return t('error.refused', { status });
}

/* In the language of the page, when it has a text for that type of fault. */
export function faultText(/** @type {Fault} */ { type = '', msg = '', ctx = {} }) {
	const key = `faults.${type}`;
	const count = Object.values(ctx).find((value) => typeof value === 'number');

	if (has(key))
		return t(key, ctx);
	return typeof count === 'number' && has(`${key}.other`)
		? n(key, count, ctx) : said(msg);
}

/** @param {Response} response @param {any} body */
function errorOf(response, body) {
	return new ApiError(messageOf(response, body), {
		status: response.status,
		code: typeof body?.code === 'string' ? body.code : '',
		faults: Array.isArray(body?.detail) ? body.detail : [],
		body,
	});
}

/** @param {string} path @param {Options} options */
function addressOf(path, { path: values = {}, query = {} }) {
	const params = new URLSearchParams();

	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== null && value !== '')
			params.append(name, String(value));
	const filled = path.replace(/\{(\w+)\}/g, (_, name) =>
		encodeURIComponent(String(values[name])));
	const text = params.toString();

	return PREFIX + filled + (text === '' ? '' : `?${text}`);
}

/** @param {string} method @param {Options} options */
async function headersOf(method, { json, raw, match, key }) {
	const headers = new Headers({ accept: 'application/json' });

	if (json !== undefined || raw !== undefined)
		headers.set('content-type', 'application/json');
	if (match === 'none')
		headers.set('if-none-match', '*');
	else if (typeof match === 'string')
		headers.set('if-match', match);
	else if (match !== undefined && etags.has(match))
		headers.set('if-match', /** @type {string} */ (etags.get(match)));
	if (key !== undefined)
		headers.set('idempotency-key', key);
	if (method !== 'GET' && csrf !== null)
		headers.set('x-csrf-token', csrf);
	return headers;
}

/** @param {string} address @param {RequestInit} init */
async function reach(address, init) {
	try {
		return await fetch(address, init);
	} catch (error) {
		if (error instanceof DOMException && error.name === 'AbortError')
			throw error;
		throw new ApiError(t(navigator.onLine
			? 'error.unreachable' : 'error.offline'));
	}
}

/** @param {Response} response */
async function bodyOf(response, asText = false) {
	if (response.status === 204)
		return {};
	try {
		return asText && response.ok ? { text: await response.text() }
			: await response.json();
	} catch {
		return undefined;
	}
}

/** @param {Options} options */
function signalOf({ signal, patience = PATIENCE_MS }) {
	const limit = AbortSignal.timeout(patience);

	return signal && 'any' in AbortSignal
		? AbortSignal.any([signal, limit]) : signal ?? limit;
}

/** @param {string} method @param {string} path @param {Options} options */
async function send(method, path, options) {
	return reach(addressOf(path, options), {
		method,
		headers: await headersOf(method, options),
		body: options.raw ?? (options.json === undefined ? undefined
			: JSON.stringify(options.json)),
		cache: 'no-store',
		credentials: 'same-origin',
		signal: signalOf(options),
	});
}

/* Needed by the first write of a page that did not sign in itself. */
async function needCsrf() {
	const response = await send('GET', '/auth/csrf', {});

	if (response.ok)
		csrf = (await response.json()).csrf_token;
}

/* For who sends a request of its own with the session's cookies. */
export async function csrfToken() {
	if (csrf === null)
		await needCsrf();
	return csrf;
}

/* A password that was asked for again and is wrong is no end of a session. */
/** @param {Response} response @param {any} body */
function isOver({ status }, body) {
	return (status === 401 && [undefined, 'unauthorized', 'invalid_token']
		.includes(body?.code)) ||
		(status === 403 && body?.detail === 'Could not validate credentials');
}

/* The token was of another session; nothing is done in another's name. */
/** @param {() => Promise<Response>} again @param {Response} refused */
async function withNewCsrf(again, refused) {
	csrf = null;
	if (!await keeper.isSame())
		return refused;
	await needCsrf();
	return again();
}

/* A session is renewed once; an answer of 401 after that is the end of it. */
/** @param {string} method @param {string} path @param {Options} options */
async function sendAsOneself(method, path, options) {
	if (method !== 'GET' && csrf === null && !options.anonymous)
		await needCsrf();
	const again = () => send(method, path, options);
	const response = await again();

	if (options.anonymous || ![401, 403].includes(response.status))
		return response;
	const body = await bodyOf(response.clone());

	if (body?.detail === 'X-CSRF-Token is missing or wrong')
		return withNewCsrf(again, response);
	if (!isOver(response, body))
		return response;
	if (await keeper.refresh())
		return again();
	keeper.ended();
	return response;
}

/**
 * @param {string} method @param {string} path @param {Options} [options]
 * @returns {Promise<any>}
 */
export async function request(method, path, options = {}) {
	const response = await sendAsOneself(method, path, options);
	const body = await bodyOf(response, options.text);
	const etag = response.headers.get('etag');

	if (!response.ok) {
		await loadSaid();
		throw errorOf(response, body);
	}
	if (body === undefined)
		throw new ApiError(t('error.unreadable'));
	if (etag !== null && typeof body === 'object' && body !== null)
		etags.set(body, etag);
	return body;
}

/* An Idempotency-Key; crypto.randomUUID() is only where TLS is. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)),
	(byte) => byte.toString(16).padStart(2, '0')).join('');

/* What a later request gives as `match`. */
export const etagOf = (/** @type {object} */ answer) => etags.get(answer);

/** @param {string} method @returns {any} */
const by = (method) => (/** @type {string} */ path,
	/** @type {Options} */ options) => request(method, path, options);

/** @type {import('./types.js').Call<'get'>} */
export const get = by('GET');
/** @type {import('./types.js').Call<'post'>} */
export const post = by('POST');
/** @type {import('./types.js').Call<'put'>} */
export const put = by('PUT');
/** @type {import('./types.js').Call<'patch'>} */
export const patch = by('PATCH');
/** @type {import('./types.js').Call<'delete'>} */
export const del = by('DELETE');
