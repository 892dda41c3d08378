/*
 * GET /admin/audit: filters, pages by cursor, and what a large trail costs.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { before, test } from 'node:test';

import { admin, giveRoles, makeKey, makeRole, plain, refused, staff } from './access.mjs';
import { account, api, expect, hex, unique } from './client.mjs';
import { sql, sqlCount } from './stack.mjs';

const ROWS = 20000;
/* Where the rows of these tests stand: seconds since 1970, a while ago. */
const BASE = Math.floor(Date.now() / 1000) - 86400 * (20 + crypto.randomInt(300));
const ACTORS = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
/* Actions and types that nobody else has. */
const mark = unique();
const ACTIONS = [`x${mark}-make`, `x${mark}-change`, `x${mark}_remove`, `y${mark}-make`];
const TYPES = [`box_${mark}`, `bag_${mark}`];
const RARE = { action: `z${mark}-rare`, type: `rare_${mark}`, actor: crypto.randomUUID() };

const time = (n) => new Date((BASE + n) * 1000).toISOString();
const idAt = (n, tail) => "UNHEX(CONCAT(LPAD(HEX((" + BASE + ` + ${n}) * 1000), 12, '0'),` +
    ` '7000', '8', LPAD(HEX(${tail}), 15, '0')))`;
const COLUMNS = 'id, at, actor_id, actor_ip, action, object_type, object_id, diff, request_id';

/* Row n: made at second n, by actor n % 3, and so on; the first is the rare one. */
before(() => sql(`SET max_recursive_iterations = ${ROWS * 2}; INSERT INTO audit` +
    ` (${COLUMNS}) SELECT ${idAt('n', 'n')}, FROM_UNIXTIME(${BASE} + n),` +
    ` ELT(1 + n % 3, ${ACTORS.map(hex)}), '192.0.2.1',` +
    ` ELT(1 + n % 4, ${ACTIONS.map((text) => `'${text}'`)}),` +
    ` ELT(1 + n % 4 % 2, ${TYPES.map((text) => `'${text}'`)}), CONCAT('o', n % 10),` +
    ` IF(n % 2, '{"n":[null,1]}', NULL), '${mark}' FROM (WITH RECURSIVE s (n) AS` +
    ` (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${ROWS}) SELECT n FROM s) t;` +
    ` INSERT INTO audit (${COLUMNS}) VALUES (${idAt(0, 0)}, FROM_UNIXTIME(${BASE}),` +
    ` ${hex(RARE.actor)}, NULL, '${RARE.action}', '${RARE.type}', 'o1', NULL, '${mark}');` +
    ' ANALYZE TABLE audit'));

async function list(filters = {}, who) {
	const { token } = who ?? await admin();

	return api('GET', `/admin/audit?${new URLSearchParams(filters)}`, { token });
}

const found = async (filters) => expect(await list(filters), {}).json;
const seconds = (data) => data.map(({ at }) => Date.parse(at) / 1000 - BASE);

/* The rows' numbers, newest first, of which a function of the number is true. */
function expected(is, limit) {
	const out = [];

	for (let n = ROWS; n > 0 && out.length < limit; n--)
		if (is(n))
			out.push(n);
	return out;
}

const window = { from: time(0), to: time(ROWS + 1) };

/* [name, filters, which rows] */
const FILTERS = [
	['an actor', { actor: ACTORS[1] }, (n) => n % 3 === 1],
	['an action', { action: ACTIONS[1] }, (n) => n % 4 === 1],
	['the beginning of an action', { action: `x${mark}*` }, (n) => n % 4 < 3],
	['a beginning with an underscore', { action: `x${mark}_*` }, (n) => n % 4 === 2],
	['a beginning that is all of it', { action: `${ACTIONS[0]}*` }, (n) => n % 4 === 0],
	['every action', { action: '*' }, () => true],
	['a type', { object: TYPES[1] }, (n) => n % 2 === 1],
	['an object', { object: `${TYPES[1]}:o3` }, (n) => n % 10 === 3],
	['a time', { from: time(100), to: time(120) }, (n) => n >= 100 && n < 120],
	['a time with an offset', { from: time(100).replace('.000Z', '.001+00:00'), to: time(120) },
		(n) => n > 100 && n < 120],
	['an actor and an action', { actor: ACTORS[1], action: ACTIONS[1] }, (n) => n % 12 === 1],
	['an actor and a beginning', { actor: ACTORS[1], action: `y${mark}*` },
		(n) => n % 3 === 1 && n % 4 === 3],
	['an actor and a type', { actor: ACTORS[2], object: TYPES[0] },
		(n) => n % 3 === 2 && n % 2 === 0],
	['an actor and an object', { actor: ACTORS[2], object: `${TYPES[0]}:o4` },
		(n) => n % 3 === 2 && n % 10 === 4],
	['an action and a type', { action: ACTIONS[1], object: TYPES[1] }, (n) => n % 4 === 1],
	['an action and another type', { action: ACTIONS[1], object: TYPES[0] }, () => false],
	['a beginning and a type', { action: `x${mark}*`, object: TYPES[0] }, (n) => n % 2 === 0],
	['a beginning and an object', { action: `x${mark}-c*`, object: `${TYPES[1]}:o3` },
		(n) => n % 4 === 1 && n % 10 === 3],
	['all of them', { actor: ACTORS[0], action: `x${mark}*`, object: `${TYPES[1]}:o9`,
		from: time(50), to: time(1000) },
	(n) => n % 3 === 0 && n % 4 === 1 && n % 10 === 9 && n >= 50 && n < 1000],
	['an action of nobody', { action: 'nobody-did' }, () => false],
	['the actor that is none', { actor: '00000000-0000-0000-0000-000000000000' },
		() => false],
];

