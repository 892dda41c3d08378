/*
 * What people may do about their own data: preferences, and a file with
 * everything that is kept of the account.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { admin, giveRoles, makeKey, makeRole, refused } from './access.mjs';
import { account, api, expect, hex, newPassword } from './client.mjs';
import { mailTo } from './mail.mjs';
import { holder } from './passkeys.mjs';
import { eventually, setting, sql, sqlCount, stack } from './stack.mjs';
import { protectedAccount } from './totp.mjs';
import { rowsOf, runTask } from './trail.mjs';

const DIR = setting('EXPORT_DIR');
const DEFAULTS = { locale: null, theme: 'system', notify_new_login: true };
const preferences = ({ token }) => api('GET', '/users/me/preferences', { token });
const prefer = ({ token }, json) => api('PATCH', '/users/me/preferences', { token, json });

test('preferences: the defaults, and what was changed of them', async () => {
	const who = await account(), other = await account();

	expect(await preferences(who), { json: DEFAULTS });
	assert.equal(sqlCount('SELECT COUNT(*) FROM preferences WHERE user_id =' +
	    hex(who.user.id)), 0);
	const steps = [[{ theme: 'dark' }, { theme: 'dark' }],
		[{}, {}],
		[{ locale: 'de-CH' }, { locale: 'de-CH' }],
		[{ notify_new_login: false }, { notify_new_login: false }],
		[{ locale: null, theme: 'light' }, { locale: null, theme: 'light' }],
		[DEFAULTS, DEFAULTS]];
	const now = { ...DEFAULTS };

	for (const [json, change] of steps) {
		Object.assign(now, change);
		expect(await prefer(who, json), { json: now });
		expect(await preferences(who), { json: now });
	}
	expect(await preferences(other), { json: DEFAULTS });
});

test('preferences: what is no value of them', async () => {
	const who = await account();

	for (const locale of ['DE', 'd', 'deut', 'de_CH', 'de-', 'de-x', 'de-ch-', '', ' de', 5,
		'de\n', 'de-abcdefghi', `de${'-abcdefgh'.repeat(4)}`, true, {}])
		expect(await prefer(who, { locale }), { status: 422 });
	for (const theme of ['', 'Dark', 'black', null, 1])
		expect(await prefer(who, { theme }), { status: 422 });
	for (const notify_new_login of [null, 'maybe', 2, []])
		expect(await prefer(who, { notify_new_login }), { status: 422 });
	for (const locale of ['de', 'gsw', 'zh-Hant-TW', 'en-GB-oxendict', 'es-419'])
		assert.equal(expect(await prefer(who, { locale }), {}).json.locale, locale);
	expect(await api('GET', '/users/me/preferences'), { status: 401 });
	expect(await prefer({}, {}), { status: 401 });
});

test('preferences: an API key reads them, but does not silence warnings', async () => {
	const who = await account(), { key } = await makeKey(who);

	expect(await preferences({ token: key }), { json: DEFAULTS });
	refused(await prefer({ token: key }, { notify_new_login: false }), 403, 'session_required');
	expect(await preferences(who), { json: DEFAULTS });
});

test('preferences: two changes at a time are both there', async () => {
	for (let i = 0; i < 10; i++) {
		const who = await account();

		await Promise.all([prefer(who, { theme: 'dark' }), prefer(who, { locale: 'fr' }),
			prefer(who, { notify_new_login: false })].map(async (r) => expect(await r, {})));
		expect(await preferences(who),
		    { json: { locale: 'fr', theme: 'dark', notify_new_login: false } });
	}
});

const ask = (who, password = who.password, more = {}) => api('POST', '/users/me/export',
    { token: who.token, json: { password }, ...more });
const job = ({ token }, id, more) => api('GET', `/users/me/exports/${id}`, { token, ...more });
const content = ({ token }, id, more = {}) =>
	api('GET', `/users/me/exports/${id}/content`, { token, ...more });
const fileOf = (id, dir = DIR) => path.join(dir, `${id}.json`);

async function ready(who, more) {
	const { id } = expect(await ask(who, who.password, more), { status: 202 }).json;

	await eventually('the export is ready', async () =>
		(await job(who, id, more)).json.state === 'ready');
	return id;
}

test('an export: asked for, made, told by mail, fetched', async () => {
	const who = await account();
	const r = expect(await ask(who), { status: 202 });
	const { id } = r.json;
	const kept = Date.parse(r.json.expires_at) - Date.parse(r.json.created_at);

	assert.deepEqual(Object.keys(r.json),
	    ['id', 'state', 'size', 'created_at', 'expires_at']);
	assert.deepEqual([r.json.state, r.json.size, kept], ['queued', null, 72 * 3600000]);
	await eventually('ready', async () => (await job(who, id)).json.state === 'ready');
	const { json } = expect(await job(who, id), {});
	const file = expect(await content(who, id), { headers: {
		'content-type': 'application/json', 'cache-control': 'no-store',
		'x-content-type-options': 'nosniff', 'x-accel-redirect': undefined,
		'content-disposition': `attachment; filename="account-${id}.json"` } });
	const stat = fs.statSync(fileOf(id));

	assert.equal(json.size, Buffer.byteLength(file.text));
	assert.equal(stat.size, json.size);
	assert.equal(stat.mode & 0o777, 0o600);
	assert.equal(fs.statSync(DIR).mode & 0o777, 0o700);
	const mail = await mailTo(who.email);

	assert.match(mail.headers.subject, /Your data are ready/);
	for (const text of [mail.text, mail.html])
		assert.ok(!text.includes(id) && !/token|eyJ/.test(text), text);
	/* HEAD, and a part of it. */
	const head = await api('HEAD', `/users/me/exports/${id}/content`, { token: who.token });

	assert.deepEqual([head.status, head.headers['content-length'], head.text],
	    [200, String(json.size), '']);
	assert.deepEqual(rowsOf(r).map(({ action, type, object, diff }) =>
		[action, type, object, diff]), [['users-create_export', 'export', id, null]]);
});

