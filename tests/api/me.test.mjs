/*
 * What people do with their own account: read, change, delete, new password.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	SECRET, account, api, badCredentials, badEmail, detail, expect, invalid, logIn, newPassword,
	missing, newEmail, notText, signUp, tooLong, tooShort, unique,
} from './client.mjs';
import { sql, sqlCount } from './stack.mjs';

const patch = (token, json) => api('PATCH', '/users/me', { token, json });
const change = (token, json) => api('PATCH', '/users/me/password', { token, json });
const message = (text) => ({ json: { message: text } });
const wrongLogin = { status: 400, json: detail('Incorrect email or password') };

test('only the members that are given change', async () => {
	const { token, user } = await account({ full_name: 'One' });

	expect(await patch(token, {}), { json: user });
	expect(await patch(token, { full_name: 'Two' }),
	    { json: { ...user, full_name: 'Two' } });
	const email = newEmail();

	expect(await patch(token, { email }),
	    { json: { ...user, full_name: 'Two', email } });
	expect(await patch(token, { full_name: null }),
	    { json: { ...user, full_name: null, email } });
	expect(await api('GET', '/users/me', { token }),
	    { json: { ...user, full_name: null, email } });
});

test('a reply of nothing changed is the account', async () => {
	const { token, user } = await account({ full_name: 'Same' });

	for (let i = 0; i < 2; i++)
		expect(await patch(token, { full_name: 'Same', email: user.email }),
		    { json: user });
});

test('members that nobody asked for change nothing', async () => {
	const { token, user, email, password } = await account();

	expect(await patch(token, { is_superuser: true, is_active: false, id: 'x',
		password: `${SECRET}-other`, created_at: null }), { json: user });
	expect(await logIn(email, password), {});
});

test('the input is validated', async () => {
	const { token, user } = await account();

	for (const [json, ...faults] of [
		[{ email: null }, notText('email', null)],
		[{ email: 5, full_name: [] }, notText('full_name', []), notText('email', 5)],
		[{ full_name: 'x'.repeat(256) }, tooLong('full_name', 255, 'x'.repeat(256))],
		[{ email: 'x' }, badEmail('email', 'An email address must have an @-sign.', 'x')],
	])
		expect(await patch(token, json), invalid(...faults));
	for (const bad of ['\\u0000', '\\ud800'])
		expect(await api('PATCH', '/users/me', { token,
			body: `{"full_name":"${bad}"}`, type: 'application/json' }),
		{ status: 422 });
	expect(await api('GET', '/users/me', { token }), { json: user });
});

test("another account's address is a conflict, in any case", async () => {
	const [one, two] = [await account(), await account()];
	const taken = { status: 409, json: detail('User with this email already exists') };

	for (const email of [two.email, two.email.toUpperCase(), `x <${two.email}>`])
		expect(await patch(one.token, { email, full_name: 'Changed' }), taken);
	expect(await api('GET', '/users/me', { token: one.token }), { json: one.user });
});

test('the own address may change its case', async () => {
	const { token, user, password } = await account();
	const email = user.email.replace(/^t/, 'T');

	expect(await patch(token, { email }), { json: { ...user, email } });
	expect(await logIn(email.toLowerCase(), password), {});
});

test('a new address is the one to sign in with', async () => {
	const { token, email, password } = await account();
	const next = `Next.${unique()}@Example.com`;

	expect(await patch(token, { email: next }), {});
	expect(await logIn(email, password), wrongLogin);
	expect(await logIn(next, password), {});
	await signUp({ email });
});

test('times have microseconds, or none when there are none', async () => {
	const { token, email } = await account();

	for (const [stored, shown] of [
		['2026-08-21 10:00:00.123456', '2026-08-21T10:00:00.123456Z'],
		['2026-08-21 10:00:00.100000', '2026-08-21T10:00:00.100000Z'],
		['2026-08-21 10:00:00.000001', '2026-08-21T10:00:00.000001Z'],
		['2026-08-21 10:00:00', '2026-08-21T10:00:00Z'],
		['1999-12-31 23:59:59', '1999-12-31T23:59:59Z'],
	]) {
		sql(`UPDATE users SET created_at = '${stored}' WHERE email = '${email}'`);
		assert.equal(expect(await api('GET', '/users/me', { token }), {}).json.created_at,
		    shown);
	}
});

test('deleting the own account', async () => {
	const { token, email, password, user } = await account();
	const other = expect(await logIn(email, password), {}).json.access_token;

	expect(await api('DELETE', '/users/me', { token }),
	    message('User deleted successfully'));
	for (const gone of [token, other])
		for (const [method, path] of [['GET', '/users/me'], ['DELETE', '/users/me'],
			['PATCH', '/users/me'], ['POST', '/login/test-token']])
			expect(await api(method, path, { token: gone, ...(method === 'PATCH' &&
			    { json: {} }) }), { status: 404, json: detail('User not found') });
	expect(await logIn(email, password), wrongLogin);
	assert.equal(sqlCount('SELECT COUNT(*) FROM sessions WHERE HEX(user_id) =' +
	    ` '${user.id.replace(/-/g, '')}'`), 0);
	const again = await signUp({ email });

	assert.notEqual(again.user.id, user.id);
});

test('a superuser does not delete the own account', async () => {
	const { token, email, user } = await account();

	sql(`UPDATE users SET is_superuser = 1 WHERE email = '${email}'`);
	expect(await api('DELETE', '/users/me', { token }), {
		status: 403,
		json: detail('Super users are not allowed to delete themselves'),
	});
	expect(await api('GET', '/users/me', { token }),
	    { json: { ...user, is_superuser: true } });
});

test('a new password ends the other sessions and spares the calling one', async () => {
	const { token, email, password, user } = await account();
	const others = [];

	for (let i = 0; i < 2; i++)
		others.push(expect(await logIn(email, password), {}).json.access_token);
	expect(await change(token, { current_password: password,
		new_password: `${SECRET}-next` }), message('Password updated successfully'));
	expect(await api('GET', '/users/me', { token }), { json: user });
	for (const other of others)
		expect(await api('GET', '/users/me', { token: other }), badCredentials);
	expect(await logIn(email, password), wrongLogin);
	const next = expect(await logIn(email, `${SECRET}-next`), {}).json.access_token;

	expect(await api('GET', '/users/me', { token: next }), { json: user });
});

test("another account's sessions stay", async () => {
	const [one, two] = [await account(), await account()];

	expect(await change(one.token, { current_password: one.password,
		new_password: `${SECRET}-next` }), {});
	expect(await api('GET', '/users/me', { token: two.token }), { json: two.user });
});

test('a wrong current password comes before an unchanged one', async () => {
	const { token, email, password } = await account();
	const other = `${SECRET}-other`;

	expect(await change(token, { current_password: other, new_password: other }),
	    { status: 400, json: detail('Incorrect password') });
	expect(await change(token, { current_password: other, new_password: password }),
	    { status: 400, json: detail('Incorrect password') });
	expect(await change(token, { current_password: password, new_password: password }), {
		status: 400,
		json: detail('New password cannot be the same as the current one'),
	});
	expect(await logIn(email, password), {});
});

test('both passwords are validated, and neither is echoed', async () => {
	const { token, email, password } = await account();
	const long = SECRET + 'x'.repeat(121);

	for (const [json, ...faults] of [
		[{}, missing('current_password', {}), missing('new_password', {})],
		[{ current_password: password },
			missing('new_password', { current_password: null })],
		[{ x: 1, new_password: password },
			missing('current_password', { x: 1, new_password: null })],
		[{ current_password: 'short', new_password: '' },
			tooShort('current_password', 8), tooShort('new_password', 8)],
		[{ current_password: long, new_password: long },
			tooLong('current_password', 128), tooLong('new_password', 128)],
		[{ current_password: null, new_password: 12345678 },
			notText('current_password'), notText('new_password')],
	])
		expect(await change(token, json), invalid(...faults));
	expect(await logIn(email, password), {});
});

test('two changes at once: one wins, and the account stays usable', async () => {
	const { token, email, password } = await account();
	const words = [1, 2, 3, 4].map(newPassword);
	const replies = await Promise.all(words.map((word) => change(token,
	    { current_password: password, new_password: word })));
	const good = words.filter((_, i) => replies[i].status === 200);

	assert.equal(good.length, 1, replies.map((r) => r.status).join());
	for (const r of replies.filter((reply) => reply.status !== 200))
		expect(r, { status: 400, json: detail('Incorrect password') });
	expect(await logIn(email, good[0]), {});
	assert.equal(sqlCount('SELECT COUNT(*) FROM users WHERE email =' +
	    ` '${email}'`), 1);
});
