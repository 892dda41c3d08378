/* Password, authenticator and recovery codes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { addTotp, enterWithCode, totp } from './account.mjs';
import { sql, text } from './database.mjs';
import { api, base, browse, canSignIn, descriptionOf, enter, everyLook, examine,
	HOSTILE, makeUser, PASSWORD, ready, tokenOf } from './harness.mjs';

const PATH = '/account/security';
const toast = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const press = (page, name) =>
	page.getByRole('button', { name, exact: true }).click();
const current = (page) => page.getByLabel('Current password', { exact: true });
const fresh = (page) => page.getByLabel('New password', { exact: true });
const own = (page) => page.getByLabel('Your password', { exact: true });
const code = (page) => page.getByLabel('Code from the app');
const codesOf = (page) => page.locator('.codes-list code').allInnerTexts();

/* As far as the code that confirms it: the key as it is shown to type. */
async function scan(page) {
	await press(page, 'Set up');
	await own(page).fill(PASSWORD);
	await press(page, 'Continue');
	await code(page).waitFor();
	return page.locator('.copyable code').innerText();
}

/* No device has them, but they are there. */
function putPasskeys({ id }, names) {
	for (const [i, name] of names.entries())
		sql('INSERT INTO passkeys (id, user_id, name, credential_digest, ' +
			'credential_id, public_key, algorithm, sign_count, created_at) ' +
			`VALUES (UNHEX(MD5('${id}${i}')), ` +
			`UNHEX('${id.replaceAll('-', '')}'), ${text(name)}, ` +
			`MD5('${id}${i}'), 'AA', 'AA', -7, 0, NOW())`);
}

everyLook('security', { statuses: [400, 401, 422] }, async (page, look) => {
	const user = await makeUser({ full_name: 'Ada Lovelace' });

	await enter(page, user, PATH);
	await look('security-nothing');
	await current(page).fill('not my password');
	await fresh(page).fill('short');
	await press(page, 'Change password');
	await page.locator('.field-error').waitFor();
	await look('security-error');
	await press(page, 'Set up');
	await own(page).fill('not my password');
	await press(page, 'Continue');
	await page.getByText('The password is wrong').waitFor();
	await look('security-password');
	await page.keyboard.press('Escape');
	const secret = await scan(page);

	await page.locator('.qr').evaluate((img) => img.decode());
	await look('security-scan');
	await code(page).fill(totp(secret, -1));
	await press(page, 'Switch on');
	await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
	await look('security-codes');
	await page.emulateMedia({ media: 'print' });
	await look('security-print');
	await page.emulateMedia({ media: 'screen' });
	await press(page, 'I have kept them');
	await look('security-on');
	await press(page, 'Switch off');
	await look('security-off');
	await page.keyboard.press('Escape');
	putPasskeys(user, ['Laptop', 'The key in the drawer']);
	await page.reload();
	await ready(page);
	await page.getByRole('heading', { name: 'Passkeys' })
		.scrollIntoViewIfNeeded();
	await look('security-passkeys');
	await press(page, 'Add a passkey');
	await look('security-add');
});

everyLook('security in Russian', { locale: 'ru-RU' }, async (page, look) => {
	const user = await makeUser();
	const { recovery_codes: [first] } = await addTotp(await tokenOf(user),
		PASSWORD);

	await enterWithCode(page, user, first, PATH);
	await page.getByRole('heading', { level: 1, name: 'Безопасность' }).waitFor();
	await look('security-russian');
});

browse('a password is changed with the keyboard alone, and other devices end',
	{}, async (page) => {
		const user = await makeUser();
		const token = await tokenOf(user);

		await enter(page, user, PATH);
		await current(page).focus();
		await page.keyboard.type(PASSWORD);
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await page.keyboard.type('correct horse stable');
		await page.keyboard.press('Enter');
		await toast(page, 'Your password is changed.');
		assert.equal(await current(page).inputValue(), '');
		assert.equal(await canSignIn({ ...user,
			password: 'correct horse stable' }), true);
		assert.equal(await canSignIn(user), false);
		const other = await fetch(`${base}/api/v1/users/me`,
			{ headers: { authorization: `Bearer ${token}` } });

		assert.equal(other.ok, false);
		await page.reload();
		await ready(page);
		await current(page).waitFor();
	});

