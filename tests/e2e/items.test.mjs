/* The items on the account's page: listed, made, changed, deleted. */
import assert from 'node:assert/strict';
import { alertOf, base, browse, descriptionOf, makeUser, signIn }
	from './harness.mjs';

const section = (page) => page.locator('#items');
const titles = (page) => section(page).locator('h3').allTextContents();
const range = (page) => section(page).locator('[data-range]').textContent();
const dialog = (page) => page.locator('#item-dialog');
const button = (page, name) => section(page).getByRole('button',
	{ name, exact: true });

function said(page, text) {
	return section(page).locator('[data-said]').getByText(text).waitFor();
}

function focused(page) {
	return page.evaluate(() => document.activeElement.ariaLabel ??
		document.activeElement.textContent.trim());
}

async function call(user, method, path, json) {
	if (!user.token) {
		const reply = await fetch(`${base}/api/v1/login/access-token`, {
			method: 'POST',
			body: new URLSearchParams({ username: user.email,
				password: user.password }),
		});

		user.token = (await reply.json()).access_token;
	}
	const response = await fetch(`${base}/api/v1${path}`, {
		method,
		headers: { 'authorization': `Bearer ${user.token}`,
			'content-type': 'application/json' },
		body: json && JSON.stringify(json),
	});

	assert.equal(response.status, 200, await response.clone().text());
	return response.json();
}

async function makeItems(user, values) {
	const made = [];

	for (const value of values)
		made.push(await call(user, 'POST', '/items/', value));
	return made;
}

const numbered = (n) => Array.from({ length: n },
	(_, i) => ({ title: `item ${i + 1}` }));

async function write(page, { title, description }) {
	if (title !== undefined)
		await dialog(page).getByLabel('Title').fill(title);
	if (description !== undefined)
		await dialog(page).getByLabel('Description').fill(description);
	await dialog(page).locator('[type=submit]').click();
}

browse('an item is made, changed and deleted', {}, async (page) => {
	const user = await makeUser();

	await signIn(page, user);
	await section(page).getByText('Nothing here yet').waitFor();
	await button(page, 'New item').click();
	assert.equal(await page.evaluate(() => document.activeElement.name),
		'title');
	await write(page, { title: 'A telescope', description: 'brass\ntwo' });
	await said(page, 'Added.');
	assert.deepEqual(await titles(page), ['A telescope']);
	assert.equal(await focused(page), 'Edit A telescope');
	let { data: [item] } = await call(user, 'GET', '/items/');

	assert.equal(item.description, 'brass\ntwo');
	assert.equal(await section(page).locator('time')
		.getAttribute('datetime'), item.created_at);

	await button(page, 'Edit A telescope').click();
	assert.equal(await dialog(page).getByLabel('Title').inputValue(),
		'A telescope');
	await write(page, { title: 'A sextant', description: '' });
	await said(page, 'Saved.');
	assert.deepEqual(await titles(page), ['A sextant']);
	assert.equal(await focused(page), 'Edit A sextant');
	({ data: [item] } = await call(user, 'GET', '/items/'));
	assert.equal(item.title, 'A sextant');
	assert.equal(item.description, null);

	await button(page, 'Delete A sextant').click();
	const question = page.getByRole('dialog',
		{ name: 'Delete this item?' });

	assert.match(await question.textContent(), /A sextant will be gone/);
	await page.keyboard.press('Escape');
	assert.equal((await call(user, 'GET', '/items/')).count, 1);
	await button(page, 'Delete A sextant').click();
	await question.getByRole('button', { name: 'Keep item' }).click();
	assert.equal((await call(user, 'GET', '/items/')).count, 1);
	await button(page, 'Delete A sextant').click();
	await question.getByRole('button', { name: 'Delete item' }).click();
	await said(page, 'Deleted.');
	await section(page).getByText('Nothing here yet').waitFor();
	assert.equal(await focused(page), 'New item');
	assert.equal((await call(user, 'GET', '/items/')).count, 0);
});

browse('ten at a time, the newest first', {}, async (page) => {
	const user = await makeUser();

	await makeItems(user, numbered(21));
	await signIn(page, user);
	await section(page).locator('h3').first().waitFor();
	assert.deepEqual(await titles(page),
		numbered(21).map(({ title }) => title).reverse().slice(0, 10));
	assert.equal(await range(page), '1–10 of 21');
	assert.equal(await button(page, 'Newer').isDisabled(), true);
	await button(page, 'Older').click();
	await said(page, '11–20 of 21');
	await button(page, 'Older').click();
	await said(page, '21–21 of 21');
	assert.deepEqual(await titles(page), ['item 1']);
	assert.equal(await button(page, 'Older').isDisabled(), true);
	assert.equal(await focused(page), 'Newer');

	/* The last page goes with its only row. */
	await button(page, 'Delete item 1').click();
	await page.getByRole('button', { name: 'Delete item', exact: true })
		.click();
	await said(page, 'Deleted.');
	assert.equal(await range(page), '11–20 of 20');
	assert.equal((await titles(page)).at(-1), 'item 2');

	/* A new one is seen where it is: on the first page. */
	await button(page, 'New item').click();
	await write(page, { title: 'the newest' });
	await said(page, 'Added.');
	assert.equal((await titles(page))[0], 'the newest');
	assert.equal(await range(page), '1–10 of 21');
});

