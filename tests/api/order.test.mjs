/*
 * Which check comes first: path, body, caller, input, state.
 */
import { test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	account, api, badCredentials, badJson, badUuid, call, detail, expect, fault,
	invalid, missing, newEmail, notAuthenticated, notText, superuser, tooShort,
} from './client.mjs';
import { ADMINISTERED, WITH_JSON } from './operations.mjs';
import { sql } from './stack.mjs';

const broken = { body: '{"a":', type: 'application/json' };
const notUtf8 = {
	body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
	type: 'application/json',
};
const wrong = { json: { email: 1 } };
const wrongFault = invalid(notText('email', 1));
test('the path comes before the body', async () => {
	expect(await call('PATCH', '/api/v1/none', broken),
	    { status: 404, json: detail('Not Found') });
	expect(await api('PUT', '/users/me', broken),
	    { status: 405, json: detail('Method Not Allowed') });
});

for (const { method, url, name, who } of WITH_JSON) {
	test(`${name}: the body's grammar comes before the caller`, async () => {
		for (const token of [undefined, 'nonsense']) {
			expect(await api(method, url, { ...broken, token }),
			    invalid(badJson(5, 'Expecting value')));
			expect(await api(method, url, { ...notUtf8, token }), {
				status: 400,
				json: detail('There was an error parsing the body'),
			});
		}
	});

	if (who !== 'anyone')
		test(`${name}: the caller comes before the body's meaning`, async () => {
			for (const given of [wrong, { json: [] }, { json: null }, {},
				{ body: 'text' }]) {
				expect(await api(method, url, given), notAuthenticated);
				expect(await api(method, url, { ...given, token: 'nonsense' }),
				    badCredentials);
			}
		});
}

const world = shared(async () => ({ user: await account(), admin: await superuser() }));
const notAllowed = {
	status: 403, json: detail("The user doesn't have enough privileges"),
};
const by = (who, method, path, options) => (w) =>
	[method, path, { token: w[who].token, ...options }];
const noUuid = invalid(badUuid('user_id', 'invalid character: found `x` at 1', 'x'));

cases('the right comes before the input', world, [
	...ADMINISTERED.filter((op) => op.takes).map((op) =>
		[op.name, by('user', op.method, op.url, wrong), notAllowed]),
	...ADMINISTERED.filter((op) => op.path.includes('{user_id}')).map((op) =>
		[`${op.name}, no id`, by('user', op.method, '/users/x', { json: {} }), notAllowed]),
	['no id on a route of everybody', by('user', 'GET', '/users/x'), noUuid],
	['the name of another route', by('user', 'GET', '/users/signup'),
		invalid(badUuid('user_id', 'invalid character: found `s` at 1', 'signup'))],
	['no id, as administrator', by('admin', 'DELETE', '/users/x'), noUuid],
	['no id, as nobody', ['GET', '/users/x'], notAuthenticated],
	['no id and a bad token', ['GET', '/items/x', { token: 'x' }], badCredentials],
]);

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