test('an export holds everything, and nothing of others', async () => {
	const boss = await admin();
	const who = await protectedAccount({ full_name: 'Zoë "Z" Ü' });
	const other = await account({ full_name: 'Somebody else' });
	const key = await makeKey(who, { name: 'my key' });
	const role = await makeRole('items');

	await giveRoles(who, role);
	await prefer(who, { locale: 'de-CH', theme: 'dark' });
	await api('POST', '/items/', { token: who.token,
		json: { title: 'mine', description: '\u{1f600}\u2028"\\' } });
	await api('POST', '/items/', { token: other.token, json: { title: 'not mine' } });
	for (const [whose, key, body] of [[who, 'a\n/\u{1f600}', '{"z": 1.0, "a":"\\u00fc"}'],
		[who, 'b', 'null'], [other, 'b', '"not mine"']])
		expect(await api('PUT', `/kv/~/${encodeURIComponent(key)}`, { token: whose.token, body,
			type: 'application/json', headers: { 'if-none-match': '*' } }), { status: 201 });
	await api('PATCH', `/users/${who.user.id}`, { token: boss.token,
		json: { full_name: 'Zoë Z' } });
	const { text } = expect(await content(who, await ready(who)), {});
	const all = JSON.parse(text);
	const rows = (table) => sqlCount(`SELECT COUNT(*) FROM ${table} WHERE user_id =` +
	    hex(who.user.id));

	assert.deepEqual(Object.keys(all), ['format', 'version', 'made_at', 'account',
		'preferences', 'roles', 'sessions', 'devices', 'totp', 'passkeys', 'api_keys',
		'items', 'kv', 'exports', 'audit', 'audit_of_others']);
	assert.deepEqual([all.account.email, all.account.full_name, all.account.has_mfa],
	    [who.email, 'Zoë Z', true]);
	assert.deepEqual(all.preferences, { locale: 'de-CH', theme: 'dark',
		notify_new_login: true });
	assert.deepEqual(all.roles, [{ name: role, permissions: ['items'] }]);
	assert.equal(all.sessions.length, rows('sessions'));
	assert.equal(all.devices.length, rows('devices'));
	assert.equal(all.totp.length, 1);
	assert.deepEqual(all.api_keys.map(({ id, name, prefix }) => [id, name, prefix]),
	    [[key.id, 'my key', key.prefix]]);
	assert.deepEqual(all.items.map(({ title, description }) => [title, description]),
	    [['mine', '\u{1f600}\u2028"\\']]);
	assert.deepEqual(all.kv.map(({ key, value, expires_at }) => [key, value, expires_at]),
	    [['a\n/\u{1f600}', { z: 1, a: '\u00fc' }, null], ['b', null, null]]);
	assert.ok(text.includes('"value":{"z":1.0,"a":"\\u00fc"}'));
	assert.equal(all.exports.length, 1);
	assert.ok(all.audit.length >= 5);
	assert.ok(all.audit.every(({ actor_id }) => actor_id === who.user.id));
	assert.deepEqual(all.audit_of_others.map(({ action, actor_id, actor_ip }) =>
		[action, actor_id, actor_ip]), [['admin-put_user_roles', boss.user.id, null],
		['users-update_user', boss.user.id, null]]);
	/* What would let somebody in is nobody's to take away. */
	const [[phc]] = sql(`SELECT password FROM users WHERE id = ${hex(who.user.id)}`);

	for (const word of [who.password, phc, who.secret, key.key, who.token, ...who.codes,
		other.email, 'not mine', '$argon2'])
		assert.ok(!text.includes(word), word.slice(0, 12));
	const keeper = await holder();
	const keys = expect(await content(keeper, await ready(keeper)), {}).json.passkeys;

	assert.deepEqual(keys.map(({ id, name }) => [id, name]),
	    [[keeper.passkey.id, 'Key']]);
	assert.deepEqual(Object.keys(keys[0]), ['id', 'name', 'created_at', 'last_used_at']);
});

