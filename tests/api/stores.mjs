/*
 * Private servers of the stores outside the database, each with a stack of
 * Atrium that keeps its values there.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { target } from './client.mjs';
import { ownStack, stack } from './stack.mjs';

const SCRIPT = fileURLToPath(new URL('../kv/server.sh', import.meta.url));

/* What Debian's packages call the programs. */
const PROGRAMS = { redis: 'redis-server', tarantool: 'tarantool' };

/* Why this one cannot be tested here, or false. */
export function skipped(name) {
	const found = spawnSync('sh', ['-c', `command -v ${PROGRAMS[name]}`]).status === 0;

	return found ? false : `${PROGRAMS[name]} is not installed`;
}

function server(action, name, dir) {
	const run = spawnSync('sh', [SCRIPT, action, name, dir],
	    { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: 60000 });

	if (run.status !== 0)
		throw new Error(`server.sh ${action} ${name}: ${run.stderr}`);
}

/*
 * {name, on, stack, start, kill, stop}: `on` and `stack` as call() and sql()
 * take them.
 */
export async function storeStack(name, settings = {}) {
	const dir = fs.mkdtempSync(path.join(stack.dir, 'store-'));
	const socket = path.join(dir, 'm.sock');
	const start = () => {
		server('start', name, dir);
		/* The workers may run as another user. */
		fs.chmodSync(socket, 0o777);
	};

	fs.chmodSync(dir, 0o755);
	start();
	process.on('exit', () => server('kill', name, dir));
	const own = ownStack({ KV_STORE: name, KV_URL: `unix:${socket}`, ...settings });

	return { name, stack: own, on: await target(own.url), start,
		kill: () => server('kill', name, dir),
		pid: () => Number(fs.readFileSync(path.join(dir, 'm.pid'), 'utf8')),
		stop: () => {
			own.stop();
			server('kill', name, dir);
		} };
}
