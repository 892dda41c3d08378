/*
 * Staff: what somebody with a role may do about others, and never about
 * administrators or itself.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import {
	SECRET, account, api, badCredentials, expect, hex, logIn, newEmail, newPassword,
	notAuthenticated, superuser,
} from './client.mjs';
import { cases, shared } from './cases.mjs';
import { admin, forbidden, makeRole, plain, refused, staff, trailOf } from './access.mjs';
import { setting, sql, sqlCount } from './stack.mjs';

const NOBODY = crypto.randomUUID();
const me = (token) => api('GET', '/users/me', { token });
const sessions = ({ token }, id) => api('GET', `/admin/users/${id}/sessions`, { token });
const end = ({ token }, id) => api('DELETE', `/admin/users/${id}/sessions`, { token });
const unlock = ({ token }, id) => api('POST', `/admin/users/${id}/unlock`, { token });
const world = shared(async () => ({ boss: await admin(), staff: await staff('users'),
	keeper: await staff('admin'), user: await account(), nobody: {} }));

/* [method, path, what is needed] */
const ROUTES = [
	['GET', '/admin/permissions', 'admin'],
	['GET', '/admin/roles', 'admin'],
	['PUT', '/admin/roles/none', 'admin', { permissions: [] }],
	['DELETE', '/admin/roles/none', 'admin'],
	['GET', `/admin/users/${NOBODY}/roles`, 'admin'],
	['PUT', `/admin/users/${NOBODY}/roles`, 'admin', { roles: [] }],
	['GET', `/admin/users/${NOBODY}/sessions`, 'users'],
	['DELETE', `/admin/users/${NOBODY}/sessions`, 'users'],
	['POST', `/admin/users/${NOBODY}/unlock`, 'users'],
];
const notAllowed = { status: 403, json: {
	detail: "The user doesn't have enough privileges", code: 'not_allowed' } };
const nobody = { ...notAuthenticated,
	json: { detail: 'Not authenticated', code: 'unauthorized' } };

for (const [method, path, needs, json] of ROUTES)
	cases(`${method} ${path.replace(NOBODY, '{id}')}`, world, [
		['as nobody', [method, path, { json }], nobody],
		['as a user', (w) => [method, path, { json, token: w.user.token }], notAllowed],
		['with another permission', (w) => [method, path, { json,
			token: w[needs === 'admin' ? 'staff' : 'keeper'].token }], notAllowed],
	]);

test('the sessions of somebody', async () => {
	const { staff: who, user } = await world();
	const other = await account();
	const again = expect(await logIn(other.email, other.password), {}).json.access_token;
	const { data, count } = expect(await sessions(who, other.user.id), {}).json;
	const own = expect(await api('GET', '/auth/sessions', { token: again }), {}).json;
	const strip = (rows) => rows.map(({ current, last_seen_at, ...row }) => row);

	assert.equal(count, 2);
	assert.deepEqual(strip(data), strip(own.data));
	assert.ok(data.every((s) => s.current === false));
	assert.ok(expect(await sessions(who, who.user.id), {}).json.data
	    .some((s) => s.current === true));
	expect(await sessions(who, (await admin()).user.id), {});
	refused(await sessions(who, NOBODY), 404, 'not_found');
	assert.equal(expect(await sessions(who, user.user.id), {}).json.count, 1);
});

test('an end to the sessions of somebody', async () => {
	const { staff: who } = await world();
	const other = await account();
	const again = expect(await logIn(other.email, other.password), {}).json.access_token;

	expect(await end(who, other.user.id), { json: { revoked: 2 } });
	expect(await end(who, other.user.id), { json: { revoked: 0 } });
	for (const token of [other.token, again])
		expect(await me(token), badCredentials);
	expect(await logIn(other.email, other.password), {});
	refused(await end(who, NOBODY), 404, 'not_found');
	const { action, actor } = trailOf(other.user.id)
	    .find((row) => row.action.startsWith('admin-'));

	assert.equal(action, 'admin-end_user_sessions');
	assert.equal(actor, plain(who.user.id));
});

test('somebody who is locked out is let in', async () => {
	const { staff: who } = await world();
	const { email, password, user, token } = await account();
	const failures = Number(setting('LOGIN_ACCOUNT_FAILURES') ?? 10);
	const change = (current_password) => api('PATCH', '/users/me/password', { token,
		json: { current_password, new_password: newPassword() } });

	for (let i = 0; i < failures; i++) {
		expect(await logIn(email, `${SECRET}-not`), { status: 400 });
		expect(await change(`${SECRET}-not`), { status: 400 });
	}
	expect(await logIn(email, password), { status: 429 });
	expect(await change(password), { status: 429 });
	sql('UPDATE throttle SET blocked_until = blocked_until + INTERVAL 1 HOUR,' +
	    ' expires_at = expires_at + INTERVAL 1 HOUR WHERE blocked_until IS NOT NULL');
	expect(await logIn(email, password), { status: 429 });
	expect(await unlock(who, user.id), { status: 204, text: '' });
	expect(await logIn(email, password), {});
	expect(await change(password), {});
	expect(await unlock(who, user.id), { status: 204 });
	refused(await unlock(who, NOBODY), 404, 'not_found');
});

