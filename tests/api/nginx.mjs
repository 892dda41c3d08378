/*
 * A second nginx with the configuration of the one under test, but in front of
 * another socket, or with a limit on the rate; and a FastCGI server that hears
 * all and says nothing, or nothing of sense.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { parseRecords } from './fastcgi.mjs';
import { eventually, stack } from './stack.mjs';

const scratch = () =>
	fs.mkdtempSync(path.join(os.tmpdir(), 'atrium-test-'));

export function freePort() {
	return new Promise((resolve) => {
		const server = net.createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address();

			server.close(() => resolve(port));
		});
	});
}

const answers = (port) => new Promise((resolve) => {
	const socket = net.connect({ host: '127.0.0.1', port });

	socket.on('connect', () => { socket.destroy(); resolve(true); });
	socket.on('error', () => resolve(false));
});

/* {port, stop}. `edit` may change each file of the configuration. */
export async function otherNginx({ socket = stack.socket, edit = (text) => text } = {}) {
	const dir = scratch();
	const port = await freePort();
	const replace = [[stack.socket, '@SOCKET@'], [stack.run, dir], [stack.dir, dir],
		['@SOCKET@', socket], [`127.0.0.1:${stack.port}`, `127.0.0.1:${port}`]];

	for (const name of ['log', 'tmp', 'nginx/extra'])
		fs.mkdirSync(path.join(dir, name), { recursive: true });
	for (const name of fs.readdirSync(path.join(stack.dir, 'nginx'))) {
		if (!name.endsWith('.conf'))
			continue;
		const text = fs.readFileSync(path.join(stack.dir, 'nginx', name), 'utf8');

		fs.writeFileSync(path.join(dir, 'nginx', name), edit(replace.reduce(
		    (all, [from, to]) => all.replaceAll(from, to), text), name));
	}
	const conf = path.join(dir, 'nginx/nginx.conf');
	const log = path.join(dir, 'log/nginx.log');
	/* As root it would give up the right to open the socket. */
	const user = process.getuid() === 0 &&
	    !/^user /m.test(fs.readFileSync(conf, 'utf8')) ? 'user root;' : '';
	const child = spawn('nginx', ['-p', dir, '-c', conf, '-e', log, '-g',
		`daemon off;${user}`],
	    { stdio: 'inherit', env: { ...process.env,
		PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
	const ended = new Promise((resolve) => child.on('exit', resolve));

	await eventually('the second nginx', () => answers(port));
	return {
		port,
		log: () => fs.readFileSync(log, 'utf8'),
		async stop() {
			child.kill('SIGTERM');
			await ended;
			fs.rmSync(dir, { recursive: true, force: true });
		},
	};
}

/* A worker's socket that hears requests; `say(socket)` may answer. */
export async function listener(hear = () => {}, say = (socket) => socket.end()) {
	const dir = scratch();
	const file = path.join(dir, 's');
	const heard = [];
	const open = new Set();
	const server = net.createServer((socket) => {
		const mine = [];

		heard.push(mine);
		open.add(socket);
		socket.on('data', (bytes) => {
			mine.push(bytes);
			hear(bytes);
			setTimeout(() => say(socket), 50);
		});
		socket.on('error', () => {});
		socket.on('close', () => open.delete(socket));
	});

	await new Promise((resolve) => server.listen(file, resolve));
	fs.chmodSync(dir, 0o755);
	fs.chmodSync(file, 0o666);
	return {
		path: file,
		connections: () => heard.length,
		records: () => heard.flatMap((mine) => parseRecords(Buffer.concat(mine))),
		async stop() {
			for (const socket of open)
				socket.destroy();
			await new Promise((resolve) => server.close(resolve));
			fs.rmSync(dir, { recursive: true, force: true });
		},
	};
}

