/*
 * /auth/mfa/verify: the second step of a sign-in.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { account, api, detail, expect, hex, logIn } from './client.mjs';
import { sql } from './stack.mjs';
import {
	badCode, codeOf, expired, firstStep, forgetStep, freshStep, password,
	protectedAccount, remove, renew, secondStep, sessions, signedIn, state,
	stateOf, wrongCode,
} from './totp.mjs';

test('a sign-in then has two steps', async () => {
	const who = await protectedAccount();
	const before = sessions(who);
	const { json: first } = expect(await password(who), {});

	assert.equal(first.mfa_required, true);
	assert.deepEqual(first.methods, ['totp', 'recovery_code']);
	assert.match(first.mfa_token, /^[\w-]{43}$/);
	for (const name of ['access_token', 'refresh_token', 'csrf_token', 'session'])
		assert.equal(first[name], undefined, name);
	assert.equal(sessions(who), before);
	const reply = signedIn(await secondStep(first.mfa_token, codeOf(who.secret)));

	assert.equal(sessions(who), before + 1);
	expect(await api('GET', '/users/me', { token: reply.access_token }),
	    { json: who.user });
	const { refresh_token } = reply;

	signedIn(await api('POST', '/auth/refresh', { json: { refresh_token } }));
	/* Over: whatever is shown. */
	forgetStep(who.user);
	expect(await secondStep(first.mfa_token, codeOf(who.secret)), expired);
});

test('what the first step said of the device holds for the session', async () => {
	const who = await protectedAccount();
	const device_id = '0194c0de-0000-7000-8000-00000000abcd';
	const device_name = `\u0001"é${'😀'.repeat(77)}`;
	let token = await firstStep(who, { device_id, device_name });
	const bearer = signedIn(await secondStep(token, codeOf(who.secret)));

	assert.equal(bearer.session.device_id, device_id);
	assert.equal(bearer.session.device_name, device_name);
	forgetStep(who.user);
	token = await firstStep(who, { transport: 'cookie' });
	const r = await secondStep(token, codeOf(who.secret));
	const cookie = signedIn(r);

	assert.equal(cookie.access_token, undefined);
	assert.equal(cookie.refresh_token, undefined);
	assert.ok(cookie.csrf_token);
	assert.ok(r.headers['set-cookie'].some((line) => /access=eyJ/.test(line)));
});

test('no code is good twice, and none that is older than the last', async () => {
	const who = await protectedAccount();
	const enter = async (code) => secondStep(await firstStep(who), code);

	await freshStep();
	const [before, now, next] = [-1, 0, 1].map((n) => codeOf(who.secret, n));

	expect(await enter(codeOf(who.secret, -2)), badCode());
	expect(await enter(codeOf(who.secret, 2)), badCode());
	signedIn(await enter(before));
	expect(await enter(before), badCode());
	signedIn(await enter(`${now.slice(0, 3)} ${now.slice(3)}`));
	expect(await enter(now), badCode());
	expect(await enter(before), badCode());
	signedIn(await enter(next));
	expect(await enter(next), badCode());
	expect(await enter(now), badCode());
});

test('a wrong code leaves the token good; five in a row wait', async () => {
	const who = await protectedAccount();
	const token = await firstStep(who);

	for (const code of ['000 000 000', 'x', '１２３４５６', wrongCode(who.secret)])
		expect(await secondStep(token, code), badCode());
	signedIn(await secondStep(token, codeOf(who.secret)));
	forgetStep(who.user);

	/* By account: another token is no new chance, nor another method. */
	for (let i = 0; i < 5; i++)
		expect(await secondStep(await firstStep(who), wrongCode(who.secret),
		    i % 2 ? 'totp' : 'recovery_code'), badCode());
	const last = await firstStep(who);

	expect(await secondStep(last, codeOf(who.secret)), { status: 429 });
	expect(await secondStep(last, who.codes[0], 'recovery_code'), { status: 429 });
	expect(await renew(who, codeOf(who.secret)), { status: 429 });
	expect(await remove(who, codeOf(who.secret)), { status: 429 });
	sql('UPDATE throttle SET blocked_until = NULL');
	signedIn(await secondStep(last, codeOf(who.secret)));
});

test('guesses at the same time are counted one by one', async () => {
	const who = await protectedAccount();
	const token = await firstStep(who), code = wrongCode(who.secret);
	const replies = await Promise.all(Array.from({ length: 40 }, () =>
		secondStep(token, code)));
	const count = (status) => replies.filter((r) => r.status === status).length;

	assert.equal(count(401), 5);
	assert.equal(count(429), 35);
});

test('of two sign-ins with one code at the same time, one succeeds', async () => {
	const who = await protectedAccount();
	const pair = async (tokens, code, method) => {
		const replies = await Promise.all(tokens.map((token) =>
			secondStep(token, code, method)));

		assert.deepEqual(replies.map((r) => r.status).sort(), [200, 401]);
		return replies.find((r) => r.status === 401);
	};

	for (let i = 0; i < 10; i++) {
		const [one, two, three] = [await firstStep(who), await firstStep(who),
			await firstStep(who)];

		forgetStep(who.user);
		expect(await pair([one, two], codeOf(who.secret)), badCode());
		forgetStep(who.user);
		expect(await pair([three, three], codeOf(who.secret)), expired);
		if (i < 5)
			expect(await pair([await firstStep(who), await firstStep(who)],
			    who.codes[i], 'recovery_code'), badCode());
	}
	expect(await state(who), stateOf(true, 5));
});

