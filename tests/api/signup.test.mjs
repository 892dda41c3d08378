/*
 * POST /users/signup: who gets an account, and what is said to whom does not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
	API, SECRET, api, badEmail, badJson, call, detail, expect, fault, invalid,
	logIn, missing, newEmail, newPassword, notText, signUp, tooLong, tooShort,
	unique,
} from './client.mjs';
import { sql, sqlCount } from './stack.mjs';

const taken = {
	status: 400,
	json: detail('The user with this email already exists in the system'),
};
const signup = (json) => api('POST', '/users/signup', { json });
const post = (body) =>
	api('POST', '/users/signup', { body, type: 'application/json' });
const rows = (email) =>
	sqlCount(`SELECT COUNT(*) FROM users WHERE email = '${email}'`);

test('the reply is the account, in the order of the contract', async () => {
	const before = Date.now();
	const email = newEmail();
	const r = expect(await signup({ email, password: newPassword(), full_name: 'Zoë 😀' }),
	    { headers: { 'content-type': 'application/json' } });

	assert.deepEqual(Object.keys(r.json),
	    ['email', 'is_active', 'is_superuser', 'full_name', 'id', 'created_at']);
	assert.equal(r.text, JSON.stringify({ email, is_active: true,
		is_superuser: false, full_name: 'Zoë 😀', id: r.json.id,
		created_at: r.json.created_at }));
	assert.match(r.json.id,
	    /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
	assert.match(r.json.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/);
	assert.ok(Math.abs(Date.parse(r.json.created_at) - before) < 60000);
	assert.equal(rows(email), 1);
});

test('what is stored is a hash of the password', async () => {
	const { email, password } = await signUp();
	const [[hash]] = sql(`SELECT password FROM users WHERE email = '${email}'`);

	assert.match(hash, /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[\w+/]+\$[\w+/]+$/);
	assert.ok(!hash.includes(password));
});

test('members that nobody asked for are ignored', async () => {
	const { user } = await signUp({ is_superuser: true, is_active: false,
		id: '00000000-0000-4000-8000-000000000000', created_at: null,
		password_hash: 'x', __proto__: { a: 1 }, deep: [[[{ a: [] }]]] });

	assert.equal(user.is_superuser, false);
	assert.equal(user.is_active, true);
	assert.notEqual(user.id, '00000000-0000-4000-8000-000000000000');
});

test('full_name may be absent, null or empty', async () => {
	assert.equal((await signUp()).user.full_name, null);
	assert.equal((await signUp({ full_name: null })).user.full_name, null);
	assert.equal((await signUp({ full_name: '' })).user.full_name, '');
});

/* Code points, not bytes and not UTF-16. */
test('bounds are counted in code points', async () => {
	await signUp({ full_name: '😀'.repeat(255) });
	await signUp({ full_name: 'a'.repeat(255) });
	await signUp({ password: `hu5h-${unique().slice(0, 3)}` });
	await signUp({ password: SECRET + '😀'.repeat(120) });
	for (const name of ['a'.repeat(256), '😀'.repeat(256)])
		expect(await signup({ email: newEmail(), password: SECRET, full_name: name }),
		    invalid(tooLong('full_name', 255, name)));
	for (const password of ['', 'x', '1234567', '😀😀😀😀😀😀😀'])
		expect(await signup({ email: newEmail(), password }),
		    invalid(tooShort('password', 8)));
	expect(await signup({ email: newEmail(), password: SECRET + 'x'.repeat(121) }),
	    invalid(tooLong('password', 128)));
});

test('types are not coerced', async () => {
	for (const value of [1, 1.5, true, [], ['a'], {}, { a: 'b' }])
		expect(await signup({ email: newEmail(), password: SECRET, full_name: value }),
		    invalid(notText('full_name', value)));
	for (const value of [null, 1, false, [], {}])
		expect(await signup({ email: value, password: SECRET }),
		    invalid(notText('email', value)));
	for (const value of [null, 12345678, [SECRET], { [SECRET]: SECRET }])
		expect(await signup({ email: newEmail(), password: value }),
		    invalid(notText('password')));
});

test('a missing member is told with its object, secrets masked', async () => {
	expect(await signup({}), invalid(missing('email', {}), missing('password', {})));
	expect(await signup({ password: SECRET }),
	    invalid(missing('email', { password: null })));
	expect(await signup({ a: 1, password: SECRET, full_name: 'é' }),
	    invalid(missing('email', { a: 1, password: null, full_name: 'é' })));
	const email = newEmail();

	expect(await signup({ email }), invalid(missing('password', { email })));
});

/* A body of another type may hold a password: it is not echoed. */
test('a body that is no object is not echoed', async () => {
	const wrong = invalid(fault('model_attributes_type', ['body'],
	    'Input should be a valid dictionary or object to extract fields from'));

	for (const value of [[{ password: SECRET }], SECRET, [], 1, true])
		expect(await signup(value), wrong);
	expect(await api('POST', '/users/signup',
	    { body: `{"password":"${SECRET}"}`, type: 'text/plain' }), wrong);
});

