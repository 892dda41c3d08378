/* Signing in and signing up. */
import assert from 'node:assert/strict';
import { alertOf, base, browse, descriptionOf, makeUser, newAddress, PASSWORD,
	signIn } from './harness.mjs';

browse('sign up, and the account is shown', {}, async (page) => {
	const email = newAddress();

	await page.goto(`${base}/`);
	assert.equal(await page.title(), 'Sign in · Atrium');
	await page.getByRole('link', { name: 'Create an account' }).click();
	assert.equal(await page.title(), 'Create your account · Atrium');
	await page.getByLabel('Full name').fill('Ada Lovelace');
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Create account' }).click();
	await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
	assert.equal(await page.title(), 'Your account · Atrium');
	assert.equal(new URL(page.url()).hash, '#/account');
	assert.equal(await page.locator('.who-facts [data-email]').textContent(),
		email);
	assert.match(await page.locator('[data-since]').textContent(),
		/^Member since \w+ \d+, \d{4}$/);
	assert.equal(await page.locator('[data-admin]').isVisible(), false);
	await page.reload();
	await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
});

browse('a wrong password is said, and the address stays',
	{ statuses: [400] }, async (page) => {
		const { email } = await makeUser();

		await page.goto(`${base}/`);
		await page.getByLabel('E-mail').fill(email);
		await page.getByLabel('Password', { exact: true })
			.fill('not the password');
		await page.getByRole('button', { name: 'Sign in' }).click();
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'Incorrect email or password');
		assert.equal(await page.getByLabel('E-mail').inputValue(), email);
		assert.equal(await page.evaluate(() =>
			document.activeElement.name), 'password');
		assert.equal(await page.evaluate(() =>
			sessionStorage.length), 0);
	});

browse('missing fields are said beside them', { statuses: [422] },
	async (page) => {
		await page.goto(`${base}/`);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.locator('.field-error').nth(1).waitFor();
		for (const name of ['E-mail', 'Password']) {
			const field = page.getByLabel(name, { exact: true });

			assert.equal(await descriptionOf(field), 'Field required');
			assert.equal(await field.getAttribute('aria-invalid'), 'true');
		}
		assert.equal(await page.evaluate(() =>
			document.activeElement.name), 'username');
		await page.getByLabel('E-mail').fill('a');
		assert.equal(await descriptionOf(page.getByLabel('E-mail')), '');
		assert.equal(await page.locator('.field-error').count(), 1);
	});

browse("a bad sign-up shows the server's own texts", { statuses: [422] },
	async (page) => {
		await page.goto(`${base}/#/sign-up`);
		await page.getByLabel('Full name').fill('x'.repeat(256));
		await page.getByLabel('E-mail').fill('nobody');
		await page.getByLabel('Password', { exact: true }).fill('short');
		await page.getByRole('button', { name: 'Create account' }).click();
		await page.locator('.field-error').nth(2).waitFor();
		assert.deepEqual(await page.locator('.field-error').allTextContents(), [
			'String should have at most 255 characters',
			'value is not a valid email address: ' +
				'An email address must have an @-sign.',
			'String should have at least 8 characters',
		]);
		assert.match(await descriptionOf(
			page.getByLabel('Password', { exact: true })),
		/^At least 8 characters.*at least 8 characters$/);
		assert.equal(await page.evaluate(() =>
			document.activeElement.name), 'full_name');
	});

browse('an address that is taken is said', { statuses: [400] },
	async (page) => {
		const { email } = await makeUser();

		await page.goto(`${base}/#/sign-up`);
		await page.getByLabel('E-mail').fill(email.toUpperCase());
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await page.getByRole('button', { name: 'Create account' }).click();
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'The user with this email already exists in the system');
	});

browse('who guesses is told how long to wait, and then gets in',
	{ statuses: [400, 429] }, async (page) => {
		const user = await makeUser({ full_name: 'Ada' });
		const password = page.getByLabel('Password', { exact: true });
		const button = page.getByRole('button', { name: 'Sign in' });
		const answers = [];

		await page.goto(`${base}/`);
		await page.getByLabel('E-mail').fill(user.email);
		while (answers.length < 20 && answers.at(-1) !== 429) {
			await password.fill(`wrong guess ${answers.length}`);
			const [answer] = await Promise.all([
				page.waitForResponse('**/login/access-token'),
				button.click()]);

			answers.push(answer.status());
		}
		/* A slow browser may miss the first wait, which is a second. */
		assert.equal(answers.pop(), 429);
		assert.ok(answers.length >= 10, `${answers}`);
		assert.ok(answers.every((status) => status === 400), `${answers}`);
		await page.getByText('Too many attempts.').waitFor();
		const text = await alertOf(page).textContent();

		assert.match(text,
			/^Too many attempts\. Please try again in (a|\d+) seconds?\.$/);
		assert.equal(await page.getByLabel('E-mail').inputValue(),
			user.email);
		await page.waitForTimeout(
			1000 * (Number(/\d+/.exec(text)?.[0] ?? 1) + 0.2));
		await signIn(page, user);
	});

