/* The spaces of keys and values, and the keys of one: found, chosen, deleted. */
import assert from 'node:assert/strict';
import { administrator, api, browse, enter, everyLook, examine, HOSTILE, ready,
	tokenOf } from './harness.mjs';
import { keeper, newName, read, sharedSpace, write } from './kv.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const said = (page, text) => page.locator('.toast', { hasText: text })
	.first().waitFor();
const shownKeys = (page) => page.locator('tbody .kv-key').allTextContents();

async function shows(page, keys) {
	await page.waitForFunction((want) => JSON.stringify(
		[...document.querySelectorAll('tbody .kv-key')]
			.map((node) => node.textContent)) === want, JSON.stringify(keys));
	await ready(page);
}

const some = [['invoice/2026/001', '{"total":1250,"paid":true}'],
	['invoice/2026/002', '{"total":80}'], ['settings/theme', '"dark"'],
	['user:ada', '{"name":"Ada"}'], [HOSTILE[10], '1'], [HOSTILE[8], '[]']];

everyLook('spaces and keys, in each of their states', {},
	async (page, look) => {
		const user = await keeper();
		const space = await sharedSpace({ max_keys: 10, max_bytes: 4096 });

		await space.admit(user, space.reader);
		await write(space.token, some.slice(0, 4), { space: space.name });
		await enter(page, user, '/kv/~');
		await page.getByText('Nothing here yet').waitFor();
		await look('kv-empty');
		for (const pair of some)
			await user.put(...pair);
		await write(user.token, [['soon', 'null']], { more: ',"ttl_s":7200' });
		await page.goto(new URL('/kv', page.url()).href);
		await ready(page);
		await look('kv-spaces');
		await page.getByRole('link', { name: space.name }).click();
		await page.getByText('invoice/2026/002').waitFor();
		await ready(page);
		await look('kv-read-only');
		await page.goto(new URL('/kv/~', page.url()).href);
		await ready(page);
		await look('kv-keys');
		await page.getByLabel('Choose all shown').check();
		await look('kv-chosen');
		await button(page, 'Delete 7 keys').click();
		await look('kv-delete');
		await page.keyboard.press('Escape');
		await page.getByLabel('Keys that begin with').fill('nothing like it');
		await page.getByText('Nothing matches').waitFor();
		await ready(page);
		assert.equal(await page.getByText('keys chosen').count(), 0);
	});

everyLook('named spaces, as who makes them sees them', {}, async (page, look) => {
	const space = await sharedSpace();

	await enter(page, administrator(), '/kv');
	await look('kv-named');
	await button(page, `Edit ${space.name}`).click();
	await look('kv-space-form');
	await page.keyboard.press('Escape');
	await button(page, `Delete ${space.name}`).click();
	await look('kv-space-delete');
});

browse('keys by their beginning, blanks and all, page by page', {},
	async (page) => {
		const numbered = Array.from({ length: 60 }, (_, i) =>
			[`n/${String(i).padStart(2, '0')}`, String(i)]);
		const user = await keeper([...numbered, [' x', '1'], ['%', '2'],
			['%2F', '3'], ['a', '4']]);
		const prefix = page.getByLabel('Keys that begin with');

		await enter(page, user, '/kv/~');
		assert.equal((await shownKeys(page)).length, 50);
		await button(page, 'Show more').click();
		await page.getByText('64 rows').first().waitFor();
		assert.equal(await button(page, 'Show more').count(), 0);
		await prefix.fill('%');
		await shows(page, ['%', '%2F']);
		assert.equal(new URL(page.url()).search, '?prefix=%25');
		await prefix.fill(' ');
		await shows(page, [' x']);
		await page.reload();
		await shows(page, [' x']);
		assert.equal(await prefix.inputValue(), ' ');
		await prefix.fill('n/5');
		await shows(page, numbered.slice(50).map(([key]) => key));
		await prefix.fill('');
		await page.getByText('50 rows').first().waitFor();
		const row = page.locator('tr', { has: page.getByText('n/45',
			{ exact: true }) });

		assert.match(await row.textContent(), /2 bytes/);
	});

