/* What holds for every view: leaving it, other tabs, an old session, the step back. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before } from 'node:test';
import { administrator, api, base, browse, enter, makeUser, newAddress, PASSWORD,
	ready, tokenOf } from './harness.mjs';

const mark = `s${Date.now().toString(36)}`;
const shelf = `Shell ${mark}`;
const lists = '**/api/v1/products/?*';
let token;
let hidden;

function make(name, values = {}) {
	return api('POST', '/products/', { token, json: { name, category: shelf,
		sku: `${mark}-${randomUUID()}`, price: 1000, currency: 'EUR',
		stock: 5, description: 'Long.\n'.repeat(60), ...values },
	headers: { 'idempotency-key': randomUUID() } });
}

before(async () => {
	token = await tokenOf(administrator());
	for (let i = 0; i < 26; i += 1)
		await make(`Cup ${i} ${mark}`);
	hidden = await make(`Hidden ${mark}`, { active: false });
});

/* Requests of that address wait, each until all are let go. */
async function hold(page, address) {
	const asked = Promise.withResolvers?.() ?? {};
	let release;
	const open = new Promise((resolve) => {
		release = resolve;
	});

	asked.promise ??= new Promise((resolve) => {
		asked.resolve = resolve;
	});
	await page.route(address, async (route) => {
		asked.resolve();
		await open;
		await route.fallback().catch(() => null);
	});
	return { asked: asked.promise, release };
}

/* What was to be drawn is drawn. */
const drawn = (page) => page.evaluate(() => new Promise((resolve) => {
	requestAnimationFrame(() => setTimeout(resolve));
}));
const title = (page, name) => page.getByRole('heading', { level: 1, name })
	.waitFor();
const shelfAt = (query = '') =>
	`/products?category=${encodeURIComponent(shelf)}${query}`;
const endAccess = (page) => page.context().clearCookies({ name: /access/ });
const dialog = (page) => page.getByRole('dialog');
const press = (place, name) =>
	place.getByRole('button', { name, exact: true }).click();

browse('a view that is late draws nothing over the next one', {},
	async (page) => {
		await page.clock.install();
		await enter(page, await makeUser());
		const late = await hold(page, '**/views/items.js');
		const side = page.locator('#side');

		await side.getByRole('link', { name: 'Items' }).click();
		await late.asked;
		await side.getByRole('link', { name: 'Security' }).click();
		await title(page, 'Security');
		await page.clock.runFor(1000);
		await title(page, 'Security');
		assert.equal(await page.locator('main > .waiting').count(), 0);
		const there = page.waitForResponse('**/views/items.js');

		late.release();
		await there;
		await drawn(page);
		await title(page, 'Security');
		assert.equal(await page.title(), 'Security · Atrium');
		assert.equal(page.url(), `${base}/account/security`);
	});

browse('who left while it was done stays where they went', {},
	async (page) => {
		await enter(page, administrator(), '/admin/products');
		await page.locator('#side').getByRole('link', { name: 'Users' }).click();
		await title(page, 'Users');
		const email = newAddress();

		await press(page, 'New user');
		await dialog(page).getByLabel('E-mail').fill(email);
		await dialog(page).getByLabel('Password', { exact: true }).fill(PASSWORD);
		const late = await hold(page, '**/api/v1/users/');
		const there = page.waitForResponse((response) =>
			response.request().method() === 'POST');

		await dialog(page).getByRole('button', { name: /Create/ }).click();
		await late.asked;
		await page.goBack();
		await title(page, 'Products');
		late.release();
		assert.equal((await there).status(), 200);
		await drawn(page);
		assert.equal(page.url(), `${base}/admin/products`);
		assert.equal(await dialog(page).count(), 0);
	});

browse('staff sees all after a quarter of an hour, too',
	{ statuses: [401, 404, 422] }, async (page) => {
		await enter(page, administrator(),
			`/admin/products?q=${encodeURIComponent(mark)}`);
		await endAccess(page);
		await page.getByLabel('State').selectOption({ label: 'Hidden' });
		await page.getByText('1–1 of 1').last().waitFor();
		await endAccess(page);
		await page.getByRole('link', { name: hidden.name }).click();
		await title(page, hidden.name);
		await page.getByLabel('SKU').waitFor();
		await endAccess(page);
		await page.getByRole('link', { name: 'See as a visitor' }).click();
		await page.getByRole('link', { name: 'Edit product' }).waitFor();
		await endAccess(page);
		await page.goto(base + shelfAt());
		await ready(page);
		await endAccess(page);
		await page.getByRole('link', { name: `Cup 25 ${mark}` }).click();
		await page.getByText('5 in stock').waitFor();
	});

