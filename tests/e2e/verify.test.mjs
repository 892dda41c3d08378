/* The link in the mail that asks to confirm an address. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { mailTo } from '../api/mail.mjs';
import { alertOf, base, browse, makeUser } from './harness.mjs';

const MAIL = process.env.E2E_MAIL;
const site = { dir: dirname(MAIL || '/none/mail') };
const API = `${base}/api/v1`;

async function tokenOf({ email, password }) {
	const response = await fetch(`${API}/login/access-token`, {
		method: 'POST',
		body: new URLSearchParams({ username: email, password }),
	});

	return (await response.json()).access_token;
}

async function linkFor(user) {
	const authorization = `Bearer ${await tokenOf(user)}`;

	await fetch(`${API}/auth/email/verify-request`,
		{ method: 'POST', headers: { authorization } });
	const { links } = await mailTo(user.email, 1, site);

	return links.find((link) => link.startsWith(`${base}/verify-email?`));
}

async function isVerified(user) {
	const authorization = `Bearer ${await tokenOf(user)}`;
	const response = await fetch(`${API}/auth/email`,
		{ headers: { authorization } });

	return (await response.json()).is_verified;
}

const press = (page) => page.getByRole('button', { name: 'Confirm' }).click();
const reads = (page, name) => page.getByRole('heading', { name }).waitFor();

browse('an address is confirmed by a press, not by opening the link',
	{ statuses: [400] }, async (page, t) => {
		if (!MAIL) {
			t.skip('E2E_MAIL names no folder of mails');
			return;
		}
		const user = await makeUser();
		const link = await linkFor(user);

		await page.goto(link);
		await reads(page, 'Confirm your address');
		assert.equal(await page.title(), 'Confirm your address · Atrium');
		assert.equal(page.url(), `${base}/verify-email`);
		assert.equal(await isVerified(user), false);
		await page.keyboard.press('Enter');
		await reads(page, 'Your address is confirmed');
		assert.equal(await page.evaluate(() =>
			document.activeElement.tagName), 'H1');
		assert.equal(await isVerified(user), true);
		await page.goto(link);
		await press(page);
		await reads(page, 'This link does not work');
	});

browse('a link without a token does not work, nor does a long one',
	{ statuses: [422] }, async (page) => {
		await page.goto(`${base}/verify-email`);
		await reads(page, 'This link does not work');
		await page.goto(`${base}/verify-email?token=${'x'.repeat(300)}`);
		await press(page);
		await reads(page, 'This link does not work');
	});

for (const [status, body, text] of [
	[409, { detail: 'Another account has this address', code: 'email_taken' },
		'Another account has this address'],
	[503, { detail: 'Busy' },
		'Atrium is busy right now. Please try again in 3 seconds.'],
])
	browse(`a refusal is shown: ${status}`, { statuses: [status] },
		async (page) => {
			await page.route('**/auth/email/verify', (route) =>
				route.fulfill({ status, json: body,
					headers: { 'retry-after': '3' } }));
			await page.goto(`${base}/verify-email?token=x`);
			await press(page);
			await alertOf(page).filter({ hasText: text }).waitFor();
		});

browse('a session is ended by a press, with the link of its mail',
	{ statuses: [400] }, async (page, t) => {
		if (!MAIL) {
			t.skip('E2E_MAIL names no folder of mails');
			return;
		}
		const user = await makeUser();
		const logIn = async (agent) => (await (await fetch(`${API}/auth/login`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'user-agent': agent },
			body: JSON.stringify({ email: user.email, password: user.password }),
		})).json()).access_token;
		const me = async (token) => (await fetch(`${API}/users/me`,
			{ headers: { authorization: `Bearer ${token}` } })).status;
		const own = await logIn('One');
		const other = await logIn('Another');
		const { links } = await mailTo(user.email, 1, site);
		const link = links.find((l) => l.startsWith(`${base}/end-session?`));

		await page.goto(link);
		await reads(page, 'End the session');
		assert.equal(await me(other), 200);
		await page.keyboard.press('Enter');
		await reads(page, 'The session has ended');
		assert.deepEqual([await me(other), await me(own)], [403, 200]);
		await page.goto(link);
		await page.getByRole('button', { name: 'End that session' }).click();
		await reads(page, 'This link does not work');
	});
