/*
 * Sessions in cookies: which cookies a browser gets, and that no other site can
 * make it use them.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { makeKey } from './access.mjs';
import { cases, forEach, shared } from './cases.mjs';
import {
	api, badCredentials, call, detail, expect, hex, newPassword, notAuthenticated, signUp,
	target,
} from './client.mjs';
import {
	anotherSite, assertEnded, authLogin, badPassword, browser, coded, invalidToken, me, noCsrf,
	person, refresh, refreshExpired, refreshReused, setCookies, signIn, signInBrowser,
} from './signing.mjs';
import { claimsOf, ownStack, setting, sql, stack } from './stack.mjs';

const DAY = 86400;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const EVIL = 'https://evil.example';
const HERE = `http://127.0.0.1:${stack.port}`;
const gone = { status: 204, text: '' };
const nobodyHere = { ...notAuthenticated,
	json: { ...notAuthenticated.json, code: 'unauthorized' } };

const TOKENS = {
	access: ['atrium_access', 900, 'Lax'],
	refresh: ['atrium_refresh', 30 * DAY, 'Strict'],
	device: ['atrium_device', 365 * DAY, 'Strict'],
};

/* The cookies of a reply, whose attributes are exactly these; {name: value}. */
function checkCookies(r, wanted, { prefix = '', more = [] } = {}) {
	const found = setCookies(r);

	assert.deepEqual(found.map(({ name }) => name), wanted.map(([name]) => prefix + name));
	found.forEach(({ attributes }, i) => {
		const [, age, site] = wanted[i];
		const [path, maxAge, ...rest] = attributes;
		const seconds = Number(maxAge.match(/^Max-Age=(\d+)$/)[1]);

		assert.equal(path, 'Path=/');
		assert.ok(seconds <= age && seconds > age - 60, `${maxAge}, not ${age}`);
		assert.deepEqual(rest, ['HttpOnly', `SameSite=${site}`, ...more]);
	});
	return Object.fromEntries(found.map(({ name, value }) => [name, value]));
}

const ended = [['atrium_access', 0, 'Lax'], ['atrium_refresh', 0, 'Strict']];

function checkCleared(r) {
	assert.deepEqual((r.headers['set-cookie'] ?? []).map((line) => line.split('; ')), ended
	    .map(([name, , site]) => [`${name}=`, 'Path=/', 'Max-Age=0', 'HttpOnly',
		    `SameSite=${site}`]));
}

/* No token in the body, whatever it is called there. */
function checkBody(r) {
	assert.deepEqual(Object.keys(r.json),
	    ['token_type', 'expires_in', 'csrf_token', 'session', 'mfa_required']);
	assert.equal(r.json.token_type, 'cookie');
	assert.match(r.json.csrf_token, /^[\w-]{43,}$/);
	for (const { name, value } of setCookies(r))
		if (!name.endsWith('device'))
			assert.ok(!r.text.includes(value), name);
	assert.doesNotMatch(r.text, /eyJ/);
}

test('a sign-in by a browser: three cookies, and no token in the body', async () => {
	const who = await signUp();
	const tab = await signInBrowser(who, { device_name: 'Browser' });
	const values = checkCookies(tab.reply, Object.values(TOKENS));
	const claims = claimsOf(values.atrium_access);

	checkBody(tab.reply);
	assert.equal(tab.reply.headers['cache-control'], 'no-store');
	assert.equal(claims.sub, who.user.id);
	assert.equal(claims.sid, tab.session.id);
	assert.equal(claims.exp - claims.iat, 900);
	assert.match(values.atrium_device, UUID);
	assert.equal(tab.session.device_id, values.atrium_device);
	expect(await tab.call('GET', '/users/me'), { json: who.user });
	assert.equal(expect(await tab.call('GET', '/auth/sessions'), {}).json.data[0].id,
	    tab.session.id);
});

