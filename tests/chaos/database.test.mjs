/*
 * MariaDB is killed under a load of reads and writes, and started again: only
 * 503 meanwhile, what was acknowledged is there, and nothing is tried twice
 * once it may have been done.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { account } from '../api/client.mjs';
import { sleep, sql, stack, workerPids } from '../api/stack.mjs';
import { load } from './load.mjs';

const KILLS = 3;

test('a killed database loses no acknowledged write', async () => {
	const { token } = await account();
	const pids = workerPids();
	const work = load({ readers: 4, writers: 6, token });

	for (let i = 0; i < KILLS; i++) {
		await sleep(1000);
		process.kill(Number(fs.readFileSync(`${stack.run}/db.pid`, 'utf8')), 'SIGKILL');
		await promisify(execFile)(stack.script, ['db-start', stack.dir]);
	}
	await work.enough();
	const done = await work.stop();
	const rows = sql(`SELECT email FROM users WHERE email LIKE '${done.mark}%'`)
	    .map(([email]) => email);

	/* A 400 would say "already exists": of a write that was repeated. */
	for (const why of done.failed)
		assert.match(why, /: 503 /);
	assert.ok(done.failed.length > 0, 'the database was never missed');
	assert.equal(new Set(rows).size, rows.length);
	assert.deepEqual(done.acknowledged.filter((email) => !rows.includes(email)), []);
	assert.deepEqual(workerPids(), pids);
	await account();
});
