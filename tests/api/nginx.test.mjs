/*
 * What nginx says by itself, when no worker does: JSON under /api, and enough
 * of it for a client to go on.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import { checkReply, raw } from './client.mjs';
import { listener, otherNginx } from './nginx.mjs';
import { stack } from './stack.mjs';

function get(port, path = '/api/v1/users/me') {
	return raw(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, { port });
}

function isJsonError(r, status) {
	assert.equal(r.status, status, r.text);
	assert.match(r.headers['content-type'], /^application\/json/);
	assert.deepEqual(Object.keys(r.json), ['detail']);
	assert.equal(typeof r.json.detail, 'string');
	assert.doesNotMatch(r.text, /nginx/i);
	checkReply(r);
}

async function behind(options, use) {
	const nginx = await otherNginx(options);

	try {
		await use(nginx);
	} finally {
		await nginx.stop();
	}
}

test('no worker: 502', async () => {
	await behind({ socket: `${stack.run}/none` }, async ({ port }) => {
		for (const path of ['/api/v1/users/me', '/api/none', '/healthz', '/version'])
			isJsonError(await get(port, path), 502);
	});
});

test('a worker that leaves: 502', async () => {
	const worker = await listener();

	await behind({ socket: worker.path }, async ({ port }) => {
		isJsonError(await get(port), 502);
	});
	await worker.stop();
});

test('a worker that talks nonsense: 502', async () => {
	const worker = await listener(() => {}, (socket) => socket.end('nonsense'.repeat(100)));

	await behind({ socket: worker.path }, async ({ port }) => {
		isJsonError(await get(port), 502);
	});
	await worker.stop();
});

test('a worker that is silent: 504', async () => {
	const worker = await listener(() => {}, () => {});
	const edit = (text) => text.replace(/fastcgi_read_timeout \w+;/,
	    'fastcgi_read_timeout 1s;');

	await behind({ socket: worker.path, edit }, async ({ port }) => {
		isJsonError(await get(port), 504);
	});
	await worker.stop();
});

test('too many requests: 429 with Retry-After', async () => {
	const edit = (text) => text.replace(/rate=\d+r\/s/, 'rate=1r/s')
	    .replace(/burst=\d+/g, 'burst=1').replace(/default 0;/, 'default 1;')
	    .replace(/127\.0\.0\.0\/8 0;/, '127.0.0.0/8 1;');

	await behind({ edit }, async ({ port }) => {
		const replies = [];

		for (let i = 0; i < 10; i++)
			replies.push(await get(port));
		const refused = replies.filter((r) => r.status === 429);

		assert.ok(refused.length > 0, replies.map((r) => r.status).join());
		for (const r of refused) {
			isJsonError(r, 429);
			assert.match(r.headers['retry-after'], /^\d+$/);
		}
		assert.equal(replies[0].status, 401);
	});
});

test('a POST whose worker dies is not sent twice', async () => {
	const worker = await listener();

	await behind({ socket: worker.path }, async ({ port }) => {
		const r = await raw('POST /api/v1/users/signup HTTP/1.1\r\nHost: a\r\n' +
		    'Content-Length: 2\r\nConnection: close\r\n\r\n{}', { port });

		isJsonError(r, 502);
	});
	assert.equal(worker.connections(), 1);
	await worker.stop();
});

test('a header that is too large: 4xx in JSON', async () => {
	const r = await raw('GET /api/v1/users/me HTTP/1.1\r\nHost: a\r\n' +
	    `X: ${'x'.repeat(100000)}\r\nConnection: close\r\n\r\n`);

	assert.ok([400, 431, 494].includes(r.status), `${r.status}`);
	assert.equal(typeof r.json?.detail, 'string', r.text);
});

test('after a burst and a silence each nginx answers at once', async () => {
	for (let round = 0; round < 3; round++) {
		const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

		await Promise.all(Array.from({ length: 64 * 4 }, () => health(agent)));
		agent.destroy();
		await new Promise((resolve) => setTimeout(resolve, 1000));
		/* New connections: they spread over the processes of nginx. */
		for (let i = 0; i < 16; i++)
			await health(new http.Agent({ keepAlive: false }));
	}
});

function health(agent) {
	return new Promise((resolve, reject) => {
		const request = http.get({ host: '127.0.0.1', port: stack.port,
			path: '/healthz', agent, timeout: 10000 }, (reply) => {
			reply.resume();
			reply.on('end', () => reply.statusCode === 200 ? resolve() :
			    reject(new Error(`status ${reply.statusCode}`)));
		});

		request.on('timeout', () => request.destroy(new Error('no answer in 10 s')));
		request.on('error', reject);
	});
}