browse('those that are chosen are deleted, and no other', {}, async (page) => {
	const user = await keeper([['a', '1'], ['b', '2'], ['c', '3']]);

	await enter(page, user, '/kv/~');
	await page.getByLabel('Choose a', { exact: true }).check();
	await page.getByLabel('Choose c', { exact: true }).check();
	assert.equal(await page.getByLabel('Choose all shown').evaluate((node) =>
		node.indeterminate), true);
	await button(page, 'Delete 2 keys').click();
	assert.deepEqual(await dialog(page).locator('.kv-key').allTextContents(),
		['a', 'c']);
	await button(page, 'Cancel').click();
	assert.equal(await user.get('a'), '1');
	await button(page, 'Delete 2 keys').click();
	await dialog(page).getByRole('button', { name: 'Delete' }).click();
	await said(page, '2 keys deleted.');
	await shows(page, ['b']);
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
	assert.deepEqual([await user.get('a'), await user.get('b')],
		[undefined, '2']);
	await page.getByLabel('Choose all shown').check();
	await button(page, 'Delete 1 key').click();
	await dialog(page).getByRole('button', { name: 'Delete' }).click();
	await page.getByText('Nothing here yet').waitFor();
});

browse('more that cannot be read leaves the choice', { statuses: [503] },
	async (page) => {
		const user = await keeper(Array.from({ length: 60 }, (_, i) =>
			[`k${i}`, '1']));

		await enter(page, user, '/kv/~');
		await page.getByLabel('Choose k0', { exact: true }).check();
		await page.route('**/api/v1/kv/~/?*cursor=*', (route) => route.fulfill({
			status: 503, json: { detail: 'Busy' } }), { times: 1 });
		await button(page, 'Show more').click();
		await page.getByRole('alert').filter({ hasText: 'busy' }).waitFor();
		assert.equal((await shownKeys(page)).length, 50);
		assert.ok(await button(page, 'Delete 1 key').isVisible());
		await button(page, 'Try again').click();
		await page.getByText('60 rows').first().waitFor();
		assert.ok(await page.getByLabel('Choose k0', { exact: true })
			.isChecked());
		assert.ok(await button(page, 'Delete 1 key').isVisible());
	});

browse('a late answer leaves the choice', { statuses: [503] }, async (page) => {
	const user = await keeper([['a', '1'], ['b', '2']]);
	const prefix = page.getByLabel('Keys that begin with');
	let answer;

	await enter(page, user, '/kv/~');
	await page.route('**/api/v1/kv/~/?*prefix=b*', (route) => {
		answer = () => route.fulfill({ status: 503, json: { detail: 'Busy' } });
	}, { times: 1 });
	await Promise.all([page.waitForRequest('**/api/v1/kv/~/?*prefix=b*'),
		prefix.fill('b')]);
	await prefix.fill('a');
	await shows(page, ['a']);
	await page.getByLabel('Choose a', { exact: true }).check();
	const late = page.waitForResponse('**/api/v1/kv/~/?*prefix=b*');

	await answer();
	await (await late).finished();
	await ready(page);
	await page.evaluate(() => new Promise((resolve) => {
		requestAnimationFrame(() => setTimeout(resolve));
	}));
	assert.ok(await button(page, 'Delete 1 key').isVisible());
});

