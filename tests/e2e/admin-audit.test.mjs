/* The audit trail: its filters, and rows that open to what was changed. */
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { makeAudit, newId } from './database.mjs';
import { administrator, api, base, browse, enter, everyLook, HOSTILE,
	makeUser, ready, tokenOf } from './harness.mjs';
import { readable, unreadable } from './unreadable.mjs';

const DAY = 86400;
const TRAIL = /\/v1\/admin\/audit\?/;

const entries = (page) => page.locator('.entry');
const entry = (page, text) => page.locator('.entry', { hasText: text });
const day = (ago) => new Date(Date.now() - ago * DAY * 1000)
	.toISOString().slice(0, 10);

let user;

before(async () => {
	user = await makeUser({ full_name: 'Ada Lovelace' });
	const token = await tokenOf(administrator());

	await api('PATCH', `/users/${user.id}`, { token,
		json: { full_name: 'Ada King, Countess of Lovelace', is_active: false } });
});

everyLook('the audit trail', { statuses: [503] }, async (page, look) => {
	await enter(page, administrator(), '/admin/audit');
	await look('admin-audit');
	await page.goto(`${base}/admin/audit?object=user:${user.id}`);
	await ready(page);
	await entry(page, 'update').first().locator('summary').click();
	await page.getByText('Ada King, Countess of Lovelace').waitFor();
	await page.getByRole('link', { name: administrator().email }).waitFor();
	await look('admin-audit-entry');
	await page.goto(`${base}/admin/audit?action=nothing-like-that`);
	await ready(page);
	await page.getByText('Nothing matches').waitFor();
	await look('admin-audit-none');
	await unreadable(page, TRAIL);
	await look('admin-audit-error');
	await readable(page, TRAIL);
	await page.getByText('Nothing matches').waitFor();
});

browse('a row opens to who, from where, and what was changed', {},
	async (page) => {
		await enter(page, administrator(),
			`/admin/audit?object=user:${user.id}`);
		const row = entry(page, 'update').first();

		assert.ok((await row.locator('summary').textContent()).includes('You'));
		await row.locator('summary').click();
		const facts = await row.locator('.facts').textContent();

		assert.match(facts, /127\.0\.0\.1/);
		assert.match(facts, /Request[0-9a-f]{32}/);
		const line = row.getByRole('row', { name: /^full_name/ });

		assert.deepEqual(await line.locator('td').allTextContents(),
			['Ada Lovelace', 'Ada King, Countess of Lovelace']);
		assert.deepEqual(await row.getByRole('row', { name: /^is_active/ })
			.locator('td').allTextContents(), ['true', 'false']);
		assert.equal(await row.getByRole('link', { name: user.id })
			.getAttribute('href'), `/admin/users/${user.id}`);
		const who = row.getByRole('link', { name: administrator().email });

		assert.match(await who.getAttribute('href'),
			/^\/admin\/users\/[0-9a-f-]{36}$/);
		await row.getByRole('link', { name: 'All by this account' }).click();
		await page.waitForURL('**/admin/audit?actor=*');
		await ready(page);
		for (const text of await entries(page).locator('summary')
			.allTextContents())
			assert.ok(text.includes('You'), text);
	});

browse('an account that is gone is said to be', { statuses: [404] },
	async (page) => {
		const actor = newId();

		makeAudit({ actor, action: 'items-create_item', type: 'item',
			object: newId() });
		await enter(page, administrator(), `/admin/audit?actor=${actor}`);
		await entries(page).first().locator('summary').click();
		await page.getByText('no longer there').waitFor();
		await page.getByText('Nothing was changed').waitFor();
	});