test('an export of many items', async () => {
	const who = await account();
	const n = 12345;

	sql(`SET max_recursive_iterations = ${n}; INSERT INTO items (id, owner_id, title,` +
	    ` created_at) SELECT RANDOM_BYTES(16), ${hex(who.user.id)}, CONCAT('item ', n),` +
	    ' UTC_TIMESTAMP(6) FROM (WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1' +
	    ` FROM s WHERE n < ${n}) SELECT n FROM s) t`);
	const { items } = JSON.parse((await content(who, await ready(who))).text);

	assert.equal(items.length, n);
	assert.equal(new Set(items.map(({ title }) => title)).size, n);
});

test('an export of many values', async () => {
	const who = await account();
	const keys = Array.from({ length: 1234 }, (_, i) => `k${i}`);

	for (let i = 0; i < keys.length; i += 500)
		await api('POST', '/kv/~/write', { token: who.token, json: { data:
			Object.fromEntries(keys.slice(i, i + 500).map((k) => [k, k])) } });
	const { kv } = JSON.parse((await content(who, await ready(who))).text);

	assert.deepEqual(kv.map(({ key }) => key), [...keys].sort());
	assert.ok(kv.every(({ key, value }) => key === value));
});

test('an export is its owner\'s, who knows the password', async () => {
	const who = await account(), other = await account();
	const id = await ready(who);
	const key = await makeKey(who);
	const nobody = crypto.randomUUID();

	refused(await ask(who, newPassword()), 401, 'bad_password');
	expect(await ask(who, ''), { status: 422 });
	expect(await ask({}, 'x'), { status: 401 });
	assert.equal((await ask({ token: key.key }, who.password)).status, 403);
	assert.equal((await content({ token: key.key }, id)).status, 403);
	for (const read of [job, content]) {
		refused(await read(other, id), 404, 'not_found');
		refused(await read(who, nobody), 404, 'not_found');
		expect(await read({}, id), { status: 401 });
		expect(await read(who, 'x'), { status: 422 });
	}
	/* Nobody comes to the files without a worker's word. */
	for (const url of [`/-/exports/${id}.json`, `/-/exports/../exports/${id}.json`,
		`/-/exports/`, `/exports/${id}.json`]) {
		const r = await fetch(stack.url + url);

		assert.equal(r.status, 404, url);
		assert.ok(!(await r.text()).includes(who.email));
	}
});

