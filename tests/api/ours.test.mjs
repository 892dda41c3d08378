/*
 * What holds for all operations that are ours and not the contract's, as
 * openapi.json lists them: who is let in, and that a refusal says why in a code.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeKey } from './access.mjs';
import { shared } from './cases.mjs';
import {
	API, account, api, badJson, call, expect, hex, invalid, notAuthenticated, signUp,
} from './client.mjs';
import { anotherSite, coded, invalidToken, noCsrf, signInBrowser } from './signing.mjs';
import { sql, stack } from './stack.mjs';

const { paths } = stack.url ?
    await (await fetch(`${stack.url}${API}/openapi.json`)).json() : { paths: {} };
const PREFIX = [`${API}/auth/`, `${API}/admin/`, `${API}/users/me/preferences`,
	`${API}/users/me/export`, `${API}/users/me/overview`, `${API}/kv/`,
	`${API}/products/`];

/* [{name, method, path, url, id, tag, isOpen, takes}] */
const OURS = Object.entries(paths)
    .filter(([path]) => PREFIX.some((prefix) => path.startsWith(prefix)))
    .flatMap(([path, item]) => Object.entries(item).map(([verb, op]) => ({
	    name: `${verb.toUpperCase()} ${path}`, method: verb.toUpperCase(), path,
	    url: path.replace('{name}', 'nobody').replace(/\{\w+\}/g,
	        '01890a5d-ac96-774b-bcce-b302099a8057'),
	    id: op.operationId, tag: op.tags[0],
	    isOpen: op.security.length === 0 ||
		op.security.some((way) => Object.keys(way).length === 0),
	    takes: Boolean(op.requestBody) })));
const GUARDED = OURS.filter((op) => !op.isOpen);

const unauthorized = { ...notAuthenticated,
	json: { ...notAuthenticated.json, code: 'unauthorized' } };
const inactive = coded(403, 'inactive', 'Inactive user');
const notAllowed = coded(403, 'not_allowed', "The user doesn't have enough privileges");

const world = shared(async () => {
	const [user, off, gone] = [await account(), await account(), await account()];

	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(off.user.id)}`);
	sql(`DELETE FROM users WHERE id = ${hex(gone.user.id)}`);
	return { user, off, gone, key: (await makeKey(user)).key,
		tab: await signInBrowser(await signUp()) };
});

test('who is let in without a credential: these, each for its reason', () => {
	assert.deepEqual(OURS.filter((op) => op.isOpen).map((op) => op.id).sort(), [
		'auth-create_login_options', 'auth-end_session_by_link', 'auth-log_in',
		'auth-login_passkey', 'auth-refresh_tokens', 'auth-verify_email', 'auth-verify_mfa',
		'products-read_product', 'products-read_products',
	]);
});

/* [who, token, the answer] */
const CALLERS = [
	['nobody', () => undefined, unauthorized],
	['a bad token', () => 'nonsense', invalidToken],
	['a bad API key', (w) => `${w.key}x`, invalidToken],
	['an account that is gone', (w) => w.gone.token, invalidToken],
	['an inactive account', (w) => w.off.token, inactive],
];

for (const { name, method, url, tag, takes } of GUARDED) {
	test(`${name}: who may not`, async () => {
		const w = await world();

		for (const [who, token, want] of CALLERS) {
			const r = await call(method, url, { token: token(w) });

			assert.equal(r.status, want.status, `${who}: ${r.text}`);
			expect(r, want);
		}
		/* Both slash forms. */
		expect(await call(method, url.endsWith('/') ? url.slice(0, -1) : `${url}/`),
		    unauthorized);
		if (tag !== 'admin' && tag !== 'products')
			return;
		for (const token of [w.user.token, w.key])
			expect(await call(method, url, { token }), notAllowed);
	});

	if (method !== 'GET')
		test(`${name}: not by a cookie alone`, async () => {
			const { tab } = await world();
			const headers = { cookie: `atrium_access=${tab.jar.atrium_access}` };

			expect(await call(method, url, { headers }), noCsrf);
			expect(await call(method, url, { headers: { ...headers,
				'x-csrf-token': tab.csrf, origin: 'https://evil.example' } }), anotherSite);
		});

	if (takes)
		test(`${name}: the body's grammar comes before the caller`, async () => {
			const fault = invalid(badJson(5, 'Expecting value'));

			expect(await call(method, url, { body: '{"a":', type: 'application/json' }),
			    { ...fault, json: { ...fault.json, code: 'invalid' } });
			expect(await call(method, url, { body: 'a=b', type: 'text/plain' }),
			    { status: 415 });
		});
}

test('a path that is none has no code; one that has no such method does', async () => {
	for (const path of ['/auth', '/auth/none', '/admin/none', '/auth/sessions/x/y'])
		expect(await api('GET', path), { status: 404, json: { detail: 'Not Found' } });
	expect(await api('PUT', '/auth/sessions'), { status: 405,
		json: { detail: 'Method Not Allowed', code: 'method' }, headers: { allow: 'GET, HEAD, DELETE, OPTIONS' } });
});
