/*
 * Where Atrium departs from the applications that it follows: a test for each
 * row of that table, under its name. Some rows have whole files of their own.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';

import {
	API, SECRET, account, api, badCredentials, call, detail, expect, fault, hex,
	invalid, logIn, missing, newEmail, newPassword, notText, signUp, superuser, unique,
} from './client.mjs';
import { mailTo, tokenOf } from './mail.mjs';
import { OPERATIONS } from './operations.mjs';
import { claimsOf, setting, sql, sqlRoot, stack } from './stack.mjs';

const HOST = setting('FRONTEND_HOST') ?? 'http://localhost:5173';
const me = (token) => api('GET', '/users/me', { token });
const tokens = async ({ email, password }, n) => Promise.all(Array.from({ length: n },
    async () => expect(await logIn(email, password), {}).json.access_token));
const json = (body, type = 'application/json') => ({ body, type });

/* [what a session ends with, how it comes to that, what its token gets] */
const gone = { status: 404, json: detail('User not found') };
const inactive = { status: 400, json: detail('Inactive user') };
const ENDS = [
	['its row', (a) => sql(`DELETE FROM sessions WHERE id = ${hex(claimsOf(a.token).sid)}`),
		badCredentials],
	['its time', (a) => sql('UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) -' +
	    ` INTERVAL 1 SECOND WHERE user_id = ${hex(a.user.id)}`), badCredentials],
	['a password by an administrator', (a, admin) => api('PATCH', `/users/${a.user.id}`,
	    { token: admin.token, json: { password: newPassword() } }), badCredentials],
	['deactivation', (a, admin) => api('PATCH', `/users/${a.user.id}`,
	    { token: admin.token, json: { is_active: false } }), inactive],
	['the account', (a, admin) => api('DELETE', `/users/${a.user.id}`,
	    { token: admin.token }), gone],
];

for (const [name, end, want] of ENDS)
	test(`access token: the session is checked each time, it ends with ${name}`, async () => {
		const [a, admin] = [await account(), await superuser()];

		for (let i = 0; i < 3; i++)
			expect(await me(a.token), { json: a.user });
		await end(a, admin);
		for (let i = 0; i < 3; i++)
			expect(await me(a.token), want);
	});

test('access token: 8 days, unless the settings say otherwise', async () => {
	const claims = claimsOf((await account()).token);

	assert.equal(claims.exp - claims.iat,
	    60 * Number(setting('ACCESS_TOKEN_EXPIRE_MINUTES') ?? 8 * 24 * 60));
});

test('changing the password ends the other sessions, spares the calling one', async () => {
	const a = await account();
	const others = await tokens(a, 2);

	expect(await api('PATCH', '/users/me/password', { token: a.token,
		json: { current_password: a.password, new_password: newPassword() } }), {});
	expect(await me(a.token), { json: a.user });
	for (const other of others)
		expect(await me(other), badCredentials);
});

test('recovery token: single use, its own type', async () => {
	const { email, token } = await account();

	expect(await api('POST', `/password-recovery/${email}`), {});
	const link = tokenOf(await mailTo(email), HOST);
	const reset = (text) => api('POST', '/reset-password/',
	    { json: { token: text, new_password: newPassword() } });
	const refused = { status: 400, json: detail('Invalid token') };

	expect(await me(link), badCredentials);
	expect(await reset(token), refused);
	expect(await reset(link), {});
	expect(await reset(link), refused);
});

test('e-mail: unique and matched without regard to case, shown as typed', async () => {
	const email = `Mixed.${unique()}@example.com`;
	const { password, user } = await signUp({ email });

	assert.equal(user.email, email);
	expect(await logIn(email.toUpperCase(), password), {});
	expect(await api('POST', '/users/signup',
	    { json: { email: email.toLowerCase(), password } }), { status: 400 });
});

