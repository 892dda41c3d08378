/* Products as visitors see them: cards in a grid. */
import { el } from './dom.js';
import { money, t } from './lang.js';

/** @typedef {import('./types.js').Schemas['ProductPublic']} Product */

export function stockTag(/** @type {{in_stock: boolean}} */ { in_stock: is }) {
	return el('span', { class: 'tag', 'data-tone': is ? 'good' : null },
		t(is ? 'products.in_stock' : 'products.sold_out'));
}

export const categoryAddress = (/** @type {string} */ category) =>
	`/products?category=${encodeURIComponent(category)}`;

/** @param {Product} product @param {'h2'|'h3'} heading */
function card({ id, name, description, price, currency, ...rest }, heading) {
	return el('li', { class: 'product' },
		el(heading, { class: 'product-name' },
			el('a', { href: `/products/${id}`, dir: 'auto' }, name)),
		description && el('p', { class: 'product-text', dir: 'auto' },
			description),
		el('div', { class: 'product-foot' },
			el('span', { class: 'product-price' }, money(price, currency)),
			stockTag(rest)));
}

/** @param {Product[]} products @param {'h2'|'h3'} [heading] */
export const productCards = (products, heading = 'h2') =>
	el('ul', { class: 'products' },
		products.map((product) => card(product, heading)));
