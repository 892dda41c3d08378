/* The account's items; who may, sees and changes everybody's. */
import * as api from '../api.js';
import { ask, confirm } from '../dialog.js';
import { el } from '../dom.js';
import { field } from '../form.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { rich, t, when } from '../lang.js';
import { listing } from '../list.js';
import * as session from '../session.js';
import { toast, tried } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['ItemPublic']} Item */

/** @param {Partial<Item>} item */
function fields({ title, description }) {
	return [
		field({ name: 'title', label: t('items.name'), value: title,
			autocomplete: 'off' }),
		field({ name: 'description', label: t('items.description'),
			type: 'textarea', value: description, optional: true,
			empty: 'null', class: 'input item-text' }),
	];
}

/** @returns {Promise<Item|undefined>} */
function askNew() {
	return ask({ title: t('items.new'), fields: fields({}),
		action: t('items.make'), submit: ({ title, description }) =>
			api.post('/items/', { json: { title, description } }) });
}

/* As it is now: who was slow is told so, by the ETag. */
/** @param {string} id @returns {Promise<Item|undefined>} */
async function askChange(id) {
	let item = await api.get('/items/{id}', { path: { id } });

	return ask({ title: t('items.edit'), fields: fields(item),
		action: t('action.save'), submit: async ({ title, description }) => {
			try {
				return await api.put('/items/{id}', { path: { id },
					match: item, json: { title, description } });
			} catch (error) {
				if (/** @type {any} */ (error).status !== 412)
					throw error;
				item = await api.get('/items/{id}', { path: { id } });
				throw new api.ApiError(t('items.changed', {
					title: item.title, description:
						item.description || t('items.no_description') }));
			}
		} });
}

/** @param {Item} item */
function askRemoval({ id, title }) {
	return confirm({ title: t('items.delete_title'),
		text: rich('items.delete_text', {
			title: el('strong', {}, el('bdi', {}, title)) }),
		action: t('items.delete'), run: async () => {
			try {
				await api.del('/items/{id}', { path: { id } });
			} catch (error) {
				/* Gone is what was wanted. */
				if (/** @type {any} */ (error).status !== 404)
					throw error;
			}
		} });
}

/** @param {Item} item */
function owner({ owner_id: id }) {
	if (id === session.mine().user.id)
		return null;
	return session.may('users')
		? el('a', { class: 'tag', href: `/admin/users/${encodeURIComponent(id)}` },
			t('items.of_other'))
		: el('span', { class: 'tag' }, t('items.of_other'));
}

/** @param {Item} item */
function about(item) {
	return el('div', { class: 'item', 'data-id': item.id },
		el('p', { class: 'item-name' }, el('span', { dir: 'auto' }, item.title),
			owner(item)),
		item.description && el('p', { class: 'item-about', dir: 'auto' },
			item.description));
}

class Items {
	/** @param {Page} page */
	constructor(page) {
		this.page = page;
		this.list = listing({ page, label: t('items.title'), columns: [
			{ label: t('items.name'), main: true, cell: about },
			{ label: t('items.made'), cell: (/** @type {Item} */ item) =>
				when(item.created_at) },
			{ label: t('items.acts'), acts: true, cell: (item) => this.acts(item) },
		], load: ({ skip, limit }) => api.get('/items/',
			{ query: { skip, limit }, signal: page.signal }),
		empty: { title: t('items.none'), text: t('items.none_text'),
			sign: 'list', action: this.newButton() } });
		this.node = el('div', { class: 'page items' },
			heading({ title: t('items.title'), text: t(session.may('items')
				? 'items.lead_all' : 'items.lead'), actions: this.newButton() }),
			this.list.node);
	}

	newButton() {
		return el('button', { class: 'button', type: 'button',
			onclick: tried(() => this.make()) }, icon('plus'), t('items.new'));
	}

	/** @param {Item} item */
	acts(item) {
		const button = (/** @type {string} */ key,
		    /** @type {() => void} */ run) => el('button', { class: 'button',
			'data-look': 'quiet', 'data-size': 'small', type: 'button',
			'data-act': key, onclick: tried(run),
			'aria-label': t(`items.${key}_what`, { title: item.title }) },
		t(`action.${key}`));

		return [button('edit', () => this.change(item)),
			button('delete', () => this.remove(item))];
	}

	/* The newest one stands first. */
	async make() {
		const made = await askNew();

		if (made === undefined)
			return;
		toast(t('items.made_one'));
		this.page.search({ page: null });
		await this.list.reload();
		this.focus(made.id);
	}

	/** @param {Item} item */
	async change({ id }) {
		const changed = await askChange(id);

		if (changed === undefined)
			return;
		toast(t('items.saved'));
		await this.list.reload();
		this.focus(id);
	}

	/** @param {Item} item */
	async remove(item) {
		const rows = [...this.node.querySelectorAll('[data-id]')];
		const at = rows.findIndex((row) =>
			/** @type {HTMLElement} */ (row).dataset.id === item.id);
		const next = rows[at + 1] ?? rows[at - 1];

		if (!await askRemoval(item))
			return;
		toast(t('items.deleted'));
		await this.list.reload();
		this.focus(/** @type {HTMLElement|undefined} */ (next)?.dataset.id ?? '');
	}

	/* The row's first button, or the heading when the row is not there. */
	focus(/** @type {string} */ id) {
		const target = this.node.querySelector(`[data-id="${CSS.escape(id)}"]`)
			?.closest('tr')?.querySelector('[data-act]') ??
			this.node.querySelector('h1');

		if (!(target instanceof HTMLElement))
			return;
		if (target.matches('h1'))
			target.setAttribute('tabindex', '-1');
		target.focus();
	}
}

/* lang: items.* */
/** @param {Page} page */
export default function items(page) {
	return new Items(page).node;
}
