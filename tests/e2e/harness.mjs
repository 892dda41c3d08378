/*
 * A browser that keeps count: whatever a test does, a console error, a breach
 * of the content security policy or a request to another host fails it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

export const base = process.env.E2E_URL ?? 'http://127.0.0.1:8080';
export const PASSWORD = 'correct horse battery';

let browser;
let counter = 0;

before(async () => {
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			/* No name resolves, whoever asks. */
			'--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
		],
	});
});

after(async () => {
	await browser?.close();
});

export function newAddress(name = 'ada') {
	counter += 1;
	return `${name}.${process.pid}.${Date.now()}.${counter}@example.com`;
}

/* Chromium logs each refused fetch; those that a test asks for are no fault. */
function isAsked(message, statuses) {
	const found = /status of (\d{3})/.exec(message.text());

	return found !== null && message.location().url.startsWith(base) &&
		statuses.includes(Number(found[1]));
}

function watch(context, faults, { statuses, offline }) {
	context.on('request', (request) => {
		const url = new URL(request.url());

		if (url.protocol !== 'data:' && url.origin !== base)
			faults.push(`request to ${url}`);
	});
	context.on('console', (message) => {
		const isOffline = offline &&
			/ERR_(INTERNET_DISCONNECTED|FAILED|TIMED_OUT)/
				.test(message.text());

		if (message.type() === 'error' && !isOffline &&
		    !isAsked(message, statuses))
			faults.push(`console: ${message.text()}`);
	});
	context.on('weberror', (error) =>
		faults.push(`uncaught: ${error.error().stack}`));
	context.on('page', (page) => page.on('dialog', (dialog) => {
		faults.push(`dialog: ${dialog.message()}`);
		dialog.dismiss();
	}));
}

/*
 * A test with a page of its own in a fresh profile. options: statuses (refusals
 * that the test provokes), offline (it cuts the network), and what a browser
 * context takes.
 */
export function browse(name, options, body) {
	const { statuses = [], offline = false, ...rest } = options;

	test(name, { timeout: 120000 }, async (t) => {
		const faults = [];
		const context = await browser.newContext(rest);

		context.setDefaultTimeout(20000);
		watch(context, faults, { statuses, offline });
		await context.exposeFunction('reportBreach', (text) =>
			faults.push(`policy: ${text}`));
		await context.addInitScript(() => {
			addEventListener('securitypolicyviolation', (e) =>
				globalThis.reportBreach(
					`${e.violatedDirective} ${e.blockedURI}`));
		});
		try {
			await body(await context.newPage(), t);
		} finally {
			await context.close();
		}
		assert.deepEqual(faults, []);
	});
}

/* An account made through the API alone; what a test starts from. */
export async function makeUser(values = {}) {
	const user = { email: newAddress(), password: PASSWORD, ...values };
	const response = await fetch(`${base}/api/v1/users/signup`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(user),
	});

	assert.equal(response.status, 200, await response.text());
	return user;
}

export async function canSignIn({ email, password }) {
	const response = await fetch(`${base}/api/v1/login/access-token`, {
		method: 'POST',
		body: new URLSearchParams({ username: email, password }),
	});

	return response.status === 200;
}

export async function signIn(page, { email, password }) {
	await page.goto(`${base}/`);
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { name: 'Profile' }).waitFor();
}

/* What stands beside a field, as assistive technology reads it. */
export function descriptionOf(field) {
	return field.evaluate((input) =>
		(input.getAttribute('aria-describedby') ?? '').split(' ')
			.map((id) => document.getElementById(id)?.textContent ?? '')
			.join(' ').trim());
}

export function alertOf(page) {
	return page.locator('[role=alert]:visible');
}
