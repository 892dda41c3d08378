/* A site where an address is to be confirmed before somebody may come in. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSite } from './passkeys.mjs';

const BUILD = process.env.E2E_BUILD;
const PASSWORD = 'correct horse battery';

async function cases() {
	const site = await startSite(BUILD, { REQUIRE_VERIFIED_EMAIL: 'true',
		FRONTEND_HOST: '' });

	after(site.stop);
	process.env.E2E_URL = site.address;
	process.env.E2E_MAIL = join(site.dir, 'mail');
	const { browse, newAddress } = await import('./harness.mjs');
	const { mailedToken } = await import('./account.mjs');

	browse('signed up: the address first, then in', { statuses: [403] },
		async (page) => {
			const email = newAddress();
			const main = page.locator('main');
			const reads = (name) => page.getByRole('heading', { name }).waitFor();

			await page.goto(`${site.address}/sign-up`);
			await page.getByLabel('E-mail').fill(email);
			await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
			await page.getByRole('button', { name: 'Create account' }).click();
			await reads('Confirm your address first');
			assert.ok((await main.innerText()).includes(email));
			await main.getByRole('link', { name: 'Sign in' }).click();
			await reads('Sign in');
			await page.getByLabel('E-mail').fill(email);
			await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await reads('Confirm your address first');
			const token = await mailedToken(email, '/verify-email');

			await page.goto(`${site.address}/verify-email?token=${token}`);
			await page.getByRole('button', { name: 'Confirm' }).click();
			await reads('Your address is confirmed');
			await main.getByRole('link', { name: 'Sign in' }).click();
			await page.getByLabel('E-mail').fill(email);
			await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
			await page.getByRole('button', { name: 'Sign in' }).click();
			await page.waitForURL('**/dashboard');
		});
}

if (BUILD)
	await cases();
else
	test('an address that is to be confirmed first',
		{ skip: 'E2E_BUILD names no build to start a site from' }, () => {});
