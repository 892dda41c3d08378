/* One value in the editor: what is typed is what is kept. */
import assert from 'node:assert/strict';
import { browse, descriptionOf, enter, everyLook, HOSTILE, ready }
	from './harness.mjs';
import { HOSTILE as KEYS } from '../api/hostile.mjs';
import { keeper, read, sharedSpace, valueAt, write } from './kv.mjs';

const area = (page) => page.getByRole('textbox', { name: 'Value' });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const said = (page, text) => page.locator('.toast', { hasText: text }).waitFor();
const state = (page, text) => page.locator('.kv-state', { hasText: text })
	.waitFor();

/* Presses it, and waits for the answer and what the page makes of it. */
async function save(page, name = 'Save changes') {
	await Promise.all([page.waitForResponse((response) =>
		['PUT', 'POST'].includes(response.request().method())),
	button(page, name).click()]);
	await page.locator('form:not([data-busy])').waitFor();
}

/* A number that no double holds, in an order that no parser keeps. */
const EXACT = '{"b":123456789012345678901234567890,"2":1e400,' +
	'"1":0.1000000000000000055511151231257827,"\\u0061":"\\/\\ud83d\\ude00"}';

everyLook('a value, in each of its states', { statuses: [412, 404] },
	async (page, look) => {
		const user = await keeper([['settings/theme', '{"dark":true,"sizes":' +
			'[12,14,16],"fonts":{"body":"system-ui","code":"mono"}}']]);

		await enter(page, user, '/kv/~/value');
		await look('kv-new');
		await page.goto(new URL(valueAt('settings/theme'), page.url()).href);
		await ready(page);
		await page.getByText('Changed').waitFor();
		await look('kv-value');
		await area(page).fill('{\n  "dark": true,\n  "sizes": [12, 14 16]\n}');
		await state(page, 'Line 3, column 20');
		await button(page, 'Save changes').click();
		await look('kv-fault');
		await area(page).fill('{ "dark": false }');
		await user.put('settings/theme', '{"dark":"auto"}');
		await button(page, 'Save changes').click();
		await button(page, 'Take the newer one').waitFor();
		await look('kv-clash');
		await button(page, 'Take the newer one').click();
		await page.goto(new URL(valueAt('nothing'), page.url()).href);
		await page.getByRole('heading', { name: 'Page not found' }).waitFor();
	});

