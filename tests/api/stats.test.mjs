/*
 * /admin/stats: how much there is, and what the workers count of requests.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { admin, makeKey, refused, staff } from './access.mjs';
import { account, api, call, expect, superuser, target, unique } from './client.mjs';
import { eventually, ownStack, sql, sqlCount, stack } from './stack.mjs';
import { runTask } from './trail.mjs';

const MINUTE = 60000;
const BUCKETS = [...Array.from({ length: 13 }, (_, i) => `under_${2 ** i}`), 'longer'];

/* Where nothing is but what is put there: no session ends, no task runs. */
let own;

before(async () => {
	own = ownStack({}, ['--runners', '0']);
	own.at = await target(own.url);
	own.token = (await superuser({}, { on: own.at, stack: own })).token;
});
after(() => own?.stop());

const command = (name) => execFileSync(stack.script, [name, own.dir], { stdio: 'ignore' });
const read = async () =>
	expect(await api('GET', '/admin/stats', { token: (await admin()).token }), {}).json;
const readOwn = async () =>
	expect(await api('GET', '/admin/stats', { on: own.at, token: own.token }), {}).json;
/* It remembers for a moment what there was. */
const sees = (what, condition) => eventually(what, async () => condition(await readOwn()));
const minuteAgo = (n, now = Date.now()) => new Date(Math.floor(now / MINUTE - n) * MINUTE)
    .toISOString().replace('.000', '');
const inSql = (time) => `'${time.replace(/[TZ]/g, ' ')}'`;

async function readNow() {
	let s;

	await sees('what there is now', (found) => {
		s = found;
		return s.users.total === sqlCount('SELECT COUNT(*) FROM users', own) &&
		    s.items === sqlCount('SELECT COUNT(*) FROM items', own) &&
		    s.sessions === sqlCount('SELECT COUNT(*) FROM sessions' +
		        ' WHERE expires_at > UTC_TIMESTAMP(6)', own);
	});
	return s;
}

const counted = (name, on) => sqlCount(`SELECT COALESCE(SUM(${name}), 0) FROM traffic`, on);

test('stats: its members, and a row for each of the last 60 minutes', async () => {
	const before = minuteAgo(0);
	const s = await read();
	const last = s.minutes.at(-1).at;

	assert.deepEqual(Object.keys(s), ['users', 'sessions', 'products', 'items', 'spaces',
		'tasks', 'mail', 'database_bytes', 'migrations', 'version', 'commit', 'uptime_s',
		'minutes']);
	assert.ok([before, minuteAgo(0)].includes(last), last);
	assert.deepEqual(s.minutes.map((m) => Date.parse(last) - Date.parse(m.at)),
	    Array.from({ length: 60 }, (_, i) => (59 - i) * MINUTE));
	assert.ok(s.database_bytes > 100000 && s.uptime_s >= 0);
	assert.equal(s.migrations, sqlCount("SELECT COUNT(*) FROM schema_migrations" +
	    " WHERE state = 'applied'"));
	assert.equal(s.version, (await call('GET', '/version')).json.version);
});

test('stats: an ETag, and who may see it', async () => {
	const may = await staff('admin'), mayNot = await staff('users', 'system');
	const key = await makeKey(may, { permissions: ['admin'] });
	const r = await api('GET', '/admin/stats', { token: may.token });

	assert.match(expect(r, {}).headers.etag, /^"[\w-]+"$/);
	expect(await api('GET', '/admin/stats', { token: key.key }), {});
	refused(await api('GET', '/admin/stats', { token: mayNot.token }), 403, 'not_allowed');
});

test('stats: what there is', async () => {
	const were = await readNow();
	const on = own.at, who = await account({}, { on });

	sql("INSERT INTO users (id, email, email_key, password, is_active, is_superuser," +
	    " created_at) VALUES (RANDOM_BYTES(16), 'old@stats.example', 'old@stats.example'," +
	    " 'x', 0, 0, UTC_TIMESTAMP(6) - INTERVAL 8 DAY)", own);
	expect(await api('POST', '/items/', { on, token: who.token, json: { title: 'x' } }), {});
	sql('INSERT INTO sessions (id, user_id, created_at, expires_at) SELECT RANDOM_BYTES(16),' +
	    " id, created_at, UTC_TIMESTAMP(6) FROM users WHERE email = 'old@stats.example'", own);
	sql('INSERT INTO kv_spaces (id, name, max_keys, max_bytes, version, created_at)' +
	    " VALUES (RANDOM_BYTES(16), 'of-stats', 1, 1, 1, UTC_TIMESTAMP(6))", own);
	for (const [active, stock] of [[true, 5], [true, 0], [false, 0]])
		expect(await api('POST', '/products/', { on, token: own.token, json: {
			sku: unique(), name: 'x', price: 1, currency: 'EUR', active, stock } }),
		{ status: 201 });
	await sees('one of each more', ({ users, sessions, products, items, spaces }) =>
		users.total === were.users.total + 2 && users.active === were.users.active + 1 &&
		users.new === were.users.new + 1 && sessions === were.sessions + 1 &&
		products.total === were.products.total + 3 &&
		products.active === were.products.active + 2 &&
		products.out_of_stock === were.products.out_of_stock + 1 &&
		items === were.items + 1 && spaces === were.spaces + 1);
	sql("DELETE FROM users WHERE email = 'old@stats.example'", own);
	sql("DELETE FROM kv_spaces WHERE name = 'of-stats'", own);
});

/* [kind, state, minutes ago] */
const TASKS = [['mail_x', 'done', 7], ['mail_x', 'done', 7], ['x_mail_x', 'done', 7],
	['mailx', 'done', 59], ['mail_x', 'dead', 8], ['x', 'dead', 8], ['x', 'cancelled', 8],
	['mail_x', 'done', 60], ['mail_x', 'cancelled', 7], ['mail_x', 'running', 7],
	['mail_x', 'queued', -60], ['x', 'queued', -60]];

