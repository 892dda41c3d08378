/*
 * nginx keeps what visitors see of the products for PUBLIC_CACHE_SECONDS. Whose
 * answers come from there shows in X-Cache-Status, and in the workers' log.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { api, account, call, expect, hex, superuser, target, unique } from './client.mjs';
import { shared } from './cases.mjs';
import { signInBrowser } from './signing.mjs';
import { eventually, ownStack, sql } from './stack.mjs';

const SECONDS = 3;
let own, on;

before(async () => {
	own = ownStack({ PUBLIC_CACHE_SECONDS: SECONDS });
	on = await target(own.url);
});
after(() => own.stop());

const boss = shared(() => superuser({}, { on, stack: own }));
const get = (url, headers = {}) => api('GET', url, { on, headers });
const status = (r) => r.headers['x-cache-status'];
const withToken = async () => ({ authorization: `Bearer ${(await boss()).token}` });

async function make(more = {}) {
	const json = { sku: unique(), name: 'A thing', price: 1, currency: 'EUR', stock: 9, ...more };

	return expect(await api('POST', '/products/', { on, json, headers: await withToken() }),
	    { status: 201 }).json;
}

const change = async ({ id }, json) => expect(await api('PATCH', `/products/${id}`,
    { on, json, headers: { ...await withToken(), 'if-match': '*' } }), {}).json;

/* The worker logs what it answers. */
const asked = (r) => fs.readFileSync(own.log, 'utf8').includes(r.headers['x-request-id']);

/* An address that nothing was kept for. */
const fresh = () => `/products/?category=${unique()}`;

test('the second visitor is answered from the cache, with a request id of its own', async () => {
	const p = await make();

	for (const url of [fresh(), `/products/${p.id}`]) {
		const first = await get(url), second = await get(url);

		for (const r of [first, second])
			expect(r, { headers: { 'cache-control': `public, max-age=${SECONDS}`,
				vary: /Authorization, Cookie/, etag: /^"v\d+(-[0-9a-f]+)?-public"$/,
				'x-content-type-options': 'nosniff' } });
		assert.deepEqual([status(first), status(second)], ['MISS', 'HIT']);
		assert.equal(second.text, first.text);
		assert.notEqual(second.headers['x-request-id'], first.headers['x-request-id']);
		await eventually('the line of the first', () => asked(first));
		assert.ok(!asked(second));
		const tag = { 'if-none-match': first.headers.etag };

		expect(await get(url, tag), { status: 304, text: '', headers: { 'x-cache-status': 'HIT' } });
		expect(await get(url, { 'if-none-match': '"other"' }), { text: first.text });
		expect(await api('HEAD', url, { on }), { text: '' });
		expect(await get(url), { text: first.text, headers: { 'x-cache-status': 'HIT' } });
	}
});

test('after the time it is fresh, and who changes it sees it at once', async () => {
	const category = unique(), url = `/products/?category=${category}`;
	const p = await make({ category });
	const one = await get(url);

	assert.deepEqual(one.json.data.map((row) => row.price), [1]);
	await change(p, { price: 2 });
	const mine = await get(url, await withToken());

	assert.deepEqual([mine.json.data[0].price, status(mine)], [2, 'BYPASS']);
	const began = Date.now();

	await eventually('the new price', async () =>
		(await get(url)).json.data[0].price === 2, SECONDS + 5);
	assert.ok(Date.now() - began < (SECONDS + 2) * 1000);
	/* Nothing changed: the worker says so, and what is kept is kept on. */
	await eventually('asked again', async () => status(await get(url)) === 'REVALIDATED');
	assert.equal(status(await get(url)), 'HIT');
});

test('cookies of other pages are all the same to it', async () => {
	const url = fresh();

	assert.equal(status(await get(url, { cookie: 'a=1' })), 'MISS');
	for (const headers of [{ cookie: 'a=1' }, { cookie: 'a=2' }, {}, { cookie: 'theme=dark; b=3' }])
		expect(await get(url, headers), { headers: { 'x-cache-status': 'HIT',
			vary: /Authorization, Cookie/ } });
});

test('who wants what is new gets it, and others with him', async () => {
	const p = await make(), url = `/products/${p.id}`;

	await get(url);
	await change(p, { name: 'Another thing' });
	assert.equal((await get(url)).json.name, 'A thing');
	for (const header of [{ 'cache-control': 'no-cache' }, { pragma: 'no-cache' },
		{ 'cache-control': 'max-age=0' }])
		assert.equal(status(await get(url, header)), 'BYPASS');
	const r = await get(url);

	assert.deepEqual([status(r), r.json.name], ['HIT', 'Another thing']);
});

