/* Signing in and signing up. */
import assert from 'node:assert/strict';
import { addTotp, totp } from './account.mjs';
import { alertOf, api, base, browse, descriptionOf, HOSTILE, makeUser,
	newAddress, PASSWORD, ready, signIn, tokenOf } from './harness.mjs';

const email = (page) => page.getByLabel('E-mail');
const password = (page) => page.getByLabel('Password', { exact: true });
const enterButton = (page) => page.getByRole('button', { name: 'Sign in' });
const path = (at) => at.url().slice(base.length);

const focused = (page) => page.evaluate(() => {
	const { tagName, name, textContent } = document.activeElement;

	return name || `${tagName} ${textContent.trim()}`;
});

async function fillIn(page, user) {
	await email(page).fill(user.email);
	await password(page).fill(user.password);
	await enterButton(page).click();
}

async function inside(page) {
	await page.waitForURL('**/dashboard');
	await ready(page);
}

/* With an authenticator: {...user, secret, recovery_codes}. */
async function makeGuarded() {
	const user = await makeUser();

	return { ...user, ...await addTotp(await tokenOf(user), user.password) };
}

browse('a sign-in to a usable dashboard is four requests at most', {},
	async (page) => {
		const user = await makeUser({ full_name: 'Ada Lovelace' });
		const calls = [];

		await page.goto(`${base}/sign-in`);
		await ready(page);
		page.on('request', (request) => {
			if (path(request).startsWith('/api'))
				calls.push(`${request.method()} ${path(request)}`);
		});
		await fillIn(page, user);
		await inside(page);
		await page.getByRole('heading', { name: /Ada Lovelace/ }).waitFor();
		assert.ok(calls.length <= 4, calls.join('\n'));
		assert.deepEqual(calls.slice(0, 2), ['POST /api/v1/auth/login',
			'GET /api/v1/users/me/overview']);
	});

browse('no token is anywhere that a script could read it', {}, async (page) => {
	const user = await makeUser();

	await signIn(page, user);
	assert.deepEqual(await page.evaluate(() => [document.cookie,
		{ ...localStorage }, { ...sessionStorage }]),
	['', { 'signed-in': user.id }, {}]);
});

browse('sign up, and the dashboard is there', {}, async (page) => {
	await page.goto(`${base}/sign-in`);
	await page.getByRole('link', { name: 'Create an account' }).click();
	await page.getByRole('heading', { name: 'Create your account' }).waitFor();
	assert.equal(await page.title(), 'Create account · Atrium');
	assert.equal(await focused(page), 'full_name');
	await page.getByLabel('Full name').fill(' Ada Lovelace ');
	await email(page).fill(newAddress());
	await password(page).fill(PASSWORD);
	await page.getByRole('button', { name: 'Create account' }).click();
	await inside(page);
	await page.getByRole('heading', { name: /Ada Lovelace/ }).waitFor();
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
	await page.reload();
	await inside(page);
});

browse('a wrong password is said, and the address stays',
	{ statuses: [401] }, async (page) => {
		const user = await makeUser();

		await page.goto(`${base}/sign-in`);
		await fillIn(page, { ...user, password: 'not the password' });
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'The address or the password is wrong');
		assert.equal(await email(page).inputValue(), user.email);
		assert.equal(await focused(page), 'password');
		await page.keyboard.type(user.password);
		await page.keyboard.press('Enter');
		await inside(page);
	});

browse('an account that is not active is told so', { statuses: [403] },
	async (page) => {
		await page.route('**/auth/login', (route) => route.fulfill({ status: 403,
			json: { detail: 'The account is not active', code: 'inactive' } }));
		await page.goto(`${base}/sign-in`);
		await fillIn(page, { email: 'ada@example.com', password: PASSWORD });
		await alertOf(page).filter({ hasText: 'not active' }).waitFor();
	});

browse('missing fields are said beside them', { statuses: [422] },
	async (page) => {
		await page.goto(`${base}/sign-in`);
		await enterButton(page).click();
		await page.locator('.field-error').nth(1).waitFor();
		for (const field of [email(page), password(page)]) {
			assert.equal(await descriptionOf(field),
				'String should have at least 1 character');
			assert.equal(await field.getAttribute('aria-invalid'), 'true');
		}
		assert.equal(await focused(page), 'email');
		await email(page).fill('a');
		assert.equal(await descriptionOf(email(page)), '');
		assert.equal(await page.locator('.field-error').count(), 1);
	});

