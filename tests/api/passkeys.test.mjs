/*
 * /auth/passkeys: registering, naming and removing them, with a device made in
 * software.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { authenticator, base64url } from './authenticator.mjs';
import { SECRET, account, api, expect, hex, notAuthenticated, unique }
	from './client.mjs';
import { loginOptions, ORIGIN, options, register, signInWith, trailOf }
	from './passkeys.mjs';
import { claimsOf, logLines, setting, sql, sqlCount } from './stack.mjs';

const NOBODY = '11111111-2222-4333-8444-555555555555';
const refusal = (status, code, text) => ({ status, json: { detail: text, code } });
const refused = refusal(400, 'bad_credential', 'The passkey was not accepted');
const noSuch = refusal(404, 'not_found', 'There is no such passkey');
const tooMany = refusal(409, 'too_many_passkeys', 'An account has at most 20 passkeys');
const passwordRequired = refusal(401, 'password_required', 'Give the password once more');
const badPassword = refusal(401, 'bad_password', 'The password is wrong');

const list = async (token) =>
	expect(await api('GET', '/auth/passkeys', { token }), {}).json;
const rename = (token, id, name) =>
	api('PATCH', `/auth/passkeys/${id}`, { token, json: { name } });
const remove = (token, id) => api('DELETE', `/auth/passkeys/${id}`, { token });
const submit = (token, credential, name = 'Key') =>
	api('POST', '/auth/passkeys', { token, json: { credential, name } });
const ask = (token, json) => api('POST', '/auth/passkeys/options', { token, json });

/* As if the password had been given long ago. */
function growOld({ token }) {
	sql("UPDATE sessions SET proven_at = NOW(6) - INTERVAL 11 MINUTE" +
	    ` WHERE id = ${hex(claimsOf(token).sid)}`);
}

test('the options are what navigator.credentials.create() takes', async () => {
	const { user, email, token } = await account({ full_name: 'Ada' });
	const device = authenticator(ORIGIN);
	const first = expect(await ask(token), {
		headers: { 'cache-control': 'no-store' } }).json;

	assert.deepEqual(first, {
		rp: { id: new URL(ORIGIN).hostname, name: setting('PROJECT_NAME') ?? 'Atrium' },
		user: { id: base64url(Buffer.from(user.id.replace(/-/g, ''), 'hex')),
			name: email, displayName: 'Ada' },
		challenge: first.challenge,
		pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
		timeout: 300000,
		excludeCredentials: [],
		authenticatorSelection: {
			residentKey: 'preferred', userVerification: 'required' },
		attestation: 'none',
	});
	assert.match(first.challenge, /^[\w-]{43}$/);
	await register(token, device);
	const second = expect(await ask(token, {}), {}).json;

	assert.notEqual(second.challenge, first.challenge);
	assert.deepEqual(second.excludeCredentials,
	    [{ type: 'public-key', id: base64url(device.credentialId) }]);
});

test('an account without a name is shown by its address', async () => {
	const { email, token } = await account();

	assert.equal((await options(token)).user.displayName, email);
});

test('registered, listed, named anew, removed; each in the audit once', async () => {
	const { user, token } = await account();
	const [one, two] = [authenticator(ORIGIN), authenticator(ORIGIN)];
	const a = await register(token, one, { name: 'Laptop' });
	const b = await register(token, two, { name: '鍵 🔑' });

	assert.deepEqual(Object.keys(a), ['id', 'name', 'created_at', 'last_used_at']);
	assert.equal(a.name, 'Laptop');
	assert.equal(a.last_used_at, null);
	assert.ok(Math.abs(Date.parse(a.created_at) - Date.now()) < 60000);
	assert.deepEqual(await list(token), { data: [a, b], count: 2 });
	expect(await rename(token, a.id, 'Desk'), { json: { ...a, name: 'Desk' } });
	assert.deepEqual(await list(token), { data: [{ ...a, name: 'Desk' }, b], count: 2 });
	expect(await remove(token, a.id), { status: 204, text: '' });
	expect(await remove(token, a.id), noSuch);
	expect(await rename(token, a.id, 'x'), noSuch);
	assert.deepEqual(await list(token), { data: [b], count: 1 });
	assert.deepEqual(trailOf('passkey', a.id), [
		[user.id, 'auth-create_passkey', { id: [null, a.id], name: [null, 'Laptop'],
			created_at: [null, a.created_at] }],
		[user.id, 'auth-update_passkey', { name: ['Laptop', 'Desk'] }],
		[user.id, 'auth-delete_passkey', { id: [a.id, null], name: ['Desk', null],
			created_at: [a.created_at, null] }],
	]);
});

