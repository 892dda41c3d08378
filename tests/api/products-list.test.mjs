/*
 * The list of products: every filter with every order, walked by cursor and by
 * skip, against the same made here; and that it is never older than it says.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { shared } from './cases.mjs';
import { api, expect, fault, unique } from './client.mjs';
import { change, make, PUBLIC, read, seen, STAFF, stock, world } from './products.mjs';
import { sql } from './stack.mjs';

const PLACES = ['garden', 'kitchen', 'office', null];
const THINGS = ['lamp', 'Lamp', 'table', 'chair', 'LAMP', 'desk'];
const COUNT = 300;

/* Many that are alike in each order; some inactive, some out of stock. */
const shelf = shared(async () => {
	const rows = [];

	sql('DELETE FROM products; DELETE FROM product_totals');
	for (let at = 0; at < COUNT; at += 20)
		rows.push(...await Promise.all(Array.from({ length: 20 }, (_, k) => at + k).map((i) =>
			make({ sku: `${'bAa'[i % 3]}-${unique()}`, name: THINGS[i % 6],
				description: i % 7 ? null : `a ${i % 2 ? 'small' : 'smart'} one`,
				category: PLACES[i % 5] ?? null, price: i * 7 % 40 * 100,
				stock: i % 4 ? i : 0, active: i % 9 !== 0,
				currency: i % 2 ? 'EUR' : 'USD' }))));
	return rows;
});

const compare = (a, b) => a < b ? -1 : a > b ? 1 : 0;
const ORDERS = {
	created_at: (a, b) => compare(a.id, b.id),
	name: (a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()) || compare(a.id, b.id),
	price: (a, b) => a.price - b.price || compare(a.id, b.id),
	sku: (a, b) => compare(a.sku, b.sku) || compare(a.id, b.id),
};
const SORTS = Object.entries(ORDERS).flatMap(([name, by]) =>
	[[name, by], [`-${name}`, (a, b) => by(b, a)]]);

const FILTERS = [
	['', () => true],
	['category=kitchen', (p) => p.category === 'kitchen'],
	['category=attic', () => false],
	['min_price=1000', (p) => p.price >= 1000],
	['max_price=900', (p) => p.price <= 900],
	['min_price=700&max_price=700', (p) => p.price === 700],
	['min_price=2000&max_price=1000', () => false],
	['in_stock=true', (p) => p.stock > 0],
	['in_stock=false', (p) => p.stock === 0],
	['q=lamp', (p) => /lamp/i.test(p.name)],
	['q=one+sma', (p) => p.description !== null],
	['q=LAMP+sma', (p) => /lamp/i.test(p.name) && /sma/.test(p.description)],
	['q=zebra', () => false],
	['category=garden&in_stock=true&max_price=2500', (p) => p.category === 'garden' &&
	    p.stock > 0 && p.price <= 2500],
	['category=office&q=table', (p) => p.category === 'office' && p.name === 'table'],
];
const STAFF_FILTERS = [
	...FILTERS,
	['active=false', (p) => !p.active],
	['active=true&category=garden', (p) => p.active && p.category === 'garden'],
	['active=false&in_stock=false', (p) => !p.active && p.stock === 0],
];

const list = async (query = '', token = undefined) =>
	expect(await api('GET', `/products/?${query}`, { token }), {}).json;

async function walk(query, token, limit) {
	const found = [];
	let page, cursor = '', count;

	do {
		page = await list(`${query}&limit=${limit}${cursor}`, token);
		count ??= page.count;
		assert.equal(page.count, count, query);
		assert.equal(page.more, false);
		assert.ok(page.data.length === limit || page.next === null);
		found.push(...page.data);
		cursor = `&cursor=${page.next}`;
	} while (page.next !== null);
	assert.equal(found.length, count, query);
	return found;
}

async function compareAll(rows, filters, token, view) {
	for (const [filter, keep] of filters)
		for (const [sort, by] of SORTS) {
			const want = rows.filter(keep).sort(by).map(view);
			const query = `${filter}&sort=${sort}`;

			assert.deepEqual(await walk(query, token, 37), want, query);
			const { data, count } = await list(`${query}&skip=30&limit=50`, token);

			assert.deepEqual(data, want.slice(30, 80), `${query}&skip`);
			assert.equal(count, want.length);
		}
}

test('visitors: filters x orders x pages', async () => {
	const rows = (await shelf()).filter((p) => p.active);

	assert.equal(rows.length, 266);
	await compareAll(rows, FILTERS, undefined, seen);
});

test('staff: filters x orders x pages', async () => {
	const rows = await shelf(), { boss: { token } } = await world();

	await compareAll(rows, STAFF_FILTERS, token, (p) => p);
});

