/*
 * POST /auth/refresh: each token is good for one successor, and for half a
 * minute again for the same one; who comes later with it ends the session.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import {
	api, expect, hex, newPassword, superuser, tooLong, notText, target,
} from './client.mjs';
import { mailTo } from './mail.mjs';
import {
	age, assertEnded, authLogin, invalidToken, mailsAsked, me, ours, person, refresh, refreshExpired,
	refreshReused, rotate, signIn, signInBrowser,
} from './signing.mjs';
import {
	claimsOf, eventually, ownStack, setting, sleep, sql, sqlCount,
} from './stack.mjs';

const DAY = 86400;
const DAYS = 30, MOST_DAYS = 365;
const MAIL = 'mail_refresh_reused';
const seconds = (text) => Date.parse(text) / 1000;
const live = ({ id }) =>
	sqlCount(`SELECT COUNT(*) FROM sessions WHERE id = ${hex(id)}`);

/* As if it had begun, or would end, at another time. */
const shift = ({ id }, column, text) => sql(`UPDATE sessions SET ${column} =
    ${column} ${text} WHERE id = ${hex(id)}`);

test('a refresh gives new tokens of the same session', async () => {
	const who = await person();
	const r = expect(await refresh(who.refresh_token), { headers: {
		'cache-control': 'no-store', 'set-cookie': undefined } });

	assert.deepEqual(Object.keys(r.json), ['access_token', 'token_type', 'expires_in',
		'refresh_token', 'session', 'mfa_required']);
	assert.equal(r.json.token_type, 'bearer');
	assert.equal(r.json.expires_in, 900);
	assert.equal(r.json.mfa_required, false);
	assert.notEqual(r.json.access_token, who.token);
	assert.notEqual(r.json.refresh_token, who.refresh_token);
	assert.equal(r.json.session.id, who.session.id);
	assert.equal(r.json.session.current, true);
	const claims = claimsOf(r.json.access_token);

	assert.equal(claims.sid, who.session.id);
	assert.equal(claims.exp - claims.iat, 900);
	/* Both access tokens work: neither was recalled. */
	for (const token of [who.token, r.json.access_token])
		expect(await me(token), { json: who.user });
	expect(await refresh(r.json.refresh_token), {});
});

test('nothing of a refresh token is stored or said by an access token', async () => {
	const who = await person();
	const [row] = sql(`SELECT * FROM sessions WHERE id = ${hex(who.session.id)}`);
	const claims = JSON.stringify(claimsOf(who.token));

	assert.ok(!row.join(' ').includes(who.refresh_token.slice(30)));
	assert.ok(!claims.includes(who.refresh_token.slice(30)));
});

test('the parent again within 30 s gives the same successor', async () => {
	const who = await person();
	const next = await rotate(who.refresh_token);

	assert.equal(await rotate(who.refresh_token), next);
	age(who.session, 20);
	assert.equal(await rotate(who.refresh_token), next);
	/* Which goes on, and its parent is another from then on. */
	const third = await rotate(next);

	assert.notEqual(third, next);
	assert.equal(await rotate(next), third);
});

test('two tabs: 100 pairs at the same time, and none is logged out', async () => {
	const who = await person();
	const tabs = [who, await signIn(who), await signIn(who), await signIn(who)];

	async function rounds({ refresh_token, session }) {
		for (let i = 0; i < 25; i++) {
			const pair = await Promise.all([refresh(refresh_token),
				refresh(refresh_token)]);

			for (const r of pair) {
				expect(r, {});
				assert.equal(r.json.session.id, session.id);
				assert.equal(r.json.refresh_token, pair[0].json.refresh_token);
				expect(await me(r.json.access_token), {});
			}
			refresh_token = pair[0].json.refresh_token;
		}
	}
	await Promise.all(tabs.map(rounds));
	for (const tab of tabs) {
		expect(await me(tab.token), {});
		assert.deepEqual(sql('SELECT generation FROM sessions WHERE id =' +
		    hex(tab.session.id)), [['25']]);
	}
});

