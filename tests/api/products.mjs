/*
 * What the tests of products share: staff, products, and the words of refusals.
 */
import { staff } from './access.mjs';
import { shared } from './cases.mjs';
import { account, api, expect, unique } from './client.mjs';

/* {boss, user}: one may manage products, the other may not. */
export const world = shared(async () => ({
	boss: await staff('products'), user: await account() }));

export const fields = (more = {}) => ({ sku: `S-${unique()}`, name: 'A thing',
	price: 1999, currency: 'EUR', ...more });

/* The reply to POST /products/. */
export const post = async (more = {}, options = {}) => api('POST', '/products/',
    { token: (await world()).boss.token, json: fields(more), ...options });

/* A new one, as staff sees it. */
export const make = async (more) => expect(await post(more), { status: 201 }).json;

export const change = async (id, version, json, options = {}) => api('PATCH', `/products/${id}`,
    { token: (await world()).boss.token, json, ...options,
	    headers: { 'if-match': `"v${version}"`, ...options.headers } });

export const stock = async (id, delta, options = {}) => api('POST', `/products/${id}/stock`,
    { token: (await world()).boss.token, json: { delta, reason: 'counted' }, ...options });

export const read = async (id, token) => expect(await api('GET', `/products/${id}`, { token }),
    {}).json;

/* A product of staff as visitors see it, but for the version. */
export function seen(p) {
	const { stock: _, stripe_price_id: __, ...rest } = p;

	return rest;
}

const MEMBERS = ['id', 'sku', 'name', 'description', 'category', 'price', 'currency'];

export const PUBLIC = [...MEMBERS, 'in_stock', 'active', 'image_file_id', 'version',
	'created_at', 'updated_at'];
export const STAFF = [...MEMBERS, 'stock', 'in_stock', 'active', 'image_file_id',
	'stripe_price_id', 'version', 'created_at', 'updated_at'];
