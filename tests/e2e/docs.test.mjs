/* The API reference, held against the document that it is drawn from. */
import assert from 'node:assert/strict';
import { base, browse, enter, everyLook, HOSTILE, makeUser, signIn }
	from './harness.mjs';

async function operations() {
	const doc = await (await fetch(`${base}/api/v1/openapi.json`)).json();

	return Object.entries(doc.paths).flatMap(([path, item]) =>
		Object.entries(item).map(([method, { operationId }]) =>
			({ id: operationId, line: `${method.toUpperCase()} ${path}` })));
}

function lines(page, selector = '.op') {
	return page.locator(`${selector} > summary`).evaluateAll((all) =>
		all.filter((one) => one.checkVisibility()).map((one) =>
			[...one.children].slice(0, 2).map((c) => c.textContent)
				.join(' ')));
}

async function idOf(line) {
	return (await operations()).find((op) => op.line === line).id;
}

async function open(page, line) {
	const id = await idOf(line);

	await page.goto(`${base}/docs#${id}`);
	const op = page.locator(`#${id}`);

	await op.getByRole('heading', { name: 'Try it' }).waitFor();
	return op;
}

/* Sends it anew, and waits for what it says. */
async function answered(page, op) {
	await op.locator('.answer').evaluateAll((all) =>
		all.forEach((node) => node.replaceChildren()));
	await op.getByRole('button', { name: 'Send' }).click();
	await op.locator('.answer > *').first().waitFor();
	await op.locator('.try [type=submit]:not([aria-busy])').waitFor();
}

browse('every operation of the document is listed', {}, async (page) => {
	const expected = (await operations()).map((op) => op.line).sort();

	await page.goto(`${base}/docs`);
	await page.locator('.op').first().waitFor();
	assert.ok(expected.length >= 8);
	assert.deepEqual((await lines(page)).sort(), expected);
	assert.equal(await page.locator('#toc a').count(), expected.length);
});

browse('every operation opens', {}, async (page) => {
	await page.goto(`${base}/docs`);
	await page.locator('.op').first().waitFor();
	for (const { id } of await operations()) {
		await page.locator(`#${id} > summary`).click();
		await page.locator(`#${id}`).getByRole('heading',
			{ name: 'Try it' }).waitFor();
		assert.equal(new URL(page.url()).hash, `#${id}`);
	}
});

browse('the filter narrows the list, and says when nothing is left', {},
	async (page) => {
		await page.goto(`${base}/docs`);
		await page.locator('.op').first().waitFor();
		await page.getByLabel('Filter').fill('patch users/me');
		assert.deepEqual((await lines(page)).sort(), [
			'PATCH /api/v1/users/me',
			'PATCH /api/v1/users/me/password',
			'PATCH /api/v1/users/me/preferences',
		]);
		await page.getByLabel('Filter').fill('no such thing');
		assert.deepEqual(await lines(page), []);
		assert.match(await page.locator('#found').textContent(),
			/^Nothing matches/);
		await page.getByLabel('Filter').fill('');
		assert.equal((await lines(page)).length,
			(await operations()).length);
	});

browse('an address leads to its operation', {}, async (page) => {
	const op = await open(page, 'POST /api/v1/users/signup');

	assert.equal(await op.evaluate((node) => node.open), true);
	assert.equal(await page.locator('.op[open]').count(), 1);
	assert.deepEqual(await op.locator('section', { hasText: 'Request body' })
		.locator('.prop-line code').allTextContents(),
	['email', 'password', 'full_name']);
	await page.goto(`${base}/docs#%E0%A4%A`);
	await page.reload();
	await page.locator('.op').first().waitFor();
});

browse('try it: the health check answers 200', {}, async (page) => {
	const op = await open(page, 'GET /api/v1/utils/health-check/');

	await op.getByRole('button', { name: 'Send' }).click();
	await op.locator('.answer-line').waitFor();
	assert.match(await op.locator('.answer-line').textContent(), /^200 /);
	assert.equal(await op.locator('pre').textContent(), 'true');
});

browse('try it: a form goes out as one, its token is taken when typed in',
	{ statuses: [401] }, async (page) => {
		const user = await makeUser();
		const login = await open(page, 'POST /api/v1/login/access-token');

		await login.getByLabel('username').fill(user.email);
		await login.getByLabel('password', { exact: true })
			.fill(user.password);
		await login.getByRole('button', { name: 'Send' }).click();
		await login.locator('.answer-line').waitFor();
		const { access_token } = JSON.parse(
			await login.locator('pre').textContent());
		const me = await open(page, 'GET /api/v1/users/me');

		await me.getByRole('button', { name: 'Send' }).click();
		await me.locator('.answer-line').waitFor();
		assert.match(await me.locator('.answer-line').textContent(),
			/^401 /);
		await page.getByLabel('Access token').fill(access_token);
		await me.getByRole('button', { name: 'Send' }).click();
		await me.locator('.answer[data-tone=good]').waitFor();
		assert.equal(JSON.parse(await me.locator('pre').textContent())
			.email, user.email);
		assert.equal(await page.evaluate(() => sessionStorage.length), 0);
	});

