/*
 * A million products: every order with every filter is read from an index that
 * has the order, and no more of it than a page, wherever the page is. What is
 * looked at are the statements that the workers really send.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { api, expect } from './client.mjs';
import { world } from './products.mjs';
import { sql, sqlRoot, stack, stackCommand } from './stack.mjs';

const MANY = 1000000, FEW = 10000, CATEGORIES = 40, PRICES = 50000, LIMIT = 20;
const LOG = `${stack.dir}/log/general.log`;

/* Names and prices that several have; old ones are out of stock, the newest
 * are not active yet. */
function fill(n) {
	sql('INSERT INTO products (id, sku, name, category, price, currency, stock, active,' +
	    ' version, edition, created_at, updated_at) SELECT' +
	    " UNHEX(CONCAT(LPAD(HEX(1700000000000 + seq * 1000), 12, '0')," +
	    " '7000800000000000', LPAD(HEX(seq % 61), 4, '0')))," +
	    " LPAD(seq * 7919 % 1000003, 7, '0'), CONCAT('n', seq * 31 % 200000)," +
	    ` CONCAT('c', seq * 7 % ${CATEGORIES}), seq * 12347 % ${PRICES}, 'EUR',` +
	    ` IF(seq > ${n / 10}, seq % 100 + 1, 0), seq <= ${n * 0.95}, 1, 1,` +
	    ' FROM_UNIXTIME(1700000000 + seq), FROM_UNIXTIME(1700000000 + seq)' +
	    ` FROM seq_1_to_${n};` +
	    'REPLACE INTO product_totals (id, active, inactive, version) SELECT 1, SUM(active), SUM(1 - active),' +
	    ' COUNT(*) FROM products; ANALYZE TABLE products');
}

/* Its keys but the first, as they are made. */
const keys = () => sql('SHOW CREATE TABLE products')[0][1].split('\\n')
    .map((line) => line.match(/^ +((?:UNIQUE |FULLTEXT )?KEY .*?),?$/)?.[1]).filter(Boolean);

const empty = () => sql('TRUNCATE TABLE products; TRUNCATE TABLE product_totals');

/* Keys are made faster of all rows at once. */
function fillAll() {
	const all = keys();
	const words = all.filter((key) => key.startsWith('FULLTEXT'));
	const alter = (parts) => sql(`ALTER TABLE products ${parts.join(', ')}`);

	empty();
	alter(all.map((key) => `DROP KEY ${key.match(/`\w+`/)[0]}`));
	fill(MANY);
	alter(words.map((key) => `ADD ${key}`));
	alter(all.filter((key) => !words.includes(key)).map((key) => `ADD ${key}`));
	sql('ANALYZE TABLE products');
}

const ORDERS = ['created_at', 'name', 'price', 'sku'];
const SORTS = ORDERS.flatMap((name) => [name, `-${name}`]);
const EXACT = LIMIT + 3;

/*
 * [who, filter, the most rows that are read for a page of 20]: more where no index
 * has all that is equal, or a range is not in the order (docs/lists.md).
 */
const FILTERS = [
	['visitor', '', EXACT],
	['visitor', 'category=c7', EXACT],
	['visitor', 'category=none', EXACT],
	['visitor', 'in_stock=true', EXACT],
	['visitor', 'in_stock=false', EXACT],
	['visitor', 'in_stock=false&min_price=2500&max_price=30000', 400000],
	['visitor', 'category=c7&in_stock=true', 30000],
	['visitor', 'min_price=20000&max_price=30000', 400],
	['visitor', 'min_price=20000&max_price=20005', 60000],
	['visitor', 'min_price=60000', EXACT],
	['visitor', 'category=c7&min_price=20000&max_price=30000', 400],
	['staff', '', EXACT],
	['staff', 'active=false', EXACT],
	['staff', 'active=true', EXACT],
	['staff', 'category=c8', EXACT],
	['staff', 'category=c8&active=false', EXACT],
	['staff', 'active=false&in_stock=true', EXACT],
	['staff', 'in_stock=true', 120000],
];

/* A price range is in the order of prices alone. */
const bound = (filter, sort, most) => /^-?price$/.test(sort) && /price=/.test(filter) &&
    !/in_stock/.test(filter) ? EXACT : most;