test('new-account mail: a link to set the password, never the password', async () => {
	const { token } = await superuser();
	const [email, password] = [newEmail(), newPassword()];

	expect(await api('POST', '/users/', { token, json: { email, password } }), {});
	const mail = await mailTo(email);

	assert.ok(!mail.raw.includes(password) && !mail.text.includes(password));
	assert.ok(tokenOf(mail, HOST).length > 20);
});

test('`input` of a 422 item never echoes a secret field', async () => {
	expect(await api('POST', '/users/signup', { json: { password: SECRET } }),
	    invalid(missing('email', { password: null })));
	expect(await api('POST', '/reset-password/', { json: { token: SECRET } }),
	    invalid(missing('new_password', { token: null })));
	expect(await api('POST', '/users/signup',
	    { json: { email: newEmail(), password: [SECRET] } }), invalid(notText('password')));
});

/* Each member of each body of the contract, by operation. */
const MEMBERS = [
	['POST', '/users/signup', { email: newEmail, password: newPassword, full_name: unique }],
	['POST', '/users/', { email: newEmail, password: newPassword, full_name: unique }],
	['PATCH', '/users/me', { email: newEmail, full_name: unique }],
	['PATCH', '/users/{id}', { email: newEmail, password: newPassword, full_name: unique }],
	['PATCH', '/users/me/password', { current_password: newPassword,
		new_password: newPassword }],
	['POST', '/reset-password/', { token: unique, new_password: newPassword }],
	['POST', '/items/', { title: unique, description: unique }],
	['PUT', '/items/{item}', { title: unique, description: unique }],
];
const BAD = ['"\\u0000"', '"a\\u0000b"', '"\\ud800"', '"\\udc00x"', 'NaN', 'Infinity',
	'-Infinity', '1e999', `${'9'.repeat(400)}`, '-0', '[[[]]]', '{"":{}}'];

for (const [method, where, members] of MEMBERS)
	test(`U+0000, lone surrogates, NaN and null are 422, never 500: ${method} ${where}`,
	    async () => {
		const [{ token }, { user }] = [await superuser(), await account()];
		const { id } = expect(await api('POST', '/items/',
		    { token, json: { title: 'x' } }), {}).json;
		const url = where.replace('{id}', user.id).replace('{item}', id);

		for (const member of Object.keys(members))
			for (const bad of [...BAD, 'null']) {
				const given = Object.fromEntries(Object.entries(members)
				    .map(([name, make]) => [name, name === member ? '%' : make()]));
				const body = JSON.stringify(given).replace('"%"', () => bad);
				const r = await api(method, url, { token, ...json(body) });
				const mayBeNull = bad === 'null' &&
				    ['full_name', 'description'].includes(member);

				expect(r, { status: mayBeNull ? 200 : 422 });
			}
		expect(await me(token), {});
	});

for (const [where, most] of [['/users/', 1000], ['/items/', 1000]])
	test(`skip and limit are bounded: ${where}`, async () => {
		const { token } = await superuser();
		const get = (query) => api('GET', `${where}?${query}`, { token });

		expect(await get(`limit=${most}`), {});
		expect(await get(`limit=${most + 1}`), invalid(fault('less_than_equal',
		    ['query', 'limit'], `Input should be less than or equal to ${most}`,
		    `${most + 1}`, { le: most })));
		expect(await get('limit=0'), invalid(fault('greater_than_equal', ['query', 'limit'],
		    'Input should be greater than or equal to 1', '0', { ge: 1 })));
		expect(await get('skip=-1'), invalid(fault('greater_than_equal', ['query', 'skip'],
		    'Input should be greater than or equal to 0', '-1', { ge: 0 })));
	});

test('duplicate JSON members: 422 json_invalid', async () => {
	const { token } = await account();
	const r = expect(await api('POST', '/items/',
	    { token, ...json('{"title":"a","title":"b"}') }), { status: 422 });

	assert.equal(r.json.detail[0].type, 'json_invalid');
});

