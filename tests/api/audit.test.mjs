/*
 * The audit trail: every operation that changes something leaves one row, and
 * what was refused or rolled back leaves none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { admin, plain } from './access.mjs';
import { account, api, call, expect, logIn, newEmail, newPassword,
	signUp } from './client.mjs';
import { eventually, sql, sqlCount } from './stack.mjs';
import { EXCEPTIONS, OPERATIONS, person, rowsOf, runTask, secrets } from './trail.mjs';

const { json: doc } = await call('GET', '/api/v1/openapi.json');
const WRITING = Object.values(doc.paths).flatMap((item) => Object.entries(item))
    .filter(([verb]) => verb !== 'get').map(([, operation]) => operation.operationId);

test('every operation that writes is tested, or there is a reason', () => {
	const known = [...Object.keys(OPERATIONS), ...Object.keys(EXCEPTIONS)];

	assert.deepEqual(WRITING.filter((id) => !known.includes(id)), []);
	assert.deepEqual(Object.keys(OPERATIONS).filter((id) => !WRITING.includes(id)), []);
});

for (const [id, run] of Object.entries(OPERATIONS))
	test(`${id} leaves one row`, async () => {
		const [reply, who, type, object] = await run();
		const rows = rowsOf(reply);

		assert.ok(reply.status < 300, `${reply.what}: ${reply.status} ${reply.text}`);
		assert.equal(rows.length, 1, `${reply.what}: ${JSON.stringify(rows)}`);
		assert.equal(rows[0].action, id);
		assert.equal(rows[0].type, type);
		assert.equal(plain(rows[0].object), plain(object));
		if (who === undefined)
			return;
		assert.equal(rows[0].actor, who === null ? '' : plain(who.user.id));
		assert.equal(rows[0].address, '127.0.0.1');
	});

/* What fails, by what it fails with; the row that some leave all the same. */
const REFUSALS = [
	['no caller', 401, () => api('POST', '/items/', { json: { title: 'x' } })],
	['no body', 422, ({ token }) => api('POST', '/items/', { token, json: {} })],
	['an unknown item', 404, ({ token }) => api('DELETE',
	    '/items/11111111-2222-4333-8444-555555555555', { token })],
	['an item of somebody else', 403, async ({ token }) => {
		const other = await account();
		const { json } = await api('POST', '/items/', { token: other.token,
			json: { title: 'x' } });

		return api('PUT', `/items/${json.id}`, { token, json: { title: 'y' } });
	}],
	['an address that is taken', 409, async ({ token }) => {
		const { email } = await signUp();

		return api('PATCH', '/users/me', { token, json: { email } });
	}],
	['a sign-up twice', 400, ({ email }) => api('POST', '/users/signup',
	    { json: { email, password: newPassword() } })],
	['no right', 403, ({ token }) => api('POST', '/users/', { token,
		json: { email: newEmail(), password: newPassword() } })],
	['a wrong own password', 400, ({ token }) => api('PATCH', '/users/me/password', { token,
		json: { current_password: newPassword(), new_password: newPassword() } })],
	['a wrong password for an export', 401, ({ token }) => api('POST', '/users/me/export',
	    { token, json: { password: newPassword() } })],
	['a token of nobody', 400, () => api('POST', '/reset-password/',
	    { json: { token: 'x'.repeat(43), new_password: newPassword() } })],
	['a refresh token of nobody', 401, () => api('POST', '/auth/refresh',
	    { json: { refresh_token: 'x'.repeat(60) } })],
	['a session of somebody else', 404, async ({ token }) => {
		const { session } = await person();

		return api('DELETE', `/auth/sessions/${session.id}`, { token });
	}],
	['settings that are none', 422, ({ token }) => api('PATCH', '/users/me/preferences',
	    { token, json: { theme: 'loud' } })],
	['a wrong password', 401, ({ email }) => api('POST', '/auth/login',
	    { json: { email, password: newPassword() } }), 'auth-log_in.refused'],
	['a wrong password of FastAPI clients', 400, ({ email }) =>
		logIn(email, newPassword()), 'login-login_access_token.refused'],
];

for (const [name, status, run, action] of REFUSALS)
	test(`${name} leaves ${action ? 'a row that says so' : 'none'}`, async () => {
		const who = await account();
		const reply = await run(who);
		const rows = rowsOf(reply);

		assert.equal(reply.status, status, reply.text);
		assert.deepEqual(rows.map((row) => row.action), action ? [action] : []);
		if (action)
			assert.deepEqual([rows[0].actor, rows[0].type, rows[0].object, rows[0].diff],
			    ['', 'user', who.user.id, null]);
	});

test('the row tells what changed, and of a password only that it did', async () => {
	const who = await account({ full_name: 'Ann' }), { token } = who;
	const boss = await admin();
	const renamed = await api('PATCH', '/users/me', { token, json: { full_name: null } });
	const secretly = await api('PATCH', `/users/${who.user.id}`, { token: boss.token,
		json: { password: newPassword(), is_active: false } });
	const made = await api('POST', '/items/', { token: boss.token,
		json: { title: 'x'.repeat(255), description: '\u{1f600}"\\\n' } });
	const [{ diff }] = rowsOf(made);

	assert.deepEqual(rowsOf(renamed)[0].diff, { full_name: ['Ann', null] });
	const mask = ['********', '********'];

	assert.deepEqual(rowsOf(secretly)[0].diff.is_active, [true, false]);
	assert.deepEqual(rowsOf(secretly)[0].diff.password, mask);
	assert.deepEqual(diff.title, [null, 'x'.repeat(255)]);
	assert.deepEqual(diff.description, [null, '\u{1f600}"\\\n']);
});

