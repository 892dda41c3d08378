/*
 * Mails that are queued while their runners are killed, shared, or asleep: each
 * arrives, and nothing is left in the queue. The runner of this stack looks at
 * its queue by itself once a minute, so whatever is quicker was the doorbell's
 * or the keeper's doing.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';

import { api, expect, logIn, target, unique } from '../api/client.mjs';
import { eventually, ownStack, setting, sleep, sql, sqlCount, stack }
	from '../api/stack.mjs';

const MAILS = 500, CLIENTS = 16, KILLS = 8;

const own = ownStack({ TASK_LEASE_MS: '1000', TASK_POLL_MS: '60000',
	TASK_KEEP_MINUTES: '0', TASK_THREADS: '4' });
const on = await target(own.url);
const mailDir = setting('MAIL_DIR', own);
const signedIn = expect(await logIn(setting('FIRST_SUPERUSER', own),
    setting('FIRST_SUPERUSER_PASSWORD', own), { more: { on } }), {});
const token = signedIn.json.access_token;

after(() => own.stop());

/* The children of the stack's multiwatch. */
function runners() {
	const pid = fs.readFileSync(path.join(own.run, 'tasks.pid'), 'utf8').trim();

	try {
		return fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
		    .split(' ').filter(Boolean).map(Number);
	} catch {
		return [];
	}
}

/* Finished runs in a log: [{id, attempt}]. */
function done(text) {
	return text.split('\n').filter((line) => line.includes('"outcome":"done"'))
	    .map((line) => JSON.parse(line)).filter((run) => run.kind === 'mail_test');
}

async function sendTest(address) {
	expect(await api('POST', `/utils/test-email/?email_to=${address}`, { token, on }),
	    { status: 201, json: { message: 'Test email sent' } });
}

/* Many at once; the addresses. */
async function sendMany(mark) {
	const addresses = Array.from({ length: MAILS },
	    (_, i) => `${mark}-${i}@example.com`);
	const left = [...addresses];

	await Promise.all(Array.from({ length: CLIENTS }, async () => {
		while (left.length > 0)
			await sendTest(left.pop());
	}));
	return addresses;
}

/* Who got a mail, once for each file: a Map of addresses to file names. */
function received() {
	const found = new Map();

	for (const name of fs.readdirSync(mailDir).filter((n) => n.endsWith('.eml'))) {
		const text = fs.readFileSync(path.join(mailDir, name), 'utf8');
		const to = text.match(/^To: <?([^>\s]+)>?\s*$/mi)?.[1];

		found.set(to, [...found.get(to) ?? [], name]);
	}
	return found;
}

const underWay = () => sqlCount('SELECT COUNT(*) FROM tasks' +
    " WHERE state IN ('queued', 'running')", own);

async function queueIsEmpty() {
	await eventually('the queue is empty', () => underWay() === 0, 60);
	/* What recurs may leave a row; a finished mail none. */
	assert.ok(sqlCount('SELECT COUNT(*) FROM tasks', own) <= 4);
	assert.deepEqual(sql("SELECT last_error FROM tasks WHERE state = 'dead'", own), []);
}

test('a mail leaves within a second of its commit', async () => {
	await eventually('the runner is there', () => runners().length === 1);
	await queueIsEmpty();
	for (let i = 0; i < 5; i++) {
		const address = `bell-${unique()}@example.com`;

		await sleep(300);
		await sendTest(address);
		const from = Date.now();

		await eventually('the mail', () => received().has(address), 5);
		assert.ok(Date.now() - from < 1000, `${Date.now() - from} ms`);
	}
});

test('killed runners lose no mail', async () => {
	const mark = `kill-${unique()}`;
	let hits = 0, going = true;

	async function kill() {
		for (let i = 0; i < KILLS && going; i++) {
			await eventually('a runner', () => runners().length === 1);
			const [victim] = runners();

			await sleep(30 + Math.random() * 400);
			process.kill(victim, 'SIGKILL');
			await eventually('it is gone', () => !runners().includes(victim));
			if (sqlCount("SELECT COUNT(*) FROM tasks WHERE state = 'running'", own))
				hits++;
		}
	}
	const killing = kill();
	const addresses = await sendMany(mark);

	await killing;
	going = false;
	await queueIsEmpty();
	const got = received();

	assert.deepEqual(addresses.filter((address) => !got.has(address)), []);
	assert.ok(hits > 0, 'no kill hit a task');
});

/* One more of them, of our own, as the user that the other runs as. */
function secondRunner() {
	const { uid, gid } = fs.statSync(own.env_file);
	const child = spawn(path.join(stack.build, 'atrium'), ['tasks'], {
		cwd: own.dir, uid, gid, stdio: ['ignore', 'ignore', 'pipe'],
		env: { PATH: process.env.PATH, ATRIUM_ENV_FILE: own.env_file,
			ASAN_OPTIONS: process.env.ASAN_OPTIONS ?? '',
			TSAN_OPTIONS: process.env.TSAN_OPTIONS ?? '' },
	});
	const it = { child, said: '', status: undefined };

	child.stderr.on('data', (data) => { it.said += data; });
	child.on('close', (status, signal) => { it.status = signal ?? status; });
	return it;
}

test('two runners send each mail once', async () => {
	const [first] = runners();
	const log = fs.readlinkSync(`/proc/${first}/fd/2`);
	const from = fs.statSync(log).size;
	const second = secondRunner();

	await eventually('the second runner is ready', () => {
		assert.equal(second.status, undefined, second.said);
		return second.said.includes('ready');
	});
	const addresses = await sendMany(`two-${unique()}`);

	await queueIsEmpty();
	second.child.kill('SIGTERM');
	await eventually('it ends', () => second.status !== undefined);
	assert.equal(second.status, 0, second.said);
	assert.doesNotMatch(second.said, /Sanitizer|runtime error|BUG/);

	const theirs = done(fs.readFileSync(log).subarray(from).toString());
	const runs = [...theirs, ...done(second.said)];
	const got = received();

	for (const address of addresses)
		assert.equal(got.get(address)?.length, 1, address);
	assert.equal(runs.length, MAILS);
	assert.equal(new Set(runs.map((run) => run.id)).size, MAILS);
	assert.deepEqual(runs.filter((run) => run.attempt !== 1), []);
	assert.ok(theirs.length > 0 && theirs.length < MAILS, `${theirs.length} of them`);
});
