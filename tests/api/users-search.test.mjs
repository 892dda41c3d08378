/*
 * GET /users/ with ?q=, ?is_active= and ?is_superuser=: the accounts that
 * somebody looks for, in the shape and order of the list of all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { admin, staff } from './access.mjs';
import { shared } from './cases.mjs';
import { account, api, expect, hex, newPassword, unique } from './client.mjs';
import { HOSTILE } from './hostile.mjs';
import { eventually, sql } from './stack.mjs';

const mark = unique();
/* What parts words beside the blank. */
const SIGNS = [...'.@-_+\'()",/;:’«»\t'];
/* [name, address], the oldest first */
const PEOPLE = [
	[`Anna Smith${mark}`, `first.${mark}@search.example`],
	[`Bo Li ${mark}`, `bo-li_${mark}@search.example`],
	['李明', `ming.${mark}@search.example`],
	[null, `plain+${mark}.tag@search.example`],
	[`Zoë O'Brien`, `zoe.${mark}@search.example`],
	['The Who', `the.who.${mark}@www.search.example`],
	...SIGNS.map((sign, i) => [`Mrs${sign}Sign${sign}N${i}th${mark}`,
		`n${i}.${unique()}@signs.example`]),
];

const world = shared(async () => {
	const { token } = await admin();
	const made = [];

	for (const [full_name, email] of PEOPLE)
		made.push(expect(await api('POST', '/users/', { token, json: { full_name, email,
			password: newPassword() } }), {}).json);
	sql(`UPDATE users SET is_active = 0 WHERE id = ${hex(made[1].id)}`);
	sql(`UPDATE users SET is_superuser = 1 WHERE id = ${hex(made[3].id)}`);
	return { token, made };
});

async function list(query) {
	const { token } = await world();
	const r = await api('GET', `/users/?${new URLSearchParams(query)}`, { token });

	return expect(r, {}).json;
}

/* Which of PEOPLE were found, by their place there. */
async function found(query) {
	const { made } = await world();
	const { data, count } = await list(query);
	const of = data.map(({ id }) => made.findIndex((one) => one.id === id));

	assert.equal(count, data.length);
	assert.ok(!of.includes(-1), JSON.stringify(data));
	return of;
}

const QUESTIONS = [
	['all, by what they share', mark, [5, 4, 3, 2, 1, 0]],
	['a word that goes on', `smith${mark.slice(0, 4)}`, [0]],
	['the beginning of a word', `anna smith${mark}`, [0]],
	['another order of words', `${mark} bo`, [1]],
	['small and capital letters', `BO ${mark.toUpperCase()}`, [1]],
	['a word of two letters', `li ${mark}`, [1]],
	['words of an address, parted as there', `bo-li_${mark}`, [1]],
	['what a mailbox is tagged with', `plain ${mark} tag`, [3]],
	['letters with accents', `zoe o'brien ${mark}`, [4]],
	['accents as they are typed', `Zoë ${mark}`, [4]],
	['what follows an apostrophe', `brien ${mark}`, [4]],
	['words that others leave out', `the who ${mark}`, [5]],
	['a name of two characters', `李明 ${mark}`, [2]],
	['its first, as it is typed', `${mark} 李`, [2]],
	['only the last word may go on', `李 ${mark}`, []],
	['an address', `zoe.${mark}@search.example`, [4]],
	['an address in capitals', `ZOE.${mark}@SEARCH.example`, [4]],
	['an address that is not all there', `zoe.${mark}@se`, [4]],
	['up to its @', `zoe.${mark}@`, [4]],
	['an address with blanks around it', `  zoe.${mark}@ `, [4]],
	['another address', `zoe.${mark}@else`, []],
	['not the middle of an address', `oe.${mark}@search.example`, []],
	['not the middle of a word', `mith${mark}`, []],
	['a word that is not there', `${mark} nobody`, []],
	['all words have to be there', `anna zoe ${mark}`, []],
	['nothing but signs', '% * "', []],
	['a sign', '@', []],
	['a wild card is none', `%@search.example`, []],
	['nor is this one', `zoe_${mark}@search.example`, []],
];

for (const [name, q, want] of QUESTIONS)
	test(`search: ${name}`, async () => {
		assert.deepEqual(await found({ q }), want);
	});

for (const [i, sign] of SIGNS.entries())
	test(`search: words behind ${JSON.stringify(sign)}`, async () => {
		const at = PEOPLE.length - SIGNS.length + i;

		assert.deepEqual(await found({ q: `n${i}th${mark} sign` }), [at]);
		if (sign !== '@')
			assert.deepEqual(await found({ q: `sign${sign}n${i}th${mark}` }), [at]);
	});

test('search: no mark of ours shows', async () => {
	assert.deepEqual(await found({ q: `zz${mark}` }), []);
	assert.deepEqual((await list({ q: 'zzanna' })).data, []);
});

