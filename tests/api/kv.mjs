/*
 * What holds for the values of key-value spaces, whatever store they are in:
 * the cases that kv.test.mjs runs on the stack's own, kv-stores.test.mjs on the
 * others. Values and answers are compared as texts: JSON.parse() would hide
 * what became of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refused } from './access.mjs';
import { account, api, expect, fault, invalid, JSON_TYPE } from './client.mjs';
import { races } from './kv-races.mjs';
import { COUNT, HOSTILE } from './hostile.mjs';
import { eventually } from './stack.mjs';

export const coded = (want) => ({ ...want, json: { ...want.json, code: 'invalid' } });
export const q = JSON.stringify;
/* {"a":1,...} of [name, text] pairs, in their order. */
const object = (pairs) => `{${pairs.map(([k, v]) => `${q(k)}:${v}`).join()}}`;
const range = (n) => Array.from({ length: n }, (_, i) => i);

/* What one caller does in one space; `more` are options of each request. */
export function hand(token, more = {}, space = '~') {
	const at = (key) => `/kv/${space}/${encodeURIComponent(key)}`;
	const post = (verb, body, extra) => api('POST', `/kv/${space}/${verb}`,
	    { token, body, type: JSON_TYPE, ...more, ...extra });
	const send = (key, body, headers) =>
		api('PUT', at(key), { token, body, type: JSON_TYPE, headers, ...more });
	const me = {
		/* Without conditions: whether there is one or not. */
		put: async (key, body, headers) => {
			if (headers !== undefined)
				return send(key, body, headers);
			const made = await send(key, body, { 'if-none-match': '*' });

			return made.status === 412 ? send(key, body, { 'if-match': '*' }) : made;
		},
		get: (key, headers) => api('GET', at(key), { token, headers, ...more }),
		head: (key, headers) => api('HEAD', at(key), { token, headers, ...more }),
		remove: (key, headers) => api('DELETE', at(key), { token, headers, ...more }),
		write: (pairs, rest = {}, headers = {}) => post('write',
		    `{"data":${object(pairs)}${Object.entries(rest).map(([k, v]) =>
			    `,${q(k)}:${q(v)}`).join('')}}`, { headers }),
		read: (keys, rest = {}) => post('read', q({ keys, ...rest })),
		erase: (keys) => post('delete', q({ keys })),
		list: (query = {}) => api('GET', `/kv/${space}/?${new URLSearchParams(query)}`,
		    { token, ...more }),
		post,
	};

	return me;
}

/* Of a 422: its items, and the code beside them. */
export function invalidated(r, code = 'invalid') {
	expect(r, { status: 422 });
	assert.equal(r.json.code, code, r.text);
	assert.ok(Array.isArray(r.json.detail), r.text);
	return r;
}

const answer = (name, keys, other, rest) => `{"${name}":${q(keys)},"${other}":${q(rest)}}`;
const written = (keys, skipped = []) => answer('written', keys, 'skipped', skipped);
const deleted = (keys, missing = []) => answer('deleted', keys, 'missing', missing);
const found = (pairs, missing = []) => `{"data":${object(pairs)},"missing":${q(missing)}}`;
const tooLong = (loc, input) => coded(invalid(fault('bytes_too_long', loc,
    'Data should have at most 512 bytes', input, { max_length: 512 })));

/* [what is sent, what is kept of it] */
const VALUES = ['null', 'true', 'false', '0', '-0', '1.0', '1e5', '1E+5', '-0.50e-1', '""', '"\\u0000"', '[]', '{}',
	'123456789012345678901234567890', '1e400', '0.1000000000000000055511151231257827', '"\\u00fc\\/\\ud83d\\ude00"',
	'"\u00fc/\u{1f600}"', '{"z":1,"a":{"b":[1,null,{"":""}]},"1":2,"0":3}', '"\\u003cscript\\u003e"', '" \\" {\\\\ "',
	'"\u2028\u2029\ufeff"', '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]']
    .map((text) => [text, text])
    .concat([[' { "a" : [ 1 ,\n2 ] ,\t"b c" : " x " }\r\n', '{"a":[1,2],"b c":" x "}'], [' 3 ', '3']]);