test('a refresh by a browser: the two tokens anew, none in the body', async () => {
	const who = await signUp();
	const tab = await signInBrowser(who);
	const before = { ...tab.jar };
	const r = expect(await tab.call('POST', '/auth/refresh'), {});

	checkCookies(r, Object.values(TOKENS));
	checkBody(r);
	assert.notEqual(tab.jar.atrium_access, before.atrium_access);
	assert.notEqual(tab.jar.atrium_refresh, before.atrium_refresh);
	assert.equal(tab.jar.atrium_device, before.atrium_device);
	assert.equal(r.json.session.id, tab.session.id);
	/* The session is the same, and so is what protects it. */
	assert.equal(r.json.csrf_token, tab.csrf);
	expect(await tab.call('PATCH', '/users/me', { json: { full_name: 'x' } }), {});
	/* A second tab with the older cookies: the same ones again. */
	const late = { cookie: `atrium_refresh=${before.atrium_refresh}` };
	const again = expect(await api('POST', '/auth/refresh', { headers: late }), {});

	assert.equal(setCookies(again)[1].value, tab.jar.atrium_refresh);
});

test('a stolen cookie: the session ends, and the browser is told to forget', async () => {
	const tab = await signInBrowser(await signUp());
	const stolen = { ...tab.jar };

	expect(await tab.call('POST', '/auth/refresh'), {});
	expect(await tab.call('POST', '/auth/refresh'), {});
	const r = await api('POST', '/auth/refresh',
	    { headers: { cookie: `atrium_refresh=${stolen.atrium_refresh}` } });

	expect(r, refreshReused);
	checkCleared(r);
	expect(await tab.call('GET', '/users/me'), badCredentials);
	/* What is good for nothing need not come again. */
	const late = await tab.call('POST', '/auth/refresh');

	expect(late, refreshExpired);
	checkCleared(late);
	expect(await tab.call('GET', '/users/me'), notAuthenticated);
});

test('the device stays the same when somebody signs in again', async () => {
	const who = await signUp();
	const tab = await signInBrowser(who);
	const { atrium_device: device } = tab.jar;

	expect(await tab.call('POST', '/auth/logout'), gone);
	const { email, password } = who;
	const r = expect(await tab.call('POST', '/auth/login',
	    { json: { email, password, transport: 'cookie' } }), {});

	assert.equal(r.json.session.device_id, device);
	assert.equal(tab.jar.atrium_device, device);
	/* What is no device in the cookie is replaced, what is said goes first. */
	for (const [cookie, fields, want] of [
		['atrium_device=nonsense', {}, UUID],
		['atrium_device=', {}, UUID],
		[`atrium_device=${device}`, { device_id: who.user.id }, new RegExp(who.user.id)],
	]) {
		const reply = expect(await authLogin(who, { transport: 'cookie', ...fields },
		    { headers: { cookie } }), {});

		assert.match(reply.json.session.device_id, want);
		assert.equal(setCookies(reply)[2].value, reply.json.session.device_id);
	}
});

for (const [name, end] of [
	['logging out', (tab) => tab.call('POST', '/auth/logout')],
	['ending it by its id', (tab) => tab.call('DELETE', `/auth/sessions/${tab.session.id}`)],
	['ending all', (tab) => tab.call('DELETE', '/auth/sessions?others=false')],
])
	test(`${name} removes the cookies, and the session`, async () => {
		const who = await person();
		const tab = await signInBrowser(who);
		const { atrium_access, atrium_refresh } = tab.jar;
		const r = await end(tab);

		assert.ok(r.status < 300, r.text);
		checkCleared(r);
		assert.deepEqual(Object.keys(tab.jar), ['atrium_device']);
		for (const [path, want] of [['/users/me', badCredentials],
			['/auth/sessions', invalidToken]])
			expect(await api('GET', path,
			    { headers: { cookie: `atrium_access=${atrium_access}` } }), want);
		expect(await api('POST', '/auth/refresh',
		    { headers: { cookie: `atrium_refresh=${atrium_refresh}` } }), refreshExpired);
	});

test('ending others leaves the own cookies alone', async () => {
	const who = await person();
	const tab = await signInBrowser(who);

	expect(await tab.call('DELETE', '/auth/sessions'),
	    { json: { revoked: 1 }, headers: { 'set-cookie': undefined } });
	await assertEnded(who.token);
	expect(await tab.call('GET', '/users/me'), {});
});

test('a sign-in that is refused sets no cookie', async () => {
	const who = await signUp();
	const r = expect(await authLogin({ ...who, password: newPassword() },
	    { transport: 'cookie' }), badPassword);

	assert.equal(r.headers['set-cookie'], undefined);
});

