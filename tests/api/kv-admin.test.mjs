/*
 * /admin/kv/spaces: making, changing and deleting named key-value spaces.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeRole, refused, staff } from './access.mjs';
import { shared } from './cases.mjs';
import { account, api, expect, unique } from './client.mjs';
import { invalidated } from './kv.mjs';
import { rowsOf } from './trail.mjs';

const maker = shared(() => staff('kv'));
const newName = () => `s-${unique()}`;

async function spaces(method, name = '', options = {}) {
	const { token } = await maker();

	return api(method, `/admin/kv/spaces${name && '/'}${encodeURIComponent(name)}`,
	    { token, ...options });
}

test('made, seen, changed, deleted', async () => {
	const name = newName();
	const [a, b] = [await makeRole(), await makeRole()];

	refused(await spaces('GET', name), 404, 'not_found');
	const made = expect(await spaces('PUT', name, { json: { readers: [b, a, b], writers: [a],
		max_keys: 5, max_bytes: 2000 } }), { status: 201 });

	assert.deepEqual(Object.keys(made.json), ['name', 'readers', 'writers', 'max_keys',
		'max_bytes', 'version', 'created_at']);
	assert.deepEqual([made.json.name, made.json.readers, made.json.writers, made.json.max_keys,
		made.json.max_bytes], [name, [a, b].sort(), [a], 5, 2000]);
	assert.equal(made.headers.etag, `"v${made.json.version}"`);
	expect(await spaces('GET', name), { json: made.json, headers: { etag: made.headers.etag } });
	expect(await spaces('GET', name, { headers: { 'if-none-match': made.headers.etag } }),
	    { status: 304, text: '' });
	const changed = expect(await spaces('PUT', name, { json: { writers: [b] } }), {});

	assert.deepEqual(changed.json, { ...made.json, readers: [], writers: [b], max_keys: 100000,
		max_bytes: 67108864, version: made.json.version + 1 });
	for (const method of ['PUT', 'DELETE'])
		refused(await spaces(method, name, { ...method === 'PUT' && { json: {} },
			headers: { 'if-match': made.headers.etag } }), 412, 'match');
	refused(await spaces('PUT', name, { json: {}, headers: { 'if-none-match': '*' } }), 412, 'match');
	const gone = expect(await spaces('DELETE', name,
	    { headers: { 'if-match': changed.headers.etag } }), { status: 204, text: '' });

	refused(await spaces('DELETE', name), 404, 'not_found');
	refused(await spaces('GET', name), 404, 'not_found');
	const rows = [made, changed, gone].map((r) => rowsOf(r)[0]);

	assert.deepEqual(rows.map(({ action, type, object }) => [action, type, object]),
	    [['admin-put_space', 'kv_space', name], ['admin-put_space', 'kv_space', name],
		    ['admin-delete_space', 'kv_space', name]]);
	assert.deepEqual(rows[1].diff, { readers: [[a, b].sort(), []], writers: [[a], [b]],
		max_keys: [5, 100000], max_bytes: [2000, 67108864] });
	/* A name that is used again does not have the versions that it had. */
	const again = expect(await spaces('PUT', name, { json: {} }), { status: 201 });

	assert.ok(again.json.version > changed.json.version);
});

test('the list, by name, page by page', async () => {
	const mark = unique();
	const names = ['c', 'a', 'b'].map((c) => `${c}-${mark}`);

	for (const name of names)
		expect(await spaces('PUT', name, { json: {} }), { status: 201 });
	const { json } = expect(await spaces('GET'), {});
	const mine = json.data.map(({ name }) => name).filter((name) => name.endsWith(mark));

	assert.deepEqual(mine, [...names].sort());
	assert.equal(json.count, json.data.length);
	const { token } = await maker();
	const page = async (query) => expect(await api('GET', `/admin/kv/spaces?${query}`, { token }),
	    {}).json;

	assert.deepEqual((await page('limit=2&skip=1')).data, json.data.slice(1, 3));
	assert.deepEqual(await page(`skip=${json.count}`), { data: [], count: json.count });
});

test('what cannot be one', async () => {
	for (const name of ['A', '-a', '_a', '~', 'a b', 'a.b', 'a/b', '\u00fc', 'x'.repeat(65), ' ', 'a '])
		invalidated(await spaces('PUT', name, { json: {} }));
	const name = 'x'.repeat(40) + unique();

	for (const json of [{ readers: 'a' }, { readers: [1] }, { writers: [''] }, { max_keys: 0 },
		{ max_keys: 1e10 }, { max_bytes: 1023 }, { max_bytes: null }, [], null])
		invalidated(await spaces('PUT', name, { json }));
	const r = refused(await spaces('PUT', name, { json: { readers: ['r-none'] } }), 409,
	    'unknown_role');

	assert.match(r.json.detail, /r-none/);
	refused(await spaces('GET', name), 404, 'not_found');
	expect(await spaces('PUT', name, { json: {} }), { status: 201 });
	expect(await spaces('PUT', '0'.repeat(64 - 12) + unique(), { json: {} }), { status: 201 });
});

test('of many who make one at once, one makes it', async () => {
	const name = newName();
	const replies = await Promise.all(Array.from({ length: 8 }, () =>
		spaces('PUT', name, { json: {} })));

	assert.deepEqual(replies.map(({ status }) => status).sort(),
	    [200, 200, 200, 200, 200, 200, 200, 201]);
});

test('it is for those who may', async () => {
	const { token } = await account();
	const name = newName();

	for (const [method, options] of [['GET', {}], ['PUT', { json: {} }], ['DELETE', {}]])
		refused(await api(method, `/admin/kv/spaces/${name}`, { token, ...options }), 403,
		    'not_allowed');
	refused(await api('GET', '/admin/kv/spaces', { token }), 403, 'not_allowed');
});

test('a role that goes takes its rights along', async () => {
	const [name, role] = [newName(), await makeRole()];
	const who = await staff('kv', 'admin');

	expect(await spaces('PUT', name, { json: { readers: [role] } }), { status: 201 });
	expect(await api('DELETE', `/admin/roles/${role}`, { token: who.token }), { status: 204 });
	assert.deepEqual((await spaces('GET', name)).json.readers, []);
});
