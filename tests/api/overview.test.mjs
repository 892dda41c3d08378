/*
 * /users/me/overview: what a front end shows first, in one answer.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { admin, giveRoles, makeKey, makeRole, staff } from './access.mjs';
import { account, api, expect, hex, superuser } from './client.mjs';
import { holder } from './passkeys.mjs';
import { person, signInBrowser } from './signing.mjs';
import { sql } from './stack.mjs';
import { skipped, storeStack } from './stores.mjs';
import { protectedAccount } from './totp.mjs';

const overview = ({ token }) => api('GET', '/users/me/overview', { token });
const look = async (who) => expect(await overview(who), {}).json;
const DEFAULTS = { locale: null, theme: 'system', notify_new_login: true };
const NOTHING = { items: 0, sessions: 1, api_keys: 0, passkeys: 0, kv_keys: 0 };

test('overview: of a new account', async () => {
	const who = await account({ full_name: 'Zoë' });
	const r = await overview(who);

	expect(r, { json: { user: who.user, email_verified: false, permissions: [],
		preferences: DEFAULTS, counts: NOTHING, totp: false, recovery_codes_left: 0 } });
	assert.match(r.headers.etag, /^"[\w-]+"$/);
	expect(await api('GET', '/users/me/overview', { token: who.token,
		headers: { 'if-none-match': r.headers.etag } }), { status: 304 });
});

test('overview: what one has, and nobody else', async () => {
	const who = await account(), other = await account();
	const { token } = who;

	for (const title of ['a', 'b', 'c'])
		expect(await api('POST', '/items/', { token, json: { title } }), {});
	expect(await api('POST', '/kv/~/write', { token, json: { data: { a: 1, b: 2 } } }),
	    { status: 201 });
	await makeKey(who);
	expect(await api('PATCH', '/users/me/preferences', { token,
		json: { theme: 'dark', locale: 'ru' } }), {});
	await signInBrowser(who);
	sql('INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (RANDOM_BYTES(16),' +
	    ` ${hex(who.user.id)}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`);
	sql(`UPDATE users SET verified_at = UTC_TIMESTAMP(6) WHERE id = ${hex(who.user.id)}`);
	expect(await overview(who), { json: { user: who.user, email_verified: true,
		permissions: [], preferences: { ...DEFAULTS, theme: 'dark', locale: 'ru' },
		counts: { items: 3, sessions: 2, api_keys: 1, passkeys: 0, kv_keys: 2 },
		totp: false, recovery_codes_left: 0 } });
	assert.deepEqual((await look(other)).counts, NOTHING);
});

test('overview: a change shows at once', async () => {
	const who = await account();
	const { token } = who;
	const { json: { id } } = await api('POST', '/items/', { token, json: { title: 'x' } });
	const { etag } = (await overview(who)).headers;

	expect(await api('DELETE', `/items/${id}`, { token }), {});
	assert.equal((await look(who)).counts.items, 0);
	assert.notEqual((await overview(who)).headers.etag, etag);
});

test('overview: permissions of an administrator, of roles, of an API key', async () => {
	const { permissions: all } = await look(await superuser());
	const { json } = await api('GET', '/admin/permissions', { token: (await admin()).token });
	const some = await staff('products', 'users');
	const more = await makeRole('audit', 'users');

	assert.deepEqual(all, json.data.map(({ name }) => name));
	assert.deepEqual((await look(some)).permissions.sort(), ['products', 'users']);
	await giveRoles(some, some.role, more);
	assert.deepEqual((await look(some)).permissions.sort(), ['audit', 'products', 'users']);
	for (const permissions of [[], ['users']]) {
		const { key } = await makeKey(some, { permissions });

		assert.deepEqual((await look({ token: key })).permissions, permissions);
	}
	await giveRoles(some);
	assert.deepEqual((await look(some)).permissions, []);
	/* Of an administrator too, a key has what it was given. */
	const { key } = await makeKey(await admin(), { permissions: ['kv'] });

	assert.deepEqual((await look({ token: key })).permissions, ['kv']);
});

test('overview: second factors', async () => {
	const safe = await protectedAccount();
	const shown = await look(safe);

	assert.equal(shown.totp, true);
	assert.equal(shown.recovery_codes_left, 10);
	sql(`DELETE FROM recovery_codes WHERE user_id = ${hex(safe.user.id)} LIMIT 3`);
	assert.equal((await look(safe)).recovery_codes_left, 7);
	sql(`UPDATE totp SET confirmed_at = NULL WHERE user_id = ${hex(safe.user.id)}`);
	assert.equal((await look(safe)).totp, false);
	assert.equal((await look(await holder())).counts.passkeys, 1);
});

test('overview: by cookie, and not for nobody', async () => {
	const who = await person();
	const tab = await signInBrowser(who);
	const cookie = Object.entries(tab.jar).map(([k, v]) => `${k}=${v}`).join('; ');
	const r = expect(await api('GET', '/users/me/overview', { headers: { cookie } }), {});

	assert.equal(r.json.user.id, who.user.id);
	expect(await api('GET', '/users/me/overview'), { status: 401,
		headers: { 'www-authenticate': /^Bearer/ } });
	expect(await api('POST', '/users/me/overview'), { status: 405 });
});

test('overview: an API key is not told how its owner signs in', async () => {
	const safe = await protectedAccount();
	const { key } = await makeKey(safe);
	const shown = await look({ token: key });

	assert.deepEqual(shown.counts, { ...NOTHING, sessions: null, api_keys: null,
		passkeys: null });
	assert.deepEqual([shown.totp, shown.recovery_codes_left], [null, null]);
	assert.equal((await look(safe)).counts.api_keys, 1);
});

let store;

after(() => store?.stop());

test('overview: goes without a store that is away', { skip: skipped('redis') }, async () => {
	store = await storeStack('redis', { KV_TIMEOUT_MS: 1000 });
	const { on, stack } = store;
	const { token } = await account({}, { on, stack });
	const ask = async () => expect(await api('GET', '/users/me/overview', { token, on }), {})
	    .json.counts;

	expect(await api('POST', '/kv/~/write', { token, on, json: { data: { a: 1 } } }),
	    { status: 201 });
	assert.deepEqual(await ask(), { ...NOTHING, kv_keys: 1 });
	store.kill();
	assert.deepEqual(await ask(), { ...NOTHING, kv_keys: null });
});
