/*
 * A connection to the database that a test holds open: for locks that the
 * workers run into.
 */
import { spawn } from 'node:child_process';

import { stack } from './stack.mjs';

/* run(SQL) resolves to its rows once they came; close() rolls back. */
export function connection() {
	const child = spawn('mariadb', [`--defaults-file=${stack.db_client}`, '--batch',
		'--skip-column-names', '--unbuffered', stack.database],
	{ stdio: ['pipe', 'pipe', 'pipe'] });
	const waiting = [];
	let out = '', said = '', n = 0;

	child.stderr.on('data', (data) => { said += data; });
	child.stdout.on('data', (data) => {
		out += data;
		while (waiting.length && out.includes(`${waiting[0].mark}\n`)) {
			const { mark, resolve } = waiting.shift();
			const [rows, ...rest] = out.split(`${mark}\n`);

			out = rest.join(`${mark}\n`);
			resolve(rows.split('\n').filter(Boolean).map((line) => line.split('\t')));
		}
	});
	const closed = new Promise((resolve) => {
		child.on('close', () => {
			for (const { reject } of waiting)
				reject(new Error(`mariadb: ${said}`));
			resolve();
		});
	});

	return {
		run: (text) => new Promise((resolve, reject) => {
			const mark = `--done-${n++}--`;

			waiting.push({ mark, resolve, reject });
			child.stdin.write(`${text};\nSELECT '${mark}';\n`);
		}),
		close: () => {
			child.stdin.end();
			return closed;
		},
	};
}
