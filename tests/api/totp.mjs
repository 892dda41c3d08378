/*
 * An authenticator: codes from a secret (RFC 6238), and accounts that have one.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';

import { account, api, detail, expect, hex } from './client.mjs';
import { sleep, sql, sqlCount } from './stack.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30000;

export function base32(text) {
	const bits = [...text].map((digit) => ALPHABET.indexOf(digit)
	    .toString(2).padStart(5, '0')).join('');

	return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/* The code of a step: 0 is now, -1 the one before. */
export function codeOf(secret, offset = 0) {
	const counter = Buffer.alloc(8);

	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP_MS) + offset));
	const mac = crypto.createHmac('sha1', base32(secret)).update(counter).digest();
	const at = mac[19] & 15;

	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/* One that is good at none of the steps around. */
export function wrongCode(secret) {
	const near = [-2, -1, 0, 1, 2, 3].map((offset) => codeOf(secret, offset));

	for (let i = 0; ; i++)
		if (!near.includes(String(i).padStart(6, '0')))
			return String(i).padStart(6, '0');
}

/* Until so much of the step is left that a test stays within it. */
export async function freshStep(ms = 8000) {
	const left = STEP_MS - Date.now() % STEP_MS;

	if (left < ms)
		await sleep(left + 50);
}

/* As if no code had been used yet. */
export const forgetStep = (user, on) => sql(
    `UPDATE totp SET last_step = 0 WHERE user_id = ${hex(user.id)}`, on);

export const addTotp = (who, password = who.password, more = {}) =>
	api('POST', '/auth/mfa/totp', { token: who.token, json: { password }, ...more });
export const confirmTotp = (who, code, more = {}) =>
	api('POST', '/auth/mfa/totp/confirm', { token: who.token, json: { code }, ...more });

/* A new account with an authenticator: and {secret, codes}. */
export async function protectedAccount(fields, more = {}) {
	const who = await account(fields, more);
	const { secret } = expect(await addTotp(who, undefined, more), { status: 201 }).json;
	const { recovery_codes: codes } =
	    expect(await confirmTotp(who, codeOf(secret), more), {}).json;

	forgetStep(who.user, more.stack);
	return { ...who, secret, codes };
}

/* The first step of a sign-in: the token for the second. */
export async function firstStep({ email, password }, fields = {}, more = {}) {
	const r = await api('POST', '/auth/login',
	    { json: { email, password, ...fields }, ...more });

	return expect(r, {}).json.mfa_token;
}

export const secondStep = (mfa_token, code, method = 'totp', more = {}) =>
	api('POST', '/auth/mfa/verify', { json: { mfa_token, method, code }, ...more });

/* What is refused, with its code. */
const refused = (status, code, text) => ({ status, json: { ...detail(text), code },
	headers: { 'www-authenticate': status === 401 ? 'Bearer' : undefined } });

export const badCode = (status = 401) =>
	refused(status, 'bad_code', 'The code is wrong, or it was used before');
export const badPassword = refused(401, 'bad_password', 'The password is wrong');
export const expired = refused(401, 'mfa_expired',
    'This sign-in took too long or is over: begin anew');
export const exists = refused(409, 'totp_exists',
    'There is an authenticator already: remove it first');
export const notEnabled = refused(409, 'not_enabled', 'There is no authenticator');
export const notStarted = refused(409, 'not_started',
    'There is no authenticator to confirm: add one first');

export const state = ({ token }) => api('GET', '/auth/mfa', { token });
export const stateOf = (totp, recovery_codes_left, passkeys = 0) =>
	({ json: { totp, recovery_codes_left, passkeys } });
export const renew = ({ token }, code) =>
	api('POST', '/auth/mfa/recovery-codes', { token, json: { code } });
export const remove = ({ token, password }, code, word = password) =>
	api('DELETE', '/auth/mfa/totp', { token, json: { password: word, code } });
export const password = (who) => api('POST', '/auth/login',
    { json: { email: who.email, password: who.password } });
export const sessions = ({ user }) =>
	sqlCount(`SELECT COUNT(*) FROM sessions WHERE user_id = ${hex(user.id)}`);

/* The reply of whoever is in. */
export function signedIn(r) {
	const { json } = expect(r, {});

	assert.equal(json.mfa_required, false);
	assert.equal(json.mfa_token, undefined);
	return json;
}