async function page(who, filter, sort, more = '') {
	const { boss } = await world();
	const url = `/products/?limit=${LIMIT}&sort=${sort}&${filter}${more}`;

	return expect(await api('GET', url, { token: who === 'staff' ? boss.token : undefined }),
	    {}).json;
}

/* The statements of lists since then, bytes as they are, with ids in digits. */
function statements(from) {
	const log = fs.readFileSync(LOG, 'latin1').slice(from);
	const byte = { 0: '\0', n: '\n', r: '\r', Z: '\x1a' };

	return [...log.matchAll(/Execute\t(SELECT t\.id[^]*?LIMIT \d+(?:,\d+)?)\n/g)].map(([, text]) =>
		text.replace(/(t\.id [<>] )'((?:\\[^]|[^'\\])*)'/g, (_, before_, id) => {
			const bytes = id.replace(/\\([^])/g, (__, c) => byte[c] ?? c);

			return `${before_}X'${Buffer.from(bytes, 'latin1').toString('hex')}'`;
		}));
}

const idAt = (seq) => `${(1700000000000 + seq * 1000).toString(16).padStart(12, '0')}` +
    '70000000000000000000';
const MIDDLE = { name: "'n5'", price: '20002', sku: "'0500000'" };

/* The same page at another place, which need not be a row's. */
function moved(statement, sort, id, value) {
	const name = sort.replace('-', '');
	const there = statement.replace(/(t\.id [<>] )X'\w+'/, `$1X'${id}'`);

	if (name === 'created_at')
		return there;
	assert.match(there, new RegExp(`\\(t\\.${name} [<>] \\S+ OR \\(t\\.${name} = \\S+ AND`));
	return there.replace(new RegExp(`(t\\.${name} [<>] )\\S+ OR (\\(t\\.${name} = )\\S+ AND`),
	    (_, a, b) => `${a}${value} OR ${b}${value} AND`);
}

const valueOf = (row, sort) => {
	const value = row[sort.replace('-', '')];

	return typeof value === 'string' ? `'${value}'` : `${value}`;
};

/* [{what, sort, most, statement}]: first, middle and last pages. */
async function collect() {
	const asked = [], pages = [];
	const from = fs.existsSync(LOG) ? fs.statSync(LOG).size : 0;

	for (const [who, filter, most] of FILTERS)
		for (const sort of SORTS) {
			const first = await page(who, filter, sort);
			const opposite = sort.startsWith('-') ? sort.slice(1) : `-${sort}`;
			const question = `${who} ${filter} `, what = question + sort;

			asked.push({ what, sort, filter, opposite: question + opposite, most: bound(filter, sort, most),
				data: first.data, at: 'first' });
			if (first.next === null)
				continue;
			await page(who, filter, sort, `&cursor=${first.next}`);
			asked.push({ ...asked.at(-1), at: 'second' });
		}
	const texts = statements(from);

	assert.equal(texts.length, asked.length);
	asked.forEach((one, i) => {
		const end = asked.find((other) => other.what === one.opposite)?.data.at(-1);

		pages.push({ ...one, statement: texts[i] });
		if (one.at !== 'second')
			return;
		pages.push({ ...one, at: 'middle', statement: moved(texts[i], one.sort,
		    idAt(MANY / 2), MIDDLE[one.sort.replace('-', '')]) });
		pages.push({ ...one, at: 'last', statement: moved(texts[i], one.sort,
		    end.id.replace(/-/g, ''), valueOf(end, one.sort)) });
	});
	return pages;
}

