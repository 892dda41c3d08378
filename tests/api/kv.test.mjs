/*
 * Key-value spaces: their values in MariaDB, whose a space is, who may do what
 * in a named one, how much it holds, and what becomes of what nobody wants.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { admin, giveRoles, makeKey, makeRole, refused, staff } from './access.mjs';
import { account, api, call, expect, hex, superuser, unique } from './client.mjs';
import { deleted, found, fresh, hand, kvTests, q, range } from './kv.mjs';
import { eventually, sql, sqlCount } from './stack.mjs';
import { runTask } from './trail.mjs';

kvTests('mariadb', async () => ({}));

/* {name, readers, writers, kv: of the administrator}, with three roles. */
async function space(fields = {}) {
	const { token } = await admin();
	const name = `s-${unique()}`;
	const [reader, writer, both] = await Promise.all(range(3).map(() => makeRole()));
	const json = { readers: [reader, both], writers: [writer, both], ...fields };

	expect(await api('PUT', `/admin/kv/spaces/${name}`, { token, json }), { status: 201 });
	return { name, reader, writer, both, kv: hand(token, {}, name) };
}

const values = (id) => sqlCount("SELECT COUNT(*) FROM kv_values WHERE k >= X'01' AND space_id =" +
    hex(id));

test('~ is the own space, and nobody else\'s', async () => {
	const [one, two] = [await fresh({}), await fresh({})];
	const { key } = await makeKey(one.who);

	await one.kv.put('k', '"one"');
	refused(await two.kv.get('k'), 404, 'not_found');
	await two.kv.put('k', '"two"');
	expect(await one.kv.get('k'), { text: '"one"' });
	expect(await hand(key).get('k'), { text: '"one"' });
	expect(await hand(key).put('k', '"by key"'), { status: 200 });
	expect(await one.kv.get('k'), { text: '"by key"' });
	for (const name of [one.who.user.id, one.who.email, '~~', '~root', '', ' ', '%7E%7E'])
		assert.equal((await hand(two.who.token, {}, encodeURIComponent(name)).get('k')).status,
		    404, name);
	expect(await call('GET', '/api/v1/kv/%7e/k', { token: one.who.token }), { text: '"by key"' });
	for (const token of [undefined, 'nonsense', `${key}x`])
		assert.equal((await hand(token).get('k')).status, 401);
});

test('a named space: readers read, writers write, others know nothing of it', async () => {
	const s = await space();
	const people = Object.fromEntries(await Promise.all(['reader', 'writer', 'both', 'nobody']
	    .map(async (role) => {
		    const who = await account();

		    if (s[role])
			    await giveRoles(who, s[role]);
		    return [role, { who, kv: hand(who.token, {}, s.name) }];
	    })));
	const { reader, writer, both, nobody } = people;
	const reads = (kv) => [kv.get('k'), kv.list(), kv.read(['k'])];
	const writes = [[201, (kv) => kv.put('w', '1')],
		[201, (kv) => kv.write([['w', '1']])], [200, (kv) => kv.erase(['w'])],
		[201, (kv) => kv.put('w', '1')], [204, (kv) => kv.remove('w')]];

	const tries = (kv) => writes.map(([, write]) => write(kv));

	expect(await writer.kv.put('k', '"here"'), { status: 201 });
	for (const kv of [reader.kv, both.kv, s.kv])
		for (const r of await Promise.all(reads(kv)))
			assert.equal(r.status, 200, r.text);
	for (const kv of [writer.kv, both.kv, s.kv])
		for (const [status, write] of writes)
			expect(await write(kv), { status });
	expect(await reader.kv.get('k'), { text: '"here"' });
	for (const r of await Promise.all(tries(reader.kv)))
		refused(r, 403, 'read_only');
	for (const r of await Promise.all(reads(writer.kv)))
		refused(r, 403, 'write_only');
	for (const r of await Promise.all([...reads(nobody.kv), ...tries(nobody.kv)])) {
		refused(r, 404, 'not_found');
		assert.equal(r.json.detail, 'There is no such space');
	}
	/* The own roles are an API key's too. */
	const { key } = await makeKey(reader.who);

	expect(await hand(key, {}, s.name).get('k'), { text: '"here"' });
	refused(await hand(key, {}, s.name).put('k', '1'), 403, 'read_only');
	/* What is taken away is gone at once. */
	await giveRoles(reader.who);
	refused(await reader.kv.get('k'), 404, 'not_found');
	refused(await hand(key, {}, s.name).get('k'), 404, 'not_found');
});

test('an administrator reaches every space, its API key where it says so', async () => {
	const s = await space({ readers: [], writers: [] });
	const boss = await superuser();
	const [plain, full] = [await makeKey(boss), await makeKey(boss, { permissions: ['kv'] })];
	const maker = await staff('kv');

	for (const token of [boss.token, full.key]) {
		expect(await hand(token, {}, s.name).put('k', '1'), {
			status: token === boss.token ? 201 : 200 });
		expect(await hand(token, {}, s.name).get('k'), { text: '1' });
	}
	refused(await hand(plain.key, {}, s.name).get('k'), 404, 'not_found');
	/* Who makes spaces may not look into them for that. */
	refused(await hand(maker.token, {}, s.name).get('k'), 404, 'not_found');
});

