/* Background work, as an administrator sees it and has a word on it. */
import assert from 'node:assert/strict';
import { clearTasks, eventually, makeTask, sql } from './database.mjs';
import { administrator, alertOf, api, base, browse, enter, everyLook,
	HOSTILE, ready, tokenOf } from './harness.mjs';
import { readable, unreadable } from './unreadable.mjs';

const DAY = 86400;
const JOBS = /\/admin\/jobs\?/;
const REFUSED = 'smtp.example.com:587: 550 5.1.1 <nobody@example.com>: ' +
	'Recipient address rejected: User unknown in virtual mailbox table';

const row = (page, id) => page.locator('tr', { has:
	page.locator(`[data-row="${id}"]`) });
const queue = (page) => page.getByRole('table', { name: 'Queue' });
const recurring = (page) => page.getByRole('table', { name: 'Recurring' });
const toast = (page, text) => page.locator('.toast', { hasText: text });

async function stateOf(id) {
	return (await api('GET', `/admin/jobs/${id}`,
		{ token: await tokenOf(administrator()) })).state;
}

/* A queue to look at; the id of one that failed. */
function scene() {
	clearTasks();
	makeTask({ kind: 'export_account', state: 'done', attempts: 1, args: {},
		born: -6 });
	makeTask({ kind: 'sweep_kv_on', state: 'cancelled', attempts: 2,
		error: 'the store did not answer', born: -5 });
	makeTask({ kind: 'mail_recovery', state: 'queued', attempts: 3, due: DAY,
		error: 'smtp.example.com:587: 451 Temporary problem', born: -4 });
	makeTask({ kind: 'export_account', state: 'queued', attempts: 0, due: DAY,
		born: -3 });
	return makeTask({ kind: 'mail_verify_email', error: REFUSED, born: -2,
		args: { email: 'nobody@example.com', token: 'never to be seen' } });
}

everyLook('tasks', { statuses: [503] }, async (page, look) => {
	const dead = scene();

	await enter(page, administrator(), '/admin/tasks');
	await look('admin-tasks');
	await row(page, dead).getByRole('button', { name: 'Cancel' }).click();
	await page.getByRole('dialog').waitFor();
	await look('admin-tasks-cancel');
	await page.getByRole('button', { name: 'Keep it' }).click();
	await recurring(page).scrollIntoViewIfNeeded();
	await look('admin-tasks-recurring');
	await page.goto(`${base}/admin/tasks?kind=nothing_of_that_name`);
	await ready(page);
	await page.getByText('Nothing matches').waitFor();
	await look('admin-tasks-none');
	await page.goto(`${base}/admin/tasks/${dead}`);
	await ready(page);
	await look('admin-task');
	await page.goto(`${base}/admin/tasks`);
	await ready(page);
	await unreadable(page, JOBS);
	await look('admin-tasks-error');
	await readable(page, JOBS);
	await queue(page).waitFor();
});

browse('a task that failed for good is tried again', {}, async (page) => {
	const id = makeTask({ args: { email: 'task@example.com' }, error: REFUSED });

	await enter(page, administrator(), '/admin/tasks?state=dead');
	await row(page, id).getByRole('button', { name: 'Try again' }).click();
	await page.getByRole('dialog').getByText('mail_test').waitFor();
	await page.getByRole('dialog').getByRole('button', { name: 'Try again' })
		.click();
	await toast(page, 'The task is queued').waitFor();
	await row(page, id).waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() =>
		document.activeElement.tagName), 'H1');
	await eventually('it is done', async () => await stateOf(id) === 'done');
	await page.goto(`${base}/admin/tasks/${id}`);
	await page.getByText('Done', { exact: true }).waitFor();
	await page.getByText('1 of').waitFor();
});

browse('a task that waits is cancelled, and back again, on its own page', {},
	async (page) => {
		const id = makeTask({ kind: 'export_account', state: 'queued',
			attempts: 0, due: DAY });

		await enter(page, administrator(), '/admin/tasks');
		await row(page, id).getByRole('button', { name: 'Cancel' }).click();
		await page.getByRole('button', { name: 'Cancel the task' }).click();
		await toast(page, 'The task is cancelled').waitFor();
		await row(page, id).getByText('Cancelled').waitFor();
		assert.equal(await page.evaluate(() =>
			document.activeElement.dataset.row), id);
		assert.equal(await stateOf(id), 'cancelled');
		await page.keyboard.press('Enter');
		await page.waitForURL(`**/admin/tasks/${id}`);
		await ready(page);
		assert.match(await page.title(), /^export_account/);
		assert.equal(await page.getByRole('button', { name: 'Cancel' }).count(), 0);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Try again' }).click();
		await toast(page, 'The task is queued').waitFor();
		await eventually('it was taken', async () =>
			await stateOf(id) !== 'cancelled');
		await page.getByRole('link', { name: 'In the audit trail' }).click();
		await page.waitForURL(`**/admin/audit?object=job%3A${id}`.replace('%3A',
			'*'));
		await page.locator('.entry').nth(1).waitFor();
	});

