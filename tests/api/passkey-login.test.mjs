/*
 * /auth/passkeys/login: signing in with a passkey, and everything that is no
 * way to.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { authenticator, base64url } from './authenticator.mjs';
import { account, api, expect, hex, newEmail } from './client.mjs';
import { holder, loginOptions, options, ORIGIN, present, refusedLogin as refused,
	register, sessions, signInWith, trailOf } from './passkeys.mjs';
import { logLines, underway, sql, sqlRoot } from './stack.mjs';

test('the options are what navigator.credentials.get() takes', async () => {
	const given = await loginOptions();

	assert.deepEqual(given, {
		challenge: given.challenge, timeout: 300000, rpId: new URL(ORIGIN).hostname,
		allowCredentials: [], userVerification: 'required',
	});
	assert.match(given.challenge, /^[\w-]{43}$/);
	assert.notEqual((await loginOptions()).challenge, given.challenge);
});

test('the options do not tell who has an account or a passkey', async () => {
	const { email } = await holder();
	const plain = await account();
	const shape = ({ challenge, ...rest }) => ({ ...rest, n: challenge.length });
	const want = shape(await loginOptions());

	for (const json of [undefined, {}, { email: null }, { email }, { email: plain.email },
		{ email: newEmail() }, { email: 'x' }, { email: "' OR '1'='1" }]) {
		const given = await loginOptions(json);

		assert.deepEqual(shape(given), want);
		/* What is written is the same, too. */
		assert.deepEqual(sql('SELECT purpose, user_id, data FROM tickets WHERE' +
		    ` digest = SHA2('${given.challenge}', 256)`),
		[['passkey_login', 'NULL', 'NULL']]);
	}
	expect(await api('POST', '/auth/passkeys/login/options', { json: { email: 5 } }),
	    { status: 422 });
	expect(await api('POST', '/auth/passkeys/login/options',
	    { json: { email: 'x'.repeat(256) } }), { status: 422 });
});

test('signed in with tokens', async () => {
	const { user, device, passkey, token } = await holder();
	const device_id = crypto.randomUUID();
	const r = expect(await signInWith(device, {}, { device_name: 'Phone', device_id }),
	    { headers: { 'cache-control': 'no-store', 'set-cookie': undefined } });
	const { access_token, refresh_token, session } = r.json;

	assert.equal(r.json.token_type, 'bearer');
	assert.equal(r.json.mfa_required, false);
	assert.equal(session.device_name, 'Phone');
	assert.equal(session.device_id, device_id);
	assert.equal(session.current, true);
	expect(await api('GET', '/users/me', { token: access_token }), { json: user });
	expect(await api('POST', '/auth/refresh', { json: { refresh_token } }), {});

	const { data: [shown] } =
	    expect(await api('GET', '/auth/passkeys', { token }), {}).json;

	assert.deepEqual({ ...shown, last_used_at: null }, passkey);
	assert.ok(Math.abs(Date.parse(shown.last_used_at) - Date.now()) < 60000);
	assert.deepEqual(sql('SELECT sign_count FROM passkeys' +
	    ` WHERE id = ${hex(passkey.id)}`), [['1']]);
	assert.deepEqual(trailOf('session', session.id).slice(0, 1),
	    [[user.id, 'auth-login_passkey', null]]);
	/* It proves who it is as the password does. */
	expect(await api('POST', '/auth/passkeys/options', { token: access_token }), {});
});

test('signed in with cookies, but not by another site', async () => {
	const { user, device } = await holder();
	const cookies = (origin) => signInWith(device, {}, { transport: 'cookie' },
	    { headers: { origin } });
	const r = expect(await cookies(ORIGIN), {});
	const cookie = r.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');

	assert.equal(r.json.token_type, 'cookie');
	assert.equal('access_token' in r.json || 'refresh_token' in r.json, false);
	expect(await api('GET', '/users/me', { headers: { cookie } }), { json: user });

	const before = sessions(user);
	const other = expect(await cookies('https://example.com'),
	    { status: 403, headers: { 'set-cookie': undefined } });

	assert.equal(other.json.code, 'csrf_failed');
	assert.equal(sessions(user), before);
});

