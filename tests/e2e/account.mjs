/* What the tests of the own account need beside the pages themselves. */
import { createHmac } from 'node:crypto';
import { dirname } from 'node:path';
import { mailsTo } from '../api/mail.mjs';
import { eventually } from '../api/stack.mjs';
import { api, base, ready } from './harness.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(text) {
	const bits = [...text.replace(/[\s=]/g, '')].map((sign) =>
		ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('');

	return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

/* RFC 6238; shift: steps before or after this one. */
export function totp(secret, shift = 0) {
	const counter = Buffer.alloc(8);

	counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + shift));
	const digest = createHmac('sha1', base32(secret)).update(counter).digest();
	const at = digest[19] & 15;

	return String((digest.readUInt32BE(at) & 0x7fffffff) % 1000000)
		.padStart(6, '0');
}

/* With an authenticator from the start: {secret, recovery_codes}. */
export async function addTotp(token, password) {
	const { secret } = await api('POST', '/auth/mfa/totp',
		{ token, json: { password } });
	const { recovery_codes } = await api('POST', '/auth/mfa/totp/confirm',
		{ token, json: { code: totp(secret, -1) } });

	return { secret, recovery_codes };
}

/* As enter() of the harness, for an account that has an authenticator. */
export async function enterWithCode(page, { email, password }, code, path) {
	const post = async (to, data) => (await page.request.post(
		`${base}/api/v1${to}`, { headers: { origin: base }, data })).json();
	const { mfa_token } = await post('/auth/login',
		{ email, password, transport: 'cookie' });

	await post('/auth/mfa/verify', { mfa_token, method: 'recovery_code', code });
	await page.goto(`${base}/static/favicon.svg`);
	await page.evaluate(() => localStorage.setItem('signed-in', 'yes'));
	await page.goto(base + path);
	await ready(page);
}

/* The token of the newest link to `path` that was mailed to somebody. */
export async function mailedToken(address, path) {
	const site = { dir: dirname(process.env.E2E_MAIL) };
	let token;

	await eventually(`a mail to ${address} with ${path}`, () => {
		token = mailsTo(address, site).flatMap(({ links }) => links)
			.map((text) => new URL(text))
			.findLast(({ pathname }) => pathname === path)
			?.searchParams.get('token');
		return token !== undefined;
	});
	return token;
}
