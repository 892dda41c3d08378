/* The keys of a space: found by their beginning, taken out and brought in. */
import { confirm } from '../dialog.js';
import { el, fill } from '../dom.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { BATCH, keys, keyText, removeMany, spaceHref, spaceOf, spaceTitle,
	valueHref } from '../kv.js';
import { bytes, n, t, when } from '../lang.js';
import { listing, table } from '../list.js';
import { toast, tried } from '../toast.js';
import { askExport } from './kv_export.js';
import { askImport } from './kv_import.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../kv.js').Key} Key */
/** @typedef {import('../kv.js').Space} Space */

const PAGE = 50;

/* A link that looks like a button. */
/** @param {string} href @param {string} sign @param {string} text
 *  @param {string|null} [look] */
function go(href, sign, text, look = null) {
	return el('a', { class: 'button', href, 'data-look': look }, icon(sign), text);
}

/** @param {string} sign @param {string} text @param {() => unknown} run */
function act(sign, text, run) {
	return el('button', { class: 'button', 'data-look': 'quiet', type: 'button',
		onclick: tried(run) }, icon(sign), text);
}

class Keys {
	/** @type {Set<string>} */
	#chosen = new Set();
	/** @type {Key[]} */
	#rows = [];
	#turn = 0;
	#bar = el('div', { class: 'kv-chosen', hidden: true });
	#all = el('input', { type: 'checkbox', class: 'tick',
		'aria-label': t('kv.choose_all'), onchange: () => this.#chooseAll() });

	/** @param {Page} page @param {Space} space */
	constructor(page, space) {
		this.page = page;
		this.space = space;
		this.name = space.space;
		this.list = this.#listing();
		this.node = el('div', { class: 'page' },
			heading({ back: ['/kv', t('kv.title')],
				title: el('bdi', {}, spaceTitle(this.name)),
				text: [t('kv.fill', { keys: n('kv.keys', space.keys),
					bytes: bytes(space.bytes), most: bytes(space.max_bytes) }),
				' ', this.#rights()], actions: this.#acts() }),
			space.can_read ? el('div', { class: 'kv-browse' }, this.#bar,
				this.list?.node) : el('p', { class: 'notice' },
				t('kv.write_only_text')));
	}

	#rights() {
		const { can_read: reads, can_write: writes } = this.space;

		return !(reads && writes) && el('span', { class: 'tag' },
			t(reads ? 'kv.read_only' : 'kv.write_only'));
	}

	#acts() {
		const { can_read: reads, can_write: writes } = this.space;

		return [
			writes && go(`${spaceHref(this.name)}/value`, 'plus',
				t('kv.new_key')),
			writes && act('upload', t('kv.import'), async () => {
				if (await askImport(this.name))
					this.page.again();
			}),
			reads && act('download', t('kv.export'), () => askExport(this.name,
				this.page.query.get('prefix') ?? '')),
		];
	}

	#listing() {
		const { page, space, name } = this;

		return space.can_read ? listing({ page, label: t('kv.keys_of', {
			space: spaceTitle(name) }), feed: true, size: PAGE,
		filters: [{ name: 'prefix', label: t('kv.prefix'), exact: true }],
		load: (query) => this.#load(query),
		draw: (rows) => this.#draw(rows),
		empty: { title: t('kv.none'), text: space.can_write ? t('kv.none_text')
			: undefined, sign: 'key', action: space.can_write &&
				go(`${spaceHref(name)}/value`, 'plus', t('kv.new_key')) } })
			: null;
	}

	/*
	 * What is not shown any more is not chosen any more. A late answer, and one
	 * that was to add rows, leave what is shown.
	 */
	async #load(/** @type {Record<string, any>} */ { prefix, cursor, limit }) {
		const mine = this.#turn += 1;
		const clear = () => !cursor && mine === this.#turn && this.#keep([]);

		try {
			const answer = await keys(this.name, { prefix, cursor, limit },
				this.page.signal);

			if (answer.data.length === 0)
				clear();
			return answer;
		} catch (error) {
			clear();
			throw error;
		}
	}

	#keep(/** @type {Key[]} */ rows) {
		const there = new Set(rows.map(({ key }) => key));

		this.#rows = rows;
		this.#chosen = new Set([...this.#chosen].filter((k) => there.has(k)));
		this.#drawBar();
	}

	/** @param {Key} row */
	#tick({ key }) {
		const tick = el('input', { type: 'checkbox', class: 'tick',
			checked: this.#chosen.has(key),
			'aria-label': t('kv.choose', { key }), onchange: () => {
				if (tick.checked)
					this.#chosen.add(key);
				else
					this.#chosen.delete(key);
				this.#drawBar();
			} });

		return tick;
	}

	/** @param {Key[]} rows */
	#draw(rows) {
		this.#keep(rows);
		return table([
			...this.space.can_write ? [{ label: t('kv.choice'),
				cell: (/** @type {Key} */ row) => this.#tick(row) }] : [],
			{ label: t('kv.key'), main: true, cell: (/** @type {Key} */ { key }) =>
				el('a', { href: valueHref(this.name, key) }, keyText(key)) },
			{ label: t('kv.size'), align: 'end', cell: ({ size }) => bytes(size) },
			{ label: t('kv.updated'), cell: ({ updated_at: at }) => when(at) },
			{ label: t('kv.expires'), cell: ({ expires_at: at }) => when(at) },
		], rows, t('kv.keys_of', { space: spaceTitle(this.name) }));
	}

	/* Beside the rows: it stays when they are drawn anew. */
	#drawBar() {
		const count = this.#chosen.size;

		this.#bar.hidden = this.#rows.length === 0 || !this.space.can_write;
		this.#all.checked = count > 0 && count === this.#rows.length;
		this.#all.indeterminate = count > 0 && count < this.#rows.length;
		fill(this.#bar, el('label', {}, this.#all, el('span', {},
			count === 0 ? t('kv.choose_all') : n('kv.chosen', count))),
		count > 0 && el('button', { class: 'button', type: 'button',
			'data-look': 'danger-quiet', 'data-size': 'small',
			onclick: tried(() => this.#remove()) }, icon('trash'),
		n('kv.delete_chosen', count)));
	}

	#chooseAll() {
		const on = this.#all.checked;

		this.#chosen = new Set(on ? this.#rows.map(({ key }) => key) : []);
		for (const tick of this.node.querySelectorAll('tbody .tick'))
			/** @type {HTMLInputElement} */ (tick).checked = on;
		this.#drawBar();
		this.#all.focus();
	}

	async #remove() {
		const names = [...this.#chosen];
		let gone = 0;

		if (!await confirm({ title: n('kv.delete_title', names.length),
			text: t('kv.delete_text'), action: t('action.delete'),
			fields: el('ul', { class: 'kv-listed', tabindex: '0',
				'aria-label': t('kv.chosen_keys') },
			names.map((key) => el('li', {}, keyText(key)))),
			run: async () => {
				for (let i = 0; i < names.length; i += BATCH)
					gone += (await removeMany(this.name,
						names.slice(i, i + BATCH))).deleted.length;
			} }))
			return;
		this.#chosen.clear();
		toast(n('kv.deleted', gone));
		await this.list?.reload();
		this.node.querySelector('h1')?.setAttribute('tabindex', '-1');
		this.node.querySelector('h1')?.focus();
	}
}

/* lang: kv.* */
/** @param {Page} page */
export default async function kvKeys(page) {
	const space = await spaceOf(page.params.space, page.signal);

	page.title(spaceTitle(space.space));
	return new Keys(page, space).node;
}
