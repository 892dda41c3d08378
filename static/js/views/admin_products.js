/* The catalogue as staff see it: found, made, opened. */
import * as api from '../api.js';
import { ask } from '../dialog.js';
import { el } from '../dom.js';
import { field } from '../form.js';
import { button, heading, tag } from '../heading.js';
import { icon } from '../icon.js';
import { money, number, t } from '../lang.js';
import { listing } from '../list.js';
import { once } from '../once.js';
import { readProducts } from '../products.js';
import { productFields, sendProduct } from './product_form.js';

/** @typedef {import('../types.js').Schemas['ProductStaff']} Product */

function create() {
	const key = once();

	return ask({ title: t('stock.new'), action: t('stock.create'), wide: true,
		fields: [productFields(), field({ name: 'stock', type: 'number',
			label: t('stock.stock'), value: '0' })],
		submit: (values) => sendProduct(values,
			(json) => api.post('/products/', { json, key: key(json) })) });
}

/* Whether it is sold, and whether there is any. */
export function stateTags(/** @type {Product} */ product) {
	return el('span', { class: 'tags' },
		product.active ? tag(t('stock.is_active'), 'good')
			: tag(t('stock.inactive')),
		product.stock === 0 && tag(t('stock.out'), 'warn'));
}

const COLUMNS = () => [
	{ label: t('stock.name'), main: true, sort: 'name',
		cell: (/** @type {Product} */ product) => [
			el('a', { href: `/admin/products/${product.id}`, dir: 'auto' },
				product.name),
			el('div', { class: 'hint' }, el('bdi', {}, product.sku))] },
	{ label: t('stock.category'), cell: (/** @type {Product} */ product) =>
		el('bdi', {}, product.category ?? '–') },
	{ label: t('stock.price'), align: /** @type {const} */ ('end'),
		sort: 'price', cell: (/** @type {Product} */ product) =>
			money(product.price, product.currency) },
	{ label: t('stock.stock'), align: /** @type {const} */ ('end'),
		cell: (/** @type {Product} */ product) => number(product.stock) },
	{ label: t('stock.state'), cell: stateTags },
];

const FILTERS = () => [
	{ name: 'q', label: t('stock.find'), type: /** @type {const} */ ('search') },
	{ name: 'category', label: t('stock.category'),
		type: /** @type {const} */ ('search') },
	{ name: 'active', label: t('stock.state'),
		type: /** @type {const} */ ('select'),
		options: /** @type {[string, string][]} */ ([['', t('stock.any')],
			['true', t('stock.is_active')], ['false', t('stock.inactive')]]) },
	{ name: 'in_stock', label: t('stock.stock'),
		type: /** @type {const} */ ('select'),
		options: /** @type {[string, string][]} */ ([['', t('stock.any')],
			['true', t('stock.some')], ['false', t('stock.out')]]) },
];

/** @type {import('../types.js').View} */
export default function products(page) {
	const list = listing({
		page,
		label: t('stock.title'),
		columns: COLUMNS(),
		filters: FILTERS(),
		load: (query) => readProducts(query, page.signal),
		empty: { title: t('stock.none'), text: t('stock.none_text'),
			sign: 'tag' },
	});

	return el('div', { class: 'page' }, heading({ title: t('stock.title'),
		text: t('stock.about'), actions: [
			el('a', { class: 'button', 'data-look': 'quiet',
				href: '/admin/products/import' }, icon('upload'),
			t('import.open')),
			button(t('stock.new'), async () => {
				const made = await create();

				if (made)
					await page.go(`/admin/products/${made.id}`);
			}, { sign: 'plus' })] }), list.node);
}
