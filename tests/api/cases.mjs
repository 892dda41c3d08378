/*
 * Tables of cases, one test a row: [name, request, expectation]. A request is
 * [method, path under /api/v1, options], an expectation as expect() takes it;
 * each may be a function of what `given` made.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { api, expect } from './client.mjs';

const resolve = (value, ...args) =>
	typeof value === 'function' ? value(...args) : value;

/* Made at the first use, the same for each case. */
export function shared(make) {
	let made;

	return () => made ??= make();
}

export function cases(title, given, rows) {
	for (const [name, request, want] of rows)
		test(`${title}: ${name}`, async () => {
			const world = await given();
			const [method, path, options] = resolve(request, world);
			const r = await api(method, path, options);

			/* What it makes of the reply needs one that is no refusal. */
			if (typeof want === 'function' && want.length > 1)
				assert.ok(r.status < 300, `${r.what}: ${r.status} ${r.text}`);
			expect(r, resolve(want, world, r));
		});
}

/* Rows as cases() has them, for each of several things. */
export const forEach = (things, row) => things.map(row);
