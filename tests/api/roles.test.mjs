/*
 * Roles: sets of permissions, who has them, and who may give them.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { account, api, expect, superuser, unique } from './client.mjs';
import {
	admin, alone, forbidden, giveRoles, makeRole, plain, refused, staff, trailOf,
} from './access.mjs';
import { eventually, sql } from './stack.mjs';

const NOBODY = crypto.randomUUID();
const ALL = async () => {
	const { token } = await admin();

	return expect(await api('GET', '/admin/permissions', { token }), {}).json.data
	    .map(({ name }) => name);
};
const roles = async ({ token }) => expect(await api('GET', '/admin/roles', { token }), {}).json;
const put = ({ token }, name, permissions) =>
	api('PUT', `/admin/roles/${name}`, { token, json: { permissions } });
const remove = ({ token }, name) => api('DELETE', `/admin/roles/${name}`, { token });
const rolesOf = ({ token }, id) => api('GET', `/admin/users/${id}/roles`, { token });
const give = ({ token }, id, ...names) =>
	api('PUT', `/admin/users/${id}/roles`, { token, json: { roles: names } });
const fresh = () => `r-${unique()}`;
const users = ({ token }) => api('GET', '/users/', { token });

test('the permissions, with a sentence each', async () => {
	const { token } = await admin();
	const { data, count } = expect(await api('GET', '/admin/permissions', { token }), {}).json;
	const names = data.map(({ name }) => name);

	assert.equal(count, data.length);
	assert.equal(new Set(names).size, names.length);
	for (const name of ['users', 'items', 'admin'])
		assert.ok(names.includes(name), name);
	for (const { name, doc, ...more } of data) {
		assert.match(name, /^[a-z]+$/);
		assert.ok(doc.length > 10, name);
		assert.deepEqual(more, {});
	}
});

test('the built-in role stands first, has everything and stays as it is', async () => {
	const boss = await admin();
	const [first] = (await roles(boss)).data;

	assert.deepEqual(first, { name: 'admin', permissions: await ALL(),
		created_at: null, updated_at: null });
	refused(await put(boss, 'admin', []), 409, 'built_in');
	refused(await remove(boss, 'admin'), 409, 'built_in');
});

test('a role is made, changed and deleted', async () => {
	const boss = await admin(), name = fresh();
	const made = expect(await put(boss, name, ['items', 'users', 'items']), { status: 201 }).json;
	const order = (await ALL()).filter((p) => ['users', 'items'].includes(p));

	assert.deepEqual(Object.keys(made), ['name', 'permissions', 'created_at', 'updated_at']);
	assert.deepEqual(made.permissions, order);
	assert.equal(made.created_at, made.updated_at);
	assert.deepEqual((await roles(boss)).data.find((r) => r.name === name), made);
	refused(await remove(boss, `${name}%20`), 404, 'not_found');
	const next = expect(await put(boss, name, []), { status: 200 }).json;

	assert.deepEqual(next.permissions, []);
	assert.equal(next.created_at, made.created_at);
	assert.ok(next.updated_at > made.updated_at);
	const { data, count } = await roles(boss);
	const names = data.map((r) => r.name).slice(1);

	assert.equal(count, data.length);
	assert.deepEqual(names, [...names].sort());
	expect(await remove(boss, name), { status: 204, text: '' });
	refused(await remove(boss, name), 404, 'not_found');
	refused(await remove(boss, 'x'.repeat(300)), 404, 'not_found');
	assert.ok(!(await roles(boss)).data.some((r) => r.name === name));
	assert.deepEqual(trailOf(name).map(({ action, actor, diff }) => [action, actor, diff]), [
		['admin-put_role', plain(boss.user.id), { permissions: [null, order] }],
		['admin-put_role', plain(boss.user.id), { permissions: [order, []] }],
		['admin-delete_role', plain(boss.user.id), { permissions: [[], null] }],
	]);
});

test('names of roles', async () => {
	const boss = await admin();
	const long = `l${unique().padEnd(62, 'x')}`;

	for (const name of [long, `a_${unique()}-`]) {
		expect(await put(boss, name, []), { status: 201 });
		expect(await remove(boss, name), { status: 204 });
	}
	for (const name of ['Admin', `${long}x`, '1a', '-a', '_a', 'a%20b', 'a.b', '%C3%A9', 'a%00'])
		assert.ok([400, 404, 422].includes((await put(boss, name, [])).status), name);
	for (const json of [undefined, {}, { permissions: null }, { permissions: 'users' },
		{ permissions: ['nope'] }, { permissions: ['users', 'Users'] },
		{ permissions: [1] }, { permissions: [''] }])
		expect(await api('PUT', `/admin/roles/${fresh()}`, { token: boss.token, json }),
		    { status: 422 });
});

test('a role that somebody has stays', async () => {
	const boss = await admin(), who = await staff('users');

	refused(await remove(boss, who.role), 409, 'in_use');
	expect(await users(who), {});
	await giveRoles(who);
	expect(await remove(boss, who.role), { status: 204 });
});

test('roles work from the next request on, and so does their loss', async () => {
	const boss = await admin(), who = await account();
	const [one, two] = [await makeRole('users'), await makeRole('items')];

	forbidden(await users(who));
	assert.deepEqual(await giveRoles(who, one, two), [one, two].sort());
	expect(await users(who), {});
	expect(await put(boss, one, []), {});
	forbidden(await users(who));
	expect(await put(boss, two, ['users']), {});
	expect(await users(who), {});
	assert.deepEqual(await giveRoles(who, one), [one]);
	forbidden(await users(who));
	assert.deepEqual(await giveRoles(who), []);
	assert.deepEqual(expect(await rolesOf(boss, who.user.id), {}).json, { roles: [] });
});

test('roles are given as a whole, or not at all', async () => {
	const boss = await admin(), who = await account(), role = await makeRole('users');

	refused(await give(boss, who.user.id, role, fresh()), 409, 'unknown_role');
	refused(await give(boss, who.user.id, 'admin', fresh()), 409, 'unknown_role');
	for (const name of ['Admin', ' ', "' OR 1=1", 'é', 'x'.repeat(255), `${role} `,
		role.toUpperCase()])
		refused(await give(boss, who.user.id, name), 409, 'unknown_role');
	assert.deepEqual(expect(await rolesOf(boss, who.user.id), {}).json, { roles: [] });
	expect(await give(boss, who.user.id, role, role, role), { json: { roles: [role] } });
	refused(await give(boss, NOBODY, role), 404, 'not_found');
	refused(await give(boss, NOBODY), 404, 'not_found');
	refused(await rolesOf(boss, NOBODY), 404, 'not_found');
	for (const json of [undefined, {}, { roles: null }, { roles: 'admin' }, { roles: [''] },
		{ roles: Array(51).fill(role) }])
		expect(await api('PUT', `/admin/users/${who.user.id}/roles`,
		    { token: boss.token, json }), { status: 422 });
});

test('the built-in role is what the contract calls is_superuser', async () => {
	const boss = await admin(), who = await account(), role = await makeRole('items');
	const seen = async () => expect(await api('GET', `/users/${who.user.id}`,
	    { token: boss.token }), {}).json.is_superuser;

	expect(await give(boss, who.user.id, role, 'admin'), { json: { roles: ['admin', role] } });
	assert.equal(await seen(), true);
	expect(await users(who), {});
	expect(await api('PATCH', `/users/${who.user.id}`, { token: boss.token,
		json: { is_superuser: false } }), {});
	expect(await rolesOf(boss, who.user.id), { json: { roles: [role] } });
	expect(await api('PATCH', `/users/${who.user.id}`, { token: boss.token,
		json: { is_superuser: true } }), {});
	expect(await rolesOf(boss, who.user.id), { json: { roles: ['admin', role] } });
	assert.deepEqual(await giveRoles(who), []);
	assert.equal(await seen(), false);
	const made = trailOf(who.user.id).filter(({ action }) => action === 'admin-put_user_roles');

	assert.deepEqual(made.map(({ diff }) => diff.roles),
	    [[[], ['admin', role]], [['admin', role], []]]);
});

test('the last active administrator keeps the role', async () => {
	const last = await superuser(), other = await superuser(), role = await makeRole();

	await alone(last, async () => {
		const off = await superuser();

		sql(`UPDATE users SET is_active = 0 WHERE id = X'${plain(off.user.id)}'`);
		refused(await give(last, last.user.id), 409, 'last_admin');
		refused(await give(last, last.user.id, role), 409, 'last_admin');
		expect(await give(last, last.user.id, role, 'admin'), {});
		/* One who is not active is not the last. */
		expect(await give(last, off.user.id), { json: { roles: [] } });
		assert.deepEqual(expect(await rolesOf(last, last.user.id), {}).json,
		    { roles: ['admin', role] });
	});
	expect(await give(other, last.user.id), { json: { roles: [] } });
});

