/*
 * atrium tasks, as an administrator types it: what it lists and shows, what it
 * does, and what it refuses.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { hex, unique } from './client.mjs';
import { eventually, setting, sql, stack } from './stack.mjs';

function atrium(...args) {
	const { uid, gid } = fs.statSync(stack.env_file);
	const run = spawnSync(path.join(stack.build, 'atrium'), ['tasks', ...args], {
		cwd: stack.dir, uid, gid, encoding: 'utf8',
		env: { PATH: process.env.PATH, ATRIUM_ENV_FILE: stack.env_file },
	});

	assert.doesNotMatch(run.stderr, /Sanitizer|runtime error|BUG/);
	return run;
}

/* A task of a state, which no runner touches: it is of tomorrow. */
function put(state, { kind = 'mail_test', args = '{}', error = null, attempts = 3 } = {}) {
	const id = crypto.randomUUID();
	const text = (value) => value === null ? 'NULL' :
		`X'${Buffer.from(value).toString('hex')}'`;
	const running = state === 'running';

	sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, lease_until,
	    runner, last_error, created_at) VALUES (${hex(id)}, ${text(kind)},
	    ${text(args)}, '${state}', ${attempts}, UTC_TIMESTAMP(6) + INTERVAL 1 DAY,
	    ${running ? 'UTC_TIMESTAMP(6) + INTERVAL 1 DAY' : 'NULL'},
	    ${running ? hex(id) : 'NULL'}, ${text(error)}, UTC_TIMESTAMP(6))`);
	return id;
}

const stateOf = (id) => sql(`SELECT state FROM tasks WHERE id = ${hex(id)}`)[0]?.[0];
const lines = (text) => text.split('\n').filter(Boolean);

test('words that are wrong say what is right', () => {
	for (const [args, want] of [
		[['nonsense'], /no such command[^]*Usage: atrium tasks/],
		[['run', 'now'], /takes --once or nothing/],
		[['ls', '--state', 'asleep'], /queued, running, done, dead or cancelled/],
		[['ls', '--limit', '0'], /a number from 1 to 1000/],
		[['ls', '--limit', '5x'], /a number from 1 to 1000/],
		[['ls', 'x'], /takes options only/],
		[['ls', '--kind'], /that option is not right/],
		[['show'], /takes the id of a task/],
		[['show', '17'], /takes the id of a task/],
		[['retry'], /the id of a task, or --all-dead/],
		[['cancel', 'all'], /takes the id of a task/],
		[['kinds', 'x'], /takes nothing/],
	]) {
		const run = atrium(...args);

		assert.equal(run.status, 64, args.join(' '));
		assert.match(run.stderr, want);
		assert.equal(run.stdout, '');
	}
	for (const args of [['--help'], ['ls', '--help'], ['run', '-h'], ['retry', '--help']]) {
		const run = atrium(...args);

		assert.equal(run.status, 0);
		assert.match(run.stdout, /^Usage: atrium tasks /);
		assert.equal(run.stderr, '');
	}
});

test('ls lists by state and kind, the newest first, and says when there is more', () => {
	const kind = `k-${unique()}`;
	const ids = [1, 2, 3].map(() => put('dead', { kind }));
	const queued = put('queued', { kind });

	put('cancelled', { kind: `${kind}-other` });
	const all = atrium('ls', '--kind', kind);

	assert.equal(all.status, 0, all.stderr);
	assert.match(lines(all.stdout)[0],
	    /^ID +STATE +ATTEMPTS +DUE OR ENDED +KIND$/);
	assert.equal(lines(all.stdout).length, 5);
	assert.equal(all.stderr, '');
	const dead = atrium('ls', '--kind', kind, '--state', 'dead');

	assert.deepEqual(lines(dead.stdout).slice(1).map((line) => line.slice(0, 36)).sort(),
	    [...ids].sort());
	assert.match(lines(atrium('ls', '--state', 'queued', '--kind', kind).stdout)[1],
	    new RegExp(`^${queued}  queued  +3  \\d{4}-\\d\\d-\\d\\dT[\\d:]{8}Z  ${kind}$`));
	const two = atrium('ls', '--kind', kind, '--limit', '2');

	assert.equal(lines(two.stdout).length, 3);
	assert.match(two.stderr, /There are more tasks than these 2/);
});

test('show tells all of a task, and cannot steer the terminal', () => {
	const id = put('dead', { kind: 'k\x1b[2J', args: '{"text":"\xC3\xA9 é"}',
		error: 'the server said \x1b]0;owned\x07 550' });
	const run = atrium('show', id);

	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, new RegExp(`^id +${id}$`, 'm'));
	assert.match(run.stdout, /^state +dead$/m);
	assert.match(run.stdout, /^attempts +3$/m);
	assert.match(run.stdout, /^last error +the server said .*550$/m);
	assert.match(run.stdout, /^arguments +\{"text":".* é"\}$/m);
	/* eslint-disable-next-line no-control-regex */
	assert.doesNotMatch(run.stdout + atrium('ls').stdout, /[\x1b\x07]/);
	const running = atrium('show', put('running'));

	assert.match(running.stdout, /^lease until +\d{4}-/m);
	assert.match(running.stdout, /^runner +[0-9a-f-]{36}$/m);
	const none = atrium('show', crypto.randomUUID());

	assert.equal(none.status, 1);
	assert.match(none.stderr, /There is no task/);
});

test('cancel and retry keep to what the state allows', () => {
	for (const [command, state, status, said, attempts] of [
		['cancel', 'queued', 0, /is cancelled\.$/m],
		['cancel', 'dead', 0, /is cancelled\.$/m],
		['cancel', 'running', 1, /is running: wait until it has ended/],
		['cancel', 'done', 1, /is done\. Nothing was changed/],
		['cancel', 'cancelled', 1, /is cancelled already\. Nothing was changed/],
		['retry', 'queued', 1, /is queued already\. Nothing was changed/, 0],
		['retry', 'running', 1, /is running: wait until it has ended/],
		['retry', 'done', 1, /is done\. Nothing was changed/],
	]) {
		const id = put(state, { attempts });
		const run = atrium(command, id);

		assert.equal(run.status, status, `${command} ${state}: ${run.stderr}`);
		assert.match(run.stdout + run.stderr, said);
		assert.equal(stateOf(id), status === 0 ? 'cancelled' : state);
	}
	assert.equal(atrium('retry', crypto.randomUUID()).status, 1);
});

/* With all that is needed, the mail leaves. */
test('a dead task that is retried is run', async () => {
	const to = () => `again-${unique()}@example.com`;
	const dir = setting('MAIL_DIR');
	/* Only whole mails: one that is being written has another name. */
	const mailed = (address) => fs.readdirSync(dir).some((name) =>
		name.endsWith('.eml') &&
		fs.readFileSync(path.join(dir, name), 'utf8').includes(address));
	const [one, two, three] = [to(), to(), to()];
	const dead = (email) => put('dead', { args: JSON.stringify({ email }) });
	const first = dead(one);
	const run = atrium('retry', first);

	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, new RegExp(`^The task ${first} is queued again\\.$`, 'm'));
	await eventually('the mail', () => mailed(one));
	const cancelled = put('cancelled', { args: JSON.stringify({ email: three }) });

	assert.equal(atrium('retry', cancelled).status, 0);
	await eventually('the mail', () => mailed(three));
	sql("DELETE FROM tasks WHERE state = 'dead'");
	dead(two);
	put('dead', { kind: 'nobody-knows' });
	assert.match(atrium('retry', '--all-dead').stdout, /^2 dead tasks are queued again/);
	await eventually('the mail', () => mailed(two));
	assert.match(atrium('retry', '--all-dead').stdout, /^0 dead tasks/);
});

test('kinds names what the program knows', () => {
	const run = atrium('kinds');

	assert.equal(run.status, 0, run.stderr);
	assert.match(run.stdout, /^mail_test +- +- +\S/m);
	assert.match(run.stdout, /^purge_tasks +5 min +\d{4}-\d\d-\d\dT[\d:]{8}Z +\S/m);
});

test('run --once ends when nothing is due', () => {
	const run = atrium('run', '--once');

	assert.equal(run.status, 0, run.stderr);
	assert.equal(atrium('--once').status, 0);
});
