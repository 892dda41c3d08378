/* Many keys at once: from a JSON file, and into one. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browse, enter, everyLook, HOSTILE } from './harness.mjs';
import { HOSTILE as KEYS } from '../api/hostile.mjs';
import { keeper, sharedSpace } from './kv.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const dialog = (page) => page.getByRole('dialog');
const object = (pairs) => `{${pairs.map(([key, text]) =>
	`${JSON.stringify(key)}:${text}`).join()}}`;
const numbered = (n) => Array.from({ length: n }, (_, i) =>
	[`k${String(i).padStart(5, '0')}`, String(i)]);

async function paste(page, text, mode = 'upsert') {
	await button(page, 'Import').click();
	await page.getByLabel('Or paste it here').fill(text);
	await page.getByLabel('Keys that are there already').selectOption(mode);
	await button(page, 'Start import').click();
}

/* What the report counts. */
async function counts(page) {
	await page.locator('.kv-counts').waitFor();
	return Object.fromEntries(await page.locator('.kv-counts > div')
		.evaluateAll((rows) => rows.map((row) =>
			[...row.children].map((cell) => cell.textContent))));
}

async function exported(page) {
	await button(page, 'Export').click();
	const [download] = await Promise.all([page.waitForEvent('download'),
		button(page, 'Start export').click()]);
	const text = await readFile(await download.path(), 'utf8');

	await button(page, 'Close').click();
	return { name: download.suggestedFilename(), text };
}

everyLook('import and export', {}, async (page, look) => {
	const user = await keeper([['there', '1']]);

	await enter(page, user, '/kv/~');
	await button(page, 'Export').click();
	await look('kv-export');
	await page.keyboard.press('Escape');
	await button(page, 'Import').click();
	await look('kv-import');
	await page.getByLabel('Or paste it here').fill('{"a": 1,}');
	await button(page, 'Start import').click();
	await page.locator('.field-error').waitFor();
	await look('kv-import-fault');
	await page.getByLabel('Or paste it here').fill('{"a":1,"there":2}');
	await page.getByLabel('Keys that are there already').selectOption('insert');
	const held = Promise.withResolvers?.() ?? {};

	held.promise ??= new Promise((resolve) => {
		held.resolve = resolve;
	});
	await page.route('**/kv/~/write', async (route) => {
		await held.promise;
		await route.continue();
	});
	await button(page, 'Start import').click();
	await page.getByText('0 of 2 keys done').waitFor();
	await look('kv-importing');
	held.resolve();
	await page.getByText('Keys that were there already').click();
	await look('kv-report');
});

browse('2,000 hostile keys go in, and come out as they were', {},
	async (page) => {
		const user = await keeper();
		const pairs = KEYS.map((key) => [key, `{"v": ${JSON.stringify(key)}}`]);

		await enter(page, user, '/kv/~');
		await paste(page, object(pairs));
		assert.deepEqual(await counts(page), { Written: '2,000', Skipped: '0',
			Refused: '0', 'Not tried': '0' });
		await dialog(page).getByRole('button', { name: 'Close' }).last().click();
		await page.locator('h1').waitFor();
		const { name, text } = await exported(page);
		const out = new Map(Object.entries(JSON.parse(text)));

		assert.match(name, /^atrium-own-\d{4}-\d\d-\d\d\.json$/);
		assert.equal(out.size, 2000);
		for (const key of KEYS)
			assert.equal(out.get(key)?.v, key);
	});

browse('no digit of a number is lost on the way', {}, async (page) => {
	const user = await keeper();
	const text = '{"b":123456789012345678901234567890,"a":1e400,"1":-0.10}';

	await enter(page, user, '/kv/~');
	await paste(page, ` { "x" : ${text} , "y":1E+2 } `);
	await counts(page);
	assert.deepEqual([await user.get('x'), await user.get('y')], [text, '1E+2']);
	await dialog(page).getByRole('button', { name: 'Close' }).last().click();
	const file = await exported(page);

	assert.equal(file.text, `{\n  "x": ${text},\n  "y": 1E+2\n}\n`);
});

