/* The own account: what is shown, changed and deleted. */
import assert from 'node:assert/strict';
import { alertOf, base, browse, canSignIn, makeUser, newAddress, signIn }
	from './harness.mjs';

function done(page, form) {
	return page.locator(`#${form} [data-done]:not(:empty)`);
}

browse('a changed name and address are kept', {}, async (page) => {
	const user = await makeUser({ full_name: 'Ada' });
	const email = newAddress('countess');

	await signIn(page, user);
	await page.getByRole('button', { name: 'Save changes' }).click();
	await done(page, 'profile').waitFor();
	assert.equal(await done(page, 'profile').textContent(),
		'Nothing has changed.');
	await page.getByLabel('Full name').fill('Ada King');
	await page.getByLabel('E-mail').fill(email);
	await page.getByRole('button', { name: 'Save changes' }).click();
	await page.getByRole('heading', { name: 'Ada King' }).waitFor();
	assert.equal(await done(page, 'profile').textContent(), 'Saved.');
	assert.equal(await page.locator('.who-facts [data-email]').textContent(),
		email);
	await page.reload();
	await page.getByRole('heading', { name: 'Ada King' }).waitFor();
	assert.equal(await page.getByLabel('E-mail').inputValue(), email);
	assert.equal(await canSignIn({ ...user, email }), true);
	assert.equal(await canSignIn(user), false);
});

browse('a name can be taken away; the address stands for it', {},
	async (page) => {
		const user = await makeUser({ full_name: 'Ada' });

		await signIn(page, user);
		await page.getByLabel('Full name').fill('');
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.getByRole('heading', { name: user.email }).waitFor();
		await page.reload();
		await page.getByRole('heading', { name: user.email }).waitFor();
		assert.equal(await page.getByLabel('Full name').inputValue(), '');
	});

browse("somebody else's address is refused", { statuses: [409] },
	async (page) => {
		const other = await makeUser();

		await signIn(page, await makeUser({ full_name: 'Ada' }));
		await page.getByLabel('E-mail').fill(other.email);
		await page.getByRole('button', { name: 'Save changes' }).click();
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'User with this email already exists');
	});

browse('a bad address is said beside it', { statuses: [422] },
	async (page) => {
		await signIn(page, await makeUser({ full_name: 'Ada' }));
		await page.getByLabel('E-mail').fill('nobody');
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.locator('.field-error').waitFor();
		assert.equal(await page.locator('.field-error').textContent(),
			'value is not a valid email address: ' +
			'An email address must have an @-sign.');
	});

browse('a new password opens, the old one no longer does', {},
	async (page) => {
		const user = await makeUser();
		const password = 'a quite different one';

		await signIn(page, user);
		await page.getByLabel('Current password', { exact: true })
			.fill(user.password);
		await page.getByLabel('New password', { exact: true })
			.fill(password);
		await page.getByRole('button', { name: 'Change password' }).click();
		await done(page, 'password').waitFor();
		assert.equal(await done(page, 'password').textContent(),
			'Your password has been changed.');
		assert.equal(await page.getByLabel('Current password',
			{ exact: true }).inputValue(), '');
		assert.equal(await page.getByLabel('New password',
			{ exact: true }).inputValue(), '');
		assert.equal(await canSignIn(user), false);
		assert.equal(await canSignIn({ ...user, password }), true);
		await page.reload();
		await page.getByRole('heading', { name: 'Profile' }).waitFor();
	});

browse('a wrong current password, and the same one again, are refused',
	{ statuses: [400] }, async (page) => {
		const user = await makeUser();
		const button = page.getByRole('button', { name: 'Change password' });
		const current = page.getByLabel('Current password', { exact: true });
		const next = page.getByLabel('New password', { exact: true });

		await signIn(page, user);
		await current.fill('not the password');
		await next.fill('a quite different one');
		await button.click();
		await alertOf(page).waitFor();
		assert.equal(await alertOf(page).textContent(),
			'Incorrect password');
		await current.fill(user.password);
		await next.fill(user.password);
		await button.click();
		await page.getByText('New password cannot be the same as the ' +
			'current one').waitFor();
	});