browse('what is wrong with a password stands beside its field',
	{ statuses: [400, 422] }, async (page) => {
		await enter(page, await makeUser(), PATH);
		const attempt = async (old, wanted, field, text) => {
			await current(page).fill(old);
			await fresh(page).fill(wanted);
			await press(page, 'Change password');
			await page.locator('.field-error').waitFor();
			assert.match(await descriptionOf(field), text);
		};

		await attempt('wrong horse battery', 'correct horse stable',
			current(page), /Incorrect password/);
		await attempt(PASSWORD, PASSWORD, fresh(page), /cannot be the same/);
		await attempt(PASSWORD, 'short', fresh(page), /at least 8 characters/);
	});

browse('an authenticator from the first code to the last',
	{ statuses: [400, 401] }, async (page) => {
		const user = await makeUser();

		await page.context().grantPermissions(
			['clipboard-read', 'clipboard-write']);
		await enter(page, user, PATH);
		const secret = await scan(page);

		assert.match(secret, /^[A-Z2-7]{4}( [A-Z2-7]{4}){7}$/);
		await page.locator('.qr').evaluate((img) => img.decode());
		await code(page).fill('000000');
		await press(page, 'Switch on');
		await page.getByText('The code is wrong').waitFor();
		await code(page).fill(totp(secret, -1).replace(/(...)/, '$1 '));
		await page.keyboard.press('Enter');
		await toast(page, 'The authenticator is on.');

		const first = await codesOf(page);

		assert.equal(new Set(first).size, 10);
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Your recovery codes');
		await press(page, 'I have kept them');
		await page.getByText('10 recovery codes').waitFor();
		assert.deepEqual(await api('POST', '/auth/login', { json: {
			email: user.email, password: PASSWORD } })
			.then(({ mfa_required }) => mfa_required), true);

		await press(page, 'New recovery codes');
		await code(page).fill(totp(secret));
		await page.getByRole('dialog').getByRole('button',
			{ name: 'New recovery codes' }).click();
		await toast(page, 'These are your new codes.');
		const second = await codesOf(page);

		assert.equal(second.some((one) => first.includes(one)), false);
		await press(page, 'Copy');
		const copied = await page.evaluate(() => navigator.clipboard.readText());

		assert.ok(copied.includes(user.email));
		for (const one of second)
			assert.ok(copied.includes(one));
		await page.getByRole('button', { name: 'Copied' }).waitFor();
		await press(page, 'I have kept them');

		await press(page, 'Switch off');
		const dialog = page.getByRole('dialog');

		await own(page).fill(PASSWORD);
		await code(page).fill(first[0]);
		await dialog.getByRole('button', { name: 'Switch off' }).click();
		await page.getByText('The code is wrong').waitFor();
		await code(page).fill(second[0]);
		await dialog.getByRole('button', { name: 'Switch off' }).click();
		await toast(page, 'The authenticator is off.');
		await page.getByText('Your password alone opens the account').waitFor();
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Set up');
		assert.equal(await canSignIn(user), true);
	});

browse('recovery codes are downloaded and printed, and nothing else with them',
	{}, async (page) => {
		await page.addInitScript(() => {
			globalThis.printed = 0;
			globalThis.print = () => globalThis.printed++;
		});
		await enter(page, await makeUser(), PATH);
		await code(page).fill(totp(await scan(page), -1));
		await press(page, 'Switch on');
		await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor();
		const codes = await codesOf(page);
		const [file] = await Promise.all([page.waitForEvent('download'),
			press(page, 'Download')]);

		assert.equal(file.suggestedFilename(), 'atrium-recovery-codes.txt');
		const kept = readFileSync(await file.path(), 'utf8');

		assert.deepEqual(kept.trim().split('\n').slice(-10), codes);
		await press(page, 'Print');
		assert.equal(await page.evaluate(() => globalThis.printed), 1);
		await page.emulateMedia({ media: 'print' });
		const paper = await page.locator('main').innerText();

		for (const one of codes)
			assert.ok(paper.includes(one));
		assert.doesNotMatch(paper, /Change password|Passkeys|Download/);
		await page.emulateMedia({ media: 'screen' });
		await press(page, 'I have kept them');
		assert.equal(await page.locator('.codes-list').count(), 0);
	});

