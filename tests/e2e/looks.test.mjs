/*
 * How the pages look, at the widths and in the schemes that people use: no
 * overflow, nothing that axe finds, and pictures for who wants to look.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { base, browse, makeUser, signIn } from './harness.mjs';

const AXE = readFileSync(createRequire(import.meta.url)
	.resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.E2E_SHOTS;

/* Run from outside of the page: its policy lets no script in. */
async function violations(page) {
	const session = await page.context().newCDPSession(page);
	const expression = `${AXE}; axe.run({ runOnly: ["wcag2a", "wcag2aa",
		"wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
		.then((found) => found.violations.map((v) => v.id + ": " +
			v.nodes.map((n) => n.target.join(" ")).join(", ")))`;
	const { result, exceptionDetails } = await session.send(
		'Runtime.evaluate',
		{ expression, awaitPromise: true, returnByValue: true });

	assert.equal(exceptionDetails, undefined);
	return result.value;
}

/* What is wider than its box; a scroller of its own may be. */
function overflowing(page) {
	return page.evaluate(() =>
		[...document.querySelectorAll('html, body *')].filter((node) =>
			node.scrollWidth > node.clientWidth + 1 &&
			node.checkVisibility() && node.clientWidth > 1 &&
			!['INPUT', 'TEXTAREA', 'SVG'].includes(
				node.tagName.toUpperCase()))
			.map((node) => `${node.tagName} ${node.className}: ` +
				`${node.scrollWidth} in ${node.clientWidth}`));
}

async function settle(page) {
	await page.evaluate(() => Promise.all(document.getAnimations()
		.filter((a) => a.effect.getTiming().iterations !== Infinity)
		.map((a) => a.finished.catch(() => null))));
}

/* Not all of a page that is taller than a picture can be. */
async function examine(page, name, fullPage = true) {
	await settle(page);
	if (SHOTS)
		await page.screenshot({ path: join(SHOTS, `${name}.png`),
			fullPage });
	assert.deepEqual(await overflowing(page), [], name);
	assert.deepEqual(await violations(page), [], name);
}

async function examineDoor(page, end) {
	await page.goto(`${base}/`);
	await examine(page, `sign-in-${end}`);
	await page.goto(`${base}/#/sign-up`);
	await page.getByLabel('Full name').waitFor();
	await page.getByLabel('E-mail').fill('nobody');
	await page.getByRole('button', { name: 'Create account' }).click();
	await page.locator('.field-error').first().waitFor();
	await examine(page, `sign-up-${end}`);
}

async function examineAccount(page, end) {
	await signIn(page, await makeUser({ full_name: 'Ada Lovelace' }));
	await page.getByText('Nothing here yet').waitFor();
	await examine(page, `account-${end}`);
	await page.getByRole('button', { name: 'Delete account…' }).click();
	await examine(page, `delete-${end}`);
	await page.keyboard.press('Escape');
	await page.route('**/users/me', (route) => route.abort());
	await page.reload();
	await page.getByRole('button', { name: 'Try again' }).waitFor();
	await examine(page, `trouble-${end}`);
}

async function examineItems(page, end) {
	await page.getByText('Nothing here yet').waitFor();
	await page.getByRole('button', { name: 'New item' }).click();
	await page.getByRole('button', { name: 'Add item' }).click();
	await page.locator('.field-error').waitFor();
	await examine(page, `item-new-${end}`);
	for (let i = 11; i > 0; i -= 1) {
		await page.getByLabel('Title').fill(i === 2 ? 'W'.repeat(80)
			: ['Telescope, 70 mm', 'Field notes', 'Seeds'][i % 3]);
		await page.getByLabel('Description').fill(i % 3 === 1
			? 'Everything seen between March and May, with sketches.'
			: '');
		await page.getByRole('button', { name: 'Add item' }).click();
		await page.locator('#item-dialog').waitFor({ state: 'hidden' });
		if (i > 1)
			await page.getByRole('button', { name: 'New item' }).click();
	}
	await page.getByText('1–10 of 11').first().waitFor();
	await examine(page, `items-${end}`);
	await page.getByRole('button', { name: /^Delete Field/ }).first().click();
	await examine(page, `item-delete-${end}`);
	await page.keyboard.press('Escape');
	await page.route('**/items/?*', (route) => route.abort());
	await page.getByRole('button', { name: 'Older' }).click();
	await page.locator('#items [role=alert]').waitFor();
	await examine(page, `items-broken-${end}`);
}