test('a recovery code is good once, however it is typed', async () => {
	const [who, other] = [await protectedAccount(), await protectedAccount()];
	const enter = async (code) =>
		secondStep(await firstStep(who), code, 'recovery_code');
	const forms = [(t) => t, (t) => t.toUpperCase(), (t) => t.replaceAll('-', ''),
		(t) => t.replaceAll('-', ' '), (t) => t.replaceAll('0', 'O').replaceAll('1', 'l'),
		(t) => t.replaceAll('0', 'o').replaceAll('1', 'I')];

	for (const [i, form] of forms.entries()) {
		signedIn(await enter(form(who.codes[i])));
		expect(await enter(who.codes[i]), badCode());
		expect(await state(who), stateOf(true, 9 - i));
	}
	for (const code of [other.codes[0], codeOf(who.secret)])
		expect(await enter(code), badCode());
	expect(await secondStep(await firstStep(who), who.codes[9]), badCode());
	sql(`DELETE FROM recovery_codes WHERE user_id = ${hex(who.user.id)}`);
	assert.deepEqual((await password(who)).json.methods, ['totp']);
});

test('a token for the second step: unknown, over, of before, all the same', async () => {
	const who = await protectedAccount(), plain = await account();
	const tickets = `tickets WHERE user_id = ${hex(who.user.id)}`;
	const enter = (token) => secondStep(token, who.codes[0], 'recovery_code');

	for (const token of ['', 'x', 'x'.repeat(43), 'x'.repeat(5000), plain.token,
		signedIn(await password(plain)).refresh_token])
		expect(await enter(token), expired);
	let token = await firstStep(who);

	sql(`UPDATE ${tickets.replace(' WHERE', ` SET expires_at = NOW(6) WHERE`)}`);
	expect(await enter(token), expired);
	token = await firstStep(who);
	sql(`UPDATE ${tickets.replace(' WHERE', ` SET purpose = 'recovery' WHERE`)}`);
	expect(await enter(token), expired);
	token = await firstStep(who);
	expect(await api('PATCH', '/users/me/password', { token: who.token, json: {
		current_password: who.password, new_password: `${who.password}y` } }), {});
	expect(await enter(token), expired);
	token = await firstStep({ ...who, password: `${who.password}y` });
	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(who.user.id)}`);
	expect(await enter(token), { status: 403 });
	sql(`UPDATE users SET is_active = 1 WHERE id = ${hex(who.user.id)}`);
	/* What was refused used nothing up. */
	signedIn(await enter(token));
});

test('neither that token nor a code is good for anything else', async () => {
	const who = await protectedAccount();
	const token = await firstStep(who);
	const uses = (value) => [
		['GET', '/users/me', { token: value }],
		['GET', '/auth/mfa', { token: value }],
		['POST', '/auth/refresh', { json: { refresh_token: value } }],
		['POST', '/reset-password/', { json: { token: value, new_password: who.password } }],
		['POST', '/auth/email/verify', { json: { token: value } }],
	];

	for (const value of [token, codeOf(who.secret), who.codes[0]])
		for (const [i, use] of uses(value).entries()) {
			const want = await api(...uses('x'.repeat(value.length))[i]);

			assert.ok(want.status >= 400, want.what);
			expect(await api(...use), { status: want.status, text: want.text });
		}
	expect(await logIn(who.email, who.password), { status: 400, json: detail(
	    'This account has a second factor: sign in by /auth/login') });
	signedIn(await secondStep(token, codeOf(who.secret)));
});

test('a key that cannot be read, or is of somebody else, lets nobody in', async () => {
	const [who, other] = [await protectedAccount(), await protectedAccount()];
	const [[theirs]] = sql(`SELECT secret FROM totp WHERE user_id = ${hex(other.user.id)}`);
	const token = await firstStep(who);

	for (const key of ['', 'x', theirs]) {
		sql(`UPDATE totp SET secret = '${key}' WHERE user_id = ${hex(who.user.id)}`);
		for (const { secret } of [who, other])
			expect(await secondStep(token, codeOf(secret)), { status: 500 });
	}
	/* A recovery code still does, and removes it. */
	signedIn(await secondStep(token, who.codes[0], 'recovery_code'));
	expect(await remove(who, who.codes[1]), { status: 204 });
});

test('what is no assertion is a wrong code', async () => {
	const who = await protectedAccount();
	const mfa_token = await firstStep(who);

	for (const credential of [{}, [], 'x', 1, { id: 'x', rawId: 'x', type: 'public-key',
		response: { clientDataJSON: 'x', authenticatorData: 'x', signature: 'x' } }])
		expect(await api('POST', '/auth/mfa/verify',
		    { json: { mfa_token, method: 'passkey', credential } }), badCode());
	expect(await api('POST', '/auth/mfa/verify',
	    { json: { mfa_token, method: 'passkey', credential: {} } }), { status: 429 });
});