browse('somebody else signs in in another tab', {}, async (page) => {
	const [ada, eve] = [await makeUser(), await makeUser()];

	await enter(page, ada, '/account');
	await enter(await page.context().newPage(), eve);
	await page.locator('main').getByText(eve.email).waitFor();
	assert.equal(await page.getByText(ada.email).count(), 0);
	assert.equal(await page.evaluate(() => localStorage.getItem('signed-in')),
		eve.id);
});

async function addItem(page, name) {
	await press(page.locator('.page-head'), 'New item');
	await dialog(page).getByLabel('Title').fill(name);
	await dialog(page).getByRole('button', { name: 'Create item' }).click();
}

/* Other cookies, of which the page is told nothing. */
async function swap(page, { email, password }) {
	const response = await page.request.post(`${base}/api/v1/auth/login`, {
		headers: { origin: base },
		data: { email, password, transport: 'cookie' } });

	assert.equal(response.status(), 200);
}

browse('a token of an older session is changed for a new one, for the same user',
	{ statuses: [403] }, async (page) => {
		const [ada, eve] = [await makeUser(), await makeUser()];

		await enter(page, ada, '/items');
		await addItem(page, 'First');
		await page.getByText('First').first().waitFor();
		await swap(page, ada);
		await addItem(page, 'Second');
		await page.getByText('Second').first().waitFor();
		await swap(page, eve);
		await addItem(page, 'Third');
		await page.locator(`#bar-acts [title="${eve.email}"]`).waitFor();
		await ready(page);
		assert.equal(await dialog(page).count(), 0);
		const { count } = await api('GET', '/items/',
			{ token: await tokenOf(eve) });

		assert.equal(count, 0);
	});

browse('a dialog stays until what it does is done', {}, async (page) => {
	await enter(page, await makeUser(), '/items');
	const late = await hold(page, '**/api/v1/items/');

	await addItem(page, 'Slow');
	await late.asked;
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await press(dialog(page), 'Close');
	await press(dialog(page), 'Cancel');
	await drawn(page);
	assert.equal(await dialog(page).isVisible(), true);
	late.release();
	await dialog(page).waitFor({ state: 'detached' });
	await page.getByText('Slow').first().waitFor();
	await press(page.locator('.page-head'), 'New item');
	await page.keyboard.press('Escape');
	await dialog(page).waitFor({ state: 'detached' });
});

browse('what fails after the step back is said there', { statuses: [503] },
	async (page) => {
		await enter(page, await makeUser(), '/dashboard');
		await page.getByRole('link', { name: 'Items' }).first().click();
		await title(page, 'Items');
		await ready(page);
		await page.route('**/api/v1/items/', (route) => route.fulfill({
			status: 503, json: { detail: 'Busy' } }));
		const late = await hold(page, '**/api/v1/items/');

		await addItem(page, 'Lost');
		await late.asked;
		await page.goBack();
		await page.waitForURL('**/dashboard');
		await dialog(page).waitFor({ state: 'detached' });
		late.release();
		await page.locator('.toast').getByText('busy right now').waitFor();
	});

browse('too many questions are no end of a session', { statuses: [429] },
	async (page) => {
		const user = await makeUser();

		await enter(page, user);
		await page.route('**/users/me/overview', (route) => route.fulfill({
			status: 429, json: { detail: 'Too many requests' } }));
		await page.reload();
		await title(page, 'This page could not be loaded');
		await page.unroute('**/users/me/overview');
		await press(page, 'Try again');
		await page.waitForURL('**/dashboard');
		await page.locator(`#bar-acts [title="${user.email}"]`).waitFor();
	});

browse('no dialog outlives the session, nor does a page that was put aside', {},
	async (page) => {
		const user = await makeUser();

		await enter(page, user, '/items');
		await press(page.locator('.page-head'), 'New item');
		await dialog(page).waitFor();
		const other = await page.context().newPage();

		await other.goto(`${base}/dashboard`);
		await ready(other);
		await press(other.locator('#side'), 'Sign out');
		await page.waitForURL('**/sign-in');
		await title(page, 'Sign in');
		await dialog(page).waitFor({ state: 'detached' });
		await enter(page, user, '/items');
		await page.evaluate(() => {
			localStorage.removeItem('signed-in');
			dispatchEvent(new PageTransitionEvent('pageshow',
				{ persisted: true }));
		});
		await page.waitForURL('**/sign-in');
		await title(page, 'Sign in');
	});