/* Of two administrators, when there are no others, after those requests. */
async function leftOf(requests) {
	const [one, two] = [await superuser(), await superuser()];
	const others = sql('SELECT HEX(id) FROM users WHERE is_superuser AND is_active AND' +
	    ` id NOT IN (X'${plain(one.user.id)}', X'${plain(two.user.id)}')`)
	    .map(([id]) => `X'${id}'`).join();

	sql(`UPDATE users SET is_active = 0 WHERE id IN (${others})`);
	try {
		const replies = await Promise.all(requests(one, two));

		assert.ok(replies.every((r) => [200, 403, 404, 409].includes(r.status)),
		    replies.map((r) => r.status).join());
		return Number(sql('SELECT COUNT(*) FROM users WHERE is_superuser' +
		    ' AND is_active')[0][0]);
	} finally {
		sql(`UPDATE users SET is_active = 1 WHERE id IN (${others})`);
	}
}

test('of two who take the role from each other at once, one keeps it', async () => {
	for (let i = 0; i < 5; i++)
		assert.equal(await leftOf((one, two) => [give(one, two.user.id),
			give(two, one.user.id), give(one, one.user.id), give(two, two.user.id)]), 1);
});

test('of two who delete each other at once, one stays', async () => {
	const erase = ({ token }, { user }) => api('DELETE', `/users/${user.id}`, { token });

	for (let i = 0; i < 10; i++)
		assert.equal(await leftOf((one, two) => [erase(one, two), erase(two, one)]), 1);
});

