/*
 * What each page costs over the wire when a browser sees it for the first time,
 * headers and all, in every language that there is. Sessions and products that
 * other tests made are left out: what people keep here comes on top.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROUTES } from '../../static/js/routes.js';
import { administrator, api, base, browse, enter, newAddress, PASSWORD, ready,
	tokenOf } from './harness.mjs';

const MOST = 100000;
const LANGUAGES = readdirSync(join(import.meta.dirname, '../../static/lang'))
	.map((name) => name.replace('.json', ''));
const paths = (isInside) => ROUTES.filter(({ path, needs }) =>
	!path.includes('{') && (needs !== undefined) === isInside)
	.map(({ path }) => path === '/products' ? '/products?category=none' : path);

/* Of one page: the bytes and the answers they came in. */
async function load(page, cdp, path) {
	let bytes = 0;
	let answers = 0;
	const count = ({ encodedDataLength }) => {
		bytes += encodedDataLength;
		answers += 1;
	};

	/* Out of the old page first: what it still reads is not of the new one. */
	await page.goto('about:blank');
	await cdp.send('Network.clearBrowserCache');
	cdp.on('Network.loadingFinished', count);
	await page.goto(base + path);
	await ready(page);
	await page.waitForLoadState('networkidle');
	cdp.off('Network.loadingFinished', count);
	return { bytes, answers };
}

async function weigh(page, t, pages) {
	const cdp = await page.context().newCDPSession(page);

	await cdp.send('Network.enable');
	for (const path of pages) {
		const { bytes, answers } = await load(page, cdp, path);

		t.diagnostic(`${path}: ${bytes} bytes in ${answers} answers`);
		assert.ok(answers > 10, `${path}: ${answers} answers`);
		assert.ok(bytes < MOST, `${path}: ${bytes} bytes`);
	}
}

async function newAdministrator() {
	const user = { email: newAddress(), password: PASSWORD };

	await api('POST', '/users/', { token: await tokenOf(administrator()),
		json: { ...user, is_superuser: true } });
	return user;
}

for (const locale of LANGUAGES) {
	browse(`the first load of visitors' pages in ${locale}`, { locale },
		(page, t) => weigh(page, t, [...paths(false), '/docs']));
	browse(`the first load of an administrator's pages in ${locale}`, { locale },
		async (page, t) => {
			await enter(page, await newAdministrator());
			await weigh(page, t, [...paths(true), '/kv/~', '/kv/~/value']);
		});
}