browse("a bad sign-up shows the server's own texts", { statuses: [422] },
	async (page) => {
		await page.goto(`${base}/sign-up`);
		await page.getByLabel('Full name').fill('x'.repeat(256));
		await email(page).fill('nobody');
		await password(page).fill('short');
		await page.getByRole('button', { name: 'Create account' }).click();
		await page.locator('.field-error').nth(2).waitFor();
		assert.deepEqual(await page.locator('.field-error').allTextContents(), [
			'String should have at most 255 characters',
			'value is not a valid email address: ' +
				'An email address must have an @-sign.',
			'String should have at least 8 characters',
		]);
		assert.match(await descriptionOf(password(page)),
			/^At least 8 characters.*at least 8 characters$/);
		assert.equal(await focused(page), 'full_name');
	});

browse('an address that is taken is said beside it', { statuses: [400] },
	async (page) => {
		const user = await makeUser();

		await page.goto(`${base}/sign-up`);
		await email(page).fill(user.email.toUpperCase());
		await password(page).fill(PASSWORD);
		await page.getByRole('button', { name: 'Create account' }).click();
		await page.locator('.field-error').waitFor();
		assert.equal(await descriptionOf(email(page)),
			'The user with this email already exists in the system');
	});

browse('who guesses is told how long to wait', { statuses: [401, 429] },
	async (page) => {
		const user = await makeUser();
		const answers = [];

		await page.goto(`${base}/sign-in`);
		while (answers.length < 20 && answers.at(-1) !== 429) {
			const [answer] = await Promise.all([
				page.waitForResponse('**/auth/login'), fillIn(page,
					{ ...user, password: `wrong ${answers.length}` })]);

			answers.push(answer.status());
		}
		assert.equal(answers.pop(), 429);
		assert.ok(answers.length >= 10, `${answers}`);
		await page.getByText('Too many attempts.').waitFor();
		assert.match(await alertOf(page).textContent(),
			/^Too many attempts\. Please try again in \d+ s\.$/);
		assert.equal(await email(page).inputValue(), user.email);
	});

browse('the keyboard alone is enough to sign in', {}, async (page) => {
	const user = await makeUser();

	await page.goto(`${base}/sign-in`);
	await ready(page);
	assert.equal(await focused(page), 'email');
	await page.keyboard.type(user.email);
	await page.keyboard.press('Tab');
	assert.equal(await focused(page), 'password');
	await page.keyboard.type(user.password);
	await page.keyboard.press('Tab');
	assert.equal(await focused(page), 'BUTTON Show');
	await page.keyboard.press('Space');
	assert.equal(await page.locator('[name=password]').getAttribute('type'),
		'text');
	assert.equal(await focused(page), 'BUTTON Hide');
	await page.keyboard.press('Tab');
	assert.equal(await focused(page), 'BUTTON Sign in');
	await page.keyboard.press('Enter');
	await inside(page);
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
});

browse('password managers are told what each field is', {}, async (page) => {
	for (const [to, kinds] of [
		['/sign-in', ['username', 'current-password']],
		['/sign-up', ['name', 'username', 'new-password']],
		['/recover-password', ['username']],
		['/reset-password?token=x', ['new-password', 'new-password']],
	]) {
		await page.goto(base + to);
		await ready(page);
		assert.deepEqual(await page.locator('main input').evaluateAll((all) =>
			all.map((input) => input.autocomplete)), kinds, to);
	}
});

browse('a page that needs an account comes after the sign-in', {},
	async (page) => {
		await page.goto(`${base}/items?q=lamp`);
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(path(page), '/sign-in?to=%2Fitems%3Fq%3Dlamp');
		await page.locator('main').getByRole('link',
			{ name: 'Create an account' }).click();
		await page.getByRole('heading', { name: 'Create your account' })
			.waitFor();
		await page.locator('main').getByRole('link', { name: 'Sign in' }).click();
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		await fillIn(page, await makeUser());
		await page.waitForURL('**/items?q=lamp');
		await page.goto(`${base}/sign-in`);
		await inside(page);
	});

for (const to of ['https://example.org/', '//example.org', '/\\example.org',
	'javascript:alert(1)', '/no/such/page', '/sign-in'])
	browse(`nobody is sent elsewhere: ${to}`, {}, async (page) => {
		await page.goto(`${base}/sign-in?to=${encodeURIComponent(to)}`);
		await fillIn(page, await makeUser());
		await inside(page);
		assert.equal(path(page), '/dashboard');
	});

browse('two quick clicks are one request, and a busy button says so', {},
	async (page) => {
		const user = await makeUser();
		let calls = 0;
		let release;
		const gate = new Promise((resolve) => {
			release = resolve;
		});

		await page.route('**/auth/login', async (route) => {
			calls += 1;
			await gate;
			await route.continue();
		});
		await page.goto(`${base}/sign-in`);
		await fillIn(page, user);
		await enterButton(page).click();
		assert.equal(await enterButton(page).getAttribute('aria-busy'), 'true');
		release();
		await inside(page);
		assert.equal(calls, 1);
	});