test('what is wrong with the input is said', async () => {
	const { token } = await account();
	const credential = authenticator(ORIGIN).create(await options(token));
	const { id } = await register(token, authenticator(ORIGIN));

	for (const json of [{}, { credential }, { name: 'x' }, { credential, name: '' },
		{ credential, name: 'x'.repeat(81) }, { credential, name: 1 },
		{ credential: { ...credential, more: 'x'.repeat(17000) }, name: 'x' }])
		expect(await api('POST', '/auth/passkeys', { token, json }), { status: 422 });
	for (const name of ['', 'x'.repeat(81), 5, null])
		expect(await rename(token, id, name), { status: 422 });
	expect(await rename(token, id, '鍵'.repeat(80)), {});
	expect(await rename(token, 'x', 'x'), { status: 422 });
	expect(await ask(token, { password: 5 }), { status: 422 });
});

test('nobody without a session', async () => {
	for (const [method, path] of [['POST', ''], ['POST', '/options'], ['GET', ''],
		['PATCH', `/${NOBODY}`], ['DELETE', `/${NOBODY}`]]) {
		const r = await api(method, `/auth/passkeys${path}`,
		    method === 'GET' || method === 'DELETE' ? {} : { json: {} });

		assert.equal(r.status, 401, r.what);
		assert.equal(r.json.detail, notAuthenticated.json.detail);
	}
});

test("somebody else's passkey is none", async () => {
	const owner = await account(), other = await account();
	const made = await register(owner.token, authenticator(ORIGIN));

	for (const id of [made.id, NOBODY]) {
		expect(await rename(other.token, id, 'mine'), noSuch);
		expect(await remove(other.token, id), noSuch);
	}
	assert.deepEqual(await list(other.token), { data: [], count: 0 });
	assert.deepEqual(await list(owner.token), { data: [made], count: 1 });
});

test('a session that showed no password lately has to', async () => {
	const who = await account();
	const { token, password } = who;

	growOld(who);
	expect(await ask(token), passwordRequired);
	expect(await ask(token, {}), passwordRequired);
	expect(await ask(token, { password: null }), passwordRequired);
	expect(await ask(token, { password: `${SECRET} not` }), badPassword);
	expect(await ask(token, { password: '' }), badPassword);
	expect(await ask(token), passwordRequired);
	expect(await ask(token, { password }), {});
	expect(await ask(token), {});
});

test('guesses at the password get slow', async () => {
	const who = await account();
	const free = Number(setting('LOGIN_ACCOUNT_FAILURES') ?? 10);
	let r;

	growOld(who);
	for (let i = 0; i <= free; i++)
		r = await ask(who.token, { password: `${SECRET} ${unique()}` });
	r = await ask(who.token, { password: who.password });
	expect(r, { status: 429, headers: { 'retry-after': /^\d+$/ } });
	assert.equal(r.json.code, 'too_many');
	/* Without one there is nothing to guess. */
	expect(await ask(who.token), passwordRequired);
});

test('every kind of key that is offered works, no other', async () => {
	const { token } = await account();

	for (const kind of ['ES256', 'EdDSA', 'RS256']) {
		const device = authenticator(ORIGIN, { kind });

		await register(token, device, { name: kind });
		expect(await signInWith(device), {});
		expect(await signInWith(device), {});
	}
	expect(await submit(token,
	    authenticator(ORIGIN, { kind: 'ES384' }).create(await options(token))), refused);
});

test('a challenge is good once, for who got it, for that, for five minutes', async () => {
	const { user, token } = await account(), other = await account();
	const device = authenticator(ORIGIN);
	const used = device.create(await options(token));
	const foreign = await options(other.token);

	expect(await submit(token, used), { status: 201 });
	expect(await submit(token, used), refused);
	expect(await submit(token, authenticator(ORIGIN).create(foreign)), refused);
	/* It was not used up by that. */
	expect(await submit(other.token, authenticator(ORIGIN).create(foreign)),
	    { status: 201 });

	const { challenge } = await loginOptions();

	expect(await submit(token, authenticator(ORIGIN).create(
	    { ...await options(token), challenge })), refused);
	expect(await submit(token, authenticator(ORIGIN).create(
	    { ...await options(token), challenge: base64url(crypto.randomBytes(32)) })),
	refused);

	const late = await options(token);

	sql('UPDATE tickets SET expires_at = NOW(6) - INTERVAL 1 SECOND' +
	    ` WHERE user_id = ${hex(user.id)} AND purpose = 'passkey_new'`);
	expect(await submit(token, authenticator(ORIGIN).create(late)), refused);

	const [early, now] = [await options(token), await options(token)];

	expect(await submit(token, authenticator(ORIGIN).create(early)), refused);
	expect(await submit(token, authenticator(ORIGIN).create(now)), { status: 201 });
	assert.equal(sqlCount('SELECT COUNT(*) FROM tickets' +
	    ` WHERE user_id = ${hex(user.id)} AND purpose = 'passkey_new'`), 0);
});