browse("the server's texts stand beside the fields", { statuses: [422] },
	async (page) => {
		await signIn(page, await makeUser());
		await button(page, 'New item').click();
		await write(page, { title: '', description: 'x'.repeat(256) });
		await page.locator('.field-error').nth(1).waitFor();
		assert.equal(await descriptionOf(dialog(page).getByLabel('Title')),
			'String should have at least 1 character');
		assert.equal(await descriptionOf(dialog(page)
			.getByLabel('Description')),
		'String should have at most 255 characters');
		await dialog(page).getByRole('button', { name: 'Cancel' }).click();
		await button(page, 'New item').click();
		assert.equal(await page.locator('.field-error').count(), 0);
		assert.equal(await dialog(page).getByLabel('Description')
			.inputValue(), '');
	});

browse('an item that is gone meanwhile', { statuses: [404] },
	async (page) => {
		const user = await makeUser();
		const [one, two] = await makeItems(user, numbered(2));

		await signIn(page, user);
		await section(page).locator('h3').first().waitFor();
		for (const { id } of [one, two])
			await call(user, 'DELETE', `/items/${id}`);
		await button(page, 'Edit item 2').click();
		await write(page, { title: 'too late' });
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(), 'Item not found');
		await page.keyboard.press('Escape');
		await button(page, 'Delete item 1').click();
		await page.getByRole('button', { name: 'Delete item', exact: true })
			.click();
		await said(page, 'Deleted.');
		await section(page).getByText('Nothing here yet').waitFor();
	});

browse('a list that does not load can be tried again', { offline: true },
	async (page) => {
		const user = await makeUser();

		await makeItems(user, numbered(1));
		await page.route('**/items/?*', (route) => route.abort());
		await signIn(page, user);
		await alertOf(page).waitFor();
		assert.match(await alertOf(page).textContent(),
			/could not be reached/);
		await page.unroute('**/items/?*');
		await button(page, 'Try again').click();
		await section(page).getByText('item 1').waitFor();
		assert.equal(await button(page, 'Try again').isVisible(), false);
		assert.equal(await focused(page), 'New item');
	});

browse("an administrator sees whose an item is not", {}, async (page) => {
	const user = await makeUser();
	const [item] = await makeItems(user, [{ title: 'mine' }]);

	await page.route('**/users/me', async (route) => {
		const response = await route.fetch();

		await route.fulfill({ response,
			json: { ...await response.json(), is_superuser: true } });
	});
	await page.route('**/items/?*', (route) => route.fulfill({ json: {
		data: [{ ...item, title: 'another', owner_id:
			'00000000-0000-4000-8000-000000000000' }, item], count: 2 } }));
	await signIn(page, user);
	await section(page).locator('h3').first().waitFor();
	assert.deepEqual(await section(page).locator('[data-other]')
		.evaluateAll((all) => all.map((tag) => tag.checkVisibility())),
	[true, false]);
	await section(page).getByText('You see it as an administrator.')
		.waitFor();
});

browse('a session that has ended leads back to the door', { statuses: [403] },
	async (page) => {
		await signIn(page, await makeUser());
		await page.evaluate(() =>
			sessionStorage.setItem('access_token', 'worn out'));
		await button(page, 'New item').click();
		await write(page, { title: 'lost' });
		await page.locator('[data-notice]').getByText(
			'Your session has ended. Please sign in again.').waitFor();
	});

const HOSTILE = [
	['markup', '<img src=x onerror=alert(1)><b>bold</b>'],
	['a script', "\"'><script>alert(document.domain)</script>"],
	['a template', '{{7*7}} ${7*7} <%= 7*7 %> &lt;i&gt; &amp;'],
	['a reversed text', '\u202Egnp.exe \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627'],
	['a link', 'javascript:alert(1)'],
	['emoji', '👩‍👩‍👧‍👦 Ångström 𝕏 e\u0301'],
	['one long word', 'W'.repeat(255)],
];

browse('hostile items are text', { viewport: { width: 320, height: 640 } },
	async (page) => {
		const user = await makeUser();

		await makeItems(user, HOSTILE.map(([, text]) =>
			({ title: text, description: text })));
		await signIn(page, user);
		await section(page).locator('h3').first().waitFor();
		const texts = HOSTILE.map(([, text]) => text).reverse();

		assert.deepEqual(await titles(page), texts);
		assert.deepEqual(await section(page)
			.locator('[data-description]').allTextContents(), texts);
		assert.equal(await page.locator('main :is(img, script, b, i, a)')
			.count(), 0);
		assert.equal(await page.evaluate(() =>
			document.documentElement.scrollWidth <= innerWidth), true);
		for (const text of texts) {
			await button(page, `Delete ${text}`).click();
			assert.equal(await page.locator('#item-delete [data-title]')
				.textContent(), text);
			await page.keyboard.press('Escape');
		}
	});
