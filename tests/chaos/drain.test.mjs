/*
 * How a worker ends: a process of our own on a socket of our own, with the
 * stack's settings and other deadlines.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

import { GOOD, KEEP_CONN, begin, noBody, params, record, target } from '../api/fastcgi.mjs';
import { eventually, stack, workerPids } from '../api/stack.mjs';

const HALF = Buffer.concat([begin(), record(4, 1, 'half of')]);
const KEPT = Buffer.concat([begin({ flags: KEEP_CONN }),
	params(target('GET', '/healthz')), noBody()]);

async function worker(settings) {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'atrium-drain-'));
	const socket = path.join(dir, 's');
	const program = fs.readlinkSync(`/proc/${workerPids()[0]}/exe`);

	const child = spawn('spawn-fcgi', ['-n', '-s', socket, '--', program], {
		stdio: ['ignore', 'ignore', 'pipe'], cwd: '/',
		env: { PATH: process.env.PATH, ATRIUM_ENV_FILE: stack.env_file,
			TSAN_OPTIONS: `suppressions=${stack.root}/tests/api/tsan.supp`,
			...settings },
	});
	const it = { socket, child, said: '', status: undefined };

	child.stderr.on('data', (data) => { it.said += data; });
	child.on('close', (status, signal) => { it.status = signal ?? status; });
	await eventually('the worker is ready', () => {
		assert.equal(it.status, undefined, it.said);
		return it.said.includes('ready');
	});
	it.end = async () => {
		await eventually('the worker has ended', () => it.status !== undefined);
		fs.rmSync(dir, { recursive: true, force: true });
		assert.doesNotMatch(it.said, /Sanitizer|runtime error|Assertion|BUG/);
		return it.status;
	};
	return it;
}

function peer(socket, bytes) {
	const connection = net.connect(socket);

	connection.on('error', () => {});
	connection.write(bytes);
	return connection;
}

/* The worker has read what was sent: another peer after it was answered. */
function answered(socket) {
	return new Promise((done) => {
		const connection = peer(socket, GOOD);

		connection.on('close', done);
		connection.resume();
	});
}

test('a peer that stalls does not keep a worker from ending', async () => {
	const it = await worker({ DRAIN_TIMEOUT_MS: '20000', PEER_TIMEOUT_MS: '500' });
	const stalled = peer(it.socket, HALF);

	await answered(it.socket);
	it.child.kill('SIGTERM');
	assert.equal(await it.end(), 0);
	stalled.destroy();
});

test('the drain deadline ends what is under way, and says so', async () => {
	/* A second, that each of the three is in a thread's hands by its end. */
	const it = await worker({ DRAIN_TIMEOUT_MS: '1000', PEER_TIMEOUT_MS: '60000' });
	const stalled = [1, 2, 3].map(() => peer(it.socket, HALF));

	await answered(it.socket);
	it.child.kill('SIGTERM');
	assert.equal(await it.end(), 75);
	assert.match(it.said, /the drain deadline cut off 3 requests/);
	stalled.forEach((connection) => connection.destroy());
});

test('the end under load is no crash', async () => {
	for (let i = 0; i < 5; i++) {
		const it = await worker({ DRAIN_TIMEOUT_MS: '0' });
		const busy = Array.from({ length: 8 }, () => {
			const connection = peer(it.socket, KEPT);

			connection.on('data', () => connection.write(KEPT));
			return connection;
		});

		await answered(it.socket);
		it.child.kill('SIGTERM');
		assert.ok([0, 75].includes(await it.end()), `${it.status}`);
		busy.forEach((connection) => connection.destroy());
	}
});

test('idle connections are kept until the deadline, then let go', async () => {
	const it = await worker({ DRAIN_TIMEOUT_MS: '300' });
	const idle = peer(it.socket, KEPT);
	let replies = 0;

	idle.on('data', () => { replies++; });
	await eventually('its answer', () => replies > 0);
	it.child.kill('SIGTERM');
	await eventually('it drains', () => it.said.includes('draining'));
	replies = 0;
	idle.write(KEPT);
	await eventually('an answer while draining', () => replies > 0);
	assert.equal(await it.end(), 0);
});
