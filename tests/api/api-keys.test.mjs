/*
 * API keys: what they open, what they never open, and when they end.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	account, api, badCredentials, detail, expect, fault, hex, invalid, missing,
	newEmail, newPassword, superuser, tooLong, tooShort, unique,
} from './client.mjs';
import { cases, shared } from './cases.mjs';
import {
	admin, forbidden, giveRoles, makeKey, plain, refused, staff, trailOf,
} from './access.mjs';
import { eventually, sql, sqlCount } from './stack.mjs';

const KEY = /^atr_[0-9a-f]{8}_[\w-]{43}$/;
const SHOWN = ['id', 'name', 'prefix', 'permissions', 'created_at', 'expires_at',
	'last_used_at'];
const list = async ({ token }) => expect(await api('GET', '/auth/api-keys', { token }), {}).json;
const remove = ({ token }, id) => api('DELETE', `/auth/api-keys/${id}`, { token });
const me = (token) => api('GET', '/users/me', { token });
const ours = (token) => api('GET', '/auth/email', { token });

/* The same as any bad token, on the routes of FastAPI's clients and on ours. */
async function opensNothing(key) {
	const [one, other] = [await ours('no-token'), await ours(key)];

	expect(await me(key), badCredentials);
	refused(other, 401, 'invalid_token');
	assert.equal(other.text, one.text);
	assert.equal(other.headers['www-authenticate'], one.headers['www-authenticate']);
}

test('a key is shown once, and kept as a digest', async () => {
	const who = await account();
	const { key, ...first } = await makeKey(who, { name: 'Ünder 1' });
	const second = await makeKey(who, { expires_at: '2999-01-02T03:04:05+01:00' });

	assert.match(key, KEY);
	assert.deepEqual(Object.keys(first), SHOWN);
	assert.equal(first.name, 'Ünder 1');
	assert.equal(first.prefix, key.slice(0, 12));
	assert.deepEqual(first.permissions, []);
	assert.equal(first.expires_at, null);
	assert.equal(first.last_used_at, null);
	assert.equal(second.expires_at, '2999-01-02T02:04:05Z');
	assert.notEqual(second.key, key);

	const { key: other, ...shown } = second;

	assert.deepEqual(await list(who), { data: [shown, first], count: 2 });
	for (const table of ['api_keys', 'audit', 'tasks'])
		for (const row of sql(`SELECT * FROM ${table}`))
			for (const secret of [key.slice(13), other.slice(13)])
				assert.ok(!row.join(' ').includes(secret), table);
});

test('a key works like its owner', async () => {
	const who = await account();
	const { key: token } = await makeKey(who);

	expect(await me(token), { json: who.user });
	expect(await api('POST', '/login/test-token', { token }), { json: who.user });
	const item = expect(await api('POST', '/items/', { token, json: { title: 'One' } }), {}).json;

	assert.equal(item.owner_id, who.user.id);
	assert.deepEqual(expect(await api('GET', '/items/', { token }), {}).json,
	    { data: [item], count: 1 });
	expect(await api('PUT', `/items/${item.id}`, { token, json: { title: 'Two' } }), {});
	expect(await api('DELETE', `/items/${item.id}`, { token }), {});
	expect(await ours(token), { json: { email: who.email, is_verified: false } });
	expect(await api('GET', `/users/${who.user.id}`, { token }), { json: who.user });
});

