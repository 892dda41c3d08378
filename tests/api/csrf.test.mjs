/*
 * Requests that another site makes a browser send: refused where they write, by
 * X-CSRF-Token, by Origin and by Sec-Fetch-Site. And the cookies of a site that
 * has TLS.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { cases, forEach, shared } from './cases.mjs';
import { api, detail, expect, notAuthenticated, signUp, target } from './client.mjs';
import { GUARDED } from './operations.mjs';
import {
	anotherSite, authLogin, coded, me, noCsrf, person, refresh, sessionsOf, setCookies, signIn,
	signInBrowser,
} from './signing.mjs';
import { ownStack, setting, stack } from './stack.mjs';
import { codeOf, firstStep, protectedAccount, secondStep } from './totp.mjs';

const EVIL = 'https://evil.example';
const HERE = setting('FRONTEND_HOST');
const cookieOf = ({ jar }) => `atrium_access=${jar.atrium_access}`;

const world = shared(async () => {
	const who = await person();

	return { who, tab: await signInBrowser(who), second: await signInBrowser(who),
		stranger: await signInBrowser(await signUp()) };
});

/* A write with the cookie, with these headers beside it. */
const write = (headers) => (w) => ['PATCH', `/auth/sessions/${w.tab.session.id}`, {
	json: { device_name: 'x' },
	headers: { cookie: cookieOf(w.tab), ...headers(w) } }];
const token = ({ tab }) => ({ 'x-csrf-token': tab.csrf });

cases('X-CSRF-Token', world, [
	['the right one', write(token), {}],
	['missing', write(() => ({})), noCsrf],
	["another session's", write((w) => ({ 'x-csrf-token': w.second.csrf })), noCsrf],
	["another account's", write((w) => ({ 'x-csrf-token': w.stranger.csrf })), noCsrf],
	['empty', write(() => ({ 'x-csrf-token': '' })), noCsrf],
	['half of it', write((w) => ({ 'x-csrf-token': w.tab.csrf.slice(0, -1) })), noCsrf],
	['more than it', write((w) => ({ 'x-csrf-token': `${w.tab.csrf}0` })), noCsrf],
	['twice', write((w) => ({ 'x-csrf-token': w.tab.csrf + w.tab.csrf })), noCsrf],
	['in capitals', write((w) => ({ 'x-csrf-token': w.tab.csrf.toUpperCase() })), noCsrf],
	['very long', write((w) => ({ 'x-csrf-token': w.tab.csrf + '0'.repeat(3000) })), noCsrf],
	['the access token', write((w) => ({ 'x-csrf-token': w.tab.jar.atrium_access })), noCsrf],
	['the id of the session', write((w) => ({ 'x-csrf-token': w.tab.session.id })), noCsrf],
	['in a cookie', write((w) => ({ cookie: `${cookieOf(w.tab)}; x-csrf-token=${w.tab.csrf}` })),
		noCsrf],
]);

/* [Origin, may]: where the page says it is from. */
cases('Origin', world, [
	[HERE, true], [EVIL, false], ['null', false], ['', false], ['*', false],
	[`${HERE}.evil.example`, false], [`${HERE}/`, false], [`${HERE}0`, false],
	['http://127.0.0.1', false], [`http://localhost:${stack.port}`, false],
	[`127.0.0.1:${stack.port}`, false], [`http://127.0.0.1:${Number(stack.port) + 1}`, false],
	[`http://x@127.0.0.1:${stack.port}`, false], [`${EVIL} ${HERE}`, false],
	[`${EVIL}/?${HERE}`, false], [`${EVIL}://127.0.0.1:${stack.port}`, false],
	['x'.repeat(3000), false],
].map(([origin, may]) => [origin.slice(0, 50) || 'empty',
	write((w) => ({ ...token(w), origin })), may ? {} : anotherSite]));

cases('Sec-Fetch-Site', world, [
	['same-origin', true], ['none', true], ['same-site', false], ['cross-site', false],
	['nonsense', false], ['', false], ['Same-Origin', false],
].map(([site, may]) => [site || 'empty',
	write((w) => ({ ...token(w), 'sec-fetch-site': site })), may ? {} : anotherSite]));

cases('Origin goes before Sec-Fetch-Site', world, [
	['a bad one', write((w) => ({ ...token(w), origin: EVIL, 'sec-fetch-site': 'same-origin' })),
		anotherSite],
	['both bad', write((w) => ({ ...token(w), origin: EVIL, 'sec-fetch-site': 'cross-site' })),
		anotherSite],
]);

cases('a page from elsewhere', world, [
	...forEach(['GET', 'HEAD'], (method) => [`may be followed here: ${method}`, (w) =>
		[method, '/users/me', { headers: { cookie: cookieOf(w.tab), origin: EVIL,
			'sec-fetch-site': 'cross-site' } }], {}]),
	['a GET needs no token', (w) =>
		['GET', '/auth/sessions', { headers: { cookie: cookieOf(w.tab) } }], {}],
	['a bearer needs none, wherever it comes from', ({ who }) => ['PATCH', '/users/me',
		{ token: who.token, json: {}, headers: { origin: EVIL } }], {}],
	['a bearer beside the cookie neither', (w) => ['PATCH', '/users/me', { token: w.who.token,
		json: {}, headers: { cookie: cookieOf(w.tab), 'sec-fetch-site': 'cross-site' } }], {}],
]);

