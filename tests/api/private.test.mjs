/*
 * POST /private/users/: in development alone. On a stack of its own.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import {
	SECRET, api, detail, expect, invalid, logIn, missing, newEmail, noBody, notText,
	superuser, target, unique,
} from './client.mjs';
import { ownStack, setting } from './stack.mjs';

const own = ownStack({ ENVIRONMENT: 'development' });
const more = { on: await target(own.url), stack: own };
const create = (json) => api('POST', '/private/users/', { json, ...more });
const given = (fields) => ({ email: newEmail(), password: SECRET, full_name: 'P', ...fields });

after(() => own.stop());

test('outside development there is no such path', async () => {
	assert.notEqual(setting('ENVIRONMENT') ?? 'production', 'development');
	for (const method of ['GET', 'POST', 'OPTIONS'])
		expect(await api(method, '/private/users/', { json: given() }),
		    { status: 404, json: detail('Not Found') });
	const { paths } = (await api('GET', '/openapi.json')).json;

	assert.ok(!Object.keys(paths).some((path) => path.includes('private')));
});

test('in development openapi.json has it', async () => {
	const { paths } = (await api('GET', '/openapi.json', more)).json;

	assert.equal(paths['/api/v1/private/users/'].post.operationId, 'private-create_user');
	assert.ok(!paths['/api/v1/private/users/'].post.security?.length);
});

/* [name, input, what differs from the usual account] */
const MADE = [
	['an account', given(), {}],
	['is_verified is ignored', given({ is_verified: true }), {}],
	['others are ignored', given({ is_superuser: true, is_active: false, id: 'x' }), {}],
	['any password', given({ password: `${SECRET}`.slice(0, 3) }), {}],
	['an empty name', given({ full_name: '' }), {}],
];

for (const [name, json, fields] of MADE)
	test(`made in development: ${name}`, async () => {
		const r = await create(json);

		expect(r, { json: { email: json.email, is_active: true, is_superuser: false,
			full_name: json.full_name, ...fields, id: r.json.id,
			created_at: r.json.created_at } });
		expect(await logIn(json.email, json.password, { more }), {});
	});

const REFUSED = [
	['nothing', {}, invalid(missing('email', {}), missing('password', {}),
	    missing('full_name', {}))],
	['no name', { email: 'a@example.com', password: SECRET },
		invalid(missing('full_name', { email: 'a@example.com', password: null }))],
	['numbers', { email: 1, password: 2, full_name: 3 }, invalid(notText('email', 1),
	    notText('password'), notText('full_name', 3))],
	['null', { email: null, password: null, full_name: null }, invalid(
	    notText('email', null), notText('password'), notText('full_name', null))],
	['null for a body', null, invalid(noBody)],
];

for (const [name, json, want] of REFUSED)
	test(`refused in development: ${name}`, async () => {
		expect(await create(json), want);
	});

test('a taken address is refused, in any case', async () => {
	const json = given();

	expect(await create(json), {});
	for (const email of [json.email, json.email.toUpperCase()]) {
		const r = await create({ ...json, email });

		assert.ok(r.status === 400 || r.status === 409, `${r.status}`);
		assert.equal(typeof r.json.detail, 'string');
	}
});

/* No check of the address: what else it meets must stand it. */
for (const email of ['plain', 'a b', '😀', `x\r\nX-Evil: ${unique()}`, '<script>', '"', '\\',
	'a\u007f', `${'x'.repeat(255)}`])
	test(`an address that is none does no harm: ${JSON.stringify(email.slice(0, 20))}`,
	    async () => {
		const admin = await superuser({}, more);
		const name = `${email.slice(0, 240)}${unique()}`;
		const r = await api('POST', '/private/users/', { json: given({ email: name }),
			...more, unchecked: true });

		assert.ok([200, 422].includes(r.status), `${r.status} ${r.text}`);
		if (r.status === 422)
			return;
		assert.equal(r.json.email, name);
		expect(await logIn(name, SECRET, { more }), {});
		const path = encodeURIComponent(name);
		const mail = await api('POST', `/password-recovery-html-content/${path}`,
		    { ...more, token: admin.token, unchecked: true });

		assert.ok([200, 404, 422].includes(mail.status), `${mail.status} ${mail.text}`);
		assert.ok(!('x-evil' in mail.headers), 'a header of the address');
		assert.doesNotMatch(mail.text, /<script>/);
		assert.ok([200, 422].includes((await api('POST', `/password-recovery/${path}`,
		    more)).status));
	});