test('the spaces that one may use, and how full they are', async () => {
	const s = await space({ max_keys: 7, max_bytes: 2048 });
	const { who, kv } = await fresh({});
	const spaces = async (query = '') => expect(await api('GET', `/kv/${query}`,
	    { token: who.token }), {}).json;
	const own = (keys, bytes) => ({ space: '~', can_read: true, can_write: true, keys, bytes,
		max_keys: 100000, max_bytes: 67108864 });

	assert.deepEqual(await spaces(), { data: [own(0, 0)], count: 1 });
	await kv.write([['a', '12'], ['\u00e9', '"x"']]);
	await s.kv.put('abc', '[1]');
	assert.deepEqual(await spaces(), { data: [own(2, 8)], count: 1 });
	await giveRoles(who, s.reader);
	const named = { space: s.name, can_read: true, can_write: false, keys: 1, bytes: 6,
		max_keys: 7, max_bytes: 2048 };

	assert.deepEqual(await spaces(), { data: [own(2, 8), named], count: 2 });
	await giveRoles(who, s.both);
	assert.deepEqual((await spaces()).data[1], { ...named, can_write: true });
	assert.deepEqual(await spaces('?skip=1'), { data: [{ ...named, can_write: true }], count: 2 });
	assert.deepEqual(await spaces('?limit=1'), { data: [own(2, 8)], count: 2 });
	assert.deepEqual(await spaces('?skip=2'), { data: [], count: 2 });
});

test('a space holds as many keys and bytes as it may, and not one more', async () => {
	const { kv } = await space({ max_keys: 3, max_bytes: 1024 });
	const full = (r, what) => {
		refused(r, 507, 'quota_exceeded');
		assert.match(r.json.detail, /at most 3 keys and 1024 bytes/, what);
	};

	expect(await kv.write([['a', '1'], ['b', '2'], ['c', '3']]), { status: 201 });
	full(await kv.put('d', '4'));
	full(await kv.write([['a', '5'], ['d', '6']]));
	full(await kv.write([['d', '6']], { mode: 'insert' }));
	expect(await kv.read(['a', 'd']), { text: found([['a', '1']], ['d']) });
	expect(await kv.put('a', '7'), { status: 200 });
	/* 3 bytes of keys, 2 of values: 1019 are left for this one. */
	full(await kv.put('a', q('x'.repeat(1018))));
	expect(await kv.put('a', q('x'.repeat(1017))), { status: 200 });
	full(await kv.put('b', '22'));
	expect(await kv.put('a', '1'), { status: 200 });
	expect(await kv.erase(['b', 'c']), { text: deleted(['b', 'c']) });
	const replies = await Promise.all(range(8).map((i) => kv.put(`n${i}`, '1')));

	assert.deepEqual(replies.map(({ status }) => status).sort(),
	    [201, 201, 507, 507, 507, 507, 507, 507]);
	assert.equal((await kv.list()).json.data.length, 3);
});

test('values that are too large for one answer', async () => {
	const { kv } = await fresh({});
	const text = q('x'.repeat(65534));
	const keys = range(270).map((i) => `k${i}`);

	for (let i = 0; i < keys.length; i += 15)
		expect(await kv.write(keys.slice(i, i + 15).map((k) => [k, text])), { status: 201 });
	refused(await kv.read(keys), 413, 'reply_too_large');
	const r = expect(await kv.read(keys.slice(0, 200)), {});

	assert.equal(Buffer.byteLength(r.text), 24 + 200 * (65536 + 4) - 1 +
	    keys.slice(0, 200).join('').length);
	expect(await kv.erase(keys), { text: deleted(keys) });
});

test('a thousand of the largest values: no answer holds them, no worker ends', async () => {
	const { who, kv } = await fresh({});
	const keys = range(1000).map((i) => `k${i}`);
	const pairs = keys.map((k) => [k, '1']);

	expect(await kv.write(pairs), { status: 201 });
	sql(`UPDATE kv_values SET value = REPEAT('7', 65536) WHERE k LIKE 'k%' AND space_id = ${hex(who.user.id)}`);
	const r = refused(await kv.read(keys), 413, 'reply_too_large');

	assert.match(r.json.detail, /fewer keys/);
	refused(await kv.read(keys, { strict: true }), 413, 'reply_too_large');
	const { existing } = refused(await kv.write([['new', '1'], ...pairs.slice(1)],
	    { mode: 'strict_insert' }), 409, 'exists').json;

	assert.deepEqual(existing, keys.slice(1));
	expect(await kv.read(keys.slice(0, 250)), { status: 200 });
	expect(await kv.erase(keys), { text: deleted(keys) });
});

