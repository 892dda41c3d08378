/*
 * The service's own endpoints, the OpenAPI document, and the documentation.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import {
	SECRET, account, api, call, expect, logIn, newEmail,
} from './client.mjs';
import { setting, stack } from './stack.mjs';

const golden = path.join(stack.root, 'tests/golden/openapi.json');

/* A module from npm, or null where `npm ci` did not run. */
async function optional(name) {
	try {
		return await import(name);
	} catch (err) {
		if (err.code !== 'ERR_MODULE_NOT_FOUND')
			throw err;
		return null;
	}
}

const redocly = await optional('@redocly/openapi-core');
const ajv = await optional('ajv/dist/2020.js');
const skip = (module) => module ? false : 'run `npm ci` first';

test('/healthz', async () => {
	expect(await call('GET', '/healthz'), { json: { status: 'ok' } });
});

test('/readyz', async () => {
	const r = expect(await call('GET', '/readyz'), {});

	assert.equal(r.json.status, 'ok');
	assert.equal(r.json.checks.db, 'ok');
	assert.equal(r.json.checks.migrations, 'ok');
});

test('/version', async () => {
	const r = expect(await call('GET', '/version'), {});

	assert.deepEqual(Object.keys(r.json), ['name', 'version', 'commit', 'api']);
	assert.match(r.json.version, /^\d+\.\d+\.\d+/);
	assert.equal(r.json.api, (await document()).info.version);
});

test('none of them tells a setting', async () => {
	for (const where of ['/healthz', '/readyz', '/version', '/api/v1/openapi.json']) {
		const { text } = await call('GET', where);

		for (const name of ['SECRET_KEY', 'FIRST_SUPERUSER_PASSWORD'])
			assert.ok(!text.includes(setting(name)), `${name} in ${where}`);
		assert.ok(!/mysql|argon2|\/tmp\/|\.sock/i.test(text), where);
	}
});

test('the reply of an answer is not kept by caches', async () => {
	const { token } = await account();

	for (const given of [{ token }, {}])
		assert.equal((await api('GET', '/users/me', given)).headers['cache-control'],
		    'no-store');
});

test('answers of the API cannot be taken for a page', async () => {
	const { headers } = await api('GET', '/users/me');

	assert.equal(headers['x-content-type-options'], 'nosniff');
	assert.match(headers['content-security-policy'], /default-src 'none'/);
	assert.ok(!('server' in headers) || !/\d/.test(headers.server), headers.server);
});

const document = async () =>
	expect(await api('GET', '/openapi.json'), { headers: {
		'content-type': 'application/json' } }).json;

test('openapi.json is the golden one (UPDATE_GOLDEN=1 writes it)', async () => {
	const now = `${JSON.stringify(await document(), null, '\t')}\n`;

	if (process.env.UPDATE_GOLDEN)
		fs.writeFileSync(golden, now);
	assert.equal(now, fs.readFileSync(golden, 'utf8'));
});

test('openapi.json names each operation of the contract', async () => {
	const { openapi, paths, info, components } = await document();
	const named = Object.entries(paths).flatMap(([url, item]) =>
		Object.entries(item).map(([method, op]) =>
			[`${method.toUpperCase()} ${url}`, op.operationId]));

	assert.match(openapi, /^3\.1\./);
	assert.ok(info.title && info.version);
	for (const [operation, id] of [
		['POST /api/v1/login/access-token', 'login-login_access_token'],
		['POST /api/v1/login/test-token', 'login-test_token'],
		['GET /api/v1/users/me', 'users-read_user_me'],
		['PATCH /api/v1/users/me', 'users-update_user_me'],
		['DELETE /api/v1/users/me', 'users-delete_user_me'],
		['PATCH /api/v1/users/me/password', 'users-update_password_me'],
		['POST /api/v1/users/signup', 'users-register_user'],
		['GET /api/v1/utils/health-check/', 'utils-health_check'],
	])
		assert.deepEqual(named.find(([name]) => name === operation),
		    [operation, id]);
	assert.equal(new Set(named.map(([, id]) => id)).size, named.length);
	assert.deepEqual(components.securitySchemes.OAuth2PasswordBearer.flows.password
	    .tokenUrl, '/api/v1/login/access-token');
});

test('openapi.json passes an independent linter', { skip: skip(redocly) }, async () => {
	const config = await redocly.createConfig({
		extends: ['recommended-strict'],
		rules: {
			'info-license': 'off', // private until its owner publishes it
			'info-license-url': 'off',
			'no-path-trailing-slash': 'off', // the contract has such
			'operation-4xx-response': 'off', // probes have none
		},
	});
	const problems = await redocly.lintFromString({
		source: JSON.stringify(await document()), config,
	});

	assert.deepEqual(problems.map((p) => `${p.severity} ${p.ruleId}: ${p.message}` +
	    ` (${p.location[0]?.pointer})`), []);
});

