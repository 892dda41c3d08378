/*
 * Runs the test files of this folder one after another and counts.
 * Usage: run.mjs [BUILDDIR [FILE...]]
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(folder, '../..');
const [build = 'build', ...chosen] = process.argv.slice(2);
const bin = path.resolve(root, build);
const tally = { passed: 0, failed: 0 };

/* One file as TAP. */
function runFile(file) {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, ['--test-reporter=tap', file], {
			env: { ...process.env, ATRIUM_TEST_BIN: bin },
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		let text = '';

		child.stdout.on('data', (data) => { text += data; });
		child.on('close', (status) => resolve({ text, status }));
	});
}

function count(text, name) {
	const found = text.match(new RegExp(`^# ${name} (\\d+)$`, 'm'));

	return found ? Number(found[1]) : 0;
}

/* The failed tests with what is said of them. */
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

async function main() {
	const files = fs.readdirSync(folder)
	    .filter((name) => name.endsWith('.test.mjs'))
	    .filter((name) => chosen.length === 0 ||
	        chosen.some((part) => name.startsWith(part))).sort();

	for (const name of ['tests/mail/send', 'atrium'])
		if (!fs.existsSync(path.join(bin, name)))
			throw new Error(`${path.join(bin, name)} is not built`);
	for (const name of files) {
		const { text, status } = await runFile(path.join(folder, name));
		const passed = count(text, 'pass'), failed = count(text, 'fail');

		tally.passed += passed;
		tally.failed += failed || (status !== 0 ? 1 : 0);
		console.log(`${status === 0 ? 'ok' : 'not ok'} - ` +
		    `mail/${name}: ${passed} passed, ${failed} failed`);
		if (status !== 0)
			console.log(failures(text) || text);
	}
}

await main().catch((err) => {
	tally.failed++;
	console.log(`not ok - mail tests run\n    ${err.message}`);
});
console.log(`mail: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed || tally.passed === 0 ? 1 : 0;