for (const { method, path: template, url, name } of OPERATIONS)
	test(`trailing slash: both forms are served: ${name}`, async () => {
		const other = template.endsWith('/') ? url.slice(0, -1) : `${url}/`;
		const [a, b] = [await api(method, url), await api(method, other)];

		assert.equal(b.status, a.status);
		assert.ok(![404, 405].includes(b.status) && Math.trunc(b.status / 100) !== 3);
	});

test('HEAD and OPTIONS are served, and Allow is complete', async () => {
	const { token, user } = await account();

	expect(await api('HEAD', `/users/${user.id}`, { token }), { text: '' });
	expect(await api('HEAD', '/items/', { token }), { text: '' });
	expect(await api('OPTIONS', '/items/'), { status: 204,
		headers: { allow: 'GET, HEAD, POST, OPTIONS' } });
	for (const [url, allow] of [['/users/x', 'DELETE GET HEAD OPTIONS PATCH'],
		['/users/', 'GET HEAD OPTIONS POST'], ['/login/access-token', 'OPTIONS POST']])
		assert.equal(expect(await api('PUT', url), { status: 405 }).headers.allow
		    .split(', ').sort().join(' '), allow);
});

test('500 is JSON with a request id, and says nothing internal', async () => {
	const { token, email } = await account();
	const broken = {
		status: 500, json: detail('Internal Server Error'),
		headers: { 'x-request-id': /^\w{8,}/, 'content-type': 'application/json' },
	};

	await sqlRoot('RENAME TABLE items TO items_elsewhere');
	try {
		for (const [method, url, options] of [['GET', '/items/', { token }],
			['POST', '/items/', { token, json: { title: 'x' } }]])
			expect(await api(method, url, options), broken);
	} finally {
		await sqlRoot('RENAME TABLE items_elsewhere TO items');
	}
	expect(await api('GET', '/items/', { token }), { json: { data: [], count: 0 } });
	assert.ok(email);
});

test('unexpected body type: as FastAPI on the routes of the contract', async () => {
	const { token } = await account();
	const r = expect(await api('POST', '/items/', { token, ...json('{"title":"x"}',
	    'text/plain') }), { status: 422 });

	assert.deepEqual(r.json.detail, [fault('model_attributes_type', ['body'],
	    'Input should be a valid dictionary or object to extract fields from',
	    '{"title":"x"}')]);
});

/* Those of the template that Atrium has too. */
const NAMES = ['PROJECT_NAME', 'SECRET_KEY', 'DATABASE_URL', 'FIRST_SUPERUSER',
	'FIRST_SUPERUSER_PASSWORD', 'FRONTEND_HOST', 'SMTP_HOST', 'SMTP_PORT', 'SMTP_TLS',
	'SMTP_SSL', 'SMTP_USER', 'SMTP_PASSWORD', 'EMAILS_FROM_EMAIL', 'EMAILS_FROM_NAME',
	'EMAIL_RESET_TOKEN_EXPIRE_HOURS', 'ACCESS_TOKEN_EXPIRE_MINUTES', 'ENVIRONMENT'];

test('configuration names are the same where they exist', () => {
	const text = execFileSync(path.join(stack.build, 'atrium'), ['config'],
	    { encoding: 'utf8', env: { PATH: process.env.PATH, ATRIUM_ENV_FILE: stack.env_file } });

	for (const name of NAMES)
		assert.match(text, new RegExp(`^${name}=`, 'm'));
	assert.match(setting('DATABASE_URL'), /^mysql:\/\/.*unix_socket=/);
});

test('the first superuser is there from the first start', async () => {
	const [name, password] = [setting('FIRST_SUPERUSER'), setting('FIRST_SUPERUSER_PASSWORD')];
	const { access_token: token } = expect(await logIn(name, password), {}).json;
	const r = expect(await me(token), {});

	assert.equal(r.json.email, name);
	assert.equal(r.json.is_superuser, true);
	expect(await call('GET', `${API}/users/?limit=1`, { token }), {});
});
