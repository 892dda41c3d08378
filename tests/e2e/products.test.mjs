/* The catalogue and a product, as visitors and as staff see them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before } from 'node:test';
import { administrator, api, base, browse, enter, everyLook, HOSTILE, ready,
	tokenOf } from './harness.mjs';

const mark = `m${Date.now().toString(36)}`;
const category = `Shelf ${mark}`;
let token;
let lamp;

function make(name, values = {}) {
	return api('POST', '/products/', { token, json: { name, category,
		sku: `${mark}-${randomUUID()}`, price: 1000, currency: 'EUR',
		stock: 5, ...values },
	headers: { 'idempotency-key': randomUUID() } });
}

before(async () => {
	token = await tokenOf(administrator());
	await make(`Alder stool ${mark}`, { price: 12000, stock: 0 });
	await make(`Blanket ${mark}`, { price: 14900 });
	await make(`Hidden chair ${mark}`, { active: false });
	lamp = await make(`Copper lamp ${mark}`, { price: 8950,
		description: 'A warm light.\nFor a desk.' });
});

const names = (page) => page.locator('.product-name').allTextContents();
const address = (page) => new URL(page.url()).search;
const at = (query) => `${base}/products?${new URLSearchParams(query)}`;
const short = (list) => list.map((name) => name.replace(` ${mark}`, ''));

/* The list is that of the filters, once each of them is answered. */
async function shows(page, expected) {
	await page.waitForFunction((want) => JSON.stringify(
		[...document.querySelectorAll('.product-name')]
			.map((node) => node.textContent)) === want,
	JSON.stringify(expected.map((name) => `${name} ${mark}`)));
	await ready(page);
}

browse('words, category, price, stock and order, all in the address', {},
	async (page) => {
		await page.goto(at({ category }));
		await shows(page, ['Copper lamp', 'Blanket', 'Alder stool']);
		assert.equal(await page.getByLabel('Category').inputValue(), category);
		await page.getByLabel('Sort by').selectOption('price');
		await shows(page, ['Copper lamp', 'Alder stool', 'Blanket']);
		await page.getByLabel('Availability').selectOption('In stock');
		await shows(page, ['Copper lamp', 'Blanket']);
		await page.getByLabel('Price from').fill('89,51');
		await shows(page, ['Blanket']);
		await page.getByLabel('Price from').fill('89.50');
		await page.getByLabel('Price to').fill('148');
		await shows(page, ['Copper lamp']);
		const asked = address(page);

		await page.reload();
		await shows(page, ['Copper lamp']);
		assert.equal(address(page), asked);
		assert.equal(await page.getByLabel('Price to').inputValue(), '148');
		await page.goto(at({ q: `stool ${mark}` }));
		await shows(page, ['Alder stool']);
		await page.getByLabel('Search').fill('');
		await page.getByLabel('Category').fill(`no ${mark}`);
		await page.getByText('Nothing matches').waitFor();
	});

browse('a price that is none is said, and the list comes when it is one', {},
	async (page) => {
		await page.goto(at({ category, min: '<b>much</b>' }));
		await page.getByText('“<b>much</b>” is not a price.').waitFor();
		await page.getByLabel('Price from').fill('1');
		await shows(page, ['Copper lamp', 'Blanket', 'Alder stool']);
	});

browse('more of a long list, by the button', {}, async (page) => {
	const shelf = `Long ${mark}`;

	for (let i = 0; i < 26; i += 1)
		await make(`Cup ${i}`, { category: shelf });
	await page.goto(at({ category: shelf }));
	await page.getByRole('button', { name: 'Show more' }).click();
	await page.locator('.product-name').nth(25).waitFor();
	await ready(page);
	assert.equal((await names(page)).length, 26);
	assert.equal(new Set(await names(page)).size, 26);
	assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
	await page.locator('.list-foot').getByText('26 products').waitFor();
});

browse('a product, and back to where one was in the list', {}, async (page) => {
	await page.goto(at({ category, sort: 'price' }));
	await page.getByRole('link', { name: lamp.name }).click();
	await page.getByRole('heading', { level: 1, name: lamp.name }).waitFor();
	assert.equal(page.url(), `${base}/products/${lamp.id}`);
	assert.equal(await page.title(), `${lamp.name} · Atrium`);
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
	const main = await page.locator('main').innerText();

	for (const text of ['€89.50', 'In stock', 'A warm light.\nFor a desk.',
		category, lamp.sku])
		assert.ok(main.includes(text), text);
	assert.equal(await page.getByRole('link', { name: 'Edit product' }).count(), 0);
	await page.goBack();
	await shows(page, ['Copper lamp', 'Alder stool', 'Blanket']);
	await page.goForward();
	await page.getByRole('link', { name: category }).click();
	await page.waitForURL('**/products?category=*');
	await shows(page, ['Copper lamp', 'Blanket', 'Alder stool']);
});

