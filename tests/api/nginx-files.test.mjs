/*
 * Pages and files as `make` built them: which address is the application's, what
 * is kept how long, and that languages are there for the asking.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import zlib from 'node:zlib';

import { stack } from './stack.mjs';

const site = path.join(stack.build, 'site');
const [, hash] = fs.readFileSync(path.join(site, 'state'), 'utf8').split('\n');
const built = `/static/${hash}`;
const read = (...names) => fs.readFileSync(path.join(...names), 'utf8');

const FOREVER = 'public, max-age=31536000, immutable';
const INDEX = read(site, 'pages/index.html');
const MISSING = read(site, 'pages/404.html');

/* As the path is written, and the bytes as they came. */
function ask(at, { method = 'GET', headers = {} } = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request({ host: '127.0.0.1', port: stack.port,
			path: at, method, headers, agent: false }, (reply) => {
			const parts = [];

			reply.on('data', (part) => parts.push(part));
			reply.on('end', () => resolve({ status: reply.statusCode,
				headers: reply.headers, bytes: Buffer.concat(parts) }));
		});

		request.on('error', reject);
		request.end();
	});
}

const textOf = ({ headers, bytes }) => headers['content-encoding'] === 'gzip'
	? zlib.gunzipSync(bytes).toString() : bytes.toString();

