/*
 * The steps that tests of passkeys are made of.
 */
import { authenticator } from './authenticator.mjs';
import { account, api, expect, hex } from './client.mjs';
import { setting, sql, sqlCount } from './stack.mjs';

export const ORIGIN = setting('FRONTEND_HOST');

export async function options(token) {
	return expect(await api('POST', '/auth/passkeys/options', { token }), {}).json;
}

export async function register(token, device, { name = 'Key', cheat } = {}) {
	const credential = device.create(await options(token), cheat);

	return expect(await api('POST', '/auth/passkeys',
	    { token, json: { credential, name } }), { status: 201 }).json;
}

export async function loginOptions(json) {
	return expect(await api('POST', '/auth/passkeys/login/options', { json }), {}).json;
}

export function present(credential, fields, more) {
	return api('POST', '/auth/passkeys/login', { json: { credential, ...fields }, ...more });
}

export async function signInWith(device, cheat, fields, more) {
	return present(device.get(await loginOptions(), cheat), fields, more);
}

export const refusedLogin = { status: 401, json: {
	detail: 'The passkey was not accepted', code: 'bad_credential' } };

/* An account with one passkey: {user, token, email, password, device, passkey}. */
export async function holder(kind = {}) {
	const who = await account();
	const device = authenticator(ORIGIN, kind);

	return { ...who, device, passkey: await register(who.token, device) };
}

export const sessions = (user) =>
	sqlCount(`SELECT COUNT(*) FROM sessions WHERE user_id = ${hex(user.id)}`);

const text = (bytes) => bytes.toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/* The rows of audit about an object, as [actor, action, changes]. */
export function trailOf(type, id) {
	return sql('SELECT HEX(actor_id), action, diff FROM audit' +
	    ` WHERE object_type = '${type}' AND object_id = '${id}' ORDER BY id`)
	    .map(([actor, action, diff]) => [actor === 'NULL' ? null : text(actor), action,
		    diff === 'NULL' ? null : JSON.parse(diff.replace(/\\\\/g, '\\'))]);
}