test('search: with the state of accounts', async () => {
	assert.deepEqual(await found({ q: mark, is_active: false }), [1]);
	assert.deepEqual(await found({ q: mark, is_active: true }), [5, 4, 3, 2, 0]);
	assert.deepEqual(await found({ q: mark, is_superuser: true }), [3]);
	assert.deepEqual(await found({ q: mark, is_superuser: false, is_active: true }),
	    [5, 4, 2, 0]);
	assert.deepEqual(await found({ q: `zoe.${mark}@`, is_active: false }), []);
});

test('search: the state alone, and how many there are', async () => {
	const { made } = await world();
	const rows = (where) => sql(`SELECT LOWER(HEX(id)) FROM users WHERE ${where}` +
	    ' ORDER BY created_at DESC, id DESC').flat();

	for (const [query, where] of [[{ is_active: false }, 'NOT is_active'],
		[{ is_active: true }, 'is_active'], [{ is_superuser: true }, 'is_superuser'],
		[{ is_superuser: 'no', is_active: '1' }, 'NOT is_superuser AND is_active']]) {
		const all = rows(where);
		const { data, count } = await list({ ...query, limit: 1000 });
		const some = await list({ ...query, skip: 1, limit: 1 });
		const none = await list({ ...query, skip: all.length + 5 });

		assert.deepEqual(data.map(({ id }) => id.replace(/-/g, '')), all.slice(0, 1000));
		assert.deepEqual([count, some.count, none.count], Array(3).fill(all.length));
		assert.deepEqual([some.data, none.data], [data.slice(1, 2), []]);
	}
	assert.equal((await list({ is_active: false })).data.some((u) => u.id === made[1].id), true);
});

test('search: pages of what was found', async () => {
	const { made } = await world();
	const ids = [5, 4, 3, 2, 1, 0].map((i) => made[i].id);

	for (const [skip, limit, want] of [[0, 2, ids.slice(0, 2)], [2, 2, ids.slice(2, 4)],
		[4, 3, ids.slice(4)], [6, 2, []], [500, 2, []]]) {
		const { data, count } = await list({ q: mark, skip, limit });

		assert.deepEqual(data.map(({ id }) => id), want);
		assert.equal(count, 6);
	}
});

test('search: an empty text, or blanks, filter nothing', async () => {
	const all = await list({ limit: 3 });

	assert.deepEqual(await list({ limit: 3, q: '' }), all);
	assert.deepEqual(await list({ limit: 3, q: '   ' }), all);
	assert.deepEqual(Object.keys(all), ['data', 'count']);
});

test('search: what changes is found by what it is now', async () => {
	const { token } = await admin();
	const word = unique();
	const who = await account({ full_name: `Before${word}` });
	const ids = async (q) => (await list({ q })).data.map(({ id }) => id);

	assert.deepEqual(await ids(`before${word}`), [who.user.id]);
	expect(await api('PATCH', `/users/${who.user.id}`, { token,
		json: { full_name: `After${word}` } }), {});
	assert.deepEqual(await ids(`before${word}`), []);
	assert.deepEqual(await ids(`after${word}`), [who.user.id]);
	expect(await api('DELETE', `/users/${who.user.id}`, { token }), {});
	await eventually('it is gone', async () => (await ids(`after${word}`)).length === 0);
});

test('search: at most a thousand that words find are counted', async () => {
	const word = unique();

	sql('INSERT INTO users (id, email, email_key, password, is_active, is_superuser,' +
	    ` created_at) SELECT RANDOM_BYTES(16), CONCAT(seq, '.${word}@many.example'),` +
	    ` CONCAT(seq, '.${word}@many.example'), 'x', seq % 2, 0, UTC_TIMESTAMP(6)` +
	    ' FROM seq_1_to_1200');
	try {
		assert.equal((await list({ q: word, limit: 1 })).count, 1000);
		assert.equal((await list({ q: word, limit: 1, is_active: false })).count, 600);
		assert.equal((await list({ q: word, limit: 1000 })).data.length, 1000);
		assert.equal((await list({ q: word, skip: 1500 })).count, 1000);
	} finally {
		sql("DELETE FROM users WHERE email_key LIKE '%@many.example'");
	}
});

test('search: hostile texts find nobody and break nothing', async () => {
	for (const q of HOSTILE) {
		if (q.length > 230)
			continue;
		const { data } = await list({ q: `${q} ${mark}x` });

		assert.deepEqual(data, [], q);
	}
});

test('search: what is no filter, and who may', async () => {
	const { token } = await world();
	const other = await account(), helper = await staff('users');

	for (const query of ['is_active=maybe', 'is_superuser=', `q=${'x'.repeat(256)}`])
		expect(await api('GET', `/users/?${query}`, { token }), { status: 422 });
	expect(await api('GET', '/users/?q=%ff', { token }), { status: 400 });
	expect(await api('GET', '/users/?q=a', { token: other.token }), { status: 403 });
	expect(await api('GET', '/users/?q=a'), { status: 401 });
	expect(await api('GET', `/users/?q=${mark}`, { token: helper.token }), {});
});