/* Whom staff for accounts must not touch: [name, make]. */
const ABOVE = [
	['an administrator', () => superuser()],
	['an administrator who is not active', async () => {
		const who = await superuser();

		sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(who.user.id)}`);
		return who;
	}],
	['somebody with another permission', () => staff('items')],
	['somebody with one more', () => staff('users', 'items')],
	['a keeper of roles', () => staff('admin')],
];

for (const [name, make] of ABOVE)
	test(`staff does not touch ${name}`, async () => {
		const { staff: { token }, staff: who } = await world();
		const { email, password, user } = await make();
		const before = sql(`SELECT * FROM users WHERE id = ${hex(user.id)}`);
		const set = (json) => api('PATCH', `/users/${user.id}`, { token, json });

		for (const json of [{ password: newPassword() }, { email: newEmail() },
			{ is_active: false }, { is_active: true }, { is_superuser: false },
			{ full_name: 'Mine' }, {}])
			forbidden(await set(json));
		forbidden(await api('DELETE', `/users/${user.id}`, { token }));
		refused(await end(who, user.id), 403, 'not_allowed');
		refused(await unlock(who, user.id), 403, 'not_allowed');
		assert.deepEqual(sql(`SELECT * FROM users WHERE id = ${hex(user.id)}`), before);
		assert.ok((await logIn(email, password)).status !== 500);
	});

/* What staff sends to become more: [method, path, body], w is of world(). */
const RISES = [
	['a superuser of itself', 'PATCH', (w) => `/users/${w.who.user.id}`,
		() => ({ is_superuser: true })],
	['a superuser of itself, by its own page', 'PATCH', () => '/users/me',
		() => ({ is_superuser: true })],
	['a superuser of another', 'PATCH', (w) => `/users/${w.other.user.id}`,
		() => ({ is_superuser: true })],
	['a new superuser', 'POST', () => '/users/',
		() => ({ email: newEmail(), password: newPassword(), is_superuser: true })],
	['a superuser who signs up', 'POST', () => '/users/signup',
		() => ({ email: newEmail(), password: newPassword(), is_superuser: true })],
	['the built-in role', 'PUT', (w) => `/admin/users/${w.who.user.id}/roles`,
		() => ({ roles: ['admin'] })],
	['another role', 'PUT', (w) => `/admin/users/${w.who.user.id}/roles`,
		(w) => ({ roles: [w.who.role, w.items] })],
	["more in its own role", 'PUT', (w) => `/admin/roles/${w.who.role}`,
		() => ({ permissions: ['users', 'items', 'admin'] })],
	['a key with more', 'POST', () => '/auth/api-keys',
		() => ({ name: 'x', permissions: ['users', 'items'] })],
	['a key with the roles', 'POST', () => '/auth/api-keys',
		() => ({ name: 'x', permissions: ['admin'] })],
];

for (const [name, method, path, body] of RISES)
	test(`staff does not get ${name}`, async () => {
		const w = { who: await staff('users'), other: await account(),
			items: await makeRole('items') };
		const supers = () => sqlCount('SELECT COUNT(*) FROM users WHERE is_superuser');
		const before = supers();
		const r = await api(method, path(w), { token: w.who.token, json: body(w) });

		assert.ok(r.status === 403 || r.json.is_superuser === false,
		    `${r.status} ${r.text}`);
		assert.equal(supers(), before);
		const { token } = w.who;

		expect(await api('GET', '/users/?limit=1', { token }), {});
		expect(await api('GET', '/admin/roles', { token }), { status: 403 });
		assert.deepEqual(sql('SELECT role FROM user_roles WHERE user_id =' +
		    ` ${hex(w.who.user.id)}`), [[w.who.role]]);
		assert.deepEqual(sql(`SELECT permissions FROM roles WHERE name = '${w.who.role}'`),
		    [['["users"]']]);
	});

test('staff does what it is there for', async () => {
	const { staff: { token }, staff: who } = await world();
	const other = await account(), peer = await staff('users');
	const password = newPassword();
	const set = (id, json) => api('PATCH', `/users/${id}`, { token, json });

	expect(await set(other.user.id, { full_name: 'Seen', password }), {});
	expect(await logIn(other.email, password), {});
	expect(await set(peer.user.id, { full_name: 'Peer' }), {});
	expect(await set(who.user.id, { full_name: 'Self' }), {});
	expect(await end(who, peer.user.id), { json: { revoked: 1 } });
	const made = expect(await api('POST', '/users/', { token,
		json: { email: newEmail(), password: newPassword() } }), {}).json;

	expect(await api('DELETE', `/users/${made.id}`, { token }), {});
	expect(await api('DELETE', `/users/${other.user.id}`, { token }), {});
});
