/* Keys of the API: made, shown once, used, deleted. */
import assert from 'node:assert/strict';
import { sql } from './database.mjs';
import { administrator, api, base, browse, descriptionOf, enter, everyLook,
	HOSTILE, makeUser, ready, tokenOf } from './harness.mjs';

const PATH = '/account/api-keys';
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const press = (page, name) =>
	page.getByRole('button', { name, exact: true }).click();
const row = (page, text) => page.locator('.row', { hasText: text });
const dialog = (page) => page.getByRole('dialog');

async function statusOf(key, path, method = 'GET') {
	const response = await fetch(`${base}/api/v1${path}`, { method,
		headers: { authorization: `Bearer ${key}` } });

	return response.status;
}

/* Through the page; the key. */
async function makeKey(page, name, lifetime) {
	await press(page, 'Create a key');
	await page.getByLabel('Name', { exact: true }).fill(name);
	if (lifetime !== undefined)
		await page.getByLabel('Good for').selectOption(lifetime);
	await dialog(page).getByRole('button', { name: 'Create a key' }).click();
	await page.getByRole('heading', { name: 'Your new key' }).waitFor();
	return page.locator('.copyable code').innerText();
}

everyLook('API keys', { statuses: [422] }, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await enter(page, user, PATH);
	await look('api-keys-none');
	await press(page, 'Create a key');
	await page.getByLabel('Good for').selectOption('date');
	await page.getByLabel('Last day').fill('2020-01-01');
	await dialog(page).getByRole('button', { name: 'Create a key' }).click();
	await page.locator('.field-error').first().waitFor();
	await look('api-keys-error');
	await page.keyboard.press('Escape');
	await makeKey(page, 'Backup of every night', '365');
	await look('api-keys-made');
	await press(page, 'I have kept it');
	await makeKey(page, 'Old script');
	await press(page, 'I have kept it');
	sql('UPDATE api_keys SET expires_at = NOW() - INTERVAL 1 DAY, ' +
		'last_used_at = NOW() - INTERVAL 2 DAY WHERE name = \'Old script\' AND ' +
		`user_id = UNHEX('${user.id.replaceAll('-', '')}')`);
	await page.reload();
	await ready(page);
	await look('api-keys-some');
	await page.getByRole('button', { name: 'Delete Old script' }).click();
	await look('api-keys-delete');
});

everyLook('API keys of staff, in Russian', { locale: 'ru-RU' },
	async (page, look) => {
		const { access_token: token } = await api('POST', '/auth/login',
			{ json: administrator() });

		await api('POST', '/auth/api-keys', { token, json: { name: 'Склад',
			permissions: ['products', 'items'] } });
		await enter(page, administrator(), PATH);
		await row(page, 'Склад').first().waitFor();
		await look('api-keys-russian');
		await press(page, 'Создать ключ');
		await look('api-keys-permissions');
	});

browse('a key is shown once, opens what it should and nothing of the account', {},
	async (page) => {
		const user = await makeUser();

		await page.context().grantPermissions(
			['clipboard-read', 'clipboard-write']);
		await enter(page, user, PATH);
		const key = await makeKey(page, 'Backup', 'never');

		assert.match(key, /^atr_[0-9a-f]{8}_/);
		await press(page, 'Copy');
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), key);
		await press(page, 'I have kept it');
		await row(page, 'Backup').getByText('Does not expire').waitFor();
		await row(page, 'Backup').getByText('Never used').waitFor();
		assert.equal(await page.getByText(key).count(), 0);
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Create a key');
		assert.equal(await statusOf(key, '/items/'), 200);
		for (const [method, path] of [['PATCH', '/users/me'],
			['GET', '/auth/sessions'], ['POST', '/auth/mfa/totp'],
			['GET', '/auth/passkeys'], ['GET', '/auth/api-keys'],
			['POST', '/users/me/export'], ['DELETE', '/users/me']])
			assert.equal(await statusOf(key, path, method), 403,
				`${method} ${path}`);

		await page.getByRole('button', { name: 'Delete Backup' }).click();
		await press(page, 'Cancel');
		assert.equal(await statusOf(key, '/items/'), 200);
		await page.getByRole('button', { name: 'Delete Backup' }).click();
		await dialog(page).getByRole('button', { name: 'Delete' }).click();
		await toast(page, 'The key is deleted.');
		await page.getByText('No keys yet').waitFor();
		assert.notEqual(await statusOf(key, '/items/'), 200);
	});

