/*
 * Key-value spaces and many who write at once, and the same request twice.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { test } from 'node:test';

import { refused } from './access.mjs';
import { expect } from './client.mjs';

const range = (n) => Array.from({ length: n }, (_, i) => i);
const tally = (replies) => replies.reduce((sum, { status }) =>
	({ ...sum, [status]: (sum[status] ?? 0) + 1 }), {});

export function races(title, world, fresh) {
	test(`${title}: of many with one ETag, one wins`, async () => {
		const { kv } = await fresh(await world());
		let { etag } = expect(await kv.put('k', '0'), { status: 201 }).headers;

		for (const round of range(5)) {
			const replies = await Promise.all(range(16).map((i) =>
				kv.put('k', `"${round}.${i}"`, { 'if-match': etag })));

			assert.deepEqual(tally(replies), { 200: 1, 412: 15 });
			const winner = replies.find(({ status }) => status === 200);

			({ etag } = winner.headers);
			expect(await kv.get('k'), { text: winner.text, headers: { etag } });
		}
		const gone = await Promise.all(range(8).map(() => kv.remove('k', { 'if-match': etag })));
		const counts = tally(gone);

		assert.equal(counts[204], 1);
		assert.equal((counts[404] ?? 0) + (counts[412] ?? 0), 7);
	});

	test(`${title}: of many who make one key, one makes it`, async () => {
		const { kv } = await fresh(await world());
		const made = await Promise.all(range(16).map((i) =>
			kv.put('k', String(i), { 'if-none-match': '*' })));

		assert.deepEqual(tally(made), { 201: 1, 412: 15 });
		const plain = await Promise.all(range(16).map((i) => kv.put('p', String(i))));

		assert.deepEqual(tally(plain), { 200: 15, 201: 1 });
		const strict = await Promise.all(range(16).map((i) =>
			kv.write([['s', String(i)], [`s${i}`, '1']], { mode: 'strict_insert' })));

		assert.deepEqual(tally(strict), { 201: 1, 409: 15 });
		assert.equal((await kv.list({ prefix: 's' })).json.data.length, 2);
		const inserts = await Promise.all(range(16).map((i) =>
			kv.write([['i', String(i)]], { mode: 'insert' })));

		assert.deepEqual(tally(inserts), { 200: 15, 201: 1 });
	});

	test(`${title}: a counter kept by conditions loses nothing`, async () => {
		const { kv } = await fresh(await world());
		let tries = 0;

		await kv.put('n', '0');
		await Promise.all(range(8).map(async () => {
			for (let done = 0; done < 5; tries++) {
				const { text, headers } = await kv.get('n');
				const { status } = await kv.put('n', String(Number(text) + 1),
				    { 'if-match': headers.etag });

				assert.ok([200, 412].includes(status), String(status));
				done += status === 200 ? 1 : 0;
			}
		}));
		expect(await kv.get('n'), { text: '40' });
		assert.ok(tries >= 40);
	});

	test(`${title}: batches that cross are whole, and nobody waits for ever`, async () => {
		const { kv } = await fresh(await world());
		const keys = range(50).map((i) => `k${i}`);
		const replies = await Promise.all(range(12).map((i) => {
			const order = i % 2 ? [...keys].reverse() : keys;

			return kv.write(order.map((k) => [k, String(i)]));
		}));

		assert.deepEqual(tally(replies), { 201: 12 });
		const values = Object.values((await kv.read(keys)).json.data);

		assert.equal(new Set(values).size, 1, values.join());
	});

	test(`${title}: the same Idempotency-Key, the same work`, async () => {
		const { kv } = await fresh(await world());
		const key = { 'idempotency-key': crypto.randomUUID() };
		const replies = await Promise.all(range(12).map(() =>
			kv.write([['a', '1'], ['b', '2']], { mode: 'insert' }, key)));

		for (const r of replies)
			expect(r, { status: 201, text: '{"written":["a","b"],"skipped":[]}' });
		assert.equal(replies.filter(({ headers }) =>
			headers['idempotency-replayed'] === 'true').length, 11);
		await kv.erase(['a', 'b']);
		expect(await kv.write([['a', '1'], ['b', '2']], { mode: 'insert' }, key),
		    { status: 201, text: '{"written":["a","b"],"skipped":[]}' });
		refused(await kv.get('a'), 404, 'not_found');
		refused(await kv.write([['a', '1']], {}, key), 422, 'idempotency_mismatch');
		/* It is the address that counts, not how it is spelled. */
		const text = '{"data":{"a":1}}', once = { 'idempotency-key': crypto.randomUUID() };
		const at = (path) => kv.post(path, text, { headers: once });

		expect(await at('write'), { status: 201, headers: { 'idempotency-replayed': undefined } });
		for (const path of ['write/', '%77rite', 'write/?'])
			expect(await at(path), { status: 201, headers: { 'idempotency-replayed': 'true' } });
		refused(await at('write?x=1'), 422, 'idempotency_mismatch');
		/* A refusal is not kept. */
		const other = { 'idempotency-key': crypto.randomUUID() };

		await kv.put('s', '0');
		refused(await kv.write([['s', '1']], { mode: 'strict_insert' }, other), 409, 'exists');
		await kv.remove('s');
		expect(await kv.write([['s', '1']], { mode: 'strict_insert' }, other), { status: 201 });
	});
}
