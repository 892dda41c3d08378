/*
 * /items/: owner-scoped, newest first, and as fast with many as with few.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	account, api, badUuid, detail, expect, hex, invalid, missing, noBody, notObject,
	notText, superuser, tooLong, tooShort,
} from './client.mjs';
import { pagingCases } from './paging.mjs';
import { sql, sqlCount, sqlRoot } from './stack.mjs';

const notFound = { status: 404, json: detail('Item not found') };
const notAllowed = { status: 403, json: detail('Not enough permissions') };
const deleted = { json: { message: 'Item deleted successfully' } };
const NOTHING = `/items/${crypto.randomUUID()}`;

const make = async (token, json) =>
	expect(await api('POST', '/items/', { token, json }), {}).json;

const world = shared(async () => {
	const [owner, other, admin] = [await account(), await account(), await superuser()];

	return { owner, other, admin,
		item: await make(owner.token, { title: 'First', description: 'One' }) };
});
const as = (who, method, where, json) => (w) => [method,
	where ?? `/items/${w.item.id}`, { token: w[who].token, json }];
const item = (w) => ({ json: w.item });

/* A new item is what was given, and nothing else. */
const made = (title, description) => (w, r) => ({ json: { title, description,
	id: r.json.id, owner_id: w.owner.user.id, created_at: r.json.created_at } });
const create = (json) => as('owner', 'POST', '/items/', json);
const LONG = '😀'.repeat(255);

cases('make an item', world, [
	['a title', create({ title: 'T' }), made('T', null)],
	['all', create({ title: 'Zoë', description: '' }), made('Zoë', '')],
	['null for a description', create({ title: 'T', description: null }), made('T', null)],
	['the longest', create({ title: LONG, description: LONG }), made(LONG, LONG)],
	['blanks are text', create({ title: ' ', description: ' \n\t"\\' }),
		made(' ', ' \n\t"\\')],
	['members that nobody knows', create({ title: 'T', owner_id: crypto.randomUUID(),
		id: crypto.randomUUID(), created_at: null, x: {} }), made('T', null)],
	['no title', create({ description: 'd' }), invalid(missing('title', { description: 'd' }))],
	['nothing', create({}), invalid(missing('title', {}))],
	['no body', create(undefined), invalid(noBody)],
	['null for a body', create(null), invalid(noBody)],
	['a list for a body', create([1]), invalid(notObject([1]))],
	['null for a title', create({ title: null }), invalid(notText('title', null))],
	['a number for each', create({ title: 1, description: 2.5 }),
		invalid(notText('title', 1), notText('description', 2.5))],
	['an empty title', create({ title: '' }), invalid(tooShort('title', 1, ''))],
	['too long a title', create({ title: `${LONG}x` }),
		invalid(tooLong('title', 255, `${LONG}x`))],
	['too long a description', create({ title: 'T', description: `${LONG}x` }),
		invalid(tooLong('description', 255, `${LONG}x`))],
]);

const NO_ID = invalid(badUuid('id', 'invalid character: found `x` at 1', 'x'));

cases('read an item', world, [
	['the own', as('owner', 'GET'), item],
	['any, as administrator', as('admin', 'GET'), item],
	["another's", as('other', 'GET'), notAllowed],
	['none', as('owner', 'GET', NOTHING), notFound],
	['none, as administrator', as('admin', 'GET', NOTHING), notFound],
	['no id', as('owner', 'GET', '/items/x'), NO_ID],
]);

const put = (json) => as('owner', 'PUT', undefined, json);
const changed = (fields) => (w) => ({ json: Object.assign(w.item, fields) });

cases('change an item', world, [
	['nothing', put({}), changed({})],
	['the title', put({ title: 'Second' }), changed({ title: 'Second' })],
	['the description', put({ description: 'Two' }), changed({ description: 'Two' })],
	['no description', put({ description: null }), changed({ description: null })],
	['both', put({ title: '😀', description: 'x' }),
		changed({ title: '😀', description: 'x' })],
	['what is so already', put({ title: '😀', description: 'x' }), changed({})],
	['any, as administrator', as('admin', 'PUT', undefined, { title: 'A' }),
		changed({ title: 'A' })],
	['the owner cannot be', put({ owner_id: crypto.randomUUID(), id: null }), changed({})],
	['null for a title', put({ title: null }), invalid(notText('title', null))],
	['an empty title', put({ title: '' }), invalid(tooShort('title', 1, ''))],
	['too long', put({ title: `${LONG}x`, description: `${LONG}x` }),
		invalid(tooLong('title', 255, `${LONG}x`), tooLong('description', 255, `${LONG}x`))],
	['no body', put(undefined), invalid(noBody)],
	["another's", as('other', 'PUT', undefined, { title: 'x' }), notAllowed],
	['none', as('owner', 'PUT', NOTHING, { title: 'x' }), notFound],
	['none, with bad input', as('owner', 'PUT', NOTHING, { title: '' }),
		invalid(tooShort('title', 1, ''))],
	["another's, with bad input", as('other', 'PUT', undefined, { title: 1 }),
		invalid(notText('title', 1))],
	['no id and bad input: both are told', as('owner', 'PUT', '/items/x', { title: 1 }),
		invalid(badUuid('id', 'invalid character: found `x` at 1', 'x'),
		    notText('title', 1))],
	['and it is as it was', as('owner', 'GET'), item],
]);

