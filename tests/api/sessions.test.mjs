/*
 * /auth/sessions: where an account is signed in, and the end of that, which
 * holds from the next request on.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { makeKey } from './access.mjs';
import { cases, forEach, shared } from './cases.mjs';
import {
	api, badCredentials, badUuid, expect, hex, logIn, missing, notAuthenticated, notText,
	signUp, target, tooLong, tooShort,
} from './client.mjs';
import {
	assertEnded, coded, invalidToken, me, noSession, ours, person, refresh, refreshExpired,
	signIn, signInBrowser,
} from './signing.mjs';
import { claimsOf, eventually, ownStack, sql, workerPids } from './stack.mjs';

const DEVICE = '01890a5d-ac96-774b-bcce-b302099a8057';
const list = (token, more = {}) => api('GET', '/auth/sessions', { token, ...more });

test('the list: all sessions of the account, those seen last first', async () => {
	const who = await signUp();
	const contract = expect(await logIn(who.email, who.password), {}).json.access_token;
	const one = await signIn(who, { device_name: 'One', device_id: DEVICE });
	const two = await signInBrowser(who, { device_name: 'Two' });

	await person();
	sql('UPDATE sessions SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 30 SECOND' +
	    ` WHERE id = ${hex(two.session.id)}`);
	const r = expect(await list(one.token), { headers: { 'cache-control': 'no-store' } });

	assert.deepEqual(Object.keys(r.json), ['data', 'count']);
	assert.equal(r.json.count, 3);
	assert.deepEqual(r.json.data.map((s) => s.id),
	    [one.session.id, claimsOf(contract).sid, two.session.id]);
	assert.deepEqual(r.json.data.map((s) => s.current), [true, false, false]);
	assert.deepEqual(r.json.data[0], one.session);
	for (const { data } of [expect(await list(contract), {}).json,
		expect(await two.call('GET', '/auth/sessions'), {}).json])
		assert.deepEqual(data.map((s) => s.id), r.json.data.map((s) => s.id));
});

test('what is old is not listed', async () => {
	const who = await person();
	const old = await signIn(who);

	sql('UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND' +
	    ` WHERE id = ${hex(old.session.id)}`);
	const { data } = expect(await list(who.token), {}).json;

	assert.deepEqual(data.map((s) => s.id), [who.session.id]);
	expect(await api('PATCH', `/auth/sessions/${old.session.id}`,
	    { token: who.token, json: { device_name: 'x' } }), noSession);
});

test('when a session was seen is noted, to the minute', async () => {
	const who = await person();
	const seen = () => sql('SELECT last_seen_at FROM sessions' +
	    ` WHERE id = ${hex(who.session.id)}`)[0][0];
	const first = seen();

	expect(await me(who.token), {});
	assert.equal(seen(), first);
	sql('UPDATE sessions SET last_seen_at = last_seen_at - INTERVAL 2 MINUTE' +
	    ` WHERE id = ${hex(who.session.id)}`);
	expect(await me(who.token), {});
	await eventually('it is noted', () => seen() >= first);
});

const rename = (id, token, device_name) =>
	api('PATCH', `/auth/sessions/${id}`, { token, json: { device_name } });

test('a session gets a name', async () => {
	const who = await person();
	const other = await signIn(who);

	for (const [{ session }, current] of [[who, true], [other, false]])
		expect(await rename(session.id, who.token, 'Küche'),
		    { json: { ...session, device_name: 'Küche', current } });
	/* The same again is no failure. */
	expect(await rename(other.session.id, who.token, 'Küche'), {});
	const { data } = expect(await list(who.token), {}).json;

	assert.deepEqual(data.map((s) => s.device_name), ['Küche', 'Küche']);
});

const world = shared(async () => ({ who: await person(), foreign: await person() }));
const named = (json) => ({ who }) => ['PATCH', `/auth/sessions/${who.session.id}`,
	{ token: who.token, json }];

