/*
 * Every page at widths between and below those of the pictures: nothing is
 * wider than the window, whatever stands in it.
 */
import assert from 'node:assert/strict';
import { ROUTES } from '../../static/js/routes.js';
import { administrator, api, base, browse, enter, HOSTILE, overflowing, ready,
	settle, tokenOf } from './harness.mjs';

const WIDTHS = [320, 481, 640, 769, 1024, 1200];
const LONG = HOSTILE.at(-1);

/* Something long in each list; where it stands. */
async function fillAll(token) {
	const unique = `${process.pid}${Date.now()}`;
	const { id: product } = await api('POST', '/products/', { token, json: {
		sku: `W${unique}`, name: LONG, description: LONG.repeat(3),
		category: LONG.slice(0, 64), price: 123456789, currency: 'EUR' } });
	const { id: user } = await api('POST', '/users/', { token, json: {
		email: `${'w'.repeat(60)}.${unique}@example.com`, full_name: LONG,
		password: 'correct horse battery' } });

	await api('POST', '/items/', { token,
		json: { title: LONG, description: HOSTILE.join(' ').slice(0, 255) } });
	await api('POST', '/auth/api-keys', { token,
		json: { name: LONG.slice(0, 60), permissions: [] } });
	await api('PUT', `/kv/~/${LONG}${unique}`, { token,
		headers: { 'if-none-match': '*' },
		json: { [LONG]: LONG.repeat(5) } });
	return { '/products/{id}': `/products/${product}`,
		'/admin/products/{id}': `/admin/products/${product}`,
		'/admin/users/{id}': `/admin/users/${user}`, '/kv/{space}': '/kv/~',
		'/kv/{space}/value': `/kv/~/value?key=${LONG}${unique}` };
}

/* In the browser: what is drawn anew by its size has been. */
const drawn = () => new Promise((done) => {
	requestAnimationFrame(() => requestAnimationFrame(done));
});

async function check(page, paths) {
	const wide = [];

	for (const path of paths) {
		await page.setViewportSize({ width: 1440, height: 900 });
		await page.goto(base + path);
		await ready(page);
		for (const width of WIDTHS) {
			await page.setViewportSize({ width, height: 800 });
			await page.evaluate(drawn);
			await settle(page);
			wide.push(...(await overflowing(page))
				.map((what) => `${path} at ${width}: ${what}`));
		}
	}
	assert.deepEqual(wide, []);
}

for (const locale of ['en-GB', 'ru-RU']) {
	browse(`visitors' pages at all widths, ${locale}`,
		{ locale, statuses: [404] },
		(page) => check(page, [...ROUTES.filter(({ path, needs }) =>
			needs === undefined && !path.includes('{'))
			.map(({ path }) => path), '/docs', '/no-such-page']));
	browse(`an administrator's pages at all widths, ${locale}`, { locale },
		async (page) => {
			const admin = administrator();
			const filled = await fillAll(await tokenOf(admin));
			const paths = ROUTES.filter(({ path, only }) => only === undefined &&
				(filled[path] !== undefined || !path.includes('{')))
				.map(({ path }) => filled[path] ?? path);

			await enter(page, admin);
			await check(page, paths);
		});
}
