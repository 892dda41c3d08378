/*
 * Runs the test files of a folder: two hands, each with a stack of its own, take
 * one after another, for a test waits a lot. Then it stops the stacks and reads
 * what they left: no sanitizer report, no crash, no password in any log.
 * Usage: run.mjs api|chaos [BUILDDIR [FILE...]]
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { SECRET } from './client.mjs';
import { parseStack, workerPids } from './stack.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [suite, build = 'build', ...chosen] = process.argv.slice(2);
const folder = path.join(root, 'tests', suite);
const script = path.join(root, 'script/stack');
process.env.TSAN_OPTIONS = `${process.env.TSAN_OPTIONS ?? ''} ` +
    `suppressions=${path.join(root, 'tests/api/tsan.supp')}`;
const tally = { passed: 0, failed: 0 };
/* Of the stacks. */
const dirs = [];

const CRASH = [
	/AddressSanitizer|LeakSanitizer|ThreadSanitizer|UndefinedBehavior/,
	/runtime error:/,
	/stack smashing detected|Assertion .* failed|double free|corrupted/,
	/"level":"fatal"|Segmentation fault|core dumped/,
	/\bBUG\b/,
];

function report(ok, name, why = '') {
	tally[ok ? 'passed' : 'failed']++;
	console.log(`${ok ? 'ok' : 'not ok'} - ${name}`);
	if (!ok && why)
		console.log(why.replace(/^/gm, '    '));
}

/* For the user that the parts run as, too, when this is root. */
function newDir() {
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), `atrium-${suite}-`));

	fs.chmodSync(dir, 0o755);
	dirs.push(dir);
	return dir;
}

