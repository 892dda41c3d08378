/* The first page, and what every page has: language, theme, what is not there. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { administrator, api, base, browse, enter, everyLook, makeUser, ready,
	tokenOf } from './harness.mjs';

const cards = (page) => page.locator('.product-name');

async function makeProduct(values = {}) {
	const token = await tokenOf(administrator());

	return api('POST', '/products/', { token, json: {
		sku: `home-${randomUUID()}`, name: 'A lamp', price: 8900,
		currency: 'EUR', stock: 3, ...values },
	headers: { 'idempotency-key': randomUUID() } });
}

/* The answer of the list of products, whatever is in the database. */
const answer = (page, reply) =>
	page.route('**/api/v1/products/*', (route) => route.fulfill(reply));

async function choose(page, label, option) {
	const list = page.getByLabel(label);

	await list.focus();
	await list.getByRole('option', { name: option }).waitFor({ state: 'attached' });
	await list.selectOption({ label: option });
}

browse('a visitor sees what this is, the newest products and the ways in', {},
	async (page) => {
		const { id, name } = await makeProduct({ name: `Lamp ${Date.now()}` });
		const calls = [];

		page.on('request', (request) => {
			if (request.url().includes('/api/'))
				calls.push(new URL(request.url()).pathname);
		});
		await page.goto(base);
		await ready(page);
		assert.equal(await page.title(), 'Atrium');
		assert.equal(await cards(page).first().textContent(), name);
		assert.deepEqual(calls, ['/api/v1/products/']);
		const main = page.locator('main');

		for (const [link, path] of [['Create account', '/sign-up'],
			['Sign in', '/sign-in'], ['All products', '/products'],
			[name, `/products/${id}`]]) {
			await main.getByRole('link', { name: link, exact: true }).click();
			await page.waitForURL(base + path);
			await page.goBack();
			await ready(page);
		}
	});

browse('who is signed in goes to the dashboard from here', {}, async (page) => {
	await enter(page, await makeUser(), '/');
	const main = page.locator('main');

	assert.equal(await main.getByRole('link', { name: 'Sign in' }).count(), 0);
	await main.getByRole('link', { name: 'To your dashboard' }).click();
	await page.waitForURL('**/dashboard');
});

browse('a sign-out that does not get through is said, from the menu, too',
	{ offline: true, viewport: { width: 360, height: 740 } }, async (page) => {
		await enter(page, await makeUser());
		await page.route('**/auth/logout', (route) => route.abort());
		await page.getByRole('button', { name: 'Menu' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Sign out' })
			.click();
		await page.locator('.toast[data-tone=bad]')
			.getByRole('button', { name: 'Close' }).click();
		assert.equal(await page.getByRole('dialog').count(), 0);
	});

browse('what cannot be read is said, and read when asked again',
	{ statuses: [503] }, async (page) => {
		await makeProduct();
		await answer(page, { status: 503, headers: { 'retry-after': '3' },
			json: { detail: 'Service Unavailable' } });
		await page.goto(base);
		await page.getByText('Atrium is busy right now.').waitFor();
		await page.unroute('**/api/v1/products/*');
		await page.getByRole('button', { name: 'Try again' }).click();
		await cards(page).first().waitFor();
	});

browse("the browser's language is that of the page", { locale: 'ru-RU' },
	async (page) => {
		await page.goto(`${base}/sign-in`);
		await page.getByRole('heading', { name: 'Войти' }).waitFor();
		assert.equal(await page.title(), 'Войти · Atrium');
		assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
	});

browse('a language that there is none of is English', { locale: 'tlh' },
	async (page) => {
		await page.goto(`${base}/sign-in`);
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(await page.locator('html').getAttribute('lang'), 'en');
	});

browse('another language and theme are chosen, and stay', {}, async (page) => {
	await page.goto(base);
	await ready(page);
	await choose(page, 'Language', 'Русский');
	await page.getByRole('link', { name: 'Все товары' }).waitFor();
	await page.getByLabel('Оформление').selectOption('dark');
	assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
	await page.reload();
	await ready(page);
	assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
	await page.getByRole('link', { name: 'Все товары' }).waitFor();
	await page.goto(`${base}/docs`);
	await page.getByRole('heading', { name: 'Ваш токен' }).waitFor();
	await choose(page, 'Язык', 'English');
	await page.getByRole('heading', { name: 'Your token' }).waitFor();
	await page.getByLabel('Theme').selectOption('system');
	assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
});

browse('an address without a page says so, in the language of the reader',
	{ statuses: [404], locale: 'ru-RU' }, async (page) => {
		const response = await page.goto(`${base}/no/such/page`);

		assert.equal(response.status(), 404);
		await page.getByRole('heading', { name: 'Страница не найдена' }).waitFor();
		await page.getByRole('link', { name: 'На главную' }).click();
		await ready(page);
		await page.goto(`${base}/products/x/y`);
		await page.getByRole('heading', { name: 'Страница не найдена' }).waitFor();
	});

browse('the skip link leads to the content, which stays as it is', {},
	async (page) => {
		await page.goto(`${base}/sign-up`);
		await page.getByLabel('Full name').fill('Ada');
		await page.getByRole('link', { name: 'Skip to content' }).focus();
		await page.keyboard.press('Enter');
		assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
		assert.equal(page.url(), `${base}/sign-up`);
		assert.equal(await page.getByLabel('Full name').inputValue(), 'Ada');
	});

everyLook('the first page', { statuses: [404, 503] }, async (page, look) => {
	const product = (name, i) => ({ id: randomUUID(), sku: `A${i}`, name,
		description: i === 1 ? null : 'A few words about it, which go on for a '
			+ 'while, until they are more than two lines of a card can hold.',
		category: null, price: 1250 * (i + 1), currency: 'EUR',
		in_stock: i !== 2, active: true, image_file_id: null, version: 1,
		created_at: '2026-01-31T12:00:00Z', updated_at: '2026-01-31T12:00:00Z' });
	const data = ['Reading lamp', 'Oak stool', 'Wool blanket', 'W'.repeat(40)]
		.map(product);

	await answer(page, { json: { data, count: 4, more: false, next: null } });
	await page.goto(base);
	await ready(page);
	await look('home-visitor');
	await answer(page, { json: { data: [], count: 0, more: false, next: null } });
	await page.reload();
	await page.getByText('No products yet').waitFor();
	await look('home-empty');
	await answer(page, { status: 503, json: { detail: 'Service Unavailable' } });
	await page.reload();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	await look('home-error');
	await page.goto(`${base}/no/such/page`);
	await look('home-missing');
	await page.unrouteAll();
	await enter(page, await makeUser(), '/');
	await look('home-inside');
});
