/*
 * FRONTEND_DIR: a front end built elsewhere, with index.html for its pages.
 * On a stack of its own.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { call, detail, expect, target } from './client.mjs';
import { ownStack } from './stack.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'atrium-front-'));
const INDEX = '<!doctype html><title>elsewhere</title>';
const SCRIPT = 'export default 1;';

fs.chmodSync(dir, 0o755);
fs.mkdirSync(path.join(dir, 'assets'));
fs.writeFileSync(path.join(dir, 'index.html'), INDEX);
fs.writeFileSync(path.join(dir, 'assets/app.js'), SCRIPT);

const own = ownStack({ FRONTEND_DIR: dir });
const on = await target(own.url);
const get = (url, accept, method = 'GET') => call(method, url,
    { on, unchecked: true, headers: accept === undefined ? {} : { accept } });

after(() => {
	own.stop();
	fs.rmSync(dir, { recursive: true });
});

const page = { text: INDEX, headers: { 'content-type': /^text\/html/ } };
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const PAGES = ['/', '/login', '/signup', '/recover-password', '/reset-password?token=x',
	'/admin', '/items', '/settings', '/index.html', '/deep/er/page'];

for (const url of PAGES)
	test(`page ${url}`, async () => {
		expect(await get(url, BROWSER), page);
		expect(await get(url, 'application/xhtml+xml'), page);
		expect(await get(url, BROWSER, 'HEAD'), { text: '' });
	});

test('a file is the file, whoever asks', async () => {
	for (const accept of [BROWSER, '*/*', undefined])
		expect(await get('/assets/app.js', accept), { text: SCRIPT,
			headers: { 'content-type': /javascript/ } });
	assert.equal((await get('/assets/app.js', '*/*', 'POST')).status, 405);
});

for (const accept of [undefined, '*/*', 'application/json', 'image/png', 'text/html;q=0'])
	test(`what is no page and no file is 404: Accept ${accept}`, async () => {
		expect(await get('/assets/none.js', accept),
		    { status: 404, json: detail('Not Found') });
	});

test('the API is where it was', async () => {
	expect(await call('GET', '/api/v1/utils/health-check/', { on }), { text: 'true' });
	expect(await call('GET', '/api/v1/none', { on, headers: { accept: BROWSER } }),
	    { status: 404, json: detail('Not Found') });
	expect(await get('/healthz', BROWSER), { json: { status: 'ok' } });
	assert.equal((await get('/docs', BROWSER)).status, 200);
});

test('nothing outside the folder is served', async () => {
	fs.writeFileSync(path.join(dir, '.env'), 'SECRET');
	for (const url of ['/.env', '/../atrium.env', '/%2e%2e/etc/passwd', '/assets/../.env'])
		assert.doesNotMatch((await get(url, '*/*')).text, /SECRET|root:/, url);
});
