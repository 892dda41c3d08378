/* The links of mails that confirm an address and that end a session. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { mailTo } from '../api/mail.mjs';
import { mailedToken } from './account.mjs';
import { alertOf, api, base, browse, enter, HOSTILE, makeUser, tokenOf }
	from './harness.mjs';

const MAIL = process.env.E2E_MAIL;

async function linkFor(user) {
	await api('POST', '/auth/email/verify-request',
		{ token: await tokenOf(user), json: {} });
	return `${base}/verify-email?token=` +
		await mailedToken(user.email, '/verify-email');
}

async function isVerified(user) {
	return (await api('GET', '/auth/email', { token: await tokenOf(user) }))
		.is_verified;
}

const press = (page) => page.getByRole('button', { name: 'Confirm' }).click();
const reads = (page, name) => page.getByRole('heading', { name }).waitFor();

const withMail = (name, options, body) => browse(name, options,
	async (page, t) => {
		if (MAIL)
			await body(page, t);
		else
			t.skip('E2E_MAIL names no folder of mails');
	});

withMail('an address is confirmed by a press, not by opening the link',
	{ statuses: [400] }, async (page) => {
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
		await page.locator('main').getByRole('link', { name: 'Sign in' }).waitFor();
		await page.goto(link);
		await press(page);
		await reads(page, 'This link does not work');
	});

withMail('who is signed in goes on to the dashboard', {}, async (page) => {
	const user = await makeUser();

	await enter(page, user);
	await page.goto(await linkFor(user));
	await press(page);
	await reads(page, 'Your address is confirmed');
	await page.getByRole('link', { name: 'To your dashboard' }).click();
	await page.waitForURL('**/dashboard');
});

withMail('an address is confirmed, whatever is read of the account then',
	{ statuses: [503] }, async (page) => {
		const user = await makeUser();

		await enter(page, user);
		await page.goto(await linkFor(user));
		await page.route('**/users/me/overview', (route) => route.fulfill({
			status: 503, json: { detail: 'Busy' } }));
		await press(page);
		await reads(page, 'Your address is confirmed');
		await page.getByRole('link', { name: 'To your dashboard' }).waitFor();
		assert.equal(await isVerified(user), true);
	});

browse('a link without a token does not work, nor does a long one',
	{ statuses: [422] }, async (page) => {
		await page.goto(`${base}/verify-email`);
		await reads(page, 'This link does not work');
		await page.goto(`${base}/verify-email?token=${'x'.repeat(300)}`);
		await press(page);
		await reads(page, 'This link does not work');
	});

browse('a hostile token is sent as it is, and shown nowhere',
	{ statuses: [400, 422] }, async (page) => {
		for (const text of HOSTILE)
			for (const [path, name] of [['verify-email', 'Confirm'],
				['end-session', 'End that session']]) {
				await page.goto(`${base}/${path}?token=` +
					encodeURIComponent(text));
				const act = page.getByRole('button', { name });

				await act.waitFor();
				const [request] = await Promise.all([page.waitForRequest(
					(sent) => sent.method() === 'POST'), act.click()]);

				assert.equal(request.postDataJSON()?.token, text);
				await reads(page, 'This link does not work');
				assert.equal(page.url(), `${base}/${path}`);
			}
	});

for (const [status, body, text] of [
	[409, { detail: 'Another account has this address', code: 'email_taken' },
		'Another account has this address'],
	[503, { detail: 'Busy' },
		'Atrium is busy right now. Please try again in 3 s.'],
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

withMail('a session is ended by a press, with the link of its mail',
	{ statuses: [400] }, async (page) => {
		const user = await makeUser();
		const logIn = async (agent) => (await api('POST', '/auth/login', {
			headers: { 'user-agent': agent },
			json: { email: user.email, password: user.password } }))
			.access_token;
		const me = async (token) => (await fetch(`${base}/api/v1/users/me`,
			{ headers: { authorization: `Bearer ${token}` } })).status;
		const own = await logIn('One');
		const other = await logIn('Another');
		const { links } = await mailTo(user.email, 1, { dir: dirname(MAIL) });
		const link = links.find((l) => l.startsWith(`${base}/end-session?`));

		await page.goto(link);
		await reads(page, 'End the session');
		assert.equal(page.url(), `${base}/end-session`);
		assert.equal(await me(other), 200);
		await page.keyboard.press('Enter');
		await reads(page, 'The session has ended');
		assert.deepEqual([await me(other), await me(own)], [403, 200]);
		await page.getByRole('link', { name: 'Choose a new password' }).waitFor();
		await page.goto(link);
		await page.getByRole('button', { name: 'End that session' }).click();
		await reads(page, 'This link does not work');
	});
