/* The dashboard: what it shows of an account, and what it asks the server. */
import assert from 'node:assert/strict';
import { addTotp, enterWithCode, mailedToken } from './account.mjs';
import { sql } from './database.mjs';
import { administrator, api, base, browse, enter, everyLook, HOSTILE, makeUser,
	PASSWORD, ready, signIn, tokenOf } from './harness.mjs';

const figure = (page, name) => page.getByRole('navigation',
	{ name: 'Your account in figures' }).getByRole('link', { name });

async function addItems(token, titles) {
	for (const title of titles)
		await api('POST', '/items/', { token,
			json: { title, description: `About ${title}`.slice(0, 255) } });
}

everyLook('dashboard', {}, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await enter(page, user);
	await look('dashboard-empty');
	await addItems(await tokenOf(user), ['Letters to Babbage', 'Notes on the ' +
		'Analytical Engine', 'Translation of Menabrea', 'Bernoulli numbers']);
	await page.reload();
	await ready(page);
	await look('dashboard-filled');
	await page.context().clearCookies();
	await enter(page, administrator());
	await look('dashboard-staff');
});

everyLook('dashboard in Russian', { locale: 'ru-RU' }, async (page, look) => {
	await enter(page, await makeUser({ full_name: 'Константин Циолковский' }));
	await page.getByRole('heading', { level: 1,
		name: 'Здравствуйте, Константин Циолковский' }).waitFor();
	await look('dashboard-russian');
});

browse('a sign-in and a usable dashboard take four requests at most', {},
	async (page) => {
		const user = await makeUser();
		const asked = [];

		page.on('request', (request) => {
			const { pathname } = new URL(request.url());

			if (pathname.startsWith('/api/'))
				asked.push(`${request.method()} ${pathname}`);
		});
		await signIn(page, user);
		await page.getByText('No items yet').waitFor();
		await page.waitForLoadState('networkidle');
		assert.ok(asked.length <= 4, asked.join('\n'));
	});

browse('figures lead to what they count', {}, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(user);

	await addItems(token, ['One', 'Two', 'Three', 'Four', 'Five', 'Six']);
	await api('PUT', '/kv/~/colour', { token, json: 'green',
		headers: { 'if-none-match': '*' } });
	await api('POST', '/auth/api-keys', { token, json: { name: 'Backup' } });
	await enter(page, user);
	await page.getByText('About Six').waitFor();
	assert.deepEqual(await page.locator('.newest strong').allInnerTexts(),
		['Six', 'Five', 'Four', 'Three', 'Two']);
	for (const [name, count, path] of [['Items', 6, '/items'],
		['Values by key', 1, '/kv'], ['Sessions', 2, '/account/sessions'],
		['API keys', 1, '/account/api-keys'],
		['Passkeys', 0, '/account/security']]) {
		assert.match(await figure(page, name).innerText(),
			new RegExp(`\\b${count}$`));
		await figure(page, name).click();
		await page.waitForURL(base + path);
		await page.goBack();
		await page.waitForURL(`${base}/dashboard`);
		await ready(page);
	}
});

browse('what is worth doing goes once it is done', {}, async (page) => {
	const user = await makeUser();
	const token = await tokenOf(user);
	const advice = (name) => page.getByRole('heading', { level: 3, name });

	await enter(page, user);
	await advice('Confirm your address').waitFor();
	await advice('Add a second factor').waitFor();
	await page.getByRole('link', { name: 'To security' }).click();
	await page.waitForURL(`${base}/account/security`);

	await api('POST', '/auth/email/verify-request', { token });
	await api('POST', '/auth/email/verify', { json: {
		token: await mailedToken(user.email, '/verify-email') } });
	const { recovery_codes: [code] } = await addTotp(token, PASSWORD);

	await enterWithCode(page, user, code, '/dashboard');
	assert.equal(await page.getByText('Worth doing').count(), 0);

	/* As if eight of the ten had been used. */
	sql('DELETE FROM recovery_codes WHERE user_id = ' +
		`UNHEX('${user.id.replaceAll('-', '')}') LIMIT 7`);
	await page.reload();
	await ready(page);
	await advice('Get new recovery codes').waitFor();
	await page.getByText('2 codes are left').waitFor();
});

browse('items that cannot be read, and another try', { statuses: [500] },
	async (page) => {
		const broken = (route) => route.fulfill({ status: 500,
			contentType: 'application/json', body: '{"detail":"no"}' });

		await page.route('**/api/v1/items/*', broken);
		await enter(page, await makeUser());
		await page.getByRole('alert').filter(
			{ hasText: 'Something went wrong on our side' }).waitFor();
		await page.unroute('**/api/v1/items/*', broken);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByText('No items yet').waitFor();
	});

browse('hostile names and titles are text', {}, async (page) => {
	const user = await makeUser({ full_name: HOSTILE[0] });
	const token = await tokenOf(user);

	await addItems(token, HOSTILE.map((text) => text.slice(0, 255)));
	await enter(page, user);
	assert.ok((await page.locator('h1').innerText()).includes(HOSTILE[0]));
	const shown = await page.locator('.newest strong').allTextContents();

	assert.deepEqual(shown, HOSTILE.slice(-5).reverse());
	for (const name of HOSTILE.slice(1)) {
		await api('PATCH', '/users/me', { token, json: { full_name: name } });
		await page.reload();
		await ready(page);
		assert.equal(await page.locator('h1').textContent(), `Hello, ${name}`);
	}
});

browse('without a name there is a greeting, too', {}, async (page) => {
	await enter(page, await makeUser());
	await page.getByRole('heading', { level: 1, name: 'Hello', exact: true })
		.waitFor();
});
