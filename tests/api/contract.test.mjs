/*
 * The rules that hold everywhere: paths, methods, slashes, HEAD, OPTIONS,
 * content types, request ids.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	API, api, account, call, checkReply, detail, expect, invalid, missing, noBody,
	notObject, raw, unique,
} from './client.mjs';
import { OPERATIONS } from './operations.mjs';
import { eventually, logLines, setting } from './stack.mjs';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/* The methods of each path of the contract, and those of the service itself. */
function methodsOfPaths() {
	const paths = new Map();

	for (const { method, path, url } of OPERATIONS) {
		const known = paths.get(path) ?? [`${API}${url.replace(/\/$/, '')}`, []];

		known[1].push(method);
		paths.set(path, known);
	}
	/* A name that is no UUID, but a path of its own for another method. */
	paths.get('/users/signup')[1].push('GET', 'PATCH', 'DELETE');
	return [...paths.values()];
}

const PATHS = [
	...methodsOfPaths(),
	['/api/v1/openapi.json', ['GET']],
	['/healthz', ['GET']],
	['/readyz', ['GET']],
	['/version', ['GET']],
];

/* "GET, HEAD, OPTIONS" as a sorted list. */
const listOf = (allow) => (allow ?? '').split(',').map((s) => s.trim()).sort();
const complete = (methods) =>
	[...methods, 'OPTIONS', ...(methods.includes('GET') ? ['HEAD'] : [])].sort();

const UNKNOWN = [
	'/api', '/api/', '/api/v1', '/api/v1/', '/api/v1/none', '/api/v2/users/me',
	'/api/v1/users/me/none', '/api/v1/users/me/password/none',
	'/api/v1//users/me', '/api/v1/users//me', '/api/v1/users/me//',
	'//api/v1/users/me', '/api/v1/Users/me', '/api/v1/utils/HEALTH-check',
	'/api/v1/utils/health-check%20', '/api/v1/users/%2e%2e/users/me',
	'/api/v1/items/x/y', '/api/v1/items//', '/api/v1/private/users/',
	'/api/v1/users/x/items', '/api/v1/utils', '/api/v1/utils/test-email/x',
	'/api/v1/reset-password/x', '/api/v1/login', '/api/v1/password-recovery',
	'/api/v1/users/me;x=1/x', '/api/v1/openapi', '/api/v1/healthz',
];

for (const path of UNKNOWN)
	test(`unknown path ${path}`, async () => {
		for (const method of ['GET', 'POST', 'PATCH', 'DELETE'])
			expect(await call(method, path),
			    { status: 404, json: detail('Not Found') });
	});

/* Paths that are not well-formed: a clear 4xx, from nginx or the worker. */
for (const path of ['/api/v1/users/%ff', '/api/v1/users/%c0%80', '/api/v1/%00',
	'/api/v1/users/%', '/api/v1/users/%zz', '/api/v1/%ed%a0%80'])
	test(`malformed path ${path}`, async () => {
		const r = await call('GET', path, { unchecked: true });

		assert.ok(r.status === 400 || r.status === 404, `${r.status} ${r.text}`);
	});

test('an escaped letter is the letter', async () => {
	expect(await api('GET', '/users/%6de'), { status: 401 });
});

for (const [path, methods] of PATHS) {
	test(`methods of ${path}`, async () => {
		const known = complete(methods);

		for (const method of METHODS.filter((m) => !known.includes(m))) {
			const r = expect(await call(method, path), { status: 405 });

			assert.deepEqual(listOf(r.headers.allow), known, r.what);
			if (method !== 'HEAD')
				assert.equal(r.text, '{"detail":"Method Not Allowed"}');
		}
	});

	test(`OPTIONS ${path}`, async () => {
		for (const form of [path, `${path}/`]) {
			const r = expect(await call('OPTIONS', form), { status: 204, text: '' });

			assert.deepEqual(listOf(r.headers.allow), complete(methods), form);
		}
	});

	test(`both slash forms of ${path}`, async () => {
		for (const method of methods) {
			const [plain, slash] = await Promise.all([
				call(method, path), call(method, `${path}/`),
			]);

			assert.equal(slash.status, plain.status, plain.what);
			assert.equal(slash.text, plain.text, plain.what);
			assert.ok(plain.status < 300 || plain.status > 399, plain.what);
			assert.ok(![404, 405].includes(plain.status), plain.what);
		}
	});

	if (methods.includes('GET'))
		test(`HEAD ${path}`, async () => {
			const [get, head] = [await call('GET', path), await call('HEAD', path)];

			assert.equal(head.status, get.status);
			assert.equal(head.text, '');
			for (const name of ['content-type', 'content-length', 'cache-control',
				'www-authenticate'])
				assert.equal(head.headers[name], get.headers[name], name);
			assert.equal(Number(get.headers['content-length']),
			    Buffer.byteLength(get.text));
		});
}