browse('a named space is made, changed and deleted', { statuses: [422, 412] },
	async (page) => {
		const token = await tokenOf(administrator());
		const space = await sharedSpace();
		const name = newName();
		const stored = () => api('GET', `/admin/kv/spaces/${name}`, { token });

		await enter(page, administrator(), '/kv');
		await button(page, 'New space').click();
		await button(page, 'Create space').click();
		await page.locator('.field-error').waitFor();
		await dialog(page).getByLabel('Name').fill('<b>No</b>');
		await button(page, 'Create space').click();
		await page.getByText('String should match pattern').waitFor();
		await dialog(page).getByLabel('Name').fill(space.name);
		await button(page, 'Create space').click();
		await page.getByRole('alert').filter({ hasText: 'Somebody else' })
			.waitFor();
		await dialog(page).getByLabel('Name').fill(name);
		await page.getByLabel(`${space.reader} may read`).check();
		await page.getByLabel('Most keys').fill('12');
		await page.getByLabel('Most bytes').fill('2048');
		await dialog(page).getByText('2 kB').waitFor();
		await button(page, 'Create space').click();
		await said(page, 'The space is created.');
		const made = await stored();

		assert.deepEqual([made.readers, made.writers, made.max_keys,
			made.max_bytes], [[space.reader], [], 12, 2048]);
		await button(page, `Edit ${name}`).click();
		await page.getByLabel(`${space.reader} may read`).uncheck();
		await page.getByLabel(`${space.writer} may write`).check();
		await button(page, 'Save changes').click();
		await said(page, 'The space is saved.');
		const changed = await stored();

		assert.deepEqual([changed.readers, changed.writers],
			[[], [space.writer]]);
		await button(page, `Delete ${name}`).click();
		await button(page, 'Delete space').click();
		await said(page, 'The space is deleted.');
		await button(page, `Delete ${name}`).waitFor({ state: 'detached' });
	});

browse('who may write a space, but not read it, can write there', {},
	async (page) => {
		const space = await sharedSpace({ readers: [] });
		const user = await keeper();

		await space.admit(user, space.writer);
		await enter(page, user, `/kv/${space.name}`);
		await page.getByText('but not see what is in it').waitFor();
		await page.getByRole('link', { name: 'New key' }).click();
		await page.getByLabel('Key').fill('dropped');
		await page.getByRole('textbox', { name: 'Value' }).fill('"in"');
		await button(page, 'Create value').click();
		await said(page, 'The value is saved.');
		await page.waitForURL(`**/kv/${space.name}`);
		assert.equal(await read(space.token, 'dropped', space.name), '"in"');
	});

browse('a space that one knows nothing of is not there', {}, async (page) => {
	const space = await sharedSpace();
	const user = await keeper();

	for (const path of [`/kv/${space.name}`, '/kv/%3Cb%3E', '/kv/~~',
		`/kv/${space.name}/value`]) {
		await enter(page, user, path);
		await page.getByRole('heading', { name: 'Page not found' }).waitFor();
	}
});

browse('a list that cannot be read is asked for again', { statuses: [503] },
	async (page) => {
		const user = await keeper([['k', '1']]);

		await page.route('**/api/v1/kv/~/?*', (route) => route.fulfill({
			status: 503, json: { detail: 'Busy: try again in a moment' } }),
		{ times: 1 });
		await enter(page, user, '/kv/~');
		await page.getByRole('alert').filter({ hasText: 'busy' }).waitFor();
		await button(page, 'Try again').click();
		await shows(page, ['k']);
	});

browse('in Russian, whose words are longer', { viewport: { width: 360,
	height: 740 } }, async (page) => {
	const user = await keeper([['k', '1']]);

	await page.addInitScript(() => localStorage.setItem('language', 'ru'));
	await enter(page, user, '/kv/~/value?key=k');
	await examine(page, 'kv-value-russian-light-360');
	await page.getByRole('link', { name: 'Моё пространство' }).click();
	await page.getByLabel('Выбрать: k').check();
	await examine(page, 'kv-keys-russian-light-360');
	await button(page, 'Импорт').click();
	await examine(page, 'kv-import-russian-light-360');
	await page.keyboard.press('Escape');
	await button(page, 'Удалить 1 ключ').click();
	await dialog(page).getByRole('button', { name: 'Удалить' }).click();
	await said(page, 'Удалён 1 ключ.');
	await page.getByText('Здесь пока пусто').waitFor();
});
