/*
 * /admin/jobs and /admin/cron: what stands in the queue, a word on it, and
 * what recurs.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { admin, makeKey, refused, staff, trailOf } from './access.mjs';
import { shared } from './cases.mjs';
import { account, expect, hex, newEmail, unique } from './client.mjs';
import { get, post, putTask, STATES } from './jobs.mjs';
import { mailTo } from './mail.mjs';
import { eventually, sql, sqlCount } from './stack.mjs';

const keeper = shared(() => staff('jobs'));
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

async function list(query) {
	return expect(await get(await keeper(), 'jobs', query), {}).json;
}

const postmaster = shared(() => staff('jobs', 'system'));

async function one(id, who = keeper) {
	return expect(await get(await who(), `jobs/${id}`), {}).json;
}

test('a list of a kind, the newest first, and each state by itself', async () => {
	const kind = `k-${unique()}`;
	const ids = STATES.map((state) => putTask(state, { kind, error: 'no luck' }));
	const all = await list({ kind });

	assert.deepEqual(all.data.map(({ id }) => id), [...ids].reverse());
	assert.deepEqual([all.count, all.more, all.next], [STATES.length, false, null]);
	for (const [i, state] of STATES.entries()) {
		const { data } = await list({ kind, state });

		assert.deepEqual(data.map((job) => [job.id, job.state]), [[ids[i], state]]);
		const some = await list({ state, limit: 100 });

		assert.ok(some.data.some(({ id }) => id === ids[i]), state);
		assert.ok(some.data.every((job) => job.state === state));
	}
	const [job] = (await list({ kind, state: 'running' })).data;

	assert.match(job.run_at, TIME);
	assert.match(job.created_at, TIME);
	assert.deepEqual(job, { id: ids[1], kind, state: 'running', attempts: 3,
		max_attempts: 10, run_at: job.run_at, locked_by: ids[1], last_error: 'no luck',
		created_at: job.created_at });
	const [queued] = (await list({ kind, state: 'queued' })).data;

	assert.deepEqual([queued.locked_by, queued.attempts], [null, 0]);
	assert.deepEqual(await list({ kind: 'nobody-knows' }),
	    { data: [], count: 0, more: false, next: null });
});

test('pages follow the cursor, either way', async () => {
	const kind = `k-${unique()}`;
	const ids = Array.from({ length: 7 }, () => putTask('dead', { kind }));

	for (const sort of ['created_at', '-created_at']) {
		const seen = [];
		let cursor;

		do {
			const { data, next } = await list({ kind, state: 'dead', sort, limit: 3,
				...(cursor && { cursor }) });

			seen.push(...data.map(({ id }) => id));
			cursor = next;
		} while (cursor);
		assert.deepEqual(seen, sort === 'created_at' ? ids : [...ids].reverse());
	}
	const { next } = await list({ kind, limit: 3 });

	expect(await get(await keeper(), 'jobs', { kind, state: 'dead', limit: 3, cursor: next }),
	    { status: 422 });
});

test('filters that are none', async () => {
	const who = await keeper();

	for (const query of [{ state: 'asleep' }, { state: '' }, { kind: '' }, { limit: 0 },
		{ limit: 101 }, { skip: -1 }, { sort: 'kind' }, { cursor: 'x' },
		{ kind: 'x'.repeat(65) }])
		expect(await get(who, 'jobs', query), { status: 422 });
	expect(await get(who, 'jobs/17'), { status: 422 });
	refused(await get(who, `jobs/${crypto.randomUUID()}`), 404, 'not_found');
});

test('one task shows its arguments, and none that may be a secret', async () => {
	const user_id = crypto.randomUUID();
	const shown = async (kind, args) =>
		(await one(putTask('dead', { kind, args }), postmaster)).payload;

	assert.deepEqual(await shown('mail_verify_email', JSON.stringify({ user_id,
		email: 'a"\u{1f600}@example.com', token: 'hush', other: { deep: 'hush' } })),
	{ user_id, email: 'a"\u{1f600}@example.com', token: '********', other: '********' });
	assert.deepEqual(await shown('mail_test',
	    '{"email":"https://x.example/reset-password?token=hush"}'), { email: '********' });
	assert.deepEqual(await shown('of_tomorrow', '{"email":"a@example.com","n":[1]}'),
	    { email: '********', n: '********' });
	assert.deepEqual(await shown('purge_tasks', '{"a":1}'), { a: '********' });
	assert.deepEqual(await shown('mail_test', '{}'), {});
	for (const args of ['', 'x', '[1]', '"text"', 'null', '{"a":1', '{"a":1,"a":2}'])
		assert.equal(await shown('mail_test', args), null);
	const job = await one(putTask('running', { kind: 'mail_test', error: '<b>"no"</b>' }));

	assert.match(job.lease_until, TIME);
	assert.deepEqual([job.last_error, job.doc, job.locked_by],
	    ['<b>"no"</b>', 'The mail that shows that mail works', job.id]);
	assert.equal((await one(putTask('dead'))).doc, null);
	assert.equal((await one(putTask('dead', { kind: 'mail_recovery' }))).max_attempts, 60);
});

test('whom a mail is for is told to those alone who look after mails', async () => {
	const id = putTask('dead', { kind: 'mail_test',
		args: '{"email":"a@example.com","locale":"ru"}' });

	assert.deepEqual((await one(id)).payload, { email: '********', locale: 'ru' });
	for (const who of [postmaster, admin])
		assert.deepEqual((await one(id, who)).payload,
		    { email: 'a@example.com', locale: 'ru' });
	assert.deepEqual(expect(await post(await keeper(), `jobs/${id}/cancel`), {}).json.payload,
	    { email: '********', locale: 'ru' });
});

/* [what, state, null or the sentence]. */
const CHANGES = [
	['cancel', 'queued', null],
	['cancel', 'failed', null],
	['cancel', 'dead', null],
	['cancel', 'running', 'The task is running: wait until it has ended, then look again'],
	['cancel', 'done', 'The task is done'],
	['cancel', 'cancelled', 'The task is cancelled already'],
	['retry', 'failed', null],
	['retry', 'dead', null],
	['retry', 'cancelled', null],
	['retry', 'queued', 'The task is queued already'],
	['retry', 'running', 'The task is running: wait until it has ended, then look again'],
	['retry', 'done', 'The task is done'],
];

