/*
 * Tokens that others verify: with jose, from the published keys, across a
 * rotation; and what attackers make of such tokens.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';

import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify } from 'jose';

import { account, api, badCredentials, call, expect, logIn, target } from './client.mjs';
import { begin, END, exchange, noBody, params, target as request } from './fastcgi.mjs';
import { claimsOf, eventually, headerOf, mint, ownStack, setting, stack } from './stack.mjs';

const JWKS = '/.well-known/jwks.json';
const AUDIENCE = 'shop.example.com';
const now = () => Math.floor(Date.now() / 1000);

let own, more;

before(async () => {
	own = ownStack({ TOKEN_AUDIENCE: AUDIENCE, ACCESS_TOKEN_EXPIRE_MINUTES: '60' });
	more = { on: await target(own.url), stack: own };
});
after(() => own?.stop());

/* atrium keys ARG...: what it says; its failures are thrown. */
function keys(...args) {
	const { ATRIUM_STACK, ...env } = process.env;

	return execFileSync(path.join(stack.build, 'atrium'), ['keys', ...args], {
		env: { ...env, ATRIUM_ENV_FILE: own.env_file },
		encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/* The lines of `atrium keys ls`, as [id, state]. */
const listed = () => keys('ls').split('\n').slice(1).filter(Boolean)
    .map((line) => line.split(/\s+/).slice(0, 2));

const published = async () => (await call('GET', JWKS, more)).json.keys;
const me = (token) => api('GET', '/users/me', { ...more, token });

/* As a service of somebody else would, that knows the address alone. */
const verify = (token, jwks = createRemoteJWKSet(new URL(own.url + JWKS)), how = {}) =>
	jwtVerify(token, jwks, { issuer: own.url, audience: AUDIENCE,
		algorithms: ['ES256'], typ: 'JWT', ...how });

test('the published keys are public halves, and may be kept for a while', async () => {
	const r = expect(await call('GET', JWKS, more), { headers: {
		'content-type': 'application/jwk-set+json',
		'cache-control': 'public, max-age=300', etag: /^"[^"]+"$/,
	} });
	const [key, ...others] = r.json.keys;

	assert.deepEqual(others, []);
	assert.deepEqual(Object.keys(key).sort(),
	    ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
	assert.deepEqual([key.alg, key.crv, key.kty, key.use], ['ES256', 'P-256', 'EC', 'sig']);
	assert.deepEqual(listed(), [[key.kid, 'active']]);
	expect(await call('GET', JWKS, { ...more, unchecked: true,
		headers: { 'if-none-match': r.headers.etag } }), { status: 304, text: '' });
});

test('jose verifies a token of ours, for its issuer and audience alone', async () => {
	const { token, user } = await account({}, more);
	const { payload, protectedHeader } = await verify(token);

	assert.deepEqual(protectedHeader,
	    { alg: 'ES256', kid: (await published())[0].kid, typ: 'JWT' });
	assert.equal(payload.sub, user.id);
	assert.equal(payload.exp - payload.iat, 3600);
	await assert.rejects(verify(token, undefined, { audience: 'atrium' }),
	    errors.JWTClaimValidationFailed);
	await assert.rejects(verify(token, undefined, { issuer: 'https://evil.example' }),
	    errors.JWTClaimValidationFailed);
	expect(await me(token), { json: user });
});

test('a rotation: nobody notices, until the old key is taken back', async () => {
	const made = await account({}, more);
	const before = made.token, old = headerOf(before).kid;
	const first = createLocalJWKSet({ keys: await published() });

	assert.match(keys('new'), /is published from now on/);
	await eventually('two keys', async () => (await published()).length === 2, 5);
	const [next] = await published();
	assert.deepEqual(listed(), [[old, 'active'], [next.kid, 'next']]);
	assert.equal(headerOf((await logIn(made.email, made.password, { more }))
	    .json.access_token).kid, old);
	assert.throws(() => keys('activate'),
	    (err) => err.status === 1 && /verifiers may not have the key/.test(err.stderr));

	keys('activate', '--now');
	let after;
	await eventually('a token of the new key', async () => {
		after = (await logIn(made.email, made.password, { more })).json.access_token;
		return headerOf(after).kid === next.kid;
	}, 5);
	for (const token of [before, after]) {
		await verify(token);
		for (let i = 0; i < 20; i++)
			expect(await me(token), { json: made.user });
	}
	await verify(before, first);
	await assert.rejects(verify(after, first), errors.JWKSNoMatchingKey);

	assert.throws(() => keys('retire', old),
	    (err) => err.status === 1 && /may be in use until/.test(err.stderr));
	keys('retire', old, '--now');
	assert.deepEqual(listed(), [[next.kid, 'active']]);
	/* Each thread of each worker sees it within a second. */
	await eventually('one key', async () => (await published()).length === 1, 5);
	await new Promise((resolve) => setTimeout(resolve, 1100));
	for (let i = 0; i < 40; i++) {
		expect(await me(before), badCredentials);
		expect(await me(after), { json: made.user });
	}
	assert.deepEqual((await published()).map((key) => key.kid), [next.kid]);
	await assert.rejects(verify(before), errors.JWKSNoMatchingKey);
	await verify(after);
});

let someone;

/* What a good token consists of, to take apart. */
async function parts() {
	someone ??= await account({}, more);
	const { token, user } = someone;
	const head = headerOf(token);
	const key = fs.readFileSync(path.join(own.dir, 'keys', `${head.kid}.pem`), 'utf8');
	const sign = (claims, header = {}) =>
		mint(claims, { key, header: { ...head, ...header } });

	return { token, user, head, key, sign, claims: claimsOf(token) };
}

test('a token that is signed as ours are is one', async () => {
	const { user, sign, claims } = await parts();

	expect(await me(sign(claims)), { json: user });
	await verify(sign(claims));
});

const CLAIMS = [
	['expired', (c) => ({ ...c, exp: now() - 1 })],
	['not yet valid', (c) => ({ ...c, nbf: now() + 60 })],
	['of tomorrow', (c) => ({ ...c, iat: now() + 86400 })],
	['of another issuer', (c) => ({ ...c, iss: `${c.iss}/` })],
	['of no issuer', ({ iss, ...c }) => c],
	['for another audience', (c) => ({ ...c, aud: 'atrium' })],
	['for several audiences', (c) => ({ ...c, aud: [AUDIENCE, 'atrium'] })],
	['for a list of one', (c) => ({ ...c, aud: [AUDIENCE] })],
	['for nobody', ({ aud, ...c }) => c],
	['for a second step', (c) => ({ ...c, typ: 'mfa' })],
	['of no kind', ({ typ, ...c }) => c],
];

for (const [what, change] of CLAIMS)
	test(`a signed token ${what}: 403`, async () => {
		const { sign, claims } = await parts();

		expect(await me(sign(change(claims))), badCredentials);
	});

const HEADERS = [
	...['none', 'None', 'NONE', 'nOnE', 'ES384', 'RS256', 'EdDSA', '', null, ['ES256']]
	    .map((alg) => ({ alg })),
	...['', 'AAAAAAAAAAAAAAAA', '../../../../dev/null', '/etc/passwd', '..',
		"x' OR '1'='1", "'; DROP TABLE sessions; --", 'k'.repeat(5120), 7, null]
	    .map((kid) => ({ kid })),
	{ crit: ['exp'] }, { b64: false, crit: ['b64'] }, { jku: 'http://127.0.0.1:1/' },
	{ x5u: 'http://127.0.0.1:1/' }, { x5c: ['AAAA'] }, { typ: 'JOSE' }, { cty: 'JWT' },
];

for (const header of HEADERS)
	test(`a token with ${JSON.stringify(header).slice(0, 60)}: 403`, async () => {
		const { token, sign, claims, key } = await parts();
		const [, , signature] = token.split('.');

		/* Whatever it says, as ES256 would sign it, and without a signature. */
		const text = sign(claims, header).split('.').slice(0, 2).join('.');
		const signed = crypto.sign('sha256', Buffer.from(text),
		    { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
		for (const end of [signed, signature, ''])
			expect(await me(`${text}.${end}`), badCredentials);
	});

test('a key that the token brings along: 403', async () => {
	const { sign, claims, head } = await parts();
	const { privateKey, publicKey } = crypto.generateKeyPairSync('ec',
	    { namedCurve: 'P-256' });
	const jwk = publicKey.export({ format: 'jwk' });

	for (const header of [{ ...head, jwk }, { ...head }, { alg: 'ES256', typ: 'JWT', jwk }])
		expect(await me(mint(claims, { key: privateKey, header })), badCredentials);
	expect(await me(sign(claims, { jwk })), badCredentials);
});

test('HS256 with what everybody knows of the key: 403', async () => {
	const { head, key, claims } = await parts();
	const open = crypto.createPublicKey(key);
	const [jwk] = await published();
	const known = [
		open.export({ type: 'spki', format: 'pem' }),
		open.export({ type: 'spki', format: 'pem' }).trim(),
		open.export({ type: 'spki', format: 'der' }),
		open.export({ type: 'spki', format: 'der' }).subarray(-65),
		JSON.stringify(jwk), JSON.stringify({ keys: [jwk] }), jwk.x, jwk.y, head.kid,
	];

	for (const key of known)
		for (const header of [{}, { kid: head.kid }])
			expect(await me(mint(claims, { key, header })), badCredentials);
	/* And with SECRET_KEY, which signs only what names no key. */
	expect(await me(mint(claims, { key: setting('SECRET_KEY', own),
		header: { kid: head.kid } })), badCredentials);
	expect(await me(mint(claims, { key: setting('SECRET_KEY', own) })), {});
});

test('members twice, in the header or the claims: 403', async () => {
	const { token, key, head } = await parts();
	const [, payload] = token.split('.');
	const encode = (text) => Buffer.from(text).toString('base64url');
	const claims = Buffer.from(payload, 'base64url').toString();
	const sign = (text) => `${text}.` + crypto.sign('sha256', Buffer.from(text),
	    { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
	const good = encode(JSON.stringify(head));

	expect(await me(sign(`${good}.${encode(claims)}`)), {});
	for (const name of ['sub', 'exp', 'aud', 'typ']) {
		const [member] = claims.match(new RegExp(`"${name}":("[^"]*"|\\d+)`));

		expect(await me(sign(`${good}.${encode(claims.replace('{', `{${member},`))}`)),
		    badCredentials);
	}
	for (const member of ['"alg":"ES256"', '"alg":"none"', `"kid":"${head.kid}"`])
		expect(await me(sign(encode(JSON.stringify(head)
		    .replace('{', `{${member},`)) + `.${payload}`)), badCredentials);
});

test('cut anywhere, or with any bit of the signature changed: 403', async () => {
	const { token } = await parts();
	const at = token.lastIndexOf('.') + 1;
	const signature = Buffer.from(token.slice(at), 'base64url');
	const texts = Array.from(token, (c, i) => token.slice(0, i)).slice(1);

	for (let bit = 0; bit < 512; bit++) {
		const other = Buffer.from(signature);

		other[bit >> 3] ^= 1 << (bit & 7);
		texts.push(token.slice(0, at) + other.toString('base64url'));
	}
	for (const more of ['=', '==', 'A', '.', '!'])
		texts.push(token + more);
	for (let i = 0; i < texts.length; i += 50)
		await Promise.all(texts.slice(i, i + 50)
		    .map(async (text) => expect(await me(text), badCredentials)));
	expect(await me(token), {});
});

/* nginx takes 16 KiB of a header; behind it the answer is the one of all. */
test('64 KB: 431 in front, 403 behind', async () => {
	const { token } = await parts();
	const large = token.padEnd(65536, 'A');
	const ask = async (text) => exchange(own.socket, [Buffer.concat([begin(),
		params(request('GET', '/api/v1/users/me',
		    [['HTTP_AUTHORIZATION', `Bearer ${text}`], ['REMOTE_ADDR', '127.0.0.1']])),
		noBody()])], { until: (records) => records.some((r) => r.type === END) });

	expect(await api('GET', '/users/me', { ...more, token: large, unchecked: true }),
	    { status: 431 });
	for (const text of [large, token.padEnd(12000, 'A'), token.padEnd(4097, 'A')]) {
		const { status, text: reply } = await ask(text);

		assert.equal(status, 403);
		assert.ok(reply.endsWith('\r\n\r\n' + JSON.stringify(badCredentials.json)));
	}
	expect(await me(token.padEnd(12000, 'A')), badCredentials);
});

test('without KEYS_DIR: HS256, and nothing is published', async () => {
	const plain = ownStack({ KEYS_DIR: '' });

	try {
		const options = { on: await target(plain.url), stack: plain };
		const { token, user } = await account({}, options);

		assert.deepEqual(headerOf(token), { alg: 'HS256', typ: 'JWT' });
		assert.equal(claimsOf(token).iss, plain.url);
		assert.equal(claimsOf(token).aud, 'atrium');
		expect(await api('GET', '/users/me', { ...options, token }), { json: user });
		assert.deepEqual((await call('GET', JWKS, options)).json, { keys: [] });
		const { sign, claims } = await parts();
		expect(await api('GET', '/users/me', { ...options, token: sign(claims) }),
		    badCredentials);
	} finally {
		plain.stop();
	}
});
