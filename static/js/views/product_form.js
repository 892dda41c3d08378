/* The fields of a product, for making one and for changing one. */
import { FieldError, field } from '../form.js';
import { el } from '../dom.js';
import { t } from '../lang.js';
import { readPrice, writePrice } from '../price.js';

/** @typedef {import('../types.js').Schemas['ProductStaff']} Product */

/** @param {Partial<Product>} product */
export function productFields(product = {}) {
	const { price, currency = 'EUR' } = product;

	return [
		field({ name: 'name', label: t('stock.name'), value: product.name,
			autocomplete: 'off' }),
		el('div', { class: 'fields-row' },
			field({ name: 'sku', label: t('stock.sku'), value: product.sku,
				autocomplete: 'off', spellcheck: 'false' }),
			field({ name: 'category', label: t('stock.category'), optional: true,
				empty: 'null', value: product.category, autocomplete: 'off' })),
		el('div', { class: 'fields-row' },
			field({ name: 'price', label: t('stock.price'), inputmode: 'decimal',
				autocomplete: 'off', value: price === undefined ? ''
					: writePrice(price, currency) }),
			field({ name: 'currency', label: t('stock.currency'), maxlength: 3,
				value: currency, autocomplete: 'off', spellcheck: 'false',
				hint: t('stock.currency_hint') })),
		field({ name: 'description', label: t('stock.description'),
			type: 'textarea', optional: true, empty: 'null',
			value: product.description }),
		field({ name: 'active', type: 'checkbox', label: t('stock.active'),
			value: product.active ?? true, hint: t('stock.active_hint') }),
	];
}

/**
 * As the API wants it.
 * @param {Record<string, any>} values
 */
export function productOf({ price, currency, ...rest }) {
	const code = currency.trim().toUpperCase();
	const minor = readPrice(price, code);

	if (typeof minor === 'string')
		throw new FieldError('price', t('stock.no_price'));
	return /** @type {any} */ ({ ...rest, currency: code, price: minor });
}
