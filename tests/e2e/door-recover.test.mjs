/* A forgotten password: asking for a link, and what the link leads to. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { mailsTo } from '../api/mail.mjs';
import { mailedToken } from './account.mjs';
import { alertOf, base, browse, canSignIn, descriptionOf, enter, HOSTILE,
	makeUser, newAddress, PASSWORD } from './harness.mjs';

const MAIL = process.env.E2E_MAIL;
const NEW = 'a quite different one';

const first = (page) => page.getByLabel('New password', { exact: true });
const second = (page) => page.getByLabel('The same again', { exact: true });
const heading = (page, name) => page.getByRole('heading', { name }).waitFor();

async function ask(page, email) {
	await page.goto(`${base}/recover-password`);
	await page.getByLabel('E-mail').fill(email);
	await page.getByRole('button', { name: 'Send the link' }).click();
}

async function asked(page, email) {
	await heading(page, 'Look into your mail');
	assert.equal(await page.locator('.door-head p').textContent(),
		`If there is an account with ${email}, a link is on its way to it.`);
}

async function set(page, password, again = password) {
	await first(page).fill(password);
	await second(page).fill(again);
	await page.getByRole('button', { name: 'Set password' }).click();
}

/* Every address that the browser asks for, and what it sends with it. */
function record(page) {
	const seen = [];

	page.on('request', (request) => seen.push({ url: request.url(),
		body: request.postData() ?? '',
		headers: JSON.stringify(request.headers()) }));
	return seen;
}

const linkOf = async (email) => `${base}/reset-password?token=` +
	await mailedToken(email, '/reset-password');

const withMail = (name, options, body) => browse(name, options,
	async (page, t) => {
		if (MAIL)
			await body(page, t);
		else
			t.skip('E2E_MAIL names no folder of mails');
	});

withMail('a forgotten password: ask, take the link, choose, sign in', {},
	async (page) => {
		const user = await makeUser({ full_name: 'Ada' });

		await page.goto(`${base}/sign-in`);
		await page.getByRole('link', { name: 'Forgot your password?' }).click();
		await heading(page, 'Forgot your password?');
		assert.equal(await page.title(), 'Forgot your password? · Atrium');
		assert.equal(await page.evaluate(() =>
			document.activeElement.name), 'email');
		await page.getByLabel('E-mail').fill(` ${user.email} `);
		await page.keyboard.press('Enter');
		await asked(page, user.email);
		assert.equal(await page.title(), 'Look into your mail · Atrium');
		const link = await linkOf(user.email);
		const token = new URL(link).searchParams.get('token');
		const seen = record(page);

		await page.goto(link);
		await heading(page, 'Choose your password');
		assert.equal(page.url(), `${base}/reset-password`);
		await set(page, NEW);
		await heading(page, 'Your password is set');
		const told = seen.filter(({ url, body, headers }) =>
			`${url} ${body} ${headers}`.includes(token));

		assert.deepEqual(told.map(({ url }) => url),
			[link, `${base}/api/v1/reset-password/`]);
		assert.equal(await page.evaluate((text) =>
			JSON.stringify([history.state, { ...sessionStorage },
				{ ...localStorage }, document.cookie,
				document.documentElement.outerHTML])
				.includes(text), token), false);
		await page.locator('main').getByRole('link', { name: 'Sign in' }).click();
		await page.getByLabel('E-mail').fill(user.email);
		await page.getByLabel('Password', { exact: true }).fill(NEW);
		await page.getByRole('button', { name: 'Sign in' }).click();
		await page.waitForURL('**/dashboard');
		assert.equal(await canSignIn(user), false);
	});

withMail('another language is no reason to lose the link; a session ends by it',
	{ statuses: [401] }, async (page) => {
		const user = await makeUser();

		await ask(page, user.email);
		await asked(page, user.email);
		await enter(page, user);
		await page.goto(await linkOf(user.email));
		await heading(page, 'Choose your password');
		const language = page.getByLabel('Language');

		await language.focus();
		await language.getByRole('option', { name: 'Русский' })
			.waitFor({ state: 'attached' });
		await language.selectOption({ label: 'Русский' });
		await heading(page, 'Выберите новый пароль');
		await page.getByLabel('Новый пароль', { exact: true }).fill(NEW);
		await page.getByLabel('Ещё раз', { exact: true }).fill(NEW);
		await page.getByRole('button', { name: 'Сохранить пароль' }).click();
		await heading(page, 'Пароль сохранён');
		assert.equal(await page.locator('.bar-me').count(), 0);
		await page.goto(`${base}/dashboard`);
		await heading(page, 'Войти');
	});

