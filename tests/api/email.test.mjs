/*
 * The confirmation of addresses: of the own one, and of another in its place.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import {
	account, api, call, expect, hex, logIn, newEmail, superuser, unique,
} from './client.mjs';
import { cases, shared } from './cases.mjs';
import { plain, refused, trailOf } from './access.mjs';
import { mailTo, mailsTo, tokenOf } from './mail.mjs';
import { eventually, setting, sql, sqlCount, sqlRoot, underway } from './stack.mjs';

const HOST = setting('FRONTEND_HOST') ?? 'http://localhost:5173';
const PROJECT = setting('PROJECT_NAME') ?? 'Atrium';
const ask = ({ token }, new_email) => api('POST', '/auth/email/verify-request',
    { token, json: new_email === undefined ? undefined : { new_email } });
const confirm = (token) => api('POST', '/auth/email/verify', { json: { token } });
const state = async ({ token }) => expect(await api('GET', '/auth/email', { token }), {}).json;
const asked = { status: 202,
	json: { message: 'We sent a link to that address: follow it to confirm the address' } };
const confirmed = { json: { message: 'The address is confirmed' } };
const recover = (email) => api('POST', `/password-recovery/${encodeURIComponent(email)}`);
const reset = (token, new_password) => api('POST', '/reset-password/',
    { json: { token, new_password } });

/* The token in the link of the nth mail to that address. */
async function linkTo(address, nth = 1) {
	const mail = await mailTo(address, nth);
	const link = mail.links.find((text) => text.startsWith(`${HOST}/verify-email?`));

	assert.ok(link, `no link in ${mail.html}`);
	assert.ok(mail.text.includes(link), mail.text);
	return new URL(link).searchParams.get('token');
}

async function tokenFor(who, new_email, nth = 1) {
	expect(await ask(who, new_email), asked);
	return linkTo(new_email ?? who.email, nth);
}

const useless = async (token) => refused(await confirm(token), 400, 'invalid_token');
/* So that tests need not share what one address may ask for. */
const forget = () => sql('DELETE FROM throttle');

test('the own address: asked, mailed, confirmed, once', async () => {
	const who = await account({ full_name: 'Ada' });

	assert.deepEqual(await state(who), { email: who.email, is_verified: false });
	const token = await tokenFor(who);
	const mail = await mailTo(who.email);

	assert.match(token, /^[\w-]{43}$/);
	assert.equal(mail.headers.subject, `${PROJECT} - Confirm the address ${who.email}`);
	/* Whoever gives an address could write to it by way of a name. */
	assert.ok(!mail.raw.includes('Ada'));
	assert.deepEqual(await state(who), { email: who.email, is_verified: false });
	expect(await confirm(token), confirmed);
	assert.deepEqual(await state(who), { email: who.email, is_verified: true });
	await useless(token);
	refused(await ask(who), 409, 'already_verified');
	refused(await ask(who, who.email), 409, 'already_verified');
	expect(await api('GET', '/users/me', { token: who.token }), { json: who.user });
	assert.deepEqual(trailOf(who.user.id).filter(({ action }) => action.startsWith('auth-'))
	    .map(({ action, actor, diff }) => [action, actor, diff]), [
		['auth-request_verification', plain(who.user.id), null],
		['auth-verify_email', plain(who.user.id), { is_verified: [false, true] }],
	]);
	assert.equal(mailsTo(who.email).length, 1);
});

test('no task and no row holds the token', async () => {
	const who = await account();
	const token = await tokenFor(who);

	for (const table of ['tasks', 'tickets', 'audit'])
		assert.ok(!sql(`SELECT * FROM ${table}`).some((row) => row.join(' ')
		    .includes(token)), table);
});

test('another address takes effect when it is confirmed, and the old one hears', async () => {
	const who = await account(), next = newEmail();
	const recovery = async () => tokenOf(await mailTo(who.email, 1), HOST);

	expect(await recover(who.email), {});
	const old = await recovery();
	const token = await tokenFor(who, next);

	assert.deepEqual(mailsTo(who.email).length, 1);
	assert.deepEqual(await state(who), { email: who.email, is_verified: false });
	expect(await confirm(token), confirmed);
	assert.deepEqual(await state(who), { email: next, is_verified: true });
	expect(await api('GET', '/users/me', { token: who.token }),
	    { json: { ...who.user, email: next } });
	expect(await logIn(who.email, who.password), { status: 400 });
	expect(await logIn(next, who.password), {});
	expect(await reset(old, 'quite another one'), { status: 400 });
	const told = await mailTo(who.email, 2);

	assert.equal(told.headers.subject, `${PROJECT} - The address of your account was changed`);
	assert.ok(told.text.includes(who.email) && !told.raw.includes(next));
	assert.match(told.text, /not you/);
	assert.equal(mailsTo(next).length, 1);
	await useless(token);
	assert.deepEqual(trailOf(who.user.id).find(({ action }) =>
		action === 'auth-verify_email').diff,
	{ email: [who.email, next], is_verified: [false, true] });
});

