/* Sessions: where somebody is signed in, named and ended. */
import assert from 'node:assert/strict';
import { sql } from './database.mjs';
import { api, base, browse, enter, everyLook, HOSTILE, makeUser, ready }
	from './harness.mjs';

const PATH = '/account/sessions';
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const row = (page, text) => page.locator('.row', { hasText: text });

/* A sign-in elsewhere, by what that device says of itself. */
async function signInFrom({ email, password }, device_name, agent) {
	const { access_token, session } = await api('POST', '/auth/login', {
		json: { email, password, device_name },
		headers: { 'user-agent': agent ?? 'curl/8.1' } });

	return { token: access_token, id: session.id };
}

async function isOver({ token }) {
	const response = await fetch(`${base}/api/v1/users/me`,
		{ headers: { authorization: `Bearer ${token}` } });

	return !response.ok;
}

everyLook('sessions', {}, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await enter(page, user, PATH);
	await look('sessions-one');
	await signInFrom(user, 'Phone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 ' +
		'like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1');
	await signInFrom(user, undefined, 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) ' +
		'Gecko/20100101 Firefox/128.0');
	await page.reload();
	await ready(page);
	await row(page, 'Safari on iPhone').waitFor();
	await row(page, 'Firefox on Linux').waitFor();
	await look('sessions-several');
	await page.getByRole('button', { name: 'Rename Phone' }).click();
	await look('sessions-rename');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: 'End all others' }).click();
	await look('sessions-end-others');
});

everyLook('sessions in Russian', { locale: 'ru-RU' }, async (page, look) => {
	const user = await makeUser();

	await signInFrom(user, 'Телефон');
	await enter(page, user, PATH);
	await page.getByRole('heading', { level: 1, name: 'Сеансы' }).waitFor();
	await look('sessions-russian');
});

browse('a session that cannot be ended alone is named and ended from elsewhere',
	{ statuses: [401, 422] }, async (page) => {
		const user = await makeUser();
		const other = await signInFrom(user, 'Old phone');

		await enter(page, user, PATH);
		await row(page, 'This device').waitFor();
		assert.ok(await row(page, 'This device')
			.evaluate((node) => node.matches(':first-child')));

		await page.getByRole('button', { name: 'Rename Old phone' }).click();
		await page.getByLabel('Name', { exact: true }).fill('');
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.locator('.field-error').waitFor();
		await page.getByLabel('Name', { exact: true }).fill('Museum piece');
		await page.keyboard.press('Enter');
		await toast(page, 'The device has its name.');
		await row(page, 'Museum piece').waitFor();

		await page.getByRole('button', { name: 'End the session on Museum' })
			.click();
		await page.getByRole('button', { name: 'Cancel' }).click();
		assert.equal(await isOver(other), false);
		await page.getByRole('button', { name: 'End the session on Museum' })
			.click();
		await page.getByRole('dialog').getByRole('button', { name: 'End',
			exact: true }).click();
		await toast(page, 'The session has ended.');
		assert.equal(await isOver(other), true);
		await row(page, 'Museum piece').waitFor({ state: 'detached' });
		await page.waitForFunction(() =>
			document.activeElement.tagName === 'H1');
	});

browse('all others with the keyboard alone', {}, async (page) => {
	const user = await makeUser();
	const others = [await signInFrom(user, 'One'), await signInFrom(user, 'Two')];

	await enter(page, user, PATH);
	await page.getByRole('button', { name: 'End all others' }).focus();
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	/* The head of the dialog has the focus; its action is two steps on. */
	for (let i = 0; i < 3; i++) {
		await page.keyboard.press('Tab');
		if (await page.evaluate(() =>
			document.activeElement.textContent) === 'End all others')
			break;
	}
	await page.keyboard.press('Enter');
	await toast(page, '2 sessions have ended.');
	for (const other of others)
		assert.equal(await isOver(other), true);
	await page.waitForFunction(() => document.querySelectorAll('.row').length === 1);
	assert.equal(await page.getByRole('button', { name: 'End all others' })
		.count(), 0);
});

browse('ending this one signs out', {}, async (page) => {
	await enter(page, await makeUser(), PATH);
	await page.getByRole('button', { name: 'this device' }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Sign out' })
		.click();
	await page.waitForURL(`${base}/sign-in`);
	await toast(page, 'You are signed out.');
	await page.goto(base + PATH);
	await page.waitForURL(`${base}/sign-in?to=**`);
});

browse('a session that was ended from elsewhere says so', { statuses: [401, 403] },
	async (page) => {
		const user = await makeUser();

		await enter(page, user, PATH);
		const other = await signInFrom(user, 'Desk');

		await api('DELETE', '/auth/sessions?others=true', { token: other.token });
		await page.reload();
		await page.waitForURL(`${base}/sign-in?to=**`);
	});

browse('a list that cannot be read, and another try', { statuses: [500] },
	async (page) => {
		await page.route('**/auth/sessions', (route) => route.fulfill({
			status: 500, contentType: 'application/json', body: '{}' }),
		{ times: 1 });
		await enter(page, await makeUser(), PATH);
		await page.getByRole('button', { name: 'Try again' }).click();
		await row(page, 'This device').waitFor();
	});

browse('hostile names and browsers are text', {}, async (page) => {
	const user = await makeUser();

	for (const text of HOSTILE)
		await signInFrom(user, text.slice(0, 80));
	await signInFrom(user, undefined, '<img src=x onerror=reportBreach("ua")>');
	sql('UPDATE sessions SET user_agent = CONCAT(\'"><script>\', user_agent) ' +
		`WHERE user_id = UNHEX('${user.id.replaceAll('-', '')}')`);
	await enter(page, user, PATH);
	const shown = await page.locator('.row strong').allTextContents();

	for (const text of HOSTILE)
		assert.ok(shown.includes(text.slice(0, 80).trim()), text);
	assert.ok(shown.some((text) => text.includes('onerror=reportBreach("ua")')));
});