test("an administrator's key may what it was given, and no more", async () => {
	const boss = await superuser();
	const { key: none } = await makeKey(boss);
	const { key: users } = await makeKey(boss, { permissions: ['users'] });
	const { key: items } = await makeKey(boss, { permissions: ['items'] });
	const { user, token } = await account();
	const item = expect(await api('POST', '/items/', { token, json: { title: 'x' } }), {}).json;

	forbidden(await api('GET', '/users/', { token: none }));
	forbidden(await api('GET', `/users/${user.id}`, { token: none }));
	expect(await api('GET', '/users/', { token: users }), {});
	expect(await api('GET', `/users/${user.id}`, { token: users }), { json: user });
	forbidden(await api('GET', '/users/', { token: items }));
	for (const key of [none, users]) {
		forbidden(await api('GET', `/items/${item.id}`, { token: key }));
		assert.equal((await api('GET', '/items/', { token: key })).json.count, 0);
	}
	expect(await api('GET', `/items/${item.id}`, { token: items }), { json: item });
	assert.ok((await api('GET', '/items/', { token: items })).json.count >= 1);
	for (const path of ['/admin/roles', '/admin/permissions', `/admin/users/${user.id}/roles`])
		refused(await api('GET', path, { token: users }), 403, 'not_allowed');
});

test('no key makes an administrator or reaches one', async () => {
	const boss = await superuser(), other = await superuser(), { user } = await account();
	const { key: token } = await makeKey(boss, { permissions: ['users', 'admin', 'items'] });
	const roles = (id, ...names) => api('PUT', `/admin/users/${id}/roles`,
	    { token, json: { roles: names } });
	const set = (id, json) => api('PATCH', `/users/${id}`, { token, json });

	forbidden(await set(user.id, { is_superuser: true }));
	forbidden(await api('POST', '/users/', { token,
		json: { email: newEmail(), password: newPassword(), is_superuser: true } }));
	refused(await roles(user.id, 'admin'), 403, 'permission_lacking');
	for (const { id } of [other.user, boss.user]) {
		forbidden(await set(id, { password: newPassword() }));
		forbidden(await set(id, { email: newEmail() }));
		refused(await roles(id), 403, 'not_allowed');
		refused(await roles(id, 'admin'), 403, 'not_allowed');
		refused(await api('DELETE', `/admin/users/${id}/sessions`, { token }), 403,
		    'not_allowed');
	}
	expect(await api('DELETE', `/users/${other.user.id}`, { token }), { status: 403 });
	expect(await me(other.token), { json: other.user });
	expect(await set(user.id, { full_name: 'Known' }), {});
	assert.deepEqual(expect(await roles(user.id), {}).json, { roles: [] });
});

/* [method, path, body]: what only a person may do. */
const PERSONAL = [
	['GET', '/auth/api-keys'],
	['POST', '/auth/api-keys', { name: 'x' }],
	['DELETE', '/auth/api-keys/11111111-2222-4333-8444-555555555555'],
	['GET', '/auth/sessions'],
	['DELETE', '/auth/sessions'],
	['DELETE', '/auth/sessions/11111111-2222-4333-8444-555555555555'],
	['POST', '/auth/logout'],
	['GET', '/auth/csrf'],
	['POST', '/auth/email/verify-request', {}],
	['PATCH', '/users/me', { full_name: 'x' }],
	['DELETE', '/users/me'],
];

for (const [method, path, json] of PERSONAL)
	test(`no key: ${method} ${path}`, async () => {
		const who = await account();
		const { key: token } = await makeKey(who);
		const r = await api(method, path, { token, json });

		if (path.startsWith('/auth/'))
			refused(r, 403, 'session_required');
		else
			forbidden(r);
		expect(await me(who.token), { json: who.user });
	});

test('no key changes the password', async () => {
	const { password, ...who } = await account();
	const { key: token } = await makeKey(who);

	forbidden(await api('PATCH', '/users/me/password', { token,
		json: { current_password: password, new_password: newPassword() } }));
	expect(await me(who.token), { json: who.user });
});

test('what is not quite a key opens nothing', async () => {
	const who = await account();
	const { key, prefix } = await makeKey(who);
	const flip = (c) => c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase();

	expect(await me(key), {});
	for (const text of [key.slice(0, -1), `${key}A`, key.slice(1), prefix, `${prefix}_`,
		'atr_', 'atr', `atr_${'0'.repeat(52)}`, key.replace('atr_', 'ATR_'),
		[...key].map((c, i) => i > 12 ? flip(c) : c).join(''), `${key}%00`,
		`atr_${'x'.repeat(6000)}`])
		await opensNothing(text);
	expect(await me(key), {});
});

