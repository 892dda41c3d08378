/*
 * Conditional requests (RFC 9110, section 13): tags of rows and of bodies, 304
 * for who has it, 412 for who would overwrite what it has not seen.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { admin, makeRole, refused, staff } from './access.mjs';
import { cases, shared } from './cases.mjs';
import { account, api, call, detail, expect, logIn, unique } from './client.mjs';
import { setting, sqlCount } from './stack.mjs';

const CHANGED = { status: 412, json: detail('It has changed meanwhile'),
	headers: { etag: undefined } };
const DIGEST = /^"[\w-]{22}"$/;

const make = async ({ token }, title = 'T') =>
	expect(await api('POST', '/items/', { token, json: { title } }), {});
const at = (id) => `/items/${id}`;
const get = ({ token }, path, headers) => api('GET', path, { token, headers });
const put = ({ token }, id, json, headers) =>
	api('PUT', at(id), { token, json, headers });
const tagOf = async (who, path) => expect(await get(who, path), {}).headers.etag;
const match = (tag) => ({ 'if-match': tag });
const none = (tag) => ({ 'if-none-match': tag });

/* What a 304 has, and has not. */
function notModified(r, etag) {
	expect(r, { status: 304, text: '', headers: { etag, 'cache-control': 'no-store',
		'content-type': undefined, 'content-length': undefined } });
	return r;
}

test("an item's tag is its version, in whatever tells of it", async () => {
	const who = await account();
	const made = await make(who);
	const { id } = made.json;

	assert.equal(made.headers.etag, '"v1"');
	assert.equal(await tagOf(who, at(id)), '"v1"');
	for (const [n, json] of [{ title: 'U' }, { description: 'D' }, {}].entries()) {
		const etag = `"v${n + 2}"`;

		expect(await put(who, id, json), { headers: { etag } });
		assert.equal(await tagOf(who, at(id)), etag);
	}
	assert.equal(await tagOf({ token: (await admin()).token }, at(id)), '"v4"');
});

/* An item of version 2 and the account that it belongs to. */
const world = shared(async () => {
	const who = await account();
	const { json } = await make(who);

	return { who, item: expect(await put(who, json.id, { title: 'Two' }), {}).json };
});
const asked = (headers, method = 'GET') => (w) => [method, at(w.item.id),
	{ token: w.who.token, headers }];

cases('an item, If-None-Match', world, [
	...['"v2"', 'W/"v2"', '*', ' * ', '"v1", "v2"', '"v1","v2"', 'W/"x", W/"v2" , "y"',
		'"a,b", "v2"', '"v2"x', ', ,"v2",', '\t"v2"', '"", "v2"',
	].map((text) => [`${text}: 304`, asked(none(text)), { status: 304, text: '' }]),
	...['"v1"', '"v20"', '"v"', '"V2"', 'v2', '"v2', 'v2"', "'v2'", 'w/"v2"', 'W"v2"', 'W/ "v2"',
		'"*"', '*, "x"', '**', '"x" "v2"', '"x"; "v2"', '"x"W/"v2"', '', ',', '"v2 "', '"x,"v2"',
	].map((text) => [`${text}: 200`, asked(none(text)),
		(w) => ({ json: w.item, headers: { etag: '"v2"' } })]),
]);

cases('an item, If-Match', world, [
	...['"v2"', '*', '"v1", "v2"', 'W/"v2", "v2"'].map((text) =>
		[`${text}: 200`, asked(match(text)), (w) => ({ json: w.item })]),
	...['"v1"', 'W/"v2"', 'v2', '', '"*"', '*, "x"'].map((text) =>
		[`${text}: 412`, asked(match(text)), CHANGED]),
	['it goes before If-None-Match', asked({ ...match('"v1"'), ...none('"v2"') }), CHANGED],
	['both hold', asked({ ...match('"v2"'), ...none('"v1"') }), (w) => ({ json: w.item })],
	['304 beside it', asked({ ...match('"v2"'), ...none('"v2"') }), { status: 304 }],
]);

test('what a 304 carries, to GET and to HEAD', async () => {
	const { who: { token }, item } = await world();
	const origin = setting('FRONTEND_HOST');

	for (const method of ['GET', 'HEAD']) {
		const ask = (headers) => api(method, at(item.id), { token, headers });

		expect(await ask({}), { headers: { etag: '"v2"',
			'content-length': String(JSON.stringify(item).length) } });
		const r = notModified(await ask({ ...none('"v2"'), origin }), '"v2"');

		assert.equal(r.headers.vary, 'Origin');
		assert.equal(r.headers['access-control-allow-origin'], origin);
	}
});