/* [typed, shown] */
const ACCEPTED = [
	['  U@Example.COM  ', 'U@example.com'],
	['Name <U@EXAMPLE.com>', 'U@example.com'],
	["O'U+tag.x@example.com", "O'U+tag.x@example.com"],
	['U!#$%&*+-/=?^_`{|}~@example.com', 'U!#$%&*+-/=?^_`{|}~@example.com'],
	['U@sub.sub-2.example.co', 'U@sub.sub-2.example.co'],
	['üU@example.com', 'üU@example.com'],
];

for (const [typed, shown] of ACCEPTED)
	test(`address ${typed}`, async () => {
		const id = unique();
		const put = (text) => text.replace('U', `U${id}`);
		const { user } = await signUp({ email: put(typed) });

		assert.equal(user.email, put(shown));
		expect(await signup({ email: put(typed).toLowerCase(),
			password: newPassword() }), taken);
	});

const REFUSED = [
	['', 'An email address must have an @-sign.'],
	['plain', 'An email address must have an @-sign.'],
	['@example.com', 'There must be something before the @-sign.'],
	['a@example', 'The part after the @-sign is not valid. It should have a period.'],
	['a..b@example.com', 'An email address cannot have two periods in a row.'],
	['.a@example.com', 'An email address cannot start with a period.'],
	['a@example.com.', 'An email address cannot end with a period.'],
	['a b@example.com',
		'The email address contains invalid characters before the @-sign: SPACE.'],
	['a@ex_ample.com',
		"The part after the @-sign contains invalid characters: '_'."],
	['a@-example.com',
		'An email address cannot have a hyphen immediately after the @-sign.'],
	['a@host.test', 'The part after the @-sign is a special-use or reserved' +
		' name that cannot be used with email.'],
	['a@b.invalid', 'The part after the @-sign is a special-use or reserved' +
		' name that cannot be used with email.'],
	['a@b.localhost', 'The part after the @-sign is a special-use or reserved' +
		' name that cannot be used with email.'],
	['a@[127.0.0.1]', 'A bracketed IP address after the @-sign is not allowed here.'],
	['"a b"@example.com', 'Quoting the part before the @-sign is not allowed here.'],
	[`a@${'b'.repeat(64)}.com`, 'After the @-sign, periods cannot be separated by' +
		' so many characters (1 character too many).'],
];

for (const [email, reason] of REFUSED)
	test(`address ${email.slice(0, 40) || '(empty)'} is refused`, async () => {
		expect(await signup({ email, password: SECRET }),
		    invalid(badEmail('email', reason, email)));
	});

test('an address is refused whatever hides in it', async () => {
	for (const email of ['a@b@example.com', 'a\u0007@example.com', 'a\n@example.com',
		'a@exa\u200bmple.com', 'a@example.com\r\nBcc: b@example.com',
		`${'a'.repeat(250)}@example.com`, `a@${'b.'.repeat(130)}com`, 'a@.com',
		'a@b..com', 'a@xn--.com', 'a@\u202eexample.com', '<a@example.com',
		`a${'@'.repeat(200)}`, ' ', '@', '\u00a0a@example.com b']) {
		const r = expect(await signup({ email, password: SECRET }), { status: 422 });

		assert.deepEqual(r.json.detail[0].loc, ['body', 'email']);
	}
});

test('an address is unique without regard to case, and shown as typed', async () => {
	const email = `Mixed.${unique()}@Example.com`;
	const shown = email.replace('Example', 'example');
	const { user } = await signUp({ email });

	assert.equal(user.email, shown);
	for (const other of [email, shown, email.toLowerCase(), email.toUpperCase(),
		`x <${email}>`, ` ${email} `])
		expect(await signup({ email: other, password: newPassword() }), taken);
	assert.equal(rows(shown), 1);
	const sharp = unique();

	await signUp({ email: `ΣΑΣ${sharp}@example.com` });
	expect(await signup({ email: `σας${sharp}@example.com`, password: newPassword() }),
	    taken);
});

test('accents make another address', async () => {
	const id = unique();

	await signUp({ email: `e${id}@example.com` });
	await signUp({ email: `é${id}@example.com` });
});

test('U+0000 and lone surrogates are refused in every member', async () => {
	for (const bad of ['\\u0000', 'a\\u0000b', '\\ud800', '\\udc00\\ud800', 'x\\ud83d']) {
		for (const member of ['email', 'password', 'full_name']) {
			const given = { email: newEmail(), password: newPassword(), full_name: 'x' };
			const body = JSON.stringify({ ...given, [member]: '%' }).replace('%', bad);

			expect(await post(body), { status: 422 });
			assert.equal(rows(given.email), 0);
		}
	}
});