test('a batch, then upserts: together no more than the quota; nor when it is lowered', async () => {
	const { name, kv } = await space({ max_keys: 1000 });
	const { token } = await admin();
	const some = (letter, i) => range(30).map((n) => [`${letter}${i}-${n}`, '1']);
	const upserts = async (letter, times) => {
		const of = (await Promise.all(range(times).map((i) => kv.write(some(letter, i)))))
		    .map(({ status }) => status);

		assert.deepEqual(of.filter((s) => s !== 201 && s !== 507), []);
		return of.filter((s) => s === 201).length;
	};

	expect(await kv.write(range(1000).map((i) => [`k${i}`, '1']), { mode: 'insert' }), { status: 201 });
	assert.equal(await upserts('a', 40), 0);
	expect(await kv.erase(range(500).map((i) => `k${i}`)), { status: 200 });
	assert.equal(await upserts('b', 40), 16);
	expect(await api('PUT', `/admin/kv/spaces/${name}`, { token, json: { max_keys: 100000 } }), {});
	assert.equal(await upserts('c', 40), 40);
	expect(await api('PUT', `/admin/kv/spaces/${name}`, { token, json: { max_keys: 1500 } }), {});
	assert.equal(await upserts('d', 40), 0);
});

test('what has expired is removed by a task, what has not stays', async () => {
	const { who, kv } = await fresh({});

	await kv.write(range(50).map((i) => [`a${i}`, '1']), { ttl_s: 3600 });
	await kv.write([['keep', '2']], { ttl_s: 3600 });
	await kv.put('stay', '3');
	assert.equal(values(who.user.id), 52);
	sql('UPDATE kv_values SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND' +
	    ` WHERE k LIKE 'a%' AND space_id = ${hex(who.user.id)}`);
	refused(await kv.get('a1'), 404, 'not_found');
	assert.deepEqual((await kv.list()).json.data.map(({ key }) => key), ['keep', 'stay']);
	runTask('purge_kv');
	await eventually('they are removed', () => values(who.user.id) === 2);
	expect(await kv.read(['keep', 'stay']), { text: found([['keep', '2'], ['stay', '3']]) });
});

test('the values go with their account, and with their space', async () => {
	const { who, kv } = await fresh({});
	const s = await space();
	const { token } = await admin();
	const [[id]] = sql(`SELECT LOWER(HEX(id)) FROM kv_spaces WHERE name = '${s.name}'`);

	await kv.put('k', '1');
	await s.kv.write(range(1000).map((i) => [`k${i}`, '1']));
	assert.deepEqual([values(who.user.id), values(id)], [1, 1000]);
	expect(await api('DELETE', '/users/me', { token: who.token }), {});
	expect(await api('DELETE', `/admin/kv/spaces/${s.name}`, { token }), { status: 204 });
	refused(await s.kv.get('k1'), 404, 'not_found');
	await eventually('nothing is left', () => values(who.user.id) + values(id) === 0);
	await eventually('nor the space', () => sqlCount('SELECT COUNT(*) FROM kv_spaces' +
	    ` WHERE id IN (${hex(id)}, ${hex(who.user.id)})`) === 0);
	/* The name is free, and what comes to it is empty. */
	const json = { readers: [s.both], writers: [s.both] };

	expect(await api('PUT', `/admin/kv/spaces/${s.name}`, { token, json }), { status: 201 });
	assert.deepEqual((await s.kv.list()).json, { data: [], next: null });
});

test('an address that has one slash too many, or too few', async () => {
	const { who: { token }, kv } = await fresh({});
	const get = (path, method = 'GET') => call(method, `/api/v1/kv${path}`, { token });

	await kv.put('a', '1');
	for (const path of ['', '/'])
		assert.equal((await get(path)).json.data[0].space, '~');
	for (const path of ['/~', '/~/'])
		assert.equal((await get(path)).json.data[0].key, 'a');
	for (const path of ['/~/a', '/~/a/', '/%7E/%61'])
		expect(await get(path), { text: '1' });
	for (const path of ['/~//', '//~', '/~/a/b', '/~//a'])
		expect(await get(path), { status: 404, json: { detail: 'Not Found' } });
	const write = (path) => call('POST', `/api/v1/kv/${path}`, { token,
		json: { data: { w: 1 } }, headers: { 'idempotency-key': 'one' } });
	const first = expect(await write('~/write'), { status: 201 });

	for (const path of ['~/write/', '%7E/write', '%7e/wr%69te/'])
		expect(await write(path), { status: 201, text: first.text,
			headers: { 'idempotency-replayed': 'true' } });
	/* Names of what can be done are keys as well. */
	for (const key of ['read', 'write', 'delete']) {
		expect(await kv.put(key, q(key)), { status: 201 });
		expect(await kv.get(key), { text: q(key) });
		expect(await get(`/~/${key}`, 'PATCH'), { status: 405,
			headers: { allow: 'GET, HEAD, POST, PUT, DELETE, OPTIONS' } });
		expect(await kv.remove(key), { status: 204 });
	}
});