async function fresh({ unchecked, ...w }) {
	const who = await account({}, w);

	return { who, kv: hand(who.token, { ...w, unchecked }) };
}

function exactness(title, world) {
	test(`${title}: any value comes back as it was sent`, async () => {
		const { kv } = await fresh(await world());
		const pairs = VALUES.map(([text], i) => [`v${i}`, text]);

		for (const [i, [text, kept]] of VALUES.entries()) {
			const r = expect(await kv.put(`p${i}`, text), { status: 201, text: kept });
			const { etag } = r.headers;

			assert.match(etag, /^"v[1-9]\d*"$/);
			expect(await kv.get(`p${i}`), { text: kept, headers: { etag,
				'content-type': JSON_TYPE, 'cache-control': 'private, no-cache' } });
			expect(await kv.head(`p${i}`), { text: '', headers: { etag,
				'content-length': String(Buffer.byteLength(kept)) } });
		}
		expect(await kv.write(pairs), { status: 201, text: written(pairs.map(([k]) => k)) });
		expect(await kv.read(pairs.map(([k]) => k)),
		    { text: found(VALUES.map(([, kept], i) => [`v${i}`, kept])) });
	});

	test(`${title}: ${COUNT} hostile texts, as keys and as values, many at once`, async () => {
		const { kv } = await fresh(await world());
		const escaped = (s) => `"${[...range(s.length)].map((i) =>
			`\\u${s.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;

		assert.equal(HOSTILE.length, COUNT);
		for (let i = 0; i < COUNT; i += 250) {
			const keys = HOSTILE.slice(i, i + 250);
			/* Now as it is, now in escapes: that is the value's own business. */
			const pairs = keys.map((key, n) => [key, n % 2 ? q(key) : escaped(key)]);

			expect(await kv.write(pairs), { status: 201, text: written(keys) });
			expect(await kv.read(keys), { text: found(pairs) });
		}
		const listed = [];

		for (let cursor; cursor !== null;) {
			const { json } = expect(await kv.list({ limit: 1000, ...cursor && { cursor } }), {});

			listed.push(...json.data.map(({ key }) => key));
			cursor = json.next;
		}
		assert.deepEqual(listed, HOSTILE.map((s) => Buffer.from(s)).sort(Buffer.compare).map(String));
		for (let i = 0; i < COUNT; i += 1000)
			expect(await kv.erase(HOSTILE.slice(i, i + 1000)),
			    { text: deleted(HOSTILE.slice(i, i + 1000)) });
		assert.deepEqual((await kv.list()).json, { data: [], next: null });
	});

	test(`${title}: ${COUNT} hostile texts, one by one, in the path`, async () => {
		/* What nginx refuses is no answer of the operation. */
		const { kv } = await fresh({ ...await world(), unchecked: true });
		/* What nginx takes for a way out of /api is refused, and no other route. */
		const strays = (key) => new URL(`http://x/api/v1/kv/~/${key.replace(/[?#\\\t\n\r]/g, 'x')
		    .replace(/%/g, '%25')}`).pathname.startsWith('/api/') === false;
		const refusals = [];

		for (let i = 0; i < COUNT; i += 16)
			await Promise.all(HOSTILE.slice(i, i + 16).map(async (key) => {
				const put = await kv.put(key, q(key));

				if (put.status !== 201)
					return refusals.push([key, put]);
				assert.equal(put.text, q(key));
				return expect(await kv.get(key), { text: q(key),
					headers: { etag: put.headers.etag } });
			}));
		for (const [key, r] of refusals) {
			assert.ok(strays(key), `${q(key)}: ${r.status} ${r.text}`);
			expect(r, { status: 400, json: { detail: 'Bad Request' } });
			expect(await kv.get(key), { status: 400, json: { detail: 'Bad Request' } });
		}
		assert.ok(refusals.length < 10, refusals.map(([key]) => key).join('\n'));
	});
}

function single(title, world) {
	test(`${title}: one value, made, changed, asked for again, deleted`, async () => {
		const { kv } = await fresh(await world());
		const missing = (r) => refused(r, 404, 'not_found');

		missing(await kv.get('k'));
		assert.equal((await kv.head('k')).status, 404);
		missing(await kv.remove('k'));
		const one = expect(await kv.put('k', '1'), { status: 201, headers: {
			location: '/api/v1/kv/~/k' } }).headers.etag;
		const two = expect(await kv.put('k', '2'),
		    { text: '2', headers: { location: undefined } }).headers.etag;

		assert.notEqual(one, two);
		for (const tag of [two, `"x", ${two}`, `W/${two}`, '*']) {
			expect(await kv.get('k', { 'if-none-match': tag }),
			    { status: 304, text: '', headers: { etag: two } });
			assert.equal((await kv.head('k', { 'if-none-match': tag })).status, 304);
		}
		expect(await kv.get('k', { 'if-none-match': one }), { text: '2' });
		expect(await kv.remove('k'), { status: 204, text: '' });
		missing(await kv.get('k'));
		const three = expect(await kv.put('k', '3'), { status: 201 }).headers.etag;

		assert.ok(![one, two].includes(three));
		expect(await kv.put('a/b c', '4'), { status: 201,
			headers: { location: '/api/v1/kv/~/a%2Fb%20c' } });
	});

	test(`${title}: conditions on a change`, async () => {
		const { kv } = await fresh(await world());
		const changed = (r) => refused(r, 412, 'match');

		changed(await kv.put('k', '1', { 'if-match': '*' }));
		changed(await kv.put('k', '1', { 'if-match': '"v1"' }));
		changed(await kv.remove('k', { 'if-match': '*' }));
		changed(await kv.remove('k', { 'if-match': '"v1"' }));
		refused(await kv.remove('k', { 'if-none-match': '*' }), 404, 'not_found');
		refused(await kv.remove('k'), 404, 'not_found');
		const one = expect(await kv.put('k', '1', { 'if-none-match': '*' }),
		    { status: 201 }).headers.etag;

		changed(await kv.put('k', '2', { 'if-none-match': '*' }));
		changed(await kv.put('k', '2', { 'if-none-match': one }));
		changed(await kv.put('k', '2', { 'if-match': `W/${one}` }));
		const two = expect(await kv.put('k', '2', { 'if-match': `"v0", ${one}` }),
		    { status: 200 }).headers.etag;

		changed(await kv.put('k', '3', { 'if-match': one }));
		changed(await kv.remove('k', { 'if-match': one }));
		expect(await kv.get('k'), { text: '2', headers: { etag: two } });
		expect(await kv.put('k', '3', { 'if-match': two, 'if-none-match': one }), { status: 200 });
		changed(await kv.remove('k', { 'if-match': two }));
		expect(await kv.remove('k', { 'if-match': '*' }), { status: 204 });
	});

	test(`${title}: who writes one value says what is expected there`, async () => {
		const { kv } = await fresh(await world());
		const careless = (r) => refused(r, 428, 'match_required');

		careless(await kv.put('k', '1', {}));
		refused(await kv.get('k'), 404, 'not_found');
		const { etag } = expect(await kv.put('k', '1', { 'if-none-match': '"v1"' }),
		    { status: 201 }).headers;

		assert.match(careless(await kv.put('k', '2', {})).json.detail, /If-None-Match: \*/);
		careless(await kv.put('k', '2', { 'if-none-match': '"v1"' }));
		expect(await kv.get('k'), { text: '1', headers: { etag } });
		expect(await kv.put('k', '2', { 'if-match': etag }), { status: 200 });
		expect(await kv.remove('k'), { status: 204 });
	});

	test(`${title}: bodies and keys that are none`, async () => {
		const { kv } = await fresh(await world());
		const noBody = coded(invalid(fault('missing', ['body'], 'Field required', null)));
		const long = '\u00e9'.repeat(257);

		expect(await kv.put('k', ''), noBody);
		for (const body of ['{', '[1,]', '01', '1 2', '{"a":1,"a":2}', '"\\ud800"', 'nul', '\'a\''])
			invalidated(await kv.put('k', body));
		expect(await kv.put(long, '1'), tooLong(['path', 'key'], long));
		expect(await kv.get(long), tooLong(['path', 'key'], long));
		expect(await kv.remove(long), tooLong(['path', 'key'], long));
		refused(await kv.get('k'), 404, 'not_found');
	});

	test(`${title}: a value has at most 64 KiB`, async () => {
		const { kv } = await fresh(await world());
		const [most, more] = [65534, 65535].map((n) => q('x'.repeat(n)));

		expect(await kv.put('k', ` ${most} `), { status: 201, text: most });
		expect(await kv.get('k'), { text: most });
		refused(await kv.put('k', more), 413, 'value_too_large');
		refused(await kv.write([['a', '1'], ['b', more]]), 413, 'value_too_large');
		expect(await kv.write([['b', most], ['c', most]]), { status: 201 });
		const list = `[${'0,'.repeat(32766)}0]`;

		expect(await kv.write([['l', list]]), { status: 201 });
		expect(await kv.get('l'), { text: list });
		expect(await kv.read(['a', 'b', 'c']), { text: found([['b', most], ['c', most]], ['a']) });
	});
}

function batches(title, world) {
	test(`${title}: writes by mode, in the order of the request`, async () => {
		const { kv } = await fresh(await world());

		expect(await kv.write([['b', '1'], ['a', '2']], { mode: 'insert' }),
		    { status: 201, text: written(['b', 'a']) });
		expect(await kv.write([['c', '3'], ['b', '4'], ['d', '5'], ['a', '6']], { mode: 'insert' }),
		    { status: 201, text: written(['c', 'd'], ['b', 'a']) });
		expect(await kv.write([['b', '4'], ['a', '6']], { mode: 'insert' }),
		    { status: 200, text: written([], ['b', 'a']) });
		const r = refused(await kv.write([['e', '1'], ['d', '7'], ['b', '7']],
		    { mode: 'strict_insert' }), 409, 'exists');

		assert.deepEqual(r.json.existing, ['d', 'b']);
		expect(await kv.write([['e', '8'], ['f', '9']], { mode: 'strict_insert' }),
		    { status: 201, text: written(['e', 'f']) });
		expect(await kv.write([['a', '10'], ['g', '11']], { mode: 'upsert' }),
		    { status: 201, text: written(['a', 'g']) });
		expect(await kv.write([['a', '12']]), { status: 201, text: written(['a']) });
		expect(await kv.read(['g', 'x', 'a', 'b', 'd', 'e']), { text: found([['g', '11'],
			['a', '12'], ['b', '1'], ['d', '5'], ['e', '8']], ['x']) });
		expect(await kv.erase(['a', 'x', 'b']), { text: deleted(['a', 'b'], ['x']) });
		expect(await kv.erase(['a']), { text: deleted([], ['a']) });
		expect(await kv.read(['a', 'g'], { strict: false }), { text: found([['g', '11']], ['a']) });
		const strict = refused(await kv.read(['a', 'g', 'x'], { strict: true }), 404,
		    'missing_keys');

		assert.deepEqual(strict.json.missing, ['a', 'x']);
		expect(await kv.read(['g'], { strict: true }), { text: found([['g', '11']]) });
	});

	test(`${title}: 1 to 1000 keys, none twice`, async () => {
		const { kv } = await fresh(await world());
		const keys = range(1000).map((i) => `k${i}`);
		const pairs = keys.map((k, i) => [k, String(i)]);
		const long = 'x'.repeat(513);

		expect(await kv.write(pairs), { status: 201, text: written(keys) });
		expect(await kv.read(keys), { text: found(pairs) });
		for (const verb of ['read', 'delete']) {
			const r = invalidated(await kv.post(verb, q({ keys: ['a', 'b', 'a'] })),
			    'duplicate_keys');

			assert.deepEqual(r.json.detail[0].loc, ['body', 'keys', 2]);
			expect(await kv.post(verb, q({ keys: ['a', long.slice(1), long] })), { status: 422 });
			expect(await kv.post(verb, q({ keys: ['a', '\u00e9'.repeat(257)] })),
			    tooLong(['body', 'keys', 1], '\u00e9'.repeat(257)));
			for (const keys2 of [[], [...keys, 'one more'], [''], ['\0'], [1], 'a', {}, null])
				invalidated(await kv.post(verb, q({ keys: keys2 })));
			invalidated(await kv.post(verb, '{}'));
		}
		for (const body of ['{}', '{"data":{}}', '{"data":[]}', '{"data":null}', '{"data":{"":1}}',
			'{"data":{"\\u0000":1}}', '{"data":{"a":1,"\\u0061":2}}',
			`{"data":{"${long}":1}}`, `{"data":${object([...pairs, ['x', '1']])}}`,
			...['"upser"', '""', 'null', '1'].map((m) => `{"data":{"a":1},"mode":${m}}`),
			...['0', '-1', '31536001', '1.5', '"x"', 'null'].map((t) =>
				`{"data":{"a":1},"ttl_s":${t}}`)])
			invalidated(await kv.post('write', body));
		refused(await kv.get('a'), 404, 'not_found');
		expect(await kv.erase(keys), { text: deleted(keys) });
	});

	test(`${title}: keys in the order of their bytes, page by page`, async () => {
		const { kv } = await fresh(await world());
		const keys = ['a', 'a%', 'a%b', 'a/1', 'a/2', 'a_b', 'ab', 'b', 'B', '\u00fc', '\u00fcb', '\u{1f600}'];
		const sorted = (of) => of.map((s) => Buffer.from(s)).sort(Buffer.compare).map(String);

		expect(await kv.write(keys.map((k) => [k, '[1]']), { ttl_s: 3600 }), { status: 201 });
		expect(await kv.put('b', '22'), { status: 200 });
		const names = async (query) => (await kv.list(query)).json.data.map(({ key }) => key);

		assert.deepEqual(await names(), sorted(keys));
		for (const prefix of ['a', 'a/', 'a%', 'a_', 'A', '\u00fc', 'x', '%', 'x'.repeat(600)])
			assert.deepEqual(await names({ prefix }),
			    sorted(keys.filter((k) => k.startsWith(prefix))), prefix);
		for (const limit of [1, 2, 5, 11, 12, 13]) {
			const all = [];
			let pages = 0;

			for (let cursor; cursor !== null; pages++) {
				const { json } = expect(await kv.list({ limit, ...cursor && { cursor } }), {});

				all.push(...json.data.map(({ key }) => key));
				cursor = json.next;
			}
			assert.deepEqual(all, sorted(keys));
			assert.equal(pages, Math.ceil(12 / limit), `pages of ${limit}`);
		}
		const { data } = (await kv.list()).json;
		const [first, b] = [data[0], data.find(({ key }) => key === 'b')];

		assert.deepEqual(Object.keys(first), ['key', 'size', 'version', 'updated_at', 'expires_at']);
		assert.equal(Date.parse(first.expires_at) - Date.parse(first.updated_at), 3600000);
		assert.deepEqual([first.size, b.size, b.expires_at], [3, 2, undefined]);
		assert.equal((await kv.get('b')).headers.etag, `"v${b.version}"`);
		for (const query of [{ limit: 0 }, { limit: 1001 }, { limit: 'x' }, { cursor: '' },
			{ cursor: '!' }, { cursor: 'AA' }, { cursor: '_w' }, { cursor: 'x'.repeat(1000) },
			{ prefix: '\0' }])
			invalidated(await kv.list(query));
	});

	test(`${title}: what expires is not there any more`, async () => {
		const { kv } = await fresh(await world());

		await kv.write([['a', '1'], ['b', '2'], ['c', '3']], { ttl_s: 1 });
		await kv.write([['b', '4']], { mode: 'upsert' });
		await kv.put('c', '5');
		await eventually('a has expired', async () => (await kv.get('a')).status === 404, 10);
		expect(await kv.read(['a', 'b', 'c']), { text: found([['b', '4'], ['c', '5']], ['a']) });
		assert.deepEqual((await kv.list()).json.data.map(({ key }) => key), ['b', 'c']);
		expect(await kv.remove('a'), { status: 404 });
		expect(await kv.put('a', '6', { 'if-match': '*' }), { status: 412 });
		expect(await kv.write([['a', '6'], ['b', '6']], { mode: 'insert' }),
		    { status: 201, text: written(['a'], ['b']) });
	});
}

export function kvTests(title, world) {
	exactness(title, world);
	single(title, world);
	batches(title, world);
	races(title, world, fresh);
}

export { deleted, found, fresh, range, written };
