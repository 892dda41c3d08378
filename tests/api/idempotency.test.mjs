/*
 * Idempotency-Key: the work of a key is done once, and everybody who comes with
 * it gets the one reply; a refusal leaves no key.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeKey, refused } from './access.mjs';
import { account, api, call, expect, fault, hex, invalid, logIn, newPassword,
	raw, unique } from './client.mjs';
import { ask, block, count, FIRST, keyed, keysOf, move, newKey, newProduct, PATH, REPLAYED,
	same, sell, seller } from './idempotency.mjs';
import { eventually, sql } from './stack.mjs';
import { rowsOf, runTask } from './trail.mjs';

test('the same request again gets the same reply, and nothing is done', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202, headers: FIRST });

	assert.equal(rowsOf(first).length, 1);
	for (let i = 0; i < 8; i++) {
		const r = await ask(who, key);

		same(r, first);
		assert.deepEqual(rowsOf(r), []);
	}
	assert.equal(count('exports', who), 1);
	assert.deepEqual(keysOf(who), [['9', '202']]);
	/* What is kept tells of no key and of no body. */
	const [[row]] = sql("SELECT CONCAT_WS(' ', id, request, headers) FROM idempotency_keys" +
	    ` WHERE user_id = ${hex(who.user.id)}`);

	assert.match(row, /^[0-9a-f]{64} [0-9a-f]{64}$/);
});

test('another key, and none: each is a work of its own', async () => {
	const who = await account();
	const ids = [];

	for (const key of [newKey(), newKey(), undefined])
		ids.push(expect(await ask(who, key), { status: 202, headers: FIRST }).json.id);
	assert.equal(new Set(ids).size, 3);
	assert.equal(count('exports', who), 3);
	assert.equal(keysOf(who).length, 2);
});

test('the key of somebody else is another', async () => {
	const [one, two] = [await account(), await account()];
	const key = newKey();
	const first = expect(await ask(one, key), { status: 202 });
	const other = expect(await ask(two, key), { status: 202, headers: FIRST });

	assert.notEqual(other.json.id, first.json.id);
	same(await ask(one, key), first);
	same(await ask(two, key), other);
});

test('it is the account that counts, not the session', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202 });
	const again = expect(await logIn(who.email, who.password), {}).json.access_token;

	same(await ask({ ...who, token: again }, key), first);
	/* Who may not ask is not answered. */
	refused(await ask({ ...who, token: (await makeKey(who)).key }, key),
	    403, 'session_required');
	expect(await ask({ ...who, token: undefined }, key), { status: 401 });
});

test('another body with the key is refused, byte for byte', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202 });
	const text = JSON.stringify({ password: who.password });
	const send = (body) => ask(who, key, { json: undefined, body, type: 'application/json' });

	for (const body of [` ${text}`, `${text}\n`, text.replace('{', '{"x":1,'),
		text.replace(':', ': ')])
		refused(await send(body), 422, 'idempotency_mismatch');
	same(await send(text), first);
	expect(await ask(who, key, { json: undefined }), { status: 422 });
	refused(await call('POST', `/api/v1${PATH}?x=1`, { token: who.token,
		json: { password: who.password }, headers: keyed(key) }), 422, 'idempotency_mismatch');
	assert.equal(count('exports', who), 1);
	assert.deepEqual(keysOf(who), [['2', '202']]);
});

test('a key does not tell which password is right', async () => {
	const who = await account();
	const key = newKey();

	expect(await ask(who, key), { status: 202 });
	const guess = () => ask(who, key, { json: { password: newPassword() } });

	refused(await guess(), 401, 'bad_password');
	let last;

	for (let i = 0; i < 12; i++)
		last = await guess();
	refused(last, 429, 'too_many');
	/* And who waits for that is not answered with what is kept, either. */
	refused(await ask(who, key), 429, 'too_many');
	assert.deepEqual(keysOf(who).map(([, status]) => status), ['202']);
	assert.equal(count('exports', who), 1);
});

test('who may not ask again is given what the key stands for', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202, headers: FIRST });

	block();
	refused(await ask(who, newKey()), 429, 'too_many');
	refused(await ask(who), 429, 'too_many');
	same(await ask(who, key), first);
	assert.equal(keysOf(who).length, 1);
});

test('a refusal is not kept', async () => {
	const who = await account();
	const key = newKey();

	refused(await ask(who, key, { json: { password: newPassword() } }), 401, 'bad_password');
	assert.deepEqual(keysOf(who), []);
	expect(await ask(who, key), { status: 202, headers: FIRST });
	/* One that rolls back. */
	const other = await account();

	expect(await ask(other), { status: 202 });
	block();
	for (let i = 0; i < 2; i++)
		refused(await ask(other, key), 429, 'too_many');
	assert.deepEqual(keysOf(other), []);
	assert.equal(count('exports', other), 1);
});

const bad = (text) => invalid(fault('string_pattern_mismatch', ['header', 'Idempotency-Key'],
    "String should match pattern '^[!-~]{1,64}$'", text, { pattern: '^[!-~]{1,64}$' }));

test('what is no key', async () => {
	const who = await account();

	for (const key of ['', 'x'.repeat(65), 'a b', 'a\tb', 'x'.repeat(4000)]) {
		const r = expect(await ask(who, key), { status: 422 });

		assert.deepEqual(r.json, { ...bad(key).json, code: 'invalid' });
	}
	/* What is no UTF-8 is not echoed. */
	const body = JSON.stringify({ password: who.password });
	const r = await raw(Buffer.from(`POST /api/v1${PATH} HTTP/1.1\r\nHost: x\r\n` +
	    `Connection: close\r\nAuthorization: Bearer ${who.token}\r\n` +
	    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
	    `Idempotency-Key: a\xe9b\r\n\r\n${body}`, 'latin1'));

	assert.equal(r.status, 422);
	assert.deepEqual(r.json, { ...bad(null).json, code: 'invalid' });
	/* Without a right to ask there is nothing to say of keys. */
	expect(await ask({ password: 'x' }, ''), { status: 401 });
	assert.equal(count('exports', who), 0);
	for (const key of ['!', '~', '"quoted-as-in-the-draft"'])
		expect(await ask(who, key), { status: 202 });
	const longest = await account();

	expect(await ask(longest, 'x'.repeat(64)), { status: 202 });
});