/* What each reads, and how the server means to do it. */
async function measure(some) {
	const script = some.map(({ statement }, i) => `SELECT 'page', ${i}; EXPLAIN ${statement};` +
	    ` SELECT 'run'; FLUSH STATUS; ${statement}; SHOW SESSION STATUS WHERE Variable_name` +
	    " LIKE 'Handler_read%' OR Variable_name LIKE 'Sort_rows'").join(';\n');
	let at, plan;

	for (const row of await sqlRoot(script)) {
		if (row[0] === 'page') {
			at = some[Number(row[1])];
			Object.assign(at, { plan: [], read: 0, sorted: 0 });
			plan = true;
		} else if (row[0] === 'run') {
			plan = false;
		} else if (plan) {
			at.plan.push({ type: row[3], key: row[5], extra: row[9] ?? '' });
		} else if (row[0].startsWith('Handler_read')) {
			at.read += Number(row[1]);
		} else if (row[0] === 'Sort_rows') {
			at.sorted = Number(row[1]);
		}
	}
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const TIMED = ['', 'category=c7&sort=price', 'in_stock=true&sort=-created_at',
	'sort=name&min_price=20000&max_price=30000', 'skip=200&sort=-price'];
const speed = { few: {}, many: {} };

/*
 * Each address is asked once: a worker may remember it. The machine may be
 * busier at one time than at another: how busy tells what needs no list.
 */
async function time(into) {
	for (const query of ['alone', ...TIMED])
		into[query] = [];
	const ask = async (name, path) => {
		const began = performance.now();

		expect(await api('GET', path), {});
		into[name].push(performance.now() - began);
	};
	const [{ id }] = (await api('GET', '/products/?limit=1')).json.data;

	for (let i = 0; i < 60; i++) {
		for (const query of TIMED)
			await ask(query, `/products/?limit=${LIMIT}&${query}&x=${i}`);
		await ask('alone', `/products/${id}`);
	}
}

let pages;

before(async () => {
	empty();
	fill(FEW);
	await time(speed.few);
	fillAll();
	/* What was prepared before the keys were made is logged without its values. */
	stackCommand('reload');
	await sqlRoot(`SET GLOBAL general_log_file = '${LOG}'; SET GLOBAL general_log = ON`);
	pages = await collect();
	await sqlRoot('SET GLOBAL general_log = OFF');
	/* An argument of a command has no room for more. */
	for (let i = 0; i < pages.length; i += 40)
		await measure(pages.slice(i, i + 40));
});
after(() => empty());

test('every page is read from an index, in its order, and not sorted', () => {
	const loose = /price=/;

	assert.equal(pages.length, FILTERS.length * SORTS.length * 4 - 2 * SORTS.length * 3);
	for (const { what, at, plan, sorted, filter, sort } of pages) {
		const why = `${what}, ${at}: ${JSON.stringify(plan)}`;

		assert.equal(plan.length, 1, why);
		assert.ok(plan[0].key !== 'NULL' && plan[0].type !== 'ALL', why);
		/* Few in a range of prices are better sorted. */
		if (loose.test(filter) && !sort.endsWith('price') && sorted <= 1000)
			continue;
		assert.doesNotMatch(plan[0].extra, /filesort|temporary/, why);
		assert.equal(sorted, 0, why);
	}
});

test('no page reads more than it shows, wherever it is', (t) => {
	const most = {};

	for (const { what, at, read, most: allowed, filter } of pages) {
		assert.ok(read <= allowed, `${what}, ${at}: ${read} rows were read`);
		most[filter] = Math.max(most[filter] ?? 0, read);
	}
	t.diagnostic(`rows read, at most: ${JSON.stringify(most)}`);
});

test('pages of a million take as long as pages of 10,000', async (t) => {
	await time(speed.many);
	const busier = median(speed.many.alone) / median(speed.few.alone);

	for (const query of TIMED) {
		const [few, many] = [median(speed.few[query]) * busier, median(speed.many[query])];

		t.diagnostic(`${query || 'all'}: ${few.toFixed(2)} ms, ${many.toFixed(2)} ms, ratio` +
		    ` ${(few / many).toFixed(2)}`);
		assert.ok(many < few * 1.5 + 1, `${query}: ${many.toFixed(2)} ms, ${few.toFixed(2)} ms`);
	}
});

test('counts and words stay bounded too', async () => {
	const all = await page('visitor', '', 'name');
	const staff = await page('staff', '', 'name');
	const some = await page('visitor', 'category=c7', 'name');
	const word = await page('visitor', 'q=n77', 'price');

	assert.deepEqual([all.count, all.more], [MANY * 0.95, false]);
	assert.deepEqual([staff.count, staff.more], [MANY, false]);
	assert.deepEqual([some.count, some.more], [1000, true]);
	assert.ok(word.count > 0 && word.data.every((p) => p.name.startsWith('n77')));
});
