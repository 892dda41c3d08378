/*
 * A sign-in from where the account was not seen before is told to its owner, in
 * a mail with a link that ends it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cases } from './cases.mjs';
import {
	SECRET, api, expect, fault, hex, logIn, missing, newPassword, notText, signUp, tooLong,
	tooShort, unique,
} from './client.mjs';
import { mailTo, mailsTo } from './mail.mjs';
import {
	assertEnded, authLogin, browser, mailsAsked, me, ours, person, refresh, refreshExpired,
	signIn, wornLink,
} from './signing.mjs';
import { eventually, setting, sql, sqlCount } from './stack.mjs';

const MAIL = 'mail_new_device';
const HOST = setting('FRONTEND_HOST');
const [PHONE, LAPTOP] = ['01890a5d-ac96-774b-bcce-b302099a8057',
	'9f3a1c52-3a14-4f0e-9d3b-0d7f6f1c2e11'];
const agent = (name) => ({ headers: name === null ? {} : { 'user-agent': name } });
const end = (token) => api('POST', '/auth/sessions/end', { json: { token } });
const ended = { json: { message: 'The session has ended' } };

/* Sign-ins one after another, as [User-Agent, device_id, mails]. */
for (const [name, steps] of [
	['the first one of all', [['A', undefined, 0]]],
	['the same program again', [['A', undefined, 0], ['A', undefined, 0]]],
	['another program', [['A', undefined, 0], ['B', undefined, 1], ['B', undefined, 0],
		['A', undefined, 0]]],
	['no program at all', [['A', undefined, 0], [null, undefined, 1], [null, undefined, 0]]],
	['a known device with a newer program', [['A/1', PHONE, 0], ['A/2', PHONE, 0],
		['A/2', undefined, 0]]],
	['another device with a known program', [['A', PHONE, 0], ['A', LAPTOP, 1], ['A', LAPTOP, 0]]],
	['another device and program', [['A', PHONE, 0], ['B', LAPTOP, 1], ['B', LAPTOP, 0],
		['C', undefined, 1]]],
])
	test(`who is told: ${name}`, async () => {
		const who = await signUp();

		for (const [program, device_id, mails] of steps)
			assert.equal(await mailsAsked(MAIL, () =>
				signIn(who, { device_id }, agent(program))), mails, `${program}`);
	});

test('each way to sign in counts', async () => {
	const who = await signUp();
	const contract = (name) => mailsAsked(MAIL, async () =>
		expect(await logIn(who.email, who.password, { more: agent(name) }), {}));

	assert.equal(await contract('A'), 0);
	assert.equal(await mailsAsked(MAIL, () => signIn(who, {}, agent('A'))), 0);
	assert.equal(await contract('B'), 1);
	const mail = await mailTo(who.email);

	assert.match(mail.text, /^Program: B$/m);
	assert.ok(mail.links.some((link) => link.startsWith(`${HOST}/end-session?token=`)));
});

test('a browser is known by its cookie', async () => {
	const who = await signUp();
	const { email, password } = who;
	const tab = browser();
	const open = (name) => mailsAsked(MAIL, async () => expect(await tab.call('POST',
	    '/auth/login', { json: { email, password, transport: 'cookie' }, ...agent(name) }), {}));

	assert.equal(await open('Browser/1'), 0);
	assert.equal(await open('Browser/2'), 0);
	delete tab.jar.atrium_device;
	assert.equal(await open('Browser/2'), 1);
});

test('what one account is used from says nothing of another', async () => {
	const [one, two] = [await signUp(), await signUp()];

	await signIn(one, {}, agent('A'));
	await signIn(two, {}, agent('B'));
	assert.equal(await mailsAsked(MAIL, () => signIn(two, {}, agent('A'))), 1);
	assert.equal(await mailsAsked(MAIL, () => signIn(one, { device_id: PHONE }, agent('B'))), 1);
});

test('what fails tells nobody and is not remembered', async () => {
	const who = await person();

	assert.equal(await mailsAsked(MAIL, async () => {
		expect(await authLogin({ ...who, password: newPassword() }, {}, agent('B')),
		    { status: 401 });
	}), 0);
	assert.equal(await mailsAsked(MAIL, () => signIn(who, {}, agent('B'))), 1);
});

test('a refresh is no sign-in', async () => {
	const who = await person();

	assert.equal(await mailsAsked(MAIL, async () => {
		expect(await refresh(who.refresh_token, agent('B')), {});
	}), 0);
});

test('what is kept of devices names none', async () => {
	const who = await signUp();
	const name = `Agent ${unique()}`;

	await signIn(who, { device_id: PHONE }, agent(name));
	const rows = sql(`SELECT mark FROM devices WHERE user_id = ${hex(who.user.id)}`).flat();

	assert.equal(rows.length, 2);
	for (const mark of rows)
		assert.match(mark, /^[0-9a-f]{64}$/);
});

/* Somebody with a second session that was told of: with its mail and its link. */
async function told(fields = {}, name = 'Other/1.0') {
	const who = await person();
	const second = await signIn(who, fields, agent(name));
	const mail = await mailTo(who.email);
	const link = mail.links.find((text) => text.startsWith(`${HOST}/end-session?`));

	return { who, second, mail, token: new URL(link).searchParams.get('token') };
}