test('a passkey is two factors, and is a second one', async () => {
	const { user, email, password, device } = await holder();
	const id = hex(user.id);

	sql('INSERT INTO totp (user_id, secret, last_step, created_at, confirmed_at)' +
	    ` VALUES (${id}, 'unread', 0, NOW(6), NOW(6));` +
	    ` UPDATE users SET has_mfa = 1 WHERE id = ${id}`);
	assert.ok(expect(await signInWith(device), {}).json.access_token);

	const step = async () => expect(await api('POST', '/auth/login',
	    { json: { email, password, device_name: 'Desk' } }), {}).json;
	const finish = async (mfa_token, credential) => api('POST', '/auth/mfa/verify',
	    { json: { mfa_token, method: 'passkey', credential } });
	const begun = await step();

	assert.equal(begun.mfa_required, true);
	assert.deepEqual(begun.methods, ['totp', 'passkey']);
	const r = expect(await finish(begun.mfa_token, device.get(await loginOptions())), {});

	assert.equal(r.json.session.device_name, 'Desk');
	expect(await api('GET', '/users/me', { token: r.json.access_token }), {});

	/* Another account's is none. */
	const foreign = await holder();
	const { mfa_token } = await step();

	expect(await finish(mfa_token, foreign.device.get(await loginOptions())),
	    { status: 401 });
	expect(await finish(mfa_token, device.get(await loginOptions(),
	    { origin: 'https://example.com' })), { status: 401 });
	expect(await finish(mfa_token, device.get(await loginOptions())), {});
});

test('a removed passkey opens nothing, the others still do', async () => {
	const { token, device, passkey } = await holder();
	const other = authenticator(ORIGIN);

	await register(token, other);
	expect(await signInWith(device), {});
	expect(await api('DELETE', `/auth/passkeys/${passkey.id}`, { token }),
	    { status: 204 });
	expect(await signInWith(device), refused);
	expect(await signInWith(other), {});
});