test('a route that knows no keys does not read them', async () => {
	const { token } = await account();
	const make = (key) => api('POST', '/items/', { token, json: { title: 'x' },
		headers: keyed(key) });
	const ids = [];

	for (const key of ['same', 'same', 'x'.repeat(65)])
		ids.push(expect(await make(key), { headers: FIRST }).json.id);
	assert.equal(new Set(ids).size, 3);
});

test('what was made, with its address and its tag', async () => {
	const key = newKey(), json = newProduct();
	const first = expect(await sell(key, json), { status: 201, headers: FIRST });

	expect(await sell(key, json), { headers: REPLAYED, status: 201 });
	const again = await sell(key, json);

	same(again, first);
	assert.equal(again.headers.etag, '"v1"');
	assert.equal(again.headers.location, `/api/v1/products/${first.json.id}`);
	assert.equal(again.headers.location, first.headers.location);
});

test('the key of another operation is another, and so is its reply', async () => {
	const key = newKey();
	const { json: one } = expect(await sell(key, newProduct()), { status: 201 });
	const { json: two } = expect(await sell(newKey(), newProduct()), { status: 201 });
	const first = expect(await move(one.id, key, 2), { headers: FIRST });

	assert.equal(first.json.stock, 7);
	same(await move(one.id, key, 2), first);
	/* Of the same operation, another address and another body. */
	refused(await move(two.id, key, 2), 422, 'idempotency_mismatch');
	refused(await move(one.id, key, 3), 422, 'idempotency_mismatch');
	const { json } = expect(await api('GET', `/products/${one.id}`,
	    { token: (await seller()).token }), {});

	assert.equal(json.stock, 7);
});

test('the same address, spelled in another way', async () => {
	const key = newKey();
	const { json: { id } } = expect(await sell(newKey(), newProduct()), { status: 201 });
	const spelled = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
	const first = expect(await move(id, key, 2), { headers: FIRST });

	same(await move(spelled, key, 2), first);
	same(await api('POST', `/products/${spelled}/stock/`, { token: (await seller()).token,
		json: { delta: 2, reason: 'x' }, headers: keyed(key) }), first);
});

/* Kept since so many hours, `size` bytes each. */
const fill = (who, n, hours, size = 0) => sql('INSERT INTO idempotency_keys (id, user_id,' +
    ' request, tries, status, size, created_at)' +
    ` SELECT CONCAT('${unique()}-', seq), ${hex(who.user.id)}, '', 1, 200, ${size},` +
    ` UTC_TIMESTAMP(6) - INTERVAL ${hours} HOUR FROM seq_1_to_${n}`);

async function crowded(who, key, first) {
	const r = refused(await ask(who, newKey()), 429, 'idempotency_full');
	const left = Number(r.headers['retry-after']);

	assert.match(r.json.detail, /too many Idempotency-Keys/);
	assert.ok(left > 3500 && left <= 3601, String(left));
	/* What is kept is there, and who sends no key is served. */
	same(await ask(who, key), first);
	expect(await ask(who), { status: 202 });
	expect(await ask(await account(), newKey()), { status: 202 });
}

test('an account has so many keys a day, and no more', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202 });

	fill(who, 9998, 23);
	fill(who, 20000, 24);
	expect(await ask(who, newKey()), { status: 202, headers: FIRST });
	await crowded(who, key, first);
});

test('and so many bytes', async () => {
	const who = await account();
	const key = newKey();
	const first = expect(await ask(who, key), { status: 202 });
	const [[size]] = sql('SELECT size FROM idempotency_keys WHERE user_id =' +
	    ` ${hex(who.user.id)}`);

	assert.equal(Number(size), Buffer.byteLength(first.text));
	fill(who, 1, 23, 67108863 - size);
	expect(await ask(who, newKey()), { status: 202, headers: FIRST });
	await crowded(who, key, first);
});

test('a key is forgotten after a day', async () => {
	const [old, young] = [await account(), await account()];
	const key = newKey();
	const age = (who, hours) => sql('UPDATE idempotency_keys SET created_at = UTC_TIMESTAMP(6)' +
	    ` - INTERVAL ${hours} HOUR WHERE user_id = ${hex(who.user.id)}`);

	for (const who of [old, young])
		expect(await ask(who, key), { status: 202 });
	age(old, 24);
	age(young, 23);
	/* More than one batch of them. */
	sql('INSERT INTO idempotency_keys (id, user_id, request, tries, status, created_at)' +
	    ` SELECT CONCAT('old-', seq), ${hex(old.user.id)}, '', 1, 200,` +
	    ' UTC_TIMESTAMP(6) - INTERVAL 2 DAY FROM seq_1_to_2500');
	await runTask('purge_idempotency');
	await eventually('they are gone', () => keysOf(old).length === 0);
	assert.equal(keysOf(young).length, 1);
	expect(await ask(old, key), { status: 202, headers: FIRST });
	expect(await ask(young, key), { status: 202, headers: REPLAYED });
});

test('keys go with their account', async () => {
	const who = await account();

	expect(await ask(who, newKey()), { status: 202 });
	expect(await api('DELETE', '/users/me', { token: who.token }), {});
	assert.deepEqual(keysOf(who), []);
});