test('stats: tasks and mails, by state and by the minute of their end', async () => {
	const were = await readNow();
	const at = new Map(were.minutes.map((m) => [m.at, m]));
	const now = Date.now();
	const rows = TASKS.map(([kind, state, ago]) => `(RANDOM_BYTES(16), '${kind}', '{}',` +
	    ` '${state}', 1, ${inSql(minuteAgo(ago, now))} + INTERVAL 30 SECOND,` +
	    ' UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, UTC_TIMESTAMP(6))');
	const [seven, eight, first] = [7, 8, 59].map((ago) => minuteAgo(ago, now));

	sql('INSERT INTO tasks (id, kind, args, state, attempts, run_at, lease_until,' +
	    ` created_at) VALUES ${rows}`, own);
	await sees('the tasks', ({ tasks, mail, minutes }) => {
		const more = (when, name, n) => (minutes.find((m) => m.at === when)?.[name] ?? n) ===
		    (at.get(when)?.[name] ?? 0) + n;

		return tasks.done >= were.tasks.done + 5 && tasks.dead === were.tasks.dead + 2 &&
		    tasks.cancelled === were.tasks.cancelled + 2 &&
		    tasks.running >= were.tasks.running + 1 &&
		    mail.sent >= were.mail.sent + 3 && mail.failed === were.mail.failed + 1 &&
		    mail.queued >= 2 && tasks.queued >= 2 &&
		    more(seven, 'tasks_done', 3) && more(seven, 'mails_sent', 2) &&
		    more(seven, 'tasks_failed', 0) && more(eight, 'tasks_failed', 2) &&
		    more(eight, 'mails_sent', 0) && more(first, 'tasks_done', 1) &&
		    more(first, 'mails_sent', 0);
	});
	sql("DELETE FROM tasks WHERE kind IN ('mail_x', 'x_mail_x', 'mailx', 'x')", own);
});

test('stats: requests are counted, with how they ended', async () => {
	const were = { requests: counted('requests'), errors: counted('client_errors') };

	await Promise.all(Array.from({ length: 40 }, () => call('GET', '/healthz')));
	await Promise.all(Array.from({ length: 20 }, () => api('GET', '/none')));
	await eventually('they are written', () =>
		counted('requests') >= were.requests + 60 &&
		counted('client_errors') >= were.errors + 20);
	/* At one moment: the counting goes on. */
	assert.equal(counted(`${BUCKETS.join(' + ')} - requests`), 0);
	const now = counted('requests'), shown = await read();

	assert.ok(shown.minutes.reduce((n, m) => n + m.requests, 0) >= now);
	assert.ok(shown.minutes.some((m) => m.p50_ms > 0 && m.p95_ms >= m.p50_ms));
});

function putMinute(ago, { requests = 0, client_errors = 0, server_errors = 0, ...took }) {
	const n = BUCKETS.map((name) => took[name] ?? 0), at = minuteAgo(ago);

	sql(`REPLACE INTO traffic (at, requests, client_errors, server_errors, ${BUCKETS})` +
	    ` VALUES (${inSql(at)}, ${requests}, ${client_errors}, ${server_errors}, ${n})`);
	return at;
}

test('stats: a minute that was counted is shown, others are zero', async () => {
	const at = putMinute(30, { requests: 100, client_errors: 7, server_errors: 3,
		under_1: 90, under_16: 10 });
	const slow = putMinute(40, { requests: 2, longer: 2 });
	const empty = minuteAgo(35, Date.parse(at) + 30 * MINUTE);

	sql(`DELETE FROM traffic WHERE at = ${inSql(empty)}`);
	const { minutes } = await read();
	const shows = (when, want) => {
		const m = minutes.find((one) => one.at === when);

		for (const [name, value] of Object.entries(want))
			assert.equal(m[name], value, `${when}: ${name}`);
	};

	shows(at, { requests: 100, client_errors: 7, server_errors: 3, p50_ms: 0.56,
		p95_ms: 12 });
	shows(slow, { requests: 2, client_errors: 0, p50_ms: 4096, p95_ms: 4096 });
	shows(empty, { requests: 0, client_errors: 0, server_errors: 0, p50_ms: 0, p95_ms: 0 });
});

test('stats: figures older than a week are removed', async () => {
	const rows = (at) => sqlCount(`SELECT COUNT(*) FROM traffic WHERE at = ${inSql(at)}`);
	const old = putMinute(7 * 1440 + 1, { requests: 1, under_1: 1 });
	const young = putMinute(7 * 1440 - 2, { requests: 1, under_1: 1 });

	runTask('purge_traffic');
	await eventually('they are gone', () => rows(old) === 0);
	assert.equal(rows(young), 1);
});

test('stats: no request is lost to a database that is away, or to a restart', async () => {
	const on = own.at;
	const ask = (n) => Promise.all(Array.from({ length: n },
	    () => api('GET', '/none', { on })));
	const were = counted('client_errors', own);

	await ask(9);
	await eventually('the first', () => counted('client_errors', own) === were + 9);
	command('db-stop');
	await ask(11);
	expect(await call('GET', '/readyz', { on }), { status: 503 });
	command('db-start');
	await eventually('the second', () => counted('client_errors', own) === were + 20);
	await eventually('and the failure', () => counted('server_errors', own) >= 1);
	/* The next are written when the workers leave. */
	await ask(13);
	command('reload');
	assert.equal(counted('client_errors', own), were + 33);
	await eventually('it answers', async () => (await api('GET', '/admin/stats',
	    { on, token: own.token })).status === 200);
});
