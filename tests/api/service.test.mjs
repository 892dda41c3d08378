/*
 * The service's own endpoints, the OpenAPI document, and the documentation.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { API, account, api, call, expect } from './client.mjs';
import { SKIPPED, makeContract, optional } from './openapi.mjs';
import { OPERATIONS } from './operations.mjs';
import { setting, stack } from './stack.mjs';

const golden = path.join(stack.root, 'tests/golden/openapi.json');

const redocly = await optional('@redocly/openapi-core');
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

const OURS = new RegExp(`^[A-Z]+ ${API}/(auth/\\S+ auth|admin/\\S+ admin|` +
    'users/me/(preferences|overview|exports?)\\S* users|kv/\\S* kv|products/\\S* products|' +
    'openapi\\.json service)-[a-z_]+$');

const document = async () =>
	expect(await api('GET', '/openapi.json'), { headers: {
		'content-type': 'application/json' } }).json;

test('openapi.json is the golden one (UPDATE_GOLDEN=1 writes it)', async () => {
	const now = `${JSON.stringify(await document(), null, '\t')}\n`;

	if (process.env.UPDATE_GOLDEN)
		fs.writeFileSync(golden, now);
	const then = fs.readFileSync(golden, 'utf8').split('\n');

	/* Not the whole of both in the report: where they part, with what leads there. */
	now.split('\n').forEach((line, i, lines) => assert.equal(line, then[i],
	    `line ${i + 1}:\n${lines.slice(Math.max(0, i - 5), i + 1).join('\n')}`));
	assert.equal(now, then.join('\n'), 'the golden one goes on');
});

test('openapi.json names each operation of the contract', async () => {
	const { openapi, paths, info, components } = await document();
	const named = Object.entries(paths).flatMap(([url, item]) =>
		Object.entries(item).map(([method, op]) =>
			[`${method.toUpperCase()} ${url}`, op.operationId]));

	assert.match(openapi, /^3\.1\./);
	assert.deepEqual([info.title, info.version], [setting('PROJECT_NAME') ?? 'Atrium', '0.1.0']);
	for (const { method, path: url, id } of OPERATIONS)
		assert.deepEqual(named.find(([name]) => name === `${method} ${API}${url}`),
		    [`${method} ${API}${url}`, id]);
	/* What is ours has names of its own, and takes none of the contract's. */
	for (const [name, id] of named.filter(([name]) => name.includes(API) &&
	    !OPERATIONS.some((op) => name === `${op.method} ${API}${op.path}`)))
		assert.match(`${name} ${id}`, OURS);
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

/* Of the contract: [name, fields in their order; those that must be given]. */
const SCHEMAS = [
	['UserPublic', 'email is_active is_superuser full_name id created_at'],
	['UsersPublic', 'data count'],
	['ItemsPublic', 'data count'],
	['ItemPublic', 'title description id owner_id created_at'],
	['Token', 'access_token token_type'],
	['Message', 'message'],
	['UserCreate', 'email is_active is_superuser full_name password', 'email password'],
	['UserRegister', 'email password full_name', 'email password'],
	['UserUpdate', 'email is_active is_superuser full_name password', ''],
	['UserUpdateMe', 'full_name email', ''],
	['UpdatePassword', 'current_password new_password', 'current_password new_password'],
	['NewPassword', 'token new_password', 'token new_password'],
	['ItemCreate', 'title description', 'title'],
	['ItemUpdate', 'title description', ''],
];

for (const [name, fields, required] of SCHEMAS)
	test(`openapi.json has ${name} as the contract`, async () => {
		const schema = (await document()).components.schemas[name];

		assert.deepEqual(Object.keys(schema.properties), fields.split(' '));
		if (required !== undefined)
			assert.deepEqual(schema.required ?? [], required.split(' ').filter(Boolean));
	});

test('openapi.json has the parameters of the contract', async () => {
	const { paths } = await document();
	const of = (method, path) => Object.fromEntries((paths[API + path][method].parameters ?? [])
	    .map((p) => [`${p.in} ${p.name}${p.required ? '' : '?'}`, p.schema]));

	const page = { 'query skip?': { type: 'integer', minimum: 0, default: 0 },
		'query limit?': { type: 'integer', minimum: 1, maximum: 1000, default: 100 } };

	assert.deepEqual(of('get', '/items/'), page);
	/* And what is ours: nobody has to send it. */
	const { 'query q?': q, ...others } = of('get', '/users/');

	assert.deepEqual([q.type, q.maxLength], ['string', 255]);
	assert.deepEqual(others, { ...page, 'query is_active?': { type: 'boolean' },
		'query is_superuser?': { type: 'boolean' } });
	assert.deepEqual(Object.keys(of('post', '/utils/test-email/')), ['query email_to']);
	for (const [method, path, name] of [['get', '/users/{user_id}', 'user_id'],
		['patch', '/users/{user_id}', 'user_id'], ['put', '/items/{id}', 'id']])
		assert.deepEqual(of(method, path), { [`path ${name}`]:
			{ type: 'string', format: 'uuid' } });
	assert.deepEqual(Object.keys(of('post', '/password-recovery/{email}')), ['path email']);
});

/* The client checks each reply of each test; here, that it would say so. */
test('a reply that openapi.json does not have is a failure', { skip: SKIPPED }, async () => {
	const contract = makeContract(await document());
	const { user, token } = await account();
	const good = await api('GET', '/users/me', { token });
	const health = await api('GET', '/utils/health-check');
	const json = (r, value) => ({ ...r, json: value, text: JSON.stringify(value) });

	for (const r of [good, health, await api('POST', '/users/signup', { json: {} })])
		contract.check(r);
	for (const [why, r] of [
		['a status', { ...good, status: 418 }],
		['a status of nobody', { ...good, status: 500, json: {}, text: '{}' }],
		['a type', { ...good, headers: { 'content-type': 'text/plain' } }],
		['a member less', json(good, { ...user, email: undefined })],
		['a member more', json(good, { ...user, password: 'x' })],
		['another type', json(good, { ...user, is_active: 1 })],
		['no UUID', json(good, { ...user, id: 'x' })],
		['no time', json(good, { ...user, created_at: '2026-01-01' })],
		['another value', json(health, 1)],
		['an unknown path', { ...good, path: '/api/v1/none' }],
		['an unknown method', { ...good, method: 'PUT' }],
		['a 400 that none has', { ...health, ...json(health, { detail: 'x' }), status: 400 }],
	])
		assert.throws(() => contract.check(r), undefined, why);
});

test('guarded operations and their inputs stand in openapi.json', async () => {
	const { paths } = await document();

	for (const { method, path: url, who, takes } of OPERATIONS) {
		const op = paths[`${API}${url}`][method.toLowerCase()];
		const types = Object.keys(op.requestBody?.content ?? {});

		assert.deepEqual(op.security, who === 'anyone' ? [] : [{ OAuth2PasswordBearer: [] }]);
		assert.deepEqual(types, { json: ['application/json'], undefined: [],
			form: ['application/x-www-form-urlencoded', 'multipart/form-data'] }[takes]);
	}
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