browse('what was shown stays when more of it cannot be read',
	{ statuses: [503] }, async (page) => {
		const shown = page.locator('.product-name');

		await page.goto(base + shelfAt());
		await ready(page);
		await page.route(lists, (route) => route.fulfill({ status: 503,
			json: { detail: 'busy' } }));
		await press(page, 'Show more');
		await page.locator('.list-foot').getByRole('alert').waitFor();
		assert.equal(await shown.count(), 24);
		await page.unroute(lists);
		await press(page, 'Try again');
		await shown.nth(25).waitFor();
	});

browse('a page behind the last one is the last one', {}, async (page) => {
	const words = `q=${encodeURIComponent(mark)}`;

	await enter(page, administrator(), `/admin/products?${words}&page=9`);
	await page.waitForURL(`**/admin/products?${words}&page=2`);
	await page.getByText('21–27 of 27').last().waitFor();
});

browse('the step back finds the place again, once the list is there', {},
	async (page) => {
		await page.goto(base + shelfAt());
		await ready(page);
		const place = await page.evaluate(() => {
			scrollTo(0, 700);
			return scrollY;
		});

		assert.ok(place > 0);
		await page.waitForFunction((y) => history.state.scroll === y, place);
		await page.locator('.product-name a').nth(18).click();
		await page.locator('.product-page').waitFor();
		const late = await hold(page, lists);

		await page.goBack();
		await late.asked;
		await title(page, 'Products');
		assert.equal(await page.evaluate(() => scrollY) < place, true);
		late.release();
		await page.waitForFunction((y) => scrollY === y, place);
		await page.goForward();
		await page.locator('.product-page').waitFor();
		await page.waitForFunction(() => scrollY === 0);
	});

browse('each language is listed once; without a list there is this one',
	{ offline: true }, async (page) => {
		const folder = '**/lang/'; /* maybe under a hash */
		const chooser = page.getByLabel('Language');

		await page.route(folder, (route) => route.abort());
		await page.goto(base);
		await ready(page);
		const failed = page.waitForEvent('requestfailed');

		await chooser.hover();
		await failed;
		await page.unroute(folder);
		await drawn(page);
		await chooser.hover();
		await chooser.focus();
		await chooser.locator('option').nth(1).waitFor({ state: 'attached' });
		await page.mouse.move(0, 0);
		await chooser.hover();
		await drawn(page);
		const tags = await chooser.locator('option').evaluateAll((all) =>
			all.map(({ value }) => value));

		assert.deepEqual(tags, [...new Set(tags)]);
	});

browse('the file of an account comes after a quarter of an hour, too',
	{ statuses: [401] }, async (page) => {
		await enter(page, await makeUser(), '/account/privacy');
		await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
		await press(page, 'Make the file');
		await page.getByText('Your file is ready.').waitFor();
		await endAccess(page);
		const [file] = await Promise.all([page.waitForEvent('download'),
			page.getByRole('link', { name: 'Download' }).click()]);

		assert.match(file.suggestedFilename(), /^account-/);
		assert.equal(await file.failure(), null);
	});

browse('a link to the sign-in leads to no other site', {}, async (page) => {
	for (const to of ['/\t/evil.example', '/\t/[', '//evil.example', '/[',
		'https://evil.example/items', '/\\evil.example']) {
		await enter(page, await makeUser(),
			`/sign-in?to=${encodeURIComponent(to)}`);
		assert.equal(new URL(page.url()).origin, base, to);
		assert.match(page.url(), /\/dashboard$/, to);
	}
	await page.goto(`${base}/sign-in?to=${encodeURIComponent('/items?q=a')}`);
	await page.waitForURL('**/items?q=a');
});

browse('without any text there are a few words, and a way to try again',
	{ offline: true }, async (page) => {
		for (const path of ['/', '/docs']) {
			await page.route('**/lang/*.json', (route) => route.abort());
			await page.goto(base + path);
			await title(page, 'Atrium could not be loaded');
			await page.unroute('**/lang/*.json');
			await press(page, 'Try again');
			await title(page, /API|Atrium(?! could)|^(?!Atrium could)/);
			assert.equal(await page.getByText('could not be loaded').count(), 0);
		}
	});

browse('a time ago is said in the unit that it is rounded to', {},
	async (page) => {
		await page.goto(base);
		await ready(page);
		const said = await page.evaluate(async () => {
			const start = document.querySelector('script[type=module]').src;
			const { ago } = await import(new URL('lang.js', start).href);

			return [50, 3590, 5500, 86000, 600000, 40 * 86400].map((seconds) =>
				ago(new Date(Date.now() - seconds * 1000).toISOString()));
		});

		assert.deepEqual(said, ['1 minute ago', '1 hour ago', '2 hours ago',
			'yesterday', 'last week', 'last month']);
	});