browse('no answer, and a busy service, are said', { offline: true,
	statuses: [503] }, async (page) => {
	await page.goto(`${base}/sign-in`);
	await ready(page);
	await page.context().setOffline(true);
	await fillIn(page, { email: 'ada@example.com', password: PASSWORD });
	await alertOf(page).filter({ hasText: 'You are offline.' }).waitFor();
	await page.context().setOffline(false);
	await page.route('**/auth/login', (route) => route.fulfill({ status: 503,
		headers: { 'retry-after': '3' },
		json: { detail: 'Service Unavailable' } }));
	await enterButton(page).click();
	await alertOf(page).filter({ hasText:
		'Atrium is busy right now. Please try again in 3 s.' }).waitFor();
});

browse('a second factor: a wrong code, the right one, and in',
	{ statuses: [401] }, async (page) => {
		const user = await makeGuarded();
		const code = page.getByLabel('Code from the app');

		await page.goto(`${base}/sign-in?to=${encodeURIComponent('/items')}`);
		await fillIn(page, user);
		await page.getByRole('heading', { name: 'One more step' }).waitFor();
		assert.equal(await page.title(), 'One more step · Atrium');
		assert.equal(await focused(page), 'code');
		assert.equal(await code.getAttribute('autocomplete'), 'one-time-code');
		await code.fill('000000');
		await page.keyboard.press('Enter');
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(code), /The code is wrong/);
		await code.fill(` ${totp(user.secret)} `);
		await page.getByRole('button', { name: 'Continue' }).click();
		await page.waitForURL('**/items');
		assert.equal((await api('GET', '/users/me',
			{ headers: { cookie: (await page.context().cookies(base))
				.map(({ name, value }) => `${name}=${value}`).join('; ') } }))
			.email, user.email);
	});

browse('a recovery code instead, and another account instead', {},
	async (page) => {
		const user = await makeGuarded();

		await page.goto(`${base}/sign-in`);
		await fillIn(page, user);
		await page.getByRole('button', { name: 'Sign in as somebody else' })
			.click();
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(await focused(page), 'email');
		await fillIn(page, user);
		await page.getByRole('button', { name: 'Use a recovery code' }).click();
		assert.equal(await focused(page), 'code');
		await page.getByLabel('Recovery code').fill(user.recovery_codes[0]);
		await page.getByRole('button', { name: 'Continue' }).click();
		await inside(page);
	});

browse('a sign-in that took too long begins anew', { statuses: [401] },
	async (page) => {
		await page.goto(`${base}/sign-in`);
		await fillIn(page, await makeGuarded());
		await page.route('**/auth/mfa/verify', (route) => route.fulfill({
			status: 401, json: { code: 'mfa_expired', detail:
				'This sign-in took too long or is over: begin anew' } }));
		await page.getByLabel('Code from the app').fill('123456');
		await page.getByRole('button', { name: 'Continue' }).click();
		await alertOf(page).filter({ hasText: 'begin anew' }).waitFor();
		await email(page).waitFor();
	});

browse('a passkey at an address that can have none is said', {},
	async (page) => {
		await page.goto(`${base}/sign-in`);
		await page.getByRole('button', { name: 'Use a passkey' }).click();
		await alertOf(page).filter({ hasText:
			'Passkeys do not work at this address' }).waitFor();
	});

browse('a browser without passkeys is not offered any', {}, async (page) => {
	await page.addInitScript(() => {
		delete globalThis.PublicKeyCredential;
	});
	await page.goto(`${base}/sign-in`);
	await ready(page);
	assert.equal(await page.getByRole('button', { name: 'Use a passkey' }).count(),
		0);
});

browse('hostile texts are texts, in each field',
	{ statuses: [400, 401, 422] }, async (page) => {
		for (const text of HOSTILE) {
			await page.goto(`${base}/sign-up`);
			await page.getByLabel('Full name').fill(text);
			await email(page).fill(text);
			await password(page).fill('x');
			await page.getByRole('button', { name: 'Create account' }).click();
			await page.locator('.field-error').first().waitFor();
			assert.equal(await page.locator('main img, main script').count(), 0);
		}
		await page.getByLabel('Full name').fill(HOSTILE[0]);
		await email(page).fill(newAddress());
		await password(page).fill(HOSTILE[1]);
		await page.getByRole('button', { name: 'Create account' }).click();
		await inside(page);
		await page.getByText(HOSTILE[0]).first().waitFor();
	});
