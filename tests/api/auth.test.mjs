/*
 * The Authorization header, and what a token must be.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { before, test } from 'node:test';

import {
	account, api, badCredentials, detail, expect, hex, logIn, notAuthenticated,
} from './client.mjs';
import { ADMINISTERED, GUARDED } from './operations.mjs';
import { claimsOf, mint, setting, sql, sqlCount } from './stack.mjs';

const me = (options) => api('GET', '/users/me', options);
const withHeader = (authorization) => me({ headers: { authorization } });
const now = () => Math.floor(Date.now() / 1000);

for (const [what, header] of [
	['empty', () => ''], ['another scheme', (t) => `Basic ${t}`],
	['a bare token', (t) => t], ['a tab', (t) => `Bearer\t${t}`],
	['a longer scheme', (t) => `Bearers ${t}`], ['no space', (t) => `Bearer${t}`],
	['a comma', (t) => `Bearer,${t}`],
])
	test(`Authorization with ${what}: 401`, async () => {
		const { token } = await account();

		expect(await withHeader(header(token)), notAuthenticated);
	});

const shared = { gone: null, off: null, user: null };

before(async () => {
	for (const name of Object.keys(shared))
		shared[name] = await account();
	sql(`DELETE FROM users WHERE id = ${hex(shared.gone.user.id)}`);
	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(shared.off.user.id)}`);
});

/* [who, the answer] */
const CALLERS = [
	['nobody', () => undefined, notAuthenticated],
	['a bad token', () => 'nonsense', badCredentials],
	['an account that is gone', () => shared.gone.token,
		{ status: 404, json: detail('User not found') }],
	['an inactive account', () => shared.off.token,
		{ status: 400, json: detail('Inactive user') }],
];

for (const [who, token, want] of CALLERS)
	for (const { method, url, name } of GUARDED)
		test(`${name} by ${who}: ${want.status}`, async () => {
			expect(await api(method, url, { token: token() }), want);
		});

for (const { method, url, name } of ADMINISTERED)
	test(`${name} by no superuser: 403`, async () => {
		expect(await api(method, url, { token: shared.user.token }), {
			status: 403, json: detail("The user doesn't have enough privileges"),
		});
	});

test('the scheme in any case, and several spaces: 200', async () => {
	const { token, user } = await account();

	for (const start of ['bearer ', 'BEARER ', 'bEaReR ', 'Bearer  ', 'Bearer     '])
		expect(await withHeader(start + token), { json: user });
});

test('Bearer with nothing or garbage: 403', async () => {
	const { token } = await account();
	const [head, body, mac] = token.split('.');
	const texts = [
		'', ' ', 'x', '.', '..', '...', 'a.b.c', 'null', 'undefined', head,
		`${head}.${body}`, `${head}.${body}.`, `.${body}.${mac}`,
		`${head}..${mac}`, `${token}.`, `${token}.${mac}`, `${token}=`,
		`${token}x`, `x${token}`, `${token} x`, `${token},${token}`,
		`${head}.${body}.${mac.slice(0, -2)}`, `${head}.${body}.${mac}A`,
		`${head}.${body}.${mac.split('').reverse().join('')}`,
		token.toUpperCase(), `"${token}"`, `${head}.${body}.${mac}!`,
		'é'.repeat(20), '\u00ff\u00fe', '%00', 'A'.repeat(4097), 'A'.repeat(7000),
		`${'A'.repeat(2000)}.${'A'.repeat(2000)}.${'A'.repeat(2000)}`,
	];

	for (const text of texts)
		expect(await withHeader(`Bearer ${text}`), badCredentials);
	expect(await withHeader('Bearer'), { status: 403 });
	expect(await me({ token }), {});
});

/* From a real one: the copy is good, each change of it is not. */
const CLAIMS = [
	['the past', (c) => ({ ...c, exp: now() - 5 })],
	['no end', ({ exp, ...c }) => c],
	['an end in words', (c) => ({ ...c, exp: 'tomorrow' })],
	['an end of 0', (c) => ({ ...c, exp: 0 })],
	['a negative end', (c) => ({ ...c, exp: -1 })],
	['made in the future', (c) => ({ ...c, iat: now() + 3600 })],
	['not before tomorrow', (c) => ({ ...c, nbf: now() + 86400 })],
	['another audience', (c) => ({ ...c, aud: 'x' })],
	['no audience', ({ aud, ...c }) => c],
	['a list of audiences', (c) => ({ ...c, aud: [c.aud] })],
	['another issuer', (c) => ({ ...c, iss: 'https://evil.example' })],
	['no issuer', ({ iss, ...c }) => c],
	['another kind', (c) => ({ ...c, typ: 'refresh' })],
	['no kind', ({ typ, ...c }) => c],
	['a subject of another type', (c) => ({ ...c, sub: 12 })],
	['a subject that is no UUID', (c) => ({ ...c, sub: 'a@example.com' })],
	['an empty subject', (c) => ({ ...c, sub: '' })],
	['no session', ({ sid, ...c }) => c],
	['another session', (c) => ({ ...c, sid: crypto.randomUUID() })],
	['a session that is no UUID', (c) => ({ ...c, sid: "' OR 1=1 -- " })],
	['nothing', () => ({})],
];