for (const [what, state, why] of CHANGES)
	test(`${what} of one that is ${state}`, async () => {
		const id = putTask(state, { args: '{"a":1}' });
		const now = { cancel: 'cancelled', retry: 'queued' }[what];
		const r = await post(await keeper(), `jobs/${id}/${what}`);

		if (why !== null) {
			refused(r, 409, 'wrong_state');
			assert.equal(r.json.detail, why);
			assert.equal((await one(id)).state, state);
			assert.deepEqual(trailOf(id), []);
			return;
		}
		const job = expect(r, {}).json;

		assert.deepEqual([job.id, job.state, job.attempts],
		    [id, now, what === 'retry' ? 0 : state === 'queued' ? 0 : 3]);
		assert.ok(Date.parse(job.run_at) < Date.now() + 60000);
		assert.deepEqual(trailOf(id).map(({ action, diff }) => [action, diff]),
		    [[`admin-${what}_job`, { state: [state, now] }]]);
	});

test('none to retry or cancel', async () => {
	const who = await keeper();

	for (const what of ['retry', 'cancel']) {
		refused(await post(who, `jobs/${crypto.randomUUID()}/${what}`), 404, 'not_found');
		expect(await post(who, `jobs/17/${what}`), { status: 422 });
	}
});

test('a dead task that is retried is run', async () => {
	const email = newEmail();
	const id = putTask('dead', { kind: 'mail_test', args: JSON.stringify({ email }) });

	expect(await post(await keeper(), `jobs/${id}/retry`), {});
	await mailTo(email);
	await eventually('it is done', async () => (await one(id)).state === 'done');
	assert.deepEqual((await one(id)).payload, {});
});

test('of ten who cancel at once, one does', async () => {
	const who = await keeper(), id = putTask('dead', { kind: `x-${unique()}` });

	const replies = await Promise.all(Array.from({ length: 10 }, () =>
		post(who, `jobs/${id}/cancel`)));

	assert.deepEqual(replies.map((r) => r.status).sort(),
	    [200, ...Array(9).fill(409)]);
	assert.equal(trailOf(id).length, 1);
});

test('what recurs: its turns, and how the last one went', async () => {
	const { data, count } = expect(await get(await keeper(), 'cron'), {}).json;
	const kinds = sql('SELECT kind FROM cron').map(([kind]) => kind);

	assert.equal(count, data.length);
	assert.deepEqual(data.map(({ name }) => name).sort(), kinds.sort());
	const tasks = data.find(({ name }) => name === 'purge_tasks');

	assert.match(tasks.next_run, TIME);
	assert.deepEqual(tasks, { name: 'purge_tasks', every_s: 300,
		doc: 'Removes tasks that ended TASK_KEEP_MINUTES ago',
		last_run: tasks.last_run, next_run: tasks.next_run, last_state: tasks.last_state });
});

test('a turn out of turn', async () => {
	const who = await keeper();
	const find = async () => expect(await get(who, 'cron'), {}).json.data
	    .find(({ name }) => name === 'purge_devices');

	await eventually('the first turn is over', () => sqlCount('SELECT COUNT(*) FROM tasks' +
	    " WHERE kind = 'purge_devices' AND state <> 'done'") === 0);
	const before = await find();
	const job = expect(await post(who, 'cron/purge_devices/run'), { status: 202 }).json;

	assert.deepEqual([job.kind, job.state, job.attempts], ['purge_devices', 'queued', 0]);
	assert.deepEqual(trailOf(job.id).map(({ action, diff }) => [action, diff]),
	    [['admin-run_cron', { kind: [null, 'purge_devices'], state: [null, 'queued'] }]]);
	await eventually('it is done', async () => (await one(job.id)).state === 'done');
	const after = await find();

	assert.equal(after.next_run, before.next_run);
	assert.ok(after.last_run > before.last_run);
	assert.equal(after.last_state, 'done');
	/* One that waits after a failure is under way too. */
	const failed = putTask('failed', { kind: 'purge_devices' });

	assert.equal((await find()).last_state, 'failed');
	refused(await post(who, 'cron/purge_devices/run'), 409, 'under_way');
	sql(`DELETE FROM tasks WHERE id = ${hex(failed)}`);
	for (const name of ['mail_test', 'export_account', 'nobody', '%20'])
		refused(await post(who, `cron/${name}/run`), 404, 'not_found');
});

test('who may', async () => {
	const id = putTask('dead');
	const boss = await admin(), who = await keeper();
	const key = { token: (await makeKey(who, { permissions: ['jobs'] })).key };
	const less = { token: (await makeKey(who)).key };

	for (const path of ['jobs', `jobs/${id}`, 'cron']) {
		for (const other of [boss, who, key])
			expect(await get(other, path), {});
		for (const other of [less, await staff('system', 'audit'), await account()])
			refused(await get(other, path), 403, 'not_allowed');
	}
	for (const path of [`jobs/${id}/retry`, `jobs/${id}/cancel`, 'cron/purge_kv/run'])
		refused(await post(await staff('system'), path), 403, 'not_allowed');
});