for (const [name, filters, is] of FILTERS)
	test(`by ${name}: these rows, the newest first`, async () => {
		const { data, next } = await found({ ...window, limit: 20, ...filters });
		const want = expected(is, 21);

		assert.deepEqual(seconds(data), want.slice(0, 20));
		assert.equal(next !== null, want.length > 20);
	});

test('a row as it is shown', async () => {
	const { data: [row] } = await found({ object: `${TYPES[1]}:o3`, to: time(4) });

	assert.deepEqual(row, { id: row.id, at: time(3).replace('.000Z', 'Z'),
		actor_id: ACTORS[0], actor_ip: '192.0.2.1', action: ACTIONS[3],
		object_type: TYPES[1], object_id: 'o3', diff: { n: [null, 1] },
		request_id: mark });
	const { data: [other] } = await found({ action: RARE.action });

	assert.deepEqual([other.actor_id, other.actor_ip, other.object_id, other.diff],
	    [RARE.actor, null, 'o1', null]);
});

test('an id of an object may be written as people write UUIDs', async () => {
	const who = await account();
	const { user: { id } } = who;

	for (const text of [id, id.toUpperCase(), plain(id), `{${id}}`])
		assert.deepEqual((await found({ object: `user:${text}` })).data
		    .map(({ action }) => action), ['users-register_user']);
});

/* All rows from a cursor to the last. */
async function walk(filters, each = () => {}) {
	const ids = [];
	let cursor;

	do {
		const { data, next } = await found({ ...filters, ...(cursor && { cursor }) });

		ids.push(...data.map(({ id }) => id));
		cursor = next;
		await each(ids.length);
	} while (cursor);
	return ids;
}

test('pages to the end while a thousand rows are written', async () => {
	const first = ROWS - 3000;
	const filters = { action: `x${mark}*`, from: time(first), to: time(ROWS + 1),
		limit: 100 };
	const fresh = crypto.randomUUID();
	let written = 0;

	for (const more of [{}, { actor: ACTORS[0] }, { object: TYPES[0] }]) {
		const own = { ...filters, ...more };
		const all = (await walk(own)).length;
		/* Newer than all of them: within the time that is asked for, or later. */
		const ids = await walk({ ...own, to: time(900000) }, () => {
			const rows = Array.from({ length: 40 }, () => `(${idAt(800000 + written,
			    written)}, FROM_UNIXTIME(${BASE + 800000 + written++}),` +
			    ` ${hex(ACTORS[0])}, NULL, '${ACTIONS[0]}', '${TYPES[0]}', 'o1',` +
			    ` NULL, '${fresh}')`);

			sql(`INSERT INTO audit (${COLUMNS}) VALUES ${rows.join()}`);
		});
		const before = sqlCount('SELECT COUNT(*) FROM audit WHERE' +
		    ` request_id = '${fresh}'`);

		assert.equal(new Set(ids).size, ids.length, 'no row twice');
		const seeded = sql(`SELECT LOWER(HEX(id)) FROM audit WHERE request_id = '${mark}'` +
		    ` AND action LIKE 'x${mark}%' AND at >= FROM_UNIXTIME(${BASE + first})` +
		    (more.actor ? ` AND actor_id = ${hex(more.actor)}` : '') +
		    (more.object ? ` AND object_type = '${more.object}'` : ''))
		    .map(([id]) => id);
		const seen = new Set(ids.map(plain));

		assert.deepEqual(seeded.filter((id) => !seen.has(id)), [], 'none is lost');
		assert.ok(before > 0 && all > 0);
	}
	assert.ok(written >= 1000, `${written} rows were written meanwhile`);
});