test('whoever shows who it is passes by, and leaves nothing', async () => {
	const user = await account({}, { on });
	const tab = await signInBrowser(await boss(), {}, { on });
	const cookie = `theme=dark; atrium_access=${tab.jar.atrium_access}`;
	const p = await make({ active: false });
	const callers = [await withToken(), { authorization: `Bearer ${user.token}` }, { cookie }];

	for (const headers of callers) {
		const url = fresh();

		for (let i = 0; i < 3; i++) {
			const r = await get(url, headers);

			assert.equal(status(r), 'BYPASS');
			assert.equal(r.headers['cache-control'], 'private, no-cache');
			await eventually('its line', () => asked(r));
		}
		assert.equal(status(await get(url)), 'MISS');
		assert.equal(status(await get(url, headers)), 'BYPASS');
		assert.equal(status(await get(url)), 'HIT');
	}
	for (const headers of [callers[0], { cookie }]) {
		const r = await get(`/products/${p.id}`, headers);

		expect(await get(`/products/${p.id}`, { ...headers, 'if-none-match': r.headers.etag }),
		    { status: 304, text: '' });
	}
	for (const headers of [{ authorization: 'Bearer x' }, { cookie: 'atrium_access=x' }])
		assert.equal((await get('/products/', headers)).status, 401);
	expect(await get('/products/'), {});
});

test("nothing that staff sees is ever a visitor's", async () => {
	const off = await make({ active: false, stripe_price_id: 'price_hidden' });
	const paths = ['/products/', '/products/?limit=5', `/products/${off.id}`, '/products'];

	await Promise.all(Array.from({ length: 200 }, async (_, i) => {
		const staff = i % 2 === 0;
		const r = await get(paths[(i >> 1) % 4], staff ? await withToken() : {});

		if (staff)
			assert.match(r.text, /"stock":/);
		else
			assert.ok(!/"stock":|price_hidden|"active":false/.test(r.text), r.text);
		assert.equal(r.status, !staff && r.path.endsWith(off.id) ? 404 : 200);
		if (r.status === 404)
			assert.notEqual(status(r), 'HIT');
	}));
});

test('what fails is not kept', async () => {
	const p = await make({ active: false }), url = `/products/${p.id}`;

	for (let i = 0; i < 2; i++) {
		assert.deepEqual([(await get(url)).status, status(await get(url))], [404, 'MISS']);
		assert.equal(status(await get('/products/?limit=0')), 'MISS');
	}
	await change(p, { active: true });
	expect(await get(url), {});
	sql(`RENAME TABLE products TO products_away`, own);
	const failed = fresh();

	try {
		const r = await api('GET', failed, { on });

		assert.ok(r.status >= 500, r.text);
		assert.equal(r.headers['cache-control'], 'no-store');
	} finally {
		sql(`RENAME TABLE products_away TO products`, own);
	}
	expect(await get(failed), { headers: { 'x-cache-status': 'MISS' } });
	expect(await get(failed), { headers: { 'x-cache-status': 'HIT' } });
});

test('another origin has answers of its own', async () => {
	const url = fresh(), origin = own.url;

	assert.equal((await get(url)).headers['access-control-allow-origin'], undefined);
	const r = await get(url, { origin });

	assert.equal(r.headers['access-control-allow-origin'], origin);
	assert.equal(status(await get(url, { origin })), 'HIT');
	assert.equal((await get(url, { origin: 'https://evil.example' }))
	    .headers['access-control-allow-origin'], undefined);
	assert.equal((await get(url)).headers['access-control-allow-origin'], undefined);
});

test('of many who ask at once one gets to the worker', async () => {
	const url = fresh();
	const replies = await Promise.all(Array.from({ length: 40 }, () => get(url)));

	assert.equal(replies.filter((r) => status(r) === 'MISS').length, 1);
	assert.equal(new Set(replies.map((r) => r.text)).size, 1);
});

test('a write is not kept, and an id in its way is no product', async () => {
	const p = await make();
	const r = await api('POST', `/products/${p.id}/stock`, { on, headers: await withToken(),
		json: { delta: -1, reason: 'sold' } });

	expect(r, { json: { stock: 8, version: 2 } });
	expect(await api('POST', '/products/', { on, json: {} }), { status: 401 });
	assert.equal(sql(`SELECT stock FROM products WHERE id = ${hex(p.id)}`, own)[0][0], '8');
	expect(await call('GET', '/api/v1/productsx', { on }), { status: 404 });
});
