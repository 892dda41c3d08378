/*
 * /auth/mfa: an authenticator and recovery codes, added, renewed and removed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	SECRET, account, api, expect, hex, invalid, logIn, missing,
	notAuthenticated, tooLong,
} from './client.mjs';
import { logLines, sql, sqlCount, stack } from './stack.mjs';
import {
	addTotp, badCode, badPassword, base32, codeOf, confirmTotp, exists,
	expired, firstStep, notEnabled, notStarted, password, protectedAccount,
	remove, renew, secondStep, sessions, signedIn, state, stateOf,
	wrongCode,
} from './totp.mjs';

test('an authenticator is made with the password, and shown once', async () => {
	const who = await account();

	expect(await state(who), stateOf(false, 0));
	const made = expect(await addTotp(who),
	    { status: 201, headers: { 'cache-control': 'no-store' } }).json;
	const uri = new URL(made.otpauth_uri);

	assert.deepEqual(Object.keys(made), ['secret', 'otpauth_uri', 'qr_svg']);
	assert.match(made.secret, /^[A-Z2-7]{32}$/);
	assert.equal(uri.protocol, 'otpauth:');
	assert.ok(decodeURIComponent(uri.pathname).endsWith(`:${who.email}`), uri.pathname);
	assert.equal(uri.searchParams.get('secret'), made.secret);
	assert.ok(uri.searchParams.get('issuer'));
	assert.match(made.qr_svg, /^<svg [^>]*viewBox=[^]*<path [^]*<\/svg>\s*$/);
	assert.doesNotMatch(made.qr_svg, /script|style|href/);

	/* It does not count yet. */
	expect(await state(who), stateOf(false, 0));
	signedIn(await password(who));
	const [[stored]] =
	    sql(`SELECT secret FROM totp WHERE user_id = ${hex(who.user.id)}`);

	for (const form of ['latin1', 'hex', 'base64', 'base64url'])
		assert.ok(!stored.includes(base32(made.secret).toString(form)), form);
	assert.ok(!stored.includes(made.secret));
});

test('asking again before it is confirmed replaces it', async () => {
	const who = await account();
	const first = expect(await addTotp(who), { status: 201 }).json;
	const second = expect(await addTotp(who), { status: 201 }).json;

	assert.notEqual(first.secret, second.secret);
	expect(await confirmTotp(who, codeOf(first.secret)), badCode(400));
	expect(await confirmTotp(who, codeOf(second.secret)), {});
});

test('it takes the password, and ten wrong ones wait', async () => {
	const who = await account();

	for (let i = 0; i < 10; i++)
		expect(await addTotp(who, `${who.password}x`), badPassword);
	expect(await addTotp(who), { status: 429 });
	assert.equal(sqlCount(
	    `SELECT COUNT(*) FROM totp WHERE user_id = ${hex(who.user.id)}`), 0);
});