test('a confirmed address stays confirmed until the next one is', async () => {
	const who = await account(), next = newEmail();

	expect(await confirm(await tokenFor(who)), confirmed);
	const token = await tokenFor(who, next);

	assert.deepEqual(await state(who), { email: who.email, is_verified: true });
	expect(await confirm(token), confirmed);
	assert.deepEqual(await state(who), { email: next, is_verified: true });
});

test('the same address in other letters is no other account', async () => {
	const who = await account();
	const big = who.email.replace('t-', 'T-');

	expect(await confirm(await tokenFor(who, big)), confirmed);
	assert.deepEqual(await state(who), { email: big, is_verified: true });
	expect(await logIn(who.email, who.password), {});
	assert.equal(mailsTo(who.email).length, 0);
});

test('an address that somebody has is not asked for', async () => {
	const who = await account(), other = await account();

	refused(await ask(who, other.email), 409, 'email_taken');
	refused(await ask(who, other.email.toUpperCase()), 409, 'email_taken');
	assert.equal(mailsTo(other.email).length, 0);
});

test('an address that somebody took meanwhile is refused', async () => {
	const who = await account(), next = newEmail();
	const token = await tokenFor(who, next);
	const other = await account({ email: next });

	refused(await confirm(token), 409, 'email_taken');
	assert.deepEqual(await state(who), { email: who.email, is_verified: false });
	assert.deepEqual(await state(other), { email: next, is_verified: false });
	/* Nothing was used up. */
	expect(await api('DELETE', '/users/me', { token: other.token }), {});
	expect(await confirm(token), confirmed);
	assert.deepEqual(await state(who), { email: next, is_verified: true });
});

test('of two who confirm one address, one gets it', async () => {
	for (let i = 0; i < 5; i++) {
		const [one, two] = [await account(), await account()], next = newEmail();
		const tokens = [await tokenFor(one, next), await tokenFor(two, next, 2)];
		const all = await Promise.all(mailsTo(next).map((_, n) => linkTo(next, n + 1)));

		assert.equal(new Set([...tokens, ...all]).size, 2);
		const replies = await Promise.all(all.map(confirm));

		assert.deepEqual(replies.map((r) => r.status).sort(), [200, 409]);
		refused(replies.find((r) => r.status === 409), 409, 'email_taken');
		assert.equal(sqlCount(`SELECT COUNT(*) FROM users WHERE email = '${next}'`), 1);
	}
});

test('a token confirms once, however many come with it', async () => {
	const who = await account(), next = newEmail();
	const token = await tokenFor(who, next);
	const replies = await Promise.all(Array.from({ length: 12 }, () => confirm(token)));

	assert.equal(replies.filter((r) => r.status === 200).length, 1);
	for (const r of replies.filter((one) => one.status !== 200))
		refused(r, 400, 'invalid_token');
	await eventually('the old address hears', () => mailsTo(who.email).length === 1);
});

test('of two new addresses for one account, one takes effect', async () => {
	const who = await account(), nexts = [newEmail(), newEmail()];
	const tokens = [];

	for (const next of nexts)
		tokens.push(await tokenFor(who, next));
	const replies = await Promise.all(tokens.map(confirm));
	const won = replies.findIndex((r) => r.status === 200);

	refused(replies[1 - won], 400, 'invalid_token');
	assert.deepEqual(await state(who), { email: nexts[won], is_verified: true });
	await useless(tokens[1 - won]);
});

/* [name, how the address changes] */
const CHANGES = [
	['by its owner', async (who, email) => expect(await api('PATCH', '/users/me',
	    { token: who.token, json: { email } }), {})],
	['by an administrator', async (who, email) => expect(await api('PATCH',
	    `/users/${who.user.id}`, { token: (await superuser()).token, json: { email } }), {})],
	['by another confirmation', async (who, email) =>
		expect(await confirm(await tokenFor(who, email)), confirmed)],
];

for (const [name, change] of CHANGES)
	test(`a changed address voids what was asked for before: ${name}`, async () => {
		const who = await account(), next = newEmail(), third = newEmail();
		const [own, other] = [await tokenFor(who), await tokenFor(who, third)];

		await change(who, next);
		const was = await state(who);

		assert.equal(was.email, next);
		/* The old mailbox must not get the account back. */
		await useless(own);
		await useless(other);
		assert.deepEqual(await state(who), was);
		assert.equal((await api('GET', '/users/me', { token: who.token })).json.email, next);
	});

