/*
 * /users/ and /users/{user_id}: what administrators do with accounts.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	SECRET, account, api, badEmail, badUuid, badCredentials, detail, expect, hex,
	invalid, logIn, missing, newEmail, newPassword, noBody, notBool, notObject,
	notText, superuser, tooLong, tooShort, unclearBool, unique,
} from './client.mjs';
import { pagingCases } from './paging.mjs';
import { sql, sqlCount } from './stack.mjs';

const message = (text) => ({ json: { message: text } });
const notAllowed = {
	status: 403, json: detail("The user doesn't have enough privileges"),
};
const notFound = { status: 404, json: detail('User not found') };
const noSuchUser = {
	status: 404, json: detail('The user with this id does not exist in the system'),
};
const taken = {
	status: 400,
	json: detail('The user with this email already exists in the system.'),
};
const conflict = { status: 409, json: detail('User with this email already exists') };
const noSelf = {
	status: 403, json: detail('Super users are not allowed to delete themselves'),
};
const NOBODY = crypto.randomUUID();

const world = shared(async () => ({
	admin: await superuser(), user: await account({ full_name: 'User' }),
	other: await account(),
}));
const as = (who, method, path, json) => (w) => [method,
	typeof path === 'function' ? path(w) : path,
	{ token: w[who].token, json: typeof json === 'function' ? json(w) : json }];
const userPath = (w) => `/users/${w.user.user.id}`;

/* [typed, reason]: what is no UUID. */
const NO_UUIDS = [
	['signup', 'invalid character: found `s` at 1'],
	['1', 'invalid length: expected length 32 for simple format, found 1'],
	['1111111122224333844455555555555',
		'invalid length: expected length 32 for simple format, found 31'],
	['11111111-2222-4333-8444-55555555555z', 'invalid character: found `z` at 36'],
	['1-2', 'invalid group count: expected 5, found 2'],
	['1111111-2222-4333-8444-555555555555',
		'invalid group length in group 0: expected 8, found 7'],
	['11111111-2222-4333-8444-5555555555555',
		'invalid group length in group 4: expected 12, found 13'],
	['%7B11111111-2222%7D', 'invalid group count: expected 5, found 2'],
	['%C3%A9', 'invalid character: found `é` at 1'],
	['%20', 'invalid character: found ` ` at 1'],
];

cases('read a user', world, [
	['the own account', as('user', 'GET', userPath), (w) => ({ json: w.user.user })],
	['another, as administrator', as('admin', 'GET', userPath),
		(w) => ({ json: w.user.user })],
	['another', as('other', 'GET', userPath), notAllowed],
	['another that is not', as('other', 'GET', `/users/${NOBODY}`), notAllowed],
	['nobody, as administrator', as('admin', 'GET', `/users/${NOBODY}`), notFound],
	['nil, as administrator', as('admin', 'GET',
	    '/users/00000000-0000-0000-0000-000000000000'), notFound],
	...[['capitals', (id) => id.toUpperCase()], ['32 digits', (id) => id.replace(/-/g, '')],
		['braces', (id) => `%7B${id}%7D`], ['a urn', (id) => `urn:uuid:${id}`],
	].map(([name, form]) => [`the id in ${name}`,
		as('user', 'GET', (w) => `/users/${form(w.user.user.id)}`),
		(w) => ({ json: w.user.user })]),
	...NO_UUIDS.map(([typed, why]) => [`the id ${typed}`, as('user', 'GET', `/users/${typed}`),
		invalid(badUuid('user_id', why, decodeURIComponent(typed)))]),
]);

/* What an administrator gives, and what comes of it. */
const made = (fields) => (w, r) => ({ json: { email: r.json.email, is_active: true,
	is_superuser: false, full_name: null, ...fields, id: r.json.id,
	created_at: r.json.created_at } });
const create = (json) => as('admin', 'POST', '/users/', json);
const given = (fields) => ({ email: newEmail(), password: newPassword(), ...fields });
const FULL = 'É'.repeat(255);

