/* The overview of the administration: its figures, its charts, its being live. */
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { makeTask, makeTraffic } from './database.mjs';
import { administrator, base, browse, enter, everyLook, makeUser, ready }
	from './harness.mjs';
import { readable, unreadable } from './unreadable.mjs';

const STATS = '**/api/v1/admin/stats';
const NAMES = ['Requests', 'Time to answer', 'Errors', 'Tasks', 'Mail'];

before(() => {
	makeTraffic();
	for (let i = 2; i < 58; i += 5)
		makeTask({ state: 'done', attempts: 1, kind: 'purge_tickets',
			due: -60 * i });
	for (let i = 3; i < 58; i += 11)
		makeTask({ state: 'done', attempts: 1, due: -60 * i, to: 'a@example.com' });
	makeTask({ kind: 'export_account', args: {}, due: -1500 });
	makeTask({ to: 'nobody@example.com', due: -1500 });
});

const plot = (page, name = 'Requests') =>
	page.getByRole('slider', { name, exact: true });

everyLook('the overview', { statuses: [503] }, async (page, look) => {
	await enter(page, administrator(), '/admin');
	await look('admin-overview');
	await plot(page).focus();
	await page.keyboard.press('PageDown');
	const box = page.locator('.chart', { has: plot(page) });

	await box.getByText('As a table').click();
	await box.getByRole('table').waitFor();
	await plot(page).focus();
	await page.keyboard.press('PageDown');
	await look('admin-overview-minute');
	await unreadable(page, STATS);
	await look('admin-overview-error');
	await readable(page, STATS);
	await page.getByRole('heading', { name: 'Overview' }).waitFor();
});

browse('the figures are those of the API, and lead to their pages', {},
	async (page) => {
		/* Its clock stands still: it is read once. */
		await page.clock.install();
		const answer = page.waitForResponse(STATS);

		await enter(page, administrator(), '/admin');
		const stats = await (await answer).json();
		const value = (name) => page.locator('.figure', { has:
			page.getByText(name, { exact: true }) }).locator('.figure-value');
		const shown = async (name) =>
			Number((await value(name).textContent()).replaceAll(',', ''));

		assert.equal(await shown('Products'), stats.products.total);
		assert.equal(await shown('Key-value spaces'), stats.spaces);
		assert.equal(await shown('Items'), stats.items);
		assert.equal(await shown('Users'), stats.users.total);
		assert.equal(await shown('Sessions'), stats.sessions);
		assert.ok(stats.users.total >= 1 && stats.sessions >= 1);
		assert.equal(stats.minutes.length, 60);
		await page.getByText(stats.version, { exact: true }).waitFor();
		for (const [name, path] of [['Users', '/admin/users'],
			['Products', '/admin/products'], ['Tasks waiting', '/admin/tasks'],
			['Mails waiting', '/admin/mail']])
			assert.equal(await page.locator('a.figure', { hasText: name })
				.getAttribute('href'), path);
		const alarm = page.locator('.alarm', { hasText: 'failed for good' });

		await alarm.getByRole('link', { name: 'Have a look' }).click();
		await page.waitForURL('**/admin/tasks?state=dead');
	});