test('HEAD of the own account', async () => {
	const { token, user } = await account();
	const r = expect(await api('HEAD', '/users/me', { token }), { text: '' });

	assert.equal(Number(r.headers['content-length']), JSON.stringify(user).length);
});

for (const method of ['FOO', 'get', 'PROPFIND', 'CONNECT', 'TRACE'])
	test(`method ${method} is a 4xx and changes nothing`, async () => {
		const r = await raw(`${method} /api/v1/users/me HTTP/1.1\r\n` +
		    'Host: a\r\nConnection: close\r\n\r\n');

		assert.ok(r.status >= 400 && r.status < 500, `${r.status}`);
	});

test('health check says true', async () => {
	expect(await api('GET', '/utils/health-check/'), { text: 'true' });
});

test('a query that a route does not know is ignored', async () => {
	expect(await api('GET', '/utils/health-check/?a=1&a=2&%20=%f0%9f%98%80&=&&x'),
	    { text: 'true' });
});

/* Which bodies are read as JSON: by their type alone. */
const JSON_TYPES = [
	'application/json', 'APPLICATION/JSON', 'Application/Json',
	'application/json; charset=utf-8', 'application/json;charset=latin1',
	'application/json ; a="b"', 'application/vnd.api+json',
	'application/problem+JSON; x=y',
];
const OTHER_TYPES = [
	undefined, 'text/plain', 'text/json', 'application/jsonx',
	'application/xjson', 'application/json-patch', 'application/+jsonx', 'json',
	'application/octet-stream', 'application/x-www-form-urlencoded',
	'multipart/form-data; boundary=x',
];

for (const type of JSON_TYPES)
	test(`a body of type ${type} is JSON`, async () => {
		expect(await api('POST', '/users/signup', { body: '{}', type }),
		    invalid(missing('email', {}), missing('password', {})));
	});

for (const type of OTHER_TYPES)
	test(`a body of type ${type} is a string`, async () => {
		const { token } = await account();

		expect(await api('PATCH', '/users/me', { body: '{"a":"é"}', type, token }),
		    invalid(notObject('{"a":"é"}')));
		expect(await api('PATCH', '/users/me', { body: '', type, token }),
		    invalid(noBody));
	});

test('a body that is not an object', async () => {
	const { token } = await account();

	for (const value of [[], [1, 'a'], 'text', 12, 1.5, true, false, ''])
		expect(await api('PATCH', '/users/me', { json: value, token }),
		    invalid(notObject(value)));
	expect(await api('PATCH', '/users/me', { json: null, token }),
	    invalid(noBody));
});

test('Content-Encoding is refused', async () => {
	for (const coding of ['gzip', 'deflate', 'br', 'x'])
		expect(await api('POST', '/users/signup', {
			json: {}, headers: { 'content-encoding': coding },
		}), { status: 415 });
	expect(await api('POST', '/users/signup', {
		json: {}, headers: { 'content-encoding': 'identity' },
	}), { status: 422 });
});

test('a body that nobody asked for does no harm', async () => {
	const { token, user } = await account();

	expect(await api('GET', '/users/me', { token, json: { email: 'x' } }),
	    { json: user });
	expect(await api('POST', '/login/test-token', { token, body: 'x'.repeat(70000) }),
	    { json: user });
});