test('a key that has expired opens nothing, nor does a deleted one', async () => {
	const who = await account();
	const [one, two, kept] = [await makeKey(who, { expires_at: '2999-01-01T00:00:00Z' }),
		await makeKey(who), await makeKey(who)];

	expect(await me(one.key), {});
	sql('UPDATE api_keys SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND' +
	    ` WHERE id = ${hex(one.id)}`);
	await opensNothing(one.key);
	expect(await me(two.key), {});
	expect(await remove(who, two.id), { status: 204, text: '' });
	await opensNothing(two.key);
	refused(await remove(who, two.id), 404, 'not_found');
	expect(await me(kept.key), {});
});

test("another's key is none of one's own", async () => {
	const [who, other] = [await account(), await superuser()];
	const { id, key } = await makeKey(who);

	refused(await remove(other, id), 404, 'not_found');
	assert.deepEqual(await list(other), { data: [], count: 0 });
	expect(await me(key), {});
});

test('a key goes with its owner, and rests while it is not active', async () => {
	const { token } = await admin();
	const who = await account();
	const { key } = await makeKey(who);
	const set = async (is_active) => expect(await api('PATCH', `/users/${who.user.id}`,
	    { token, json: { is_active } }), {});

	await set(false);
	expect(await me(key), { status: 400, json: detail('Inactive user') });
	refused(await ours(key), 403, 'inactive');
	await set(true);
	expect(await me(key), { json: who.user });
	expect(await api('DELETE', `/users/${who.user.id}`, { token }), {});
	await opensNothing(key);
	assert.equal(sqlCount(`SELECT COUNT(*) FROM api_keys WHERE user_id = ${hex(who.user.id)}`),
	    0);
});

test('what the owner loses, its key loses, and no more than that comes back', async () => {
	const who = await staff('users', 'items');
	const { key } = await makeKey(who, { permissions: ['users'] });
	const { key: plainKey } = await makeKey(who);
	const users = (token) => api('GET', '/users/', { token });

	expect(await users(key), {});
	await giveRoles(who);
	forbidden(await users(key));
	expect(await me(key), {});
	await giveRoles(who, who.role);
	expect(await users(key), {});
	forbidden(await users(plainKey));

	const boss = await superuser();
	const { key: token } = await makeKey(boss, { permissions: ['users'] });

	expect(await users(token), {});
	sql(`UPDATE users SET is_superuser = 0 WHERE id = ${hex(boss.user.id)}`);
	forbidden(await users(token));
});

test('the last use is noted, to the minute', async () => {
	const who = await account();
	const { id, key } = await makeKey(who);
	const last = async () => (await list(who)).data[0].last_used_at;

	assert.equal(await last(), null);
	expect(await me(key), {});
	await eventually('last_used_at', async () => await last() !== null);
	const then = await last();

	assert.ok(Math.abs(Date.parse(then) - Date.now()) < 60000, then);
	expect(await me(key), {});
	expect(await me(key), {});
	assert.equal(await last(), then);
	sql(`UPDATE api_keys SET last_used_at = '2020-01-01' WHERE id = ${hex(id)}`);
	expect(await me(key), {});
	await eventually('last_used_at', async () => Date.parse(await last()) >= Date.parse(then));
});

test('fifty keys, and not one more, however they are asked for', async () => {
	const who = await account();
	const ids = [];

	for (let i = 0; i < 47; i++)
		sql(`INSERT INTO api_keys (id, user_id, name, prefix, digest, permissions, created_at)
		    VALUES (UNHEX(REPLACE(UUID(), '-', '')), ${hex(who.user.id)}, 'k', 'atr_',
		    '${unique()}', '[]', UTC_TIMESTAMP(6))`);
	const replies = await Promise.all(Array.from({ length: 8 }, () =>
		api('POST', '/auth/api-keys', { token: who.token, json: { name: 'k' } })));

	for (const r of replies)
		if (r.status === 201)
			ids.push(r.json.id);
		else
			refused(r, 409, 'too_many_keys');
	assert.equal(ids.length, 3);
	assert.equal((await list(who)).count, 50);
	expect(await remove(who, ids[0]), { status: 204 });
	await makeKey(who);
});