test('the default is 50, newest first, and the count is of all', async () => {
	const rows = await shelf(), { boss, user } = await world();
	const newest = [...rows].sort((a, b) => compare(b.id, a.id));

	for (const token of [undefined, user.token]) {
		const page = await list('', token);

		assert.deepEqual(Object.keys(page), ['data', 'count', 'more', 'next']);
		assert.deepEqual(page.data, newest.filter((p) => p.active).slice(0, 50).map(seen));
		assert.deepEqual([page.count, page.more, typeof page.next], [266, false, 'string']);
		assert.deepEqual(Object.keys(page.data[0]), PUBLIC);
		assert.deepEqual(await list('active=true', token), await list('active=1', token));
	}
	const page = await list('', boss.token);

	assert.deepEqual(page.data, newest.slice(0, 50));
	assert.deepEqual([page.count, Object.keys(page.data[0])], [300, STAFF]);
	assert.equal((await list('active=false&limit=1', boss.token)).count, 34);
	assert.equal((await list('active=true&limit=1', boss.token)).count, 266);
	assert.equal((await list('skip=266')).data.length, 0);
	assert.equal((await list('skip=10000')).count, 266);
});

const refusal = (...items) => ({ status: 422, json: { detail: items, code: 'invalid' } });
const EXPECTED = Object.keys(ORDERS).flatMap((name) => [`'${name}'`, `'-${name}'`]).join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
const bound = (field, type, words, input, ctx) => fault(type, ['query', field],
    `Input should be ${words}`, input, ctx);

test('what cannot be asked', async () => {
	const { boss: { token }, user } = await world();

	await shelf();
	for (const sort of ['', 'stock', '--name', 'name,price', 'id', "name'--"])
		expect(await api('GET', `/products/?sort=${sort}`), refusal(fault('enum',
		    ['query', 'sort'], `Input should be ${EXPECTED}`, sort, { expected: EXPECTED })));
	expect(await api('GET', '/products/?limit=101&skip=10001'), refusal(
	    bound('skip', 'less_than_equal', 'less than or equal to 10000', '10001', { le: 10000 }),
	    bound('limit', 'less_than_equal', 'less than or equal to 100', '101', { le: 100 })));
	expect(await api('GET', '/products/?limit=0&min_price=-1'), refusal(
	    bound('limit', 'greater_than_equal', 'greater than or equal to 1', '0', { ge: 1 }),
	    bound('min_price', 'greater_than_equal', 'greater than or equal to 0', '-1', { ge: 0 })));
	for (const who of [undefined, user.token])
		expect(await api('GET', '/products/?active=false', { token: who }), refusal(
		    fault('value_error', ['query', 'active'],
		        'Value error, others than staff see active ones only', 'false', { error: {} })));
	const { next } = await list('sort=price&limit=2&category=kitchen');

	for (const query of ['sort=-price&category=kitchen', 'sort=price', 'category=kitchen',
		'sort=price&category=office', 'sort=price&category=kitchen&in_stock=true',
		'sort=price&category=kitchen&skip=1'])
		expect(await api('GET', `/products/?${query}&cursor=${next}`), { status: 422 });
	for (const cursor of ['x', '', next.slice(1), `${next}A`, next.replace(/.$/, '!')])
		expect(await api('GET', `/products/?sort=price&category=kitchen&cursor=${cursor}`),
		    { status: 422 });
	/* A page may have another size. */
	assert.equal((await list(`sort=price&limit=3&category=kitchen&cursor=${next}`)).data.length, 3);
	assert.equal((await list(`sort=price&category=kitchen&cursor=${next}`, token)).data.length, 50);
});

const tagOf = async (query, tag) => {
	const r = await api('GET', `/products/?${query}`, tag &&
	    { headers: { 'if-none-match': tag } });

	assert.match(r.headers.vary, /Authorization, Cookie/);
	assert.equal(r.headers['cache-control'], 'no-cache');
	return tag ? r.status : r.headers.etag;
};

test('a list has a tag that a change takes away, and a quiet one of the stock does not', async () => {
	await shelf();
	let p = await make({ stock: 5 }), tag = await tagOf('limit=1');
	const quiet = async (work) => {
		await work;
		for (let i = 0; i < 12; i++)
			assert.equal(await tagOf('limit=1', tag), 304);
	};
	const loud = async (work) => {
		const r = await work;

		assert.equal(await tagOf('limit=1', tag), 200);
		tag = await tagOf('limit=1');
		return r.json;
	};

	await quiet(stock(p.id, -1));
	await quiet(stock(p.id, 100));
	await loud(stock(p.id, -104));
	p = { ...p, ...await loud(stock(p.id, 3)) };
	p = await loud(change(p.id, p.version, { price: 1 }));
	p = await loud(change(p.id, p.version, { active: false }));
	p = expect(await change(p.id, p.version, { name: 'unseen' }), {}).json;
	await quiet(stock(p.id, -3));
	p = expect(await change(p.id, p.version + 1, { stock: 0 }), {}).json;
	await quiet();
	p = await loud(change(p.id, p.version, { active: true }));
	await loud(api('DELETE', `/products/${p.id}`, { token: (await world()).boss.token,
		headers: { 'if-match': '*' } }));
	await quiet(make({ active: false }));
});

