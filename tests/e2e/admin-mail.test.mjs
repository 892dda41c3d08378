/* Mails, as an administrator sees them, and those that are sent again. */
import assert from 'node:assert/strict';
import { clearTasks, eventually, makeTask, sql } from './database.mjs';
import { administrator, alertOf, api, base, browse, enter, everyLook,
	HOSTILE, newAddress, ready, tokenOf } from './harness.mjs';
import { readable, unreadable } from './unreadable.mjs';

const DAY = 86400;
const MAILS = /\/admin\/mail\//;
const REFUSED = 'smtp.example.com:587: 550 5.1.1 Recipient address rejected';

const row = (page, id) => page.locator('tr', { has:
	page.locator(`[data-row="${id}"]`) });
const toast = (page, text) => page.locator('.toast', { hasText: text });

async function mailTo(to) {
	const { data } = await api('GET', `/admin/mail/?to=${encodeURIComponent(to)}`,
		{ token: await tokenOf(administrator()) });

	return data;
}

function scene() {
	clearTasks();
	makeTask({ kind: 'mail_recovery', state: 'done', attempts: 1, born: -5,
		to: 'ada@example.com' });
	makeTask({ kind: 'mail_new_device', state: 'queued', attempts: 0, due: DAY,
		born: -4 });
	makeTask({ kind: 'mail_verify_email', state: 'queued', attempts: 2, due: DAY,
		to: 'grace@example.com', error: 'Connection refused', born: -3 });
	makeTask({ kind: 'mail_new_account', error: REFUSED, born: -2,
		to: 'somebody.with.a.very.long.name@a.subdomain.of.example.com' });
}

everyLook('mail', { statuses: [503] }, async (page, look) => {
	scene();
	await enter(page, administrator(), '/admin/mail');
	await look('admin-mail');
	await page.getByRole('button', { name: 'Send again' }).first().click();
	await page.getByRole('dialog').waitFor();
	await look('admin-mail-again');
	await page.keyboard.press('Escape');
	await page.getByLabel('To, the whole address').fill('nobody.ever@example.com');
	await page.getByText('Nothing matches').waitFor();
	await ready(page);
	await look('admin-mail-none');
	await unreadable(page, MAILS);
	await look('admin-mail-error');
	await readable(page, MAILS);
	await page.getByText('Nothing matches').waitFor();
});

browse('a mail that could not leave is sent again', {}, async (page) => {
	const to = newAddress('mail');
	const id = makeTask({ to, error: REFUSED, args: { email: to } });

	await enter(page, administrator(), '/admin/mail?state=dead');
	await page.getByLabel('To, the whole address').fill(to);
	await page.waitForURL((url) => url.searchParams.get('to') === to);
	await ready(page);
	await row(page, id).getByText(REFUSED).waitFor();
	await row(page, id).getByRole('button', { name: 'Send again' }).click();
	await page.getByRole('dialog').getByText(to).waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Send again' })
		.click();
	await toast(page, 'The mail is queued').waitFor();
	await eventually('it left', async () =>
		(await mailTo(to))[0].state === 'done');
	await page.getByLabel('State').selectOption('');
	await row(page, id).getByText('Done').waitFor();
	assert.equal(await row(page, id).getByRole('button').count(), 0);
	await row(page, id).getByRole('link').click();
	await page.waitForURL(`**/admin/tasks/${id}`);
});

browse('a mail that left meanwhile is not sent twice', { statuses: [409] },
	async (page) => {
		const to = newAddress('mail');
		const id = makeTask({ to });

		await enter(page, administrator(), `/admin/mail?to=${to}`);
		sql(`UPDATE tasks SET state = 'done' WHERE
			id = UNHEX('${id.replaceAll('-', '')}')`);
		await row(page, id).getByRole('button', { name: 'Send again' }).click();
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Send again' }).click();
		await alertOf(page).getByText('The mail is done').waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Refresh' }).click();
		await row(page, id).getByText('Done').waitFor();
	});

browse('the address of the filter is a whole one, whatever its case', {},
	async (page) => {
		scene();
		await enter(page, administrator(), '/admin/mail');
		const field = page.getByLabel('To, the whole address');

		await field.fill('GRACE@example.com');
		await page.getByText('1 row', { exact: true }).last().waitFor();
		await page.getByRole('link', { name: 'grace@example.com' }).waitFor();
		await field.fill('grace');
		await page.getByText('Nothing matches').waitFor();
		await field.fill('');
		await page.getByRole('link', { name: 'ada@example.com' }).first()
			.waitFor();
		await page.waitForURL('**/admin/mail');
	});

browse('whoever a mail is for is text, whatever it is', { statuses: [422] },
	async (page) => {
		const ids = HOSTILE.map((to, i) => makeTask({ to, error: to, born: -i,
			kind: 'mail_test' }));

		await enter(page, administrator(), '/admin/mail?state=dead');
		for (const [i, id] of ids.entries()) {
			assert.equal(await page.locator(`[data-row="${id}"]`).textContent(),
				HOSTILE[i]);
			assert.equal(await row(page, id).locator('.trouble').textContent(),
				HOSTILE[i]);
		}
		await row(page, ids[0]).getByRole('button').click();
		assert.ok((await page.getByRole('dialog').textContent())
			.includes(HOSTILE[0]));
		for (const to of [HOSTILE[0], HOSTILE[1], '<b>@example.com', 'a@b']) {
			await page.goto(`${base}/admin/mail?to=${encodeURIComponent(to)}`);
			await ready(page);
			assert.equal(await page.getByLabel('To, the whole address')
				.inputValue(), to);
		}
		clearTasks();
	});

browse('the keyboard alone sends a mail again', {}, async (page) => {
	const to = newAddress('keys');
	const id = makeTask({ to, args: { email: to } });

	await enter(page, administrator(), `/admin/mail?to=${to}`);
	await page.locator(`[data-row="${id}"]`).focus();
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	for (let i = 0; !(await page.evaluate(() =>
		document.activeElement.type === 'submit')); i++) {
		assert.ok(i < 9, 'the answer is reached');
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await toast(page, 'The mail is queued').waitFor();
	await page.waitForFunction((row) =>
		document.activeElement.dataset.row === row, id);
	await eventually('it left', async () =>
		(await mailTo(to))[0].state === 'done');
});
