/* The first page: what this is, the ways in, and what is new in the shop. */
import { el, fill } from '../dom.js';
import { t } from '../lang.js';
import { productCards } from '../product_cards.js';
import { readProducts } from '../products.js';
import * as session from '../session.js';
import { broken } from '../states.js';

/** @typedef {import('../types.js').Page} Page */

const SHOWN = 4;

const ways = () => session.isInside()
	? el('a', { class: 'button', href: '/dashboard' }, t('home.dashboard'))
	: [el('a', { class: 'button', href: '/sign-up' }, t('door.sign_up')),
		el('a', { class: 'button', 'data-look': 'quiet', href: '/sign-in' },
			t('door.sign_in'))];

function hero() {
	return el('div', { class: 'hero' },
		el('div', { class: 'hero-text' },
			el('h1', {}, t('home.heading')),
			el('p', {}, t('home.about')),
			el('div', { class: 'actions' }, ways())),
		el('div', { class: 'hero-art' }));
}

const waiting = () => el('ul', { class: 'products', 'aria-hidden': 'true' },
	Array.from({ length: SHOWN }, () => el('li', { class: 'product' },
		el('span', { class: 'skeleton', 'data-size': 'short' }),
		el('span', { class: 'skeleton' }))));

/** @param {Page} page @param {HTMLElement} place */
async function showNewest(page, place) {
	const body = el('div', { 'aria-busy': 'true' }, waiting());

	fill(place, el('div', { class: 'part-head' },
		el('h2', {}, t('home.newest')),
		el('a', { href: '/products' }, t('home.all'))), body);
	try {
		const { data } = await readProducts({ limit: SHOWN,
			active: session.may('products') ? true : undefined },
		page.signal);

		if (data.length > 0)
			fill(body, productCards(data, 'h3'));
		else
			fill(body, el('p', { class: 'hint' }, t('products.none')));
	} catch (error) {
		if (/** @type {Error} */ (error).name !== 'AbortError')
			fill(body, broken(/** @type {Error} */ (error),
				() => showNewest(page, place)));
	} finally {
		body.removeAttribute('aria-busy');
	}
}

/** @type {import('../types.js').View} */
export default function home(page) {
	const newest = el('section', { class: 'part', 'aria-label':
		t('home.newest') });

	showNewest(page, newest);
	return el('div', { class: 'page site' }, hero(), newest);
}
