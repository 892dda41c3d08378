/* The own items, and everybody's for who may see them. */
import assert from 'node:assert/strict';
import { administrator, alertOf, api, base, browse, descriptionOf, enter,
	everyLook, HOSTILE, makeUser, ready, tokenOf } from './harness.mjs';

async function owner(items = []) {
	const user = await makeUser();
	const token = await tokenOf(user);

	for (const json of items)
		await api('POST', '/items/', { token, json });
	return { ...user, token };
}

const many = (n) => Array.from({ length: n }, (_, i) => ({ title: `Item ${i}` }));
const dialog = (page) => page.getByRole('dialog');
const names = (page) => page.locator('.item-name > span:first-child')
	.allTextContents();
const said = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const button = (page, name) => page.getByRole('button', { name, exact: true });
const focused = (page) => page.evaluate(() =>
	document.activeElement.getAttribute('aria-label') ??
		document.activeElement.textContent);

async function stored({ token }) {
	const { data } = await api('GET', '/items/', { token });

	return data.map(({ title, description }) => [title, description]);
}

everyLook('items, in each of their states', { statuses: [422, 503] },
	async (page, look) => {
		const user = await owner();

		await enter(page, user, '/items');
		await page.getByText('No items yet').waitFor();
		await look('items-empty');
		for (const json of [...many(20), { title: HOSTILE[10],
			description: HOSTILE[8] }, { title: 'Book the train to Lyon' },
		{ title: 'Water the olive tree', description:
			'Twice a week, more in July.' }])
			await api('POST', '/items/', { token: user.token, json });
		await page.reload();
		await ready(page);
		await look('items-list');
		await button(page, 'New item').click();
		await look('items-new');
		await button(page, 'Create item').click();
		await page.locator('.field-error').waitFor();
		await look('items-new-refused');
		await page.keyboard.press('Escape');
		await button(page, 'Delete Item 19').click();
		await look('items-delete');
		await page.keyboard.press('Escape');
		await page.route('**/api/v1/items/?*', (route) => route.fulfill({
			status: 503, json: { detail: 'Busy: try again in a moment' } }));
		await page.reload();
		await button(page, 'Try again').waitFor();
		await look('items-broken');
	});

browse('an item is made, changed and deleted, and nothing is said too early', {},
	async (page) => {
		const user = await owner([{ title: 'First' }]);

		await enter(page, user, '/items');
		await button(page, 'New item').first().click();
		await page.getByLabel('Title').fill('Second');
		await page.getByLabel('Description').fill('Line one\nline two');
		await button(page, 'Create item').click();
		await said(page, 'The item is created.');
		await page.getByText('line two').waitFor();
		assert.deepEqual(await names(page), ['Second', 'First']);
		assert.equal(await focused(page), 'Edit Second');
		assert.deepEqual(await stored(user),
			[['Second', 'Line one\nline two'], ['First', null]]);
		await button(page, 'Edit First').click();
		assert.equal(await page.getByLabel('Description').inputValue(), '');
		await page.getByLabel('Title').fill('First of all');
		await button(page, 'Save changes').click();
		await said(page, 'The item is saved.');
		await button(page, 'Edit First of all').waitFor();
		assert.equal(await focused(page), 'Edit First of all');
		assert.deepEqual((await stored(user))[1], ['First of all', null]);
		await button(page, 'Delete Second').click();
		await dialog(page).getByText('Second').waitFor();
		await button(page, 'Cancel').click();
		assert.equal((await stored(user)).length, 2);
		await button(page, 'Delete Second').click();
		await button(page, 'Delete item').click();
		await said(page, 'The item is deleted.');
		await button(page, 'Delete Second').waitFor({ state: 'detached' });
		await ready(page);
		assert.equal(await focused(page), 'Edit First of all');
		assert.deepEqual(await stored(user), [['First of all', null]]);
	});

browse('a button that is pressed twice asks once', {}, async (page) => {
	const asked = [];

	await enter(page, await owner([{ title: 'First' }]), '/items');
	page.on('request', (request) => asked.push(request.url()));
	await button(page, 'Edit First').evaluate((node) => {
		node.click();
		node.click();
	});
	await dialog(page).waitFor();
	assert.equal(asked.length, 1);
	await page.keyboard.press('Escape');
	await dialog(page).waitFor({ state: 'detached' });
	await button(page, 'Edit First').click();
	await dialog(page).waitFor();
});

browse('by the keyboard alone', {}, async (page) => {
	const user = await owner();

	await enter(page, user, '/items');
	await button(page, 'New item').first().focus();
	await page.keyboard.press('Enter');
	await page.keyboard.type('Typed');
	await page.keyboard.press('Enter');
	await said(page, 'The item is created.');
	await button(page, 'Edit Typed').waitFor();
	assert.equal(await focused(page), 'Edit Typed');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await dialog(page).waitFor();
	await page.keyboard.press('Escape');
	await dialog(page).waitFor({ state: 'detached' });
	assert.equal(await focused(page), 'Delete Typed');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Tab');
	assert.equal(await focused(page), 'Delete item');
	await page.keyboard.press('Enter');
	await page.getByText('No items yet').waitFor();
	assert.equal(await focused(page), 'Items');
	assert.deepEqual(await stored(user), []);
});