browse('a file, more than one batch, and an export of one beginning', {},
	async (page) => {
		const user = await keeper([['other', '1']]);
		const pairs = numbered(2500);

		await enter(page, user, '/kv/~');
		await button(page, 'Import').click();
		await page.getByLabel('JSON file').setInputFiles({ name: 'in.json',
			mimeType: 'application/json', buffer: Buffer.from(object(pairs)) });
		await button(page, 'Start import').click();
		assert.equal((await counts(page)).Written, '2,500');
		await dialog(page).getByRole('button', { name: 'Close' }).last().click();
		await page.getByText('2,501 keys').waitFor();
		await page.getByLabel('Keys that begin with').fill('k00');
		await page.waitForFunction(() => location.search === '?prefix=k00');
		const out = JSON.parse((await exported(page)).text);

		assert.deepEqual(Object.entries(out),
			pairs.slice(0, 1000).map(([key, text]) => [key, Number(text)]));
	});

browse('of a batch, only those are refused that cannot be kept',
	{ statuses: [413, 422] }, async (page) => {
		const user = await keeper([['k00001', '"kept"']]);
		const large = `"${'x'.repeat(65535)}"`;

		await enter(page, user, '/kv/~');
		await paste(page, object([...numbered(4), ['large', large],
			['y'.repeat(513), '1'], ['', '2'], ['deep', '['.repeat(31) +
				']'.repeat(31)], [HOSTILE[0], '3']]), 'insert');
		assert.deepEqual(await counts(page), { Written: '4', Skipped: '1',
			Refused: '4', 'Not tried': '0' });
		await page.getByText('Keys that were refused').click();
		const rows = await page.locator('.kv-report[open] li').allTextContents();

		assert.match(rows.join('\n'), /large.*65537 bytes/);
		assert.match(rows.join('\n'), /y{513}.*at most 512 bytes/);
		assert.equal(rows.length, 4);
		assert.equal(await user.get('k00001'), '"kept"');
		assert.equal(await user.get(HOSTILE[0]), '3');
	});

browse('it stops at the first key that is there, when that is wanted',
	{ statuses: [409] }, async (page) => {
		const user = await keeper([['k00001', '"kept"']]);

		await enter(page, user, '/kv/~');
		await paste(page, object(numbered(3)), 'strict_insert');
		await dialog(page).getByRole('alert')
			.filter({ hasText: 'nothing was written' }).waitFor();
		assert.deepEqual(await counts(page), { Written: '0', Skipped: '0',
			Refused: '1', 'Not tried': '3' });
		assert.equal(await user.get('k00000'), undefined);
	});

browse('a space that is full says so', { statuses: [507] }, async (page) => {
	const space = await sharedSpace({ max_keys: 2 });
	const user = await keeper();

	await space.admit(user, space.writer);
	await enter(page, user, `/kv/${space.name}`);
	await paste(page, object(numbered(3)));
	await dialog(page).getByRole('alert')
		.filter({ hasText: 'at most 2 keys' }).waitFor();
	assert.equal((await counts(page))['Not tried'], '3');
});

browse('an import that was stopped, or lost its way, goes on from there',
	{ statuses: [503], offline: true }, async (page) => {
		const user = await keeper();
		let calls = 0;

		await page.route('**/kv/~/write', (route) => {
			calls += 1;
			if (calls === 2)
				return route.fulfill({ status: 503, json: { detail: 'Busy' } });
			if (calls === 3) /* never answered: it is stopped */
				return undefined;
			return route.continue();
		});
		await enter(page, user, '/kv/~');
		await paste(page, object(numbered(2500)));
		await dialog(page).getByRole('alert').filter({ hasText: 'busy' })
			.waitFor();
		assert.deepEqual(await counts(page), { Written: '1,000', Skipped: '0',
			Refused: '0', 'Not tried': '1,500' });
		await button(page, 'Go on').click();
		await button(page, 'Stop').click();
		await page.getByText('The import was stopped.').waitFor();
		assert.equal((await counts(page))['Not tried'], '1,500');
		await button(page, 'Go on').click();
		await page.getByText('2,500 keys were written.').waitFor();
		assert.equal(await user.get('k02499'), '2499');
		await dialog(page).getByRole('button', { name: 'Close' }).last().click();
		await page.getByText('2,500 keys').waitFor();
	});

