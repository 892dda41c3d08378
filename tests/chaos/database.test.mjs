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

import { account, api, expect } from '../api/client.mjs';
import { mailsTo } from '../api/mail.mjs';
import { eventually, sleep, sql, stack, workerPids } from '../api/stack.mjs';
import { load } from './load.mjs';

const KILLS = 3;

/* Supervisors give up on what ends at once, again and again. */
test('who starts while the database is away waits for it', async () => {
	const read = (file) => fs.readFileSync(file, 'utf8').trim();
	const runner = () => {
		const pid = read(`${stack.run}/tasks.pid`);

		return Number(read(`/proc/${pid}/task/${pid}/children`).split(' ')[0]);
	};
	const before = { workers: workerPids(), runner: runner() };

	await promisify(execFile)(stack.script, ['db-stop', stack.dir]);
	for (const pid of [...before.workers, before.runner])
		process.kill(pid, 'SIGKILL');
	await eventually('others in their places', () => runner() > 0 &&
		runner() !== before.runner &&
		workerPids().length === before.workers.length &&
		!workerPids().some((pid) => before.workers.includes(pid)));
	const waiting = { workers: workerPids(), runner: runner() };

	/* As long as those would have needed to be given up. */
	await sleep(2500);
	assert.deepEqual({ workers: workerPids(), runner: runner() }, waiting);
	await promisify(execFile)(stack.script, ['db-start', stack.dir]);
	const { email } = await account();

	expect(await api('POST', `/password-recovery/${email}`), {});
	await eventually('the mail', () => mailsTo(email).length === 1);
	assert.deepEqual({ workers: workerPids(), runner: runner() }, waiting);
});

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
