/*
 * The stack's database, for what no call of the API makes: a task that failed,
 * a mail that bounced, an hour of traffic.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';

export function sql(text, dir = dirname(process.env.E2E_ENV)) {
	return execFileSync('mariadb', [
		`--defaults-file=${join(dir, 'client.cnf')}`,
		'--batch', '--skip-column-names', '--default-character-set=utf8mb4',
		'atrium'], { encoding: 'utf8', input: text });
}

/* Any text as it is, whatever it has in it. */
export function text(value) {
	return value === null ? 'NULL'
		: `CONVERT(UNHEX('${Buffer.from(value).toString('hex')}') USING utf8mb4)`;
}

/* An id of the time, as the program makes them (UUID version 7). */
export function newId(at = Date.now()) {
	const rest = randomBytes(10);

	rest[0] = 0x70 | (rest[0] & 0x0f);
	rest[2] = 0x80 | (rest[2] & 0x3f);
	const hex = at.toString(16).padStart(12, '0') + rest.toString('hex');

	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const bytes = (id) => `UNHEX('${id.replaceAll('-', '')}')`;

/* A moment so many seconds from now. */
export const moment = (seconds) =>
	`UTC_TIMESTAMP(6) + INTERVAL ${Math.round(seconds)} SECOND`;

/* Those that this process made. */
const made = new Set();

/* A task, or a mail, which is one; due and born in so many seconds from now. */
export function makeTask({ kind = 'mail_test', state = 'dead', attempts = 10,
	args = { email: 'nobody@example.com' }, error = null, to = null, due = -60,
	born = 0 } = {}) {
	const id = newId(Date.now() + born * 1000);

	sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at,
		last_error, recipient, recipient_key) VALUES (${bytes(id)}, ${text(kind)},
		${text(JSON.stringify(args))}, '${state}', ${attempts}, ${moment(due)},
		${moment(born)}, ${text(error)}, ${text(to)},
		${to === null ? 'NULL' : `LOWER(${text(to)})`})`);
	made.add(id);
	return id;
}

/* Leaves alone what others wait for; the mails of many sign-ins are no sight. */
export function clearTasks() {
	sql("DELETE FROM tasks WHERE kind = 'mail_new_device' AND state = 'done'");
	if (made.size > 0)
		sql(`DELETE FROM tasks WHERE id IN (${[...made].map(bytes).join(', ')})
			AND state <> 'running'`);
	made.clear();
}

export function makeAudit({ actor = null, ip = null, action, type = null,
	object = null, diff = null, request = null, ago = 0 }) {
	const at = Date.now() - ago * 1000;
	const id = newId(at);

	sql(`INSERT INTO audit (id, actor_id, actor_ip, action, object_type,
		object_id, diff, request_id, at) VALUES (${bytes(id)},
		${actor === null ? 'NULL' : bytes(actor)}, ${text(ip)}, ${text(action)},
		${text(type)}, ${text(object)},
		${text(diff === null ? null : JSON.stringify(diff))}, ${text(request)},
		${moment(-ago)})`);
	return id;
}

/* An hour that looks like a day of work: quiet, a break, busy. */
export function makeTraffic() {
	const rows = Array.from({ length: 59 }, (_, i) => {
		const busy = i > 20 && i < 24 ? 0
			: Math.round(240 + 160 * Math.sin(i / 8) + 40 * Math.sin(i * 2));
		const wrong = i % 6 === 1 ? Math.min(busy, 4 + (i % 13)) : 0;
		const ours = i === 40 ? 3 : 0;
		const slow = Math.round(busy * (0.06 + 0.04 * Math.sin(i / 3)));

		return `(FROM_UNIXTIME(60 * FLOOR(UNIX_TIMESTAMP() / 60) -
			${(59 - i) * 60}), ${busy}, ${wrong}, ${ours}, 0,
			${Math.floor(busy / 2)}, ${busy - Math.floor(busy / 2) - slow}, 0,
			${slow}, 0, 0, 0, 0, 0, 0, 0, 0, 0)`;
	});

	sql(`SET time_zone = '+00:00';
		REPLACE INTO traffic (at, requests, client_errors, server_errors,
		under_1, under_2, under_4, under_8, under_16, under_32, under_64,
		under_128, under_256, under_512, under_1024, under_2048, under_4096,
		longer) VALUES ${rows.join(', ')}`);
}

/* Asked again until it holds. */
export async function eventually(what, check, patience = 20000) {
	const end = Date.now() + patience;

	for (;;) {
		const found = await check();

		if (found)
			return found;
		if (Date.now() > end)
			throw new Error(`never: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
