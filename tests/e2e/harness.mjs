/*
 * A browser that keeps count: whatever a test does, a console error, a breach
 * of the content security policy or a request to another host fails it.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

export const base = process.env.E2E_URL ?? 'http://127.0.0.1:8080';
export const PASSWORD = 'correct horse battery';
const AXE = readFileSync(createRequire(import.meta.url)
	.resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = process.env.E2E_SHOTS;
const SLOW = Number(process.env.E2E_SLOW ?? 0);

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

/* What a test does not wait for shows on a slow machine: make this one slow. */
async function slow(page) {
	const session = await page.context().newCDPSession(page);

	await session.send('Network.enable');
	await session.send('Network.emulateNetworkConditions', { offline: false,
		latency: SLOW, downloadThroughput: -1, uploadThroughput: -1 });
	await session.send('Emulation.setCPUThrottlingRate', { rate: 3 });
	return page;
}

/*
 * A test with a page of its own in a fresh profile. options: statuses (refusals
 * that the test provokes), offline (it cuts the network), and what a browser
 * context takes.
 */
export function browse(name, options, body) {
	const { statuses = [], offline = false, ...rest } = options;

	test(name, { timeout: SLOW > 0 ? 600000 : 120000 }, async (t) => {
		const faults = [];
		const context = await browser.newContext({ locale: 'en-GB', ...rest });

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
			const page = await context.newPage();

			await body(SLOW > 0 && !offline ? await slow(page) : page, t);
		} finally {
			await context.close();
		}
		assert.deepEqual(faults, []);
	});
}

/*
 * The same test in both themes at both widths. `body` gets the page and
 * look(name), which waits for what moves, keeps a picture NAME-THEME-WIDTH and
 * fails on what overflows and on whatever axe finds.
 */
export function everyLook(name, options, body) {
	for (const colorScheme of ['light', 'dark'])
		for (const width of [360, 1440]) {
			const end = `${colorScheme}-${width}`;

			/* Of another language half of them: the rest is the same. */
			if (options.locale !== undefined &&
			    (colorScheme === 'light') === (width === 360))
				continue;
			browse(`${name}, ${end}`, { colorScheme,
				viewport: { width, height: width > 700 ? 900 : 740 },
				...options },
			(page) => body(page, (shot) => examine(page, `${shot}-${end}`),
				end));
		}
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
	'best-practice'];

/* Run from outside of the page: its policy lets no script in. */
async function violations(page) {
	const session = await page.context().newCDPSession(page);
	const run = async (expression) => {
		const { result, exceptionDetails } = await session.send(
			'Runtime.evaluate',
			{ expression, awaitPromise: true, returnByValue: true });

		assert.equal(exceptionDetails, undefined);
		return result.value;
	};

	if (!await run('"axe" in globalThis'))
		await run(`${AXE}; true`);
	const found = await run(`axe.run({ runOnly: ${JSON.stringify(RULES)},
		resultTypes: ["violations"] })
		.then((found) => found.violations.map((v) => v.id + ": " +
			v.nodes.map((n) => n.target.join(" ")).join(", ")))`);

	await session.detach();
	return found;
}

/* What is wider than its box; a scroller of its own may be. */
export function overflowing(page) {
	return page.evaluate(() =>
		[...document.querySelectorAll('html, body *')].filter((node) =>
			node.scrollWidth > node.clientWidth + 1 &&
			node.checkVisibility() && node.clientWidth > 1 &&
			!['auto', 'scroll'].includes(
				getComputedStyle(node).overflowX) &&
			!['INPUT', 'TEXTAREA', 'SELECT', 'SVG'].includes(
				node.tagName.toUpperCase()))
			.map((node) => `${node.tagName} ${node.className}: ` +
				`${node.scrollWidth} in ${node.clientWidth}`));
}