/* A task as one whose mail could not be sent for a while. */
function lateTask(kind, args) {
	const id = plain(crypto.randomUUID());

	sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES (X'${id}',
	    '${kind}', '${JSON.stringify(args)}', 'queued', 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`);
	return eventually(kind, () => sqlCount(
	    `SELECT COUNT(*) FROM tasks WHERE id = X'${id}' AND state = 'done'`) === 1);
}

test('a mail that is late gives nothing back to the old address', async () => {
	const who = await account(), next = newEmail(), third = newEmail();
	const user_id = who.user.id;

	await lateTask('mail_new_email', { user_id, old_email: who.email, new_email: third });
	const token = await linkTo(third);

	expect(await api('PATCH', '/users/me', { token: who.token, json: { email: next } }), {});
	await lateTask('mail_new_email', { user_id, old_email: who.email, new_email: third });
	assert.equal(mailsTo(third).length, 1);
	await useless(token);
	await lateTask('mail_verify_email', { user_id, email: who.email });
	/* The first mail tells of the change. */
	await useless(await linkTo(who.email, 2));
	assert.deepEqual(await state(who), { email: next, is_verified: false });
});

test('a changed address is not confirmed', async () => {
	const who = await account();

	expect(await confirm(await tokenFor(who)), confirmed);
	const email = newEmail();

	expect(await api('PATCH', '/users/me', { token: who.token, json: { email } }), {});
	assert.deepEqual(await state(who), { email, is_verified: false });
});

test('an address that comes back while another is confirmed is not confirmed', async () => {
	const who = await account(), { email, token } = who;
	const next = await tokenFor(who, newEmail());
	const held = sqlRoot(`BEGIN; SELECT id FROM users WHERE id = ${hex(who.user.id)}` +
	    ' FOR UPDATE; SELECT SLEEP(1.5); COMMIT');

	await underway('SELECT SLEEP%');
	const first = confirm(next);

	await underway('SELECT id, email%FOR UPDATE');
	/* Begun while the address was the own one still. */
	const back = api('PATCH', '/users/me', { token, json: { email } });

	await held;
	expect(await first, confirmed);
	expect(await back, {});
	assert.deepEqual(await state(who), { email, is_verified: false });
});

test('unknown, expired and of nobody: the same answer', async () => {
	const who = await account(), off = await account(), gone = await account();
	const [old, idle, dead] = [await tokenFor(who), await tokenFor(off), await tokenFor(gone)];

	sql('UPDATE tickets SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND' +
	    ` WHERE user_id = ${hex(who.user.id)}`);
	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(off.user.id)}`);
	expect(await api('DELETE', '/users/me', { token: gone.token }), {});
	const words = new Set();

	expect(await recover(who.email), {});
	const recovery = tokenOf(await mailTo(who.email, 2), HOST);

	for (const token of [old, idle, dead, recovery, 'x', old.slice(1), `${old}x`,
		`${old} `, "' OR 1=1 --", '\u00e9', '%'])
		words.add((await useless(token)).text);
	assert.equal(words.size, 1);
	assert.equal((await state(who)).is_verified, false);
	/* Nor does this one open anything else. */
	expect(await reset(await tokenFor(await account()), 'quite another one'), { status: 400 });
});

test('a mailbox is not filled', async () => {
	forget();
	const who = await account(), next = newEmail();

	for (let i = 0; i < 5; i++)
		expect(await ask(who, next), asked);
	const r = refused(await ask(who, next), 429, 'too_many');

	assert.match(r.headers['retry-after'], /^\d+$/);
	refused(await ask(who, next.toUpperCase()), 429, 'too_many');
	refused(await ask(await account(), next), 429, 'too_many');
	expect(await ask(who), asked);
	forget();
});

const world = shared(() => account());
const send = (json) => (w) => ['POST', '/auth/email/verify-request', { token: w.token, json }];

cases('asking for', world, [
	['nothing', send(undefined), asked],
	['null', send({ new_email: null }), asked],
	['no address', send({ new_email: 'plain' }), { status: 422 }],
	['two', send({ new_email: `a@example.com, b-${unique()}@example.com` }), { status: 422 }],
	['a line more', send({ new_email: 'a@example.com\nBcc: b@example.com' }), { status: 422 }],
	['a number', send({ new_email: 1 }), { status: 422 }],
]);
cases('confirming', world, [
	['nothing', ['POST', '/auth/email/verify', { json: {} }], { status: 422 }],
	['an empty token', ['POST', '/auth/email/verify', { json: { token: '' } }],
		{ status: 422 }],
	['a huge token', ['POST', '/auth/email/verify', { json: { token: 'x'.repeat(5000) } }],
		{ status: 422 }],
]);

test('the page behind the link is there', async () => {
	const r = await call('GET', '/verify-email?token=x', { unchecked: true });

	expect(r, { status: 200 });
	assert.match(r.text, /src="\/static\/(?:[0-9a-f]{16}\/)?js\/app\.js"/);
});

test('the old address hears of a change that needs no confirmation, too', async () => {
	const boss = await superuser();
	const who = await account();
	const steps = [
		['PATCH', '/users/me', who.token],
		['PATCH', `/users/${who.user.id}`, boss.token],
	];
	let last = who.email;

	for (const [method, path, token] of steps) {
		const email = newEmail();

		expect(await api(method, path, { token, json: { email } }), {});
		const mail = await mailTo(last);

		assert.match(mail.headers.subject, /changed|another address/i);
		assert.ok(!mail.raw.includes(email), 'which one came after it');
		last = email;
	}
	/* The same mailbox in other letters is no other: one mail for two changes. */
	const shout = last.replace(/^t/, 'T');

	for (const email of [shout, newEmail()])
		expect(await api('PATCH', '/users/me', { token: who.token, json: { email } }), {});
	await mailTo(shout);
	assert.equal(mailsTo(last).length, 0);
});
