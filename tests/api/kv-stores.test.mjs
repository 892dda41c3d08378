/*
 * Key-value spaces whose values are in Redis or Tarantool: the same cases as in
 * MariaDB, and what becomes of requests while the store is away.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { shared } from './cases.mjs';
import { api, expect, hex, logIn } from './client.mjs';
import { found, fresh, hand, kvTests, range, written } from './kv.mjs';
import { eventually, sql, sqlCount } from './stack.mjs';
import { skipped, storeStack } from './stores.mjs';

const busy = { status: 503, headers: { 'retry-after': /^\d+$/ } };
/* Far above KV_TIMEOUT_MS, far below what a client would call a hang. */
const AT_ONCE_MS = 5000;

async function within(ms, work) {
	const began = performance.now();
	const result = await work();

	assert.ok(performance.now() - began < ms, `${performance.now() - began} ms`);
	return result;
}

const runTask = (kind, on) => sql('INSERT INTO tasks (id, kind, args, state, attempts,' +
    ` run_at, created_at) VALUES (RANDOM_BYTES(16), '${kind}', '{}', 'queued', 0,` +
    ' UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))', on);

function outages(name, world) {
	test(`${name}: killed: 503 with Retry-After, at once; then it goes on`, async () => {
		const { start, kill, on, stack } = await world();
		const { who, kv } = await fresh({ on, stack });

		expect(await kv.put('k', '1'), { status: 201 });
		kill();
		const all = () => [kv.get('k'), kv.put('k', '2'), kv.remove('k'), kv.list(), kv.read(['k']),
			kv.write([['k', '2']]), kv.write([['k', '2']], {}, { 'idempotency-key': 'k' }),
			kv.erase(['k']), kv.put('k', '3', { 'if-match': '*' }),
			api('GET', '/kv/', { token: who.token, on })];

		for (const r of await within(AT_ONCE_MS, () => Promise.all([...all(), ...all()])))
			expect(r, busy);
		/* What needs no store goes on. */
		expect(await api('GET', '/users/me', { token: who.token, on }), {});
		start();
		await eventually('an answer', async () => (await kv.list()).status === 200, 10);
		expect(await kv.write([['a', '1'], ['b', '2']], {}, { 'idempotency-key': 'k' }),
		    { status: 201, text: written(['a', 'b']) });
		expect(await kv.read(['a', 'b']), { text: found([['a', '1'], ['b', '2']]) });
	});

	test(`${name}: silent: 503 within the time limit, for all who wait`, async () => {
		const { pid, on, stack } = await world();
		const { kv } = await fresh({ on, stack });

		process.kill(pid(), 'SIGSTOP');
		try {
			for (const r of await within(AT_ONCE_MS, () => Promise.all(range(16).map((i) =>
				i % 2 ? kv.get('k') : kv.put('k', '1')))))
				expect(r, busy);
		} finally {
			process.kill(pid(), 'SIGCONT');
		}
		await eventually('an answer', async () => (await kv.list()).status === 200, 10);
		expect(await kv.put('k2', '1'), { status: 201 });
		expect(await kv.get('k2'), { text: '1' });
	});
}

/* The store has done it, and the database forgot: what a failed COMMIT leaves. */
function losses(name, world) {
	test(`${name}: a lost COMMIT: the same work is not done twice, other work is`, async () => {
		const { on, stack } = await world();
		const { who, kv } = await fresh({ on, stack });
		const key = { 'idempotency-key': 'k' };
		const write = (pairs) => kv.write(pairs, { mode: 'insert' }, key);
		const lose = () => {
			const mine = `idempotency_keys WHERE user_id = ${hex(who.user.id)}`;

			assert.equal(sqlCount(`SELECT COUNT(*) FROM ${mine}`, stack), 1);
			sql(`DELETE FROM ${mine}`, stack);
		};

		expect(await write([['a', '1']]), { status: 201, text: written(['a']) });
		lose();
		expect(await write([['a', '1']]), { status: 201, text: written(['a']) });
		lose();
		expect(await write([['b', '2'], ['a', '3']]), { status: 201, text: written(['b'], ['a']) });
		expect(await kv.read(['a', 'b']), { text: found([['a', '1'], ['b', '2']]) });
	});
}

/* Somebody new has that id: the only way to see what a space still holds. */
async function revive({ user }, more) {
	const { who } = await fresh(more);
	const [[columns]] = sql('SELECT GROUP_CONCAT(column_name) FROM information_schema.columns' +
	    " WHERE table_schema = DATABASE() AND table_name = 'users'" +
	    " AND extra NOT LIKE '%GENERATED%'", more.stack);

	sql(`CREATE TEMPORARY TABLE t AS SELECT ${columns} FROM users WHERE id = ${hex(who.user.id)};` +
	    ` UPDATE t SET id = ${hex(user.id)}, email = CONCAT('x', email),` +
	    " email_key = CONCAT('x', email_key);" +
	    ` INSERT INTO users (${columns}) SELECT * FROM t`, more.stack);
	const r = expect(await logIn(`x${who.email}`, who.password, { more }), {});

	return hand(r.json.access_token, more);
}

function sweeps(name, world) {
	test(`${name}: the values go with their account, by a task`, async () => {
		const { on, stack } = await world();
		const [gone, stays] = [await fresh({ on, stack }), await fresh({ on, stack })];
		const keys = range(900).map((i) => `k${i}`);

		for (const { kv } of [gone, stays])
			await kv.write(keys.map((k) => [k, '1']));
		expect(await api('DELETE', '/users/me', { token: gone.who.token, on }), {});
		runTask('sweep_kv', stack);
		await eventually('the sweep is done', () => sqlCount('SELECT COUNT(*) FROM tasks WHERE' +
		    " kind LIKE 'sweep_kv%' AND state IN ('queued', 'running')", stack) === 0);
		assert.equal(sqlCount("SELECT COUNT(*) FROM tasks WHERE kind LIKE 'sweep_kv%' AND" +
		    " state <> 'done'", stack), 0);
		assert.equal((await stays.kv.list({ limit: 1000 })).json.data.length, 900);
		const again = await revive(gone.who, { on, stack });

		assert.deepEqual((await again.list()).json, { data: [], next: null });
	});
}

for (const name of ['redis', 'tarantool']) {
	const why = skipped(name);

	if (why) {
		test(name, { skip: why }, () => {});
		continue;
	}
	const world = shared(() => storeStack(name, { KV_TIMEOUT_MS: 1000 }));

	kvTests(name, async () => {
		const { on, stack } = await world();

		return { on, stack };
	});
	sweeps(name, world);
	losses(name, world);
	outages(name, world);
	after(async () => (await world()).stop());
}