test('a chunked body is a body', async () => {
	const body = '{"full_name":"Zoë"}';
	const { token } = await account();
	const r = await raw('PATCH /api/v1/users/me HTTP/1.1\r\nHost: a\r\n' +
	    `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
	    'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n' +
	    `5\r\n${body.slice(0, 5)}\r\n` +
	    `${(Buffer.byteLength(body) - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`);

	assert.equal(r.status, 200, r.text);
	expect(await api('GET', '/users/me', { token }), {});
	assert.match(r.text, /"full_name":"Zoë"/);
});

test('request ids differ, and the client does not choose them', async () => {
	const seen = new Set();

	for (const path of ['/users/me', '/none', '/users/signup', '/openapi.json'])
		for (const id of ['mine-mine-mine', 'mine-mine-mine'])
			seen.add((await api('GET', path,
			    { headers: { 'x-request-id': id } })).headers['x-request-id']);
	assert.equal(seen.size, 8);
	assert.ok(!seen.has('mine-mine-mine'));
});

test('each request has one line in the log, by its id', async () => {
	const { token, user } = await account();
	const cases = [
		['GET', '/api/v1/users/me', { token }, '/users/me', 200],
		['GET', '/api/v1/users/me', {}, '/users/me', 401],
		['PATCH', '/api/v1/users/me', { token, body: '{' }, '/users/me', 422],
		['POST', '/api/v1/users/signup', { json: {} }, '/users/signup', 422],
		['GET', `/api/v1/${unique()}`, {}, null, 404],
		['PUT', '/api/v1/users/me', {}, null, 405],
		['OPTIONS', '/api/v1/users/me', {}, null, 204],
		['HEAD', '/healthz', {}, '/healthz', 200],
	];

	for (const [method, path, options, route, status] of cases) {
		const r = expect(await call(method, path, options), { status });
		const id = r.headers['x-request-id'];
		let lines;

		await eventually(`a log line with ${id}`,
		    () => (lines = logLines(id)).length > 0, 10);
		assert.equal(lines.length, 1, r.what);
		assert.equal(lines[0].method, method);
		assert.equal(lines[0].status, status);
		assert.equal(lines[0].route, route, r.what);
		for (const name of ['total_us', 'db_us', 'queue_us'])
			assert.ok(Number.isInteger(lines[0][name]), `${name} of ${r.what}`);
		assert.equal(lines[0].user, options.token && status === 200 ?
		    user.id : lines[0].user);
	}
});

test('an unfinished or hostile request line is a 4xx', async () => {
	const requests = [
		'GET /api/v1/users/me\r\n\r\n',
		'GET  HTTP/1.1\r\nHost: a\r\n\r\n',
		'GET /api/v1/users/me HTTP/1.1\r\n\r\n',
		'GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n',
		'GET /api/v1/a b HTTP/1.1\r\nHost: a\r\n\r\n',
		'GET /api/v1/users/me HTTP/9.9\r\nHost: a\r\n\r\n',
		`GET /api/v1/${'a'.repeat(40000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
		'POST /api/v1/users/signup HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n',
		'POST /api/v1/users/signup HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n' +
		    'Content-Length: 3\r\nConnection: close\r\n\r\n{}\n',
		'POST /api/v1/users/signup HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n' +
		    'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
	];

	for (const text of requests) {
		const r = await raw(text.replace(/\r\n\r\n$/,
		    '\r\nConnection: close\r\n\r\n'));

		/* HTTP/0.9 has no status line. */
		assert.ok(Number.isNaN(r.status) || (r.status >= 400 && r.status < 500) ||
		    r.status === 505, `${r.status}: ${text.slice(0, 60)}`);
	}
});

test('a repeated header does not open a door', async () => {
	const { token } = await account();
	const r = await raw('GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\n' +
	    'Authorization: Bearer nonsense\r\n' +
	    `Authorization: Bearer ${token}\r\nConnection: close\r\n\r\n`);

	assert.ok([400, 403].includes(r.status), `${r.status}`);
});

test('nginx answers by itself in JSON: 413', async () => {
	const r = await raw('POST /api/v1/users/signup HTTP/1.1\r\nHost: a\r\n' +
	    'Content-Type: application/json\r\nContent-Length: 9999999999\r\n' +
	    'Connection: close\r\n\r\n{');

	assert.equal(r.status, 413);
	assert.match(r.headers['content-type'], /^application\/json/);
	assert.equal(typeof r.json.detail, 'string');
	checkReply(r);
});

test('the limit of a body is exact', async () => {
	const limit = Number(setting('BODY_LIMIT') ?? 1 << 20);
	const { token, user } = await account();
	const body = (size) => `{"x":"${'x'.repeat(size - 8)}"}`;
	const send = (size) => api('PATCH', '/users/me',
	    { token, body: body(size), type: 'application/json' });

	expect(await send(limit), { json: user });
	expect(await send(limit + 1),
	    { status: 413, json: detail('The body is too large') });
});

test('a body far over the limit is 413, and nothing changes', async () => {
	const { token, user } = await account();
	const body = `{"full_name":"${'x'.repeat(8 << 20)}"}`;
	const r = await api('PATCH', '/users/me',
	    { token, body, type: 'application/json' })
	    .catch((err) => ({ status: 413, text: err.code }));

	assert.equal(r.status, 413, r.text);
	expect(await api('GET', '/users/me', { token }), { json: user });
});
