/*
 * One product: changed by the version that is shown, so that nobody's change
 * is lost; its stock by what came or went.
 */
import * as api from '../api.js';
import { ask, confirm } from '../dialog.js';
import { el } from '../dom.js';
import { field, form, valuesOf } from '../form.js';
import { button, heading, part } from '../heading.js';
import { number, t, when } from '../lang.js';
import { once } from '../once.js';
import { readProduct } from '../products.js';
import { askNewer, isStale, staleIn } from '../stale.js';
import { toast } from '../toast.js';
import { stateTags } from './admin_products.js';
import { productFields, sendProduct } from './product_form.js';

/** @typedef {import('../types.js').Schemas['ProductStaff']} Product */
/** @typedef {import('../types.js').Page} Page */

/**
 * product: what the form was filled with, whose version goes with its changes
 * @typedef {{product: Product, stock: number, facts: HTMLElement}} Shown
 */

/** @param {Shown} shown @param {Page} page */
function edit(shown, page) {
	const { id } = shown.product;
	const node = form({ card: true, label: t('stock.facts'),
		action: t('action.save'), fields: productFields(shown.product),
		submit: async (values) => {
			await sendProduct(values, (json) => api.patch('/products/{id}',
				{ path: { id }, match: shown.product, json }));
			toast(t('stock.saved'));
			page.again();
		}, caught: staleIn(page) });
	const before = JSON.stringify(valuesOf(node));

	page.dirty(() => JSON.stringify(valuesOf(node)) !== before);
	return node;
}

/*
 * After a change of the stock: its new facts, and what was typed stays. Its new
 * version is taken for ours only when nothing else has changed meanwhile.
 */
async function renew(/** @type {Shown} */ shown) {
	const now = /** @type {Product} */ (await api.get('/products/{id}',
		{ path: { id: shown.product.id } }));
	const fresh = facts(now);

	shown.facts.replaceWith(fresh);
	shown.facts = fresh;
	shown.stock = now.stock;
	if (now.version === shown.product.version + 1)
		shown.product = now;
}

/** @param {Shown} shown */
async function move(shown) {
	const { id } = shown.product;
	const key = once();
	const done = await ask({ title: t('stock.move'), action: t('stock.move_do'),
		text: t('stock.move_text', { stock: number(shown.stock) }), fields: [
			field({ name: 'delta', type: 'number', label: t('stock.delta'),
				hint: t('stock.delta_hint'), autocomplete: 'off',
				inputmode: 'text' }),
			field({ name: 'reason', label: t('stock.reason'),
				autocomplete: 'off' }),
		], submit: (json) => api.post('/products/{id}/stock', {
			path: { id }, key: key(json),
			json: /** @type {any} */ (json) }) });

	if (done) {
		toast(t('stock.moved', { stock: number(done.stock) }));
		await renew(shown);
	}
}

/** @param {Shown} shown @param {Page} page */
async function remove({ product }, page) {
	let isLate = false;
	const isDone = await confirm({ title: t('stock.delete_question'),
		text: t('stock.delete_text', { name: product.name }),
		action: t('stock.delete'), cancel: t('stock.keep'), run: async () => {
			try {
				await api.del('/products/{id}',
					{ path: { id: product.id }, match: product });
			} catch (error) {
				isLate = isStale(error);
				if (!isLate)
					throw error;
			}
		} });

	if (isLate) {
		await askNewer(page);
	} else if (isDone) {
		await page.go('/admin/products');
		toast(t('stock.deleted'));
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
	const found = /** @type {Product} */ (
		await readProduct(page.params.id, page.signal));

	const shown = { product: found, stock: found.stock, facts: facts(found) };

	page.title(found.name);
	return el('div', { class: 'page' }, heading({
		back: ['/admin/products', t('stock.title')],
		title: el('bdi', {}, found.name), text: el('bdi', {}, found.sku),
		actions: [
			el('a', { class: 'button', 'data-look': 'quiet',
				href: `/products/${found.id}` }, t('stock.as_visitor')),
			button(t('stock.move'), () => move(shown))],
	}), shown.facts,
	part({ title: t('stock.facts') }, edit(shown, page)),
	part({ title: t('stock.delete'), text: t('stock.delete_about') },
		el('div', { class: 'card' }, button(t('stock.delete'),
			() => remove(shown, page), { look: 'danger-quiet' }))));
}