browse('a task that is another meanwhile is not changed', { statuses: [409] },
	async (page) => {
		const id = makeTask({ state: 'cancelled', kind: 'export_account' });

		await enter(page, administrator(), `/admin/tasks/${id}`);
		sql(`UPDATE tasks SET state = 'done' WHERE
			id = UNHEX('${id.replaceAll('-', '')}')`);
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.getByRole('dialog').getByRole('button',
			{ name: 'Try again' }).click();
		await alertOf(page).getByText('The task is done').waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('button', { name: 'Refresh' }).click();
		await page.getByText('Done', { exact: true }).waitFor();
	});

browse('what recurs is run before its time, once', { statuses: [409] },
	async (page) => {
		await enter(page, administrator(), '/admin/tasks');
		const line = recurring(page).locator('tr',
			{ hasText: 'purge_throttle' });

		await line.getByRole('button', { name: 'Run now' }).evaluate((node) => {
			node.click();
			node.click();
		});
		await toast(page, 'purge_throttle is queued').waitFor();
		await page.waitForFunction(() =>
			document.activeElement.textContent === 'Run now purge_throttle');
		assert.equal(await page.locator('.toast').count(), 1);
		await queue(page).getByText('purge_throttle').first().waitFor();
		await eventually('it is done', async () => sql(`SELECT COUNT(*) FROM tasks
			WHERE kind = 'purge_throttle' AND state <> 'done'`).trim() === '0');
		makeTask({ kind: 'purge_throttle', state: 'queued', attempts: 0,
			due: DAY, args: {} });
		await line.getByRole('button', { name: 'Run now' }).click();
		await toast(page, 'queued or running already').waitFor();
		sql("DELETE FROM tasks WHERE kind = 'purge_throttle'");
		await line.getByRole('button', { name: 'Run now' }).click();
		await toast(page, 'purge_throttle is queued').last()
			.getByRole('button', { name: 'Show it' }).click();
		await page.waitForURL(/\/admin\/tasks\/[0-9a-f-]{36}$/);
		await page.getByRole('heading', { name: 'purge_throttle' }).waitFor();
	});

browse('filters are in the address; more comes when it is wanted', {},
	async (page) => {
		for (let i = 0; i < 30; i++)
			makeTask({ kind: 'mail_new_device', state: 'done', attempts: 1 });
		await enter(page, administrator(), '/admin/tasks');
		await page.getByLabel('Kind, the whole name').fill('mail_new_device');
		await page.waitForURL('**/admin/tasks?kind=mail_new_device');
		await ready(page);
		await page.getByText('25 rows').last().waitFor();
		await page.getByRole('button', { name: 'Show more' }).click();
		await page.waitForFunction(() => document.querySelectorAll(
			'.list tbody tr').length >= 30);
		await page.getByLabel('State').selectOption('dead');
		await page.waitForURL('**/admin/tasks?kind=mail_new_device&state=dead');
		await page.getByText('Nothing matches').waitFor();
		await page.reload();
		await ready(page);
		assert.equal(await page.getByLabel('State').inputValue(), 'dead');
	});

browse('secrets among the arguments stay hidden', {}, async (page) => {
	await enter(page, administrator(), `/admin/tasks/${scene()}`);
	const text = await page.locator('main').textContent();

	assert.ok(text.includes('********'), text);
	assert.ok(!text.includes('never to be seen'), text);
	assert.ok(text.includes(REFUSED), text);
});

browse('what a task says is text, whatever it is', { statuses: [404] },
	async (page) => {
		const ids = HOSTILE.map((error, i) => makeTask({ error,
			kind: error.slice(0, 60), state: 'cancelled', born: -i,
			args: { email: error, [error]: error } }));

		await enter(page, administrator(), '/admin/tasks?state=cancelled');
		for (const [i, id] of ids.entries())
			assert.ok((await row(page, id).locator('.trouble').textContent())
				.includes(HOSTILE[i]), HOSTILE[i]);
		for (const [i, id] of ids.entries()) {
			await page.goto(`${base}/admin/tasks/${id}`);
			await ready(page);
			assert.equal(await page.locator('h1').textContent(),
				HOSTILE[i].slice(0, 60));
			assert.equal(await page.locator('.text-block').first().textContent(),
				HOSTILE[i]);
		}
		for (const kind of HOSTILE.slice(0, 3)) {
			await page.goto(`${base}/admin/tasks?kind=${
				encodeURIComponent(kind.slice(0, 60))}`);
			await ready(page);
		}
		clearTasks();
	});

browse('the keyboard alone cancels a task', {}, async (page) => {
	const id = makeTask({ kind: 'export_account', state: 'queued', attempts: 0,
		due: DAY });

	await enter(page, administrator(), '/admin/tasks?state=queued');
	await page.getByLabel('Kind, the whole name').focus();
	const here = () => page.evaluate(() => document.activeElement.closest('tr')
		?.querySelector('[data-row]')?.dataset.row +
		document.activeElement.tagName);

	for (let i = 0; await here() !== `${id}BUTTON`; i++) {
		assert.ok(i < 80, 'the button is reached');
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor();
	for (let i = 0; !(await page.evaluate(() =>
		document.activeElement.textContent === 'Cancel the task')); i++) {
		assert.ok(i < 9, 'the answer is reached');
		await page.keyboard.press('Tab');
	}
	await page.keyboard.press('Enter');
	await toast(page, 'The task is cancelled').waitFor();
	assert.equal(await stateOf(id), 'cancelled');
});