cases('make a user', world, [
	['only what must be', create(given()), made({})],
	['everything', create(given({ is_active: false, is_superuser: true, full_name: FULL })),
		made({ is_active: false, is_superuser: true, full_name: FULL })],
	['null for a name', create(given({ full_name: null })), made({})],
	['words for truth', create(given({ is_active: 'off', is_superuser: 'YES' })),
		made({ is_active: false, is_superuser: true })],
	['members that nobody knows', create(given({ id: NOBODY, created_at: null, x: [] })),
		made({})],
	['the address is shown as typed, its domain in small letters',
		create(given({ email: ' A <Big.ZOE@EXAMPLE.com> '.replace('ZOE', unique()) })),
		(w, r) => {
			assert.match(r.json.email, /^Big\.\w+@example\.com$/);
			return made({})(w, r);
		}],
	['a taken address', create((w) => given({ email: w.user.email })), taken],
	['a taken address in capitals',
		create((w) => given({ email: w.user.email.toUpperCase() })), taken],
	['nothing', create(undefined), invalid(noBody)],
	['null', create(null), invalid(noBody)],
	['a list', create([]), invalid(notObject(null))],
	['no member', create({}), invalid(missing('email', {}), missing('password', {}))],
	['no address', create({ password: SECRET, full_name: 'x' }),
		invalid(missing('email', { password: null, full_name: 'x' }))],
	['no password', create({ email: 'a@example.com' }),
		invalid(missing('password', { email: 'a@example.com' }))],
	['nothing of the right type, in the order of the schema',
		create({ password: 1, full_name: 2, is_superuser: [], is_active: {}, email: 3 }),
		invalid(notText('email', 3), notBool('is_active', {}),
		    notBool('is_superuser', []), notText('full_name', 2), notText('password'))],
	['null where none may be',
		create({ email: null, is_active: null, is_superuser: null, password: null }),
		invalid(notText('email', null), notBool('is_active', null),
		    notBool('is_superuser', null), notText('password'))],
	['too short a password', create(given({ password: 'short' })),
		invalid(tooShort('password', 8))],
	['too long a password', create(given({ password: 'x'.repeat(129) })),
		invalid(tooLong('password', 128))],
	['too long a name', create(given({ full_name: 'x'.repeat(256) })),
		invalid(tooLong('full_name', 255, 'x'.repeat(256)))],
	['no address at all', create(given({ email: 'x' })),
		invalid(badEmail('email', 'An email address must have an @-sign.', 'x'))],
	['a taken address comes after the input',
		create((w) => ({ email: w.user.email, password: 'x' })),
		invalid(tooShort('password', 8))],
]);

/* Of one account, whose state the rows share: each says all that it needs. */
const patch = (json) => as('admin', 'PATCH', userPath, json);
const changed = (fields) => (w) => ({ json: Object.assign(w.user.user, fields) });
const TRUTH = [true, 1, 1.0, '1', 't', 'T', 'y', 'Y', 'yes', 'Yes', 'on', 'ON', 'true', 'TRUE'];
const LIES = [false, 0, '0', 'f', 'F', 'n', 'N', 'no', 'No', 'off', 'OFF', 'false', 'False'];

