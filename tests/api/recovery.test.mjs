/*
 * Forgotten passwords: the mail, its token, and the new password.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	SECRET, account, api, badCredentials, call, detail, expect, hex, invalid, logIn,
	missing, newEmail, newPassword, noBody, notAuthenticated, notText, superuser,
	tooLong, tooShort, unique,
} from './client.mjs';
import { mailTo, mailsTo, tokenOf } from './mail.mjs';
import { eventually, mint, setting, sql, sqlCount } from './stack.mjs';

const HOST = setting('FRONTEND_HOST') ?? 'http://localhost:5173';
const PROJECT = setting('PROJECT_NAME') ?? 'Atrium';
const sent = { json: { message:
	'If that email is registered, we sent a password recovery link' } };
const updated = { json: { message: 'Password updated successfully' } };
const invalidToken = { status: 400, json: detail('Invalid token') };
const wrongLogin = { status: 400, json: detail('Incorrect email or password') };

const recover = (email) => api('POST', `/password-recovery/${encodeURIComponent(email)}`);
const reset = (token, new_password = newPassword()) =>
	api('POST', '/reset-password/', { json: { token, new_password } });

/* A token by mail; the nth mail to that address. */
async function tokenFor(email, nth = 1) {
	expect(await recover(email), sent);
	return tokenOf(await mailTo(email, nth), HOST);
}

const tasks = () => sql('SELECT HEX(id), kind, args FROM tasks WHERE kind NOT IN' +
    ' (SELECT kind FROM cron)');

/* [name, the path's last segment] */
const ADDRESSES = [
	['of nobody', () => newEmail()],
	['of somebody', (w) => w.email],
	['of somebody, in capitals', (w) => w.email.toUpperCase()],
	['of somebody inactive', (w) => w.inactive],
	['that is none', () => `plain-${unique()}`],
	['with blanks', () => `a%20b%20${unique()}`],
	['with a line', () => `a%0d%0aBcc:x@example.com${unique()}`],
	['not of ASCII', () => `%F0%9F%98%80${unique()}`],
	['with quotes', () => `'%22%3Cx%3E;--${unique()}`],
	['of 1000 letters', () => 'x'.repeat(1000) + unique()],
];

const world = shared(async () => {
	const [made, off] = [await account(), await account()];

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(off.user.id)}`);
	return { ...made, inactive: off.email };
});

cases('asking for an address', world, ADDRESSES.map(([name, path]) =>
	[name, (w) => ['POST', `/password-recovery/${path(w)}`], sent]));

cases('asking for an address', world, [
	['with a slash', ['POST', '/password-recovery/a%2Fb@example.com'],
		{ status: 404, json: detail('Not Found') }],
	['of two segments', ['POST', '/password-recovery/a/b'],
		{ status: 404, json: detail('Not Found') }],
	['that is nothing', ['POST', '/password-recovery/'],
		{ status: 404, json: detail('Not Found') }],
]);

test('asked for anybody: the same reply and exactly one task', async () => {
	const { email } = await world();
	const seen = [];

	for (const address of [email, newEmail(), `none-${unique()}`]) {
		const before = new Set(tasks().map(([id]) => id));
		const r = expect(await recover(address), sent);
		const rows = tasks().filter(([id]) => !before.has(id));

		assert.equal(rows.length, 1, `tasks for ${address}`);
		seen.push([rows[0][1], r.text, Object.keys(r.headers).sort().join()]);
		await eventually('the task is done', () => sqlCount('SELECT COUNT(*) FROM tasks' +
		    ` WHERE id = X'${rows[0][0]}' AND state <> 'done'`) === 0, 10);
	}
	for (const row of seen)
		assert.deepEqual(row, seen[0]);
});

test('asked for anybody: about the same time', async () => {
	const people = [];
	const took = { known: [], unknown: [] };

	for (let i = 0; i < 8; i++)
		people.push(await account());
	for (let i = 0; i < 4; i++)
		for (const { email } of people)
			for (const [name, address] of [['known', email],
				['unknown', newEmail()]]) {
				const began = performance.now();

				expect(await recover(address), sent);
				took[name].push(performance.now() - began);
			}
	const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
	const [a, b] = [median(took.known), median(took.unknown)];

	assert.ok(Math.max(a, b) < 2 * Math.min(a, b) + 2,
	    `${a.toFixed(2)} ms, unknown: ${b.toFixed(2)} ms`);
});

test('the mail goes to the account, with a link in a double-quoted href', async () => {
	const { email } = await account({ email: `Zoë.${unique()}@example.com`,
		full_name: '<b>"Zoë" & Co</b>' });

	expect(await recover(email.toUpperCase()), sent);
	const mail = await mailTo(email);
	const token = tokenOf(mail, HOST);

	assert.match(mail.headers.from, new RegExp(`^"?${PROJECT}"? <[^<>@]+@[^<>@]+>$`));
	assert.equal(mail.headers.subject, `${PROJECT} - Password recovery for user ${email}`);
	assert.ok(mail.html.includes(`href="${HOST}/reset-password?token=${token}"`));
	assert.ok(mail.text.includes(`${HOST}/reset-password?token=${token}`));
	assert.ok(!mail.html.includes('<b>"Zoë"'), 'a name is markup');
	assert.match(mail.text + mail.html, /\b48 h(ours)?\b/);
	for (const [type, charset] of mail.parts.map((part) =>
		part.headers['content-type'].toLowerCase().split(/;\s*charset="?/)))
		assert.match(`${type} ${charset}`, /^text\/(plain|html) utf-8/);
	assert.equal(mail.parts.length, 2);
});

test('what is stored of a token is not the token', async () => {
	const { email, user } = await account();
	const token = await tokenFor(email);
	const rows = sql(`SELECT * FROM tickets WHERE user_id = ${hex(user.id)}`);

	assert.match(token, /^[\w-]{43}$/);
	assert.equal(rows.length, 1);
	assert.ok(!rows[0].join(' ').includes(token));
	assert.ok(!tasks().some((row) => row.join(' ').includes(token)));
	assert.equal(sqlCount('SELECT ROUND(TIMESTAMPDIFF(SECOND, created_at, expires_at) / 3600)' +
	    ` FROM tickets WHERE user_id = ${hex(user.id)}`), 48);
});

test('nobody and the inactive: who gets a mail', async () => {
	const [unknown, off, last] = [newEmail(), await account(), await account()];

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(off.user.id)}`);
	expect(await recover(unknown), sent);
	const token = await tokenFor(off.email);

	await tokenFor(last.email);
	assert.deepEqual(mailsTo(unknown), []);
	expect(await reset(token), { status: 400, json: detail('Inactive user') });
});