function start(dir) {
	const run = spawnSync(script,
	    ['start', dir, '--port', '0', '--build', path.resolve(root, build),
		'--env', 'PEER_TIMEOUT_MS=1000',
		/* All tests come from one address and fail often. */
		'--env', 'LOGIN_ADDRESS_FAILURES=1000000'],
	    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

	if (run.status !== 0)
		throw new Error(`script/stack start: status ${run.status}\n${run.stdout}`);
	return parseStack(run.stdout);
}

/* Stacks that a test made and did not stop, maybe because it failed. */
function stopOthers(dir) {
	for (const name of fs.readdirSync(dir).filter((n) => n.startsWith('own-')))
		if (fs.existsSync(path.join(dir, name, 'log')))
			spawnSync(script, ['stop', path.join(dir, name)]);
}

const running = new Set();

/* One file as TAP; its failures are printed whole. */
function runFile(file, env) {
	return new Promise((resolve) => {
		const child = spawn(process.execPath,
		    ['--test-reporter=tap', file],
		    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
		let text = '';

		running.add(child);
		child.stdout.on('data', (data) => { text += data; });
		child.on('close', (status) => {
			running.delete(child);
			resolve({ text, status });
		});
	});
}

function count(text, name) {
	const found = text.match(new RegExp(`^# ${name} (\\d+)$`, 'm'));

	return found ? Number(found[1]) : 0;
}

/* The failed lines with their explanations, without what passed. */
function failures(text) {
	let shown = false;

	return text.split('\n').filter((line) => {
		if (/^\s*(not )?ok \d+/.test(line))
			shown = /^\s*not ok/.test(line);
		else if (/^\s*# Subtest/.test(line))
			shown = false;
		return shown && !/^\s*(duration_ms|stack:|at )/.test(line);
	}).join('\n');
}

/* Long ones first, and by itself what other work would blur. */
const longOnes = ['products-many', 'fastcgi', 'languages', 'kv-stores', 'login'];
const alone = ['timing.test.mjs'];
/* What looks at the database alone is the same whatever the workers are built with. */
const plainOnly = ['jobs-many.test.mjs', 'products-many.test.mjs'];
const isPlain = !/-[at]san$/.test(build);

const rank = (name) => {
	const at = longOnes.indexOf(name.replace('.test.mjs', ''));

	return at < 0 ? longOnes.length : at;
};

const files = fs.readdirSync(folder)
    .filter((name) => name.endsWith('.test.mjs'))
    .filter((name) => isPlain || !plainOnly.includes(name))
    .filter((name) => chosen.length === 0 ||
        chosen.some((part) => name.startsWith(part)))
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

async function runOne(name, env) {
	const began = performance.now();
	const { text, status } = await runFile(path.join(folder, name), env);
	const passed = count(text, 'pass'), failed = count(text, 'fail');
	const skipped = [...text.matchAll(/# SKIP (.*)/g)].map((m) => m[1]);

	tally.passed += passed;
	tally.failed += failed || (status !== 0 ? 1 : 0);
	console.log(`${status === 0 ? 'ok' : 'not ok'} - ` +
	    `${suite}/${name}: ${passed} passed, ${failed} failed` +
	    ` (${((performance.now() - began) / 1000).toFixed(1)} s)`);
	for (const why of new Set(skipped))
		console.log(`    skipped: ${why}`);
	if (status !== 0)
		console.log(failures(text) || text);
}

/* Every file that the stack wrote, but the database's own and the settings. */
function* logs(at, settings) {
	for (const entry of fs.readdirSync(at, { withFileTypes: true })) {
		const file = path.join(at, entry.name);

		if (entry.isDirectory() && !fs.existsSync(path.join(file, 'ibdata1')))
			yield* logs(file, settings);
		else if (entry.isFile() && file !== settings &&
		    entry.name !== 'atrium.env')
			yield file;
	}
}

/*
 * libfcgi loses 48 bytes for each unknown management record, which only the
 * peers of fastcgi.test.mjs send. A leak of that origin and size is not ours.
 */
function withoutKnownLeaks(text) {
	return text.replace(/=+\n==\d+==ERROR: LeakSanitizer[^]*?\nSUMMARY: .*\n/g,
	    (found) => {
		const leaks = found.match(/leak of \d+ byte/g) ?? [];
		const theirs = found.match(/#1 0x[0-9a-f]+ +\(\S*libfcgi\.so/g) ?? [];
		const bytes = Number(found.match(/: (\d+) byte\(s\) leaked/)?.[1]);

		return leaks.length === theirs.length && bytes <= 48 * 64 ? '' : found;
	});
}

function inspect({ dir, env }) {
	const crashes = [], secrets = [];
	let lines = 0;

	/* Mails are read too: links in them hold a token, but never a password. */
	for (const file of logs(dir, env.env_file)) {
		const text = fs.readFileSync(file, 'latin1');

		for (const line of withoutKnownLeaks(text).split('\n')) {
			lines++;
			if (CRASH.some((sign) => sign.test(line)))
				crashes.push(`${file}: ${line}`);
			if (line.includes(SECRET) || (!file.endsWith('.eml') &&
			    /eyJ[\w-]+\.[\w-]+\.[\w-]+/.test(line)))
				secrets.push(`${file}: ${line}`);
		}
	}
	report(lines > 0 && crashes.length === 0, 'no crash and no sanitizer report',
	    crashes.slice(0, 40).join('\n') || 'no log was found');
	report(lines > 0 && secrets.length === 0, 'no password and no token in any log',
	    secrets.slice(0, 40).join('\n') || 'no log was found');
}

/* Nothing stays behind when this is interrupted. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(signal, () => {
		for (const child of running)
			child.kill();
		for (const dir of dirs) {
			stopOthers(dir);
			spawnSync(script, ['stop', dir]);
			fs.rmSync(dir, { recursive: true, force: true });
		}
		process.exit(130);
	});

/* Until none is left in the queue; what is alone, when the others have ended. */
async function work(queue, others) {
	const dir = newDir();
	let env = null;

	try {
		env = start(dir);
		const given = { ATRIUM_STACK: JSON.stringify({ ...env, dir, script, root,
			build: path.resolve(root, build) }) };

		while (queue.length > 0)
			await runOne(queue.shift(), given);
		await others;
		for (const name of others ? files.filter((one) => alone.includes(one)) : [])
			await runOne(name, given);
	} finally {
		stopOthers(dir);
		const left = env ? workerPids(env.socket) : [];
		const stop = spawnSync(script, ['stop', dir], { encoding: 'utf8' });

		report(stop.status === 0, 'the stack stops', stop.stdout + stop.stderr);
		report(left.every((pid) => !fs.existsSync(`/proc/${pid}`)),
		    'no worker is left behind');
	}
	inspect({ dir, env });
}

/* Of chaos one at a time: it loads the machine by itself. */
async function main() {
	const queue = files.filter((name) => !alone.includes(name));
	const second = suite === 'api' && queue.length > 1 ? work(queue) : null;

	const ended = await Promise.allSettled([second,
		work(queue, second?.catch(() => null) ?? Promise.resolve())]);

	for (const { reason } of ended.filter(({ status }) => status === 'rejected'))
		report(false, `${suite} tests run`, reason.stack);
	for (const dir of dirs)
		if (tally.failed === 0)
			fs.rmSync(dir, { recursive: true, force: true });
		else
			console.log(`the stack's files are kept in ${dir}`);
}

await main();
console.log(`${suite}: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed ? 1 : 0;