cases('change a user', world, [
	['nothing', patch({}), changed({})],
	['members that nobody knows', patch({ id: NOBODY, created_at: null, x: 1 }), changed({})],
	['the name', patch({ full_name: 'Zoë' }), changed({ full_name: 'Zoë' })],
	['no name', patch({ full_name: null }), changed({ full_name: null })],
	['the own address again', patch((w) => ({ email: w.user.email })), changed({})],
	['a taken address', patch((w) => ({ email: w.other.email.toUpperCase() })), conflict],
	...LIES.map((value) => [`is_superuser ${JSON.stringify(value)}`,
		patch({ is_superuser: value }), changed({ is_superuser: false })]),
	...TRUTH.map((value) => [`is_superuser ${JSON.stringify(value)}`,
		patch({ is_superuser: value }), changed({ is_superuser: true })]),
	...[['0.0', false], ['1.0', true], ['1e0', true], ['-0', false]].map(([text, value]) =>
		[`is_superuser ${text}`, (w) => ['PATCH', userPath(w), { token: w.admin.token,
			body: `{"is_superuser":${text}}`, type: 'application/json' }],
		changed({ is_superuser: value })]),
	['no superuser any more', patch({ is_superuser: false }), changed({ is_superuser: false })],
	...[2, -1, '2', '', 'tr', ' true', 'wahr', 'o\u0130', '01'].map((value) =>
		[`is_active ${JSON.stringify(value)}`, patch({ is_active: value }),
			invalid(unclearBool('is_active', value))]),
	...[null, 0.5, [], {}, [true]].map((value) => [`is_active ${JSON.stringify(value)}`,
		patch({ is_active: value }), invalid(notBool('is_active', value))]),
	['null where none may be',
		patch({ email: null, is_active: null, is_superuser: null, password: null }),
		invalid(notText('email', null), notBool('is_active', null),
		    notBool('is_superuser', null), notText('password'))],
	['too short a password', patch({ password: '1234567' }), invalid(tooShort('password', 8))],
	['too long a password', patch({ password: 'x'.repeat(129) }),
		invalid(tooLong('password', 128))],
	['a body that is a list', patch([]), invalid(notObject(null))],
	['no body', patch(undefined), invalid(noBody)],
	['nobody', as('admin', 'PATCH', `/users/${NOBODY}`, { full_name: 'x' }), noSuchUser],
	['nobody, with a taken address', as('admin', 'PATCH', `/users/${NOBODY}`,
	    (w) => ({ email: w.other.email })), noSuchUser],
	['nobody, with bad input', as('admin', 'PATCH', `/users/${NOBODY}`, { full_name: 1 }),
		invalid(notText('full_name', 1))],
	['no id and bad input: both are told', as('admin', 'PATCH', '/users/1', { full_name: 1 }),
		invalid(badUuid('user_id', 'invalid length: expected length 32 for simple' +
		    ' format, found 1', '1'), notText('full_name', 1))],
	['as another user', as('other', 'PATCH', userPath, { full_name: 'x' }), notAllowed],
	['the own account, by the administrators\' door',
		as('user', 'PATCH', userPath, { full_name: 'x' }), notAllowed],
	['nothing of all that', as('user', 'GET', '/users/me'), changed({})],
]);

cases('delete a user', world, [
	['nobody', as('admin', 'DELETE', `/users/${NOBODY}`), notFound],
	['oneself', as('admin', 'DELETE', (w) => `/users/${w.admin.user.id}`), noSelf],
	['as another user', as('other', 'DELETE', userPath), notAllowed],
	['no id', as('admin', 'DELETE', '/users/1'), invalid(badUuid('user_id',
	    'invalid length: expected length 32 for simple format, found 1', '1'))],
	['the account', as('admin', 'DELETE', userPath), message('User deleted successfully')],
	['the account again', as('admin', 'DELETE', userPath), notFound],
	['its token', as('user', 'GET', '/users/me'), notFound],
	['its token, as its administered self', as('user', 'GET', userPath), notFound],
]);

test('deleting a user deletes the items and sessions', async () => {
	const { admin } = await world();
	const { user, token, email } = await account();
	const rows = (table, column) =>
		sqlCount(`SELECT COUNT(*) FROM ${table} WHERE ${column} = ${hex(user.id)}`);

	for (let i = 0; i < 3; i++)
		expect(await api('POST', '/items/', { token, json: { title: `${i}` } }), {});
	expect(await api('POST', `/password-recovery/${email}`), {});
	assert.equal(rows('items', 'owner_id'), 3);
	assert.equal(rows('sessions', 'user_id'), 1);
	expect(await api('DELETE', `/users/${user.id}`, { token: admin.token }), {});
	for (const [table, column] of [['users', 'id'], ['items', 'owner_id'],
		['sessions', 'user_id'], ['tickets', 'user_id'], ['counts', 'owner_id']])
		assert.equal(rows(table, column), 0, table);
});

cases('list users', world, pagingCases('/users/', (w) => w.admin));
cases('list users', world, [
	['as a user', as('user', 'GET', '/users/'), notFound],
	['as another user', as('other', 'GET', '/users/'), notAllowed],
	['as another user with bad input', as('other', 'GET', '/users/?skip=x'), notAllowed],
]);

test('the newest users come first, and all are counted', async () => {
	const { token } = await superuser();
	const list = async (query) => expect(await api('GET', `/users/${query}`, { token }), {}).json;
	const three = [];

	for (let i = 0; i < 3; i++)
		three.unshift(expect(await api('POST', '/users/', { token, json: given() }), {}).json);
	const count = sqlCount('SELECT COUNT(*) FROM users');

	assert.deepEqual(await list('?limit=3'), { data: three, count });
	assert.deepEqual(await list('?skip=1&limit=2'), { data: three.slice(1), count });
	assert.deepEqual(await list(`?skip=${count}`), { data: [], count });
	const all = await list('?limit=1000');
	const first = await list('');

	assert.deepEqual(Object.keys(first), ['data', 'count']);
	assert.equal(first.data.length, Math.min(100, count));
	assert.deepEqual(first.data, all.data.slice(0, 100));
	const times = all.data.map((u) => u.created_at);

	assert.deepEqual(times, [...times].sort().reverse());
});

