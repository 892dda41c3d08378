/*
 * Idempotency-Key, many at once: one does the work and the others wait for it;
 * a crash or a rollback leaves no key.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused } from './access.mjs';
import { account, expect, hex, unique } from './client.mjs';
import { connection } from './database.mjs';
import { ask, block, count, FIRST, keysOf, newKey, newProduct, products, rowsOfAll, same, sell,
	seller } from './idempotency.mjs';
import { eventually, sql, sqlRoot, workerPids } from './stack.mjs';

test('fifty at once: one work and fifty equal replies', async () => {
	const who = await account();
	const key = newKey();
	const replies = await Promise.all(Array.from({ length: 50 }, () => ask(who, key)));
	const firsts = replies.filter((r) => !r.headers['idempotency-replayed']);

	assert.equal(firsts.length, 1);
	for (const r of replies)
		expect(r, { status: 202, text: firsts[0].text });
	assert.equal(count('exports', who), 1);
	assert.deepEqual(keysOf(who), [['50', '202']]);
	assert.equal(rowsOfAll(replies), 1);
});

test('many at once whose work is refused: each is told so', async () => {
	const who = await account();
	const key = newKey();

	expect(await ask(who), { status: 202 });
	block();
	for (const r of await Promise.all(Array.from({ length: 30 }, () => ask(who, key))))
		refused(r, 429, 'too_many');
	assert.deepEqual(keysOf(who), []);
});

test('fifty at once, with eight threads to serve them', async () => {
	for (let i = 0; i < 5; i++) {
		const key = newKey(), json = newProduct();
		const replies = await Promise.all(Array.from({ length: 50 }, () => sell(key, json)));

		assert.equal(replies.filter((r) => !r.headers['idempotency-replayed']).length, 1);
		for (const r of replies)
			expect(r, { status: 201, text: replies[0].text });
		assert.equal(products(json), 1);
		assert.equal(rowsOfAll(replies), 1);
	}
});

test('fifty at once whose work is refused: each is told why', async () => {
	const json = newProduct();

	expect(await sell(newKey(), json), { status: 201 });
	for (let i = 0; i < 5; i++) {
		const key = newKey();
		const replies = await Promise.all(Array.from({ length: 50 }, () => sell(key, json)));

		for (const r of replies)
			refused(r, 409, 'sku_taken');
		expect(await sell(key, newProduct()), { status: 201, headers: FIRST });
	}
	assert.equal(products(json), 1);
});

/* What the work wants, after it has claimed its key. */
const LOCK = 'SELECT subject FROM throttle FOR UPDATE';
const waits = (statement, n = 1) => eventually(`${n} wait in ${statement}`, async () =>
	(await sqlRoot('SELECT id FROM information_schema.processlist' +
	    ` WHERE info LIKE '${statement}%'`)).length >= n, 10);

/* `use` runs while a transaction that began with this is open. */
async function locked(statements, use) {
	const db = connection();

	try {
		await db.run(`START TRANSACTION; ${statements}`);
		return await use(db);
	} finally {
		await db.close();
	}
}

const COUNTING = 'INSERT INTO throttle';
const CLAIMING = 'INSERT INTO idempotency_keys';

test('while the first is at work, others wait, and then are told', async () => {
	const key = newKey(), json = newProduct();
	const id = `X'${unique()}${unique()}00000000'`;
	/* Somebody else is making a product with that sku, and thinks better of it. */
	const [first, ...others] = await locked('INSERT INTO products (id, sku, name, price,' +
	    ' currency, stock, active, version, edition, created_at, updated_at) VALUES' +
	    ` (${id}, '${json.sku}', 'x', 1, 'EUR', 1, 1, 1, 1, NOW(), NOW())`, async () => {
		const requests = [sell(key, json)];

		await waits('INSERT INTO products');
		requests.push(sell(key, json), sell(key, json));
		await waits(CLAIMING, 2);
		return requests;
	});
	const done = expect(await first, { status: 201, headers: FIRST });

	for (const other of others)
		same(await other, done);
	assert.equal(products(json), 1);
});

test('who has waited for too long is told that it is in progress', async () => {
	const { user } = await seller();
	const key = newKey(), json = newProduct();
	const first = expect(await sell(key, json), { status: 201 });

	/* As if it were still at work: its row is locked. */
	await locked('SELECT id FROM idempotency_keys WHERE user_id =' +
	    ` ${hex(user.id)} FOR UPDATE`, async () => {
		const began = performance.now();

		for (const r of await Promise.all([sell(key, json), sell(key, json)]))
			refused(r, 409, 'idempotency_in_progress');
		const took = performance.now() - began;

		assert.ok(took > 2000 && took < 8000, `${took} ms`);
	});
	same(await sell(key, json), first);
	assert.equal(products(json), 1);
});

test('a deadlock: it runs again, and is done once', async () => {
	const who = await account();

	expect(await ask(who), { status: 202 });
	sql('CREATE TABLE IF NOT EXISTS ballast (n INT)');
	const key = newKey();
	const deadlocks = async () =>
		Number((await sqlRoot("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"))[0][1]);
	/* Who has written more is not the one that is given up. */
	const request = await locked('INSERT INTO ballast SELECT seq FROM seq_1_to_5000;' +
	    LOCK, async (db) => {
		const asked = ask(who, key);
		const before = await deadlocks();

		await waits(COUNTING);
		await db.run('SELECT id FROM idempotency_keys WHERE user_id =' +
		    ` ${hex(who.user.id)} FOR UPDATE`);
		assert.equal(await deadlocks(), before + 1);
		return [asked];
	});
	const first = expect(await request[0], { status: 202, headers: FIRST });

	sql('DROP TABLE ballast');
	same(await ask(who, key), first);
	assert.equal(count('exports', who), 2);
	assert.deepEqual(keysOf(who), [['2', '202']]);
	assert.equal(rowsOfAll([first]), 1);
});

test('a worker that is killed at work leaves no key', async () => {
	const who = await account();

	expect(await ask(who), { status: 202 });
	const key = newKey();
	const pids = workerPids();

	await locked(LOCK, async () => {
		const request = ask(who, key);

		await waits(COUNTING);
		for (const pid of pids)
			process.kill(pid, 'SIGKILL');
		expect(await request, { status: 502 });
	});
	await eventually('the workers are back', () => {
		const now = workerPids();

		return now.length === pids.length && now.every((pid) => !pids.includes(pid));
	});
	await eventually('its transaction is gone', async () => Number((await sqlRoot(
	    'SELECT COUNT(*) FROM information_schema.innodb_trx'))[0][0]) === 0);
	assert.deepEqual(keysOf(who), []);
	assert.equal(count('exports', who), 1);
	const first = expect(await ask(who, key), { status: 202, headers: FIRST });

	same(await ask(who, key), first);
	assert.equal(count('exports', who), 2);
});
