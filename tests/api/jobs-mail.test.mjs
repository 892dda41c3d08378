/*
 * /admin/mail: what left and for whom, what could not, and once more.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { admin, refused, staff, trailOf } from './access.mjs';
import { shared } from './cases.mjs';
import { account, api, expect, newEmail, signUp, unique } from './client.mjs';
import { get, post, putTask, STATES } from './jobs.mjs';
import { mailTo } from './mail.mjs';
import { eventually, ownStack, sql, sqlCount } from './stack.mjs';

const keeper = shared(() => staff('system'));

async function list(query) {
	return expect(await get(await keeper(), 'mail/', query), {}).json;
}

test('a mail that left, by its recipient in any case', async () => {
	const name = `Ann.${unique()}`, to = `${name}@example.com`;

	expect(await api('POST', `/utils/test-email/?email_to=${to}`,
	    { token: (await keeper()).token }), { status: 201 });
	await mailTo(to);
	await eventually('it is noted', async () =>
		(await list({ to, state: 'done' })).data.length === 1);
	for (const text of [to, to.toUpperCase(), `${name.toLowerCase()}@EXAMPLE.com`,
		`Somebody <${to}>`]) {
		const { data: [mail], count } = await list({ to: text });

		assert.equal(count, 1, text);
		assert.deepEqual(mail, { id: mail.id, to, kind: 'mail_test',
			template: 'mail/test_email', state: 'done', attempts: 1, max_attempts: 10,
			run_at: mail.run_at, last_error: null, created_at: mail.created_at });
	}
	assert.deepEqual((await list({ to, state: 'dead' })).data, []);
	assert.deepEqual((await list({ to: `x${to}` })).data, []);
});

test('a mail to an account shows the address, and no link', async () => {
	const { email } = await signUp();

	await api('POST', `/password-recovery/${email}`);
	await mailTo(email);
	await eventually('it is noted', async () => (await list({ to: email, state: 'done' }))
	    .data.some(({ template }) => template === 'mail/reset_password'));
	assert.doesNotMatch(JSON.stringify(await list({ to: email })), /token|http/);
	const columns = sql("SELECT CONCAT_WS(' ', args, recipient, last_error) FROM tasks" +
	    ` WHERE recipient = '${email}'`);

	assert.ok(columns.length > 0);
	assert.doesNotMatch(columns.join(), /token|http/);
});

test('nobody to write to: no recipient', async () => {
	const before = new Set((await list({ limit: 100 })).data.map(({ id }) => id));
	const fresh = async () => (await list({ limit: 100 })).data
	    .find(({ id, kind }) => kind === 'mail_recovery' && !before.has(id));

	await api('POST', `/password-recovery/${newEmail()}`);
	await eventually('it is done', async () => (await fresh())?.state === 'done');
	assert.equal((await fresh()).to, null);
});

test('lists: mails alone, each state by itself, the newest first, in pages', async () => {
	const to = newEmail();
	const ids = STATES.map((state) => putTask(state, { kind: 'mail_test', to }));
	const other = putTask('dead', { kind: 'mailing' });
	const unknown = putTask('dead', { kind: 'mail_of_tomorrow' });

	assert.deepEqual((await list({ to })).data.map(({ id }) => id), [...ids].reverse());
	for (const [i, state] of STATES.entries()) {
		assert.deepEqual((await list({ to, state })).data.map(({ id }) => id), [ids[i]]);
		assert.ok((await list({ state })).data.every((mail) => mail.state === state));
	}
	const { data } = await list({ state: 'dead', limit: 10 });

	assert.equal(data.find(({ id }) => id === other), undefined);
	assert.equal(data.find(({ id }) => id === unknown).template, null);
	/* As it was typed, so is the cursor good for. */
	const typed = to.toUpperCase();
	const first = await list({ to: typed, limit: 4 });
	const rest = await list({ to: typed, limit: 4, cursor: first.next });

	assert.deepEqual([...first.data, ...rest.data].map(({ id }) => id), [...ids].reverse());
	assert.equal(rest.next, null);
	expect(await get(await keeper(), 'mail/', { limit: 4, cursor: first.next }),
	    { status: 422 });
	for (const query of [{ to: 'x' }, { to: '' }, { state: 'sent' }, { limit: 101 },
		{ sort: 'to' }])
		expect(await get(await keeper(), 'mail/', query), { status: 422 });
});

test('a mail that did not leave is sent once more', async () => {
	const to = newEmail();
	const id = putTask('dead', { kind: 'mail_test', args: JSON.stringify({ email: to }),
		error: 'The server was away', to });
	const mail = expect(await post(await keeper(), `mail/${id}/retry`), { status: 202 }).json;

	assert.deepEqual([mail.id, mail.to, mail.state, mail.attempts, mail.template],
	    [id, to, 'queued', 0, 'mail/test_email']);
	assert.deepEqual(trailOf(id).map(({ action, diff }) => [action, diff]),
	    [['admin-retry_mail', { state: ['dead', 'queued'] }]]);
	await mailTo(to);
	await eventually('it is noted', async () =>
		(await list({ to, state: 'done' })).data.length === 1);
	const again = refused(await post(await keeper(), `mail/${id}/retry`), 409, 'wrong_state');

	assert.equal(again.json.detail, 'The mail is done');
});

test('what is no mail is not retried as one', async () => {
	const who = await keeper();
	const id = putTask('dead', { kind: 'purge_tasks' });

	refused(await post(who, `mail/${id}/retry`), 404, 'not_found');
	refused(await post(who, `mail/${crypto.randomUUID()}/retry`), 404, 'not_found');
	assert.equal(sqlCount(`SELECT COUNT(*) FROM tasks WHERE kind = 'purge_tasks' AND
	    state = 'dead'`), 1);
	sql("DELETE FROM tasks WHERE kind = 'purge_tasks' AND state = 'dead'");
});

/* A mail server that is not there: the recipient is noted all the same. */
test('one that fails says why, and for whom', async () => {
	const own = ownStack({ SMTP_HOST: '127.0.0.1', SMTP_PORT: '1', SMTP_TLS: 'false',
		EMAILS_FROM_EMAIL: 'atrium@example.com' });
	const to = newEmail();

	try {
		sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES
		    (RANDOM_BYTES(16), 'mail_test', '{"email":"${to}"}', 'queued', 0,
		    UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`, own);
		await eventually('it failed', () => sqlCount(`SELECT COUNT(*) FROM tasks WHERE
		    stage = 'failed' AND recipient = '${to}' AND last_error IS NOT NULL`, own) === 1);
	} finally {
		own.stop();
	}
});

test('who may', async () => {
	expect(await get(await admin(), 'mail/'), {});
	for (const other of [await staff('jobs'), await account()]) {
		refused(await get(other, 'mail/'), 403, 'not_allowed');
		refused(await post(other, `mail/${putTask('dead', { kind: 'mail_test' })}/retry`),
		    403, 'not_allowed');
	}
});