browse('the server\'s own words stand beside the field, in each language',
	{ statuses: [422] }, async (page) => {
		const user = await owner();

		await enter(page, user, '/items');
		await button(page, 'New item').first().click();
		await page.getByLabel('Title').fill('x'.repeat(256));
		await button(page, 'Create item').click();
		const title = page.getByLabel('Title');

		await page.locator('[aria-invalid]').waitFor();
		assert.equal(await descriptionOf(title),
			'String should have at most 255 characters');
		await page.evaluate(() => localStorage.setItem('language', 'ru'));
		await page.reload();
		await ready(page);
		await button(page, 'Новая запись').first().click();
		await button(page, 'Создать запись').click();
		await page.locator('[aria-invalid]').waitFor();
		assert.equal(await descriptionOf(page.getByLabel('Название')),
			'Нужен хотя бы 1 символ');
	});

browse('pages of twenty; the last one of a page takes the page with it', {},
	async (page) => {
		const user = await owner(many(21));

		await enter(page, user, '/items');
		await page.getByText('1–20 of 21').first().waitFor();
		await button(page, 'Next').click();
		await page.getByText('21–21 of 21').first().waitFor();
		assert.equal(new URL(page.url()).search, '?page=2');
		assert.deepEqual(await names(page), ['Item 0']);
		await button(page, 'Delete Item 0').click();
		await button(page, 'Delete item').click();
		await page.getByText('1–20 of 20').first().waitFor();
		assert.equal(new URL(page.url()).search, '');
	});

browse('who is slower is told what the other has made of it',
	{ statuses: [412] }, async (page) => {
		const user = await owner([{ title: 'Shared', description: 'old' }]);
		const { data: [{ id }] } = await api('GET', '/items/',
			{ token: user.token });

		await enter(page, user, '/items');
		await button(page, 'Edit Shared').click();
		await page.getByLabel('Title').fill('Mine');
		await api('PUT', `/items/${id}`, { token: user.token,
			json: { title: 'Theirs' } });
		await button(page, 'Save changes').click();
		await alertOf(page).filter({ hasText: '“Theirs”' }).waitFor();
		assert.deepEqual(await stored(user), [['Theirs', 'old']]);
		await button(page, 'Save changes').click();
		await said(page, 'The item is saved.');
		assert.deepEqual(await stored(user), [['Mine', 'old']]);
	});

browse('an item that is gone already', { statuses: [404] }, async (page) => {
	const user = await owner([{ title: 'One' }, { title: 'Two' }]);
	const { data } = await api('GET', '/items/', { token: user.token });

	await enter(page, user, '/items');
	for (const { id } of data)
		await api('DELETE', `/items/${id}`, { token: user.token });
	await button(page, 'Edit One').click();
	await said(page, 'Item not found');
	await button(page, 'Delete One').click();
	await button(page, 'Delete item').click();
	await page.getByText('No items yet').waitFor();
});

browse('whatever is typed is text', {}, async (page) => {
	const user = await owner(HOSTILE.slice(1).map((text) =>
		({ title: text, description: text })));

	await enter(page, user, '/items');
	await button(page, 'New item').first().click();
	await dialog(page).getByLabel('Title').fill(HOSTILE[0]);
	await dialog(page).getByLabel('Description').fill(HOSTILE[0]);
	await button(page, 'Create item').click();
	await page.getByText(HOSTILE[0]).first().waitFor();
	await page.waitForFunction((n) =>
		document.querySelectorAll('.item').length === n, HOSTILE.length);
	const newest = [HOSTILE[0], ...HOSTILE.slice(1).reverse()];

	assert.deepEqual(await names(page), newest);
	assert.deepEqual(await page.locator('.item-about').allTextContents(), newest);
	for (const text of newest) {
		const row = page.locator('tr').nth(newest.indexOf(text) + 1);

		await row.getByRole('button').last().click();
		assert.ok((await dialog(page).textContent()).includes(text));
		await page.keyboard.press('Escape');
	}
	assert.equal(await page.locator('main a, main img, main script').count(), 0);
});

browse('an administrator sees whose an item is not', {}, async (page) => {
	const title = `Of another ${Date.now()}`;
	const user = await owner([{ title }]);

	await enter(page, administrator(), '/items');
	const row = page.locator('tr', { hasText: title });

	await row.getByText('Another person’s').waitFor();
	await button(page, `Edit ${title}`).click();
	await page.getByLabel('Description').fill('Looked at');
	await button(page, 'Save changes').click();
	await said(page, 'The item is saved.');
	assert.deepEqual(await stored(user), [[title, 'Looked at']]);
	await row.getByText('Another person’s').click();
	await page.waitForURL(`${base}/admin/users/${user.id}`);
});