test('an account that is not active', async () => {
	const { user, device } = await holder();

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(user.id)}`);
	assert.equal(expect(await signInWith(device), { status: 403 }).json.code, 'inactive');
});

/* The counter would refuse them too, of a device that has one. */
test('an assertion is good once', async () => {
	const { user, device } = await holder({ step: 0 });
	const credential = device.get(await loginOptions());
	const before = sessions(user);

	expect(await present(credential), {});
	for (let i = 0; i < 3; i++)
		expect(await present(credential), refused);
	assert.equal(sessions(user), before + 1);
});

test('once, however many come at the same moment', async () => {
	const { user, device } = await holder({ step: 0 });
	const credential = device.get(await loginOptions());
	const before = sessions(user);
	const statuses = (await Promise.all(Array.from({ length: 12 },
	    () => present(credential)))).map((r) => r.status).sort();

	assert.deepEqual(statuses, [200, ...Array(11).fill(401)]);
	assert.equal(sessions(user), before + 1);
});

test('a challenge of another purpose, of nobody, too old', async () => {
	const { token, device } = await holder();
	const { rpId } = await loginOptions();
	const with_ = (challenge) => present(device.get({ rpId, challenge }));
	const late = await loginOptions();

	expect(await with_((await options(token)).challenge), refused);
	expect(await with_(base64url(crypto.randomBytes(32))), refused);
	expect(await with_(''), refused);
	sql('UPDATE tickets SET expires_at = NOW(6) - INTERVAL 1 SECOND' +
	    ` WHERE digest = SHA2('${late.challenge}', 256)`);
	expect(await present(device.get(late)), refused);
	expect(await signInWith(device), {});
});

const otherKey = () =>
	crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const CHEATS = {
	'another origin': () => ({ origin: 'https://example.com' }),
	'a subdomain': () => ({ origin: ORIGIN.replace('://', '://www.') }),
	'another port': () => ({ origin: ORIGIN.replace(/:\d+$/, ':1') }),
	'another site': () => ({ rpId: 'example.com' }),
	'another type': () => ({ type: 'webauthn.create' }),
	'a frame of another site': () => ({ crossOrigin: true }),
	'nobody present': () => ({ flags: 0x04 }),
	'nobody verified': () => ({ flags: 0x01 }),
	'neither': () => ({ flags: 0 }),
	'extensions that are not there': () => ({ flags: 0x85 }),
	'bytes left over': () => ({ more: Buffer.from('more') }),
	'a new credential in it': () => ({ flags: 0x45 }),
	'another key': () => ({ key: otherKey() }),
	'no signature': () => ({ signature: Buffer.alloc(0) }),
	'a signature of zeros': () => ({ signature: Buffer.alloc(64) }),
	'an unknown credential': () => ({ credentialId: crypto.randomBytes(32) }),
	'another id beside it': () => ({ id: base64url(crypto.randomBytes(32)),
		malformed: true }),
	'another user': () => ({ userHandle: base64url(crypto.randomBytes(16)) }),
	'a user that is none': () => ({ userHandle: base64url('ada@example.com') }),
};

for (const [what, cheat] of Object.entries(CHEATS))
	test(`refused: ${what}`, async () => {
		const { user, device } = await holder();
		const offer = await loginOptions();
		const before = sessions(user);

		const asked = cheat();

		expect(await present(device.get(offer, asked)), refused);
		assert.equal(sessions(user), before);
		/* The challenge is used up, if it could be read at all. */
		expect(await present(device.get(offer)), asked.malformed ? {} : refused);
		expect(await signInWith(device, { userHandle: null }), {});
	});

test("somebody else's user handle", async () => {
	const one = await holder(), two = await holder();

	expect(await signInWith(one.device, { userHandle: two.device.userHandle }), refused);
	expect(await signInWith(one.device), {});
});

test('a device that counts is not copied', async () => {
	const { device, passkey, user } = await holder();
	const stored = () => Number(
	    sql(`SELECT sign_count FROM passkeys WHERE id = ${hex(passkey.id)}`)[0][0]);
	const before = sessions(user);

	expect(await signInWith(device, { count: 7 }), {});
	for (const count of [7, 6, 0]) {
		const r = expect(await signInWith(device, { count }), refused);
		const [line] = logLines(r.headers['x-request-id'])
		    .filter((l) => l.message?.startsWith('A passkey'));

		assert.equal(line.level, 'warn');
		assert.equal(stored(), 7);
	}
	assert.deepEqual(trailOf('passkey', passkey.id).slice(1), Array(3).fill(
	    [null, 'auth-login_passkey.refused', null]));
	expect(await signInWith(device, { count: 8 }), {});
	expect(await signInWith(device, { count: 0xffffffff }), {});
	expect(await signInWith(device, { count: 0xffffffff }), refused);
	assert.equal(sessions(user), before + 3);
});

test('one that counts and its copy, at the same moment', async () => {
	const { device, passkey } = await holder();
	const offers = [];

	for (let i = 0; i < 4; i++)
		offers.push(await loginOptions());
	/* All of them have come this far when the first one may go on. */
	const held = sqlRoot(`BEGIN; SELECT id FROM passkeys WHERE id = ${hex(passkey.id)}` +
	    ' FOR UPDATE; SELECT SLEEP(1.5); COMMIT');

	await underway('SELECT SLEEP%');
	const replies = await Promise.all(offers.map((offer) =>
		present(device.get(offer, { count: 1 }))));

	await held;
	assert.deepEqual(replies.map((r) => r.status).sort(), [200, 401, 401, 401]);
});

test('a device that does not count is asked no more', async () => {
	const { device } = await holder({ step: 0 });

	for (let i = 0; i < 3; i++)
		expect(await signInWith(device), {});
	expect(await signInWith(device, { count: 1 }), {});
	expect(await signInWith(device), refused);
});

test('what is wrong with the input is said', async () => {
	const credential = authenticator(ORIGIN).get(await loginOptions());

	for (const json of [{}, { credential, transport: 'pigeon' },
		{ credential, device_id: 'x' }, { credential, device_name: '' },
		{ credential, device_name: 'x'.repeat(81) },
		{ credential: { ...credential, more: 'x'.repeat(17000) } }])
		expect(await api('POST', '/auth/passkeys/login', { json }), { status: 422 });
});