test('the trail tells of keys, without them', async () => {
	const who = await account();
	const { id, key, prefix } = await makeKey(who, { name: 'CI' });

	expect(await remove(who, id), { status: 204 });
	const [made, gone, ...more] = trailOf(id);

	assert.deepEqual(more, []);
	assert.equal(made.action, 'auth-create_api_key');
	assert.equal(made.actor, plain(who.user.id));
	assert.deepEqual(made.diff.name, [null, 'CI']);
	assert.deepEqual(made.diff.prefix, [null, prefix]);
	assert.ok(!JSON.stringify(made.diff).includes(key.slice(13)));
	assert.equal(gone.action, 'auth-delete_api_key');
});

const world = shared(async () => ({ user: await account(), boss: await superuser(),
	staff: await staff('users') }));
const create = (who, json) => (w) => ['POST', '/auth/api-keys', { token: w[who].token, json }];
const future = (input) => invalid(fault('datetime_future', ['body', 'expires_at'],
    'Input should be in the future', input));
const lacking = (name) => ({ status: 403, json: {
	detail: `You do not have the permission ${name} yourself`, code: 'permission_lacking' } });
const coded = (want) => ({ ...want, json: { ...want.json, code: 'invalid' } });

cases('a key of', world, [
	['nothing', create('user', {}), coded(invalid(missing('name', {})))],
	['no name', create('user', { name: '' }), coded(invalid(tooShort('name', 1, '')))],
	['a long name', create('user', { name: 'é'.repeat(81) }),
		coded(invalid(tooLong('name', 80, 'é'.repeat(81))))],
	['the longest name', create('user', { name: 'é'.repeat(80) }), { status: 201 }],
	['no list', create('user', { name: 'x', permissions: 'users' }), { status: 422 }],
	['too many', create('boss', { name: 'x', permissions: Array(51).fill('users') }),
		{ status: 422 }],
	['the past', create('user', { name: 'x', expires_at: '2020-01-01T00:00:00Z' }),
		coded(future('2020-01-01T00:00:00Z'))],
	['the beginning of time', create('user', { name: 'x', expires_at: '1970-01-01T00:00:00Z' }),
		{ status: 422 }],
	['no time', create('user', { name: 'x', expires_at: 'tomorrow' }), { status: 422 }],
	['null for a time', create('user', { name: 'x', expires_at: null }), { status: 201 }],
	['what one lacks', create('user', { name: 'x', permissions: ['users'] }), lacking('users')],
	['what staff lacks', create('staff', { name: 'x', permissions: ['users', 'items'] }),
		lacking('items')],
	['what staff has', create('staff', { name: 'x', permissions: ['users'] }), { status: 201 }],
]);

test('a name that the program does not know is a fault of that item', async () => {
	const { boss } = await world();

	for (const name of ['nope', 'USERS', 'users ', '"; DROP', 'x'.repeat(255)]) {
		const r = await api('POST', '/auth/api-keys', { token: boss.token,
			json: { name: 'x', permissions: ['users', name] } });
		const [item, ...more] = expect(r, { status: 422 }).json.detail;

		assert.deepEqual(more, []);
		assert.deepEqual(item.loc, ['body', 'permissions', 1]);
		assert.equal(item.type, 'enum');
		assert.equal(item.input, name);
		assert.match(item.msg, /^Input should be '\w+'(, '\w+')* or '\w+'$/);
		assert.ok(item.msg.endsWith(item.ctx.expected));
	}
});

test('named twice is given once', async () => {
	const { boss } = await world();
	const { permissions } = await makeKey(boss, { permissions: ['users', 'items', 'users'] });

	assert.deepEqual([...permissions].sort(), ['items', 'users']);
});