browse('try it: the session of the first page is used, JSON goes out as typed',
	{ statuses: [422] }, async (page) => {
		await signIn(page, await makeUser());
		const op = await open(page, 'PATCH /api/v1/users/me');
		const body = op.getByLabel('Request body (JSON)');

		assert.equal(typeof JSON.parse(await body.inputValue()), 'object');
		await body.fill('{"full_name":"<b>Ada</b>"}');
		await op.getByRole('button', { name: 'Send' }).click();
		await op.locator('.answer[data-tone=good]').waitFor();
		assert.equal(JSON.parse(await op.locator('pre').textContent())
			.full_name, '<b>Ada</b>');
		await body.fill('{');
		await op.getByRole('button', { name: 'Send' }).click();
		await op.locator('.answer[data-tone=bad]').waitFor();
		assert.match(await op.locator('pre').textContent(),
			/json_invalid/);
	});

browse('try it: a session whose cookie is over is renewed first',
	{ statuses: [401] }, async (page) => {
		await signIn(page, await makeUser());
		const op = await open(page, 'PATCH /api/v1/users/me');

		await page.context().clearCookies({ name: /access/ });
		await op.getByLabel('Request body (JSON)').fill('{"full_name":"Eve"}');
		await op.getByRole('button', { name: 'Send' }).click();
		await op.locator('.answer[data-tone=good]').waitFor();
	});

browse('try it: a token that is typed in goes out without cookies',
	{ statuses: [401, 403] }, async (page) => {
		await enter(page, await makeUser(), '/docs');
		const op = await open(page, 'GET /api/v1/users/me');

		await page.getByLabel('Access token').fill('not.a.token');
		const [request] = await Promise.all([
			page.waitForRequest('**/api/v1/users/me'),
			op.getByRole('button', { name: 'Send' }).click()]);

		assert.equal(await request.headerValue('cookie'), null);
		assert.equal(await request.headerValue('authorization'),
			'Bearer not.a.token');
		await op.locator('.answer[data-tone=bad]').waitFor();
	});

browse('hostile texts are text in each field',
	{ statuses: [400, 401, 403, 404, 422] }, async (page) => {
		await page.goto(`${base}/docs`);
		await page.locator('.op').first().waitFor();
		for (const text of HOSTILE) {
			await page.getByLabel('Filter').fill(text);
			await page.waitForFunction(() => /^Nothing matches/.test(
				document.getElementById('found').textContent));
		}
		await page.getByLabel('Filter').fill('');
		const one = await open(page, 'GET /api/v1/products/{id}');
		const sign = page.locator(
			`#${await idOf('POST /api/v1/users/signup')}`);

		await sign.locator('summary').first().click();
		for (const text of HOSTILE) {
			await one.getByLabel('id', { exact: true }).fill(text);
			await answered(page, one);
			await sign.getByLabel('Request body (JSON)').fill(
				JSON.stringify({ email: text, password: text }));
			await answered(page, sign);
		}
		const me = await open(page, 'GET /api/v1/users/me');

		for (const text of HOSTILE) {
			await page.getByLabel('Access token').fill(text);
			await answered(page, me);
		}
	});

browse('signed in and out in the bar of this page', {}, async (page) => {
	const user = await makeUser();

	await enter(page, user, '/docs');
	await page.getByRole('link', { name: 'Dashboard' }).waitFor();
	await page.setViewportSize({ width: 360, height: 740 });
	await page.getByRole('button', { name: 'Menu' }).click();
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.waitForURL('**/sign-in');
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

everyLook('the reference', { offline: true, statuses: [422] },
	async (page, look) => {
		await page.goto(`${base}/docs`);
		await page.locator('.op').first().waitFor();
		await look('docs-list');
		await page.getByLabel('Filter').fill('no such thing');
		await look('docs-no-match');
		const op = await open(page, 'POST /api/v1/users/signup');

		await op.getByRole('button', { name: 'Send' }).scrollIntoViewIfNeeded();
		await look('docs-operation');
		await op.getByLabel('Request body (JSON)').fill('{}');
		await op.getByRole('button', { name: 'Send' }).click();
		await op.locator('.answer[data-tone=bad]').waitFor();
		await op.locator('.answer').scrollIntoViewIfNeeded();
		await look('docs-answer');
		await page.route('**/openapi.json', (route) => route.abort());
		await page.reload();
		await page.getByRole('button', { name: 'Try again' }).waitFor();
		await look('docs-error');
	});

browse('a document that does not load can be tried again', { offline: true },
	async (page) => {
		await page.route('**/openapi.json', (route) => route.abort());
		await page.goto(`${base}/docs`);
		await page.getByRole('heading',
			{ name: 'The reference could not be loaded' }).waitFor();
		await page.unroute('**/openapi.json');
		await page.getByRole('button', { name: 'Try again' }).click();
		await page.locator('.op').first().waitFor();
	});
