/*
 * POST /products/import: many products by their sku, all of them or none, and
 * every fault with its place.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeKey, plain, refused } from './access.mjs';
import { api, expect, fault, hex, unique } from './client.mjs';
import { change, fields, make, read, world } from './products.mjs';
import { ours } from './signing.mjs';
import { rowsOf } from './trail.mjs';
import { sql, sqlCount } from './stack.mjs';

const send = async (rows, more = {}, options = {}) => api('POST', '/products/import',
    { token: (await world()).boss.token, json: { rows, ...more }, ...options });
const many = (n, more = {}) => Array.from({ length: n }, (_, i) => fields({
	name: `Thing ${i}`, ...more }));
const bySku = async (sku) => sql('SELECT LOWER(HEX(id)) FROM products WHERE sku =' +
    ` '${sku}'`).map(([id]) => id);
const staffRead = async (sku) => {
	const [[id]] = sql('SELECT LOWER(HEX(id)) FROM products WHERE sku =' +
	    ` '${sku}'`);
	const uuid = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

	return read(uuid, (await world()).boss.token);
};
const counted = (created, updated, unchanged) =>
	({ json: { created, updated, unchanged } });
const listed = () => sqlCount('SELECT version FROM product_totals');
const at = (i, member, type, msg, input, ctx) =>
	fault(type, ['body', 'rows', i, ...(member ? [member] : [])], msg, input, ctx);
const rule = (i, member, why, input) =>
	at(i, member, 'value_error', `Value error, ${why}`, input, { error: {} });

test('new ones, the same again, and changed ones', async () => {
	const rows = [...many(3), fields({ description: 'Ж'.repeat(4000), category: 'tools',
		stock: 7, active: false })];

	expect(await send(rows), counted(4, 0, 0));
	expect(await send(rows), counted(0, 0, 4));
	const before = await staffRead(rows[3].sku);

	assert.deepEqual([before.description, before.category, before.stock, before.active,
		before.version], [rows[3].description, 'tools', 7, false, 1]);
	rows[0].price = 5;
	rows[3].stock = 8;
	expect(await send([...rows, fields()]), counted(1, 2, 2));
	const after = await staffRead(rows[3].sku);

	assert.deepEqual([after.stock, after.version], [8, 2]);
	/* Of the stock visitors see whether there is any. */
	assert.equal(after.updated_at, before.updated_at);
	assert.equal((await staffRead(rows[0].sku)).price, 5);
});

test('what is not given stays; what is null goes', async () => {
	const p = await make({ description: 'old', category: 'tools', stock: 5, active: false,
		stripe_price_id: 'price_1' });
	const row = { sku: p.sku, name: 'New', price: 1, currency: 'EUR' };

	expect(await send([row]), counted(0, 1, 0));
	const { version: _, updated_at: __, ...now } = await staffRead(p.sku);
	const { version: ___, updated_at: ____, ...was } = p;

	assert.deepEqual(now, { ...was, name: 'New', price: 1 });
	expect(await send([{ ...row, description: null, category: null }]), counted(0, 1, 0));
	const { description, category, stock } = await staffRead(p.sku);

	assert.deepEqual([description, category, stock], [null, null, 5]);
});

test('dry_run says what would be done, and does nothing', async () => {
	const p = await make(), before = listed();
	const rows = [fields(), { sku: p.sku, name: 'Other', price: 1, currency: 'EUR' },
		fields()];
	const r = expect(await send(rows, { dry_run: true }), counted(2, 1, 0));

	assert.deepEqual(await bySku(rows[0].sku), []);
	assert.deepEqual(await staffRead(p.sku), p);
	assert.equal(listed(), before);
	assert.deepEqual(rowsOf(r).map((row) => row.diff), [{ dry_run: [false, true] }]);
});

test('the list moves once, and not for nothing', async () => {
	const rows = many(130), before = listed();

	expect(await send(rows), counted(130, 0, 0));
	assert.equal(listed(), before + 1);
	expect(await send(rows), counted(0, 0, 130));
	assert.equal(listed(), before + 1);
});

