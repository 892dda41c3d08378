/*
 * MariaDB goes away and comes back. Last of all, as the others need it.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import {
	account, api, call, detail, expect, logIn, newEmail, newPassword, signUp,
} from './client.mjs';
import { eventually, sql, sqlRoot, stackCommand, workerPids } from './stack.mjs';

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
	    { json: { email: newEmail(), password: newPassword() } }), busy);
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

/* It waits for a lock when its connection is killed. */
test('a transaction that its connection took with it is run again', async () => {
	const { token, user, email } = await account();
	const lock = sqlRoot('BEGIN; SELECT id FROM users WHERE email =' +
	    ` '${email}' FOR UPDATE; DO SLEEP(3); COMMIT`);
	const waiting = async () => (await sqlRoot('SELECT id FROM' +
	    " information_schema.processlist WHERE user = 'atrium_app' AND" +
	    " info LIKE 'SELECT id, email%FOR UPDATE'"))[0]?.[0];
	let victim;

	await eventually('the lock', async () => (await sqlRoot('SELECT id FROM' +
	    " information_schema.processlist WHERE info LIKE 'DO SLEEP%'")).length > 0, 10);
	const change = api('PATCH', '/users/me', { token, json: { full_name: 'Again' } });

	await eventually('the wait', async () => (victim = await waiting()), 10);
	await sqlRoot(`KILL ${victim}`);
	expect(await change, { json: { ...user, full_name: 'Again' } });
	await lock;
	assert.deepEqual(sql(`SELECT full_name FROM users WHERE email = '${email}'`),
	    [['Again']]);
});

test('a lock that is held for long: 503, or the change', async () => {
	const { token, email } = await account();
	const lock = sqlRoot('BEGIN; SELECT id FROM users WHERE email =' +
	    ` '${email}' FOR UPDATE; DO SLEEP(14); COMMIT`);

	await eventually('the lock', async () => (await sqlRoot('SELECT id FROM' +
	    " information_schema.processlist WHERE info LIKE 'DO SLEEP%'")).length > 0, 10);
	const r = await api('PATCH', '/users/me', { token, json: { full_name: 'Late' } });

	await lock;
	assert.ok([200, 503].includes(r.status), `${r.status} ${r.text}`);
	const after = expect(await api('GET', '/users/me', { token }), {});

	if (r.status === 200)
		assert.equal(after.json.full_name, 'Late');
});