browse('a value is kept as it was written, to the last digit', {},
	async (page) => {
		const user = await keeper();

		await enter(page, user, '/kv/~/value');
		await page.getByLabel('Key').fill('exact');
		await area(page).fill(EXACT);
		await state(page, 'Valid JSON');
		await save(page, 'Create value');
		await said(page, 'The value is saved.');
		await page.waitForURL(`**${valueAt('exact')}`);
		assert.equal(await user.get('exact'), EXACT);
		await ready(page);
		const shown = await area(page).inputValue();

		assert.equal(shown.replace(/[ \n]/g, ''), EXACT);
		assert.match(shown, /^{\n {2}"b": 1234567890/);
		await area(page).fill(shown.replace('890,', '891,'));
		await save(page);
		assert.equal(await user.get('exact'), EXACT.replace('890,', '891,'));
		await area(page).fill(EXACT);
		await button(page, 'Format').click();
		assert.equal(await area(page).inputValue(), shown);
		await save(page);
		await save(page);
		assert.equal(await user.get('exact'), EXACT);
	});

browse('what is no JSON is said with its place, and not sent', {},
	async (page) => {
		const user = await keeper([['k', '1']]);
		const cases = [['{"a": 1,}', 'Line 1, column 9'],
			['[1,\n 2\n 3]', 'Line 3, column 2'], ['{"a":1,"a":2}', 'there twice'],
			['"\\ud800"', 'half of a character'], ['01', 'column 2'],
			['nul', 'Line 1, column 1'], ['"a\tb"', 'control character'],
			['['.repeat(33) + ']'.repeat(33), 'too deeply'],
			[`"${'x'.repeat(65535)}"`, 'too long'], ['', 'Write a JSON value']];

		await enter(page, user, valueAt('k'));
		for (const [text, why] of cases) {
			await area(page).fill(text);
			await state(page, why);
		}
		await area(page).fill('{"a": 1,}');
		await button(page, 'Save changes').click();
		assert.match(await descriptionOf(area(page)), /^Line 1, column 9/);
		assert.equal(await area(page).evaluate((node) => node.selectionStart), 8);
		assert.equal(await user.get('k'), '1');
		await area(page).fill(`"${'x'.repeat(65534)}"`);
		await state(page, '65,536 of 65,536 bytes');
	});

browse('what the server refuses is said', { statuses: [413, 422, 412] },
	async (page) => {
		const user = await keeper([['there', '1']]);

		await enter(page, user, '/kv/~/value');
		await area(page).fill('2');
		await button(page, 'Create value').click();
		assert.match(await descriptionOf(page.getByLabel('Key')), /1 to 512/);
		await page.getByLabel('Key').fill('\u00e9'.repeat(257));
		await button(page, 'Create value').click();
		await page.getByText('Data should have at most 512 bytes').waitFor();
		await page.getByLabel('Key').fill('there');
		await button(page, 'Create value').click();
		await page.getByText('just written a value to this key').waitFor();
		assert.equal(await user.get('there'), '1');
		await button(page, 'Take the newer one').click();
		await page.waitForURL(`**${valueAt('there')}`);
		await ready(page);
		await area(page).fill(`"${'x'.repeat(65535)}"`);
		await button(page, 'Save changes').click();
		await page.locator('.form-message', { hasText: '65537 bytes' }).waitFor();
	});

browse('of two that write one value, the slower one chooses',
	{ statuses: [412, 404] }, async (page) => {
		const user = await keeper([['k', '"mine"']]);

		await enter(page, user, valueAt('k'));
		await user.put('k', '"theirs"');
		await area(page).fill('"mine, too"');
		await button(page, 'Save changes').click();
		assert.equal(await page.locator('.kv-newer').textContent(), '"theirs"');
		assert.equal(await user.get('k'), '"theirs"');
		await button(page, 'Replace it with mine').click();
		await said(page, 'The value is saved.');
		assert.equal(await user.get('k'), '"mine, too"');
		await user.put('k', '"theirs again"');
		await area(page).fill('"lost"');
		await button(page, 'Save changes').click();
		await button(page, 'Take the newer one').click();
		assert.equal(await area(page).inputValue(), '"theirs again"');
		await area(page).fill('"upon theirs"');
		await button(page, 'Save changes').click();
		await page.waitForFunction(() => document.querySelectorAll('.toast')
			.length >= 2);
		assert.equal(await user.get('k'), '"upon theirs"');
		await button(page, 'Delete').click();
		await user.put('k', '"newest"');
		await page.getByRole('dialog').getByRole('button', { name: 'Delete' })
			.click();
		await page.getByRole('alert').filter({ hasText: 'Somebody else' })
			.waitFor();
		assert.equal(await user.get('k'), '"newest"');
	});

browse('what is typed and not saved is left only when that is meant', {},
	async (page) => {
		const user = await keeper([['k', '1'], ['l', '2']]);
		const asks = () => page.getByRole('heading',
			{ name: 'Leave without saving?' }).waitFor();
		const stay = async () => {
			await asks();
			await button(page, 'Stay').click();
			await page.getByRole('dialog').waitFor({ state: 'detached' });
			assert.equal(await area(page).inputValue(), '"typed"');
			await page.waitForURL(`**${valueAt('k')}`);
		};

		await enter(page, user, '/kv');
		await page.locator('main').getByRole('link', { name: 'My space' })
			.first().click();
		await page.getByRole('link', { name: 'k', exact: true }).click();
		await area(page).waitFor();
		await ready(page);
		await area(page).fill('"typed"');
		await page.locator('.back').click();
		await stay();
		await page.goBack();
		await stay();
		await page.evaluate(() => history.go(-2));
		await stay();
		await page.evaluate(() => history.back());
		await asks();
		await page.goBack();
		await page.getByRole('dialog').waitFor({ state: 'detached' });
		await page.waitForURL(`**${valueAt('k')}`);
		assert.equal(await area(page).inputValue(), '"typed"');
		const language = page.getByLabel('Language');

		await language.focus();
		await page.locator('select option[value=ru]').waitFor(
			{ state: 'attached' });
		await language.selectOption('ru');
		await stay();
		assert.equal(await language.inputValue(), 'en');
		await button(page, 'Sign out').click();
		await stay();
		await page.goBack();
		await asks();
		await button(page, 'Leave and drop it').click();
		await page.getByRole('link', { name: 'l', exact: true }).waitFor();
		await page.waitForURL('**/kv/~');
		await page.goBack();
		await page.waitForURL('**/kv');
		await page.goForward();
		await page.getByRole('link', { name: 'k', exact: true }).click();
		await area(page).fill('"saved"');
		await button(page, 'Save changes').click();
		await said(page, 'The value is saved.');
		await page.locator('.back').click();
		await page.waitForURL('**/kv/~');
		assert.equal(await user.get('k'), '"saved"');
	});

browse('a value is deleted; one that is gone is written again',
	{ statuses: [412, 404] }, async (page) => {
		const user = await keeper([['k', '1'], ['l', '2']]);
		const gone = (key) => fetch(new URL(`/api/v1/kv/~/${key}`, page.url()),
			{ method: 'DELETE', headers: {
				authorization: `Bearer ${user.token}` } });

		await enter(page, user, valueAt('k'));
		await button(page, 'Delete').click();
		await page.getByRole('dialog').getByRole('button', { name: 'Delete' })
			.click();
		await said(page, 'The value is deleted.');
		await page.waitForURL('**/kv/~');
		assert.equal(await user.get('k'), undefined);
		await page.getByRole('link', { name: 'l', exact: true }).click();
		await area(page).waitFor();
		await gone('l');
		await area(page).fill('3');
		await button(page, 'Save changes').click();
		await button(page, 'Write mine again').click();
		await said(page, 'The value is saved.');
		assert.equal(await user.get('l'), '3');
	});

browse('by the keyboard alone', {}, async (page) => {
	const user = await keeper();

	await enter(page, user, '/kv/~');
	await page.getByRole('link', { name: 'New key' }).first().focus();
	await page.keyboard.press('Enter');
	await page.getByRole('textbox', { name: 'Key', exact: true }).waitFor();
	await page.waitForFunction(() => document.activeElement.name === 'key');
	await page.keyboard.type('typed');
	await page.keyboard.press('Tab');
	await page.keyboard.type('[1]');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await said(page, 'The value is saved.');
	assert.equal(await user.get('typed'), '[1]');
});

browse('who may only read finds nothing to write with', {}, async (page) => {
	const space = await sharedSpace();
	const user = await keeper();

	await space.admit(user, space.reader);
	await write(space.token, [['motd', '"hello"']], { space: space.name });
	await enter(page, user, '/kv');
	await page.getByRole('link', { name: space.name }).click();
	await page.getByRole('link', { name: 'motd' }).waitFor();
	assert.deepEqual(await page.locator('main .actions > *').allTextContents(),
		['Export']);
	assert.equal(await page.locator('main input[type=checkbox]:visible').count(),
		0);
	await page.getByRole('link', { name: 'motd' }).click();
	await area(page).waitFor();
	assert.equal(await area(page).inputValue(), '"hello"');
	assert.equal(await area(page).getAttribute('readonly'), '');
	assert.deepEqual(await page.locator('main button').allTextContents(),
		['Copy']);
	assert.equal(await read(space.token, 'motd', space.name), '"hello"');
});

/* As a key is shown: what is not seen, by its number. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;
const shown = (key) => key.replace(UNSEEN, (c) =>
	`\\u{${c.codePointAt(0).toString(16)}}`);

/* As a link of the page does it, without loading all of it again. */
function follow(page, path) {
	return page.evaluate((href) => {
		const link = document.createElement('a');

		link.href = href;
		document.querySelector('main').append(link);
		link.click();
	}, path);
}

browse('any key has a page, from "a/b" to ".."', {}, async (page) => {
	const keys = [...new Set(['a/b', '.', '..', '%2F', '%2e%2e', 'a/../b',
		'../../../../../b', '/', '//', '?', '#', '%', '\\', '~', 'value', '&key=1',
		'+', ' ', 'read', '__proto__', 'x'.repeat(512), ...HOSTILE,
		...KEYS.filter((_, i) => i % 97 === 0)])];
	const user = await keeper(keys.map((key) => [key, JSON.stringify(key)]));

	await enter(page, user, '/kv/~');
	for (const [i, key] of keys.entries()) {
		if (i % 5 === 0)
			await page.goto(new URL(valueAt(key), page.url()).href);
		else
			await follow(page, valueAt(key));
		await page.waitForFunction((text) => text ===
			document.querySelector('main:not([aria-busy]) h1')?.textContent,
		shown(key));
		assert.equal(await area(page).inputValue(), JSON.stringify(key));
		if (i > 12)
			continue;
		await area(page).fill(`[${i}]`);
		await save(page);
		assert.equal(await user.get(key), `[${i}]`, key);
	}
});

browse('"." and ".." are made, guarded and deleted like others',
	{ statuses: [412, 409] }, async (page) => {
		const user = await keeper();

		await enter(page, user, '/kv/~/value');
		await page.getByLabel('Key').fill('..');
		await area(page).fill('1');
		await button(page, 'Create value').click();
		await page.waitForURL(`**${valueAt('..')}`);
		await ready(page);
		await user.put('..', '2');
		await area(page).fill('3');
		await button(page, 'Save changes').click();
		assert.equal(await page.locator('.kv-newer').textContent(), '2');
		await button(page, 'Replace it with mine').click();
		await page.locator('.kv-clash:empty').waitFor({ state: 'attached' });
		assert.equal(await user.get('..'), '3');
		await page.goto(new URL('/kv/~/value', page.url()).href);
		await page.getByLabel('Key').fill('..');
		await area(page).fill('4');
		await button(page, 'Create value').click();
		await page.getByText('just written a value to this key').waitFor();
		await button(page, 'Take the newer one').click();
		await page.waitForURL(`**${valueAt('..')}`);
		await ready(page);
		await button(page, 'Delete').click();
		await page.getByRole('dialog').getByRole('button', { name: 'Delete' })
			.click();
		await page.waitForURL('**/kv/~');
		assert.equal(await user.get('..'), undefined);
	});