test('a change holds or fails with its condition', async () => {
	const who = await account();
	const { json: item } = await make(who);
	let n = 1;

	async function change(headers, ok) {
		const title = `${unique()}`;
		const r = await put(who, item.id, { title }, headers);

		if (!ok)
			return expect(r, CHANGED);
		item.title = title;
		n++;
		return expect(r, { json: item, headers: { etag: `"v${n}"` } });
	}
	await change(match('"v1"'), true);
	await change(match('"v1"'), false);
	await change(match('W/"v2"'), false);
	await change(match('"v1", "v2"'), true);
	await change(match('*'), true);
	await change(none('*'), false);
	await change(none('"v4"'), false);
	await change(none('W/"v4"'), false);
	await change(none('"v3"'), true);
	await change({ ...match('"v5"'), ...none('"v5"') }, false);
	await change({ ...match('"v5"'), ...none('"v4"') }, true);
	await change(match(''), false);
	await change({}, true);
	expect(await get(who, at(item.id)), { json: item, headers: { etag: '"v7"' } });
	const del = (headers) => api('DELETE', at(item.id), { token: who.token, headers });
	const failed = expect(await del(match('"v6"')), CHANGED);

	assert.equal(sqlCount('SELECT COUNT(*) FROM audit WHERE request_id =' +
	    ` '${failed.headers['x-request-id']}'`), 0);
	expect(await get(who, at(item.id)), { json: item });
	expect(await del(match('"v7"')), {});
	expect(await del(match('"v7"')), { status: 404 });
});

test('what is wrong besides the condition is told first', async () => {
	const who = await account(), other = await account();
	const { json: { id } } = await make(who);
	const stale = match('"x"');

	expect(await put(who, crypto.randomUUID(), { title: 'x' }, stale), { status: 404 });
	expect(await put(other, id, { title: 'x' }, stale), { status: 403 });
	expect(await put(who, id, { title: '' }, stale), { status: 422 });
	expect(await put({}, id, { title: 'x' }, stale), { status: 401 });
	expect(await get(other, at(id), none('"v1"')), { status: 403,
		headers: { etag: undefined } });
});

test('of many changes to what was seen, one is made', async () => {
	const who = await account();
	const { json: { id } } = await make(who);
	const replies = await Promise.all(Array.from({ length: 20 }, (_, i) =>
		put(who, id, { title: `by ${i}` }, match('"v1"'))));
	const done = replies.filter((r) => r.status === 200);

	assert.equal(done.length, 1);
	for (const r of replies.filter((reply) => reply.status !== 200))
		expect(r, CHANGED);
	expect(await get(who, at(id)), { json: done[0].json, headers: { etag: '"v2"' } });
});

test('what is made is not conditional', async () => {
	const { token } = await account();

	for (const headers of [none('*'), match('"x"')])
		expect(await api('POST', '/items/', { token, json: { title: 'x' }, headers }), {});
});

test('an account without a version: the tag is of what is shown', async () => {
	const who = await account(), { token } = who;
	const staffer = await staff('users');
	const first = await tagOf(who, '/users/me');
	const path = `/users/${who.user.id}`;
	const patch = (where, json, headers, by = who) =>
		api('PATCH', where, { token: by.token, json, headers });

	assert.match(first, DIGEST);
	notModified(await get(who, '/users/me', none(first)), first);
	notModified(await get(who, '/users/me', none(`"x", W/${first}`)), first);
	assert.equal(await tagOf(who, path), first);
	assert.equal(await tagOf(staffer, path), first);
	expect(await get(who, '/users/me', match('"x"')), CHANGED);
	expect(await get(who, '/users/me', match(first)), { json: who.user });
	expect(await patch('/users/me', { full_name: 'A' }, match('"x"')), CHANGED);
	expect(await patch('/users/me', { full_name: 'A' }, match(first)), {});
	expect(await patch('/users/me', { full_name: 'B' }, match(first)), CHANGED);
	const second = await tagOf(who, '/users/me');

	assert.notEqual(second, first);
	expect(await get(who, '/users/me', none(first)), { headers: { etag: second } });
	/* Staff changes the same account. */
	expect(await patch(path, { full_name: 'C' }, match(first), staffer), CHANGED);
	expect(await patch(path, { full_name: 'C' }, match(second), staffer), {});
	const del = (where, by, tag) => api('DELETE', where, { token: by.token,
		headers: match(tag) });

	expect(await del('/users/me', { token }, second), CHANGED);
	expect(await del(path, staffer, second), CHANGED);
	expect(await del(path, staffer, await tagOf(who, path)), {});
});