async function examineRecovery(page, end) {
	await page.goto(`${base}/recover-password`);
	await page.getByRole('button', { name: 'Send the link' }).click();
	await page.locator('.field-error').waitFor();
	await examine(page, `recover-${end}`);
	await page.getByLabel('E-mail').fill(`${'long.'.repeat(9)}@example.com`);
	await page.route('**/password-recovery/**', (route) => route.fulfill({
		json: { message: 'If that email is registered, ' +
			'we sent a password recovery link' } }));
	await page.getByRole('button', { name: 'Send the link' }).click();
	await page.getByRole('heading', { name: 'Look into your mail' })
		.waitFor();
	await examine(page, `recover-sent-${end}`);
	await page.goto(`${base}/reset-password?token=none`);
	await page.getByRole('button', { name: 'Set password' }).click();
	await page.locator('.field-error').waitFor();
	await examine(page, `reset-${end}`);
	for (const label of ['New password', 'The same again'])
		await page.getByLabel(label, { exact: true }).fill('long enough');
	await page.getByRole('button', { name: 'Set password' }).click();
	await page.getByRole('heading', { name: 'This link does not work' })
		.waitFor();
	await examine(page, `reset-worn-${end}`);
	await page.goto(`${base}/reset-password?token=none`);
	await page.route('**/reset-password/', (route) => route.fulfill({
		json: { message: 'Password updated successfully' } }));
	for (const label of ['New password', 'The same again'])
		await page.getByLabel(label, { exact: true }).fill('long enough');
	await page.getByRole('button', { name: 'Set password' }).click();
	await page.getByRole('heading', { name: 'Your password is set' })
		.waitFor();
	await examine(page, `reset-done-${end}`);
}

async function examineDocs(page, end) {
	await page.goto(`${base}/docs`);
	await page.locator('.op').first().waitFor();
	await examine(page, `docs-${end}`);
	for (const summary of await page.locator('.op > summary').all())
		await summary.click();
	await page.locator('.response').evaluateAll((all) =>
		all.forEach((one) => one.setAttribute('open', '')));
	await examine(page, `docs-open-${end}`, false);
}

for (const [colorScheme, widths] of [['light', [320, 360, 1440]],
	['dark', [360, 1440]]])
	for (const width of widths) {
		const end = `${colorScheme}-${width}`;
		const options = {
			colorScheme,
			viewport: { width, height: width > 700 ? 900 : 740 },
			statuses: [400, 404, 422],
			offline: true,
		};

		browse(`the door, ${end}`, options,
			(page) => examineDoor(page, end));
		browse(`the account, ${end}`, options,
			(page) => examineAccount(page, end));
		browse(`the items, ${end}`, options, async (page) => {
			await signIn(page, await makeUser({ full_name: 'Ada' }));
			await examineItems(page, end);
		});
		browse(`a forgotten password, ${end}`, options,
			(page) => examineRecovery(page, end));
		browse(`the reference, ${end}`, options,
			(page) => examineDocs(page, end));
		browse(`no such page, ${end}`, options, async (page) => {
			const response = await page.goto(`${base}/no/such/page`);

			assert.equal(response.status(), 404);
			await page.getByRole('heading',
				{ name: 'Page not found' }).waitFor();
			await examine(page, `404-${end}`);
		});
	}

browse('who wants less motion gets none', { reducedMotion: 'reduce' },
	async (page) => {
		await page.goto(`${base}/`);
		const duration = await page.getByRole('button', { name: 'Sign in' })
			.evaluate((b) => getComputedStyle(b).transitionDuration);

		for (const part of duration.split(','))
			assert.ok(parseFloat(part) < 0.001, duration);
	});

test('every file is served under the strict policy', async () => {
	for (const path of ['/', '/docs', '/recover-password',
		'/reset-password?token=x', '/static/js/app.js', '/no/such/page']) {
		const { headers } = await fetch(base + path);
		const policy = headers.get('content-security-policy') ?? '';

		assert.match(policy, /default-src 'none'/, path);
		assert.match(policy, /script-src 'self'/, path);
		assert.match(policy, /require-trusted-types-for 'script'/, path);
		assert.doesNotMatch(policy, /unsafe/, path);
		assert.equal(headers.get('referrer-policy'), 'no-referrer', path);
	}
});