export async function settle(page) {
	await page.evaluate(() => Promise.all(document.getAnimations()
		.filter((a) => a.effect.getTiming().iterations !== Infinity)
		.map((a) => a.finished.catch(() => null))));
}

async function picture(page, name) {
	const session = await page.context().newCDPSession(page);
	const { data } = await session.send('Page.captureScreenshot',
		{ format: 'webp', quality: 80 });

	writeFileSync(join(SHOTS, `${name}.webp`), Buffer.from(data, 'base64'));
	await session.detach();
}

export async function examine(page, name) {
	await settle(page);
	if (SHOTS)
		await picture(page, name);
	assert.deepEqual(await overflowing(page), [], name);
	assert.deepEqual(await violations(page), [], name);
}

/* A call of the API beside the browser; anything but a success is a fault. */
export async function api(method, path, { json, token, headers } = {}) {
	const response = await fetch(`${base}/api/v1${path}`, {
		method,
		headers: { ...(json === undefined ? {}
			: { 'content-type': 'application/json' }),
		...(token === undefined ? {}
			: { authorization: `Bearer ${token}` }), ...headers },
		body: json === undefined ? undefined : JSON.stringify(json),
	});
	const text = await response.text();

	assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
	return text === '' ? null : JSON.parse(text);
}

export async function tokenOf({ email, password }) {
	return (await api('POST', '/auth/login',
		{ json: { email, password } })).access_token;
}

/* An account made through the API alone; what a test starts from. */
export async function makeUser(values = {}) {
	const user = { email: newAddress(), password: PASSWORD, ...values };
	const { id } = await api('POST', '/users/signup', { json: user });

	return { ...user, id };
}

/* The stack's first administrator. */
export function administrator() {
	const text = readFileSync(process.env.E2E_ENV, 'utf8');
	const value = (name) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)[1];

	return { email: value('FIRST_SUPERUSER'),
		password: value('FIRST_SUPERUSER_PASSWORD') };
}

export async function canSignIn({ email, password }) {
	const response = await fetch(`${base}/api/v1/login/access-token`, {
		method: 'POST',
		body: new URLSearchParams({ username: email, password }),
	});

	return response.status === 200;
}

/* Signed in without the page of it: the cookies alone. */
export async function enter(page, { email, password }, path = '/dashboard') {
	const response = await page.request.post(`${base}/api/v1/auth/login`, {
		headers: { origin: base },
		data: { email, password, transport: 'cookie' } });

	assert.equal(response.status(), 200, await response.text());
	await page.goto(`${base}/static/favicon.svg`);
	await page.evaluate(() => localStorage.setItem('signed-in', 'yes'));
	await page.goto(base + path);
	await ready(page);
}

/* The view is there, with what it loads at first. */
export async function ready(page) {
	await page.locator('main:not([aria-busy]) h1').first().waitFor();
	await page.waitForFunction(() =>
		document.querySelector('main [aria-busy=true], main .skeleton') === null);
}

export async function signIn(page, { email, password }) {
	await page.goto(`${base}/sign-in`);
	await page.getByLabel('E-mail').fill(email);
	await page.getByLabel('Password', { exact: true }).fill(password);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.waitForURL('**/dashboard');
	await ready(page);
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

/* Texts that would do something if anything took them for more than text. */
export const HOSTILE = [
	'<img src=x onerror=reportBreach("img")>',
	'"><script>reportBreach("script")</script>',
	'javascript:reportBreach("url")',
	"' onmouseover='reportBreach(1)",
	'{{constructor.constructor("reportBreach(2)")()}} ${reportBreach(3)}',
	'</textarea></title><svg onload=reportBreach(4)>',
	'data:text/html,<script>reportBreach(5)</script>',
	'\u202Etxt.exe\u202C \u200B\uFEFF end',
	'Ω≈ç√∫ 田中さん мир 🏳️‍🌈 ﷽',
	'../../../etc/passwd %2e%2e%2f %00 ?a=b#c',
	'W'.repeat(120),
];
