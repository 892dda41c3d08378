/* Administration: products and their stock. */
import assert from 'node:assert/strict';
import { HOSTILE, api, base, browse, descriptionOf, enter, everyLook, ready }
	from './harness.mjs';
import { admin, busy, choose, csvOf, field, makeProduct, newSku, onWrite, press,
	read, token } from './stock.mjs';

browse('a product is made, changed, counted and deleted', { statuses: [409, 422] },
	async (page) => {
		const sku = newSku();

		await enter(page, admin, '/admin/products');
		await press(page, 'New product');
		await field(page, 'Price').fill('twelve');
		await press(page, 'Create product');
		await page.locator('.field-error').nth(2).waitFor();
		assert.equal(await field(page, 'Price').getAttribute('inputmode'),
			'decimal');
		assert.match(await descriptionOf(field(page, 'Price')), /12\.50/);
		assert.match(await descriptionOf(field(page, 'Name')), /at least 1/);
		await field(page, 'Price').fill('12,5');
		await field(page, 'Name').fill('Oil can');
		await field(page, 'SKU').fill(sku);
		await page.getByRole('dialog').getByLabel('Stock').fill('3');
		await press(page, 'Create product');
		await page.getByRole('heading', { name: 'Oil can' }).waitFor();
		await ready(page);
		const id = page.url().split('/').at(-1);

		assert.equal((await read(id)).price, 1250);
		await field(page, 'Description (optional)').fill('With a long spout.');
		await press(page, 'Save changes');
		await page.getByText('The product is saved.').waitFor();
		await ready(page);
		await press(page, 'Change stock');
		/* A keyboard of digits has no minus. */
		assert.equal(await field(page, 'Change').getAttribute('inputmode'), 'text');
		await field(page, 'Change').fill('-4');
		await field(page, 'Reason').fill('sold');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Change stock' }).click();
		await page.getByRole('dialog').getByRole('alert')
			.filter({ hasText: /./ }).waitFor();
		await field(page, 'Change').fill('-2');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Change stock' }).click();
		await page.getByText('There are 1 now.').waitFor();
		assert.equal((await read(id)).stock, 1);
		await ready(page);
		await press(page, 'Delete product');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Delete product' }).click();
		await page.waitForURL('**/admin/products');
	});

browse('somebody else was faster: nothing of theirs is lost',
	{ statuses: [412] }, async (page) => {
		const { id, version } = await makeProduct();

		await enter(page, admin, `/admin/products/${id}`);
		await api('PATCH', `/products/${id}`, { token,
			headers: { 'if-match': `"v${version}"` },
			json: { name: 'Brass lamp, tall' } });
		await field(page, 'Price').fill('1.00');
		await press(page, 'Save changes');
		await page.getByRole('heading', { name: 'Somebody was faster' })
			.waitFor();
		assert.equal((await read(id)).price, 4950);
		await press(page, 'Stay here');
		assert.equal(await field(page, 'Price').inputValue(), '1.00');
		await press(page, 'Save changes');
		await press(page, 'Load the newer state');
		await page.getByRole('heading', { name: 'Brass lamp, tall' }).waitFor();
		assert.equal(await field(page, 'Price').inputValue(), '49.50');
	});

browse('what was typed outlives a question and a change of the stock',
	{ statuses: [412] }, async (page) => {
		const { id, version } = await makeProduct();
		const name = () => field(page, 'Name').inputValue();
		const move = async (delta) => {
			await press(page, 'Change stock');
			await field(page, 'Change').fill(delta);
			await field(page, 'Reason').fill('counted');
			await page.getByRole('dialog').getByRole('button',
				{ name: 'Change stock' }).click();
			await page.getByRole('dialog').waitFor({ state: 'detached' });
		};
		const stock = (count) => page.locator('dl.facts > div',
			{ hasText: 'Stock' }).getByText(count, { exact: true }).waitFor();

		await enter(page, admin, `/admin/products/${id}`);
		await field(page, 'Name').fill('Brass lamp, typed');
		await press(page, 'Delete product');
		await press(page, 'Keep product');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await move('-2');
		await stock('5');
		assert.equal(await name(), 'Brass lamp, typed');
		await page.locator('.back').click();
		await press(page, 'Stay');
		assert.equal(await name(), 'Brass lamp, typed');
		await press(page, 'Save changes');
		await page.getByText('The product is saved.').waitFor();
		await ready(page);
		assert.equal((await read(id)).name, 'Brass lamp, typed');
		await field(page, 'Name').fill('Typed again');
		await api('PATCH', `/products/${id}`, { token,
			headers: { 'if-match': `"v${version + 2}"` },
			json: { name: 'Theirs' } });
		await move('1');
		await stock('6');
		await press(page, 'Save changes');
		await press(page, 'Stay here');
		await press(page, 'Delete product');
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Delete product' }).click();
		await press(page, 'Stay here');
		assert.equal(await name(), 'Typed again');
		assert.equal((await read(id)).name, 'Theirs');
		await page.locator('.back').click();
		await press(page, 'Leave and drop it');
		await page.waitForURL('**/admin/products');
	});