test('a token sets the password once, and ends all sessions', async () => {
	const { email, password, token, user } = await account();
	const next = newPassword();
	const link = await tokenFor(email);

	expect(await reset(link, next), updated);
	expect(await api('GET', '/users/me', { token }), badCredentials);
	expect(await logIn(email, password), wrongLogin);
	const again = expect(await logIn(email, next), {}).json.access_token;

	expect(await api('GET', '/users/me', { token: again }), { json: user });
	expect(await reset(link), invalidToken);
	expect(await logIn(email, next), {});
});

test('of two uses at once, one wins', async () => {
	const { email } = await account();
	const token = await tokenFor(email);
	const words = [1, 2, 3, 4].map(() => newPassword());
	const replies = await Promise.all(words.map((word) => reset(token, word)));
	const good = words.filter((_, i) => replies[i].status === 200);

	assert.equal(good.length, 1, replies.map((r) => r.status).join());
	for (const r of replies.filter((reply) => reply.status !== 200))
		expect(r, invalidToken);
	expect(await logIn(email, good[0]), {});
});

/* [name, what ends the tokens of an account] */
const ENDS = [
	['another token of it', async (a, first) => expect(await reset(first), updated)],
	['a change by its owner', async (a) => expect(await api('PATCH', '/users/me/password',
	    { token: a.token, json: { current_password: a.password,
		new_password: newPassword() } }), updated)],
	['a change by an administrator', async (a) => expect(await api('PATCH',
	    `/users/${a.user.id}`, { token: (await superuser()).token,
		json: { password: newPassword() } }), {})],
	['another address', async (a) => expect(await api('PATCH', '/users/me',
	    { token: a.token, json: { email: newEmail() } }), {})],
	['another address from an administrator', async (a) => expect(await api('PATCH',
	    `/users/${a.user.id}`, { token: (await superuser()).token,
		json: { email: newEmail() } }), {})],
	['the end of the account', async (a) =>
		expect(await api('DELETE', '/users/me', { token: a.token }), {})],
];

for (const [name, end] of ENDS)
	test(`a token is ended by ${name}`, async () => {
		const a = await account();
		const first = await tokenFor(a.email);
		const second = await tokenFor(a.email, 2);

		assert.notEqual(first, second);
		await end(a, first);
		for (const token of [first, second])
			expect(await reset(token), invalidToken);
		assert.equal(sqlCount('SELECT COUNT(*) FROM tickets WHERE user_id =' +
		    ` ${hex(a.user.id)}`), 0);
	});

test('other changes of an account do not end its tokens', async () => {
	const { email, token } = await account();
	const link = await tokenFor(email);

	expect(await api('PATCH', '/users/me', { token, json: { full_name: 'N' } }), {});
	expect(await logIn(email, `${SECRET}-not`), wrongLogin);
	expect(await reset(link), updated);
});