const CHEATS = {
	'another origin': { origin: 'https://example.com' },
	'the origin with another port': { origin: ORIGIN.replace(/:\d+$/, ':1') },
	'the origin with a path': { origin: `${ORIGIN}/` },
	'the origin as https': { origin: ORIGIN.replace('http:', 'https:') },
	'another site': { rpId: 'example.com' },
	'another type': { type: 'webauthn.get' },
	'a frame of another site': { crossOrigin: true },
	'nobody present': { flags: 0x44 },
	'nobody verified': { flags: 0x41 },
	'no credential': { flags: 0x05 },
	'extensions that are not there': { flags: 0xc5 },
	'bytes left over': { more: Buffer.from('more') },
	'another id beside it': { id: base64url(crypto.randomBytes(32)) },
	'an empty id': { credentialId: Buffer.alloc(0) },
	'an id too long': { credentialId: Buffer.alloc(1024, 1) },
	'an unknown format': { fmt: 'packet' },
};

for (const [what, cheat] of Object.entries(CHEATS))
	test(`refused at registration: ${what}`, async () => {
		const { token } = await account();
		const offer = await options(token);

		expect(await submit(token, authenticator(ORIGIN).create(offer, cheat)),
		    refused);
		assert.equal((await list(token)).count, 0);
		/* The challenge is used up, if it could be read at all. */
		expect(await submit(token, authenticator(ORIGIN).create(offer)),
		    'id' in cheat || 'credentialId' in cheat ? { status: 201 } : refused);
	});

test('the reason of a refusal is in the log alone', async () => {
	const { token } = await account();
	const r = await submit(token, authenticator(ORIGIN).create(await options(token),
	    { origin: 'https://example.com' }));

	expect(r, refused);
	assert.deepEqual(logLines(r.headers['x-request-id']).map((line) => line.message)
	    .filter((text) => text?.startsWith('A passkey')),
	['A passkey was refused: it was made on another page.']);
});

test('a passkey belongs to one account', async () => {
	const first = await account(), second = await account();
	const device = authenticator(ORIGIN);

	await register(first.token, device);
	for (const { token } of [first, second])
		expect(await submit(token, device.create(await options(token))),
		    refusal(409, 'passkey_exists', 'This passkey is registered already'));
	/* The last create() told the device that it is the second's. */
	device.userHandle = null;
	const r = expect(await signInWith(device), {});

	expect(await api('GET', '/users/me', { token: r.json.access_token }),
	    { json: first.user });
});

test('an account has at most twenty', async () => {
	const { user, token } = await account();
	const last = authenticator(ORIGIN);
	const full = async () => (await list(token)).count;

	await register(token, authenticator(ORIGIN));
	const offer = await options(token);

	for (let i = 1; i < 20; i++)
		sql('INSERT INTO passkeys SELECT RANDOM_BYTES(16), user_id, name,' +
		    ` '${unique()}', credential_id, public_key, algorithm, sign_count,` +
		    ` created_at, NULL FROM passkeys WHERE user_id = ${hex(user.id)} LIMIT 1`);
	assert.equal(await full(), 20);
	expect(await ask(token), tooMany);
	expect(await submit(token, last.create(offer)), tooMany);
	assert.equal(await full(), 20);
	expect(await remove(token, (await list(token)).data[0].id), { status: 204 });
	expect(await submit(token, last.create(offer)), { status: 201 });
	assert.equal(await full(), 20);
});

test('passkeys go with their account', async () => {
	const { user, token } = await account();
	const device = authenticator(ORIGIN);

	await register(token, device);
	expect(await api('DELETE', '/users/me', { token }), {});
	assert.equal(sqlCount(
	    `SELECT COUNT(*) FROM passkeys WHERE user_id = ${hex(user.id)}`), 0);
	expect(await signInWith(device), { status: 401 });
});
