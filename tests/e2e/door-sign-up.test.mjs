/* Signing up, where something is in the way. */
import assert from 'node:assert/strict';
import { alertOf, base, browse, makeUser, newAddress, PASSWORD, ready }
	from './harness.mjs';

async function fillIn(page, email) {
	await page.locator('[name=email]').fill(email);
	await page.locator('[name=password]').fill(PASSWORD);
	await page.locator('form [type=submit]').click();
}

browse('an account that is made is not made again when signing in fails',
	{ statuses: [503] }, async (page) => {
		const refuse = (route) => route.fulfill({ status: 503,
			json: { detail: 'Busy' } });

		await page.goto(`${base}/sign-up`);
		await page.route('**/auth/login', refuse);
		await fillIn(page, newAddress());
		await alertOf(page).filter({ hasText: 'busy right now' }).waitFor();
		await page.unroute('**/auth/login', refuse);
		await page.locator('form [type=submit]').click();
		await page.waitForURL('**/dashboard');
		await ready(page);
	});

browse('a refusal is in the language of the page, which loads them once',
	{ statuses: [400], locale: 'ru-RU' }, async (page) => {
		const user = await makeUser();
		const loads = [];

		page.on('request', (request) => {
			if (request.url().includes('/lang/said/'))
				loads.push(request.url());
		});
		await page.goto(`${base}/sign-up`);
		await ready(page);
		assert.deepEqual(loads, []);
		for (let i = 0; i < 2; i += 1) {
			await fillIn(page, user.email);
			await page.getByText('Аккаунт с таким адресом уже есть').waitFor();
		}
		assert.equal(loads.length, 1);
	});