browse('a key with the keyboard alone, good for 90 days', {}, async (page) => {
	const user = await makeUser();

	await enter(page, user, PATH);
	await page.getByRole('button', { name: 'Create a key' }).focus();
	await page.keyboard.press('Enter');
	await dialog(page).waitFor();
	await page.getByLabel('Name', { exact: true }).focus();
	await page.keyboard.type('Keyboard');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Your new key' }).waitFor();
	await page.keyboard.press('Escape');
	await row(page, 'Keyboard').waitFor();
	const { data: [key] } = await api('GET', '/auth/api-keys',
		{ token: await tokenOf(user) });
	const days = (new Date(key.expires_at) - new Date(key.created_at)) / 86400000;

	assert.ok(Math.abs(days - 90) < 0.01, String(days));
	assert.deepEqual(key.permissions, []);
});

browse('what the server does not take stands beside its field',
	{ statuses: [422] }, async (page) => {
		await enter(page, await makeUser(), PATH);
		const name = page.getByLabel('Name', { exact: true });

		await press(page, 'Create a key');
		await dialog(page).getByRole('button', { name: 'Create a key' }).click();
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(name), /at least 1 character/);
		await name.fill('Too late');
		await page.getByLabel('Good for').selectOption('date');
		await page.getByLabel('Last day').fill('2020-01-01');
		await dialog(page).getByRole('button', { name: 'Create a key' }).click();
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(page.getByLabel('Last day')),
			/in the future/);
		await page.getByLabel('Last day').fill('');
		await dialog(page).getByRole('button', { name: 'Create a key' }).click();
		await page.locator('.field-error').waitFor();
		await page.getByLabel('Good for').selectOption('30');
		await dialog(page).getByRole('button', { name: 'Create a key' }).click();
		await page.getByRole('heading', { name: 'Your new key' }).waitFor();
	});

browse('staff give what they may themselves', {}, async (page) => {
	const name = `Stock ${Date.now()}`;

	await enter(page, administrator(), PATH);
	await press(page, 'Create a key');
	await page.getByLabel('Name', { exact: true }).fill(name);
	await page.getByLabel('audit', { exact: true }).check();
	await dialog(page).getByRole('button', { name: 'Create a key' }).click();
	await page.getByRole('heading', { name: 'Your new key' }).waitFor();
	const key = await page.locator('.copyable code').innerText();

	await press(page, 'I have kept it');
	await row(page, name).locator('.tag', { hasText: 'audit' }).waitFor();
	assert.equal(await statusOf(key, '/admin/audit'), 200);
	assert.equal(await statusOf(key, '/admin/roles'), 403);
	await page.getByRole('button', { name: `Delete ${name}` }).click();
	await dialog(page).getByRole('button', { name: 'Delete' }).click();
	await toast(page, 'The key is deleted.');
});

browse('hostile names are text', {}, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(user);

	for (const text of HOSTILE)
		await api('POST', '/auth/api-keys', { token,
			json: { name: text.slice(0, 80) } });
	await enter(page, user, PATH);
	assert.deepEqual((await page.locator('.row strong').allTextContents()).sort(),
		HOSTILE.map((text) => text.slice(0, 80)).sort());
	await page.getByRole('button', { name: `Delete ${HOSTILE[0]}` }).click();
	await dialog(page).getByText(HOSTILE[0]).waitFor();
});
