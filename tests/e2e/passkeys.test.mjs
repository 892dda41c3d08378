/* Passkeys as Chromium makes and uses them, with its virtual authenticator. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { totp } from './account.mjs';
import { openWithDevice, startBrowser, startSite, startStranger }
	from './passkeys.mjs';

const BUILD = process.env.E2E_BUILD;
const PASSWORD = 'correct horse battery';
const REFUSED = { status: 401, body: {
	detail: 'The passkey was not accepted', code: 'bad_credential' } };

let site, stranger, browser;
let counter = 0;

before(async () => {
	if (!BUILD)
		return;
	site = await startSite(BUILD);
	stranger = await startStranger();
	browser = await startBrowser();
});

after(async () => {
	await browser?.close();
	stranger?.stop();
	site?.stop();
});

/* A test with a fresh profile, a new account and its token: {client, ...}. */
function withDevice(name, body) {
	test(name, { timeout: 120000,
		skip: BUILD ? false : 'E2E_BUILD names no build to start a site from' },
	async () => {
		const context = await browser.newContext();

		context.setDefaultTimeout(20000);
		try {
			const client = await openWithDevice(context, `${site.origin}/`);

			await body({ client, context, ...await newAccount(client) });
		} finally {
			await context.close();
		}
	});
}

async function newAccount(client) {
	counter += 1;
	const email = `ada.${process.pid}.${Date.now()}.${counter}@example.com`;
	const json = { email, password: PASSWORD };
	const made = await client.send('POST', '/users/signup',
		{ ...json, full_name: 'Ada' });
	const begun = await client.send('POST', '/auth/login', json);

	assert.equal(begun.status, 200, JSON.stringify(begun));
	return { user: made.body,
		auth: { authorization: `Bearer ${begun.body.access_token}` } };
}

async function creationOptions(client, auth) {
	const r = await client.send('POST', '/auth/passkeys/options', null, auth);

	assert.equal(r.status, 200, JSON.stringify(r));
	return r.body;
}

async function submit(client, auth, credential) {
	assert.equal(typeof credential, 'object', credential);
	return client.send('POST', '/auth/passkeys', { credential, name: 'Laptop' }, auth);
}

async function register({ client, auth }) {
	const credential = await client.create(await creationOptions(client, auth));
	const r = await submit(client, auth, credential);

	assert.equal(r.status, 201, JSON.stringify(r));
	return r.body;
}

async function loginOptions(client) {
	return (await client.send('POST', '/auth/passkeys/login/options')).body;
}

async function present(client, credential, transport = 'bearer') {
	assert.equal(typeof credential, 'object', credential);
	return client.send('POST', '/auth/passkeys/login', { credential, transport });
}

withDevice('registered, and signed in without a name or a password',
	async ({ client, user, auth }) => {
		const made = await register({ client, auth });
		const { credentials } = await client.device('getCredentials');

		assert.equal(credentials.length, 1);
		assert.equal(credentials[0].isResidentCredential, true);
		assert.equal(credentials[0].rpId, 'localhost');
		for (let i = 0; i < 2; i++) {
			const r = await present(client,
				await client.get(await loginOptions(client)));

			assert.equal(r.status, 200, JSON.stringify(r));
			const me = await client.send('GET', '/users/me', null,
				{ authorization: `Bearer ${r.body.access_token}` });

			assert.deepEqual(me.body, user);
		}
		const { body } = await client.send('GET', '/auth/passkeys', null, auth);

		assert.equal(body.count, 1);
		assert.equal(body.data[0].id, made.id);
		assert.notEqual(body.data[0].last_used_at, null);
	});

withDevice('signed in with cookies that scripts cannot see',
	async ({ client, context, user, auth }) => {
		await register({ client, auth });
		const r = await present(client,
			await client.get(await loginOptions(client)), 'cookie');

		assert.equal(r.status, 200, JSON.stringify(r));
		assert.equal(r.body.access_token, undefined);
		assert.deepEqual((await client.send('GET', '/users/me')).body, user);
		assert.equal(await client.page.evaluate(() => document.cookie), '');
		assert.ok((await context.cookies()).every((c) => c.httpOnly));
	});

withDevice('a device that has one makes no second one',
	async ({ client, auth }) => {
		await register({ client, auth });
		assert.equal(await client.create(await creationOptions(client, auth)),
			'InvalidStateError');
	});

withDevice('removed here, it opens nothing although the device has it still',
	async ({ client, auth }) => {
		const { id } = await register({ client, auth });

		assert.equal((await client.send('DELETE', `/auth/passkeys/${id}`, null,
			auth)).status, 204);
		assert.deepEqual(await present(client,
			await client.get(await loginOptions(client))), REFUSED);
	});

withDevice('what was sent once is refused when it comes again',
	async ({ client, auth }) => {
		const created = await client.create(await creationOptions(client, auth));

		assert.equal((await submit(client, auth, created)).status, 201);
		assert.equal((await submit(client, auth, created)).status, 400);
		const used = await client.get(await loginOptions(client));

		assert.equal((await present(client, used)).status, 200);
		assert.deepEqual(await present(client, used), REFUSED);
	});

