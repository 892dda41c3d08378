/*
 * /auth/login: an address and a password for the tokens of a new session.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cases, forEach, shared } from './cases.mjs';
import {
	SECRET, api, expect, fault, hex, logIn, missing, newEmail, newPassword, noBody,
	notText, signUp, 	target, tooLong, tooShort, unique,
} from './client.mjs';
import { mailTo } from './mail.mjs';
import {
	authLogin, badPassword, coded, me, ours, sessionsOf, signIn,
} from './signing.mjs';
import { claimsOf, ownStack, setting, sql, sqlCount } from './stack.mjs';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEVICE = '01890a5d-ac96-774b-bcce-b302099a8057';
const inactive = coded(403, 'inactive', 'The account is not active');
const login = (json) => ['POST', '/auth/login', { json }];

test('a sign-in gives two tokens and says which session they are of', async () => {
	const who = await signUp();
	const r = expect(await authLogin(who), { headers: {
		'cache-control': 'no-store', 'set-cookie': undefined } });
	const { access_token, refresh_token, session } = r.json;
	const claims = claimsOf(access_token);

	assert.deepEqual(Object.keys(r.json), ['access_token', 'token_type', 'expires_in',
		'refresh_token', 'session', 'mfa_required']);
	assert.equal(r.json.token_type, 'bearer');
	assert.equal(r.json.expires_in, 900);
	assert.equal(r.json.mfa_required, false);
	assert.match(refresh_token, /^[\w-]{75}$/);
	assert.equal(claims.exp - claims.iat, 900);
	assert.equal(claims.sub, who.user.id);
	assert.equal(claims.sid, session.id);
	assert.deepEqual(Object.keys(session), ['id', 'device_id', 'device_name', 'user_agent',
		'ip', 'created_at', 'last_seen_at', 'expires_at', 'current']);
	assert.match(session.id, UUID);
	assert.equal(session.device_id, null);
	assert.equal(session.device_name, null);
	assert.equal(session.user_agent, null);
	assert.equal(session.ip, '127.0.0.1');
	assert.equal(session.last_seen_at, session.created_at);
	assert.equal(session.current, true);
	expect(await me(access_token), { json: who.user });
	expect(await api('GET', '/items/', { token: access_token }), {});
});

test('a sign-in says what it is of', async () => {
	const who = await signUp();
	const agent = `Test/1.0 (${unique()})`;
	const r = expect(await authLogin(who,
	    { device_name: 'Zoë’s 😀', device_id: DEVICE.toUpperCase(), transport: 'bearer' },
	    { headers: { 'user-agent': agent, 'x-forwarded-for': '198.51.100.7' } }), {});

	assert.equal(r.json.session.device_name, 'Zoë’s 😀');
	assert.equal(r.json.session.device_id, DEVICE);
	assert.equal(r.json.session.user_agent, agent);
	assert.equal(r.json.session.ip, '198.51.100.7');
});

test('of a long User-Agent the beginning is kept, of a strange one nothing', async () => {
	const who = await signUp();
	const kept = async (text) => expect(await authLogin(who, {},
	    { headers: { 'user-agent': text } }), {}).json.session.user_agent;

	assert.equal(await kept('x'.repeat(2000)), 'x'.repeat(255));
	assert.equal(await kept('<script>alert(1)</script>'), '<script>alert(1)</script>');
	assert.equal(await kept('caf\u00e9'), null);
});

const someone = shared(() => signUp());
const with_ = (fields) => ({ email, password }) => login({ email, password, ...fields });

cases('/auth/login', someone, [
	['a wrong password', ({ email }) => login({ email, password: newPassword() }), badPassword],
	['an unknown address', () => login({ email: newEmail(), password: newPassword() }),
		badPassword],
	['no address at all', login({ email: 'x', password: SECRET }), badPassword],
	['quotes', login({ email: "' OR '1'='1", password: "' OR '1'='1" }), badPassword],
	['a letter too many', ({ email, password }) => login({ email, password: `${password}x` }),
		badPassword],
	['another case', ({ email, password }) =>
		login({ email, password: password.toUpperCase() }), badPassword],
	['the address in another case', ({ email, password }) =>
		login({ email: email.toUpperCase(), password }), {}],
	['null for what may be left out', with_({ device_id: null, device_name: null }), {}],
	['members that nobody asked for', with_({ user_id: DEVICE, strong: true }), {}],
	['nothing', login({}), ours(missing('email', {}), missing('password', {}))],
	['no body', ['POST', '/auth/login', {}], ours(noBody)],
	['a form', ['POST', '/auth/login', { form: { email: 'a', password: SECRET } }],
		{ status: 415 }],
	['broken JSON', ['POST', '/auth/login', { body: '{', type: 'application/json' }],
		{ status: 422 }],
	['empty', login({ email: '', password: '' }),
		ours(tooShort('email', 1, ''), tooShort('password', 1))],
	['too long', login({ email: 'x'.repeat(256), password: 'x'.repeat(1025) }),
		ours(tooLong('email', 255, 'x'.repeat(256)), tooLong('password', 1024))],
	['as long as can be', login({ email: 'x'.repeat(255), password: 'x'.repeat(1024) }),
		badPassword],
	['numbers', login({ email: 1, password: 2 }), ours(notText('email', 1), notText('password'))],
	...forEach(['header', 'Bearer', 'bearer ', '', 'password'], (transport) =>
		[`the transport "${transport}"`, with_({ transport }),
			ours(fault('string_pattern_mismatch', ['body', 'transport'],
			    "String should match pattern '^(bearer|cookie)$'", transport,
			    { pattern: '^(bearer|cookie)$' }))]),
	['a device without a name', with_({ device_name: '' }), ours(tooShort('device_name', 1, ''))],
	['80 characters', with_({ device_name: 'é'.repeat(80) }), {}],
	['81 characters', with_({ device_name: 'é'.repeat(81) }),
		ours(tooLong('device_name', 80, 'é'.repeat(81)))],
	['a device that is no id', with_({ device_id: 'x' }), { status: 422 }],
	['U+0000', with_({ device_name: 'a\0b' }), { status: 422 }],
]);

test('a refused sign-in begins no session', async () => {
	const who = await signUp();

	expect(await authLogin({ ...who, password: `${who.password}x` }), badPassword);
	assert.equal(sessionsOf(who), 0);
});

test('who is not active hears of it with the right password alone', async () => {
	const who = await signUp();

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(who.user.id)}`);
	expect(await authLogin({ ...who, password: newPassword() }), badPassword);
	expect(await authLogin(who), inactive);
	expect(await authLogin(who, { transport: 'cookie' }),
	    { ...inactive, headers: { 'set-cookie': undefined } });
	assert.equal(sessionsOf(who), 0);
});

/* Of hushhush-old: Argon2id that is weaker than any setting, and bcrypt. */
for (const [name, hash] of [
	['weak Argon2id', '$argon2id$v=19$m=64,t=1,p=1$YXRyaXVtc2FsdDEyMzQ1Ng' +
	    '$PpOot9xvVF6C4yUFZG0ybG27l15hGJtr0eWtaArkgrY'],
	['bcrypt', '$2b$04$abcdefghijklmnopqrstuuRi/QwNM8MYN8C5DpEC6aApcxJtjpe/W'],
])
	test(`a stored hash of ${name} is good, and renewed`, async () => {
		const who = await signUp();
		const stored = () =>
			sql(`SELECT password FROM users WHERE id = ${hex(who.user.id)}`)[0][0];
		const old = { ...who, password: `${SECRET}-old` };

		sql(`UPDATE users SET password = '${hash}' WHERE id = ${hex(who.user.id)}`);
		expect(await authLogin(who), badPassword);
		assert.equal(stored(), hash);
		const { token } = await signIn(old);
		const renewed = stored();

		assert.match(renewed, /^\$argon2id\$v=19\$m=(?!64,)/);
		expect(await me(token), {});
		await signIn(old);
		assert.equal(stored(), renewed);
	});