test('settings and roles', async () => {
	const who = await account(), boss = await admin();
	const where = '/users/me/preferences';
	const tag = await tagOf(who, where);
	const prefer = (theme, headers) => api('PATCH', where, { token: who.token,
		json: { theme }, headers });

	/* The same, where there is no row yet: one of many. */
	const replies = await Promise.all(Array.from({ length: 8 }, (_, i) =>
		prefer(i % 2 ? 'dark' : 'light', match(tag))));

	assert.equal(replies.filter((r) => r.status === 200).length, 1);
	for (const r of replies.filter((reply) => reply.status !== 200))
		refused(r, 412, 'match');
	const roles = `/admin/users/${who.user.id}/roles`;
	const before = await tagOf(boss, roles);
	const give = (names, headers) => api('PUT', roles, { token: boss.token,
		json: { roles: names }, headers });
	const role = await makeRole();

	expect(await give([role], match(before)), { json: { roles: [role] } });
	refused(await give([], match(before)), 412, 'match');
	expect(await give([], match(await tagOf(boss, roles))), { json: { roles: [] } });
});

test('a role is made once with If-None-Match, and changed with If-Match alone', async () => {
	const { token } = await admin();
	const path = `/admin/roles/r-${unique()}`;
	const save = (headers) => api('PUT', path, { token, json: { permissions: [] }, headers });

	refused(await save(match('*')), 412, 'match');
	expect(await save(none('*')), { status: 201 });
	refused(await save(none('*')), 412, 'match');
	expect(await save(match('*')), { status: 200 });
	refused(await api('DELETE', path, { token, headers: match('"x"') }), 412, 'match');
	expect(await api('DELETE', path, { token, headers: match('*') }), { status: 204 });
});

test('a condition on what has no tag is not passed over', async () => {
	const who = await account();
	const { token } = expect(await logIn(who.email, who.password), {}).json;

	assert.equal(token, undefined);
	const { data } = expect(await get(who, '/auth/sessions'), {}).json;
	const path = `/auth/sessions/${data.find((s) => !s.current).id}`;
	const count = async () => (await get(who, '/auth/sessions')).json.count;
	const rename = (headers) => api('PATCH', path, { token: who.token,
		json: { device_name: 'x' }, headers });
	const end = (headers) => api('DELETE', path, { token: who.token, headers });

	refused(await rename(match('"x"')), 412, 'match');
	refused(await rename(none('*')), 412, 'match');
	expect(await rename(match('*')), {});
	refused(await end(match('"x"')), 412, 'match');
	assert.equal(await count(), 2);
	expect(await end(match('*')), { status: 204, text: '', headers: { etag: undefined } });
	assert.equal(await count(), 1);
});

test('a list that nothing changed', async () => {
	const who = await account(), other = await account();
	const { json: { id } } = await make(who);
	const tag = await tagOf(who, '/items/');

	assert.match(tag, DIGEST);
	for (let i = 0; i < 10; i++)
		notModified(await get(who, '/items/', none(tag)), tag);
	assert.notEqual(await tagOf(other, '/items/'), tag);
	assert.notEqual(await tagOf(who, '/items/?limit=1&skip=1'), tag);
	expect(await put(who, id, { title: 'another' }), {});
	for (let i = 0; i < 10; i++)
		expect(await get(who, '/items/', none(tag)), {});
	const boss = await admin();
	const all = await tagOf(boss, '/users/?limit=1');

	notModified(await get(boss, '/users/?limit=1', none(all)), all);
});

test('what has no tag, and what may be kept', async () => {
	const who = await account();
	const absent = { etag: undefined };

	for (const [path, status] of [['/users/x', 422], ['/items/x', 422], ['/none', 404],
		[at(crypto.randomUUID()), 404], ['/utils/health-check/', 200]])
		expect(await get(who, path, none('*')), { status, headers: absent });
	expect(await get({}, '/users/me', none('*')), { status: 401, headers: absent });
	expect(await api('OPTIONS', '/users/me', { headers: none('*') }),
	    { status: 204, headers: absent });
	const doc = expect(await api('GET', '/openapi.json'),
	    { headers: { etag: DIGEST, 'cache-control': 'no-cache' } });

	const again = (tag) => call('GET', '/api/v1/openapi.json',
	    { headers: none(tag), unchecked: true });

	expect(await again(doc.headers.etag),
	    { status: 304, text: '', headers: { 'cache-control': 'no-cache' } });
	/* nginx packs it, and says that the tag is a weak one. */
	const zipped = await call('HEAD', '/api/v1/openapi.json',
	    { headers: { 'accept-encoding': 'gzip' } });

	assert.equal(zipped.headers['content-encoding'], 'gzip');
	assert.equal(zipped.headers.etag, `W/${doc.headers.etag}`);
	expect(await again(zipped.headers.etag), { status: 304 });
});