test('the mail says what is known, and its link ends that session once', async () => {
	const { who, second, mail, token } = await told({ device_name: 'Küche' });
	const third = await signIn(who);

	assert.match(mail.headers.subject, /New sign-in to the account of/);
	for (const text of [mail.text, mail.html]) {
		assert.match(text, /Küche/);
		assert.match(text, /Other\/1\.0/);
		assert.match(text, /127\.0\.0\.1/);
		assert.match(text, /\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC/);
	}
	assert.ok(mail.text.includes(`${HOST}/end-session?token=${token}`));
	assert.match(token, /^[\w-]{43}$/);
	assert.ok(!mail.raw.includes(second.token) && !mail.raw.includes(second.refresh_token));
	assert.equal(sqlCount(`SELECT COUNT(*) FROM tickets WHERE digest LIKE '%${token}%'`), 0);

	expect(await me(second.token), {});
	const r = expect(await end(token), ended);

	assert.equal(r.headers['set-cookie'], undefined);
	await assertEnded(second.token);
	expect(await refresh(second.refresh_token), refreshExpired);
	for (const session of [who, third])
		expect(await me(session.token), {});
	expect(await end(token), wornLink);
	/* It cannot be got back by signing in again from there. */
	await signIn(who, {}, agent('Other/1.0'));
	expect(await end(token), wornLink);
});

test('a mail cannot be written by who signs in', async () => {
	const { mail } = await told({ device_name: '<b>&amp;"\r\nBcc: x@example.com' },
	    '<a href="https://evil.example">x</a>');

	assert.ok(!mail.html.includes('<b>'), mail.html);
	assert.ok(!mail.html.includes('<a href="https://evil'), mail.html);
	assert.ok(!mail.links.some((link) => link.includes('evil.example')));
	assert.ok(!('bcc' in mail.headers));
	assert.ok(mail.html.includes('&lt;b&gt;&amp;amp;&quot;') ||
	    mail.html.includes('&lt;b&gt;&amp;amp;&#'), mail.html);
});

test('the link of a session that is over: nothing is left to do', async () => {
	const { who, second, token } = await told();

	expect(await api('DELETE', `/auth/sessions/${second.session.id}`, { token: who.token }),
	    { status: 204 });
	expect(await end(token), ended);
	expect(await end(token), wornLink);
	expect(await me(who.token), {});
});

test('a thief who changes the password does not void the link', async () => {
	const { who, second, token } = await told();

	expect(await api('PATCH', '/users/me/password', { token: second.token, json: {
		current_password: who.password, new_password: newPassword() } }), {});
	expect(await end(token), ended);
	await assertEnded(second.token);
});

test('the link works for 48 hours', async () => {
	const { who, second, token } = await told();
	const shift = (hours) => sql('UPDATE tickets SET expires_at = expires_at -' +
	    ` INTERVAL ${hours} HOUR WHERE user_id = ${hex(who.user.id)}`);

	shift(47);
	const { token: other } = await told();

	shift(1);
	expect(await end(token), wornLink);
	expect(await me(second.token), {});
	expect(await end(other), ended);
});

test('two clicks at once: one counts', async () => {
	const { second, token } = await told();
	const replies = await Promise.all([end(token), end(token), end(token)]);

	assert.deepEqual(replies.map((r) => r.status).sort(), [200, 400, 400]);
	await assertEnded(second.token);
});

test('the link is good for nothing else, nor is another for it', async () => {
	const { who, second, token } = await told();
	const new_password = newPassword();

	expect(await api('POST', '/reset-password/', { json: { token, new_password } }),
	    { status: 400 });
	expect(await api('POST', '/auth/email/verify', { json: { token } }), { status: 400 });
	expect(await api('POST', '/auth/mfa/verify',
	    { json: { mfa_token: token, method: 'totp', code: '123456' } }), { status: 401 });
	await assertEnded(token);
	expect(await api('POST', `/password-recovery/${who.email}`), {});
	const mail = await mailTo(who.email, 2);
	const recovery = new URL(mail.links.find((link) => link.includes('/reset-password?')))
	    .searchParams.get('token');

	for (const text of [recovery, second.token.slice(0, 200), second.refresh_token,
		second.session.id, `${token}x`, token.slice(1), token.toUpperCase(), ' ', '😀'])
		expect(await end(text), wornLink);
	expect(await me(second.token), {});
	expect(await end(token), ended);
});

cases('POST /auth/sessions/end', () => null, [
	['nothing', ['POST', '/auth/sessions/end', { json: {} }], ours(missing('token', {}))],
	['null', ['POST', '/auth/sessions/end', { json: { token: null } }], ours(notText('token'))],
	['empty', ['POST', '/auth/sessions/end', { json: { token: '' } }],
		ours(tooShort('token', 1))],
	['too long', ['POST', '/auth/sessions/end', { json: { token: SECRET.repeat(26) } }],
		ours(tooLong('token', 200))],
]);

test('who does not want these mails gets none', async () => {
	const who = await person();

	expect(await api('PATCH', '/users/me/preferences',
	    { token: who.token, json: { notify_new_login: false } }), {});
	assert.equal(await mailsAsked(MAIL, () => signIn(who, {}, agent('B'))), 1);
	await eventually('the task is done', () => sqlCount('SELECT COUNT(*) FROM tasks' +
	    ` WHERE kind = '${MAIL}' AND state <> 'done'`) === 0);
	assert.deepEqual(mailsTo(who.email), []);
});