cases('delete an item', world, [
	["another's", as('other', 'DELETE'), notAllowed],
	['none', as('owner', 'DELETE', NOTHING), notFound],
	['no id', as('owner', 'DELETE', '/items/x'), NO_ID],
	['it is still there', as('owner', 'GET'), item],
	['the own', as('owner', 'DELETE'), deleted],
	['it again', as('owner', 'DELETE'), notFound],
	['it is gone', as('admin', 'GET'), notFound],
]);

test("an administrator deletes anybody's", async () => {
	const { owner, admin } = await world();
	const { id } = await make(owner.token, { title: 'x' });

	expect(await api('DELETE', `/items/${id}`, { token: admin.token }), deleted);
	expect(await api('GET', `/items/${id}`, { token: owner.token }), notFound);
});

cases('list items', world, pagingCases('/items/', (w) => w.owner));

const list = async (token, query = '') =>
	expect(await api('GET', `/items/${query}`, { token }), {}).json;

test('the list is of the own items, newest first, and counts them all', async () => {
	const [{ token }, other] = [await account(), await account()];
	const items = [];

	assert.deepEqual(await list(token), { data: [], count: 0 });
	for (let i = 0; i < 120; i++)
		items.unshift(await make(token, { title: `Item ${i}` }));
	await make(other.token, { title: 'Not this one' });
	assert.deepEqual(Object.keys(await list(token)), ['data', 'count']);
	assert.deepEqual(await list(token), { data: items.slice(0, 100), count: 120 });
	assert.deepEqual(await list(token, '?skip=100'),
	    { data: items.slice(100), count: 120 });
	assert.deepEqual(await list(token, '?skip=5&limit=3'),
	    { data: items.slice(5, 8), count: 120 });
	assert.deepEqual(await list(token, '?limit=1000'), { data: items, count: 120 });
	assert.deepEqual(await list(token, '?skip=120'), { data: [], count: 120 });
	expect(await api('DELETE', `/items/${items[0].id}`, { token }), deleted);
	assert.deepEqual(await list(token, '?limit=1'), { data: [items[1]], count: 119 });
});

test("the list of an administrator is everybody's", async () => {
	const [owner, admin] = [await account(), await superuser()];
	const two = [await make(owner.token, { title: '1' }),
		await make(admin.token, { title: '2' })].reverse();
	const count = sqlCount('SELECT COUNT(*) FROM items');

	assert.deepEqual(await list(admin.token, '?limit=2'), { data: two, count });
	assert.deepEqual(await list(admin.token, `?skip=${count}`), { data: [], count });
});

test('of two changes at once none is lost', async () => {
	const { token } = await account();
	const { id } = await make(token, { title: 'as it was' });

	for (let i = 0; i < 50; i++) {
		const [title, description] = [`title ${i}`, `description ${i}`];

		for (const r of await Promise.all([{ title }, { description }].map((json) =>
			api('PUT', `/items/${id}`, { token, json }))))
			expect(r, {});
		const { json } = expect(await api('GET', `/items/${id}`, { token }), {});

		assert.deepEqual([json.title, json.description], [title, description]);
	}
});

test('the count is right after many changes at once', async () => {
	const { token, user } = await account();
	const items = await Promise.all(Array.from({ length: 40 }, (_, i) =>
		make(token, { title: `${i}` })));
	const gone = await Promise.all([...items.slice(0, 10), ...items.slice(0, 10)]
	    .map(({ id }) => api('DELETE', `/items/${id}`, { token })));

	assert.equal(gone.filter((r) => r.status === 200).length, 10);
	for (const r of gone.filter((reply) => reply.status !== 200))
		expect(r, notFound);
	assert.equal((await list(token)).count, 30);
	assert.equal(sqlCount('SELECT COUNT(*) FROM items WHERE owner_id =' +
	    ` ${hex(user.id)}`), 30);
});

/* Lists may be remembered by workers: what changed must show in each. */
test('a list shows each change at once, on all workers, whoever made it', async () => {
	const { admin } = await world();
	const { token } = await account();
	let items = [];

	for (let i = 0; i < 40; i++) {
		const by = { token: i % 3 ? token : admin.token };

		if (i % 4 === 0 || items.length === 0) {
			items.unshift(await make(token, { title: `${i}` }));
		} else if (i % 4 === 3) {
			const [{ id }] = items;

			expect(await api('DELETE', `/items/${id}`, by), deleted);
			items = items.slice(1);
		} else {
			items[0] = expect(await api('PUT', `/items/${items[0].id}`,
			    { ...by, json: { description: `${i}` } }), {}).json;
		}
		const lists = await Promise.all(Array.from({ length: 12 }, (_, n) =>
			list(token, n % 2 ? '' : '?skip=0&limit=100')));

		for (const got of lists)
			assert.deepEqual(got, { data: items, count: items.length }, `change ${i}`);
	}
});

