/*
 * A client that looks at each reply: what holds for all of them is asserted
 * here, once.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import net from 'node:net';

import { loadContract } from './openapi.mjs';
import { sql, stack } from './stack.mjs';

/* In every password of the tests: it must never come back. */
export const SECRET = 'hushhush';
export const API = '/api/v1';

/* Where requests go: a running stack with what its openapi.json says. */
export async function target(url) {
	return { base: new URL(url), contract: await loadContract(url),
		agent: new http.Agent({ keepAlive: true, maxSockets: 128 }) };
}

const main = stack.url ? await target(stack.url) :
    { base: new URL('http://127.0.0.1') };
const { base } = main;

export const JSON_TYPE = 'application/json';

/* What holds for every reply of the API, errors of nginx included. A preflight
 * is answered in words. */
export function checkReply(r) {
	const id = r.headers['x-request-id'];

	assert.match(id ?? '', /^[0-9A-Za-z_-]{8,64}$/, `${r.what}: X-Request-ID`);
	assert.ok(!r.text.includes(SECRET), `${r.what}: a secret in the body`);
	assert.ok(!JSON.stringify(r.headers).includes(SECRET),
	    `${r.what}: a secret in the headers`);
	if (r.status >= 400 && r.text && !r.what.startsWith('OPTIONS'))
		assert.ok('detail' in r.json || r.what.endsWith('/readyz'),
		    `${r.what}: no detail: ${r.text}`);
	if (r.status === 503 || r.status === 429)
		assert.match(r.headers['retry-after'] ?? '', /^\d+$/, r.what);
}

function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function encodeBody({ json, form, body, type }) {
	if (json !== undefined)
		return [JSON.stringify(json), type ?? JSON_TYPE];
	if (form !== undefined)
		return [new URLSearchParams(form).toString(),
			type ?? 'application/x-www-form-urlencoded'];
	return [body, type];
}

/*
 * One request. `json`, `form` or `body` (text or bytes, with `type`); `token`;
 * `headers`; `on` another target. A reply is {status, headers, text, json}; it
 * is checked against openapi.json unless it is `unchecked`.
 */
export function call(method, path, options = {}) {
	const [body, type] = encodeBody(options);
	const headers = { ...options.headers };
	const on = options.on ?? main;

	if (options.token !== undefined)
		headers.authorization = `Bearer ${options.token}`;
	if (type)
		headers['content-type'] = type;
	if (body !== undefined)
		headers['content-length'] = Buffer.byteLength(body);
	return new Promise((resolve, reject) => {
		const request = http.request({
			host: on.base.hostname, port: on.base.port, method, path, headers,
			agent: options.agent ?? on.agent, timeout: 60000,
		}, (reply) => {
			const chunks = [];

			reply.on('data', (chunk) => chunks.push(chunk));
			reply.on('error', reject);
			reply.on('end', () => {
				const text = Buffer.concat(chunks).toString();
				const r = {
					what: `${method} ${path}`, method, path,
					status: reply.statusCode, headers: reply.headers,
					text, json: parse(text),
				};

				try {
					if (!options.unchecked) {
						checkReply(r);
						on.contract?.check(r);
					}
					resolve(r);
				} catch (err) {
					reject(err);
				}
			});
		});

		request.on('timeout', () => request.destroy(new Error('no answer in 60 s')));
		request.on('error', reject);
		request.end(body);
	});
}

export const api = (method, path, options) => call(method, API + path, options);

/* Bytes as they are, to nginx; everything it says until it closes. */
export function raw(bytes, { host = base.hostname, port = base.port } = {}) {
	return new Promise((resolve, reject) => {
		const socket = net.connect({ host, port: Number(port) });
		const chunks = [];

		socket.setTimeout(60000, () => socket.destroy(new Error('no answer in 60 s')));
		socket.on('data', (chunk) => chunks.push(chunk));
		socket.on('error', (err) => (err.code === 'EPIPE' ||
		    err.code === 'ECONNRESET') && chunks.length ? 0 : reject(err));
		socket.on('close', () => resolve(parseRaw(Buffer.concat(chunks).toString())));
		socket.write(bytes);
	});
}

function parseRaw(text) {
	const end = text.indexOf('\r\n\r\n');
	const [first, ...lines] = text.slice(0, end).split('\r\n');
	const body = text.slice(end + 4);

	return {
		what: 'raw', status: Number(first.split(' ')[1]), text: body,
		headers: Object.fromEntries(lines.map((line) => {
			const i = line.indexOf(':');

			return [line.slice(0, i).toLowerCase(), line.slice(i + 1).trim()];
		})),
		json: parse(body),
	};
}

