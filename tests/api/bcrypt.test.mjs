/*
 * Hashes of bcrypt, from the database of an application that Atrium follows:
 * they let their owner in, and are Argon2id from then on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SECRET, api, detail, expect, logIn, signUp } from './client.mjs';
import { sql } from './stack.mjs';

const wrong = { status: 400, json: detail('Incorrect email or password') };
const OLD = `${SECRET}-old`;
const UNICODE = `${SECRET}-Zoë 😀`;
const LONG = SECRET + 'x'.repeat(64); /* 72 bytes, all that bcrypt reads */

/* Made by libxcrypt, with the salt abcdefghijklmnopqrstuu. */
const HASHES = [
	['$2b$, cost 4', OLD, '$2b$04$abcdefghijklmnopqrstuuRi/QwNM8MYN8C5DpEC6aApcxJtjpe/W'],
	['$2y$, cost 5', OLD, '$2y$05$abcdefghijklmnopqrstuuwvmmyhrrVm/qRFl7C7eQ3G5IMftsaQK'],
	['$2a$, cost 4', OLD, '$2a$04$abcdefghijklmnopqrstuuRi/QwNM8MYN8C5DpEC6aApcxJtjpe/W'],
	['$2b$ of more than ASCII', UNICODE,
		'$2b$04$abcdefghijklmnopqrstuuhyx9BAPHDHly4pTmDIf2UC76L8SvK6a'],
	['$2b$ of 72 bytes', LONG,
		'$2b$04$abcdefghijklmnopqrstuuzbMDxysrRzyHyDIH0zR7G75P9zV9RgK'],
];

/* An account with that hash. */
async function stored(hash) {
	const { email } = await signUp();
	const put = (text) => sql(`UPDATE users SET password = '${text}'` +
	    ` WHERE email = '${email}'`);

	put(hash);
	return { email, put, read: () =>
		sql(`SELECT password FROM users WHERE email = '${email}'`)[0][0] };
}

for (const [name, password, hash] of HASHES) {
	test(`${name}: the password is good, and becomes Argon2id`, async () => {
		const { email, read } = await stored(hash);
		const r = expect(await logIn(email, password), {});
		const renewed = read();

		expect(await api('GET', '/users/me', { token: r.json.access_token }), {});
		assert.match(renewed, /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
		expect(await logIn(email, password), {});
		assert.equal(read(), renewed);
		expect(await logIn(email, `${password}-not`), wrong);
	});

	test(`${name}: another password is not, and changes nothing`, async () => {
		const { email, read } = await stored(hash);

		for (const word of [`${SECRET}-new`, password.toUpperCase(), ` ${password}`,
			password.slice(1), hash, password.slice(0, -1)])
			expect(await logIn(email, word), wrong);
		assert.equal(read(), hash);
		expect(await logIn(email, password), {});
	});
}

test('what only begins like bcrypt lets nobody in', async () => {
	const { email, put } = await stored('');
	const [, , good] = HASHES[0];

	for (const hash of ['$2b$', '$2b$04$', '$2b$04$abcdefghijklmnopqrstuu',
		good.slice(0, -1), `${good}x`, good.replace('$04$', '$31$'),
		good.replace('$04$', '$99$'), good.replace('$04$', '$03$'),
		good.replace('$04$', '$0x$'), good.replace('$2b$', '$2x$'),
		good.replace('$2b$', '$2c$'), good.replace('$2b$', '$1b$'),
		good.replace('abc', 'a!c'), good.replace('abc', 'a$c'),
		good.replace(/.$/, '*'), '*0', '*1', '$1$abc$def', '$6$abc$def', '$y$j9T$a$b']) {
		put(hash);
		expect(await logIn(email, OLD), wrong);
		expect(await logIn(email, hash), wrong);
		/* Ten failures in a row would be another answer. */
		sql('DELETE FROM throttle');
	}
});