test('an address that has to be confirmed: 403, and the mail once more', async () => {
	const own = ownStack({ REQUIRE_VERIFIED_EMAIL: 'true' }, ['--workers', '1']);
	const more = { on: await target(own.url), stack: own };
	const unverified = coded(403, 'email_unverified', 'The address is not confirmed yet: ' +
	    'follow the link in the mail that was sent to it');

	try {
		const who = await signUp({}, more);
		const mails = sqlCount("SELECT COUNT(*) FROM tasks WHERE kind = 'mail_verify_email'",
		    own);

		expect(await authLogin({ ...who, password: newPassword() }, {}, more), badPassword);
		expect(await authLogin(who, {}, more), unverified);
		expect(await authLogin(who, { transport: 'cookie' }, more),
		    { ...unverified, headers: { 'set-cookie': undefined } });
		const mail = await mailTo(who.email, mails + 1, own);
		const link = mail.links.find((text) => text.includes('/verify-email?token='));
		const token = new URL(link).searchParams.get('token');

		/* The contract's clients are told without a code. */
		const old = await logIn(who.email, who.password, { more });

		expect(old, { status: 400, json: { detail: unverified.json.detail } });
		expect(await api('POST', '/auth/email/verify', { ...more, json: { token } }), {});
		await signIn(who, {}, more);
		/* Who asks for ever more mails gets no more, and the same answer. */
		sql(`UPDATE users SET verified_at = NULL WHERE id = ${hex(who.user.id)}`, own);
		for (let i = 0; i < 8; i++)
			expect(await authLogin(who, {}, more), unverified);
		assert.ok(sqlCount("SELECT COUNT(*) FROM tasks WHERE kind = 'mail_verify_email'",
		    own) <= mails + 6);
	} finally {
		own.stop();
	}
});

test('guessing is slowed down: 429, with a code', async () => {
	const who = await signUp();
	const free = Number(setting('LOGIN_ACCOUNT_FAILURES') ?? 10);

	for (let i = 0; i < free; i++)
		expect(await authLogin({ ...who, password: newPassword() }), badPassword);
	const r = expect(await authLogin(who), { status: 429, headers: { 'retry-after': '1' } });

	assert.deepEqual(r.json, { detail: 'Too many failed attempts. Try again in 1 second.',
		code: 'too_many' });
	/* Both ways to sign in count together. */
	expect(await logIn(who.email, who.password), { status: 429 });
	sql('UPDATE throttle SET blocked_until = NULL');
	await signIn(who);
	assert.equal(sessionsOf(who), 1);
});