withDevice('a device that did not look who it is',
	async ({ client, auth }) => {
		await register({ client, auth });
		await client.device('setUserVerified', { isUserVerified: false });
		const offer = await loginOptions(client);

		assert.equal(await client.get({ ...offer, timeout: 2000 }), 'NotAllowedError');
		assert.deepEqual(await present(client, await client.get(
			{ ...offer, userVerification: 'discouraged' })), REFUSED);
	});

withDevice('a copy of the device, which lags behind', async ({ client, auth }) => {
	await register({ client, auth });
	const { credentials: [copy] } = await client.device('getCredentials');

	for (let i = 0; i < 3; i++)
		assert.equal((await present(client,
			await client.get(await loginOptions(client)))).status, 200);
	const { credentials: [real] } = await client.device('getCredentials');

	assert.ok(real.signCount > copy.signCount + 1,
		`${real.signCount} ${copy.signCount}`);
	await client.device('clearCredentials');
	await client.device('addCredential', { credential: copy });
	assert.deepEqual(await present(client,
		await client.get(await loginOptions(client))), REFUSED);
	await client.device('clearCredentials');
	await client.device('addCredential', { credential: real });
	assert.equal((await present(client,
		await client.get(await loginOptions(client)))).status, 200);
});

withDevice('another origin of the same host', async ({ client, context, auth }) => {
	const { page } = client;
	const offer = await creationOptions(client, auth);

	/* The browser takes part, since the site's name is the same. */
	await page.goto(`${stranger.origin}/`);
	const made = await client.create(offer);

	await page.goto(`${site.origin}/`);
	const r = await submit(client, auth, made);

	assert.equal(r.status, 400, JSON.stringify(r));
	assert.equal(r.body.code, 'bad_credential');
	await client.device('clearCredentials');
	await register({ client, auth });
	const login = await loginOptions(client);

	await page.goto(`${stranger.origin}/`);
	const used = await client.get(login);

	await page.goto(`${site.origin}/`);
	assert.deepEqual(await present(client, used), REFUSED);
	assert.equal((await present(client,
		await client.get(await loginOptions(client)))).status, 200);
	assert.deepEqual(await context.cookies(), []);
});

withDevice('the address in place of the name: the browser itself refuses',
	async ({ client, auth }) => {
		const create = await creationOptions(client, auth);
		const login = await loginOptions(client);

		await client.page.goto(`${site.address}/`);
		assert.equal(await client.create(create), 'SecurityError');
		assert.equal(await client.get(login), 'SecurityError');
	});

/* ---- the page of signing in */
async function signInPage(client, query = '') {
	const { page } = client;

	await page.goto(`${site.origin}/sign-in${query}`);
	await page.getByRole('heading', { name: 'Sign in' }).waitFor();
	return { page, passkey: page.getByRole('button', { name: 'Use a passkey' }),
		alert: page.locator('[role=alert]:visible') };
}

async function isInside(page, user, path) {
	await page.waitForURL(site.origin + path);
	await page.locator('main:not([aria-busy]) h1').waitFor();
	assert.equal((await page.evaluate(async () =>
		(await fetch('/api/v1/users/me')).json())).email, user.email);
}

withDevice('the page: signed in by a press, and on to where one was going',
	async (test) => {
		await register(test);
		const { page, passkey } = await signInPage(test.client, '?to=%2Fitems');

		await passkey.click();
		await isInside(page, test.user, '/items');
	});

withDevice('the page: a browser that converts nothing by itself',
	async (test) => {
		await register(test);
		await test.client.page.addInitScript(() => {
			delete PublicKeyCredential.parseRequestOptionsFromJSON;
			delete PublicKeyCredential.prototype.toJSON;
		});
		const { page, passkey } = await signInPage(test.client);

		await passkey.click();
		await isInside(page, test.user, '/dashboard');
	});

withDevice('the page: nothing was chosen, then one that is not known here',
	async (test) => {
		const { id } = await register(test);
		const { page, passkey, alert } = await signInPage(test.client);

		await page.evaluate(() => {
			navigator.credentials.get = () => Promise.reject(
				new DOMException('cancelled', 'NotAllowedError'));
		});
		await passkey.click();
		await alert.filter({ hasText: 'Nothing was chosen' }).waitFor();
		await test.client.send('DELETE', `/auth/passkeys/${id}`, null, test.auth);
		const again = await signInPage(test.client);

		await again.passkey.click();
		await again.alert.filter({ hasText: 'The passkey was not accepted' })
			.waitFor();
		assert.equal(new URL(page.url()).pathname, '/sign-in');
	});

withDevice('the page: the passkey as a second factor', async (test) => {
	const { client, auth, user } = test;

	await register(test);
	const { body: { secret } } = await client.send('POST', '/auth/mfa/totp',
		{ password: PASSWORD }, auth);

	assert.equal((await client.send('POST', '/auth/mfa/totp/confirm',
		{ code: totp(secret) }, auth)).status, 200);
	const { page, passkey } = await signInPage(client);

	await page.getByLabel('E-mail').fill(user.email);
	await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
	await page.getByRole('button', { name: 'Sign in' }).click();
	await page.getByRole('heading', { name: 'One more step' }).waitFor();
	await passkey.click();
	await page.getByText('Confirm it is you with the passkey').waitFor();
	await passkey.first().click();
	await isInside(page, user, '/dashboard');
});
