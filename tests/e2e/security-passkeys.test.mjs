/*
 * Passkeys through the page, on a site whose name may have them: added, named,
 * removed, with the password when it was not shown just now.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from './database.mjs';
import { openWithDevice, startBrowser, startSite } from './passkeys.mjs';

const BUILD = process.env.E2E_BUILD;
const PASSWORD = 'correct horse battery';
const PATH = '/account/security';

let site, browser;
let counter = 0;

before(async () => {
	if (!BUILD)
		return;
	site = await startSite(BUILD);
	browser = await startBrowser();
});

after(async () => {
	await browser?.close();
	site?.stop();
});

/* Signed in on a page of the site; faults of the page fail the test. */
function withDevice(name, statuses, body) {
	test(name, { timeout: 120000,
		skip: BUILD ? false : 'E2E_BUILD names no build to start a site from' },
	async () => {
		const context = await browser.newContext({ locale: 'en-GB' });
		const faults = [];

		context.setDefaultTimeout(20000);
		context.on('weberror', (error) => faults.push(error.error().stack));
		context.on('console', (message) => {
			const [, status] = /status of (\d{3})/.exec(message.text()) ?? [];

			if (message.type() === 'error' && !statuses.includes(Number(status)))
				faults.push(message.text());
		});
		try {
			const client = await openWithDevice(context,
				`${site.origin}/static/favicon.svg`);

			await body({ ...client, ...await enter(client) });
		} finally {
			await context.close();
		}
		assert.deepEqual(faults, []);
	});
}

async function enter({ page }) {
	counter += 1;
	const user = { password: PASSWORD,
		email: `ada.${process.pid}.${Date.now()}.${counter}@example.com` };
	const post = (path, data) => page.request.post(`${site.origin}/api/v1${path}`,
		{ headers: { origin: site.origin }, data });
	const { id } = await (await post('/users/signup', user)).json();
	const begun = await post('/auth/login', { ...user, transport: 'cookie' });

	assert.equal(begun.status(), 200, await begun.text());
	await page.evaluate(() => localStorage.setItem('signed-in', 'yes'));
	await page.goto(site.origin + PATH);
	await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
	return { user: { ...user, id } };
}

const press = (page, name) =>
	page.getByRole('button', { name, exact: true }).click();
const dialog = (page) => page.getByRole('dialog');
const row = (page, text) => page.locator('.row', { hasText: text });
const name = (page) => page.getByLabel('Name', { exact: true });
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();

async function add(page, text) {
	await press(page, 'Add a passkey');
	await name(page).fill(text);
	await dialog(page).getByRole('button', { name: 'Add a passkey' }).click();
}

withDevice('a passkey is added, named and removed, with the keyboard alone', [],
	async ({ page, device }) => {
		await page.getByText('There are none yet.').waitFor();
		await page.getByRole('button', { name: 'Add a passkey' }).focus();
		await page.keyboard.press('Enter');
		await dialog(page).waitFor();
		assert.equal(await name(page).inputValue(), 'Chrome on Linux');
		await name(page).focus();
		await page.keyboard.press('Enter');
		await toast(page, 'The passkey is added.');
		await row(page, 'Chrome on Linux').getByText('Never used').waitFor();
		assert.equal((await device('getCredentials')).credentials.length, 1);
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Add a passkey');

		await page.getByRole('button', { name: 'Rename Chrome on Linux' }).focus();
		await page.keyboard.press('Enter');
		await name(page).fill('<b>Work</b>');
		await page.keyboard.press('Enter');
		await toast(page, 'The passkey is renamed.');
		await page.reload();
		await row(page, '<b>Work</b>').waitFor();

		await press(page, 'Remove <b>Work</b>');
		await press(page, 'Cancel');
		await row(page, '<b>Work</b>').waitFor();
		await press(page, 'Remove <b>Work</b>');
		await dialog(page).getByRole('button', { name: 'Remove' }).click();
		await toast(page, 'The passkey is removed.');
		await page.getByText('There are none yet.').waitFor();
		await page.reload();
		await page.getByText('There are none yet.').waitFor();
	});

withDevice('the password is asked for when it was not shown just now',
	[401], async ({ page, user }) => {
		sql('UPDATE sessions SET proven_at = NOW() - INTERVAL 1 HOUR WHERE ' +
			`user_id = UNHEX('${user.id.replaceAll('-', '')}')`, site.dir);
		await add(page, 'Laptop');
		const password = page.getByLabel('Your password', { exact: true });

		await password.waitFor();
		assert.equal(await password.evaluate((node) =>
			node === document.activeElement), true);
		await password.fill('not my password');
		await page.keyboard.press('Enter');
		await page.getByText('The password is wrong').waitFor();
		await password.fill(PASSWORD);
		await page.keyboard.press('Enter');
		await toast(page, 'The passkey is added.');
		await row(page, 'Laptop').waitFor();
	});

withDevice('a device that has one already, and one that refuses', [],
	async ({ page, device }) => {
		await add(page, 'Laptop');
		await toast(page, 'The passkey is added.');
		await add(page, 'Laptop again');
		await page.getByText('This device already has a passkey').waitFor();
		await page.keyboard.press('Escape');
		await dialog(page).waitFor({ state: 'detached' });
		assert.equal(await page.locator('.row').count(), 1);
		await device('clearCredentials');
		await device('setAutomaticPresenceSimulation', { enabled: false });
		await add(page, 'Phone');
		/* Nobody touches the device: the dialog is left, and nothing is made. */
		await dialog(page).locator('[aria-busy=true]').waitFor();
		await press(page, 'Cancel');
		await dialog(page).waitFor({ state: 'detached' });
		assert.equal((await device('getCredentials')).credentials.length, 0);
		assert.equal(await page.locator('.row').count(), 1);
	});

withDevice('a passkey without a name is refused beside the field', [422],
	async ({ page }) => {
		await add(page, '   ');
		await page.locator('.field-error').waitFor();
		assert.equal(await page.locator('.row').count(), 0);
	});

withDevice('a passkey that is not saved after the step back is said there', [503],
	async ({ page, device }) => {
		const side = (text) =>
			page.locator('#side').getByRole('link', { name: text });
		const isSaving = (request) => request.method() === 'POST' &&
			request.url().endsWith('/auth/passkeys');
		let release;
		const open = new Promise((resolve) => {
			release = resolve;
		});

		await side('Dashboard').click();
		await page.waitForURL('**/dashboard');
		await side('Security').click();
		await page.route('**/api/v1/auth/passkeys', async (route) => {
			if (!isSaving(route.request())) {
				await route.continue();
				return;
			}
			await open;
			await route.fulfill({ status: 503, json: { detail: 'Busy' } });
		});
		await Promise.all([page.waitForRequest(isSaving), add(page, 'Laptop')]);
		await page.goBack();
		await page.waitForURL('**/dashboard');
		await dialog(page).waitFor({ state: 'detached' });
		release();
		await toast(page, 'busy right now');
		assert.equal((await device('getCredentials')).credentials.length, 1);
	});
