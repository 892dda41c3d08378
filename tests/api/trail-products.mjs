/*
 * Every operation on products that changes something, done once: a part of
 * trail.mjs.
 */
import { admin } from './access.mjs';
import { api, unique } from './client.mjs';

const thing = () => ({ sku: `T-${unique()}`, name: 'A thing', price: 1, currency: 'EUR' });
const makeProduct = ({ token }) => api('POST', '/products/', { token, json: thing() });

/* By operationId: the reply, who did it, and to which object. */
export const PRODUCTS = {
	'products-create_product': async () => {
		const boss = await admin();
		const r = await makeProduct(boss);

		return [r, boss, 'product', r.json.id];
	},
	'products-import_products': async () => {
		const boss = await admin();

		return [await api('POST', '/products/import', { token: boss.token,
			json: { rows: [thing()] } }), boss, 'product', ''];
	},
	'products-update_product': async () => {
		const boss = await admin(), { json, headers } = await makeProduct(boss);

		return [await api('PATCH', `/products/${json.id}`, { token: boss.token,
			json: { price: 2 }, headers: { 'if-match': headers.etag } }), boss,
		'product', json.id];
	},
	'products-delete_product': async () => {
		const boss = await admin(), { json, headers } = await makeProduct(boss);

		return [await api('DELETE', `/products/${json.id}`, { token: boss.token,
			headers: { 'if-match': headers.etag } }), boss, 'product', json.id];
	},
	'products-change_stock': async () => {
		const boss = await admin(), { json } = await makeProduct(boss);

		return [await api('POST', `/products/${json.id}/stock`, { token: boss.token,
			json: { delta: 1, reason: 'found' } }), boss, 'product', json.id];
	},
};