test('a token whose time is over is none', async () => {
	const { email, password, user } = await account();
	const token = await tokenFor(email);

	sql("UPDATE tickets SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND" +
	    ` WHERE user_id = ${hex(user.id)}`);
	expect(await reset(token), invalidToken);
	expect(await logIn(email, password), {});
});

test('a token of one kind is never one of another', async () => {
	const { email, token, user } = await account();
	const link = await tokenFor(email);
	const now = Math.floor(Date.now() / 1000);

	expect(await api('GET', '/users/me', { token: link }), badCredentials);
	expect(await reset(token), invalidToken);
	for (const claims of [{ sub: email, nbf: now - 1, exp: now + 3600 },
		{ sub: user.id, exp: now + 3600 }, { sub: user.email, typ: 'reset', exp: now + 60 }])
		expect(await reset(mint(claims)), invalidToken);
	expect(await reset(link), updated);
});

const set = (json) => ['POST', '/reset-password/', { json }];
const good = { new_password: `${SECRET}-new` };

cases('setting a password', world, [
	...['', 'x', ' ', 'x'.repeat(5000), '\u00e9', "' OR 1=1 --", '%', '_'.repeat(64),
		'a.b.c', '0'.repeat(64)].map((token) =>
		[`token ${JSON.stringify(token.slice(0, 20))}`, set({ token, ...good }),
			invalidToken]),
	['nothing', set({}), invalid(missing('token', {}), missing('new_password', {}))],
	['no password', set({ token: 'x' }), invalid(missing('new_password', { token: null }))],
	['no token', set(good), invalid(missing('token', { new_password: null }))],
	['too short, before the token', set({ token: 'x', new_password: 'x' }),
		invalid(tooShort('new_password', 8))],
	['too long, before the token', set({ token: 'x', new_password: 'x'.repeat(129) }),
		invalid(tooLong('new_password', 128))],
	['no texts', set({ token: 1, new_password: null }),
		invalid(notText('token'), notText('new_password'))],
	['no body', set(undefined), invalid(noBody)],
	['without the slash', ['POST', '/reset-password', { json: { token: 'x', ...good } }],
		invalidToken],
]);

/* --- the preview */

const preview = (who, email) => (w) => ['POST',
	`/password-recovery-html-content/${email(w)}`, { token: w[who]?.token }];
const worldOfTwo = shared(async () => ({ admin: await superuser(), user: await account() }));
const known = (w) => w.user.email;

cases('the preview', worldOfTwo, [
	['as an administrator', preview('admin', known), (w) => ({ headers: {
		'content-type': 'text/html; charset=utf-8',
		subject: `: ${PROJECT} - Password recovery for user ${w.user.email}`,
	} })],
	['in capitals', preview('admin', (w) => w.user.email.toUpperCase()), (w) => ({ headers: {
		subject: `: ${PROJECT} - Password recovery for user ${w.user.email}` } })],
	['of nobody', preview('admin', newEmail), { status: 404,
		json: detail('The user with this username does not exist in the system.') }],
	['as a user', preview('user', known), { status: 403,
		json: detail("The user doesn't have enough privileges") }],
	['as nobody', preview('nobody', known), notAuthenticated],
]);

test('the preview gives no access and leaves nothing', async () => {
	const { admin, user } = await worldOfTwo();
	const before = tasks().length;
	const r = await call(...((list) => [list[0], `/api/v1${list[1]}`, list[2]])(
	    preview('admin', known)({ admin, user })));
	const link = r.text.match(/href="([^"]*reset-password[^"]*)"/)[1];
	const token = new URL(link.replace(/&#x3D;|&#61;/gi, '=')).searchParams.get('token');

	assert.ok(link.startsWith(`${HOST}/reset-password?token`), link);
	expect(await reset(token), invalidToken);
	assert.equal(tasks().length, before);
	assert.equal(sqlCount('SELECT COUNT(*) FROM tickets WHERE user_id =' +
	    ` ${hex(user.user.id)}`), 0);
});

/* --- the mail to a new account */

test('a new account gets a link to set a password, and no password', async () => {
	const { admin } = await worldOfTwo();
	const [email, password, next] = [newEmail(), newPassword(), newPassword()];

	expect(await api('POST', '/users/', { token: admin.token, json: { email, password } }), {});
	const mail = await mailTo(email);

	assert.equal(mail.headers.subject, `${PROJECT} - New account for user ${email}`);
	for (const text of [mail.raw, mail.text, mail.html])
		assert.ok(!text.includes(password), 'the password is in the mail');
	expect(await logIn(email, password), {});
	expect(await reset(tokenOf(mail, HOST), next), updated);
	expect(await logIn(email, next), {});
	expect(await logIn(email, password), wrongLogin);
});

test('who signs up gets no mail', async () => {
	const { email } = await account();

	await tokenFor((await account()).email);
	assert.deepEqual(mailsTo(email), []);
});
