/* All that is kept of somebody as a file, and the end of an account. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { administrator, api, base, browse, canSignIn, descriptionOf, enter,
	everyLook, HOSTILE, makeUser, PASSWORD, ready, tokenOf } from './harness.mjs';

const PATH = '/account/privacy';
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const press = (page, name) =>
	page.getByRole('button', { name, exact: true }).click();
const own = (page) => page.getByLabel('Your password', { exact: true });
const dialog = (page) => page.getByRole('dialog');
const typed = (page) => page.getByLabel('Type your address');

/* Not ready as long as the test says so. */
async function holdBack(page) {
	let held = true;

	await page.route('**/exports/*', async (route) => {
		if (!held)
			return route.continue();
		const response = await route.fetch();

		return route.fulfill({ response,
			json: { ...await response.json(), state: 'queued', size: null } });
	});
	return () => {
		held = false;
	};
}

everyLook('own data', { statuses: [401] }, async (page, look) => {
	await enter(page, await makeUser({ full_name: 'Ada Lovelace' }), PATH);
	await look('privacy');
	await own(page).fill('not my password');
	await press(page, 'Make the file');
	await page.getByText('Incorrect password').waitFor();
	await look('privacy-error');
	const letGo = await holdBack(page);

	await own(page).fill(PASSWORD);
	await press(page, 'Make the file');
	await page.getByRole('progressbar').waitFor();
	await look('privacy-making');
	letGo();
	await page.getByText('Your file is ready.').waitFor();
	await look('privacy-ready');
	await press(page, 'Delete my account');
	await typed(page).fill('somebody@example.com');
	await dialog(page).getByRole('button', { name: 'Delete my account' }).click();
	await page.locator('.field-error').waitFor();
	await look('privacy-delete');
});

everyLook('own data in Russian', { locale: 'ru-RU' }, async (page, look) => {
	await enter(page, await makeUser(), PATH);
	await press(page, 'Удалить мой аккаунт');
	await look('privacy-russian');
});

browse('the file has everything, and is found again after a reload', {},
	async (page) => {
		const user = await makeUser({ full_name: 'Ada' });
		const token = await tokenOf(user);

		await api('POST', '/items/', { token, json: { title: 'Kept' } });
		await enter(page, user, PATH);
		await own(page).focus();
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press('Enter');
		await page.getByText('Your file is ready.').waitFor();
		assert.match(page.url(), /\?export=[0-9a-f-]{36}$/);
		await page.reload();
		await ready(page);
		await page.getByText('Your file is ready.').waitFor();
		const [file] = await Promise.all([page.waitForEvent('download'),
			page.getByRole('link', { name: 'Download' }).click()]);

		assert.match(file.suggestedFilename(), /^account-[0-9a-f-]{36}\.json$/);
		const text = readFileSync(await file.path(), 'utf8');

		JSON.parse(text);
		assert.ok(text.includes(user.email) && text.includes('Kept'));
		await press(page, 'Make a new one');
		assert.equal(page.url(), base + PATH);
		assert.equal(await own(page).evaluate((node) =>
			node === document.activeElement), true);
	});

browse('an export of somebody else, or of no one', { statuses: [404, 422] },
	async (page) => {
		await enter(page, await makeUser(),
			`${PATH}?export=01a1ff6b-d705-7777-892e-377007d25a20`);
		await own(page).waitFor();
		await page.goto(`${base}${PATH}?export=%3Cb%3E`);
		await ready(page);
		await own(page).waitFor();
	});

browse('a wrong password is said, and the session goes on',
	{ statuses: [401] }, async (page) => {
		await enter(page, await makeUser(), PATH);
		await own(page).fill('not my password');
		await press(page, 'Make the file');
		await page.getByText('Incorrect password').waitFor();
		await own(page).fill(PASSWORD);
		await press(page, 'Make the file');
		await page.getByText('Your file is ready.').waitFor();
	});

browse('a file that cannot be asked about, and another try', { statuses: [500] },
	async (page) => {
		await page.route('**/exports/*', (route) => route.fulfill({ status: 500,
			contentType: 'application/json', body: '{}' }), { times: 1 });
		await enter(page, await makeUser(), PATH);
		await own(page).fill(PASSWORD);
		await press(page, 'Make the file');
		await page.getByRole('alert').filter(
			{ hasText: 'Something went wrong on our side' }).waitFor();
		await press(page, 'Try again');
		await page.getByText('Your file is ready.').waitFor();
	});

browse('a file that cannot be found again at once is not forgotten',
	{ statuses: [503] }, async (page) => {
		await enter(page, await makeUser(), PATH);
		await own(page).fill(PASSWORD);
		await press(page, 'Make the file');
		await page.getByText('Your file is ready.').waitFor();
		const address = page.url();

		await page.route('**/exports/*', (route) => route.fulfill({ status: 503,
			json: { detail: 'Busy' } }), { times: 1 });
		await page.reload();
		await page.getByRole('alert').filter({ hasText: 'busy right now' })
			.waitFor();
		assert.equal(page.url(), address);
		await press(page, 'Try again');
		await page.getByText('Your file is ready.').waitFor();
		assert.equal(page.url(), address);
	});

browse('an account goes when its address was typed, not before', {},
	async (page) => {
		const user = await makeUser();
		const act = () => dialog(page).getByRole('button',
			{ name: 'Delete my account' }).click();

		await enter(page, user, PATH);
		await press(page, 'Delete my account');
		await act();
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(typed(page)),
			/not the address of this account/);
		assert.equal(await canSignIn(user), true);
		await page.keyboard.press('Escape');
		await press(page, 'Delete my account');
		await typed(page).fill(` ${user.email.toUpperCase()} `);
		await page.keyboard.press('Enter');
		await page.waitForURL(`${base}/`);
		await toast(page, 'Your account is deleted.');
		assert.equal(await canSignIn(user), false);
		await page.goto(base + PATH);
		await page.waitForURL(`${base}/sign-in?to=**`);
	});

browse('what is typed for an address is text', {}, async (page) => {
	const user = await makeUser();

	await enter(page, user, PATH);
	await press(page, 'Delete my account');
	for (const text of HOSTILE) {
		await typed(page).fill(text);
		await page.locator('.field-error').waitFor({ state: 'detached' });
		await page.keyboard.press('Enter');
		await page.locator('.field-error').waitFor();
		assert.equal(await typed(page).inputValue(), text);
	}
	assert.equal(await canSignIn(user), true);
});

browse('a superuser is told why it cannot', {}, async (page) => {
	await enter(page, administrator(), PATH);
	await page.getByText('Superusers cannot delete themselves').waitFor();
	assert.equal(await page.getByRole('button', { name: 'Delete my account' })
		.count(), 0);
});
