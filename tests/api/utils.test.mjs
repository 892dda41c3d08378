/*
 * /utils/: the test mail and the health check.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cases, shared } from './cases.mjs';
import {
	account, api, badCredentials, detail, expect, fault, invalid, newEmail,
	notAuthenticated, superuser,
} from './client.mjs';
import { mailTo } from './mail.mjs';
import { setting } from './stack.mjs';

const sent = { status: 201, json: { message: 'Test email sent' } };
const missing = invalid(fault('missing', ['query', 'email_to'], 'Field required', null));
const bad = (reason, input) => invalid(fault('value_error', ['query', 'email_to'],
    `value is not a valid email address: ${reason}`, input, { reason }));
const noSign = (input) => bad('An email address must have an @-sign.', input);

const world = shared(async () => ({ admin: await superuser(), user: await account() }));
const to = (query, who = 'admin') => (w) =>
	['POST', `/utils/test-email/${query}`, { token: w[who]?.token }];

cases('test mail', world, [
	['to an address', to(`?email_to=${newEmail()}`), sent],
	['to an address with a name', to(`?email_to=Zo%C3%AB%20%3C${newEmail()}%3E`), sent],
	['the last address counts', to(`?email_to=x&email_to=${newEmail()}`), sent],
	['the last address counts, as it must', to(`?email_to=${newEmail()}&email_to=x`),
		noSign('x')],
	['other members', to(`?a=b&email_to=${newEmail()}&&=`), sent],
	['to nobody', to(''), missing],
	['to nobody by another name', to('?Email_To=a@example.com&email=b'), missing],
	['to nothing', to('?email_to='), noSign('')],
	['to no address', to('?email_to=x'), noSign('x')],
	['to two', to('?email_to=a@example.com,b@example.com'), { status: 422 }],
	['to a line', to('?email_to=a@example.com%0d%0aBcc:%20b@example.com'), { status: 422 }],
	['to a name with a line', to('?email_to=x%0d%0aBcc:b%20%3Ca@example.com%3E'),
		{ status: 422 }],
	['as a user', to('?email_to=a@example.com', 'user'),
		{ status: 403, json: detail("The user doesn't have enough privileges") }],
	['as a user, with bad input', to('', 'user'),
		{ status: 403, json: detail("The user doesn't have enough privileges") }],
	['as nobody', to('', 'nobody'), notAuthenticated],
	['with a bad token', ['POST', '/utils/test-email/', { token: 'x' }], badCredentials],
	['a body does no harm', (w) => ['POST', `/utils/test-email/?email_to=${newEmail()}`,
		{ token: w.admin.token, json: { email_to: 1 } }], sent],
]);

test('the test mail arrives', async () => {
	const { admin } = await world();
	const address = newEmail();

	expect(await api('POST', `/utils/test-email/?email_to=${address}`,
	    { token: admin.token }), sent);
	const began = performance.now();
	const mail = await mailTo(address);
	const project = setting('PROJECT_NAME') ?? 'Atrium';

	assert.equal(mail.headers.subject, `${project} - Test email`);
	assert.ok(mail.text.includes(project) && mail.html.includes(project));
	assert.equal(mail.lines.filter(([name]) => name === 'to').length, 1);
	assert.ok(!('bcc' in mail.headers));
	assert.ok(performance.now() - began < 1000, 'the runner was not woken');
});

cases('health check', world, [
	['with a slash', ['GET', '/utils/health-check/'], { text: 'true',
		headers: { 'content-type': 'application/json' } }],
	['without', ['GET', '/utils/health-check'], { text: 'true' }],
	['with a bad token', ['GET', '/utils/health-check/', { token: 'x' }], { text: 'true' }],
]);
