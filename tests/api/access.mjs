/*
 * What the tests of rights share: keys, roles, and people who have them.
 */
import assert from 'node:assert/strict';

import { account, api, expect, hex, superuser, unique } from './client.mjs';
import { shared } from './cases.mjs';
import { sql } from './stack.mjs';

/* A refusal of our own routes: the code is the contract, the words are not. */
export function refused(r, status, code) {
	expect(r, { status });
	assert.equal(r.json.code, code, `${r.what}: ${r.text}`);
	assert.equal(typeof r.json.detail, 'string', r.text);
	return r;
}

/* Of group 1: no code. */
export function forbidden(r) {
	expect(r, { status: 403 });
	assert.deepEqual(Object.keys(r.json), ['detail'], r.text);
	return r;
}

export async function makeKey(who, fields = {}) {
	const json = { name: 'a key', ...fields };
	const r = await api('POST', '/auth/api-keys', { token: who.token, json });

	return expect(r, { status: 201 }).json;
}

/* One administrator for a whole file. */
export const admin = shared(() => superuser());

/* The name of a new role. */
export async function makeRole(...permissions) {
	const { token } = await admin();
	const name = `r-${unique()}`;

	expect(await api('PUT', `/admin/roles/${name}`, { token, json: { permissions } }),
	    { status: 201 });
	return name;
}

export async function giveRoles(who, ...roles) {
	const { token } = await admin();
	const r = await api('PUT', `/admin/users/${who.user.id}/roles`, { token, json: { roles } });

	return expect(r, {}).json.roles;
}

/* Somebody with a role of its own that has these permissions. */
export async function staff(...permissions) {
	const who = await account();
	const role = await makeRole(...permissions);

	await giveRoles(who, role);
	return { ...who, role };
}

/* What the trail says of the last thing done to an object: [action, diff]. */
export function trailOf(id) {
	const rows = sql(`SELECT action, COALESCE(diff, ''), COALESCE(LOWER(HEX(actor_id)), '')
	    FROM audit WHERE object_id = '${id}' ORDER BY id`);

	return rows.map(([action, diff, actor]) => ({ action, actor,
		diff: diff === '' ? null : JSON.parse(diff.replace(/\\\\/g, '\\')) }));
}

export const plain = (id) => id.replace(/-/g, '');

/* Every other active administrator is none while `work` runs. */
export async function alone(who, work) {
	const others = sql('SELECT HEX(id) FROM users WHERE is_superuser AND is_active' +
	    ` AND id <> ${hex(who.user.id)}`).map(([id]) => `X'${id}'`).join();

	sql(`UPDATE users SET is_active = 0 WHERE id IN (${others || 'NULL'})`);
	try {
		await work();
	} finally {
		sql(`UPDATE users SET is_active = 1 WHERE id IN (${others || 'NULL'})`);
	}
}
