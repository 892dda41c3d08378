/*
 * Every operation that changes something, done once: for the tests of what it
 * leaves in the audit trail.
 */
import assert from 'node:assert/strict';

import { admin, makeKey } from './access.mjs';
import { authenticator } from './authenticator.mjs';
import { account, api, expect, hex, logIn, newEmail, newPassword, signUp,
	unique } from './client.mjs';
import { mailTo } from './mail.mjs';
import { holder, loginOptions, options, ORIGIN } from './passkeys.mjs';
import { sql } from './stack.mjs';
import { PRODUCTS } from './trail-products.mjs';
import { addTotp, codeOf, confirmTotp, firstStep, protectedAccount, remove, renew,
	secondStep } from './totp.mjs';
import { ADMIN } from './trail-admin.mjs';

/* What was used as a password, token, key or code: none may be in the trail. */
export const secrets = new Set();

function secret(value) {
	assert.ok(value?.length >= 8, `no secret: ${value}`);
	secrets.add(value);
	return value;
}

/* The rows that a reply left: [actor, action, type, object, address, diff]. */
export function rowsOf(reply) {
	const text = (column) => `COALESCE(${column}, '')`;

	return sql(`SELECT ${text('LOWER(HEX(actor_id))')}, action, ${text('object_type')},` +
	    ` ${text('object_id')}, ${text('actor_ip')}, HEX(COALESCE(diff, 'null'))` +
	    ` FROM audit WHERE request_id = '${reply.headers['x-request-id']}'`)
	    .map(([actor, action, type, object, address, diff]) => ({ actor, action, type,
		    object, address, diff: JSON.parse(Buffer.from(diff, 'hex').toString()) }));
}

/* One that recurs, before its turn. */
export const runTask = (kind) => sql('INSERT INTO tasks (id, kind, args, state, attempts,' +
    ` run_at, created_at) VALUES (RANDOM_BYTES(16), '${kind}', '{}', 'queued', 0,` +
    ' UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))');

const tokenIn = (mail, path) => secret(new URL(mail.links.find((link) =>
	link.includes(path))).searchParams.get('token'));

/* Signed in by /auth/login: {..., token, refresh_token, session}. */
export async function person() {
	const made = await signUp();
	const { email, password } = made;
	const r = expect(await api('POST', '/auth/login', { json: { email, password } }), {});
	const { access_token, refresh_token, session } = r.json;

	return { ...made, token: secret(access_token), session,
		refresh_token: secret(refresh_token) };
}

const people = { one: null };
const one = async () => people.one ??= await person();
const put = async (who, title = 'mine') => expect(await api('POST', '/items/',
    { token: who.token, json: { title } }), {}).json;

