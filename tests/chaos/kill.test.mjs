/*
 * kill -9 of a worker under load: what was in flight in it may fail, nothing
 * that was acknowledged is missing, and the worker is back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { account } from '../api/client.mjs';
import { eventually, sleep, sql, workerPids } from '../api/stack.mjs';
import { load } from './load.mjs';

const KILLS = 4, READERS = 8, WRITERS = 4;

test('killed workers lose no acknowledged write', async () => {
	const { token } = await account();
	const work = load({ readers: READERS, writers: WRITERS, token });
	const count = workerPids().length;

	for (let i = 0; i < KILLS; i++) {
		await sleep(1000);
		const [victim] = workerPids();

		process.kill(victim, 'SIGKILL');
		await eventually('the worker is back', () => {
			const pids = workerPids();

			return pids.length === count && !pids.includes(victim);
		}, 20);
	}
	await work.enough();
	const done = await work.stop();
	const rows = sql(`SELECT email FROM users WHERE email LIKE '${done.mark}%'`)
	    .map(([email]) => email);

	/* A client has one request in flight: a kill fails each at most once. */
	assert.ok(done.failed.length <= KILLS * (READERS + WRITERS), done.failed.join('\n'));
	for (const why of done.failed)
		assert.match(why, /: 502 /, 'nothing but "the service is restarting"');
	assert.equal(new Set(rows).size, rows.length);
	const missing = done.acknowledged.filter((email) => !rows.includes(email));

	assert.deepEqual(missing, []);
	await account();
});

test('all workers killed at once come back', async () => {
	const before = workerPids();

	for (const pid of before)
		process.kill(pid, 'SIGKILL');
	await eventually('the workers are back', () => {
		const pids = workerPids();

		return pids.length === before.length &&
		    pids.every((pid) => !before.includes(pid));
	}, 20);
	await account();
});