test('ten at once are one refresh as well', async () => {
	const who = await person();
	const replies = await Promise.all(Array.from({ length: 10 }, () =>
		refresh(who.refresh_token)));

	for (const r of replies)
		assert.equal(expect(r, {}).json.refresh_token, replies[0].json.refresh_token);
	expect(await refresh(replies[0].json.refresh_token), {});
});

/* What was stolen: a token that has been used, and how it came to be so old. */
for (const [name, make] of [
	['the parent after 30 s', async ({ refresh_token, session }) => {
		await rotate(refresh_token);
		age(session, 31);
		return refresh_token;
	}],
	['a grandparent', async ({ refresh_token }) => {
		await rotate(await rotate(refresh_token));
		return refresh_token;
	}],
	['a token of long ago', async ({ refresh_token }) => {
		let next = refresh_token;

		for (let i = 0; i < 5; i++)
			next = await rotate(next);
		return refresh_token;
	}],
])
	test(`${name} ends the session, and the owner is told`, async () => {
		const who = await person();
		const other = await signIn(who);
		const stolen = await make(who);

		expect(await me(who.token), {});
		assert.equal(await mailsAsked(MAIL, async () => {
			expect(await refresh(stolen), refreshReused);
			await assertEnded(who.token);
			assert.equal(live(who.session), 0);
			expect(await refresh(stolen), refreshExpired);
		}), 1);
		/* The account's other sessions are none of its family. */
		expect(await me(other.token), {});
		expect(await refresh(other.refresh_token), {});
		const mail = await mailTo(who.email);

		assert.match(mail.headers.subject, /A session was ended/);
		assert.match(mail.text, /127\.0\.0\.1/);
		assert.ok(!mail.raw.includes(stolen));
	});

test('the newest token is refused too, once the session has ended', async () => {
	const who = await person();
	const second = await rotate(who.refresh_token);
	const third = await rotate(second);

	expect(await refresh(who.refresh_token), refreshReused);
	for (const token of [second, third])
		expect(await refresh(token), refreshExpired);
	expect(await authLogin(who), {});
});

test('a stolen token and the owner at the same time: one answer ends it', async () => {
	const who = await person();
	const newest = await rotate(await rotate(who.refresh_token));
	let replies;

	assert.equal(await mailsAsked(MAIL, async () => {
		replies = await Promise.all([newest, who.refresh_token, newest,
			who.refresh_token].map((token) => refresh(token)));
	}), 1);

	for (const r of replies.filter((reply) => reply.status !== 200))
		assert.equal(r.status, 401, r.text);
	assert.equal(replies.filter((r) => r.json.code === 'refresh_reused').length, 1);
	await assertEnded(who.token);
	expect(await refresh(newest), refreshExpired);
});

/* A token as the server would make it, of that generation. */
function forge(session, generation, key = setting('SECRET_KEY'), purpose = 'refresh:') {
	const body = Buffer.alloc(24);

	Buffer.from(session.id.replace(/-/g, ''), 'hex').copy(body);
	body.writeBigInt64BE(generation, 16);
	const sum = crypto.createHmac('sha256', key).update(purpose).update(body).digest();

	return Buffer.concat([body, sum]).toString('base64url');
}

/* The token with one bit of its bytes turned. */
function flip(token, bit) {
	const bytes = Buffer.from(token, 'base64url');

	bytes[bit >> 3] ^= 1 << (bit & 7);
	return bytes.toString('base64url');
}