browse('a minute is told by pointer and keys, and all stand in a table', {},
	async (page) => {
		await enter(page, administrator(), '/admin');
		for (const name of NAMES)
			await plot(page, name).waitFor();
		const now = () => plot(page).getAttribute('aria-valuenow');
		const told = () => plot(page).getAttribute('aria-valuetext');

		await plot(page).focus();
		assert.equal(await now(), '58');
		await page.keyboard.press('Home');
		assert.equal(await now(), '0');
		assert.match(await told(), /^\d\d:\d\d, Each minute \d+$/);
		await page.keyboard.press('ArrowRight');
		assert.equal(await now(), '1');
		await page.keyboard.press('PageUp');
		assert.equal(await now(), '11');
		await page.keyboard.press('ArrowLeft');
		await page.keyboard.press('End');
		assert.equal(await now(), '59');
		await page.getByText('still running').first().waitFor();
		const box = page.locator('.chart').first();
		const { x, y, width } = await plot(page).boundingBox();

		await page.mouse.move(x + width / 2, y + 60);
		assert.ok(Math.abs(Number(await now()) - 27) < 6, await now());
		const [time, value] = /^(.+), Each minute (.+)$/.exec(await told()).slice(1);

		assert.equal(await box.locator('.chart-time').textContent(), time);
		assert.equal(await box.locator('.chart-legend strong').textContent(), value);
		await box.getByText('As a table').click();
		assert.equal(await box.locator('tbody tr').count(), 60);
		assert.equal(await box.locator('tbody tr', { has:
			page.getByRole('rowheader', { name: time, exact: true }) })
			.locator('td').textContent(), value);
	});

/* Whatever the clock of the page does, the network is the real one. */
async function counted(page) {
	const seen = { n: 0 };

	page.on('request', ({ url }) => { seen.url = url; });
	await page.route(STATS, (route) => {
		seen.n += 1;
		return route.continue();
	});
	await page.clock.install();
	return seen;
}

async function hide(page, on) {
	await page.evaluate((hidden) => {
		Object.defineProperty(document, 'hidden',
			{ configurable: true, get: () => hidden });
		document.dispatchEvent(new Event('visibilitychange'));
	}, on);
}

const answered = (page) => page.waitForResponse(STATS);

browse('it is live while somebody looks, and only then', {}, async (page) => {
	const seen = await counted(page);

	await enter(page, administrator(), '/admin');
	assert.equal(seen.n, 1);
	for (const n of [2, 3]) {
		const answer = answered(page);

		await page.clock.runFor(5000);
		await answer;
		assert.equal(seen.n, n);
		await page.evaluate(() => Promise.resolve());
	}
	await hide(page, true);
	await page.clock.runFor(120000);
	const before = seen.n;

	await page.clock.runFor(120000);
	assert.equal(seen.n, before);
	const answer = answered(page);

	await hide(page, false);
	await answer;
	await page.getByRole('link', { name: 'Audit trail' }).click();
	await page.getByRole('heading', { name: 'Audit trail' }).waitFor();
	await ready(page);
	const left = seen.n;

	await page.clock.runFor(120000);
	assert.equal(seen.n, left);
});

browse('what stands there stays when it cannot be read anew, and says so',
	{ statuses: [503] }, async (page) => {
		await page.clock.install();
		await enter(page, administrator(), '/admin');
		const state = page.locator('.live');

		assert.equal(await state.textContent(), 'Live');
		await page.route(STATS, (route) => route.fulfill({ status: 503,
			contentType: 'application/json', body: '{"detail":"busy"}' }));
		await page.clock.runFor(5000);
		await state.getByText('Not updated since').waitFor();
		await plot(page).waitFor();
		await page.unroute(STATS);
		await page.clock.runFor(5000);
		await state.getByText('Live', { exact: true }).waitFor();
	});

browse('the focus stays where it is when the figures change', {},
	async (page) => {
		await page.clock.install();
		await enter(page, administrator(), '/admin');
		const link = page.locator('a.figure', { hasText: 'Users' });

		await link.focus();
		const before = await link.locator('.figure-value').textContent();

		await makeUser();
		await page.clock.runFor(5000);
		await page.waitForFunction((text) => document.querySelector(
			'a.figure .figure-value').textContent !== text, before);
		assert.equal(await page.evaluate(() =>
			document.activeElement.getAttribute('href')), '/admin/users');
	});

browse('it is not for everybody', {}, async (page) => {
	await enter(page, await makeUser(), '/admin');
	await page.getByRole('heading', { name: 'Not for you' }).waitFor();
	await page.goto(`${base}/dashboard`);
	await ready(page);
	assert.equal(await page.getByRole('link', { name: 'Audit trail' }).count(), 0);
});