/* Compare a reply with what is expected of it; bodies to the byte. */
export function expect(r, { status = 200, json, text, headers = {} }) {
	const what = `${r.what}: ${r.status} ${r.text.slice(0, 500)}`;

	assert.equal(r.status, status, what);
	if (json !== undefined) {
		assert.equal(r.text, JSON.stringify(json), r.what);
		assert.equal(r.headers['content-type'], JSON_TYPE, what);
	}
	if (text !== undefined)
		assert.equal(r.text, text, what);
	for (const [name, value] of Object.entries(headers)) {
		if (value instanceof RegExp)
			assert.match(r.headers[name] ?? '', value, `${what}: ${name}`);
		else
			assert.equal(r.headers[name], value, `${what}: ${name}`);
	}
	return r;
}

export const detail = (text) => ({ detail: text });

export const notAuthenticated = {
	status: 401, json: detail('Not authenticated'),
	headers: { 'www-authenticate': 'Bearer' },
};
export const badCredentials = {
	status: 403, json: detail('Could not validate credentials'),
	headers: { 'www-authenticate': undefined },
};

/* Items of a 422, in the order of their members on the wire. */
export const fault = (type, loc, msg, input, ctx) => ({
	type, loc, msg, input: input ?? null, ...(ctx && { ctx }),
});
export const missing = (field, input) =>
	fault('missing', ['body', field], 'Field required', input);
export const tooShort = (field, n, input) =>
	fault('string_too_short', ['body', field],
	    `String should have at least ${n} character${n === 1 ? '' : 's'}`, input,
	    { min_length: n });
export const tooLong = (field, n, input) =>
	fault('string_too_long', ['body', field],
	    `String should have at most ${n} character${n === 1 ? '' : 's'}`, input,
	    { max_length: n });
export const notText = (field, input) =>
	fault('string_type', ['body', field], 'Input should be a valid string', input);
export const notBool = (field, input) =>
	fault('bool_type', ['body', field], 'Input should be a valid boolean', input);
export const unclearBool = (field, input) =>
	fault('bool_parsing', ['body', field],
	    'Input should be a valid boolean, unable to interpret input', input);
export const badUuid = (field, error, input) =>
	fault('uuid_parsing', ['path', field],
	    `Input should be a valid UUID, ${error}`, input, { error });
export const notObject = (input) =>
	fault('model_attributes_type', ['body'],
	    'Input should be a valid dictionary or object to extract fields from', input);
export const noBody = fault('missing', ['body'], 'Field required', null);
export const badEmail = (field, reason, input) =>
	fault('value_error', ['body', field],
	    `value is not a valid email address: ${reason}`, input, { reason });
export const badJson = (offset, error) =>
	fault('json_invalid', ['body', offset], 'JSON decode error', {}, { error });
export const invalid = (...items) => ({ status: 422, json: { detail: items } });

/* Unlike any other, in this run and in the next. */
export const unique = () => crypto.randomBytes(6).toString('hex');
export const newEmail = () => `t-${unique()}@example.com`;
export const newPassword = () => `${SECRET}-${unique()}`;

/* `more` are options of each request: another target. */
export async function signUp(fields = {}, more = {}) {
	const json = { email: newEmail(), password: newPassword(), ...fields };
	const r = expect(await api('POST', '/users/signup', { json, ...more }), {});

	return { ...json, user: r.json };
}

export function logIn(username, password, options = {}) {
	return api('POST', '/login/access-token',
	    { form: { username, password, ...options.form }, ...options.more });
}

/* A new account that is signed in: {email, password, user, token}. */
export async function account(fields, more = {}) {
	const made = await signUp(fields, more);
	const r = expect(await logIn(made.email, made.password, { more }), {});

	return { ...made, token: r.json.access_token };
}

/* The same, of an administrator. */
export async function superuser(fields, more = {}) {
	const made = await account(fields, more);

	sql(`UPDATE users SET is_superuser = 1 WHERE id = ${hex(made.user.id)}`,
	    more.stack);
	made.user.is_superuser = true;
	return made;
}

/* An id as SQL has it. */
export const hex = (id) => `X'${id.replace(/-/g, '')}'`;
