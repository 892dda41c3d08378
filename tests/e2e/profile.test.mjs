/* The profile: name, address, language, theme, mails. */
import assert from 'node:assert/strict';
import { mailedToken } from './account.mjs';
import { alertOf, api, base, browse, descriptionOf, enter, everyLook, HOSTILE,
	makeUser, newAddress, ready, tokenOf } from './harness.mjs';

const PATH = '/account';
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const press = (page, name) =>
	page.getByRole('button', { name, exact: true }).click();

everyLook('profile', { statuses: [409, 422] }, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await enter(page, user, PATH);
	await look('profile');
	await page.getByLabel('New address').fill('no address');
	await press(page, 'Send the link');
	await page.locator('.field-error').waitFor();
	await look('profile-error');
	await page.getByLabel('New address').fill(newAddress('lovelace'));
	await press(page, 'Send the link');
	await page.getByText('Follow it and the address is changed').waitFor();
	await look('profile-sent');
});

everyLook('profile in Russian', { locale: 'ru-RU' }, async (page, look) => {
	await enter(page, await makeUser(), PATH);
	await page.getByRole('heading', { level: 1, name: 'Профиль' }).waitFor();
	await look('profile-russian');
});

browse('a name is saved with the keyboard alone, and taken away', {},
	async (page) => {
		const user = await makeUser();
		const token = await tokenOf(user);
		const name = page.getByLabel('Full name');

		await enter(page, user, PATH);
		await name.focus();
		await page.keyboard.type('Zoë');
		await page.keyboard.press('Enter');
		await toast(page, 'Your name is saved.');
		assert.equal((await api('GET', '/users/me', { token })).full_name, 'Zoë');
		assert.equal(await page.locator('.bar-me .mark').innerText(), 'Z');
		await name.fill('   ');
		await press(page, 'Save changes');
		await page.locator('.toast').nth(1).waitFor();
		assert.equal((await api('GET', '/users/me', { token })).full_name, null);
	});

browse('a name that is too long: the server says so beside it',
	{ statuses: [422] }, async (page) => {
		await enter(page, await makeUser(), PATH);
		const name = page.getByLabel('Full name');

		await name.fill('x'.repeat(256));
		await press(page, 'Save changes');
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(name), /at most 255 characters/);
		assert.equal(await name.evaluate((n) => n === document.activeElement),
			true);
	});

browse('hostile names are text', {}, async (page) => {
	await enter(page, await makeUser(), PATH);
	const name = page.getByLabel('Full name');

	for (const text of HOSTILE) {
		await name.fill(text);
		await press(page, 'Save changes');
		await toast(page, 'Your name is saved.');
		await page.reload();
		await ready(page);
		assert.equal(await name.inputValue(), text.trim());
	}
});

browse('another address counts once its link was followed', {}, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(user);
	const email = newAddress('lovelace');
	const state = () => api('GET', '/auth/email', { token });

	await enter(page, user, PATH);
	await page.getByLabel('New address').fill(email);
	await press(page, 'Send the link');
	await page.getByText(`We sent a link to ${email}.`).waitFor();
	assert.equal(await page.getByLabel('New address').inputValue(), '');
	assert.deepEqual(await state(), { email: user.email, is_verified: false });
	await api('POST', '/auth/email/verify', { json: {
		token: await mailedToken(email, '/verify-email') } });
	assert.deepEqual(await state(), { email, is_verified: true });
	await page.reload();
	await ready(page);
	await page.locator('.address', { hasText: email })
		.getByText('Confirmed').waitFor();
	assert.equal(await page.getByRole('button',
		{ name: 'Send the link again' }).count(), 0);
});

browse('the own address is confirmed with a link that is sent again', {},
	async (page) => {
		const user = await makeUser();

		await enter(page, user, PATH);
		await page.getByText('Not confirmed').waitFor();
		await press(page, 'Send the link again');
		await toast(page, `A link is on its way to ${user.email}.`);
		await api('POST', '/auth/email/verify', { json: {
			token: await mailedToken(user.email, '/verify-email') } });
		await page.reload();
		await ready(page);
		await page.getByText('Confirmed', { exact: true }).waitFor();
	});

browse('an address that is no address, or another\'s', { statuses: [409, 422] },
	async (page) => {
		const other = await makeUser();

		await enter(page, await makeUser(), PATH);
		const field = page.getByLabel('New address');

		await field.fill('<b>@');
		await press(page, 'Send the link');
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(field), /valid email address/);
		await field.fill(other.email);
		await press(page, 'Send the link');
		await alertOf(page).filter(
			{ hasText: 'Another account has this address' }).waitFor();
	});