/* As after a restore: the number of the version again, of other rows. */
test('a version that comes again has another tag, and another list', async () => {
	await shelf();
	const category = unique(), p = await make({ category, stock: 1 });
	const ask = (headers) => api('GET', `/products/?category=${category}`, { headers });
	const { headers: { etag }, json: { data: [{ in_stock }] } } = expect(await ask(), {});

	assert.match(etag, /^"v\d+-[0-9a-f]{8,16}-public"$/);
	assert.equal(in_stock, true);
	for (let i = 0; i < 12; i++)
		expect(await ask(), { headers: { etag } });
	sql('UPDATE product_totals SET version = version - 1');
	expect(await stock(p.id, -1), {});
	for (let i = 0; i < 12; i++) {
		const r = expect(await ask({ 'if-none-match': etag }), {});

		assert.equal(r.json.data[0].in_stock, false);
		assert.notEqual(r.headers.etag, etag);
		assert.equal(r.headers.etag.split('-')[0], etag.split('-')[0]);
	}
});

test('of more than 1,000 hits, the filters choose first, and more is said on every page', async () => {
	await shelf();
	const { boss: { token } } = await world(), category = unique(), word = `w${unique()}`
	    .replace(/[^a-z0-9]/g, '');
	const insert = (n, from, name, active) => sql('INSERT INTO products (id, sku, name,' +
	    ' category, price, currency, stock, active, version, edition, created_at, updated_at)' +
	    ` SELECT UNHEX(CONCAT('0190', LPAD(HEX(seq + ${from}), 28, '0'))),` +
	    ` CONCAT('${word}-', seq + ${from}), '${name}', '${category}', seq, 'EUR', 1, ${active},` +
	    ` 1, 1, NOW(), NOW() FROM seq_1_to_${n}`);

	try {
		insert(1500, 0, `${word} ${word} ${word}`, 0);
		insert(400, 2000, `${word} thing`, 1);
		const seen_ = await walk(`q=${word}&sort=price`, undefined, 100);

		assert.equal(seen_.length, 400);
		assert.equal((await list(`q=${word}&min_price=391`)).count, 10);
		let page = await list(`q=${word}&sort=sku&limit=100`, token), n = 0;

		for (;;) {
			assert.deepEqual([page.count, page.more], [1000, true]);
			n += page.data.length;
			if (page.next === null)
				break;
			page = await list(`q=${word}&sort=sku&limit=100&cursor=${page.next}`, token);
		}
		assert.equal(n, 1001);
		const last = await list(`q=${word}&sort=sku&limit=100&skip=990`, token);

		assert.deepEqual([last.data.length, last.count, last.more, last.next],
		    [11, 1000, true, null]);
	} finally {
		sql(`DELETE FROM products WHERE category = '${category}'`);
	}
});

/* Lists may be remembered by workers: what changed must show in each. */
test('a list shows each change at once, on all workers', async () => {
	const category = unique(), { user } = await world();
	const rows = [];

	for (let i = 0; i < 30; i++) {
		const p = rows.at(-1);

		if (i % 5 === 0) {
			rows.push(await make({ category, stock: 1 }));
		} else if (i % 5 === 4) {
			expect(await api('DELETE', `/products/${rows.pop().id}`,
			    { token: (await world()).boss.token, headers: { 'if-match': '*' } }),
			    { status: 204 });
			rows.push(await make({ category }));
		} else if (i % 5 === 3) {
			expect(await stock(p.id, p.in_stock ? -p.stock : 1), {});
		} else {
			expect(await change(p.id, p.version, { name: `Change ${i}` }), {});
		}
		rows.push({ ...rows.at(-1), ...await read(rows.pop().id, (await world()).boss.token) });
		const want = await Promise.all(rows.map((row) => read(row.id)));
		const lists = await Promise.all(Array.from({ length: 12 }, (_, n) =>
			list(`category=${category}&sort=created_at`, n % 3 ? undefined : user.token)));

		for (const got of lists)
			assert.deepEqual(got, { data: want, count: want.length, more: false, next: null },
			    `change ${i}`);
	}
});

test('staff and visitors ask by turns and get each their own', async () => {
	await shelf();
	const { boss, user } = await world();

	for (let i = 0; i < 10; i++)
		await Promise.all([undefined, boss.token, user.token, boss.token].map(async (token) => {
			const { data } = await list('limit=3&sort=name', token);

			assert.deepEqual(Object.keys(data[0]), token === boss.token ? STAFF : PUBLIC);
		}));
});