test('a cursor is good for the same filters only', async () => {
	const filters = { action: `x${mark}*`, ...window, limit: 5 };
	const { next: cursor, data } = await found(filters);

	assert.match(cursor, /^[\w-]{20,64}$/);
	const { data: more } = await found({ ...filters, limit: 7, cursor });

	assert.ok(more[0].id < data[4].id);
	for (const change of [{ action: ACTIONS[0] }, { action: '' }, { actor: ACTORS[0] },
		{ object: TYPES[0] }, { from: time(1) }, { to: time(ROWS) }])
		expect(await list({ ...filters, ...change, cursor }), { status: 422 });
});

test('hostile cursors', async () => {
	const { next } = await found({ limit: 5 });
	const bytes = Buffer.from(next, 'base64url');
	const texts = ['', 'x', '0', '-1', 'null', "' OR 1=1 --", '%00', `${next}=`, `${next}A`,
		next.slice(0, -1), next.toUpperCase(), ` ${next}`, '../../etc/passwd',
		'A'.repeat(64), 'A'.repeat(65), 'A'.repeat(5000), '\u{1f600}', '\n', next.slice(4),
		Buffer.concat([bytes, bytes]).toString('base64url'),
		Buffer.alloc(28).toString('base64url'), Buffer.alloc(28, 255).toString('base64url'),
		crypto.randomBytes(28).toString('base64url')];

	for (const cursor of texts)
		expect(await list({ limit: 5, cursor }), { status: 422 });
	const r = await list({ limit: 5, cursor: 'x"y' });

	assert.deepEqual([r.json.detail[0].loc, r.json.detail[0].input],
	    [['query', 'cursor'], 'x"y']);
	/* Another id in a good one is another place, and nothing more. */
	const moved = Buffer.from(bytes);

	moved.fill(0, 0, 16);
	assert.deepEqual((await found({ limit: 5, cursor: moved.toString('base64url') })).data,
	    []);
});

test('filters that are none', async () => {
	for (const filters of [{ actor: 'x' }, { action: 'a b' }, { action: '*x' },
		{ action: 'x%' }, { action: '' }, { action: 'x'.repeat(65) }, { object: 'Item' },
		{ object: ':' }, { object: 'item:' }, { object: `item:${'x'.repeat(65)}` },
		{ from: 'yesterday' }, { to: '2026-13-01T00:00:00Z' }, { limit: 0 }, { limit: 101 },
		{ limit: 'x' }])
		expect(await list(filters), { status: 422 });
	for (const filters of [{ from: '0001-01-01T00:00:00Z' }, { to: '9999-12-31T23:59:59Z' }])
		assert.equal((await found({ ...filters, limit: 1 })).data.length, 1);
	for (const to of ['1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])
		assert.deepEqual(await found({ to }), { data: [], next: null });
	assert.equal((await found({})).data.length, 50);
});

test('who may read it', async () => {
	const auditor = await staff('audit');
	const other = await staff('items');

	expect(await list({ limit: 1 }, auditor), {});
	refused(await list({ limit: 1 }, other), 403, 'not_allowed');
	refused(await list({ limit: 1 }, await account()), 403, 'not_allowed');
	expect(await api('GET', '/admin/audit'), { status: 401 });
	await giveRoles(other, await makeRole('audit'));
	expect(await list({ limit: 1 }, other), {});
	/* A key has what it was given of that. */
	const key = await makeKey(auditor, { permissions: ['audit'] });
	const less = await makeKey(auditor);

	expect(await list({ limit: 1 }, { token: key.key }), {});
	refused(await list({ limit: 1 }, { token: less.key }), 403, 'not_allowed');
});

const rowsRead = () => sql("SHOW GLOBAL STATUS LIKE 'Handler_read%'")
    .reduce((n, [, value]) => n + Number(value), 0);

/* The least of a few tries: the task runner reads too. */
async function cost(filters) {
	let least = Infinity;

	for (let i = 0; i < 5; i++) {
		const began = rowsRead();

		await found(filters);
		least = Math.min(least, rowsRead() - began);
	}
	return least;
}

test('no combination of filters scans the trail', async () => {
	const idle = Math.min(...await Promise.all(Array.from({ length: 3 }, async () => {
		const began = rowsRead();

		return rowsRead() - began;
	})));
	const some = [...FILTERS.map(([, filters]) => ({ ...window, ...filters })),
		...FILTERS.map(([, filters]) => filters), {}, { action: RARE.action },
		{ action: `z${mark}*` }, { object: RARE.type }, { object: `${RARE.type}:o1` },
		{ actor: RARE.actor }, { to: time(1) }, { action: `x${mark}*`, to: time(1) },
		{ object: TYPES[0], to: time(5) }, { object: TYPES[0], action: `z${mark}*` }];

	for (const filters of some) {
		const n = await cost({ ...filters, limit: 50 });

		assert.ok(n - idle < 3000, `${JSON.stringify(filters)}: ${n} rows were read`);
	}
});
