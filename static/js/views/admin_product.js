/*
 * One product: changed by the version that is shown, so that nobody's change
 * is lost; its stock by what came or went.
 */
import * as api from '../api.js';
import { ask, confirm } from '../dialog.js';
import { el } from '../dom.js';
import { field, form } from '../form.js';
import { button, heading, part } from '../heading.js';
import { number, t, when } from '../lang.js';
import { once } from '../once.js';
import { go } from '../router.js';
import { toast } from '../toast.js';
import { stateTags } from './admin_products.js';
import { productFields, productOf } from './product_form.js';

/** @typedef {import('../types.js').Schemas['ProductStaff']} Product */
/** @typedef {import('../types.js').Page} Page */

const STALE = 412;

/* Somebody else was first: said, and the newer state is one step away. */
function stale(/** @type {Page} */ page) {
	return confirm({ title: t('stock.changed_title'),
		text: t('stock.changed_text'), action: t('stock.show_newer'),
		cancel: t('stock.keep_mine'), run: () => page.again() });
}

/** @param {Product} product @param {Page} page */
function edit(product, page) {
	return form({ card: true, label: t('stock.facts'), action: t('action.save'),
		fields: productFields(product), submit: async (values) => {
			await api.patch('/products/{id}', { path: { id: product.id },
				match: product, json: productOf(values) });
			toast(t('stock.saved'));
			page.again();
		}, caught: (error) => {
			if (error.status === STALE)
				stale(page);
			return error.status === STALE;
		} });
}

/** @param {Product} product @param {Page} page */
async function move(product, page) {
	const key = once();
	const done = await ask({ title: t('stock.move'), action: t('stock.move_do'),
		text: t('stock.move_text', { stock: number(product.stock) }), fields: [
			field({ name: 'delta', type: 'number', label: t('stock.delta'),
				hint: t('stock.delta_hint'), autocomplete: 'off',
				inputmode: 'text' }),
			field({ name: 'reason', label: t('stock.reason'),
				autocomplete: 'off' }),
		], submit: (json) => api.post('/products/{id}/stock', {
			path: { id: product.id }, key: key(json),
			json: /** @type {any} */ (json) }) });

	if (done) {
		toast(t('stock.moved', { stock: number(done.stock) }));
		page.again();
	}
}

/** @param {Product} product @param {Page} page */
async function remove(product, page) {
	const gone = await confirm({ title: t('stock.delete_question'),
		text: t('stock.delete_text', { name: product.name }),
		action: t('stock.delete'), cancel: t('stock.keep'),
		run: () => api.del('/products/{id}',
			{ path: { id: product.id }, match: product }) });

	if (gone) {
		await go('/admin/products');
		toast(t('stock.deleted'));
	} else if (!page.signal.aborted) {
		page.again();
	}
}

/** @param {Product} product */
function facts(product) {
	const rows = [
		[t('stock.stock'), number(product.stock)],
		[t('stock.state'), stateTags(product)],
		[t('stock.version'), number(product.version)],
		[t('stock.made'), when(product.created_at)],
		[t('stock.changed'), when(product.updated_at)],
	];

	return el('dl', { class: 'facts card' }, rows.map(([name, value]) =>
		el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/** @type {import('../types.js').View} */
export default async function product(page) {
	const { signal } = page;
	const found = /** @type {Product} */ (await api.get('/products/{id}',
		{ path: { id: page.params.id }, signal }));

	page.title(found.name);
	return el('div', { class: 'page' }, heading({
		back: ['/admin/products', t('stock.title')],
		title: el('bdi', {}, found.name), text: el('bdi', {}, found.sku),
		actions: [
			el('a', { class: 'button', 'data-look': 'quiet',
				href: `/products/${found.id}` }, t('stock.as_visitor')),
			button(t('stock.move'), () => move(found, page))],
	}), facts(found),
	part({ title: t('stock.facts') }, edit(found, page)),
	part({ title: t('stock.delete'), text: t('stock.delete_about') },
		el('div', { class: 'card' }, button(t('stock.delete'),
			() => remove(found, page), { look: 'danger-quiet' }))));
}
