/* The catalogue: what there is, by words, category, price and order. */
import { ApiError } from '../api.js';
import { el, one } from '../dom.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { t } from '../lang.js';
import { listing } from '../list.js';
import { readPrice } from '../price.js';
import { productCards } from '../product_cards.js';
import { readProducts } from '../products.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */

/* The API compares minor units, whatever the currency; most have two digits. */
const CURRENCY = 'EUR';

/** @param {string|undefined} text */
function priceOf(text = '') {
	const price = text === '' ? undefined : readPrice(text, CURRENCY);

	if (price === null)
		throw new ApiError(t('products.bad_price', { text }));
	return price;
}

/** @returns {import('../list.js').Filter[]} */
const filters = () => [
	{ name: 'q', label: t('action.search') },
	{ name: 'category', label: t('products.category') },
	{ name: 'in_stock', label: t('products.stock'), type: 'select', options: [
		['', t('products.any_stock')], ['true', t('products.in_stock')],
	] },
	{ name: 'min', label: t('products.min') },
	{ name: 'max', label: t('products.max') },
	{ name: 'sort', label: t('list.sort'), type: 'select', options: [
		['', t('products.newest')], ['name', t('products.by_name')],
		['price', t('products.cheap')], ['-price', t('products.dear')],
	] },
];

/** @param {Page} page */
const load = ({ signal }) =>
	async (/** @type {Record<string, any>} */ { min, max, ...asked }) => {
		const min_price = priceOf(min);
		const max_price = priceOf(max);

		return readProducts({ ...asked, min_price, max_price,
			/* Staff sees here what others see. */
			active: session.may('products') ? true : undefined }, signal);
	};

/* On a narrow screen all but the words folds away, unless it is in use. */
/** @param {HTMLElement} bar @param {Page} page */
function fold(bar, { query, signal }) {
	const wide = matchMedia('(min-width: 48rem)');
	const [, ...others] = bar.children;
	const node = el('details', { class: 'more-filters' },
		el('summary', {}, t('products.filters'), icon('down')),
		el('div', { class: 'more-fields' }, others));
	const isUsed = filters().slice(1).some(({ name }) => query.get(name));
	const set = () => {
		node.open = wide.matches || isUsed;
	};

	set();
	wide.addEventListener('change', set, { signal });
	bar.append(node);
}

/** @type {import('../types.js').View} */
export default function products(page) {
	const list = listing({ page, label: t('products.title'), size: 24,
		feed: true, filters: filters(), load: load(page),
		counted: 'products.shown',
		draw: (rows) => productCards(rows),
		empty: { title: t('products.none'), text: t('products.none_text'),
			sign: 'tag' } });

	fold(one(list.node, '.filters'), page);

	return el('div', { class: 'page site catalogue' },
		heading({ title: t('products.title'), text: t('products.about'),
			actions: session.may('products') && el('a', { class: 'button',
				'data-look': 'quiet', 'data-size': 'small',
				href: '/admin/products' }, t('products.manage')) }),
		list.node);
}
