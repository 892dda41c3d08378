/* Administration: products out of a file. */
import assert from 'node:assert/strict';
import { api, base, browse, enter } from './harness.mjs';
import { admin, busy, choose, newSku, onWrite, press, token }
	from './stock.mjs';

browse('a file with faults writes nothing and says where they are',
	{ statuses: [422] }, async (page) => {
		const sku = newSku();
		const word = `Good${sku.replace(/\W/g, '')}`;

		await enter(page, admin, '/admin/products/import');
		await choose(page, [`${sku},${word},100,EUR,`, `${sku}-b,Bad,1.5,EUR,`,
			`"${sku}-c","Lines\nin it",5,EUR,x`, `${sku}-d,,7,ZZZ,`]);
		await page.getByText(/faults were found/).waitFor();
		const rows = await page.locator('tbody tr').allTextContents();

		assert.ok(rows.some((text) => text.startsWith('Line 3') &&
			text.includes('price')), rows.join('|'));
		assert.ok(rows.some((text) => text.startsWith('Line 6') &&
			text.includes('name')), rows.join('|'));
		const written = async () => (await api('GET',
			`/products/?q=${word}`, { token })).count;

		assert.equal(await written(), 0);
		await choose(page, ['a,b', '"']);
		await page.getByText('This is no CSV file').waitFor();
		/* Nothing that is given is left out silently. */
		await page.getByLabel('CSV file').setInputFiles({ name: 'x.csv',
			mimeType: 'text/csv', buffer: Buffer.from(
				'sku,name,price,currency,stripe_price_id\nq,Q,1,EUR,price_1') });
		await page.getByText(/stripe_price_id cannot be set here/).waitFor();
		await page.getByLabel('CSV file').setInputFiles({ name: 'x.csv',
			mimeType: 'text/csv', buffer: Buffer.from(
				'sku,name,price,currency\nq,\xd1\xf2\xee\xeb,1,EUR', 'latin1') });
		await page.getByText(/has to be text in UTF-8/).waitFor();
		/* In another batch, too. */
		await choose(page, Array.from({ length: 150 }, (_, i) =>
			`${sku}-${i % 149},${word},100,EUR,`));
		await page.getByText('Line 2 has the same SKU').waitFor();
		assert.equal(await written(), 0);
		/* The good row is found by that word once it is written. */
		await choose(page, [`${sku},${word},100,EUR,`]);
		await page.getByRole('button', { name: 'Import 1 row' }).click();
		await page.getByText('1 row is imported').waitFor();
		assert.equal(await written(), 1);
	});

browse('a file is looked at, written in batches, and counted', {},
	async (page) => {
		const sku = newSku();
		const rows = Array.from({ length: 250 }, (_, i) =>
			`${sku}-${i},"Tile, ""no. ${i}""",${100 + i},EUR,`);

		await enter(page, admin, '/admin/products/import');
		await choose(page, rows);
		await page.getByText('All rows are right. New: 250.').waitFor();
		await press(page, 'Import 250 rows');
		await page.getByText('250 rows are imported.').waitFor();
		await choose(page, rows);
		await page.getByText('Unchanged: 250.').waitFor();
		await page.goto(`${base}/admin/products?q=Tile`);
		await page.getByText('Tile, "no.').first().waitFor();
	});

/* Answers itself what would be written; what only tries is let through. */
browse('an import that is broken off says how far it came, and goes on',
	{ statuses: [503], offline: true }, async (page) => {
		const sku = newSku();
		const input = page.getByLabel('CSV file');
		const word = `Slab${Date.now()}`;
		const found = async () => (await api('GET', `/products/?q=${word}`,
			{ token })).count;
		const figure = (name) => page.locator('.figure', { hasText: name })
			.locator('.figure-value').textContent();
		const answers = [(route) => route.continue(), busy,
			(route) => route.abort(), (route) => route.continue(),
			(route) => route.continue()];

		await enter(page, admin, '/admin/products/import');
		await onWrite(page, (route) => answers.shift()(route));
		await choose(page, Array.from({ length: 250 }, (_, i) =>
			`${sku}-${i},${word},${100 + i},EUR,`));
		await press(page, 'Import 250 rows');
		await page.getByText(/^It stopped after 100 of 250 rows\..*busy/)
			.waitFor();
		assert.equal(await found(), 100);
		assert.equal(await input.isEnabled(), true);
		await press(page, 'Go on');
		await page.getByText(/^It stopped after 100 of 250 rows\..*(?:answer|reached)/)
			.waitFor();
		await press(page, 'Go on');
		await page.getByText('250 rows are imported.').waitFor();
		assert.equal(await figure('New'), '250');
		assert.equal(await found(), 250);
	});

/* A row that is being written until it is let go. */
async function importing(page) {
	let letGo;
	const held = new Promise((resolve) => {
		letGo = resolve;
	});

	await enter(page, admin, '/admin/products/import');
	await onWrite(page, async (route) => {
		await held;
		await route.continue();
	});
	await choose(page, [`${newSku()},Tile,100,EUR,`]);
	await press(page, 'Import 1 row');
	return letGo;
}

browse('who leaves an import under way is asked', {}, async (page) => {
	const letGo = await importing(page);

	await page.locator('.back').click();
	await page.getByRole('dialog').getByText('The import is not at its end.')
		.waitFor();
	await press(page, 'Stay');
	letGo();
	await page.getByText('1 row is imported').waitFor();
	await page.locator('.back').click();
	await page.waitForURL('**/admin/products');
});

browse('one file at a time, and the same one again', {}, async (page) => {
	const input = page.getByLabel('CSV file');
	const letGo = await importing(page);

	await page.getByRole('progressbar').waitFor();
	assert.equal(await input.isDisabled(), true);
	letGo();
	await page.getByText('1 row is imported.').waitFor();
	assert.equal(await input.isEnabled(), true);
	assert.equal(await input.evaluate(({ value }) => value), '');
	await page.getByText('products.csv').waitFor();
	await page.evaluate(() => {
		Blob.prototype.arrayBuffer = () => Promise.reject(
			new DOMException('gone', 'NotReadableError'));
	});
	await choose(page, ['x,y,1,EUR,']);
	await page.getByRole('alert').filter(
		{ hasText: 'The file could not be read' }).waitFor();
	assert.equal(await input.isEnabled(), true);
});