test('a token of our own making is one', async () => {
	const { token, user } = await account();

	expect(await me({ token: mint(claimsOf(token)) }), { json: user });
});

for (const [what, change] of CLAIMS)
	test(`a signed token with ${what}: 403`, async () => {
		const { token } = await account();

		expect(await me({ token: mint(change(claimsOf(token))) }), badCredentials);
	});

const SIGNATURES = [
	['another key', { key: 'k'.repeat(64) }],
	['an empty key', { key: '' }],
	['alg none', { header: { alg: 'none' } }],
	['alg None', { header: { alg: 'None' } }],
	['alg HS512', { header: { alg: 'HS512' } }],
	['alg HS384', { header: { alg: 'HS384' } }],
	['alg RS256', { header: { alg: 'RS256' } }],
	['a number for alg', { header: { alg: 256 } }],
];

for (const [what, how] of SIGNATURES)
	test(`a token with ${what}: 403`, async () => {
		const { token } = await account();

		expect(await me({ token: mint(claimsOf(token), how) }), badCredentials);
	});

test('a signed token without a subject: no entry', async () => {
	const { token } = await account();
	const { sub, ...claims } = claimsOf(token);
	const r = await me({ token: mint(claims) });

	assert.ok([403, 404].includes(r.status), `${r.status}`);
});

test('a token with alg none and a good signature: 403', async () => {
	const { token } = await account();
	const [, , mac] = token.split('.');
	const none = mint(claimsOf(token), { header: { alg: 'none' } });

	expect(await me({ token: none + mac }), badCredentials);
});

test('a token with the session of another account: 403', async () => {
	const [a, b] = [await account(), await account()];
	const claims = { ...claimsOf(a.token), sid: claimsOf(b.token).sid };

	expect(await me({ token: mint(claims) }), badCredentials);
});

test('a token of an ended session: 403', async () => {
	const { token, user } = await account();

	assert.equal(sqlCount('SELECT COUNT(*) FROM sessions s JOIN users u' +
	    ` ON u.id = s.user_id WHERE u.email = '${user.email}'`), 1);
	sql('DELETE s FROM sessions s JOIN users u ON u.id = s.user_id' +
	    ` WHERE u.email = '${user.email}'`);
	expect(await me({ token }), badCredentials);
});

test('a token whose session has expired: 403', async () => {
	const { token, user } = await account();

	sql("UPDATE sessions s JOIN users u ON u.id = s.user_id SET s.expires_at" +
	    ` = '2020-01-01' WHERE u.email = '${user.email}'`);
	expect(await me({ token }), badCredentials);
});

test('a token of an account that is gone: 404', async () => {
	const { token, user } = await account();

	sql(`DELETE FROM users WHERE email = '${user.email}'`);
	expect(await me({ token }), { status: 404, json: detail('User not found') });
});

test('a token for an account that never was: 404', async () => {
	const { token } = await account();
	const claims = { ...claimsOf(token), sub: crypto.randomUUID() };

	expect(await me({ token: mint(claims) }),
	    { status: 404, json: detail('User not found') });
});

test('deactivating takes effect at once: 400; and back', async () => {
	const { token, user, email, password } = await account();

	sql(`UPDATE users SET is_active = 0 WHERE email = '${email}'`);
	expect(await me({ token }), { status: 400, json: detail('Inactive user') });
	expect(await logIn(email, password),
	    { status: 400, json: detail('Inactive user') });
	expect(await logIn(email, `${password}-not`),
	    { status: 400, json: detail('Incorrect email or password') });
	sql(`UPDATE users SET is_active = 1 WHERE email = '${email}'`);
	expect(await me({ token }), { json: user });
});

test('the token holds no more than it must', async () => {
	const { token, user } = await account();
	const claims = claimsOf(token);

	assert.equal(claims.sub, user.id);
	for (const value of Object.values(claims))
		assert.ok(!String(value).includes('@'));
	assert.ok(!token.includes(setting('SECRET_KEY')));
});