test('one role made by many at once is made once', async () => {
	const boss = await admin(), name = fresh();
	const replies = await Promise.all(Array.from({ length: 12 }, (_, i) =>
		put(boss, name, i % 2 ? ['users'] : ['items'])));

	assert.deepEqual(replies.map((r) => r.status).sort(), [...Array(11).fill(200), 201]);
	await eventually('one role', async () =>
		(await roles(boss)).data.filter((r) => r.name === name).length === 1);
});

test('given and deleted at once: either it is given, or it is gone', async () => {
	const boss = await admin();

	for (let i = 0; i < 10; i++) {
		const who = await account(), role = await makeRole('users');
		const [given, gone] = await Promise.all([give(boss, who.user.id, role),
			remove(boss, role)]);

		if (given.status === 200)
			refused(gone, 409, 'in_use');
		else {
			refused(given, 409, 'unknown_role');
			expect(gone, { status: 204 });
		}
	}
});

test('who administers roles gives and changes only what it has itself', async () => {
	const boss = await admin(), who = await staff('admin', 'users'), other = await account();
	const [users, items, mixed] = [await makeRole('users'), await makeRole('items'),
		await makeRole('users', 'items')];
	const rich = await staff('items');

	assert.ok((await roles(who)).count > 1);
	expect(await put(who, fresh(), ['users']), { status: 201 });
	refused(await put(who, fresh(), ['users', 'items']), 403, 'permission_lacking');
	for (const role of [items, mixed, rich.role]) {
		refused(await put(who, role, []), 403, 'permission_lacking');
		refused(await remove(who, role), 403, 'permission_lacking');
		refused(await give(who, other.user.id, role), 403, 'permission_lacking');
		refused(await give(who, who.user.id, who.role, role), 403, 'permission_lacking');
	}
	expect(await give(who, other.user.id, users), { json: { roles: [users] } });
	expect(await give(who, other.user.id), { json: { roles: [] } });
	refused(await give(who, rich.user.id, users), 403, 'not_allowed');
	refused(await give(who, rich.user.id), 403, 'not_allowed');
	refused(await give(who, boss.user.id), 403, 'not_allowed');
	refused(await give(who, boss.user.id, 'admin'), 403, 'not_allowed');
	refused(await give(who, other.user.id, 'admin'), 403, 'permission_lacking');
	refused(await give(who, who.user.id, 'admin', who.role), 403, 'permission_lacking');
	expect(await rolesOf(boss, rich.user.id), { json: { roles: [rich.role] } });
	expect(await rolesOf(boss, who.user.id), { json: { roles: [who.role] } });
	/* It may step back by itself, and is nothing then. */
	expect(await give(who, who.user.id), { json: { roles: [] } });
	refused(await rolesOf(who, who.user.id), 403, 'not_allowed');
});