test('who asks too often waits', async () => {
	const who = await account();
	const statuses = [];

	for (let i = 0; i < 6; i++)
		statuses.push((await ask(who)).status);
	assert.deepEqual(statuses.filter((status) => ![202, 429].includes(status)), []);
	assert.ok(statuses.includes(429), statuses.join());
	assert.equal(statuses[0], 202);
	expect(await ask(await account()), { status: 202 });
	/* Guessing the password by this way is slow as well. */
	const guessed = await account();
	let last;

	for (let i = 0; i < 12; i++)
		last = await ask(guessed, newPassword());
	assert.equal(last.status, 429);
	assert.equal(sqlCount('SELECT COUNT(*) FROM exports WHERE user_id =' +
	    hex(guessed.user.id)), 0);
});

test('one that is not ready, one that is too old, one whose file is lost', async () => {
	const who = await account();
	const id = await ready(who);
	const change = (set) => sql(`UPDATE exports SET ${set} WHERE id = ${hex(id)}`);

	change("state = 'queued'");
	refused(await content(who, id), 409, 'export_not_ready');
	assert.equal((await job(who, id)).json.size, null);
	change("state = 'ready', expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND");
	refused(await content(who, id), 404, 'export_expired');
	assert.equal((await job(who, id)).json.state, 'expired');
	runTask('purge_exports');
	await eventually('the file is gone', () => !fs.existsSync(fileOf(id)));
	refused(await job(who, id), 404, 'not_found');
	refused(await content(who, id), 404, 'not_found');
	const next = await ready(who);

	fs.unlinkSync(fileOf(next));
	const lost = await content(who, next, { unchecked: true });

	assert.equal(lost.status, 404);
	assert.equal(lost.headers['content-type'], 'application/json');
	assert.match(lost.headers['x-request-id'], /^\w+$/);
});

test('files of deleted accounts go, others stay', async () => {
	const who = await account(), stays = await account();
	const [id, other] = [await ready(who), await ready(stays)];
	const extra = path.join(DIR, 'README');
	const half = path.join(DIR, '.new-abcdef'), old = path.join(DIR, '.new-ghijkl');
	const day = Date.now() / 1000 - 90000;

	for (const file of [extra, half, old])
		fs.writeFileSync(file, 'x');
	fs.utimesSync(old, day, day);
	expect(await api('DELETE', '/users/me', { token: who.token }), {});
	assert.equal(sqlCount(`SELECT COUNT(*) FROM exports WHERE id = ${hex(id)}`), 0);
	runTask('purge_exports');
	await eventually('the file is gone', () => !fs.existsSync(fileOf(id)) &&
	    !fs.existsSync(old));
	assert.ok([fileOf(other), extra, half].every((file) => fs.existsSync(file)));
	expect(await content(stays, other), {});
	for (const file of [extra, half])
		fs.unlinkSync(file);
});

test('a task whose account is gone has nothing to do, and leaves nothing', async () => {
	const task = crypto.randomUUID(), id = crypto.randomUUID();

	sql('INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at) VALUES' +
	    ` (${hex(task)}, 'export_account', '{"export_id":"${id}"}', 'queued', 0,` +
	    ' UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))');
	await eventually('done', () => sqlCount('SELECT COUNT(*) FROM tasks WHERE state =' +
	    ` 'done' AND id = ${hex(task)}`) === 1);
	assert.ok(!fs.existsSync(fileOf(id)));
});