test('the totals count what came, and what changed sides', async () => {
	const totals = () => sql('SELECT active, inactive FROM product_totals')[0].map(Number);
	const rows = [...many(5), ...many(2, { active: false })], [active, inactive] = totals();

	expect(await send(rows), counted(7, 0, 0));
	assert.deepEqual(totals(), [active + 5, inactive + 2]);
	rows[0].active = false;
	rows[6].active = true;
	rows[5].active = true;
	expect(await send(rows), counted(0, 3, 4));
	assert.deepEqual(totals(), [active + 6, inactive + 1]);
	assert.deepEqual(totals(), sql('SELECT SUM(active), SUM(1 - active) FROM products')[0]
	    .map(Number));
});

test('the trail has one row, with the numbers', async () => {
	const rows = many(3), { boss } = await world();
	const [first] = rowsOf(await send(rows));

	assert.deepEqual([first.actor, first.action, first.type, first.object, first.diff],
	    [plain(boss.user.id), 'products-import_products', 'product', '', { new: [0, 3] }]);
	rows[0].price++;
	assert.deepEqual(rowsOf(await send([...rows, fields()])).map((row) => row.diff),
	    [{ new: [0, 1], changed: [0, 1] }]);
});

/* Both that a schema says and that it cannot, of all rows at once. */
test('every fault has its place, and nothing is done', async () => {
	const good = fields(), before = listed();
	const rows = [
		good,
		fields({ currency: 'XYZ', category: ' tools' }),
		7,
		null,
		{ sku: 'only' },
		fields({ name: '', price: -1, stock: 1e13, active: 'maybe' }),
		fields({ sku: good.sku }),
		fields({ sku: 'a b\n', currency: 'eur', price: '12.5' }),
		fields({ sku: good.sku, description: 'x'.repeat(4001) }),
	];
	const r = expect(await send(rows), { status: 422 });
	const places = r.json.detail.map(({ type, loc }) => `${loc.join('.')} ${type}`).sort();

	assert.equal(r.json.code, 'invalid');
	assert.deepEqual(places, [
		'body.rows.1.category value_error', 'body.rows.1.currency value_error',
		'body.rows.2 model_attributes_type', 'body.rows.3 model_attributes_type',
		'body.rows.4.currency missing', 'body.rows.4.name missing',
		'body.rows.4.price missing',
		'body.rows.5.active bool_parsing', 'body.rows.5.name string_too_short',
		'body.rows.5.price greater_than_equal', 'body.rows.5.stock less_than_equal',
		'body.rows.6.sku value_error',
		'body.rows.7.currency value_error', 'body.rows.7.price int_parsing',
		'body.rows.7.sku value_error',
		'body.rows.8.description string_too_long', 'body.rows.8.sku value_error',
	]);
	assert.deepEqual(await bySku(good.sku), []);
	assert.equal(listed(), before);
	assert.deepEqual(rowsOf(r), []);
});

test('a fault says what and why', async () => {
	const row = fields({ currency: 'XYZ' });

	expect(await send([row, { ...row, currency: 'EUR' }, [row.sku]]), ours(
	    at(2, null, 'model_attributes_type', 'Input should be a valid dictionary or object to' +
		' extract fields from', [row.sku]),
	    rule(0, 'currency', 'it is no currency of ISO 4217', 'XYZ'),
	    rule(1, 'sku', 'a row before it has the same sku', row.sku)));
	expect(await send([{ sku: 'x' }]), ours(
	    ...['name', 'price', 'currency'].map((name) =>
		at(0, name, 'missing', 'Field required', { sku: 'x' }))));
});

test('a thousand faults are all told', async () => {
	const rows = Array.from({ length: 200 }, () => ({ sku: ' a', name: '', price: -1,
		currency: 'euro', stock: -1, active: 'x' }));
	const { json } = expect(await send(rows), { status: 422 });
	const of = (i) => json.detail.filter(({ loc }) => loc[2] === i).map(({ loc }) => loc[3])
	    .sort().join(' ');

	assert.equal(of(0), 'active currency name price sku stock');
	for (let i = 1; i < 200; i++)
		assert.equal(of(i), 'active currency name price sku sku stock');
	assert.equal(json.detail.length, 200 * 7 - 1);
	/* What was found in one request is not there in the next. */
	expect(await send([fields()]), counted(1, 0, 0));
	expect(await send([{}]), { status: 422, json: { ...ours(
	    ...['sku', 'name', 'price', 'currency'].map((name) =>
		at(0, name, 'missing', 'Field required', {}))).json } });
});