test('the first code confirms it: ten recovery codes, other sessions end', async () => {
	const who = await account();
	const other = signedIn(await password(who)).access_token;

	expect(await confirmTotp(who, '123456'), notStarted);
	const { secret } = expect(await addTotp(who), { status: 201 }).json;

	expect(await confirmTotp(who, wrongCode(secret)), badCode(400));
	expect(await confirmTotp(who, 'no code at all'), badCode(400));
	expect(await state(who), stateOf(false, 0));
	expect(await api('GET', '/users/me', { token: other }), {});
	const code = codeOf(secret);
	const { json } = expect(await confirmTotp(who, code), {});

	assert.deepEqual(Object.keys(json), ['recovery_codes']);
	assert.equal(new Set(json.recovery_codes).size, 10);
	for (const text of json.recovery_codes)
		assert.match(text, /^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
	expect(await state(who), stateOf(true, 10));
	expect(await api('GET', '/users/me', { token: other }), { status: 403 });
	assert.equal(sessions(who), 1);

	/* One is enough; and its code is used up. */
	expect(await addTotp(who), exists);
	expect(await confirmTotp(who, codeOf(secret, 1)), exists);
	expect(await secondStep(await firstStep(who), code), badCode());
	expect(await renew(who, code), badCode());
});

test('recovery codes are stored as digests', async () => {
	const who = await protectedAccount();
	const rows = sql(
	    `SELECT digest FROM recovery_codes WHERE user_id = ${hex(who.user.id)}`).flat();

	assert.equal(rows.length, 10);
	for (const row of rows)
		assert.match(row, /^[0-9a-f]{64}$/);
});

test('new recovery codes take a code and void the old ones', async () => {
	const who = await protectedAccount();

	expect(await renew(await account(), '123456'), notEnabled);
	expect(await renew(who, wrongCode(who.secret)), badCode());
	expect(await renew(who, who.codes[0]), badCode());
	expect(await state(who), stateOf(true, 10));
	const code = codeOf(who.secret);
	const { recovery_codes: codes } = expect(await renew(who, code), {}).json;

	assert.equal(new Set([...codes, ...who.codes]).size, 20);
	expect(await renew(who, code), badCode());
	expect(await secondStep(await firstStep(who), who.codes[0], 'recovery_code'), badCode());
	signedIn(await secondStep(await firstStep(who), codes[0], 'recovery_code'));
	expect(await state(who), stateOf(true, 9));
});

for (const [name, proof] of [['of the authenticator', (who) => codeOf(who.secret)],
	['for recovery', (who) => who.codes[3]]])
	test(`it is removed with the password and a code ${name}`, async () => {
		const who = await protectedAccount();
		const pending = await firstStep(who);

		expect(await remove(await account(), '123456'), notEnabled);
		expect(await remove(who, proof(who), `${who.password}x`), badPassword);
		expect(await remove(who, wrongCode(who.secret)), badCode());
		expect(await state(who), stateOf(true, 10));
		expect(await remove(who, proof(who)), { status: 204, text: '' });
		expect(await state(who), stateOf(false, 0));
		expect(await secondStep(pending, who.codes[4], 'recovery_code'), expired);
		expect(await remove(who, proof(who)), notEnabled);
		signedIn(await password(who));
		expect(await logIn(who.email, who.password), {});
		/* And another may be added. */
		const { secret } = expect(await addTotp(who), { status: 201 }).json;

		const { recovery_codes: [code] } =
		    expect(await confirmTotp(who, codeOf(secret)), {}).json;

		expect(await secondStep(pending, code, 'recovery_code'), expired);
	});

test('the input is validated, and no code comes back', async () => {
	const mfa_token = 'x', long = 'x'.repeat(65);
	const verify = (json) => api('POST', '/auth/mfa/verify', { json });
	const coded = (...items) => ({ status: 422,
		json: { ...invalid(...items).json, code: 'invalid' } });
	const { token } = await account();

	for (const method of ['totp', 'recovery_code'])
		expect(await verify({ mfa_token, method, credential: {} }),
		    coded(missing('code', null)));
	expect(await verify({ mfa_token, method: 'passkey', code: '1' }),
	    coded(missing('credential', null)));
	for (const method of ['', 'sms', 'TOTP', null])
		expect(await verify({ mfa_token, method, code: '1' }), { status: 422 });
	expect(await verify({ mfa_token, method: 'totp', code: long }),
	    coded(tooLong('code', 64)));
	for (const [method, path, json] of [['POST', '/auth/mfa/totp', {}],
		['POST', '/auth/mfa/totp/confirm', { code: '' }],
		['POST', '/auth/mfa/recovery-codes', { code: 123456 }],
		['DELETE', '/auth/mfa/totp', { password: SECRET }],
		['DELETE', '/auth/mfa/totp', undefined]])
		expect(await api(method, path, { token, json }), { status: 422 });
});

test('it is for somebody who is signed in', async () => {
	for (const [method, path, json] of [['GET', '/auth/mfa'],
		['POST', '/auth/mfa/totp', { password: SECRET }],
		['POST', '/auth/mfa/totp/confirm', { code: '1' }],
		['POST', '/auth/mfa/recovery-codes', { code: '1' }],
		['DELETE', '/auth/mfa/totp', { password: SECRET, code: '1' }]])
		expect(await api(method, path, { json }), {
			status: 401, headers: notAuthenticated.headers });
});

test('the trail and the log know what was done, and no secret', async () => {
	const who = await protectedAccount();
	const token = await firstStep(who);
	const of = hex(who.user.id);

	expect(await secondStep(token, wrongCode(who.secret)), badCode());
	signedIn(await secondStep(token, codeOf(who.secret)));
	expect(await remove(who, who.codes[0]), { status: 204 });
	const rows = sql('SELECT action, COALESCE(diff, "") FROM audit' +
	    ` WHERE actor_id = ${of} OR object_id = '${who.user.id}' ORDER BY id`);
	const trail = rows.map(([action]) => action).filter((a) => /totp|mfa/.test(a));

	assert.deepEqual(trail, ['auth-create_totp', 'auth-confirm_totp',
		'auth-verify_mfa.refused', 'auth-verify_mfa', 'auth-delete_totp']);
	for (const secret of [who.secret, token, ...who.codes]) {
		assert.ok(!rows.some((row) => row.join().includes(secret)));
		if (stack.log)
			assert.equal(logLines(secret).length, 0);
	}
});