test('what is no token of ours changes nothing', async () => {
	const who = await person();
	const { refresh_token: token, session } = who;
	const bits = Buffer.from(token, 'base64url').length * 8;

	assert.equal(forge(session, 0n), token, 'the forger knows how they are made');
	for (const text of [
		...Array.from({ length: 28 }, (_, i) => flip(token, (i * 17) % bits)),
		...[1, 2, 20, 40, 74].map((n) => token.slice(0, n)),
		token.slice(1), `${token}A`, `${token}=`, ` ${token}`, `${token} `, `${token}${token}`,
		token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
		token.toUpperCase(), token.replace(/.$/, '+'), '', 'x', 'null', '😀', 'x'.repeat(200),
		'A'.repeat(75), who.token.slice(0, 200), session.id,
		forge(session, 0n, 'x'.repeat(64)), forge(session, 0n, setting('SECRET_KEY'), ''),
		/* Generations that never were, signed or not. */
		...[1n, 2n, 1n << 40n, (1n << 63n) - 1n].map((n) => forge(session, n)),
		/* A session that is not there. */
		forge({ id: crypto.randomUUID() }, 0n),
	]) {
		assert.notEqual(text, token);
		expect(await refresh(text), refreshExpired);
	}
	expect(await me(who.token), {});
	expect(await refresh(token), {});
});

test('a generation below zero is no newer one', async () => {
	const who = await person();

	expect(await refresh(forge(who.session, -1n)), { status: 401 });
	expect(await refresh(forge(who.session, -(1n << 63n))), { status: 401 });
});

test('the input', async () => {
	const post = (options) => api('POST', '/auth/refresh', options);

	for (const options of [{}, { json: {} }, { json: { refresh_token: null } },
		{ json: { other: 1 } }])
		expect(await post(options), refreshExpired);
	expect(await post({ json: { refresh_token: 5 } }), ours(notText('refresh_token')));
	expect(await post({ json: { refresh_token: 'x'.repeat(201) } }),
	    ours(tooLong('refresh_token', 200)));
	expect(await post({ body: 'refresh_token=x', type: 'application/x-www-form-urlencoded' }),
	    { status: 415 });
	expect(await post({ body: '{', type: 'application/json' }), { status: 422 });
});

test('no caller is asked for, and a bad one is not looked at', async () => {
	const who = await person();
	const next = expect(await refresh(who.refresh_token, { token: 'nonsense' }), {});

	expect(await refresh(next.json.refresh_token, { token: next.json.access_token }), {});
});

test('a refresh token is no access token, nor the other way round', async () => {
	const who = await person();

	await assertEnded(who.refresh_token);
	expect(await refresh(who.token.slice(0, 200)), refreshExpired);
	expect(await me(who.token), {});
});

test('tokens stay with their transport', async () => {
	const who = await person();
	const tab = await signInBrowser(who);
	const { atrium_refresh: cookie } = tab.jar;

	expect(await refresh(cookie), refreshExpired);
	expect(await api('POST', '/auth/refresh',
	    { headers: { cookie: `atrium_refresh=${who.refresh_token}` } }), refreshExpired);
	/* Neither session noticed. */
	expect(await tab.call('POST', '/auth/refresh'), {});
	expect(await refresh(who.refresh_token), {});
});

test('the body goes before the cookie', async () => {
	const who = await person();
	const tab = await signInBrowser(who);
	const r = expect(await tab.call('POST', '/auth/refresh',
	    { json: { refresh_token: who.refresh_token } }), { headers: {
		'set-cookie': undefined } });

	assert.equal(r.json.session.id, who.session.id);
	expect(await tab.call('POST', '/auth/refresh',
	    { json: { refresh_token: 'nonsense' } }), refreshExpired);
	expect(await tab.call('POST', '/auth/refresh', { json: { refresh_token: null } }), {});
});

test('a session that is not refreshed ends by itself', async () => {
	const who = await person();
	const { created_at, expires_at } = who.session;

	assert.equal(seconds(expires_at) - seconds(created_at), DAYS * DAY);
	shift(who.session, 'expires_at', `- INTERVAL ${DAYS} DAY`);
	expect(await refresh(who.refresh_token), refreshExpired);
	await assertEnded(who.token);
	const list = await api('GET', '/auth/sessions', { token: (await signIn(who)).token });

	assert.equal(expect(list, {}).json.count, 1);
});