withMail('a link works once, and its second use says where to ask again',
	{ statuses: [400] }, async (page) => {
		const user = await makeUser();

		await ask(page, user.email);
		await asked(page, user.email);
		const link = await linkOf(user.email);

		for (const name of ['Your password is set', 'This link does not work']) {
			await page.goto(link);
			await set(page, NEW);
			await heading(page, name);
			assert.equal(await page.title(), `${name} · Atrium`);
		}
		assert.equal(await page.evaluate(() =>
			document.activeElement.tagName), 'H1');
		await page.getByRole('link', { name: 'Ask for a new link' }).click();
		await page.getByRole('button', { name: 'Send the link' }).waitFor();
		assert.equal(await canSignIn({ ...user, password: NEW }), true);
	});

browse('the answer is the same for an address that nobody has', {},
	async (page, t) => {
		const nobody = newAddress('nobody');

		await ask(page, nobody);
		await asked(page, nobody);
		if (MAIL)
			assert.deepEqual(mailsTo(nobody, { dir: dirname(MAIL) }), []);
		else
			t.diagnostic('E2E_MAIL names no folder of mails');
		await page.getByRole('button', { name: 'Ask again' }).click();
		assert.equal(await page.getByLabel('E-mail').inputValue(), nobody);
	});

for (const [what, email, text] of [
	['no address', '', 'Field required'],
	['what is none', 'nobody', 'An email address must have an @-sign.'],
	['a slash', 'a/b@example.com',
		'An address with a slash cannot be asked for here.'],
])
	browse(`${what} is refused beside the field, before anything is sent`, {},
		async (page) => {
			await ask(page, email);
			await page.locator('.field-error').waitFor();
			assert.equal(await descriptionOf(page.getByLabel('E-mail')),
				text);
		});

browse('signs of an address keep their meaning in the path', {},
	async (page) => {
		const odd = `a+b&c%20d?e#f.${process.pid}@example.com`;
		const seen = record(page);

		await ask(page, odd);
		await asked(page, odd);
		assert.equal(seen.at(-1).url, `${base}/api/v1/password-recovery/` +
			encodeURIComponent(odd));
	});

browse('who asks too often is told how long to wait', { statuses: [429] },
	async (page) => {
		const email = newAddress('often');

		await page.goto(`${base}/recover-password`);
		for (let i = 0; i < 20; i += 1) {
			await page.getByLabel('E-mail').fill(email);
			await page.getByRole('button', { name: 'Send the link' }).click();
			await page.locator('h1:has-text("Look into"), ' +
				'[role=alert]:not(:empty)').first().waitFor();
			if (await alertOf(page).count() > 0)
				break;
			await page.getByRole('button', { name: 'Ask again' }).click();
		}
		assert.match(await alertOf(page).textContent(),
			/^Too many attempts\. Please try again in \d+ s\.$/);
		assert.equal(await page.getByLabel('E-mail').inputValue(), email);
	});

for (const path of ['recover-password', 'reset-password'])
	browse(`a busy service says so: ${path}`, { statuses: [503] },
		async (page) => {
			await page.route('**/api/v1/**', (route) => route.fulfill({
				status: 503, headers: { 'retry-after': '3' },
				json: { detail: 'Service Unavailable' } }));
			if (path === 'recover-password') {
				await ask(page, 'ada@example.com');
			} else {
				await page.goto(`${base}/reset-password?token=x`);
				await set(page, NEW);
			}
			await alertOf(page).filter({ hasText:
				'Atrium is busy right now. Please try again in 3 s.' })
				.waitFor();
		});

browse("the server's own texts stand beside the fields, and no token is lost",
	{ statuses: [400, 422] }, async (page) => {
		await page.goto(`${base}/reset-password?token=not+one`);
		await set(page, 'short');
		await page.locator('.field-error').waitFor();
		assert.match(await descriptionOf(first(page)),
			/^At least 8 characters.*should have at least 8 characters$/);
		await set(page, NEW, 'another one');
		await page.getByText('The two passwords differ.').waitFor();
		assert.equal(await descriptionOf(second(page)),
			'The two passwords differ.');
		assert.equal(await page.evaluate(() =>
			document.activeElement.name), 'again');
		assert.equal(await page.locator('.field-error').count(), 1);
		await second(page).fill(NEW);
		await page.getByRole('button', { name: 'Set password' }).click();
		await heading(page, 'This link does not work');
	});

for (const query of ['', '?token=', '?other=1'])
	browse(`no token: /reset-password${query}`, {}, async (page) => {
		await page.goto(`${base}/reset-password${query}`);
		await heading(page, 'This link does not work');
		assert.equal(new URL(page.url()).searchParams.get('token'), null);
		assert.equal(await page.locator('main input').count(), 0);
	});

browse('hostile input is text', { statuses: [400, 422] }, async (page) => {
	for (const text of HOSTILE) {
		const email = `${text.replaceAll('/', '').replace(/\s+/g, '')}@x.example`;

		await ask(page, email);
		await page.locator('.door-head p bdi, .field-error, [role=alert]:visible')
			.first().waitFor();
		await page.goto(`${base}/reset-password?token=` +
			encodeURIComponent(text));
		await set(page, PASSWORD);
		await heading(page, 'This link does not work');
		assert.equal(await page.locator('main img, main script').count(), 0);
	}
});