browse('language: at once, for the account, in the next browser', {},
	async (page, t) => {
		const user = await makeUser();
		const token = await tokenOf(user);

		await enter(page, user, PATH);
		await page.locator('main [name=locale] option[value=ru]')
			.waitFor({ state: 'attached' });
		await page.locator('main [name=locale]').selectOption('ru');
		await page.getByRole('heading', { level: 1, name: 'Профиль' }).waitFor();
		assert.equal(await page.evaluate(() => document.documentElement.lang),
			'ru');
		assert.equal(await page.evaluate(() => document.activeElement.name),
			'locale');
		assert.equal((await api('GET', '/users/me/preferences', { token }))
			.locale, 'ru');
		await page.evaluate(() => localStorage.removeItem('language'));
		await page.reload();
		await ready(page);
		await page.getByRole('heading', { level: 1, name: 'Профиль' }).waitFor();
		t.diagnostic(await page.title());
	});

browse('theme: here and at the foot of the page alike', { colorScheme: 'light' },
	async (page) => {
		const user = await makeUser();
		const token = await tokenOf(user);
		const drawn = () => page.evaluate(() =>
			document.documentElement.dataset.theme);
		const kept = (theme) => page.waitForResponse((response) =>
			response.url().endsWith('/preferences') &&
			response.request().postData().includes(theme));

		await enter(page, user, PATH);
		await Promise.all([kept('dark'),
			page.locator('main [name=theme]').selectOption('dark')]);
		assert.equal(await drawn(), 'dark');
		assert.equal(await page.locator('footer').getByLabel('Theme')
			.inputValue(), 'dark');
		assert.equal((await api('GET', '/users/me/preferences', { token })).theme,
			'dark');
		await Promise.all([kept('light'),
			page.locator('footer').getByLabel('Theme').selectOption('light')]);
		assert.equal(await page.locator('main [name=theme]').inputValue(),
			'light');
		assert.equal(await drawn(), 'light');
	});

browse('of two themes the one chosen last is kept', {}, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(user);
	const answered = (theme) => page.waitForResponse((response) =>
		response.url().endsWith('/preferences') &&
		response.request().postData().includes(theme));

	await enter(page, user, PATH);
	await page.route('**/preferences', async (route) => {
		await new Promise((resolve) => {
			setTimeout(resolve, 1500);
		});
		await route.continue();
	}, { times: 1 });
	const both = Promise.all(['dark', 'light'].map(answered));

	for (const theme of ['dark', 'light'])
		await page.locator('main [name=theme]').selectOption(theme);
	await both;
	assert.equal((await api('GET', '/users/me/preferences', { token })).theme,
		'light');
});

browse('what is typed and not saved is asked for before it is lost', {},
	async (page) => {
		await enter(page, await makeUser(), PATH);
		const name = page.getByLabel('Full name');
		const language = page.locator('main [name=locale]');
		const leave = () => page.getByRole('link', { name: 'Sessions' }).click();

		await name.fill('Ada');
		await leave();
		await press(page, 'Stay');
		await language.locator('option[value=ru]').waitFor({ state: 'attached' });
		await language.selectOption('ru');
		await press(page, 'Stay');
		assert.equal(await name.inputValue(), 'Ada');
		assert.equal(await language.inputValue(), 'en');
		await press(page, 'Save changes');
		await toast(page, 'Your name is saved.');
		await leave();
		await page.waitForURL('**/account/sessions');
		await page.goBack();
		await ready(page);
		await page.getByLabel('New address').fill('ada@');
		await leave();
		await press(page, 'Leave and drop it');
		await page.waitForURL('**/account/sessions');
	});

browse('mails about new devices, off and on; what failed shows as it was',
	{ statuses: [500] }, async (page) => {
		const user = await makeUser();
		const token = await tokenOf(user);
		const box = page.getByLabel('Tell me when my account');
		const wanted = async () => (await api('GET', '/users/me/preferences',
			{ token })).notify_new_login;

		await enter(page, user, PATH);
		assert.equal(await box.isChecked(), true);
		await box.focus();
		await page.keyboard.press('Space');
		await toast(page, 'You will get no mails about new devices.');
		assert.equal(await wanted(), false);
		await page.route('**/preferences', (route) => route.fulfill({ status: 500,
			contentType: 'application/json', body: '{}' }), { times: 1 });
		await box.click();
		await toast(page, 'Something went wrong on our side');
		assert.equal(await box.isChecked(), false);
		await box.click();
		await toast(page, 'You will get a mail about each new device.');
		assert.equal(await wanted(), true);
	});

browse('whoever is not signed in comes back after the sign-in', {},
	async (page) => {
		await page.goto(base + PATH);
		await page.waitForURL(`${base}/sign-in?to=%2Faccount`);
	});
