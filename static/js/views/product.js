/* One product. */
import { el } from '../dom.js';
import { icon } from '../icon.js';
import { money, number, t } from '../lang.js';
import { categoryAddress, stockTag } from '../product_cards.js';
import { readProduct } from '../products.js';
import * as session from '../session.js';
import { missing } from '../states.js';

/** @typedef {import('../types.js').Schemas['ProductPublic']} Product */
/** @typedef {import('../types.js').Schemas['ProductStaff']} Staff */

/** @param {import('../types.js').Page} page */
async function read({ params, signal }) {
	try {
		return await readProduct(params.id, signal);
	} catch (error) {
		/* What is no id has no product either. */
		if (/** @type {any} */ (error).status === 422)
			return null;
		throw error;
	}
}

/** @param {string} name @param {import('../dom.js').Child} value */
const fact = (name, value) =>
	el('div', {}, el('dt', {}, name), el('dd', {}, value));

function facts(/** @type {Product} */ { sku, category }) {
	return el('dl', { class: 'facts' },
		category && fact(t('products.category'), el('a', { dir: 'auto',
			href: categoryAddress(category) }, category)),
		fact(t('products.sku'), el('span', { dir: 'auto' }, sku)));
}

/* For who may change it. */
function staff(/** @type {Staff} */ { id, active, stock }) {
	return el('div', { class: 'product-staff' },
		el('p', {}, active ? t('products.left', { count: number(stock) })
			: t('products.hidden')),
		el('a', { class: 'button', 'data-look': 'quiet', 'data-size': 'small',
			href: `/admin/products/${id}` }, icon('edit'),
		t('products.change')));
}

/** @type {import('../types.js').View} */
export default async function product(page) {
	const found = await read(page);

	if (found === null)
		return missing();
	page.title(found.name);
	return el('article', { class: 'page site product-page' },
		el('div', { class: 'product-head' },
			el('a', { class: 'back', href: '/products' }, icon('back'),
				t('products.all')),
			el('h1', { dir: 'auto' }, found.name)),
		el('div', { class: 'card product-offer' },
			el('p', { class: 'product-price' },
				money(found.price, found.currency)),
			el('p', {}, stockTag(found)),
			session.may('products') && 'stock' in found &&
				staff(/** @type {Staff} */ (found))),
		el('div', { class: 'product-about' },
			found.description && el('p', { class: 'product-description',
				dir: 'auto' }, found.description),
			facts(found)));
}