/* Its row is there when the row of the change is, and not before. */
test('what is done at the same time leaves as many rows as were done', async () => {
	const who = await account();
	const { json } = await api('POST', '/items/', { token: who.token,
		json: { title: 'one' } });
	const replies = await Promise.all(Array.from({ length: 8 }, () =>
		api('DELETE', `/items/${json.id}`, { token: who.token })));
	const done = replies.filter((r) => r.status === 200);

	assert.equal(done.length, 1);
	assert.equal(sqlCount("SELECT COUNT(*) FROM audit WHERE action = 'items-delete_item'" +
	    ` AND object_id = '${json.id}'`), 1);
	assert.equal(rowsOf(done[0]).length, 1);
});

test('who is gone is gone from the trail, what was done is not', async () => {
	const boss = await admin();
	const who = await account({ full_name: 'Somebody To Forget' });
	const { json: item } = await api('POST', '/items/', { token: who.token,
		json: { title: 'Private words to forget' } });
	const { json: theirs } = await api('PATCH', `/users/${who.user.id}`,
	    { token: boss.token, json: { full_name: 'Somebody Else To Forget' } });
	const ids = `'${who.user.id}', '${item.id}'`;
	const rows = () => sqlCount(`SELECT COUNT(*) FROM audit WHERE object_id IN (${ids})`);

	assert.equal(theirs.full_name, 'Somebody Else To Forget');
	await logIn(who.email, newPassword());
	const before = rows();
	const gone = expect(await api('DELETE', '/users/me', { token: who.token }), {});

	await eventually('the trail has forgotten', () => sqlCount('SELECT COUNT(*) FROM' +
	    ` audit WHERE HEX(actor_id) = '${plain(who.user.id)}' OR diff LIKE '%To Forget%'` +
	    ` OR diff LIKE '%to forget%' OR diff LIKE '%${who.email}%' OR (object_id IN` +
	    ` (${ids}) AND actor_id IS NULL AND actor_ip IS NOT NULL)`) === 0);
	assert.ok(before >= 4);
	assert.equal(rows(), before + 1);
	/* What the administrator did stays the administrator's. */
	assert.equal(sqlCount(`SELECT COUNT(*) FROM audit WHERE object_id IN (${ids})` +
	    ` AND HEX(actor_id) = '${plain(boss.user.id)}' AND actor_ip = '127.0.0.1'`), 1);
	const [row] = rowsOf(gone);

	assert.deepEqual([row.actor, row.action, row.object, row.address, row.diff],
	    ['', 'users-delete_user_me', who.user.id, '', null]);
	/* The task is run again: nothing more to do. */
	sql("UPDATE tasks SET state = 'queued', attempts = 0, run_at = UTC_TIMESTAMP(6)" +
	    ` WHERE kind = 'audit_forget' AND args LIKE '%${who.user.id}%'`);
	await eventually('done again', () => sqlCount('SELECT COUNT(*) FROM tasks WHERE' +
	    ` kind = 'audit_forget' AND state <> 'done'`) === 0);
	assert.equal(rows(), before + 1);
});

test('what is older than AUDIT_KEEP_DAYS is removed', async () => {
	const row = (id, days) => sql('INSERT INTO audit (id, at, action) VALUES' +
	    ` (UNHEX(CONCAT(LPAD(HEX(FLOOR((UNIX_TIMESTAMP() - ${days} * 86400) * 1000)),` +
	    ` 12, '0'), '7000800000000000', '${id}')), UTC_TIMESTAMP(6) - INTERVAL ${days}` +
	    " DAY, 'test-purge')");

	sql("DELETE FROM audit WHERE action = 'test-purge'");
	row('0001', 366);
	row('0002', 364);
	runTask('purge_audit');
	await eventually('the old row is gone', () => sqlCount('SELECT COUNT(*) FROM audit' +
	    " WHERE action = 'test-purge' AND HEX(id) LIKE '%0001'") === 0);
	assert.equal(sqlCount("SELECT COUNT(*) FROM audit WHERE action = 'test-purge'"), 1);
	sql("DELETE FROM audit WHERE action = 'test-purge'");
});

/* Last: after all that was done above, and by whatever test ran before. */
test('no secret is in the trail', () => {
	const text = sql("SELECT HEX(CONCAT_WS(' ', actor_ip, action, object_type, object_id," +
	    ' diff, request_id)) FROM audit').map(([line]) =>
		Buffer.from(line, 'hex').toString()).join('\n');

	assert.ok(secrets.size > 25);
	for (const value of secrets)
		assert.ok(!text.includes(value), `in the trail: ${value.slice(0, 8)}...`);
	assert.ok(!/\$argon2|\$2[aby]\$|eyJ[\w-]+\.|hushhush/.test(text));
});
