/* The fields of a product, for making one and for changing one. */
import { field } from '../form.js';
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
 * Sends what the form says as the API wants it. A price that is none is sent as
 * nothing, so that the server's answer names the faults of all fields at once.
 * @template T
 * @param {Record<string, any>} values
 * @param {(json: any) => Promise<T>} send
 */
export async function sendProduct({ price, currency, ...rest }, send) {
	const code = currency.trim().toUpperCase();
	const minor = readPrice(price, code);

	try {
		return await send({ ...rest, currency: code, price: minor });
	} catch (/** @type {any} */ error) {
		if (minor === null)
			error.faults = error.faults?.map(
				(/** @type {import('../types.js').Fault} */ fault) =>
					fault.loc?.at(-1) === 'price'
						? { loc: ['price'], msg: t('stock.no_price') } : fault);
		throw error;
	}
}
