/*
 * The stack under test, seen from behind: its commands, its workers'
 * processes, its database, its settings.
 */
import { execFile, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export const stack = JSON.parse(process.env.ATRIUM_STACK ?? '{}');

function scriptStack(command, dir, args) {
	const run = spawnSync(stack.script, [command, dir, ...args],
	    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

	if (run.status !== 0)
		throw new Error(`script/stack ${command} ${dir} ${args.join(' ')}: ` +
		    `${run.status}\n${run.stdout}${run.stderr}`);
	return run.stdout;
}

export function stackCommand(command, ...args) {
	return scriptStack(command, stack.dir, args);
}

/* The lines that script/stack start prints. */
export function parseStack(text) {
	return Object.fromEntries(text.split('\n')
	    .map((line) => line.match(/^([a-z_]+)=(.*)$/))
	    .filter(Boolean).map(([, name, value]) => [name, value]));
}

/*
 * A second stack with other settings, in the folder of the first so that its
 * logs are read with the others; run.mjs ends what was not stopped.
 */
export function ownStack(settings = {}, options = []) {
	const dir = fs.mkdtempSync(path.join(stack.dir, 'own-'));
	const env = Object.entries(settings)
	    .flatMap(([name, value]) => ['--env', `${name}=${value}`]);

	fs.chmodSync(dir, 0o755);
	const text = scriptStack('start', dir, ['--port', '0', '--build', stack.build,
		...options, ...env]);

	return { ...parseStack(text), dir, stop: () => scriptStack('stop', dir, []) };
}

/*
 * The processes whose standard input is the listening socket. After a reload it
 * goes by the name that it was bound to.
 */
export function workerPids(socket = stack.socket) {
	const inodes = fs.readFileSync('/proc/net/unix', 'utf8').split('\n')
	    .map((line) => line.trim().split(/\s+/))
	    .filter((word) => word[7] === socket || word[7] === `${socket}.new`).map((word) => word[6]);
	const names = new Set(inodes.map((inode) => `socket:[${inode}]`));

	return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))
	    .filter((pid) => {
		try {
			return names.has(fs.readlinkSync(`/proc/${pid}/fd/0`)) &&
			    fs.readFileSync(`/proc/${pid}/comm`, 'utf8')
			    .startsWith('atrium-worker');
		} catch {
			return false;
		}
	    }).map(Number).sort((a, b) => a - b);
}

/* Rows of a statement, each an array of strings; as the administrator. */
export function sql(text, on = stack) {
	const run = spawnSync('mariadb', [
		`--defaults-file=${on.db_client}`, '--batch',
		'--skip-column-names', '--default-character-set=utf8mb4',
		'--execute', text, on.database,
	], { encoding: 'utf8', maxBuffer: 64 << 20 });

	if (run.status !== 0)
		throw new Error(`mariadb: ${run.stderr}`);
	return run.stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

/*
 * A statement of the database's own administrator, who is the system user that
 * it runs as; a promise, for what takes its time.
 */
export function sqlRoot(text) {
	const { uid, gid } = fs.statSync(stack.db_socket);
	const name = spawnSync('stat', ['-c', '%U', stack.db_socket],
	    { encoding: 'utf8' }).stdout.trim();

	return new Promise((resolve, reject) => {
		execFile('mariadb', ['--no-defaults', `--socket=${stack.db_socket}`,
			`--user=${name}`, '--batch', '--skip-column-names', '--execute', text,
			stack.database], { uid, gid, cwd: '/' }, (err, out) => err ? reject(err) :
		    resolve(out.split('\n').filter(Boolean).map((line) => line.split('\t'))));
	});
}

export function sqlCount(text, on = stack) {
	return Number(sql(text, on)[0][0]);
}

export function setting(name, on = stack) {
	const line = fs.readFileSync(on.env_file, 'utf8').split('\n')
	    .find((text) => text.startsWith(`${name}=`));

	return line?.slice(name.length + 1).replace(/^(["'])(.*)\1$/, '$2');
}

/* The worker's log lines with that text, parsed. */
export function logLines(text) {
	return fs.readFileSync(stack.log, 'utf8').split('\n')
	    .filter((line) => line.includes(text)).map((line) => JSON.parse(line));
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/*
 * A JWT of our own making: HS256 with SECRET_KEY, unless `header` and `key` (a
 * text, or for ES256 a private key) say something else.
 */
export function mint(claims, { key, header } = {}) {
	const head = { alg: 'HS256', typ: 'JWT', ...header };
	const text = `${encode(head)}.${encode(claims)}`;
	const hash = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }[head.alg];

	if (head.alg === 'ES256')
		return `${text}.` + crypto.sign('sha256', Buffer.from(text),
		    { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
	if (!hash)
		return `${text}.`;
	return `${text}.` + crypto.createHmac(hash, key ?? setting('SECRET_KEY'))
	    .update(text).digest('base64url');
}

export function headerOf(token) {
	return JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
}

export function claimsOf(token) {
	return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Until the condition holds; the bound only catches what never comes. */
export async function eventually(what, condition, seconds = 30) {
	const end = Date.now() + seconds * 1000;

	for (;;) {
		if (await condition())
			return;
		if (Date.now() > end)
			throw new Error(`not within ${seconds} s: ${what}`);
		await sleep(50);
	}
}

/* Until a statement like that is under way in the database. */
export const underway = (like) => eventually(like, async () => (await sqlRoot(
    'SELECT id FROM information_schema.processlist' +
    ` WHERE id <> CONNECTION_ID() AND info LIKE '${like}'`)).length > 0, 10);
