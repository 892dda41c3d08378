/*
 * Products: who may do what, what each refusal says, and what holds when many
 * change the same one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeKey, refused, trailOf } from './access.mjs';
import { api, call, expect, fault, hex, missing, notText, tooLong, tooShort,
	unique } from './client.mjs';
import { HOSTILE } from './hostile.mjs';
import { change, fields, make, post, PUBLIC, read, seen, STAFF, stock,
	world } from './products.mjs';
import { coded, signInBrowser } from './signing.mjs';
import { sql, sqlCount } from './stack.mjs';

const NOTHING = '/products/01890a5d-ac96-774b-bcce-b302099a8057';
const notFound = coded(404, 'not_found', 'Product not found');
const skuTaken = coded(409, 'sku_taken', 'There is a product with this sku');
const belowZero = (n) => coded(409, 'below_zero', `There are only ${n}`);
const aboveMaximum = coded(409, 'above_maximum', 'That would be more than a stock can be');
const changed = coded(412, 'match', 'It has changed meanwhile');
const required = coded(428, 'match_required', 'If-Match is required');
const refusal = (...items) => ({ status: 422, json: { detail: items, code: 'invalid' } });
const wrong = (field, why, input) => fault('value_error', ['body', field],
    `Value error, ${why}`, input, { error: {} });
const outside = (field, type, words, input, ctx) => fault(type, ['body', field],
    `Input should be ${words}`, input, ctx);
const CURRENCY = 'it is no currency of ISO 4217';
const MOST = 1e12;

test('make one: what was given and what was not', async () => {
	const sku = `Ä ${unique()}`;
	const r = await post({ sku, description: 'd', category: 'Books & more', stock: 3,
		active: false, image_file_id: '01890a5d-ac96-774b-bcce-b302099a8057',
		stripe_price_id: 'price_1' });
	const p = expect(r, { status: 201, headers: { etag: '"v1"',
		location: `/api/v1/products/${r.json.id}` } }).json;

	assert.deepEqual(Object.keys(p), STAFF);
	assert.deepEqual(p, { id: p.id, sku, name: 'A thing', description: 'd',
		category: 'Books & more', price: 1999, currency: 'EUR', stock: 3, in_stock: true,
		active: false, image_file_id: '01890a5d-ac96-774b-bcce-b302099a8057',
		stripe_price_id: 'price_1', version: 1, created_at: p.created_at,
		updated_at: p.created_at });
	const few = await make({ stock: undefined });

	assert.deepEqual([few.description, few.category, few.stock, few.in_stock, few.active,
		few.image_file_id, few.stripe_price_id], [null, null, 0, false, true, null, null]);
});

const LONG = '😀';
const BAD = [
	['nothing', {}, ['sku', 'name', 'price', 'currency'].map((name) => missing(name, {})), true],
	['no text', { sku: 1, name: null, currency: [] }, [notText('sku', 1), notText('name', null),
		notText('currency', [])]],
	['too short', { sku: '', name: '', category: '', currency: 'EU' }, [tooShort('sku', 1, ''),
		tooShort('name', 1, ''), tooShort('category', 1, ''), tooShort('currency', 3, 'EU')]],
	['too long', { sku: LONG.repeat(65), name: LONG.repeat(256), description: LONG.repeat(4001),
		category: LONG.repeat(65) }, [tooLong('sku', 64, LONG.repeat(65)),
		tooLong('name', 255, LONG.repeat(256)),
		tooLong('description', 4000, LONG.repeat(4001)),
		tooLong('category', 64, LONG.repeat(65))]],
	['a negative price', { price: -1 }, [outside('price', 'greater_than_equal',
	    'greater than or equal to 0', -1, { ge: 0 })]],
	['too much', { price: MOST + 1, stock: MOST + 1 }, ['price', 'stock'].map((name) =>
		outside(name, 'less_than_equal', `less than or equal to ${MOST}`, MOST + 1, { le: MOST }))],
	['blanks around', { sku: ' a', category: 'b ' }, [wrong('sku', 'it begins with a blank', ' a'),
		wrong('category', 'it ends with a blank', 'b ')]],
	['control characters', { sku: 'a\tb', category: 'b\u2028' },
		[wrong('sku', 'control characters are not allowed', 'a\tb'),
			wrong('category', 'control characters are not allowed', 'b\u2028')]],
	['what cannot be seen', { sku: 'a\u202eb' }, [wrong('sku',
	    'characters that cannot be seen are not allowed', 'a\u202eb')]],
	['all at once', { sku: '\u00a0', category: '\u3000', currency: 'eur' },
		[wrong('sku', 'it begins with a blank', '\u00a0'),
			wrong('category', 'it begins with a blank', '\u3000'),
			wrong('currency', CURRENCY, 'eur')]],
	...['XXX', 'XAU', 'XTS', 'HRK', 'ABC', 'E R', '€€€'].map((code) =>
		[`the currency ${code}`, { currency: code }, [wrong('currency', CURRENCY, code)]]),
];

for (const [name, json, items, whole] of BAD)
	test(`what is no product: ${name}`, async () => {
		const { boss: { token } } = await world();
		const p = await make();

		expect(await post(json, whole ? { json: {} } : {}), refusal(...items));
		if (whole)
			return;
		expect(await change(p.id, 1, json), refusal(...items));
		assert.deepEqual(await read(p.id, token), p);
	});

test('the longest and the largest', async () => {
	const sku = `${unique()}${LONG}`.padEnd(65, 'x').slice(0, 65);
	const p = await make({ sku, name: LONG.repeat(255), description: LONG.repeat(4000),
		category: LONG.repeat(64), price: MOST, stock: MOST });

	assert.deepEqual([[...p.sku].length, p.price, p.stock], [64, MOST, MOST]);
	assert.equal(p.description, LONG.repeat(4000));
	expect(await stock(p.id, 1), aboveMaximum);
	expect(await stock(p.id, MOST), aboveMaximum);
	assert.equal(expect(await stock(p.id, -MOST), {}).json.stock, 0);
});

test('a sku belongs to one; capitals and accents make another', async () => {
	const a = await make(), b = await make();

	expect(await post({ sku: a.sku }), skuTaken);
	expect(await change(b.id, 1, { sku: a.sku }), skuTaken);
	expect(await post({ sku: `${a.sku} ` }), { status: 422 });
	assert.equal((await make({ sku: a.sku.toLowerCase() })).sku, a.sku.toLowerCase());
	assert.equal((await make({ sku: `é${a.sku}` })).sku, `é${a.sku}`);
	assert.equal((await make({ sku: `e\u0301${a.sku}` })).version, 1);
	expect(await change(a.id, 1, { sku: a.sku }), { headers: { etag: '"v2"' } });
	const same = await Promise.all(Array.from({ length: 8 }, () => post({ sku: `${a.sku}8` })));

	assert.deepEqual(same.map((r) => r.status).sort(), [201, ...Array(7).fill(409)]);
});

test('who may: staff, by session, key and cookie; others not', async () => {
	const { boss, user } = await world();
	const p = await make(), url = `/products/${p.id}`;
	const key = await makeKey(boss, { permissions: ['products'] });
	const weak = await makeKey(boss);
	const json = { price: 5 }, headers = { 'if-match': '"v1"' };

	for (const token of [user.token, weak.key]) {
		refused(await api('POST', '/products/', { token, json: fields() }), 403, 'not_allowed');
		refused(await api('PATCH', url, { token, json, headers }), 403, 'not_allowed');
		refused(await api('DELETE', url, { token, headers }), 403, 'not_allowed');
		refused(await api('POST', `${url}/stock`, { token, json: { delta: 1, reason: 'x' } }),
		    403, 'not_allowed');
	}
	expect(await api('PATCH', url, { token: key.key, json, headers }), {});
	const tab = await signInBrowser(boss);
	const cookie = `atrium_access=${tab.jar.atrium_access}`;

	refused(await api('POST', '/products/', { json: fields(), headers: { cookie } }), 403,
	    'csrf_failed');
	expect(await api('POST', '/products/', { json: fields(),
		headers: { cookie, 'x-csrf-token': tab.csrf } }), { status: 201 });
	assert.ok('stock' in expect(await api('GET', url, { headers: { cookie } }), {}).json);
});

test('visitors see what is active, and not how many there are', async () => {
	const { boss, user } = await world();
	const p = await make({ stock: 7, stripe_price_id: 'price_x' });
	const off = await make({ active: false });

	for (const token of [undefined, user.token, (await makeKey(boss)).key]) {
		const r = expect(await api('GET', `/products/${p.id}`, { token }), {
			headers: { etag: '"v1-public"', vary: /Authorization, Cookie/,
				'cache-control': token ? 'private, no-cache' : 'no-cache' } });

		assert.deepEqual(Object.keys(r.json), PUBLIC);
		assert.deepEqual(r.json, seen(p));
		expect(await api('GET', `/products/${off.id}`, { token }), notFound);
		expect(await api('GET', NOTHING, { token }), notFound);
	}
	const r = expect(await api('GET', `/products/${p.id}`, { token: boss.token }), {
		headers: { etag: '"v1"', 'cache-control': 'private, no-cache' } });

	assert.deepEqual(r.json, p);
	assert.deepEqual(await read(off.id, boss.token), off);
	expect(await api('GET', '/products/x'), { status: 422 });
	for (const token of ['nonsense', 'atr_nonsense'])
		for (const url of [`/products/${p.id}`, '/products/'])
			refused(await api('GET', url, { token }), 401, 'invalid_token');
	expect(await api('GET', '/products/', { headers: { authorization: 'Basic eDp5' } }),
	    { status: 401 });
});

test('a visitor with the tag of what it has gets 304, until it can see a change', async () => {
	const p = await make({ stock: 2 }), url = `/products/${p.id}`;
	const ask = (tag) => api('GET', url, { headers: { 'if-none-match': tag } });

	expect(await ask('"v1-public"'), { status: 304, text: '' });
	expect(await ask('W/"v1-public"'), { status: 304 });
	expect(await ask('"v1"'), {});
	expect(await stock(p.id, -1), { json: { stock: 1, version: 2 } });
	expect(await ask('"v1-public"'), { status: 304 });
	assert.deepEqual(await read(p.id), seen(p));
	expect(await stock(p.id, -1), { json: { stock: 0, version: 3 } });
	const r = expect(await ask('"v1-public"'), { headers: { etag: '"v2-public"' } });

	assert.deepEqual([r.json.in_stock, r.json.version], [false, 2]);
	assert.ok(r.json.updated_at > p.updated_at);
	expect(await change(p.id, 3, { price: 1 }), { headers: { etag: '"v4"' } });
	assert.equal((await read(p.id)).version, 3);
});

test('changing needs the version: 428 without, 412 with another', async () => {
	const { boss: { token } } = await world();
	const p = await make(), url = `/products/${p.id}`;
	const as = (method, tag, json) => api(method, url, { token, json,
		headers: tag === undefined ? {} : { 'if-match': tag } });

	for (const [method, json] of [['PATCH', { price: 1 }], ['DELETE', undefined]]) {
		expect(await as(method, undefined, json), required);
		for (const tag of ['"v2"', '"v0"', 'W/"v1"', 'v1', '""', '"v1-public"', '"v2", "v3"'])
			expect(await as(method, tag, json), changed);
		expect(await api(method, NOTHING, { token, json, headers: { 'if-match': '*' } }),
		    notFound);
	}
	assert.deepEqual(await read(p.id, token), p);
	expect(await as('PATCH', '"v9", "v1"', { price: 2 }), { headers: { etag: '"v2"' } });
	expect(await as('PATCH', '*', { name: 'B' }), { headers: { etag: '"v3"' } });
	expect(await as('DELETE', '"v3"'), { status: 204, text: '' });
	expect(await as('DELETE', '"v3"'), notFound);
	expect(await api('GET', url), notFound);
});

test('a change is of what is given; null takes away what may be away', async () => {
	const { boss: { token } } = await world();
	let p = await make({ description: 'd', category: 'c', stock: 4, stripe_price_id: 'p',
		image_file_id: '01890a5d-ac96-774b-bcce-b302099a8057' });
	const steps = [{ name: 'N' }, { sku: `n-${unique()}` }, { price: 0 }, { currency: 'JPY' },
		{ stock: 0 }, { active: false }, { description: null, category: null },
		{ image_file_id: null, stripe_price_id: null }, { stock: 9, active: true }, {}];

	for (const json of steps) {
		const was = p;

		p = expect(await change(p.id, p.version, json), {}).json;
		assert.deepEqual(p, { ...was, ...json, version: was.version + 1,
			in_stock: (json.stock ?? was.stock) > 0, updated_at: p.updated_at });
		assert.deepEqual(await read(p.id, token), p);
	}
	for (const name of ['sku', 'name', 'price', 'currency', 'stock', 'active'])
		expect(await change(p.id, p.version, { [name]: null }), { status: 422 });
	const { diff } = trailOf(p.id).at(-2);

	assert.deepEqual(diff, { stock: [0, 9], active: [false, true] });
});

test('of n changes with the same version one is done', async () => {
	const { boss: { token } } = await world();
	let { id, version } = await make();

	for (let round = 0; round < 5; round++) {
		const replies = await Promise.all(Array.from({ length: 24 }, (_, i) =>
			change(id, version, { name: `round ${round}`, price: i })));
		const [won, ...others] = replies.filter((r) => r.status === 200);

		assert.ok(won && others.length === 0);
		for (const r of replies.filter((reply) => reply !== won))
			expect(r, changed);
		assert.deepEqual(await read(id, token), won.json);
		({ version } = won.json);
	}
	assert.equal(version, 6);
	const [gone, ...not] = (await Promise.all(Array.from({ length: 8 }, () =>
		api('DELETE', `/products/${id}`, { token, headers: { 'if-match': '"v6"' } }))))
	    .sort((a, b) => a.status - b.status);

	expect(gone, { status: 204 });
	for (const r of not)
		expect(r, notFound);
});

test('what something refers to is kept, inactive', async () => {
	const { boss: { token } } = await world();
	const [p, off] = [await make({ stock: 1 }), await make({ active: false })];
	const remove = ({ id, version }) => api('DELETE', `/products/${id}`, { token,
		headers: { 'if-match': `"v${version}"` } });

	sql('CREATE TABLE test_references (product_id BINARY(16) NOT NULL, FOREIGN KEY' +
	    ' (product_id) REFERENCES products (id)) ENGINE=InnoDB');
	try {
		sql(`INSERT INTO test_references VALUES (${hex(p.id)}), (${hex(off.id)})`);
		expect(await remove(p), { status: 204, text: '' });
		const kept = await read(p.id, token);

		assert.deepEqual(kept, { ...p, active: false, version: 2, updated_at: kept.updated_at });
		expect(await api('GET', `/products/${p.id}`), notFound);
		expect(await remove(p), changed);
		expect(await remove(off), { status: 204 });
		assert.deepEqual(await read(off.id, token), off);
		assert.deepEqual(trailOf(p.id).at(-1).diff, { active: [true, false] });
		assert.equal(trailOf(off.id).at(-1).diff, null);
	} finally {
		sql('DROP TABLE test_references');
	}
	expect(await remove({ ...p, version: 2 }), { status: 204 });
	expect(await api('GET', `/products/${p.id}`, { token }), notFound);
});

test('the stock: by so many, with a reason that the trail keeps', async () => {
	const { boss: { token } } = await world();
	const p = await make({ stock: 5 });

	expect(await stock(p.id, -2), { json: { stock: 3, version: 2 }, headers: { etag: '"v2"' } });
	expect(await stock(p.id, -4), belowZero(3));
	expect(await stock(p.id, 10), { json: { stock: 13, version: 3 } });
	expect(await stock(p.id, 0), refusal(wrong('delta', 'it is not to be 0', 0)));
	for (const delta of [MOST + 1, -MOST - 1, 9223372036854775807n, 1e300, 1.5, '1', null])
		expect(await stock(p.id, 1, { json: undefined, type: 'application/json',
			body: `{"delta":${typeof delta === 'string' ? `"${delta}x"` : delta},"reason":"r"}` }),
		    { status: 422 });
	expect(await stock(p.id, 1, { json: { delta: 1 } }),
	    refusal(missing('reason', { delta: 1 })));
	expect(await stock(p.id, 1, { json: { delta: 1, reason: 'x'.repeat(256) } }), { status: 422 });
	expect(await stock(p.id, 1, { headers: { 'if-match': '"v2"' } }), changed);
	expect(await api('POST', `${NOTHING}/stock`, { token, json: { delta: 1, reason: 'r' } }),
	    notFound);
	assert.equal((await read(p.id, token)).stock, 13);
	assert.deepEqual(trailOf(p.id).map((row) => row.diff).at(-1),
	    { stock: [3, 13], reason: [null, 'counted'] });
});

test('a key does it once', async () => {
	const key = () => ({ headers: { 'idempotency-key': unique() } });
	const json = fields(), making = { json, ...key() };
	const first = expect(await post({}, making), { status: 201 });
	const again = expect(await post({}, making), { status: 201, text: first.text,
		headers: { 'idempotency-replayed': 'true', location: first.headers.location } });

	assert.equal(again.headers.etag, first.headers.etag);
	refused(await post({}, { ...making, json: fields() }), 422, 'idempotency_mismatch');
	const taking = key();
	const replies = await Promise.all(Array.from({ length: 12 }, () =>
		stock(first.json.id, 2, taking)));

	assert.ok(replies.every((r) => r.status === 200 || r.status === 409), replies[0].text);
	expect(await stock(first.json.id, 2, taking), { json: { stock: 2, version: 2 } });
});

test('64 clients take from 1,000 until there are none', async () => {
	const { boss: { token } } = await world();
	const p = await make({ stock: 1000 });
	let left = 1100;
	const seenStock = new Set(), refusals = [];

	await Promise.all(Array.from({ length: 64 }, async () => {
		while (left-- > 0) {
			const r = await stock(p.id, -1);

			if (r.status === 200)
				seenStock.add(r.json.stock);
			else
				refusals.push(expect(r, belowZero(0)));
		}
	}));
	assert.equal(seenStock.size, 1000);
	assert.equal(refusals.length, 100);
	const { stock: none, version, in_stock } = await read(p.id, token);

	assert.deepEqual([none, version, in_stock], [0, 1001, false]);
	assert.equal((await read(p.id)).version, 2);
	assert.equal(sqlCount("SELECT COUNT(*) FROM audit WHERE action = 'products-change_stock'" +
	    ` AND object_id = '${p.id}'`), 1000);
});

test('hostile texts in every field come back as they went, or are refused', async () => {
	const { boss: { token } } = await world();
	const texts = HOSTILE.filter((text) => [...text].length <= 64);
	let p = await make(), taken = 0;

	for (const text of texts) {
		const sku = `${[...text].slice(0, 50).join('')}-${unique()}`;
		const json = { name: text, description: text, sku, category: text };
		let r = await change(p.id, p.version, json);

		if (r.status === 422) {
			for (const { type, loc } of r.json.detail)
				assert.ok(type === 'value_error' && ['sku', 'category'].includes(loc[1]), r.text);
			r = await change(p.id, p.version, { name: text, description: text });
		} else {
			taken++;
		}
		p = expect(r, {}).json;
		assert.deepEqual([p.name, p.description], [text, text]);
		if (taken % 20 === 0) {
			assert.deepEqual(await read(p.id, token), p);
			const found = await api('GET', `/products/?category=${encodeURIComponent(text)}` +
			    `&q=${encodeURIComponent(text)}&active=true`, { token });

			assert.ok([200, 422].includes(found.status), found.text);
		}
	}
	assert.ok(taken > texts.length / 2, `${taken} of ${texts.length}`);
});

test('a slash at the end or none, HEAD, OPTIONS', async () => {
	const p = await make();

	for (const path of ['/api/v1/products', '/api/v1/products/', `/api/v1/products/${p.id}/`]) {
		expect(await call('GET', path), {});
		expect(await call('HEAD', path), { text: '' });
		assert.match((await call('OPTIONS', path)).headers.allow, /^GET, HEAD, /);
	}
	expect(await api('PUT', '/products/', { json: {} }), { status: 405 });
});