test('each refresh puts the end off, but not for ever', async () => {
	const who = await person();

	shift(who.session, 'created_at', `- INTERVAL ${MOST_DAYS - 31} DAY`);
	shift(who.session, 'expires_at', '- INTERVAL 20 DAY');
	let { json } = expect(await refresh(who.refresh_token), {});

	assert.ok(seconds(json.session.expires_at) - seconds(json.session.created_at) <
	    MOST_DAYS * DAY);
	assert.ok(Math.abs(seconds(json.session.expires_at) - DAYS * DAY - Date.now() / 1000) < 60);

	shift(who.session, 'created_at', '- INTERVAL 30 DAY');
	({ json } = expect(await refresh(json.refresh_token), {}));
	assert.equal(json.expires_in, 900);
	assert.equal(seconds(json.session.expires_at) - seconds(json.session.created_at),
	    MOST_DAYS * DAY);
});

test('at its very end an access token ends with the session', async () => {
	const who = await person();

	shift(who.session, 'created_at', `- INTERVAL ${MOST_DAYS * DAY - 300} SECOND`);
	const { json } = expect(await refresh(who.refresh_token), {});
	const { exp, iat } = claimsOf(json.access_token);

	assert.ok(json.expires_in <= 300 && json.expires_in > 200, `${json.expires_in} s`);
	assert.equal(exp - iat, json.expires_in);
	assert.ok(exp <= Math.ceil(seconds(json.session.expires_at)));
});

test('a session older than the settings allow is over', async () => {
	const who = await person();

	shift(who.session, 'created_at', `- INTERVAL ${MOST_DAYS + 1} DAY`);
	expect(await refresh(who.refresh_token), refreshExpired);
});

/* What is done to the account, and whether the session outlives it. */
for (const [name, change, lives] of [
	['made inactive behind our back', ({ user }) =>
		sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(user.id)}`), false],
	['made inactive by an administrator', async ({ user }) =>
		expect(await api('PATCH', `/users/${user.id}`, { token: (await superuser()).token,
			json: { is_active: false } }), {}), false],
	['given a password by an administrator', async ({ user }) =>
		expect(await api('PATCH', `/users/${user.id}`, { token: (await superuser()).token,
			json: { password: newPassword() } }), {}), false],
	['given a name by an administrator', async ({ user }) =>
		expect(await api('PATCH', `/users/${user.id}`, { token: (await superuser()).token,
			json: { full_name: 'Other' } }), {}), true],
	['removed', async ({ user }) =>
		expect(await api('DELETE', `/users/${user.id}`,
		    { token: (await superuser()).token }), {}), false],
])
	test(`of an account that was ${name}`, async () => {
		const who = await person();

		await change(who);
		expect(await refresh(who.refresh_token), lives ? {} : refreshExpired);
	});

test('a new password spares the session that set it, and no other', async () => {
	const who = await person();
	const other = await signIn(who);

	expect(await api('PATCH', '/users/me/password', { token: who.token, json: {
		current_password: who.password, new_password: newPassword() } }), {});
	expect(await me(who.token), {});
	expect(await refresh(who.refresh_token), {});
	await assertEnded(other.token);
	expect(await refresh(other.refresh_token), refreshExpired);
});

test('an access token really expires, and the refresh token does not', async () => {
	const own = ownStack({ ACCESS_TOKEN_SECONDS: 5 }, ['--workers', '1']);
	const more = { on: await target(own.url), stack: own };

	try {
		const who = await person({}, more);
		const { exp, iat } = claimsOf(who.token);
		const mine = (token) => api('GET', '/auth/sessions', { token, ...more });

		assert.equal(exp - iat, 5);
		expect(await me(who.token, more), { json: who.user });
		await sleep(exp * 1000 - Date.now());
		await eventually('the token expires', async () =>
			(await me(who.token, more)).status === 403);
		expect(await mine(who.token), invalidToken);
		const { json } = expect(await refresh(who.refresh_token, more), {});

		assert.equal(json.expires_in, 5);
		expect(await me(json.access_token, more), { json: who.user });
	} finally {
		own.stop();
	}
});
