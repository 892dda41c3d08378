/*
 * GET /admin/config: every setting in force, none of the secrets.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { admin, refused, staff } from './access.mjs';
import { account, api, expect } from './client.mjs';
import { setting, stack } from './stack.mjs';

const read = async (who) => api('GET', '/admin/config', { token: who.token });
const SECRETS = ['SECRET_KEY', 'DATABASE_URL', 'DATABASE_ADMIN_URL', 'FIRST_SUPERUSER_PASSWORD',
	'SMTP_PASSWORD', 'KV_URL'];

/* [NAME, value, origin] as `atrium config` prints them. */
function printed() {
	const { uid, gid } = fs.statSync(stack.env_file);
	const run = spawnSync(path.join(stack.build, 'atrium'), ['config'], { cwd: stack.dir,
		uid, gid, encoding: 'utf8',
		env: { PATH: process.env.PATH, ATRIUM_ENV_FILE: stack.env_file } });

	assert.equal(run.status, 0, run.stderr);
	return run.stdout.split('\n').map((line) => line.match(/^([A-Z0-9_]+)=(.*?) {2}# (.*)$/))
	    .filter(Boolean).map(([, ...parts]) => parts);
}

test('every setting in its order, with its value and where it came from', async () => {
	const { data, count } = expect(await read(await staff('system')), {}).json;
	const lines = printed();

	assert.equal(count, data.length);
	assert.ok(count > 50);
	assert.deepEqual(data.map(({ name }) => name), lines.map(([name]) => name));
	for (const [i, [name, value, origin]] of lines.entries()) {
		const s = data[i];
		const plain = value.replace(/^"(.*)"$/, '$1');

		assert.equal(s.place ?? s.origin, origin, name);
		assert.equal(s.origin === 'file', s.place !== null, name);
		assert.equal(s.secret, SECRETS.includes(name), name);
		assert.equal(s.value, s.secret ? null : plain, name);
		assert.equal(s.is_set, value !== '', name);
		assert.ok(s.doc.length > 10, name);
		if (s.origin === 'default')
			assert.ok(s.is_default, name);
	}
	const find = (name) => data.find((s) => s.name === name);

	assert.deepEqual(find('TASK_KEEP_MINUTES'), { name: 'TASK_KEEP_MINUTES', value: '1440',
		secret: false, is_set: true, is_default: true, origin: 'default', place: null,
		doc: 'How long a finished task is remembered.' });
	assert.deepEqual([find('PEER_TIMEOUT_MS').value, find('PEER_TIMEOUT_MS').is_default],
	    ['1000', false]);
	assert.match(find('PEER_TIMEOUT_MS').place, /:\d+$/);
	assert.deepEqual([find('SECRET_KEY').is_set, find('SECRET_KEY').is_default], [true, false]);
});

test('no secret, nor a part of one', async () => {
	const { text } = await read(await admin());
	const url = new URL(setting('DATABASE_URL'));

	for (const value of [setting('SECRET_KEY'), setting('FIRST_SUPERUSER_PASSWORD'),
		url.password, setting('DATABASE_URL')].filter((secret) => secret?.length > 3))
		assert.ok(!text.includes(value));
	assert.doesNotMatch(text, /"value":"(mysql|unix|tcp):/);
});

test('who may', async () => {
	for (const other of [await staff('jobs', 'audit'), await account()])
		refused(await read(other), 403, 'not_allowed');
	expect(await api('GET', '/admin/config'), { status: 401 });
});
