/* The settings in force: where each came from, and secrets that stay so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { administrator, base, browse, enter, everyLook, HOSTILE, ready }
	from './harness.mjs';
import { readable, unreadable } from './unreadable.mjs';

const CONFIG = '**/api/v1/admin/config';

const row = (page, name) => page.locator('tr', { has:
	page.getByText(name, { exact: true }) });
const settings = () => Object.fromEntries(
	readFileSync(process.env.E2E_ENV, 'utf8').split('\n')
		.map((line) => /^([A-Z_0-9]+)=(.*)$/.exec(line))
		.filter(Boolean).map(([, name, value]) => [name, value]));

everyLook('the configuration', { statuses: [503] }, async (page, look) => {
	await enter(page, administrator(), '/admin/configuration');
	await look('admin-config');
	await page.getByLabel('Show').selectOption('changed');
	await ready(page);
	await look('admin-config-changed');
	await page.getByLabel('Search').fill('no such setting');
	await page.getByText('Nothing matches').waitFor();
	await ready(page);
	await look('admin-config-none');
	await unreadable(page, CONFIG);
	await look('admin-config-error');
	await readable(page, CONFIG);
	await page.getByText('Nothing matches').waitFor();
});

browse('each setting is there, with its value and its origin', {},
	async (page) => {
		await enter(page, administrator(), '/admin/configuration');
		const name = row(page, 'FRONTEND_HOST');

		await name.getByText(settings().FRONTEND_HOST, { exact: true }).waitFor();
		await name.getByText('File').waitFor();
		await name.getByText('Changed').waitFor();
		await name.getByText(/atrium\.env:\d+$/).waitFor();
		const usual = row(page, 'PASSWORD_CLASSES');

		await usual.getByText('Default').waitFor();
		assert.equal(await usual.getByText('Changed').count(), 0);
		await row(page, 'FRONTEND_DIR').getByText('Empty').waitFor();
	});

browse('what a setting is for is said in the language of the page',
	{ locale: 'ru-RU' }, async (page) => {
		await enter(page, administrator(), '/admin/configuration');
		await row(page, 'TOKEN_ISSUER').getByText('От чьего имени выданы токены')
			.waitFor();
	});

browse('no secret is in the page, nor in what the server sent', {},
	async (page) => {
		const answer = page.waitForResponse(CONFIG);

		await enter(page, administrator(), '/admin/configuration');
		const text = await (await answer).text() +
			await page.locator('main').textContent();
		const { SECRET_KEY: key, DATABASE_URL: url,
			FIRST_SUPERUSER_PASSWORD: password } = settings();

		for (const secret of [key, url, password])
			assert.ok(secret.length > 7 && !text.includes(secret));
		for (const name of ['SECRET_KEY', 'DATABASE_URL'])
			await row(page, name).getByText('set, not shown').waitFor();
	});

browse('words and a choice narrow it, by the keyboard alone', {},
	async (page) => {
		await enter(page, administrator(), '/admin/configuration');
		const all = await page.locator('tbody tr').count();

		await page.locator('#side button').focus();
		await page.keyboard.press('Tab');
		await page.keyboard.type('smtp_p');
		await page.waitForURL('**/admin/configuration?q=smtp_p');
		await page.waitForFunction((n) =>
			document.querySelectorAll('tbody tr').length < n, all);
		assert.deepEqual(await page.locator('tbody th code').allTextContents(),
			['SMTP_PORT', 'SMTP_SSL', 'SMTP_PASSWORD']);
		await page.keyboard.press('Tab');
		await page.keyboard.press('End');
		await page.waitForURL('**/admin/configuration?q=smtp_p&which=secret');
		await page.getByText('1 row', { exact: true }).last().waitFor();
		assert.deepEqual(await page.locator('tbody th code').allTextContents(),
			['SMTP_PASSWORD']);
		await page.reload();
		await ready(page);
		assert.equal(await page.getByLabel('Search').inputValue(), 'smtp_p');
	});

browse('values are text, whatever they are', {}, async (page) => {
	await page.route(CONFIG, (route) => route.fulfill({ json: {
		count: HOSTILE.length, data: HOSTILE.map((text, i) => ({
			name: `SETTING_${i}`, value: text, secret: false, is_set: true,
			is_default: false, origin: 'file', place: text, doc: text })) } }));
	await enter(page, administrator(), '/admin/configuration');
	for (const [i, text] of HOSTILE.entries()) {
		const codes = await row(page, `SETTING_${i}`).locator('td code')
			.allTextContents();

		assert.deepEqual(codes, [text, text]);
	}
	for (const text of HOSTILE.slice(0, 3)) {
		await page.goto(`${base}/admin/configuration?q=${
			encodeURIComponent(text)}&which=${encodeURIComponent(text)}`);
		await ready(page);
		assert.equal(await page.getByLabel('Search').inputValue(), text);
	}
});