browse('the keyboard alone is enough to sign in and out', {}, async (page) => {
	const { email, password } = await makeUser();
	const focused = () => page.evaluate(() => {
		const { tagName, name, textContent } = document.activeElement;

		return name || `${tagName} ${textContent.trim()}`;
	});

	await page.goto(`${base}/`);
	assert.equal(await focused(), 'username');
	await page.keyboard.type(email);
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'password');
	await page.keyboard.type(password);
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'BUTTON Show');
	await page.keyboard.press('Space');
	assert.equal(await page.locator('[name=password]')
		.getAttribute('type'), 'text');
	assert.equal(await focused(), 'BUTTON Hide');
	await page.keyboard.press('Tab');
	assert.equal(await focused(), 'BUTTON Sign in');
	await page.keyboard.press('Enter');
	await page.getByRole('heading', { name: 'Profile' }).waitFor();
	assert.equal(await focused(), `H1 ${email}`);
	await page.keyboard.press('Shift+Tab');
	assert.equal(await focused(), 'BUTTON Sign out');
	const ring = await page.evaluate(() =>
		getComputedStyle(document.activeElement).outlineStyle);

	assert.equal(ring, 'solid');
	await page.keyboard.press('Enter');
	await page.getByText('You are signed out.').first().waitFor();
	assert.equal(await focused(), 'username');
});

browse('the skip link leads to the content', {}, async (page) => {
	await page.goto(`${base}/#/sign-up`);
	await page.getByRole('link', { name: 'Skip to content' }).focus();
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
	assert.equal(await page.title(), 'Create your account · Atrium');
});

browse('password managers are told what each field is', {}, async (page) => {
	const kinds = () => page.locator('form input').evaluateAll((all) =>
		all.map((input) => input.autocomplete));

	await page.goto(`${base}/`);
	assert.deepEqual(await kinds(), ['username', 'current-password']);
	await page.goto(`${base}/#/sign-up`);
	await page.getByLabel('Full name').waitFor();
	assert.deepEqual(await kinds(), ['name', 'username', 'new-password']);
	await signIn(page, await makeUser());
	assert.deepEqual(await kinds(), ['off', 'name', 'email', 'username',
		'current-password', 'new-password']);
	await page.goto(`${base}/recover-password`);
	await page.getByLabel('E-mail').waitFor();
	assert.deepEqual(await kinds(), ['username']);
	await page.goto(`${base}/reset-password?token=x`);
	await page.getByLabel('The same again', { exact: true }).waitFor();
	assert.deepEqual(await kinds(), ['new-password', 'new-password']);
});

browse('steps of the history are views, and a closed account stays closed', {},
	async (page) => {
		await page.goto(`${base}/`);
		await page.getByRole('link', { name: 'Create an account' }).click();
		await page.goBack();
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(await page.title(), 'Sign in · Atrium');
		await page.goto(`${base}/#/account`);
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(new URL(page.url()).hash, '#/sign-in');
		await signIn(page, await makeUser());
		await page.goBack();
		await page.getByRole('heading', { name: 'Profile' }).waitFor();
		await page.getByRole('button', { name: 'Sign out' }).click();
		await page.goBack();
		await page.getByRole('heading', { name: 'Sign in' }).waitFor();
		assert.equal(await page.getByRole('button', { name: 'Sign out' })
			.isVisible(), false);
	});

browse('without a network the form says so, and works again afterwards',
	{ offline: true }, async (page) => {
		const { email, password } = await makeUser();

		await page.goto(`${base}/`);
		await page.getByLabel('E-mail').fill(email);
		await page.getByLabel('Password', { exact: true }).fill(password);
		await page.context().setOffline(true);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await alertOf(page).waitFor();
		assert.match(await alertOf(page).textContent(), /^You are offline/);
		await page.context().setOffline(false);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.getByRole('heading', { name: 'Profile' }).waitFor();
	});

browse('two quick clicks are one request, and a busy button says so', {},
	async (page) => {
		const { email, password } = await makeUser();
		const button = page.getByRole('button', { name: 'Sign in' });
		let calls = 0;
		let release;
		const gate = new Promise((resolve) => {
			release = resolve;
		});

		await page.route('**/login/access-token', async (route) => {
			calls += 1;
			await gate;
			await route.continue();
		});
		await page.goto(`${base}/`);
		await page.getByLabel('E-mail').fill(email);
		await page.getByLabel('Password', { exact: true }).fill(password);
		await button.click();
		await button.click();
		assert.equal(await button.getAttribute('aria-busy'), 'true');
		release();
		await page.getByRole('heading', { name: 'Profile' }).waitFor();
		assert.equal(calls, 1);
	});

browse("a service that is busy is not the user's fault", { statuses: [503] },
	async (page) => {
		await page.route('**/login/access-token', (route) => route.fulfill({
			status: 503,
			headers: { 'retry-after': '3' },
			json: { detail: 'Service Unavailable' },
		}));
		await page.goto(`${base}/`);
		await page.getByLabel('E-mail').fill('ada@example.com');
		await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'Atrium is busy right now. Please try again in 3 seconds.');
	});
