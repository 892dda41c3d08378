/*
 * 300,000 tasks: whatever is asked for, a page reads no more rows than it shows
 * and counts, and none is sorted.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { admin } from './access.mjs';
import { expect } from './client.mjs';
import { get } from './jobs.mjs';
import { sql } from './stack.mjs';

const MANY = 300000, LIMIT = 20;
/* A page and one more, 1,001 to count, and again to sum them up, and who asks. */
const MOST = LIMIT + 2 * 1001 + 40;
const KINDS = ['mail_test', 'mail_recovery', 'purge_kv', 'export_account'];
const mine = "kind LIKE '%' AND created_at = '2020-01-01'";

/* Nobody but the tests asks for old ones; those that wait, wait until 2100. */
before(() => sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, created_at,
    recipient, recipient_key) SELECT
    UNHEX(CONCAT(LPAD(HEX(1600000000000 + seq), 12, '0'), '70008000', LPAD(HEX(seq), 12, '0'))),
    ELT(1 + seq % 4, ${KINDS.map((kind) => `'${kind}'`)}), '{}',
    CASE WHEN seq <= 3 THEN 'dead' WHEN seq % 10 = 0 THEN 'queued' ELSE 'done' END,
    IF(seq % 20 = 0, 3, 0), '2100-01-01', '2020-01-01',
    IF(seq % 4 < 2, IF(seq % 8 < 4, 'a@example.com', CONCAT('u', seq, '@example.com')), NULL),
    IF(seq % 4 < 2, IF(seq % 8 < 4, 'a@example.com', CONCAT('u', seq, '@example.com')), NULL)
    FROM seq_1_to_${MANY}; ANALYZE TABLE tasks`));
after(() => sql(`DELETE FROM tasks WHERE ${mine}`));

const STATES = [undefined, 'queued', 'failed', 'running', 'done', 'dead', 'cancelled'];
const combine = (path, name, values) => values.flatMap((value) => STATES.map((state) =>
	[path, { ...(value && { [name]: value }), ...(state && { state }) }]));
const QUESTIONS = [...combine('jobs', 'kind', [undefined, ...KINDS, 'nobody']),
	...combine('mail/', 'to', [undefined, 'a@example.com', 'u5@example.com',
		'nobody@example.com'])];

const status = () => Object.fromEntries(sql('SHOW GLOBAL STATUS WHERE Variable_name LIKE' +
    " 'Handler_read%' OR Variable_name = 'Sort_rows'")
    .map(([name, value]) => [name, Number(value)]));
const reads = (s) => Object.entries(s).reduce((n, [name, value]) =>
	n + (name.startsWith('Handler') ? value : 0), 0);

/*
 * [rows read, rows sorted, the answer]: the least of a few tries, as the runner
 * reads too; what is not more than `enough` is not tried again.
 */
async function cost(ask, enough = 0) {
	const least = [Infinity, Infinity];

	for (let i = 0; i < 5 && (least[0] > enough || least[1] > 0); i++) {
		const was = status();
		const page = await ask();
		const now = status();

		least[0] = Math.min(least[0], reads(now) - reads(was));
		least[1] = Math.min(least[1], now.Sort_rows - was.Sort_rows);
		least[2] = page;
	}
	return least;
}

test('every combination of filters, its first page and another, either way', async () => {
	const who = await admin();
	const [idle] = await cost(() => null);

	for (const [path, filters] of QUESTIONS)
		for (const sort of ['-created_at', 'created_at']) {
			const query = { ...filters, sort, limit: LIMIT };
			const ask = (more) => async () =>
				expect(await get(who, path, { ...query, ...more }), {}).json;
			const [read, sorted, page] = await cost(ask({}), MOST);
			const why = `${path} ${JSON.stringify(query)}`;

			assert.ok(read - idle <= MOST, `${why}: ${read - idle} rows were read`);
			assert.equal(sorted, 0, why);
			if (page.next === null)
				continue;
			const [more] = await cost(ask({ cursor: page.next }),
			    LIMIT + 40);

			assert.ok(more - idle <= LIMIT + 40, `${why}, further: ${more - idle}`);
		}
});

test('what recurs is found among many', async () => {
	const who = await admin();
	const [idle] = await cost(() => null);
	const [read] = await cost(async () => expect(await get(who, 'cron'), {}));

	assert.ok(read - idle < 200, `${read - idle} rows were read`);
});