test('tokens stay with their transport', async () => {
	const who = await person();
	const tab = await signInBrowser(who);
	const token = tab.jar.atrium_access;
	const cookie = `atrium_access=${who.token}`;

	expect(await me(token), badCredentials);
	expect(await api('GET', '/auth/sessions', { token }), invalidToken);
	expect(await api('GET', '/users/me', { headers: { cookie } }), badCredentials);
	expect(await api('GET', '/auth/sessions', { headers: { cookie } }), invalidToken);
	/* An API key is no cookie either. */
	const { key } = await makeKey(who);

	expect(await api('GET', '/users/me', { headers: { cookie: `atrium_access=${key}` } }),
	    badCredentials);
});

/* --- which credential decides */

const world = shared(async () => {
	const who = await person();
	const other = await person();

	return { who, other, tab: await signInBrowser(who) };
});
const beside = (headers) => ({ who, other, tab }) => ({
	cookie: `atrium_access=${tab.jar.atrium_access}`,
	authorization: typeof headers === 'function' ? headers({ who, other, tab }) : headers,
});

for (const [name, header, group1, own] of [
	['a good bearer', ({ other }) => `Bearer ${other.token}`, null, null],
	['a bad bearer', 'Bearer nonsense', badCredentials, invalidToken],
	['an empty bearer', 'Bearer ', badCredentials, invalidToken],
	['no token', 'Bearer', badCredentials, invalidToken],
	['another scheme', 'Basic eDp5', notAuthenticated, nobodyHere],
	['an empty header', ' ', null, null],
	['its own token as bearer', ({ tab }) => `Bearer ${tab.jar.atrium_access}`,
		badCredentials, invalidToken],
])
	test(`${name} beside a good cookie decides alone`, async () => {
		const given = await world();
		const headers = beside(header)(given);
		const r = await api('GET', '/users/me', { headers });

		if (group1 !== null) {
			expect(r, group1);
			expect(await api('GET', '/auth/sessions', { headers }), own);
		} else if (name === 'a good bearer') {
			expect(r, { json: given.other.user });
			/* Nor is a CSRF token asked of it. */
			expect(await api('PATCH', '/users/me', { headers, json: {} }), {});
		} else {
			assert.ok([200, 401].includes(r.status), r.text);
		}
	});

cases('several cookies', world, [
	...[
		['others around it', (good) => `a=1; b="2"; ${good}; c=3`, true],
		['no spaces', (good) => `a=1;${good};c=3`, true],
		['empty ones', (good) => `;; ; ${good};;`, true],
		['a name that ends alike', (good) => `x${good}`, false],
		['a name that begins alike', (good) => good.replace('=', '2='), false],
		['the prefix of TLS', (good) => `__Host-${good}`, false],
		['another case', (good) => good.replace('atrium', 'Atrium'), false],
		['the good one first', (good) => `${good}; atrium_access=nonsense`, true],
		['the good one second', (good) => `atrium_access=nonsense; ${good}`, 'bad'],
		['an empty one first', (good) => `atrium_access=; ${good}`, 'bad'],
		['only a name', () => 'atrium_access', false],
		['a name and no value', () => 'atrium_access=', 'bad'],
		['no name', (good) => good.replace('atrium_access', ''), false],
		['quotes', (good) => good.replace('=', '="') + '"', 'bad'],
		['half of it', (good) => good.slice(0, -40), 'bad'],
		['nothing', () => '', false],
	].map(([name, make, good]) => [name, ({ tab }) => ['GET', '/users/me', { headers: {
		cookie: make(`atrium_access=${tab.jar.atrium_access}`) } }],
	good === true ? {} : good ? badCredentials : notAuthenticated]),
]);

test('very long cookies: an answer, whatever it is, and the next one is right', async () => {
	const { tab } = await world();
	const good = `atrium_access=${tab.jar.atrium_access}`;

	for (const [cookie, want] of [
		[`${'a=1; '.repeat(1200)}${good}`, [200]],
		[`x=${'y'.repeat(6000)}; ${good}`, [200]],
		[`atrium_access=${'y'.repeat(7000)}`, [403]],
		['a=1; '.repeat(6000), [400, 401, 431]],
		[`atrium_access=${'y'.repeat(60000)}`, [400, 403, 431]],
		[`${';'.repeat(7000)}${good}`, [200]],
	]) {
		const r = await call('GET', '/api/v1/users/me', { unchecked: true, headers: { cookie } });

		assert.ok(want.includes(r.status), `${r.status}, ${cookie.length} bytes`);
	}
	expect(await tab.call('GET', '/users/me'), {});
});