test('a surrogate pair is a character', async () => {
	const body = JSON.stringify({ email: newEmail(), password: newPassword(),
		full_name: '%' }).replace('%', '\\ud83d\\ude00');
	const r = expect(await post(body), {});

	assert.equal(r.json.full_name, '😀');
});

test('a repeated member is refused', async () => {
	const email = newEmail();

	for (const body of [
		`{"email":"${email}","email":"${email}","password":"${SECRET}"}`,
		`{"email":"${email}","password":"${SECRET}","password":"${SECRET}"}`,
		`{"email":"${email}","password":"${SECRET}","x":{"a":1,"\\u0061":2}}`,
	]) {
		const r = expect(await post(body), { status: 422 });

		assert.equal(r.json.detail[0].type, 'json_invalid');
	}
	assert.equal(rows(email), 0);
});

test('what is not JSON is refused', async () => {
	for (const body of ['{"password":NaN}', '{"password":Infinity}',
		"{'password':'x'}", '{"password":"x",}', '{"a":01}', '{"a":+1}',
		'{"a":1.}', '{"a":.5}', '{"a":"\t"}', '{"a":"\\x41"}', '{a:1}', '{} {}',
		'/**/{}', '{"a":1e}', '{"a":tru}', '[', '{', '"', '\u0000', '{}\u0000']) {
		const r = expect(await post(body), { status: 422 });

		assert.equal(r.json.detail[0].type, 'json_invalid', body);
		assert.equal(r.json.detail.length, 1);
		assert.equal(r.json.detail[0].loc[0], 'body');
	}
});

test('JSON faults are worded and counted as Python does', async () => {
	for (const [body, offset, error] of [
		['nul', 0, 'Expecting value'],
		['{"a":}', 5, 'Expecting value'],
		['{"é😀":}', 6, 'Expecting value'],
		['{"a" 1}', 5, "Expecting ':' delimiter"],
		['{"a":1 "b":2}', 7, "Expecting ',' delimiter"],
		['[1 2]', 3, "Expecting ',' delimiter"],
		['{}x', 2, 'Extra data'],
		['{} {}', 3, 'Extra data'],
		['"abc', 0, 'Unterminated string starting at'],
		['{', 1, 'Expecting property name enclosed in double quotes'],
		['{1:2}', 1, 'Expecting property name enclosed in double quotes'],
	])
		expect(await post(body), invalid(badJson(offset, error)));
});

test('a secret in a body that is not JSON is not echoed', async () => {
	expect(await post(`{"password":"${SECRET}"`), { status: 422 });
	expect(await post(`"${SECRET}`), { status: 422 });
});

test('depth is bounded', async () => {
	const deep = (n) => `{"x":${'['.repeat(n)}${']'.repeat(n)}}`;

	expect(await post(deep(20)), { status: 422 });
	for (const n of [40, 1000, 100000])
		expect(await post(deep(n)), { status: 422 });
	const r = await post(deep(100000));

	assert.equal(r.json.detail[0].type, 'json_invalid');
});

test('many members, long names and numbers do no harm', async () => {
	const email = newEmail();
	const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`m${i}`, i]));

	expect(await signup({ ...many, email, password: newPassword() }), {});
	expect(await post(`{"${'n'.repeat(100000)}":1}`), { status: 422 });
	expect(await post(`{"email":${'9'.repeat(5000)}}`), { status: 422 });
	expect(await post(`{"email":1e${'9'.repeat(300)}}`), { status: 422 });
	expect(await post(`{"email":-${'0.1'.padEnd(5000, '1')}}`), { status: 422 });
});

test('what was refused left nothing', async () => {
	const email = newEmail();

	for (const fields of [{ password: 'x' }, { password: SECRET, full_name: 5 },
		{ password: null }])
		expect(await signup({ email, ...fields }), { status: 422 });
	assert.equal(rows(email), 0);
	await signUp({ email });
});

test('SQL in a value is text', async () => {
	const name = `'); DROP TABLE users; -- ${unique()} \\ " %s %n`;
	const { user } = await signUp({ full_name: name });

	assert.equal(user.full_name, name);
});

test('50 at once with one address: one account', async () => {
	const id = unique();
	const replies = await Promise.all(Array.from({ length: 50 }, (_, i) =>
		call('POST', `${API}/users/signup`, { json: {
			email: `${i % 2 ? 'race' : 'RACE'}-${id}@example.com`,
			password: newPassword(),
		} })));
	const good = replies.filter((r) => r.status === 200);
	const bad = replies.filter((r) => r.status !== 200);

	assert.equal(good.length, 1);
	assert.equal(bad.length, 49);
	for (const r of bad)
		expect(r, taken);
	assert.equal(sqlCount('SELECT COUNT(*) FROM users WHERE LOWER(email) =' +
	    ` 'race-${id}@example.com'`), 1);
});

test('the new account can sign in', async () => {
	const { email, password } = await signUp();

	expect(await logIn(email, password), {});
});