cases('a name', world, [
	['none', named({}), ours(missing('device_name', {}))],
	['null', named({ device_name: null }), ours(notText('device_name'))],
	['empty', named({ device_name: '' }), ours(tooShort('device_name', 1, ''))],
	['a number', named({ device_name: 1 }), ours(notText('device_name', 1))],
	['80', named({ device_name: '😀'.repeat(80) }), {}],
	['81', named({ device_name: '😀'.repeat(81) }),
		ours(tooLong('device_name', 80, '😀'.repeat(81)))],
]);

cases("another's session", world, forEach(['PATCH', 'DELETE'], (method) =>
	[method, ({ who, foreign }) => [method, `/auth/sessions/${foreign.session.id}`,
		{ token: who.token, ...(method === 'PATCH' && { json: { device_name: 'x' } }) }],
	noSession]));
cases('a session that nobody has', world, forEach(['PATCH', 'DELETE'], (method) =>
	[method, ({ who }) => [method, `/auth/sessions/${DEVICE}`,
		{ token: who.token, ...(method === 'PATCH' && { json: { device_name: 'x' } }) }],
	noSession]));
cases('no id of a session', world, forEach(['PATCH', 'DELETE'], (method) =>
	[method, ({ who }) => [method, '/auth/sessions/x',
		{ token: who.token, ...(method === 'PATCH' && { json: { device_name: 'x' } }) }],
	ours(badUuid('id', 'invalid character: found `x` at 1', 'x'))]));

test("others' sessions are as they were", async () => {
	const { foreign } = await world();

	expect(await me(foreign.token), {});
	assert.equal(expect(await list(foreign.token), {}).json.data[0].device_name, null);
});

const remove = (id, token, more = {}) =>
	api('DELETE', `/auth/sessions/${id}`, { token, ...more });
const removeAll = (token, query = '', more = {}) =>
	api('DELETE', `/auth/sessions${query}`, { token, ...more });
const logOut = (token, more = {}) => api('POST', '/auth/logout', { token, ...more });
const gone = { status: 204, text: '' };

test('ending one ends that one', async () => {
	const who = await person();
	const [a, b] = [await signIn(who), await signIn(who)];

	expect(await remove(a.session.id, who.token), gone);
	await assertEnded(a.token);
	expect(await refresh(a.refresh_token), refreshExpired);
	expect(await remove(a.session.id, who.token), noSession);
	for (const { token } of [who, b])
		expect(await me(token), {});
	/* The own one is one as any other. */
	expect(await remove(b.session.id, b.token), gone);
	await assertEnded(b.token);
	expect(await refresh(b.refresh_token), refreshExpired);
});

test('a sign-in of the contract can be ended as well', async () => {
	const who = await person();
	const contract = expect(await logIn(who.email, who.password), {}).json.access_token;

	expect(await remove(claimsOf(contract).sid, who.token), gone);
	await assertEnded(contract);
});

test('logging out ends the own session', async () => {
	const who = await person();
	const other = await signIn(who);

	expect(await logOut(who.token), { ...gone, headers: { 'set-cookie': undefined } });
	await assertEnded(who.token);
	expect(await logOut(who.token), invalidToken);
	expect(await refresh(who.refresh_token), refreshExpired);
	expect(await me(other.token), {});
	const contract = expect(await logIn(who.email, who.password), {}).json.access_token;

	expect(await logOut(contract), gone);
	await assertEnded(contract);
});

for (const query of ['', '?others=true', '?others=1'])
	test(`ending the others: "${query}"`, async () => {
		const who = await person();
		const others = [await signIn(who), await signIn(who)];
		const stranger = await person();

		expect(await removeAll(who.token, query), { json: { revoked: 2 } });
		for (const { token, refresh_token } of others) {
			await assertEnded(token);
			expect(await refresh(refresh_token), refreshExpired);
		}
		for (const { token } of [who, stranger])
			expect(await me(token), {});
		expect(await removeAll(who.token, query), { json: { revoked: 0 } });
		expect(await refresh(who.refresh_token), {});
	});