/* Group 1 has no codes. */
for (const { method, url, name } of GUARDED.filter((op) => op.method !== 'GET'))
	test(`${name}: a cookie without a token may not`, async () => {
		const { tab } = await world();
		const headers = { cookie: cookieOf(tab) };

		expect(await api(method, url, { headers }),
		    { status: 403, json: detail(noCsrf.json.detail) });
		expect(await api(method, url,
		    { headers: { ...headers, ...token({ tab }), origin: EVIL } }),
		{ status: 403, json: detail(anotherSite.json.detail) });
	});

test('GET /auth/csrf: the token once more, for a session in a cookie', async () => {
	const { who, tab } = await world();

	expect(await api('GET', '/auth/csrf', { headers: { cookie: cookieOf(tab) } }),
	    { json: { csrf_token: tab.csrf }, headers: { 'cache-control': 'no-store' } });
	expect(await api('GET', '/auth/csrf', { token: who.token }), coded(403,
	    'cookie_required', 'Only a session in a cookie needs this'));
	expect(await api('GET', '/auth/csrf'), { status: 401,
		json: { ...notAuthenticated.json, code: 'unauthorized' } });
});

test('a sign-in that another site sends: no cookies of its account here', async () => {
	const who = await signUp();
	const by = (headers, transport = 'cookie') =>
		authLogin(who, { transport }, { headers });

	for (const headers of [{ origin: EVIL }, { origin: 'null' },
		{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
		const r = expect(await by(headers), anotherSite);

		assert.equal(r.headers['set-cookie'], undefined);
	}
	assert.equal(sessionsOf(who), 0);
	for (const headers of [{ origin: HERE }, { 'sec-fetch-site': 'same-origin' }, {}])
		assert.equal(setCookies(expect(await by(headers), {})).length, 3);
	/* Tokens go to whoever can read the reply: no cookie is in play. */
	expect(await by({ origin: EVIL }, 'bearer'), {});
});

test('nor by a second factor', async () => {
	const who = await protectedAccount();
	const step = await firstStep(who, { transport: 'cookie' });
	const verify = (headers) =>
		secondStep(step, codeOf(who.secret), 'totp', { headers });
	const before = sessionsOf(who);

	const r = expect(await verify({ origin: EVIL }), anotherSite);

	assert.equal(r.headers['set-cookie'], undefined);
	assert.equal(sessionsOf(who), before);
	/* What was refused is not used up. */
	assert.equal(setCookies(expect(await verify({ origin: HERE }), {})).length, 3);
});

test('a refresh that another site sends changes nothing', async () => {
	const who = await person();
	const tab = await signInBrowser(who);
	const { atrium_refresh } = tab.jar;

	for (const headers of [{ origin: EVIL }, { 'sec-fetch-site': 'cross-site' },
		{ 'sec-fetch-site': 'same-site' }]) {
		const r = expect(await tab.call('POST', '/auth/refresh', { headers }), anotherSite);

		assert.equal(r.headers['set-cookie'], undefined);
	}
	assert.equal(tab.jar.atrium_refresh, atrium_refresh);
	expect(await tab.call('POST', '/auth/refresh', { headers: { origin: HERE } }), {});
	assert.notEqual(tab.jar.atrium_refresh, atrium_refresh);
	expect(await refresh(who.refresh_token, { headers: { origin: EVIL } }), {});
});

/* --- the site has TLS: what it is reached by here does not matter */

const SITE = 'https://app.example.com';
const own = ownStack({ FRONTEND_HOST: SITE }, ['--workers', '1']);
const more = { on: await target(own.url), stack: own };

after(() => own.stop());

test('with TLS the cookies are of this host alone, and go over TLS alone', async () => {
	const who = await signUp({}, more);
	const tab = await signInBrowser(who, {}, more);

	for (const r of [tab.reply, await tab.call('POST', '/auth/refresh')]) {
		const lines = r.headers['set-cookie'];

		assert.deepEqual(lines.map((line) => line.replace(/=[^;]+/, '=')
		    .replace(/Max-Age=\d+/, 'Max-Age')), [
			'__Host-atrium_access=; Path=/; Max-Age; HttpOnly; SameSite=Lax; Secure',
			'__Host-atrium_refresh=; Path=/; Max-Age; HttpOnly; SameSite=Strict; Secure',
			'__Host-atrium_device=; Path=/; Max-Age; HttpOnly; SameSite=Strict; Secure',
		]);
	}
	expect(await tab.call('GET', '/users/me'), { json: who.user });
	/* Those without the prefix might be from anywhere. */
	const bare = tab.jar['__Host-atrium_access'];

	expect(await api('GET', '/users/me', { ...more,
		headers: { cookie: `atrium_access=${bare}` } }), notAuthenticated);
	const out = expect(await tab.call('POST', '/auth/logout'), { status: 204 });

	assert.deepEqual(out.headers['set-cookie'], [
		'__Host-atrium_access=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
		'__Host-atrium_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure',
	]);
	assert.deepEqual(Object.keys(tab.jar), ['__Host-atrium_device']);
});

test('with TLS a page without it is another site', async () => {
	const who = await signUp({}, more);
	const tab = await signInBrowser(who, {}, more);
	const host = `127.0.0.1:${own.port}`;

	for (const [origin, may] of [[SITE, true], [`https://${host}`, true],
		[`http://${host}`, false], ['http://app.example.com', false],
		[`${SITE}:443`, false], [`${SITE}.evil.example`, false],
		['https://evil.app.example.com', false], ['https://example.com', false]])
		expect(await tab.call('DELETE', '/auth/sessions', { headers: { origin } }),
		    may ? {} : anotherSite);
});

test('with TLS a bearer is as it was', async () => {
	const who = await person({}, more);

	expect(await me(who.token, more), { json: who.user });
	await signIn(who, {}, { ...more, headers: { origin: EVIL } });
	expect(await refresh(who.refresh_token, more), {});
});
