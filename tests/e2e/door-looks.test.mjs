/* How the door looks, in each of its states. */
import { addTotp } from './account.mjs';
import { base, everyLook, makeUser, ready, tokenOf } from './harness.mjs';

const press = (page, name) => page.getByRole('button', { name, exact: true })
	.click();
const reads = (page, name) => page.getByRole('heading', { name }).waitFor();

async function signIn(page, { email, password }) {
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await press(page, 'Sign in');
}

async function choose(page) {
	for (const label of ['New password', 'The same again'])
		await page.getByLabel(label, { exact: true }).fill('correct horse');
	await press(page, 'Set password');
}

everyLook('signing in', { statuses: [401, 403] }, async (page, look) => {
	const user = await makeUser();

	await addTotp(await tokenOf(user), user.password);
	await page.goto(`${base}/sign-in`);
	await ready(page);
	await look('door-sign-in');
	await signIn(page, { ...user, password: 'wrong' });
	await page.getByText('The address or the password is wrong').waitFor();
	await look('door-sign-in-wrong');
	await signIn(page, user);
	await reads(page, 'One more step');
	await look('door-second-step');
	await page.getByLabel('Code from the app').fill('000000');
	await press(page, 'Continue');
	await page.locator('.field-error').waitFor();
	await look('door-second-step-wrong');
	await press(page, 'Use a recovery code');
	await look('door-recovery-code');
	await press(page, 'Sign in as somebody else');
	await page.route('**/auth/login', (route) => route.fulfill({ status: 403,
		json: { detail: 'The address is not confirmed yet',
			code: 'email_unverified' } }));
	await signIn(page, { email: `${'long'.repeat(12)}@example.com`,
		password: 'x' });
	await reads(page, 'Confirm your address first');
	await look('door-unverified');
});

everyLook('signing up and recovering', { statuses: [400, 422] },
	async (page, look) => {
		await page.goto(`${base}/sign-up`);
		await ready(page);
		await look('door-sign-up');
		await page.getByLabel('E-mail').fill('nobody');
		await page.getByLabel('Password', { exact: true }).fill('short');
		await press(page, 'Create account');
		await page.locator('.field-error').nth(1).waitFor();
		await look('door-sign-up-wrong');
		await page.goto(`${base}/recover-password`);
		await ready(page);
		await look('door-recover');
		await page.getByLabel('E-mail').fill('nobody@example.com');
		await press(page, 'Send the link');
		await reads(page, 'Look into your mail');
		await look('door-recover-asked');
	});

everyLook('mailed links', { statuses: [400] }, async (page, look) => {
	await page.goto(`${base}/reset-password?token=x`);
	await ready(page);
	await look('door-reset');
	await choose(page);
	await reads(page, 'This link does not work');
	await look('door-reset-worn');
	await page.route('**/reset-password/', (route) =>
		route.fulfill({ json: { message: 'Password updated successfully' } }));
	await page.goto(`${base}/reset-password?token=x`);
	await choose(page);
	await reads(page, 'Your password is set');
	await look('door-reset-done');
	for (const [name, button, done, api] of [
		['verify-email', 'Confirm', 'Your address is confirmed',
			'**/auth/email/verify'],
		['end-session', 'End that session', 'The session has ended',
			'**/auth/sessions/end']]) {
		await page.goto(`${base}/${name}?token=x`);
		await ready(page);
		await look(`door-${name}`);
		await page.route(api, (route) => route.fulfill({ json: {} }));
		await press(page, button);
		await reads(page, done);
		await look(`door-${name}-done`);
		await page.goto(`${base}/${name}`);
		await reads(page, 'This link does not work');
		await look(`door-${name}-worn`);
	}
});
