/*
 * MariaDB goes away and comes back. Last of all, as the others need it.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import {
	SECRET, account, api, call, detail, expect, logIn, newEmail, signUp,
} from './client.mjs';
import { eventually, stackCommand, workerPids } from './stack.mjs';

const busy = {
	status: 503, json: detail('Busy: try again in a moment'),
	headers: { 'retry-after': /^\d+$/ },
};
let running = true;

function database(on) {
	if (running !== on)
		stackCommand(on ? 'db-start' : 'db-stop');
	running = on;
}

after(() => database(true));

test('without the database: 503 with Retry-After, at once', async () => {
	const { token, email, password } = await account();
	const pids = workerPids();

	database(false);
	/* Far more than there are connections and threads. */
	const replies = await Promise.all(Array.from({ length: 64 }, () =>
		api('GET', '/users/me', { token })));

	for (const r of replies)
		expect(r, busy);
	expect(await api('POST', '/login/test-token', { token }), busy);
	expect(await api('PATCH', '/users/me', { token, json: { full_name: 'x' } }), busy);
	expect(await api('DELETE', '/users/me', { token }), busy);
	expect(await logIn(email, password), busy);
	expect(await api('POST', '/users/signup',
	    { json: { email: newEmail(), password: SECRET } }), busy);
	expect(await call('GET', '/readyz'), { status: 503 });

	/* What needs no database goes on. */
	expect(await call('GET', '/healthz'), { json: { status: 'ok' } });
	expect(await api('GET', '/utils/health-check/'), { text: 'true' });
	expect(await api('GET', '/users/me'), { status: 401 });
	expect(await api('GET', '/users/me', { token: 'x' }), { status: 403 });
	expect(await api('POST', '/users/signup', { json: {} }), { status: 422 });
	expect(await api('GET', '/none'), { status: 404 });

	database(true);
	await eventually('an answer', async () =>
		(await api('GET', '/users/me', { token })).status === 200, 10);
	const again = await Promise.all(Array.from({ length: 64 }, () =>
		api('GET', '/users/me', { token })));

	for (const r of again)
		expect(r, {});
	expect(await logIn(email, password), {});
	expect(await call('GET', '/readyz'), {});
	assert.deepEqual(workerPids(), pids);
});

test('connections that died are not noticed by clients', async () => {
	const { token } = await account();

	await Promise.all(Array.from({ length: 64 }, () => api('GET', '/users/me', { token })));
	database(false);
	database(true);
	for (const r of await Promise.all(Array.from({ length: 64 }, () =>
		api('GET', '/users/me', { token }))))
		expect(r, {});
	database(false);
	database(true);
	const made = await signUp();

	expect(await logIn(made.email, made.password), {});
});
