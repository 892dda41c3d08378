/* What the tests of key-value spaces begin with: somebody, and what is there. */
import assert from 'node:assert/strict';
import { administrator, api, base, makeUser, tokenOf } from './harness.mjs';

/* Values as texts: [key, text] pairs. */
export function write(token, pairs, { space = '~', more = '' } = {}) {
	const data = pairs.map(([key, text]) => `${JSON.stringify(key)}:${text}`);

	return fetch(`${base}/api/v1/kv/${space}/write`, { method: 'POST',
		headers: { 'content-type': 'application/json',
			authorization: `Bearer ${token}` },
		body: `{"data":{${data.join()}}${more}}` }).then(async (response) =>
		assert.ok(response.ok, await response.text()));
}

/* The text of a value, by the way that takes any key; undefined: none. */
export async function read(token, key, space = '~') {
	const response = await fetch(`${base}/api/v1/kv/${space}/read`, {
		method: 'POST', headers: { 'content-type': 'application/json',
			authorization: `Bearer ${token}` },
		body: JSON.stringify({ keys: [key] }) });
	const text = await response.text();

	assert.ok(response.ok, text);
	const head = `{"data":{${JSON.stringify(key)}:`;

	return text.startsWith(head)
		? text.slice(head.length, text.lastIndexOf('},"missing"')) : undefined;
}

/* {email, password, token, put, get} of somebody with these values. */
export async function keeper(pairs = []) {
	const user = await makeUser();
	const token = await tokenOf(user);

	if (pairs.length > 0)
		await write(token, pairs);
	return { ...user, token, put: (key, text) => write(token, [[key, text]]),
		get: (key) => read(token, key) };
}

let made = 0;

/* The newest goes first where names are in order. */
export function newName() {
	made += 1;
	return `s-${(36 ** 10 - Date.now() * 100 - made).toString(36)}`;
}

/* A named space with two roles; who gets them may read, or read and write. */
export async function sharedSpace(values = {}) {
	const token = await tokenOf(administrator());
	const name = newName();
	const roles = ['reads', 'writes'].map((what) => `${what}-${name}`);

	for (const role of roles)
		await api('PUT', `/admin/roles/${role}`,
			{ token, json: { permissions: [] } });
	await api('PUT', `/admin/kv/spaces/${name}`, { token, json: {
		readers: roles, writers: [roles[1]], ...values } });
	return { name, reader: roles[0], writer: roles[1], token,
		admit: (user, role) => api('PUT', `/admin/users/${user.id}/roles`,
			{ token, json: { roles: [role] } }) };
}

export const valueAt = (key, space = '~') =>
	`/kv/${space}/value?key=${encodeURIComponent(key)}`;
