/*
 * POST /login/access-token and /login/test-token.
 */
import assert from 'node:assert/strict';
import http from 'node:http';
import { test } from 'node:test';

import {
	SECRET, account, api, badCredentials, detail, expect, fault, invalid, logIn,
	missing, signUp, unique,
} from './client.mjs';
import { claimsOf, setting, sql, sqlCount } from './stack.mjs';

const PATH = '/login/access-token';
const wrong = { status: 400, json: detail('Incorrect email or password') };
const unprocessable = 'There was an error parsing the body';
const post = (body, type) => api('POST', PATH, { body, type });
const urlencoded = (body) => post(body, 'application/x-www-form-urlencoded');

const part = (name, value, more = '') =>
	`--X\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const multipart = (body, type = 'multipart/form-data; boundary=X') => post(body, type);

test('the reply is a bearer token, for as long as the settings say', async () => {
	const { email, password, user } = await signUp();
	const r = expect(await logIn(email, password),
	    { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
	const { access_token: token } = r.json;
	const claims = claimsOf(token);

	assert.deepEqual(Object.keys(r.json), ['access_token', 'token_type']);
	assert.equal(r.json.token_type, 'bearer');
	assert.equal(claims.sub, user.id);
	assert.equal(claims.exp - claims.iat,
	    60 * Number(setting('ACCESS_TOKEN_EXPIRE_MINUTES') ?? 60 * 24 * 8));
	expect(await api('GET', '/users/me', { token }), { json: user });
	expect(await api('POST', '/login/test-token', { token }), { json: user });
});

test('each sign-in is a session of its own', async () => {
	const { email, password } = await signUp();
	const tokens = [];

	for (let i = 0; i < 3; i++)
		tokens.push(expect(await logIn(email, password), {}).json.access_token);
	assert.equal(new Set(tokens).size, 3);
	for (const token of tokens)
		expect(await api('GET', '/users/me', { token }), {});
});

test('a wrong password and an unknown address get one answer', async () => {
	const { email, password } = await signUp();

	for (const [name, word] of [[email, `${password}x`], [email, password.slice(0, -1)],
		[email, password.toUpperCase()], [email, ` ${password}`],
		[`x${email}`, password], ['nobody@example.com', password], ['x', 'x'],
		[email, 'x'.repeat(5000)], ['x'.repeat(5000), password],
		["' OR '1'='1", "' OR '1'='1"], ['😀', '😀']])
		expect(await logIn(name, word), wrong);
	assert.equal(sqlCount('SELECT COUNT(*) FROM sessions s JOIN users u' +
	    ` ON u.id = s.user_id WHERE u.email = '${email}'`), 0);
});

test('the address is matched without regard to case', async () => {
	const { email, password } = await signUp({ email: `Al.${unique()}@example.com` });

	for (const name of [email.toLowerCase(), email.toUpperCase()])
		expect(await logIn(name, password), {});
});

test('a form may be urlencoded in any spelling', async () => {
	const id = unique();
	const email = `a+b${id}@example.com`, password = `${SECRET} +&=%é😀`;

	await signUp({ email, password });
	expect(await logIn(email, password), {});
	const name = encodeURIComponent(email);
	const word = encodeURIComponent(password);

	for (const body of [
		`username=${name}&password=${word}`,
		`password=${word}&username=${name}`,
		`&&username=${name}&&password=${word}&`,
		`username=${name}&password=${word.replace(/%20/g, '+')}`,
		`%75sername=${name}&password=${word.toLowerCase()}`,
		`username=x&username=${name}&password=y&password=${word}`,
		`username=${name}&password=${word}&other=1&x`,
		`username=${name}&password=${word}&grant_type=password&scope=a+b` +
		    `&client_id=c&client_secret=${SECRET}`,
		`username=${name}&password=${word}&grant_type=&scope=&client_id=`,
	])
		expect(await urlencoded(body), { status: 200 });
	expect(await post(`username=${name}&password=${word}`,
	    'Application/X-WWW-Form-URLencoded; charset=utf-8'), {});
});

test('a form may be multipart', async () => {
	const { email, password } = await signUp();
	const both = part('username', email) + part('password', password);

	expect(await multipart(`${both}--X--\r\n`), {});
	expect(await multipart(`${both}--X--`), {});
	expect(await multipart(`preamble\r\n${both}--X--\r\nepilogue`), {});
	expect(await multipart(`${part('grant_type', 'password')}${both}--X--\r\n`,
	    'Multipart/Form-Data; charset=utf-8; boundary="X"'), {});
	expect(await multipart(`${part('password', 'x')}${both}--X--\r\n`), {});
});

test('a multipart body that is not one is a 4xx', async () => {
	const both = part('username', 'a') + part('password', SECRET);

	for (const [body, type] of [
		[both, undefined], ['', undefined], ['--X--', undefined], ['--X', undefined],
		[both, 'multipart/form-data'], [both, 'multipart/form-data; boundary='],
		[`${both}--X--`, `multipart/form-data; boundary=${'b'.repeat(300)}`],
		['--X\r\n\r\nx\r\n--X--', undefined],
		['--X\r\nContent-Disposition: form-data\r\n\r\nx\r\n--X--', undefined],
		[`--X\r\n${'A: b\r\n'.repeat(5000)}\r\nx\r\n--X--`, undefined],
		[`${part('a', 'b').repeat(5000)}--X--`, undefined],
		['--X\r\nContent-Disposition: form-data; name="username\r\n\r\nx\r\n--X--',
			undefined],
	]) {
		const r = await multipart(body, type);

		assert.ok([400, 413, 422].includes(r.status), `${r.status} ${body.slice(0, 40)}`);
	}
});

test('a file where a text should be is no text', async () => {
	const r = await multipart(part('username', 'a', '; filename="a"') +
	    `${part('password', SECRET)}--X--`);

	assert.equal(r.status, 422);
	assert.deepEqual(r.json.detail[0].loc, ['body', 'username']);
});

test('missing fields; an empty one is missing', async () => {
	const none = invalid(missing('username'), missing('password'));

	expect(await urlencoded(''), none);
	expect(await urlencoded('username=&password='), none);
	expect(await urlencoded('x=1'), none);
	expect(await post(undefined, undefined), none);
	expect(await urlencoded(`password=${SECRET}`), invalid(missing('username')));
	expect(await urlencoded('username=a'), invalid(missing('password')));
});

test('JSON and other types hold no form: both missing', async () => {
	const none = invalid(missing('username'), missing('password'));
	const body = JSON.stringify({ username: 'a', password: SECRET });

	for (const type of ['application/json', 'text/plain', undefined,
		'application/x-www-form-urlencodedx'])
		expect(await post(body, type), none);
});

test('grant_type is password, empty or absent', async () => {
	for (const value of ['code', 'Password', 'password ', 'passwordx', 'xpassword'])
		expect(await logIn('a', SECRET, { form: { grant_type: value } }),
		    invalid(fault('string_pattern_mismatch', ['body', 'grant_type'],
		        "String should match pattern '^password$'", value,
		        { pattern: '^password$' })));
});

test('what is not UTF-8, or too much, is a 4xx', async () => {
	for (const body of ['username=%ff&password=x', 'username=%c0%80&password=x',
		'username=%ed%a0%80&password=x', 'a&'.repeat(100000)]) {
		const r = await urlencoded(body);

		assert.ok([400, 413, 422].includes(r.status), `${r.status}`);
	}
	expect(await urlencoded('username=%ff&password=x'),
	    { status: 400, json: detail(unprocessable) });
});

test('U+0000 in a field is a 4xx', async () => {
	for (const body of ['username=a%00b&password=xxxxxxxx',
		'username=a&password=xxx%00xxxxx']) {
		const r = await urlencoded(body);

		assert.ok([400, 422].includes(r.status), `${r.status} ${r.text}`);
	}
});

/* Argon2id of hushhush-old, m=64, t=1, p=1: weaker than any setting allows. */
const OLD = '$argon2id$v=19$m=64,t=1,p=1$YXRyaXVtc2FsdDEyMzQ1Ng' +
    '$PpOot9xvVF6C4yUFZG0ybG27l15hGJtr0eWtaArkgrY';

test('an older hash is good, and renewed at sign-in', async () => {
	const { email } = await signUp();
	const stored = () => sql(`SELECT password FROM users WHERE email = '${email}'`)[0][0];

	sql(`UPDATE users SET password = '${OLD}' WHERE email = '${email}'`);
	expect(await logIn(email, `${SECRET}-new`), wrong);
	assert.equal(stored(), OLD);
	expect(await logIn(email, `${SECRET}-old`), {});
	const renewed = stored();

	assert.notEqual(renewed, OLD);
	assert.match(renewed, /^\$argon2id\$v=19\$m=(?!64,)/);
	expect(await logIn(email, `${SECRET}-old`), {});
	assert.equal(stored(), renewed);
});

test('a stored hash that is not one lets nobody in', async () => {
	const { email } = await signUp();

	for (const hash of ['', 'x', '$argon2id$', '$argon2id$v=19$m=1,t=1,p=1$$',
		'$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$AAAA',
		'$argon2id$v=19$m=4294967295,t=4294967295,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAA']) {
		sql(`UPDATE users SET password = '${hash}' WHERE email = '${email}'`);
		expect(await logIn(email, SECRET), wrong);
		expect(await logIn(email, ''), { status: 422 });
	}
});

test('more sign-ins than can wait: 503 with Retry-After; the rest goes on', async () => {
	const { email, password, token } = await account();
	const agent = new http.Agent({ keepAlive: true, maxSockets: 600 });
	const ours = () => api('POST', '/auth/login', { json: { email, password }, agent });
	const burst = Promise.all(Array.from({ length: 500 }, (_, i) =>
		i % 2 ? ours() : logIn(email, password, { more: { agent } })));
	let reads = 0, over = false;

	burst.finally(() => { over = true; });
	while (!over) {
		expect(await api('GET', '/users/me', { token }), {});
		reads++;
	}
	const replies = await burst;
	const refused = replies.filter((r) => r.status === 503);

	agent.destroy();
	for (const r of replies.filter((reply) => reply.status !== 503))
		expect(r, {});
	assert.ok(refused.length > 0 && refused.length < replies.length,
	    `${refused.length} of ${replies.length} were refused`);
	const busy = detail('Busy: try again in a moment');

	for (const r of refused)
		expect(r, { status: 503, json: r.what.includes('/auth/') ?
			{ ...busy, code: 'busy' } : busy });
	assert.ok(reads > 10, `${reads} reads meanwhile`);
	expect(await logIn(email, password), {});
});

test('test-token wants a token and takes no body', async () => {
	const { token, user } = await account();

	expect(await api('POST', '/login/test-token', { token: 'x' }), badCredentials);
	expect(await api('POST', '/login/test-token', { token, body: '{', type: 'application/json' }),
	    { json: user });
});