/* By links, so that there is a step back to the dashboard. */
async function enterByLink(page) {
	await enter(page, await makeUser());
	await page.locator('#side').getByRole('link', { name: 'Security' }).click();
	await page.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
}

browse('recovery codes are left only when that is meant', {}, async (page) => {
	await enterByLink(page);
	await code(page).fill(totp(await scan(page), -1));
	await press(page, 'Switch on');
	await page.locator('.codes').waitFor();
	const codes = await codesOf(page);
	const link = page.locator('#side').getByRole('link', { name: 'Items' });
	const language = page.getByLabel('Language');

	await language.focus();
	await page.locator('select option[value=ru]').waitFor(
		{ state: 'attached' });
	for (const leave of [() => link.click(), () => page.goBack(),
		() => language.selectOption('ru')]) {
		await leave();
		await page.getByRole('dialog').getByText('They are not shown again.')
			.waitFor();
		await press(page, 'Stay');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await page.waitForURL(base + PATH);
		assert.deepEqual(await codesOf(page), codes);
	}
	await press(page, 'I have kept them');
	await link.click();
	await page.waitForURL('**/items');
});

browse('recovery codes that come after the step back are shown', {},
	async (page) => {
		await enterByLink(page);
		await code(page).fill(totp(await scan(page), -1));
		const address = '**/auth/mfa/totp/confirm';
		let release;
		const open = new Promise((resolve) => {
			release = resolve;
		});

		await page.route(address, async (route) => {
			await open;
			await route.continue();
		});
		await Promise.all([page.waitForRequest(address),
			press(page, 'Switch on')]);
		await page.goBack();
		await page.waitForURL('**/dashboard');
		await ready(page);
		release();
		const dialog = page.getByRole('dialog',
			{ name: 'The authenticator is on.' });

		await dialog.locator('.codes').waitFor();
		assert.equal((await codesOf(page)).length, 10);
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Your recovery codes');
		await examine(page, 'security-codes-apart');
		await page.keyboard.press('Escape');
		await page.keyboard.press('Escape');
		assert.equal(await dialog.isVisible(), true);
		await press(page, 'I have kept them');
		await dialog.waitFor({ state: 'detached' });
	});

browse('a dialog that is left changes nothing, and the focus comes back', {},
	async (page) => {
		const user = await makeUser();

		await enter(page, user, PATH);
		await scan(page);
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		assert.equal(await page.evaluate(() =>
			document.activeElement.textContent), 'Set up');
		assert.equal(await canSignIn(user), true);
		await scan(page);
	});

browse('a page that cannot be read, and another try', { statuses: [500] },
	async (page) => {
		await page.route('**/auth/mfa', (route) => route.fulfill({ status: 500,
			contentType: 'application/json', body: '{}' }), { times: 1 });
		await enter(page, await makeUser(), PATH);
		await press(page, 'Try again');
		await current(page).waitFor();
	});

browse('hostile names of passkeys are text', {}, async (page) => {
	const user = await makeUser();
	const names = HOSTILE.map((text) => text.slice(0, 80));

	putPasskeys(user, names);
	await enter(page, user, PATH);
	const shown = await page.locator('.row strong').allTextContents();

	assert.deepEqual(shown.sort(), names.sort());
	await page.getByRole('button', { name: 'Remove <img' }).click();
	await page.getByRole('dialog').getByText(HOSTILE[0]).waitFor();
});