test('two people who ask the same get each their own', async () => {
	const people = await Promise.all(Array.from({ length: 6 }, () => account()));
	const items = await Promise.all(people.map(({ token }, i) =>
		make(token, { title: `Of ${i}` })));

	for (let round = 0; round < 10; round++)
		await Promise.all(people.map(async ({ token }, i) =>
			assert.deepEqual(await list(token), { data: [items[i]], count: 1 })));
});

/* --- an account with 100,000 items */

const MANY = 100000;

/*
 * The statement of a page of 100, as the server gets it: with `?` or with its
 * values, whose bytes are no text.
 */
async function listStatement(token, owner) {
	await sqlRoot("SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = ON");
	await list(token, '?skip=0&limit=100&x=logged');
	await sqlRoot('SET GLOBAL general_log = OFF; SET GLOBAL log_output = DEFAULT');
	const [[text]] = await sqlRoot('SELECT HEX(argument) FROM mysql.general_log WHERE' +
	    " command_type = 'Execute' AND argument LIKE 'SELECT % FROM items %'" +
	    ' ORDER BY event_time DESC LIMIT 1');

	return Buffer.from(text, 'hex').toString('latin1')
	    .replace(/(owner_id [<>]= )(?:\?|'(?:[^'\\]|\\[^])*')/g, `$1${owner}`)
	    .replace(/LIMIT \?$/, 'LIMIT 100');
}

async function withManyItems() {
	const made = await account();
	const owner = hex(made.user.id);

	/* Ids of version 7: the first 48 bits are the time in milliseconds. */
	sql('INSERT INTO items (id, owner_id, title, description, created_at)' +
	    " SELECT UNHEX(CONCAT(LPAD(HEX(1700000000000 + seq * 1000), 12, '0')," +
	    " '7000', SUBSTR(SHA2(CONCAT(seq, HEX(" + owner + ")), 256), 1, 16)))," +
	    ` ${owner}, CONCAT('Item ', seq), 'One of many',` +
	    ' FROM_UNIXTIME(1700000000 + seq)' +
	    ` FROM seq_1_to_${MANY};` +
	    'INSERT INTO counts (name, owner_id, n, version) VALUES' +
	    ` ('items', ${owner}, ${MANY}, 1); ANALYZE TABLE items`);
	return { ...made, owner };
}

test('a list of 100,000 items: newest first, counted, by key and not by sorting', async () => {
	const { token, owner } = await withManyItems();
	const first = await list(token, '?limit=2');

	assert.equal(first.count, MANY);
	assert.deepEqual(first.data.map((i) => i.title), [`Item ${MANY}`, `Item ${MANY - 1}`]);
	const last = await list(token, `?skip=${MANY - 1}`);

	assert.deepEqual(last.data.map((i) => i.title), ['Item 1']);
	const filled = await listStatement(token, owner);

	assert.ok(filled.split(owner).length === 3 && filled.endsWith(' LIMIT 100'), filled);
	const plan = sql(`EXPLAIN ${filled}`).map((columns) => ({ table: columns[2],
		type: columns[3], key: columns[5], extra: columns[9] }));

	assert.equal(plan.length, 1, JSON.stringify(plan));
	assert.equal(plan[0].table, 't');
	assert.equal(plan[0].key, 'PRIMARY', JSON.stringify(plan));
	assert.ok(['ref', 'range'].includes(plan[0].type), JSON.stringify(plan));
	assert.doesNotMatch(plan[0].extra, /filesort|temporary/, JSON.stringify(plan));
	/* The optimizer's guess of rows knows no LIMIT: count what is read. */
	const read = sql(`${filled.replace(/^SELECT/, 'SELECT SQL_NO_CACHE')};` +
	    " SHOW SESSION STATUS LIKE 'Handler_read%'")
	    .filter(([name]) => name.startsWith('Handler_read'))
	    .reduce((sum, [, n]) => sum + Number(n), 0);

	assert.ok(read <= 110, `${read} rows were read for 100`);
	sql(`DELETE FROM users WHERE id = ${owner}`);
});

test('a page of 100,000 items takes as long as one of 100', async () => {
	const many = await withManyItems();
	const few = await account();

	for (let i = 0; i < 100; i++)
		await make(few.token, { title: `Item ${i}`, description: 'One of many' });
	const took = { many: [], few: [] };

	for (let i = 0; i < 60; i++)
		for (const [name, { token }] of [['many', many], ['few', few]]) {
			const began = performance.now();

			/* Not the same twice, which a worker may remember. */
			await list(token, `?skip=0&limit=100&x=${i}`);
			took[name].push(performance.now() - began);
		}
	const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
	const [a, b] = [median(took.many), median(took.few)];

	assert.ok(a < b * 1.5 + 1, `${a.toFixed(2)} ms, with few ${b.toFixed(2)} ms`);
	sql(`DELETE FROM users WHERE id = ${many.owner}`);
});