test('a user that an administrator made can sign in', async () => {
	const { admin } = await world();
	const json = given();

	expect(await api('POST', '/users/', { token: admin.token, json }), {});
	expect(await logIn(json.email, json.password), {});
	const off = given({ is_active: false });

	expect(await api('POST', '/users/', { token: admin.token, json: off }), {});
	expect(await logIn(off.email, off.password),
	    { status: 400, json: detail('Inactive user') });
});

test('a new password from an administrator is the one, and ends all sessions', async () => {
	const { admin } = await world();
	const { token, email, password, user } = await account();
	const next = newPassword();
	const more = expect(await logIn(email, password), {}).json.access_token;

	expect(await api('PATCH', `/users/${user.id}`,
	    { token: admin.token, json: { password: next } }), { json: user });
	for (const ended of [token, more])
		expect(await api('GET', '/users/me', { token: ended }), badCredentials);
	expect(await logIn(email, password),
	    { status: 400, json: detail('Incorrect email or password') });
	expect(await logIn(email, next), {});
	expect(await api('GET', '/users/me', { token: admin.token }), { json: admin.user });
});

test("an administrator's own new password spares the session that asked", async () => {
	const { token, email, password, user } = await superuser();
	const other = expect(await logIn(email, password), {}).json.access_token;

	expect(await api('PATCH', `/users/${user.id}`,
	    { token, json: { password: newPassword() } }), { json: user });
	expect(await api('GET', '/users/me', { token }), { json: user });
	expect(await api('GET', '/users/me', { token: other }), badCredentials);
});

test('the last active administrator has to stay one', async () => {
	const { token, user } = await superuser();
	const others = sql('SELECT HEX(id) FROM users WHERE is_superuser AND is_active' +
	    ` AND id <> ${hex(user.id)}`).map(([id]) => `X'${id}'`).join();
	const set = (json) => api('PATCH', `/users/${user.id}`, { token, json });
	const refused = { status: 409,
		json: detail('The last active administrator has to stay one') };

	sql(`UPDATE users SET is_active = 0 WHERE id IN (${others})`);
	try {
		expect(await set({ is_superuser: false }), refused);
		expect(await set({ is_active: false }), refused);
		expect(await set({ full_name: 'Last', is_superuser: true }), {});
	} finally {
		sql(`UPDATE users SET is_active = 1 WHERE id IN (${others})`);
	}
	expect(await set({ is_superuser: false }), {});
});

test('deactivating by an administrator ends the sessions at once', async () => {
	const { admin } = await world();
	const { token, email, password, user } = await account();
	const set = (is_active) => api('PATCH', `/users/${user.id}`,
	    { token: admin.token, json: { is_active } });

	expect(await set(false), { json: { ...user, is_active: false } });
	assert.equal(sqlCount(`SELECT COUNT(*) FROM sessions WHERE user_id = ${hex(user.id)}`), 0);
	expect(await api('GET', '/users/me', { token }),
	    { status: 400, json: detail('Inactive user') });
	expect(await logIn(email, password), { status: 400, json: detail('Inactive user') });
	expect(await set(true), { json: user });
	expect(await api('GET', '/users/me', { token }), badCredentials);
	expect(await logIn(email, password), {});
});

test('a superuser who is one no more is none at once', async () => {
	const { admin } = await world();
	const { token, user } = await superuser();

	expect(await api('GET', '/users/?limit=1', { token }), {});
	expect(await api('PATCH', `/users/${user.id}`, { token: admin.token,
		json: { is_superuser: false } }), { json: { ...user, is_superuser: false } });
	expect(await api('GET', '/users/?limit=1', { token }), notAllowed);
});

test('other changes end no session', async () => {
	const { admin } = await world();
	const { token, user } = await account();
	const json = { full_name: 'New', is_active: true, email: newEmail() };

	expect(await api('PATCH', `/users/${user.id}`, { token: admin.token, json }), {});
	expect(await api('GET', '/users/me', { token }), { json: { ...user, ...json } });
});
