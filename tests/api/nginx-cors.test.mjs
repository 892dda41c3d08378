/*
 * Who may read the answers of nginx's own: FRONTEND_HOST, as with those of the
 * workers; and no header stands twice, whoever answered.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import { listener, otherNginx } from './nginx.mjs';
import { setting, stack } from './stack.mjs';

const ORIGIN = setting('FRONTEND_HOST');
const KEEP = 'access-control-allow-credentials: true';
const EXPOSE = 'access-control-expose-headers: ' +
    'ETag, Idempotency-Replayed, Retry-After, X-Request-ID';
const ALLOW = [KEEP, `access-control-allow-origin: ${ORIGIN}`, EXPOSE, 'vary: Origin'];

/* [what, Origin, the header lines of CORS in the answer] */
const ORIGINS = [
	['none', undefined, []],
	['the front end', ORIGIN, ALLOW],
	['another', 'https://evil.example', [KEEP]],
	['null', 'null', [KEEP]],
	['*', '*', [KEEP]],
	['it with a slash', `${ORIGIN}/`, [KEEP]],
	['it with more behind', `${ORIGIN}.evil.example`, [KEEP]],
	['it with more before', `http://evil.example/${ORIGIN}`, [KEEP]],
	['it in capitals', ORIGIN.toUpperCase(), [KEEP]],
	['it without a letter', ORIGIN.slice(0, -1), [KEEP]],
	['it by another scheme', ORIGIN.replace('http:', 'https:'), [KEEP]],
	['it with another letter for a dot', ORIGIN.replace('.', 'x'), [KEEP]],
	['it twice', `${ORIGIN}, ${ORIGIN}`, [KEEP]],
];

/* {status, text, lines}: `lines` is every header as it was sent. */
function ask(port, path, { origin, method = 'GET', length } = {}) {
	const headers = {
		...(origin !== undefined && { origin }),
		...(length !== undefined && { 'content-length': length }),
	};

	return new Promise((resolve, reject) => {
		const request = http.request({ host: '127.0.0.1', port, path, method, headers,
			agent: false }, (reply) => {
			const lines = [];
			let text = '';

			for (let i = 0; i < reply.rawHeaders.length; i += 2)
				lines.push(`${reply.rawHeaders[i].toLowerCase()}: ` +
				    reply.rawHeaders[i + 1]);
			reply.on('data', (data) => { text += data; });
			reply.on('end', () => {
				request.destroy();
				resolve({ status: reply.statusCode, text, lines });
			});
		});

		request.on('error', reject);
		if (length === undefined)
			request.end();
		else
			request.flushHeaders();
	});
}

const corsLines = (r) => r.lines.filter((line) =>
	line.startsWith('access-control-') || line === 'vary: Origin').sort();

async function behind(options, use) {
	const nginx = await otherNginx(options);

	try {
		await use(nginx.port);
	} finally {
		await nginx.stop();
	}
}

for (const [what, origin, lines] of ORIGINS)
	test(`413 of nginx, Origin ${what}`, async () => {
		const r = await ask(stack.port, '/api/v1/users/signup',
		    { origin, method: 'POST', length: 9999999999 });

		assert.equal(r.status, 413);
		assert.equal(r.text, '{"detail":"The request body is too large"}');
		assert.deepEqual(corsLines(r), lines);
	});

test('502 without a worker', async () => {
	await behind({ socket: `${stack.run}/none` }, async (port) => {
		for (const [, origin, lines] of ORIGINS)
			for (const path of ['/api/v1/users/me', '/api/none.js', '/healthz']) {
				const r = await ask(port, path, { origin });

				assert.equal(r.status, 502);
				assert.ok(r.lines.includes('content-type: application/json'), path);
				assert.deepEqual(corsLines(r), lines, `${origin} ${path}`);
			}
	});
});

test('504 of a worker that is silent', async () => {
	const worker = await listener(() => {}, () => {});
	const edit = (text) => text.replace(/fastcgi_read_timeout \w+;/,
	    'fastcgi_read_timeout 1s;');

	await behind({ socket: worker.path, edit }, async (port) => {
		const r = await ask(port, '/api/v1/users/me', { origin: ORIGIN });

		assert.equal(r.status, 504);
		assert.deepEqual(corsLines(r), ALLOW);
	});
	await worker.stop();
});

test('429 of nginx', async () => {
	const edit = (text) => text.replace(/rate=\d+r\/s/, 'rate=1r/s')
	    .replace(/burst=\d+/g, 'burst=1').replace(/default 0;/, 'default 1;')
	    .replace(/127\.0\.0\.0\/8 0;/, '127.0.0.0/8 1;');

	await behind({ edit }, async (port) => {
		const replies = [];

		for (let i = 0; i < 10; i++)
			replies.push(await ask(port, '/api/v1/users/me', { origin: ORIGIN }));
		const refused = replies.filter((r) => r.status === 429);

		assert.ok(refused.length > 0);
		for (const r of refused) {
			assert.deepEqual(corsLines(r), ALLOW);
			assert.ok(r.lines.includes('retry-after: 1'));
		}
	});
});

/* [status, method, path] */
const OF_WORKERS = [[200, 'GET', '/api/v1/utils/health-check/'],
	[200, 'GET', '/api/v1/openapi.json'], [200, 'GET', '/healthz'],
	[401, 'GET', '/api/v1/users/me'], [404, 'GET', '/api/none'],
	[405, 'PUT', '/api/v1/users/me']];

for (const [status, method, path] of OF_WORKERS)
	test(`${status} of a worker: no header stands twice`, async () => {
		for (const [, origin, lines] of ORIGINS) {
			const r = await ask(stack.port, path, { origin, method });
			const names = r.lines.map((line) => line.split(':')[0])
			    .filter((name) => name !== 'vary');

			assert.equal(r.status, status);
			assert.deepEqual(corsLines(r), lines, `${origin}`);
			assert.equal(new Set(names).size, names.length, r.lines.join('\n'));
		}
	});

/* [method, path, Allow] */
const NOT_ALLOWED = [['POST', '/', 'GET, HEAD'], ['DELETE', '/static/favicon.svg', 'GET, HEAD'],
	['PUT', '/docs', 'GET, HEAD'], ['TRACE', '/api/v1/users/me', undefined]];

for (const [method, path, allow] of NOT_ALLOWED)
	test(`405 of nginx: ${method} ${path}`, async () => {
		const r = await ask(stack.port, path, { method });

		assert.equal(r.status, 405);
		assert.equal(r.text, '{"detail":"Method Not Allowed"}');
		assert.equal(r.lines.find((line) => line.startsWith('allow: ')),
		    allow && `allow: ${allow}`);
	});

/* [path, where it leads] */
const LEADS = [['/redoc', '/docs'], ['/redoc/', '/docs'], ['/docs/', '/docs'],
	['/docs.html', '/docs']];

for (const [path, to] of LEADS)
	test(`${path} leads to ${to}`, async () => {
		const r = await ask(stack.port, path);

		assert.equal(r.status, 301);
		assert.ok(r.lines.includes(`location: ${to}`), r.lines.join('\n'));
	});