/* Each operation, by what it answers: [operation, status, reply]. */
async function answers() {
	const { token, email, password } = await account();
	const other = await account();
	const me = { token };

	return [
		['get /healthz', 200, await call('GET', '/healthz')],
		['get /readyz', 200, await call('GET', '/readyz')],
		['get /version', 200, await call('GET', '/version')],
		['get /api/v1/utils/health-check/', 200, await api('GET', '/utils/health-check/')],
		['post /api/v1/users/signup', 200, await api('POST', '/users/signup',
		    { json: { email: newEmail(), password: SECRET } })],
		['post /api/v1/users/signup', 400, await api('POST', '/users/signup',
		    { json: { email, password: SECRET } })],
		['post /api/v1/users/signup', 422, await api('POST', '/users/signup', { json: {} })],
		['post /api/v1/login/access-token', 200, await logIn(email, password)],
		['post /api/v1/login/access-token', 400, await logIn(email, 'x')],
		['post /api/v1/login/access-token', 422, await logIn('', '')],
		['post /api/v1/login/test-token', 200, await api('POST', '/login/test-token', me)],
		['post /api/v1/login/test-token', 401, await api('POST', '/login/test-token')],
		['get /api/v1/users/me', 200, await api('GET', '/users/me', me)],
		['get /api/v1/users/me', 401, await api('GET', '/users/me')],
		['get /api/v1/users/me', 403, await api('GET', '/users/me', { token: 'x' })],
		['patch /api/v1/users/me', 200, await api('PATCH', '/users/me',
		    { ...me, json: { full_name: null } })],
		['patch /api/v1/users/me', 409, await api('PATCH', '/users/me',
		    { ...me, json: { email: other.email } })],
		['patch /api/v1/users/me', 422, await api('PATCH', '/users/me',
		    { ...me, json: { email: 1, full_name: 'x'.repeat(256) } })],
		['patch /api/v1/users/me', 422, await api('PATCH', '/users/me',
		    { ...me, body: '{', type: 'application/json' })],
		['patch /api/v1/users/me/password', 400, await api('PATCH', '/users/me/password',
		    { ...me, json: { current_password: SECRET, new_password: SECRET } })],
		['patch /api/v1/users/me/password', 200, await api('PATCH', '/users/me/password',
		    { ...me, json: { current_password: password, new_password: SECRET } })],
		['delete /api/v1/users/me', 200, await api('DELETE', '/users/me', me)],
		['get /api/v1/users/me', 404, await api('GET', '/users/me', me)],
	];
}

test('real replies are what openapi.json says', { skip: skip(ajv) }, async () => {
	const doc = await document();
	const validator = new ajv.default({ strict: false, allErrors: true,
		validateFormats: false });

	validator.addSchema({ $id: 'doc', ...doc });
	for (const [operation, status, r] of await answers()) {
		const [method, url] = operation.split(' ');
		const what = `${operation} ${status}: ${r.status} ${r.text}`;
		const response = doc.paths[url]?.[method]?.responses[status];

		assert.equal(r.status, status, what);
		assert.ok(response, `${what}: not in openapi.json`);
		const pointer = [url, method, 'responses', status, 'content',
			'application/json', 'schema'].map((s) =>
			encodeURIComponent(String(s).replace(/~/g, '~0').replace(/\//g, '~1')));
		const check = validator.getSchema(`doc#/paths/${pointer.join('/')}`);

		assert.ok(check, `${what}: no schema`);
		assert.ok(check(r.json), `${what}: ${JSON.stringify(check.errors)}`);
	}
});

test('guarded operations and their inputs stand in openapi.json', async () => {
	const { paths } = await document();
	const me = paths['/api/v1/users/me'];

	for (const op of [me.get, me.patch, me.delete,
		paths['/api/v1/users/me/password'].patch,
		paths['/api/v1/login/test-token'].post])
		assert.deepEqual(op.security, [{ OAuth2PasswordBearer: [] }]);
	for (const op of [paths['/api/v1/users/signup'].post,
		paths['/api/v1/login/access-token'].post])
		assert.ok(!op.security?.length);
	assert.deepEqual(Object.keys(paths['/api/v1/login/access-token'].post
	    .requestBody.content)[0], 'application/x-www-form-urlencoded');
});

test('/docs shows the API with local files only', async () => {
	const r = expect(await call('GET', '/docs', { unchecked: true }),
	    { headers: { 'content-type': /^text\/html/ } });
	const links = [...r.text.matchAll(/\b(?:src|href)="([^"#]+)"/g)].map((m) => m[1]);

	assert.match(r.headers['content-security-policy'], /default-src 'none'/);
	assert.ok(links.some((link) => link.endsWith('.js')), 'no script');
	for (const link of links) {
		assert.doesNotMatch(link, /^(?:[a-z]+:)?\/\//i, 'from elsewhere');
		const file = await call('GET', new URL(link, `${stack.url}/docs`).pathname,
		    { unchecked: true });

		assert.ok(file.status < 400, `${link}: ${file.status}`);
	}
	assert.doesNotMatch(r.text, /<script(?![^>]*\bsrc=)|\son[a-z]+="|style="/i);
});

test('pages and files are not answered by workers', async () => {
	expect(await call('GET', '/', { unchecked: true }),
	    { headers: { 'content-type': /^text\/html/ } });
	const r = expect(await call('GET', '/none-such', { unchecked: true }), { status: 404 });

	assert.doesNotMatch(r.text, /nginx/i);
	for (const hidden of ['/.env', '/.git/config', '/static/../atrium.env',
		'/static/%2e%2e/configure.ac', '/pages', '/static/'])
		assert.ok([400, 403, 404].includes((await call('GET', hidden,
		    { unchecked: true })).status), hidden);
});
