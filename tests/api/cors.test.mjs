/*
 * Calls from the pages of another origin: FRONTEND_HOST alone may, with the
 * answers of Starlette's CORSMiddleware.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { account, api, call, expect } from './client.mjs';
import { setting } from './stack.mjs';

const ORIGIN = setting('FRONTEND_HOST') ?? 'http://localhost:5173';
const METHODS = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';
const words = (text) => text?.split(',').map((word) => word.trim()).sort();

/* [where, headers, status, text]; null for the usual origin or method */
const PREFLIGHTS = [
	['a path that is', '/api/v1/users/me', {}, 200, 'OK'],
	['a path with a name in it', '/api/v1/items/x', {}, 200, 'OK'],
	['a path that is not', '/api/v1/none/of/these', {}, 200, 'OK'],
	['a path outside the API\'s version', '/api/none', {}, 200, 'OK'],
	['the service itself', '/healthz', {}, 200, 'OK'],
	['the path with a slash and a query', '/api/v1/users/me/?x=1', {}, 200, 'OK'],
	...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) =>
		[`method ${method}`, '/api/v1/users/me', { method }, 200, 'OK']),
	['another origin', '/api/v1/users/me', { origin: 'https://evil.example' },
		400, 'Disallowed CORS origin'],
	...[`${ORIGIN}.evil.example`, ORIGIN.toUpperCase(), `${ORIGIN}/`, ORIGIN.slice(0, -1),
		`${ORIGIN}0`, 'null', '*', ORIGIN.replace('http:', 'https:'), `${ORIGIN} x`,
	].map((origin) => [`origin ${origin}`, '/api/v1/users/me', { origin },
		400, 'Disallowed CORS origin']),
	...['get', 'TRACE', 'CONNECT', 'X', '*', 'GET,', 'GET, HEAD', 'GE'].map((method) =>
		[`method ${method}`, '/api/v1/users/me', { method },
			400, 'Disallowed CORS method']),
	['both another', '/api/v1/users/me', { origin: 'null', method: 'get' },
		400, 'Disallowed CORS origin, method'],
	['both another, where nothing is', '/api/v1/none', { origin: 'null', method: 'get' },
		400, 'Disallowed CORS origin, method'],
];

for (const [name, path, given, status, text] of PREFLIGHTS)
	test(`preflight: ${name}`, async () => {
		const origin = given.origin ?? ORIGIN;
		const asked = 'authorization,content-type, x-own';
		const r = expect(await call('OPTIONS', path, { headers: {
			origin, 'access-control-request-method': given.method ?? 'GET',
			'access-control-request-headers': asked,
		} }), { status, text, headers: {
			'content-type': 'text/plain; charset=utf-8',
			'access-control-allow-methods': METHODS,
			'access-control-max-age': '600',
			'access-control-allow-credentials': 'true',
			'access-control-allow-headers': asked,
			'access-control-allow-origin': origin === ORIGIN ? ORIGIN : undefined,
		} });

		assert.deepEqual(words(r.headers.vary), ['Origin']);
		assert.equal(Number(r.headers['content-length']), text.length);
	});

test('a preflight that asks for no headers is told of none', async () => {
	expect(await api('OPTIONS', '/users/me', { headers: {
		origin: ORIGIN, 'access-control-request-method': 'PATCH',
	} }), { text: 'OK', headers: { 'access-control-allow-headers': undefined } });
});

test('what a preflight asks for cannot add headers of its own', async () => {
	const r = await api('OPTIONS', '/users/me', { headers: {
		origin: ORIGIN, 'access-control-request-method': 'PATCH',
		'access-control-request-headers': `x\u00ff\u0080y, ${'z'.repeat(2000)}`,
	} });

	assert.ok(r.status === 200 || r.status === 400, `${r.status}`);
	assert.equal(r.headers['access-control-allow-origin'], ORIGIN);
});

/* OPTIONS that are no preflight. */
for (const headers of [{}, { origin: ORIGIN }, { 'access-control-request-method': 'GET' }])
	test(`OPTIONS with ${JSON.stringify(headers)} is no preflight`, async () => {
		const r = expect(await api('OPTIONS', '/users/me', { headers }),
		    { status: 204, text: '' });

		assert.deepEqual(words(r.headers.allow),
		    ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH']);
		assert.equal(r.headers['access-control-allow-methods'], undefined);
	});

/* [name, method, path, options, status] */
const SIMPLE = [
	['200', 'GET', '/api/v1/utils/health-check/', {}, 200],
	['401', 'GET', '/api/v1/users/me', {}, 401],
	['403', 'GET', '/api/v1/users/me', { token: 'x' }, 403],
	['404', 'GET', '/api/v1/none', {}, 404],
	['405', 'PUT', '/api/v1/users/me', {}, 405],
	['422', 'POST', '/api/v1/users/signup', { json: {} }, 422],
	['422 of JSON', 'POST', '/api/v1/users/signup',
		{ body: '{', type: 'application/json' }, 422],
	['415', 'POST', '/api/v1/users/signup',
		{ json: {}, headers: { 'content-encoding': 'x' } }, 415],
	['413', 'POST', '/api/v1/users/signup',
		{ body: ' '.repeat((1 << 20) + 1), type: 'application/json' }, 413],
	['HEAD', 'HEAD', '/api/v1/utils/health-check/', {}, 200],
];

for (const [name, method, path, options, status] of SIMPLE)
	test(`a reply to a page of another origin: ${name}`, async () => {
		const send = async (origin) => expect(await call(method, path, { ...options,
			headers: { ...options.headers, ...(origin && { origin }) } }), { status });
		const ours = await send(ORIGIN);
		const theirs = await send('https://evil.example');
		const none = await send(null);
		const names = (r) => Object.keys(r.headers)
		    .filter((header) => header.startsWith('access-control-')).sort();

		assert.deepEqual(names(ours), ['access-control-allow-credentials',
			'access-control-allow-origin', 'access-control-expose-headers']);
		assert.deepEqual(words(ours.headers['access-control-expose-headers']),
		    ['ETag', 'Idempotency-Replayed', 'Retry-After', 'X-Request-ID']);
		assert.equal(ours.headers['access-control-allow-credentials'], 'true');
		assert.equal(ours.headers['access-control-allow-origin'], ORIGIN);
		assert.ok(words(ours.headers.vary)?.includes('Origin'), ours.headers.vary);
		assert.deepEqual(names(theirs), ['access-control-allow-credentials']);
		assert.equal(theirs.headers['access-control-allow-credentials'], 'true');
		assert.deepEqual(names(none), []);
		for (const r of [theirs, none])
			assert.ok(!words(r.headers.vary)?.includes('Origin'), r.headers.vary);
		assert.equal(theirs.text, ours.text);
	});

test('a page of the origin does its work', async () => {
	const { token, user } = await account();
	const r = expect(await api('PATCH', '/users/me', { token, json: {},
		headers: { origin: ORIGIN } }), { json: user });

	assert.equal(r.headers['access-control-allow-origin'], ORIGIN);
});
