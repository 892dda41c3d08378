/* Products of staff, and files of them: what the tests of both begin with. */
import { administrator, api, tokenOf } from './harness.mjs';

export const admin = administrator();
export const token = await tokenOf(admin);
export const field = (page, name) => page.getByLabel(name, { exact: true });
export const press = (page, name) => page.getByRole('button', { name, exact: true })
	.click();
let counter = 0;

export function newSku() {
	counter += 1;
	return `E2E-${process.pid}-${Date.now()}-${counter}`;
}

export function makeProduct(values = {}) {
	return api('POST', '/products/', { token, json: { sku: newSku(),
		name: 'Brass lamp', price: 4950, currency: 'EUR', stock: 7,
		...values } });
}

export const read = (id) => api('GET', `/products/${id}`, { token });

export function csvOf(rows) {
	return { name: 'products.csv', mimeType: 'text/csv', buffer: Buffer.from(
		['sku,name,price,currency,description', ...rows].join('\r\n')) };
}

export async function choose(page, rows) {
	await page.getByLabel('CSV file').setInputFiles(csvOf(rows));
}

export async function onWrite(page, answer) {
	await page.route('**/products/import', (route) =>
		route.request().method() === 'POST' &&
		route.request().postDataJSON().dry_run === false
			? answer(route) : route.continue());
}

export const busy = (route) => route.fulfill({ status: 503,
	contentType: 'application/json', body: '{"detail":"busy"}' });
