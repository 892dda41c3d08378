/*
 * Which check comes first: path, body, caller, input, state.
 */
import { test } from 'node:test';

import {
	account, api, badCredentials, badJson, call, detail, expect, fault, invalid,
	missing, newEmail, notAuthenticated, notText, tooShort,
} from './client.mjs';
import { sql } from './stack.mjs';

const broken = { body: '{"a":', type: 'application/json' };
const notUtf8 = {
	body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
	type: 'application/json',
};
const wrong = { json: { email: 1 } };
const wrongFault = invalid(notText('email', 1));
const GUARDED = [['PATCH', '/users/me'], ['PATCH', '/users/me/password']];

test('the path comes before the body', async () => {
	expect(await call('PATCH', '/api/v1/none', broken),
	    { status: 404, json: detail('Not Found') });
	expect(await api('PUT', '/users/me', broken),
	    { status: 405, json: detail('Method Not Allowed') });
});

for (const [method, path] of GUARDED) {
	test(`${method} ${path}: the body's grammar comes before the caller`, async () => {
		for (const token of [undefined, 'nonsense']) {
			expect(await api(method, path, { ...broken, token }),
			    invalid(badJson(5, 'Expecting value')));
			expect(await api(method, path, { ...notUtf8, token }), {
				status: 400,
				json: detail('There was an error parsing the body'),
			});
		}
	});

	test(`${method} ${path}: the caller comes before the body's meaning`, async () => {
		for (const given of [wrong, { json: [] }, { json: null }, {},
			{ body: 'text' }]) {
			expect(await api(method, path, given), notAuthenticated);
			expect(await api(method, path, { ...given, token: 'nonsense' }),
			    badCredentials);
		}
	});
}

test('an ended account comes before the input', async () => {
	const { token } = await account();

	expect(await api('PATCH', '/users/me', { ...wrong, token }), wrongFault);
	expect(await api('DELETE', '/users/me', { token }), {});
	expect(await api('PATCH', '/users/me', { ...wrong, token }),
	    { status: 404, json: detail('User not found') });
});

test('an inactive account comes before the input', async () => {
	const { token, email } = await account();

	sql(`UPDATE users SET is_active = 0 WHERE email = '${email}'`);
	expect(await api('PATCH', '/users/me', { ...wrong, token }),
	    { status: 400, json: detail('Inactive user') });
});

test('the input comes before the state', async () => {
	const { token, password } = await account();
	const input = { current_password: `${password}-not`, new_password: 'short' };

	expect(await api('PATCH', '/users/me/password', { json: input, token }),
	    invalid(tooShort('new_password', 8)));
	expect(await api('POST', '/users/signup', { json: { email: newEmail() } }),
	    { status: 422 });
});

test('all faults are told at once, in the order of the schema', async () => {
	expect(await api('POST', '/users/signup', {
		json: { full_name: 5, password: 'x', email: 7, extra: {} },
	}), invalid(notText('email', 7), tooShort('password', 8),
	    notText('full_name', 5)));
	expect(await api('POST', '/login/access-token',
	    { form: { grant_type: 'code' } }),
	    invalid(fault('string_pattern_mismatch', ['body', 'grant_type'],
	        "String should match pattern '^password$'", 'code',
	        { pattern: '^password$' }),
	    missing('username'), missing('password')));
});

test('a byte order mark before JSON is accepted', async () => {
	const { token } = await account();

	expect(await api('PATCH', '/users/me', {
		token, body: '\ufeff{"full_name":1}', type: 'application/json',
	}), invalid(notText('full_name', 1)));
});