/* By operationId: the reply, who did it (null: nobody), and to which object. */
export const OPERATIONS = {
	'login-login_access_token': async () => {
		const who = await signUp();
		const r = await logIn(who.email, secret(who.password));
		const [[id]] = sql('SELECT LOWER(HEX(id)) FROM sessions WHERE user_id =' +
		    hex(who.user.id));

		secret(r.json.access_token);
		return [r, who, 'session', id];
	},
	'login-recover_password': async () => {
		const { email } = await one();

		return [await api('POST', `/password-recovery/${email}`), null, '', ''];
	},
	'login-reset_password': async () => {
		const who = await signUp();

		await api('POST', `/password-recovery/${who.email}`);
		const token = tokenIn(await mailTo(who.email), '/reset-password');
		const new_password = secret(newPassword());

		return [await api('POST', '/reset-password/', { json: { token, new_password } }),
			who, 'user', who.user.id];
	},
	'users-create_user': async () => {
		const boss = await admin();
		const r = await api('POST', '/users/', { token: boss.token,
			json: { email: newEmail(), password: secret(newPassword()) } });

		return [r, boss, 'user', r.json.id];
	},
	'users-update_user': async () => {
		const boss = await admin(), { user } = await signUp();

		return [await api('PATCH', `/users/${user.id}`, { token: boss.token,
			json: { password: secret(newPassword()), full_name: 'Other' } }),
		boss, 'user', user.id];
	},
	'users-delete_user': async () => {
		const boss = await admin(), { user } = await signUp();

		return [await api('DELETE', `/users/${user.id}`, { token: boss.token }),
			boss, 'user', user.id];
	},
	'users-update_user_me': async () => {
		const who = await one();

		return [await api('PATCH', '/users/me', { token: who.token,
			json: { full_name: 'New' } }), who, 'user', who.user.id];
	},
	'users-update_password_me': async () => {
		const who = await person(), new_password = secret(newPassword());

		return [await api('PATCH', '/users/me/password', { token: who.token,
			json: { current_password: who.password, new_password } }),
		who, 'user', who.user.id];
	},
	/* Whoever it was is forgotten soon: the test of that looks closer. */
	'users-delete_user_me': async () => {
		const who = await person();

		return [await api('DELETE', '/users/me', { token: who.token }), undefined,
			'user', who.user.id];
	},
	'users-register_user': async () => {
		const json = { email: newEmail(), password: secret(newPassword()) };
		const r = await api('POST', '/users/signup', { json });

		return [r, { user: r.json }, 'user', r.json.id];
	},
	'users-update_preferences': async () => {
		const who = await one();

		return [await api('PATCH', '/users/me/preferences', { token: who.token,
			json: { theme: 'dark' } }), who, 'user', who.user.id];
	},
	'users-create_export': async () => {
		const who = await one();
		const r = await api('POST', '/users/me/export', { token: who.token,
			json: { password: secret(who.password) } });

		return [r, who, 'export', r.json.id];
	},
	'items-create_item': async () => {
		const who = await one();
		const r = await api('POST', '/items/', { token: who.token, json: { title: 'a' } });

		return [r, who, 'item', r.json.id];
	},
	'items-update_item': async () => {
		const who = await one(), { id } = await put(who);

		return [await api('PUT', `/items/${id}`, { token: who.token,
			json: { title: 'b' } }), who, 'item', id];
	},
	'items-delete_item': async () => {
		const who = await one(), { id } = await put(who);

		return [await api('DELETE', `/items/${id}`, { token: who.token }), who, 'item', id];
	},
	...PRODUCTS,
	'utils-test_email': async () => {
		const boss = await admin();

		return [await api('POST', `/utils/test-email/?email_to=${newEmail()}`,
		    { token: boss.token }), boss, '', ''];
	},
	'auth-log_in': async () => {
		const who = await signUp(), { email, password } = who;
		const r = await api('POST', '/auth/login', { json: { email, password } });

		secret(r.json.refresh_token);
		return [r, who, 'session', r.json.session.id];
	},
	'auth-refresh_tokens': async () => {
		const who = await person(), { refresh_token } = who;
		const r = await api('POST', '/auth/refresh', { json: { refresh_token } });

		secret(r.json.refresh_token);
		return [r, who, 'session', who.session.id];
	},
	'auth-log_out': async () => {
		const who = await person();

		return [await api('POST', '/auth/logout', { token: who.token }), who, 'session',
			who.session.id];
	},
	'auth-update_session': async () => {
		const who = await one(), { id } = who.session;

		return [await api('PATCH', `/auth/sessions/${id}`, { token: who.token,
			json: { device_name: 'Desk' } }), who, 'session', id];
	},
	'auth-delete_session': async () => {
		const who = await person(), { id } = who.session;

		return [await api('DELETE', `/auth/sessions/${id}`, { token: who.token }),
			who, 'session', id];
	},
	'auth-delete_sessions': async () => {
		const who = await person();

		return [await api('DELETE', '/auth/sessions?others=true', { token: who.token }),
			who, 'user', who.user.id];
	},
	'auth-end_session_by_link': async () => {
		const who = await person(), { email, password } = who;
		const r = await api('POST', '/auth/login', { json: { email, password },
			headers: { 'user-agent': `another ${unique()}` } });
		const token = tokenIn(await mailTo(email), '/end-session');

		return [await api('POST', '/auth/sessions/end', { json: { token } }), who,
			'session', r.json.session.id];
	},
	'auth-request_verification': async () => {
		const who = await person();

		return [await api('POST', '/auth/email/verify-request', { token: who.token }),
			who, 'user', who.user.id];
	},
	'auth-verify_email': async () => {
		const who = await person(), new_email = newEmail();

		await api('POST', '/auth/email/verify-request', { token: who.token,
			json: { new_email } });
		const token = tokenIn(await mailTo(new_email), '/verify-email');

		return [await api('POST', '/auth/email/verify', { json: { token } }), who,
			'user', who.user.id];
	},
	'auth-create_totp': async () => {
		const who = await account(), r = await addTotp(who);

		secret(r.json.secret);
		return [r, who, 'user', who.user.id];
	},
	'auth-confirm_totp': async () => {
		const who = await account(), { json } = await addTotp(who);
		const r = await confirmTotp(who, codeOf(secret(json.secret)));

		r.json.recovery_codes.forEach(secret);
		return [r, who, 'user', who.user.id];
	},
	'auth-create_recovery_codes': async () => {
		const who = await protectedAccount();
		const r = await renew(who, codeOf(who.secret));

		[...who.codes, ...r.json.recovery_codes].forEach(secret);
		return [r, who, 'user', who.user.id];
	},
	'auth-delete_totp': async () => {
		const who = await protectedAccount();

		return [await remove(who, codeOf(who.secret)), who, 'user', who.user.id];
	},
	'auth-verify_mfa': async () => {
		const who = await protectedAccount(), token = secret(await firstStep(who));
		const r = await secondStep(token, codeOf(who.secret));

		return [r, who, 'session', r.json.session.id];
	},
	'auth-create_passkey': async () => {
		const who = await account(), device = authenticator(ORIGIN);
		const credential = device.create(await options(who.token));
		const r = await api('POST', '/auth/passkeys', { token: who.token,
			json: { credential, name: 'Key' } });

		return [r, who, 'passkey', r.json.id];
	},
	'auth-update_passkey': async () => {
		const who = await holder(), { id } = who.passkey;

		return [await api('PATCH', `/auth/passkeys/${id}`, { token: who.token,
			json: { name: 'Other' } }), who, 'passkey', id];
	},
	'auth-delete_passkey': async () => {
		const who = await holder(), { id } = who.passkey;

		return [await api('DELETE', `/auth/passkeys/${id}`, { token: who.token }), who,
			'passkey', id];
	},
	'auth-login_passkey': async () => {
		const who = await holder();
		const credential = who.device.get(await loginOptions());
		const r = await api('POST', '/auth/passkeys/login', { json: { credential } });

		secret(r.json.refresh_token);
		return [r, who, 'session', r.json.session.id];
	},
	'auth-create_api_key': async () => {
		const who = await one();
		const r = await api('POST', '/auth/api-keys', { token: who.token,
			json: { name: 'key' } });

		secret(r.json.key);
		return [r, who, 'api_key', r.json.id];
	},
	'auth-delete_api_key': async () => {
		const who = await one(), { id, key } = await makeKey(who);

		secret(key);
		return [await api('DELETE', `/auth/api-keys/${id}`, { token: who.token }), who,
			'api_key', id];
	},
	...ADMIN,
	'admin-end_user_sessions': async () => {
		const boss = await admin(), { user } = await person();

		return [await api('DELETE', `/admin/users/${user.id}/sessions`,
		    { token: boss.token }), boss, 'user', user.id];
	},
};

/* What leaves no row, and why. */
export const EXCEPTIONS = {
	'private-create_user': 'exists in development alone',
	'login-test_token': 'writes nothing',
	'login-recover_password_html_content': 'writes nothing',
	'kv-read_values': 'writes nothing',
	'kv-write_values': 'values would be written twice',
	'kv-delete_values': 'values would be written twice',
	'kv-put_value': 'values would be written twice',
	'kv-delete_value': 'values would be written twice',
	'auth-create_passkey_options': 'a challenge, which changes nothing',
	'auth-create_login_options': 'a challenge, which changes nothing',
};
