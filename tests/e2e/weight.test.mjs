/*
 * What each page costs over the wire when a browser sees it for the first time,
 * headers and all, in every language that there is: on a site of its own, where
 * lists hold what lists hold, and not what other tests make.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROUTES } from '../../static/js/routes.js';
import { startSite } from './passkeys.mjs';

const BUILD = process.env.E2E_BUILD;
const MOST = 100000;
const LANGUAGES = readdirSync(new URL('../../static/lang', import.meta.url))
	.filter((name) => name.endsWith('.json'))
	.map((name) => name.replace('.json', ''));
const TEXT = 'Turned from one piece of ash and oiled by hand. It stands on ' +
	'three feet, folds flat, and carries more than it looks like.';
const paths = (isInside) => ROUTES.filter(({ path, needs }) =>
	!path.includes('{') && (needs !== undefined) === isInside)
	.map(({ path }) => path);

async function fillAll({ administrator, api, makeUser, tokenOf }) {
	const token = await tokenOf(administrator());

	for (let i = 0; i < 24; i++) {
		await api('POST', '/products/', { token, json: { sku: `ASH-${i}`,
			name: `Folding stool ${i}`, description: TEXT, price: 4900 + i,
			category: 'furniture', currency: 'EUR', stock: i } });
		await api('POST', '/items/', { token,
			json: { title: `Call the joiner, ${i}`, description: TEXT } });
	}
	for (let i = 0; i < 5; i++)
		await makeUser({ full_name: 'Grace Hopper' });
}

/* Of one page: the bytes and the answers they came in. */
async function load({ base, ready }, page, cdp, path) {
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

async function weigh(harness, page, t, pages) {
	const cdp = await page.context().newCDPSession(page);

	await cdp.send('Network.enable');
	for (const path of pages) {
		const { bytes, answers } = await load(harness, page, cdp, path);

		t.diagnostic(`${path}: ${bytes} bytes in ${answers} answers`);
		assert.ok(answers > 10, `${path}: ${answers} answers`);
		assert.ok(bytes < MOST, `${path}: ${bytes} bytes`);
	}
}

async function cases() {
	const site = await startSite(BUILD, { FRONTEND_HOST: '' });

	after(site.stop);
	process.env.E2E_URL = site.address;
	process.env.E2E_ENV = join(site.dir, 'atrium.env');
	const harness = await import('./harness.mjs');
	const { administrator, browse, enter } = harness;

	await fillAll(harness);
	for (const locale of LANGUAGES) {
		browse(`the first load of visitors' pages in ${locale}`, { locale },
			(page, t) => weigh(harness, page, t, [...paths(false), '/docs']));
		browse(`the first load of an administrator's pages in ${locale}`,
			{ locale }, async (page, t) => {
				await enter(page, administrator());
				await weigh(harness, page, t,
					[...paths(true), '/kv/~', '/kv/~/value']);
			});
	}
}

if (BUILD)
	await cases();
else
	test('the first load of each page',
		{ skip: 'E2E_BUILD names no build to start a site from' }, () => {});