browse('what is not there, hidden or no id is a page that is not found',
	{ statuses: [404, 422] }, async (page) => {
		const { data: [hidden] } = await api('GET',
			`/products/?active=false&q=${encodeURIComponent(mark)}`, { token });

		for (const id of [hidden.id, randomUUID(), 'nonsense']) {
			await page.goto(`${base}/products/${id}`);
			await page.getByRole('heading', { name: 'Page not found' }).waitFor();
		}
	});

browse('staff sees the same list, and the way to change a product', {},
	async (page) => {
		await enter(page, administrator(), `/products?${new URLSearchParams(
			{ category })}`);
		assert.deepEqual(short(await names(page)),
			['Copper lamp', 'Blanket', 'Alder stool']);
		await page.getByRole('link', { name: 'Manage products' }).waitFor();
		await page.getByRole('link', { name: lamp.name }).click();
		await page.getByText('5 in stock').waitFor();
		assert.equal(await page.getByRole('link', { name: 'Edit product' })
			.getAttribute('href'), `/admin/products/${lamp.id}`);
	});

browse('the keyboard alone finds a product', {}, async (page) => {
	await page.goto(at({ category }));
	await shows(page, ['Copper lamp', 'Blanket', 'Alder stool']);
	await page.getByLabel('Search').focus();
	await page.keyboard.type('blanket');
	await shows(page, ['Blanket']);
	const focused = () => page.evaluate(() => document.activeElement.href ?? '');

	for (let i = 0; i < 12 && !/products\/[0-9a-f-]{36}$/.test(await focused()); i++)
		await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: `Blanket ${mark}` }).waitFor();
});

browse('hostile texts are texts', {}, async (page) => {
	const shelf = `<b>${mark}</b>"><img src=x>`;

	for (const [i, text] of HOSTILE.entries())
		await make(text, { description: text, category: shelf, price: i });
	await page.goto(at({ category: shelf, sort: 'price' }));
	await ready(page);
	assert.deepEqual(await names(page), HOSTILE);
	for (const [i, text] of HOSTILE.entries()) {
		await page.locator('.product-name a').nth(i).click();
		await page.locator('.product-head').waitFor();
		assert.equal(await page.locator('h1').textContent(), text);
		assert.equal(await page.locator('.product-description').textContent(),
			text);
		assert.equal(await page.locator('main img, main script').count(), 0);
		await page.goBack();
		await page.locator('.product-name').nth(HOSTILE.length - 1).waitFor();
	}
	for (const text of HOSTILE) {
		await page.goto(at({ q: text, category: text, min: text }));
		await page.getByText('is not a price').waitFor();
		assert.equal(await page.locator('main img, main script').count(), 0);
	}
});

everyLook('products', { statuses: [404, 503] }, async (page, look) => {
	await page.goto(at({ category }));
	await shows(page, ['Copper lamp', 'Blanket', 'Alder stool']);
	await look('products-list');
	const fold = page.getByText('Filters and order');

	await page.goto(`${base}/products?${new URLSearchParams({ q: mark,
		category: `no ${mark}`, sort: 'price' })}`);
	await page.getByText('Nothing matches').waitFor();
	if (await fold.isVisible())
		await page.getByLabel('Category').waitFor();
	await look('products-no-match');
	await page.goto(`${base}/products/${lamp.id}`);
	await ready(page);
	await look('products-one');
	await page.goto(`${base}/products/${randomUUID()}`);
	await page.getByRole('heading', { name: 'Page not found' }).waitFor();
	await look('products-missing');
	await page.route('**/api/v1/products/*', (route) => route.fulfill({
		status: 503, json: { detail: 'Service Unavailable' } }));
	await page.goto(`${base}/products`);
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	await look('products-error');
	await page.unrouteAll();
	await enter(page, administrator(), `/products/${lamp.id}`);
	await page.getByRole('link', { name: 'Edit product' }).waitFor();
	await look('products-staff');
});