test('the hash is of 16 digits, and the pages name it', () => {
	assert.match(hash, /^[0-9a-f]{16}$/);
	for (const name of fs.readdirSync(path.join(site, 'pages'))
	    .filter((file) => file.endsWith('.html')))
		assert.doesNotMatch(read(site, 'pages', name)
		    .replaceAll(`${built}/`, ''), /["']\/static\//, name);
});

const PAGES = ['/', '/sign-in', '/sign-up', '/recover-password',
	'/reset-password?token=x', '/verify-email?token=x', '/end-session?token=x',
	'/products', '/products/', '/products/7d0a/edit.html', '/dashboard', '/items',
	'/items/x', '/kv', '/kv/~/a/b.json', '/kv/~/.hidden/', '/kv/%2e%2e%2fx',
	'/account/sessions', '/admin', '/admin/users/x/y'];

for (const at of PAGES)
	test(`the application is at ${at}`, async () => {
		const r = await ask(at);

		assert.equal(r.status, at === '/kv/%2e%2e%2fx' ? 404 : 200);
		if (r.status !== 200)
			return;
		assert.equal(textOf(r), INDEX);
		assert.equal(r.headers['content-type'], 'text/html; charset=utf-8');
		assert.equal(r.headers['cache-control'], 'no-cache');
		assert.equal((await ask(at, { headers:
			{ 'if-none-match': r.headers.etag } })).status, 304);
		const { status, bytes } = await ask(at, { method: 'HEAD' });

		assert.deepEqual([status, bytes.length], [200, 0]);
	});

const NOT_PAGES = ['/signin', '/productsx', '/adm', '/admin.html', '/sign-in.html',
	'/none/products', '/%20', `${built}/js/none.js`, `${built}/`, built,
	'/static/0123456789abcdef/js/app.js', '/static/js/none.js', `${built}/js/`,
	`${built}/.x`, '/static/.x', `${built}/../../pages/index.html`, '/static/lang',
	`${built}/lang/none.txt`, `${built}/lang/a/b.json`, '/static/pages/index.html',
	`/static/${hash.toUpperCase()}x/js/app.js`, '/.git/config', '/state',
	'/404', '/404.html', '/404/', '/50x', '/50x.html', '/50x/'];

for (const at of NOT_PAGES)
	test(`no page: ${at}`, async () => {
		const r = await ask(at);

		if (r.status === 301) {
			const next = await ask(r.headers.location);

			assert.ok([200, 404].includes(next.status), r.headers.location);
			return;
		}
		assert.equal(r.status, 404);
		assert.equal(textOf(r), MISSING);
		assert.equal(r.headers['cache-control'], 'no-cache');
	});

/* [path below static/, type] */
const FILES = [['js/app.js', 'text/javascript; charset=utf-8'],
	['css/base.css', 'text/css; charset=utf-8'],
	['favicon.svg', 'image/svg+xml; charset=utf-8'],
	['lang/en.json', 'application/json']];

for (const [name, type] of FILES)
	test(`${name}, with the hash and without`, async () => {
		const whole = read(stack.root, 'static', name);

		for (const [at, cache] of [[`${built}/${name}`, FOREVER],
			[`/static/${name}`, 'no-cache']])
			for (const encoding of ['identity', 'gzip']) {
				const r = await ask(at, { headers:
					{ 'accept-encoding': encoding } });

				assert.equal(r.status, 200, at);
				assert.equal(r.headers['content-type'], type);
				assert.equal(r.headers['cache-control'], cache);
				assert.equal(r.headers['x-content-type-options'], 'nosniff');
				/* What is kept for ever is not asked for again. */
				for (const name of ['etag', 'last-modified'])
					assert.equal(name in r.headers, cache !== FOREVER, name);
				assert.equal(textOf(r), whole);
			}
	});

test('what is built is sent as it was compressed', async () => {
	for (const [at, file] of [[`${built}/js/app.js`, `static/${hash}/js/app.js.gz`],
		['/', 'pages/index.html.gz'], ['/admin/x', 'pages/index.html.gz']]) {
		const r = await ask(at, { headers: { 'accept-encoding': 'gzip, br' } });

		assert.equal(r.headers['content-encoding'], 'gzip');
		assert.equal(r.headers.vary, 'Accept-Encoding');
		assert.ok(r.bytes.equals(fs.readFileSync(path.join(site, file))), at);
	}
});

test('a language that is not there is English', async () => {
	for (const folder of [`${built}/lang`, '/static/lang']) {
		const english = textOf(await ask(`${folder}/en.json`));
		const r = await ask(`${folder}/tlh.json`);

		assert.equal(r.status, 200);
		assert.equal(r.headers['content-type'], 'application/json');
		assert.equal(textOf(r), english);
		assert.deepEqual(JSON.parse(textOf(await ask(
		    `${folder}/said/tlh.json`))), {});
	}
});

test('the languages are listed', async () => {
	const isFile = (name) => name.endsWith('.json');
	const wanted = fs.readdirSync(path.join(stack.root, 'static/lang'))
	    .filter(isFile).sort();

	for (const folder of [`${built}/lang/`, '/static/lang/']) {
		const r = await ask(folder);

		assert.equal(r.status, 200, folder);
		assert.equal(r.headers['content-type'], 'application/json');
		assert.deepEqual(JSON.parse(textOf(r)).map(({ name }) => name)
		    .filter(isFile).sort(), wanted);
	}
});

test('the policy of the pages', async () => {
	for (const at of ['/', '/docs', '/none', '/static/js/app.js']) {
		const policy = (await ask(at)).headers['content-security-policy'].split('; ');

		for (const rule of ["default-src 'none'", "script-src 'self'",
			"style-src 'self'", "connect-src 'self'", "img-src 'self' data: blob:",
			"require-trusted-types-for 'script'", "trusted-types 'none'"])
			assert.ok(policy.includes(rule), `${at}: ${rule}`);
		assert.doesNotMatch(policy.join(), /unsafe|\*/);
	}
	/* What is no page goes without it. */
	const asset = (await ask(`${built}/js/app.js`)).headers;

	assert.equal(asset['content-security-policy'], undefined);
	assert.equal(asset['x-content-type-options'], 'nosniff');
	assert.equal(asset['cross-origin-resource-policy'], 'same-origin');
});

test('robots.txt keeps crawlers to what is public', async () => {
	const r = await ask('/robots.txt');

	assert.equal(r.headers['content-type'], 'text/plain; charset=utf-8');
	assert.deepEqual(textOf(r).trim().split('\n'), ['User-agent: *', 'Allow: /',
		'Disallow: /api', 'Disallow: /admin', 'Disallow: /account']);
});

test('answers of the API are never compressed, but its description', async () => {
	const headers = { 'accept-encoding': 'gzip' };

	assert.equal((await ask('/api/v1/products/', { headers }))
	    .headers['content-encoding'], undefined);
	assert.equal((await ask('/api/v1/openapi.json', { headers }))
	    .headers['content-encoding'], 'gzip');
});
