/*
 * One value as JSON text: checked while it is typed, kept as it was written,
 * and never laid over what somebody else has written meanwhile.
 */
import { confirm } from '../dialog.js';
import { el, fill } from '../dom.js';
import { copyButton } from '../copy.js';
import { field, form, markField } from '../form.js';
import { icon } from '../icon.js';
import { bytesOf, check, compact, pretty } from '../json_text.js';
import * as kv from '../kv.js';
import { number, rich, t, when } from '../lang.js';
import { toast, tried } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../kv.js').Space} Space */
/** @typedef {import('../kv.js').Value} Value */

const ROWS = 18;

/* For people: the same parts on lines of their own. */
const laidOut = (/** @type {string} */ text) =>
	check(text) === null ? pretty(text) : text;

/** @param {string} look @param {string|null} sign @param {string} text
 *  @param {() => unknown} run */
function button(look, sign, text, run) {
	return el('button', { class: 'button', 'data-look': look, type: 'button',
		onclick: tried(run) }, sign && icon(sign), text);
}

class Editor {
	#state = el('p', { class: 'kv-state', role: 'status' });
	#clash = el('div', { class: 'kv-clash', role: 'alert' });
	#facts = el('p', { class: 'kv-facts' });

	/**
	 * @param {Page} page @param {Space} space @param {string|null} key
	 * @param {Value|null} value
	 */
	constructor(page, space, key, value) {
		this.page = page;
		this.space = space;
		this.key = key;
		this.value = value; /* what is known to be there */
		this.saved = value === null ? '' : laidOut(value.text);
		this.field = field({ name: 'value', label: t('kv.value'),
			type: 'textarea', rows: ROWS, value: this.saved, dir: 'ltr',
			spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none',
			wrap: 'soft', class: 'input kv-text',
			readonly: !space.can_write, oninput: () => this.#check() });
		this.area = /** @type {HTMLTextAreaElement} */ (
			this.field.querySelector('textarea'));
		this.keyField = key === null ? field({ name: 'key', label: t('kv.key'),
			hint: t('kv.key_hint'), autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none',
			autofocus: true }) : null;
		this.node = this.#draw();
		this.#check();
		this.#showFacts();
		page.dirty(() => this.area.value !== this.saved);
	}

	#draw() {
		const { space, key } = this;
		const body = space.can_write
			? form({ fields: [this.#clash, this.keyField, this.field, this.#state],
				action: t(key === null ? 'kv.make' : 'action.save'),
				more: this.#tools(), submit: (values) => this.#save(values.key) })
			: el('div', { class: 'form' }, this.field, this.#state,
				el('div', { class: 'actions' }, this.#tools()));

		return el('div', { class: 'page kv-value' },
			el('div', { class: 'page-head' }, el('div', {},
				el('a', { class: 'back', href: kv.spaceHref(space.space) },
					icon('back'), el('bdi', {}, kv.spaceTitle(space.space))),
				el('h1', {}, key === null ? t('kv.new_key') : kv.keyText(key)),
				this.#facts)),
			body);
	}

	#tools() {
		return [
			this.space.can_write && button('quiet', null, t('kv.format'), () => {
				this.area.value = laidOut(this.area.value);
				this.#check();
			}),
			copyButton(() => this.area.value),
			this.key !== null && this.space.can_write &&
				button('danger-quiet', 'trash', t('action.delete'),
					() => this.#remove()),
		];
	}

	/* Under the editor while one types. */
	#check() {
		const text = this.area.value;
		const fault = text.trim() === '' ? null : check(text);
		const size = fault === null && text.trim() !== ''
			? bytesOf(compact(text)) : bytesOf(text);
		const isLong = size > kv.VALUE_MAX;

		this.#state.dataset.tone = fault || isLong ? 'bad' : 'good';
		fill(this.#state, el('span', {}, fault
			? t('kv.fault', { line: fault.line, column: fault.column,
				what: t(`kv.json.${fault.code}`) })
			: text.trim() === '' ? t('kv.nothing_typed')
				: isLong ? t('kv.too_long') : t('kv.good')),
		el('span', { class: 'hint' }, t('kv.bytes_of', { count: number(size),
			most: number(kv.VALUE_MAX) })));
		return fault;
	}

	/* Of a value that is there; a list has them, a value by itself not. */
	async #showFacts() {
		const { key, space } = this;

		if (key === null || !space.can_read)
			return;
		const row = await kv.facts(space.space, key, this.page.signal)
			.catch(() => undefined);

		if (row)
			fill(this.#facts, rich('kv.updated_at', { when: when(row.updated_at) }),
				[' · ', t('kv.version', { version: row.version })],
				row.expires_at && [' · ', rich('kv.expires_at', {
					when: when(row.expires_at) })].flat());
	}

	async #save(/** @type {string|undefined} */ typed) {
		const key = this.key ?? typed ?? '';
		const text = this.area.value;
		const isGood = text.trim() !== '' && this.#check() === null;

		if (this.keyField && key === '')
			return this.#mark('key', t('kv.key_hint'));
		if (!isGood)
			return this.#mark('value', this.#state.firstChild?.textContent ?? '');
		try {
			this.value = await kv.write(this.space.space, key, text, this.value);
		} catch (error) {
			if (/** @type {any} */ (error).status !== 412)
				throw error;
			return this.#showClash(key);
		}
		this.saved = text;
		fill(this.#clash);
		toast(t('kv.saved'));
		if (this.key === null)
			return this.page.go(this.space.can_read
				? kv.valueHref(this.space.space, key)
				: kv.spaceHref(this.space.space), { replace: true });
		this.#check();
		return this.#showFacts();
	}

	/** @param {'key'|'value'} name @param {string} text */
	#mark(name, text) {
		const input = /** @type {HTMLTextAreaElement} */ (
			this.node.querySelector(`[name=${name}]`));

		markField(input, text);
		input.focus();
		const at = name === 'value' ? check(input.value)?.at : undefined;

		if (at !== undefined)
			input.setSelectionRange(at, Math.min(at + 1, input.value.length));
	}

	/* Somebody was here: the newer one, or this one over it, as is wanted. */
	async #showClash(/** @type {string} */ key) {
		/** @type {Value|null} */
		const now = await kv.read(this.space.space, key).catch((error) => {
			if (error.status !== 404)
				throw error;
			return null;
		});
		const take = () => {
			this.area.value = this.saved = now === null ? '' : laidOut(now.text);
			this.value = now;
			fill(this.#clash);
			this.#check();
			this.area.focus();
			if (this.key === null)
				this.page.go(kv.valueHref(this.space.space, key),
					{ replace: true });
		};

		fill(this.#clash, el('p', {}, el('strong', {}, t(now === null
			? 'kv.clash_gone' : this.key === null ? 'kv.clash_there'
				: 'kv.clash'))),
		now && el('pre', { class: 'kv-newer', tabindex: '0', dir: 'auto',
			'aria-label': t('kv.newer') }, laidOut(now.text)),
		el('div', { class: 'actions' },
			now && button('quiet', null, t('kv.take'), take),
			button('danger-quiet', null, t(now === null ? 'kv.write_again'
				: 'kv.overwrite'), async () => {
				this.value = now;
				await this.#save(key);
			})));
		/** @type {HTMLElement|null} */ (this.#clash.querySelector('button'))
			?.focus();
	}

	async #remove() {
		const key = this.key ?? '';

		if (!await confirm({ title: t('kv.delete_one_title'),
			text: rich('kv.delete_one_text', { key: kv.keyText(key) }),
			action: t('action.delete'), run: () =>
				kv.remove(this.space.space, key, this.value ?? undefined) }))
			return;
		this.saved = this.area.value;
		await this.page.go(kv.spaceHref(this.space.space));
		toast(t('kv.deleted_one'));
	}
}

/** @param {Page} page */
export default async function kvValue(page) {
	const { space: name } = page.params;
	const key = page.query.get('key');
	const [space, value] = await Promise.all([kv.spaceOf(name, page.signal),
		key === null ? null : kv.read(name, key, page.signal)]);

	page.title(key ?? t('kv.new_key'));
	return new Editor(page, space, key, value).node;
}
