/*
 * Rolling reloads under a load of reads and writes: no request fails, no write
 * is lost or doubled.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { test } from 'node:test';

import { account } from '../api/client.mjs';
import { sleep, sqlCount, stack, workerPids } from '../api/stack.mjs';
import { load } from './load.mjs';

const RELOADS = 3;

/* The clients of this process go on meanwhile. */
const reload = () => promisify(execFile)(stack.script, ['reload', stack.dir]);

test('reloads lose nothing', async () => {
	const { token } = await account();
	const before = sqlCount('SELECT COUNT(*) FROM users');
	const work = load({ readers: 12, writers: 4, token });
	let last = workerPids();

	for (let i = 0; i < RELOADS; i++) {
		await sleep(1500);
		await reload();
		const pids = workerPids();

		assert.equal(pids.length, last.length);
		assert.ok(pids.every((pid) => !last.includes(pid)), 'the same workers');
		last = pids;
	}
	await work.enough();
	const done = await work.stop();

	assert.deepEqual(done.failed, []);
	assert.equal(sqlCount('SELECT COUNT(*) FROM users') - before, done.writes);
	assert.equal(sqlCount(`SELECT COUNT(*) FROM users WHERE email LIKE '${done.mark}%'`),
	    done.writes);
});

test('a reload of an idle pool', async () => {
	const before = workerPids();

	await reload();
	assert.equal(workerPids().length, before.length);
	await account();
});