async function order(page) {
	const word = `Quercus${Date.now()}`;

	for (const [name, price, stock] of [['one', 300, 0], ['two', 100, 5],
		['three', 200, 5]])
		await makeProduct({ name: `${word} ${name}`, price, stock,
			category: 'oaks' });
	const names = async () => (await page.locator('tbody th a')
		.allTextContents()).map((text) => text.split(' ').at(-1)).join(' ');

	await enter(page, admin, `/admin/products?q=${word}&sort=price`);
	await page.getByText('1–3 of 3').first().waitFor();
	assert.equal(await names(), 'two three one');
	await press(page, 'Price');
	await page.locator('th[aria-sort=descending]').waitFor();
	await page.waitForFunction((want) => document.querySelector('tbody th a')
		?.textContent.endsWith(want), 'one');
	assert.equal(await names(), 'one three two');
	await page.getByRole('search').getByLabel('Stock').selectOption('false');
	await page.getByText('1–1 of 1').first().waitFor();
	assert.equal(await names(), 'one');
}

/* In cards the headings are there too: the order is chosen with them. */
for (const width of [1440, 360])
	browse(`products are found, filtered and put in order, ${width}`,
		{ viewport: { width, height: 800 } }, order);

browse('a price has the digits that ISO 4217 gives its currency', {},
	async (page) => {
		await enter(page, admin);
		for (const [currency, text] of [['HUF', '1250.00'], ['JPY', '125000'],
			['KWD', '125.000']]) {
			const { id } = await makeProduct({ price: 125000, currency });

			await page.goto(`${base}/admin/products/${id}`);
			await ready(page);
			assert.equal(await field(page, 'Price').inputValue(), text);
			await press(page, 'Save changes');
			await page.getByText('The product is saved.').waitFor();
			assert.equal((await read(id)).price, 125000);
		}
	});

browse('hostile products are text', { statuses: [422] }, async (page) => {
	await enter(page, admin, '/admin/products');
	for (const text of HOSTILE) {
		const { id } = await makeProduct({ name: text, description: text });

		await page.goto(`${base}/admin/products/${id}`);
		await ready(page);
		assert.equal(await page.getByRole('heading', { level: 1 })
			.textContent(), text);
		assert.equal(await field(page, 'Description (optional)').inputValue(),
			text);
	}
	await page.goto(`${base}/admin/products?sort=-created_at`);
	await ready(page);
	await page.goto(`${base}/admin/products/import`);
	await choose(page, HOSTILE.map((text, i) =>
		`s${i},"${text.replaceAll('"', '""')}",1,EUR,`));
	await page.getByText(/All rows are right|fault/).first().waitFor();
	for (const name of HOSTILE) {
		await page.getByLabel('CSV file').setInputFiles({ ...csvOf([]), name:
			name.replaceAll('/', '_') });
		await page.locator('bdi').getByText(name.replaceAll('/', '_'),
			{ exact: true }).waitFor();
	}
});

everyLook('products of staff', { statuses: [422, 503] },
	async (page, look, end) => {
		const { id } = await makeProduct({ description: 'Warm light, and heavy.',
			category: 'light' });

		await enter(page, admin, '/admin/products');
		await look('admin-products');
		await press(page, 'New product');
		await look('admin-product-new');
		await page.keyboard.press('Escape');
		await page.goto(`${base}/admin/products/${id}`);
		await ready(page);
		await look('admin-product');
		await press(page, 'Change stock');
		await look('admin-product-stock');
		await page.keyboard.press('Escape');
		await page.goto(`${base}/admin/products/import`);
		await ready(page);
		await look('admin-import');
		await choose(page, [`${end},Good,100,EUR,`, 'b,Bad,1.5,EUR,']);
		await page.getByText(/fault/).first().waitFor();
		await look('admin-import-faults');
		await choose(page, [`look-${end},Good,100,EUR,`]);
		await page.getByText('All rows are right').waitFor();
		await look('admin-import-ready');
		let letGo;
		const held = new Promise((resolve) => {
			letGo = resolve;
		});
		const answers = [async (route) => {
			await held;
			await busy(route);
		}, (route) => route.continue()];

		await onWrite(page, (route) => answers.shift()(route));
		await press(page, 'Import 1 row');
		await page.getByRole('progressbar').waitFor();
		await look('admin-import-writing');
		letGo();
		await page.getByText('It stopped after').waitFor();
		await look('admin-import-failed');
		await press(page, 'Go on');
		await page.getByText('1 row is imported.').waitFor();
		await look('admin-import-finished');
	});