browse('deleting asks first, and is then final', { statuses: [400] },
	async (page) => {
		const user = await makeUser();
		const dialog = page.getByRole('dialog');
		const ask = page.getByRole('button', { name: 'Delete account…' });

		await signIn(page, user);
		await ask.click();
		assert.match(await dialog.textContent(),
			new RegExp(user.email.replaceAll('.', '\\.')));
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Keep account');
		await page.keyboard.press('Escape');
		assert.equal(await dialog.isVisible(), false);
		assert.equal(await page.evaluate(() =>
			document.activeElement.id), 'delete');
		await ask.click();
		await dialog.getByRole('button', { name: 'Keep account' }).click();
		assert.equal(await canSignIn(user), true);
		await ask.click();
		await dialog.getByRole('button', { name: 'Delete account' }).click();
		await page.locator('[data-notice]')
			.getByText('Your account has been deleted.').waitFor();
		assert.equal(await canSignIn(user), false);
	});

browse('signing out forgets the session', {}, async (page) => {
	await signIn(page, await makeUser());
	assert.equal(await page.evaluate(() => sessionStorage.length), 1);
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	await page.reload();
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

browse('a session that has ended leads back to the door',
	{ statuses: [401, 403] }, async (page) => {
		await signIn(page, await makeUser());
		await page.evaluate(() =>
			sessionStorage.setItem('access_token', 'worn out'));
		await page.getByLabel('Full name').fill('Nobody');
		await page.getByRole('button', { name: 'Save changes' }).click();
		await page.locator('[data-notice]').getByText(
			'Your session has ended. Please sign in again.').waitFor();
		assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	});

browse('an account that does not load can be tried again', { offline: true },
	async (page) => {
		await signIn(page, await makeUser({ full_name: 'Ada' }));
		await page.route('**/users/me', (route) => route.abort());
		await page.reload();
		await page.getByRole('heading',
			{ name: 'Your account could not be loaded' }).waitFor();
		await page.unroute('**/users/me');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('heading', { name: 'Ada' }).waitFor();
	});

const HOSTILE = [
	['markup', '<img src=x onerror=alert(1)><b>bold</b>'],
	['a script', "\"'><script>alert(document.domain)</script>"],
	['a template', '{{7*7}} ${7*7} <%= 7*7 %> &lt;i&gt; &amp;'],
	['a reversed text', '\u202Egnp.exe \u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627'],
	['emoji', '👩‍👩‍👧‍👦 Ångström 𝕏 e\u0301'],
	['one long word', 'W'.repeat(255)],
];

for (const [what, name] of HOSTILE)
	browse(`a name that is ${what} is text`,
		{ viewport: { width: 320, height: 640 } }, async (page) => {
			await signIn(page, await makeUser({ full_name: name }));
			assert.equal(await page.locator('h1').textContent(), name);
			assert.equal(await page.getByLabel('Full name')
				.inputValue(), name);
			assert.equal(await page.locator(
				'main :is(img, script, b, i)').count(), 0);
			assert.equal(await page.evaluate(() =>
				document.documentElement.scrollWidth <=
					innerWidth), true);
		});

browse('hostile input that is refused comes back as text',
	{ statuses: [422] }, async (page) => {
		await page.goto(`${base}/#/sign-up`);
		await page.getByLabel('E-mail')
			.fill('<img src=x onerror=alert(1)>');
		await page.getByLabel('Password', { exact: true })
			.fill('<b>not bold</b>');
		await page.getByRole('button', { name: 'Create account' }).click();
		await page.locator('.field-error').first().waitFor();
		assert.equal(await page.locator('main :is(img, b)').count(), 0);
	});