/* It is written, but the answer does not arrive. */
async function loseAnswer(page) {
	await page.route('**/kv/~/write', async (route) => {
		await route.fetch();
		await route.abort();
	}, { times: 1 });
}

for (const mode of ['upsert', 'insert', 'strict_insert'])
	browse(`what was written without an answer is written (${mode})`,
		{ offline: true }, async (page) => {
			const user = await keeper();

			await loseAnswer(page);
			await enter(page, user, '/kv/~');
			await paste(page, object(numbered(1500)), mode);
			await button(page, 'Go on').waitFor();
			assert.equal((await counts(page))['Not tried'], '1,500');
			assert.equal(await user.get('k00999'), '999');
			await button(page, 'Go on').click();
			await page.getByText('1,500 keys were written.').waitFor();
			assert.deepEqual(await counts(page), { Written: '1,500',
				Skipped: '0', Refused: '0', 'Not tried': '0' });
			assert.equal(await user.get('k01499'), '1499');
		});

browse('an export waits for a slow line', { offline: true }, async (page) => {
	const user = await keeper([['k', '1']]);

	await enter(page, user, '/kv/~');
	await page.evaluate(() => { /* a tenth of all patience: 20 s are 2 s */
		const timeout = AbortSignal.timeout.bind(AbortSignal);

		AbortSignal.timeout = (ms) => timeout(ms / 10);
	});
	await page.route('**/kv/~/read', async (route) => {
		await new Promise((resolve) => {
			setTimeout(resolve, 3000);
		});
		await route.continue();
	});
	assert.equal((await exported(page)).text, '{\n  "k": 1\n}\n');
});

browse('a file that is not UTF-8 is not taken', {}, async (page) => {
	const user = await keeper();
	const file = (buffer) => page.getByLabel('JSON file').setInputFiles({
		name: 'in.json', mimeType: 'application/json', buffer });

	await enter(page, user, '/kv/~');
	await button(page, 'Import').click();
	await file(Buffer.from('{"k":"\xcf\xf0\xe8\xe2\xe5\xf2"}', 'latin1'));
	await button(page, 'Start import').click();
	await page.locator('.field-error').filter({ hasText: 'UTF-8' }).waitFor();
	assert.equal(await user.get('k'), undefined);
	await file(Buffer.from('\ufeff{"k":"Привет"}'));
	await button(page, 'Start import').click();
	assert.equal((await counts(page)).Written, '1');
	assert.equal(await user.get('k'), '"Привет"');
});

browse('what is no JSON object is said with its place', {}, async (page) => {
	const user = await keeper();
	const error = page.locator('.field-error');

	await enter(page, user, '/kv/~');
	await button(page, 'Import').click();
	for (const [text, why] of [['', 'paste JSON here'], ['[1]', 'JSON object'],
		['{}', 'no members'], ['{"a":1,\n"a":2}', 'Line 2, column 1'],
		['{"a":01}', 'Line 1, column 7']]) {
		await page.getByLabel('Or paste it here').fill(text);
		await button(page, 'Start import').click();
		await error.filter({ hasText: why }).waitFor();
	}
	await page.getByLabel('Or paste it here').fill('{"a":1}');
	await page.getByLabel('Seconds to keep them').fill('soon');
	await button(page, 'Start import').click();
	await error.filter({ hasText: '1 to 31536000' }).waitFor();
	await page.getByLabel('Seconds to keep them').fill('3600');
	await button(page, 'Start import').click();
	assert.equal((await counts(page)).Written, '1');
	await dialog(page).getByRole('button', { name: 'Close' }).last().click();
	await page.getByText('in 1 hour').or(page.getByText('in 60 minutes'))
		.waitFor();
});