for (const [name, json, ...faults] of [
	['no rows', {}, fault('missing', ['body', 'rows'], 'Field required', {})],
	['none at all', { rows: [] }, fault('too_short', ['body', 'rows'],
	    'List should have at least 1 item after validation, not 0', [],
	    { field_type: 'List', min_length: 1, actual_length: 0 })],
	['an object', { rows: {} }, fault('list_type', ['body', 'rows'],
	    'Input should be a valid list', {})],
	['a text', { rows: 'x' }, fault('list_type', ['body', 'rows'],
	    'Input should be a valid list', 'x')],
	['null', { rows: null }, fault('list_type', ['body', 'rows'],
	    'Input should be a valid list', null)],
])
	test(`refused: ${name}`, async () => expect(await api('POST', '/products/import',
	    { token: (await world()).boss.token, json }), ours(...faults)));

test('200 rows are taken, 201 are not', async () => {
	const rows = many(201);
	const { json } = expect(await send(rows), { status: 422 });

	assert.deepEqual([json.detail.length, json.detail[0].type, json.detail[0].ctx],
	    [1, 'too_long', { field_type: 'List', max_length: 200, actual_length: 201 }]);
	expect(await send(rows.slice(1)), counted(200, 0, 0));
});

test('200 rows of 4000 letters of ASCII fit into one request', async () => {
	expect(await send(many(200, { description: 'x'.repeat(4000) })), counted(200, 0, 0));
	/* What has more bytes goes in smaller batches. */
	expect(await send(many(200, { description: 'Ж'.repeat(4000) }), {}, { unchecked: true }),
	    { status: 413 });
	expect(await send(many(100, { description: 'Ж'.repeat(4000) })), counted(100, 0, 0));
});

test('who may', async () => {
	const { user, boss } = await world();
	const rows = [fields()];

	expect(await send(rows, {}, { token: undefined }), { status: 401 });
	refused(await send(rows, {}, { token: user.token }), 403, 'not_allowed');
	expect(await send(rows, {}, { token: (await makeKey(boss,
	    { permissions: ['products'] })).key }), counted(1, 0, 0));
});

test('hostile values stay what they are', async () => {
	const name = '\'"; DROP TABLE products; -- <script>alert(1)</script> \u0001\u{1f600}';
	const rows = [fields({ name, description: name, sku: `'"<>${unique()}` })];

	expect(await send(rows), counted(1, 0, 0));
	const [[text]] = sql(`SELECT HEX(name) FROM products WHERE sku LIKE '%${
		rows[0].sku.slice(4)}'`);

	assert.equal(Buffer.from(text, 'hex').toString(), name);
});

test('at the same time: each row is there once, and none is lost', async () => {
	const rows = many(40);
	const replies = await Promise.all([0, 1, 2, 3].map((i) => send(i % 2 ?
	    rows : [...rows].reverse())));
	const done = replies.filter((r) => r.status === 200);

	assert.ok(done.length >= 1);
	for (const r of replies)
		assert.ok([200, 503].includes(r.status), `${r.status} ${r.text}`);
	assert.equal(done.reduce((sum, r) => sum + r.json.created, 0), 40);
	assert.deepEqual(sql('SELECT SUM(active), SUM(1 - active) FROM products')[0],
	    sql('SELECT active, inactive FROM product_totals')[0]);
});

test('a version that was read before an import is old after it', async () => {
	const p = await make();

	expect(await send([{ sku: p.sku, name: 'B', price: 2, currency: 'EUR' }]), counted(0, 1, 0));
	refused(await change(p.id, p.version, { price: 3 }), 412, 'match');
	assert.equal(sqlCount(`SELECT version FROM products WHERE id = ${hex(p.id)}`), 2);
});