test('ending all of them', async () => {
	const who = await person();
	const other = await signIn(who);

	expect(await removeAll(who.token, '?others=false'), { json: { revoked: 2 } });
	for (const { token } of [who, other])
		await assertEnded(token);
	expect(await me((await signIn(who)).token), {});
});

cases('ending the others', world, [
	['with a word', ({ who }) => ['DELETE', '/auth/sessions?others=maybe', { token: who.token }],
		{ status: 422 }],
]);

/* Each route with whoever is nobody, or no person. */
const ROUTES = [
	['GET', '/auth/sessions'], ['DELETE', '/auth/sessions'],
	['PATCH', `/auth/sessions/${DEVICE}`, { json: { device_name: 'x' } }],
	['DELETE', `/auth/sessions/${DEVICE}`], ['POST', '/auth/logout'], ['GET', '/auth/csrf'],
];
const personOnly =
    coded(403, 'session_required', 'An API key cannot do this: sign in');

for (const [method, path, options] of ROUTES)
	test(`${method} ${path}: a session is asked for`, async () => {
		const { who } = await world();
		const by = (token) => api(method, path, { ...options, token });
		const { key } = await makeKey(who);

		expect(await by(undefined), { ...notAuthenticated,
			json: { ...notAuthenticated.json, code: 'unauthorized' } });
		for (const token of ['', 'nonsense', `${who.token}x`, who.refresh_token])
			expect(await by(token), invalidToken);
		expect(await by(key), personOnly);
		expect(await by(`${key}x`), invalidToken);
	});

test('an account that is not active: 403, with a code', async () => {
	const who = await person();

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(who.user.id)}`);
	expect(await list(who.token), coded(403, 'inactive', 'Inactive user'));
	sql(`DELETE FROM users WHERE id = ${hex(who.user.id)}`);
	expect(await list(who.token), invalidToken);
});

/*
 * On every worker at once: each has looked at the token before and remembers
 * what it says, and none may act on it any more.
 */
test('the end holds on every worker, from the next request on', async () => {
	const own = ownStack({}, ['--workers', '4']);
	const more = { on: await target(own.url), stack: own };
	/* Which worker wrote which reply. */
	const pids = (replies) => {
		const lines = fs.readFileSync(own.log, 'utf8').split('\n');

		return replies.map((r) => lines.find((line) =>
			line.includes(r.headers['x-request-id']))?.match(/"pid":(\d+)/)?.[1]);
	};

	/* The replies of all workers: each connection may get another one. */
	async function everywhere(token) {
		const workers = new Set(), replies = [];

		while (workers.size < 4) {
			const some = await Promise.all(Array.from({ length: 40 }, (_, i) =>
				i % 2 ? me(token, more) : list(token, more)));

			await eventually('they are logged', () => pids(some).every(Boolean));
			pids(some).forEach((pid) => workers.add(Number(pid)));
			replies.push(...some);
		}
		assert.deepEqual([...workers].sort((a, b) => a - b), workerPids(own.socket));
		return replies;
	}

	try {
		const who = await person({}, more);
		const four = [];

		for (let i = 0; i < 4; i++)
			four.push(await signIn(who, {}, more));
		for (const [end, dead] of [
			[() => remove(four[0].session.id, who.token, more), four[0]],
			[() => logOut(four[1].token, more), four[1]],
			[() => removeAll(who.token, '', more), four[2]],
			[() => removeAll(who.token, '?others=false', more), who],
		]) {
			for (const r of await everywhere(dead.token))
				expect(r, {});
			assert.ok((await end()).status < 300);
			for (const r of await everywhere(dead.token))
				expect(r, r.path.endsWith('/me') ? badCredentials : invalidToken);
		}
	} finally {
		own.stop();
	}
});
