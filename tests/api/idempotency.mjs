/*
 * What the tests of Idempotency-Key share: an operation that hashes a password
 * (exports), and some that do not (products), with keys.
 */
import assert from 'node:assert/strict';

import { staff } from './access.mjs';
import { shared } from './cases.mjs';
import { api, expect, hex, unique } from './client.mjs';
import { sql, sqlCount } from './stack.mjs';

export const PATH = '/users/me/export';
export const REPLAYED = { 'idempotency-replayed': 'true' };
export const FIRST = { 'idempotency-replayed': undefined };

export const keyed = (key) => ({ 'idempotency-key': key });
export const newKey = () => `k-${unique()}`;
export const ask = (who, key, options = {}) => api('POST', PATH, { token: who.token,
	json: { password: who.password }, headers: key === undefined ? {} : keyed(key),
	...options });

export const count = (table, who) =>
	sqlCount(`SELECT COUNT(*) FROM ${table} WHERE user_id = ${hex(who.user.id)}`);
/* Until then nobody who asked just now may ask again. */
export const block = () => sql('UPDATE throttle SET blocked_until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR' +
    ' ORDER BY updated_at DESC LIMIT 1');
/* [[tries, status]] of the keys of an account. */
export const keysOf = (who) => sql('SELECT tries, status FROM idempotency_keys' +
    ` WHERE user_id = ${hex(who.user.id)} ORDER BY created_at`);

/* In the audit trail, of all of them. */
export const rowsOfAll = (replies) => sqlCount('SELECT COUNT(*) FROM audit WHERE request_id IN (' +
    `${replies.map((r) => `'${r.headers['x-request-id']}'`)})`);

export function same(r, first) {
	expect(r, { status: first.status, text: first.text, headers: REPLAYED });
	assert.equal(r.headers['content-type'], first.headers['content-type']);
	assert.equal(r.headers.etag, first.headers.etag);
	assert.notEqual(r.headers['x-request-id'], first.headers['x-request-id']);
}

export const seller = shared(() => staff('products'));
export const newProduct = () => ({ sku: `s-${unique()}`, name: 'P', price: 100, currency: 'EUR',
	stock: 5 });
export const sell = async (key, json) => api('POST', '/products/', {
	token: (await seller()).token, json, headers: keyed(key) });
export const move = async (id, key, delta) => api('POST', `/products/${id}/stock`, {
	token: (await seller()).token, json: { delta, reason: 'x' }, headers: keyed(key) });
export const products = ({ sku }) =>
	sqlCount(`SELECT COUNT(*) FROM products WHERE sku = '${sku}'`);