browse('filters narrow it, and stand in the address', {}, async (page) => {
	const actor = newId();

	for (const [i, action] of ['test-one', 'test-two', 'other'].entries())
		makeAudit({ actor, action, type: 'thing', object: `no${i}`,
			ago: i * 3 * DAY });
	await enter(page, administrator(), '/admin/audit');
	await page.getByLabel('Id of the account').fill(actor);
	await page.waitForURL(`**/admin/audit?actor=${actor}`);
	const shown = (n) => page.waitForFunction((count) =>
		document.querySelectorAll('.entry').length === count &&
		!document.querySelector('main [aria-busy]'), n);

	await shown(3);
	await page.getByLabel('Action begins with').fill('test-');
	await shown(2);
	await page.getByLabel('From').fill(day(1));
	await shown(1);
	await page.getByLabel('From').fill('');
	await page.getByLabel('To, the day included').fill(day(3));
	await shown(1);
	await entry(page, 'test-two').waitFor();
	await page.getByLabel('To, the day included').fill(day(0));
	await shown(2);
	await page.getByLabel('Action begins with').fill('');
	await page.getByLabel('Object: type, or type:id').fill('thing:no2');
	await shown(1);
	await page.reload();
	await ready(page);
	await entry(page, 'other').waitFor();
	assert.equal(await page.getByLabel('Id of the account').inputValue(), actor);
	await page.getByLabel('Id of the account').fill(actor.slice(0, 8));
	await page.getByText('Nothing matches').waitFor();
});

browse('a day of 25 hours is whole', { timezoneId: 'Europe/Berlin' },
	async (page) => {
		const [asked] = await Promise.all([page.waitForRequest(TRAIL),
			enter(page, administrator(),
				'/admin/audit?from=2026-10-25&to=2026-10-25')]);
		const { searchParams: query } = new URL(asked.url());

		assert.deepEqual([query.get('from'), query.get('to')],
			['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z']);
	});

browse('less than a filter takes matches nothing, and asks for nothing', {},
	async (page) => {
		const asked = [];

		page.on('request', (request) => {
			if (request.url().includes('/admin/audit?'))
				asked.push(request.url());
		});
		for (const query of ['object=no%20type', 'action=a%20b', 'actor=ada'])
			await enter(page, administrator(), `/admin/audit?${query}`)
				.then(() => page.getByText('Nothing matches').waitFor());
		assert.deepEqual(asked.filter((url) => url.includes('/api/')), []);
	});

browse('more of it comes when it is wanted', {}, async (page) => {
	const actor = newId();

	for (let i = 0; i < 30; i++)
		makeAudit({ actor, action: 'test-many', ago: i });
	await enter(page, administrator(), `/admin/audit?actor=${actor}`);
	assert.equal(await entries(page).count(), 20);
	await page.getByRole('button', { name: 'Show more' }).focus();
	await page.keyboard.press('Enter');
	await page.waitForFunction(() =>
		document.querySelectorAll('.entry').length === 30);
	assert.equal(await page.getByRole('button', { name: 'Show more' }).count(), 0);
	assert.ok(await page.evaluate(() =>
		document.activeElement.matches('.list-body')), 'the focus is in the list');
});

browse('what was recorded is text, whatever it is', { statuses: [404, 422] },
	async (page) => {
		const actor = newId();

		for (const [i, value] of HOSTILE.entries())
			makeAudit({ actor, ip: '127.0.0.1', action: value.slice(0, 64),
				type: value.slice(0, 32), object: value.slice(0, 60), ago: i,
				request: value.slice(0, 60), diff: { [value]: [value, [value]],
					plain: value, gone: [null, { [value]: value }] } });
		await enter(page, administrator(), `/admin/audit?actor=${actor}`);
		for (const [i, value] of HOSTILE.entries()) {
			const row = entries(page).nth(i);

			assert.equal(await row.locator('.entry-action').textContent(),
				value.slice(0, 64));
			await row.locator('summary').click();
			const line = row.locator('.changes tbody tr').first();

			assert.equal(await line.locator('th').textContent(), value);
			assert.deepEqual(await line.locator('td').allTextContents(),
				[value, JSON.stringify([value], null, 1)]);
		}
		for (const value of HOSTILE.slice(0, 3)) {
			await page.goto(`${base}/admin/audit?${new URLSearchParams({
				action: value, object: value, actor: value, from: value })}`);
			await ready(page);
		}
	});

browse('the keyboard alone opens a row', {}, async (page) => {
	await enter(page, administrator(), `/admin/audit?object=user:${user.id}`);
	await page.getByRole('button', { name: 'Refresh' }).focus();
	for (let i = 0; !(await page.evaluate(() =>
		document.activeElement.tagName === 'SUMMARY')); i++) {
		assert.ok(i < 20, 'the row is reached');
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await entries(page).first().locator('.facts').waitFor();
});
