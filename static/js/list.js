/*
 * A list of the API as a table: filters and order in the address, pages or
 * "more", and what stands there while it loads, when it is empty and when it
 * cannot be read. On a narrow screen each row is a card.
 *
 *	const list = listing({ page, label: t("users.title"),
 *	    columns: [{ label: t("users.email"), cell: (u) => u.email, sort: "email" }],
 *	    filters: [{ name: "q", label: t("action.search"), type: "search" }],
 *	    load: (query) => api.get("/users/", { query }), empty: {...} });
 *
 * load gets the filters, sort, and skip with limit or, for a feed, cursor with
 * limit; it answers with data and with count or next. Each reload() reads what
 * stands there anew.
 */
import { el, fill, freshId } from './dom.js';
import { icon } from './icon.js';
import { n, number, t } from './lang.js';
import { broken, empty as nothing, failureText } from './states.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {import('./types.js').Page} Page */
/**
 * @template R
 * @typedef {{label: string, cell: (row: R) => Child, sort?: string,
 *     align?: 'end', main?: boolean, acts?: boolean}} Column
 *     main: the row's heading; acts: buttons, whose label is not shown
 */
/**
 * @typedef {{name: string, label: string, type?: 'search'|'select'|'date',
 *     options?: (readonly [string, string])[], value?: string,
 *     exact?: boolean}} Filter
 *     exact: blanks at the ends count
 *     options of a search: what it proposes
 */
/**
 * @typedef {{data: any[], count?: number, more?: boolean,
 *     next?: string|null}} Answer
 */
/**
 * draw: rows as something else than a table; sort: the order of the first
 * look; feed: with "more" instead of pages; counted: the text of how many
 * rows of a feed are shown.
 * @typedef {{page: Page, label: string, columns?: Column<any>[],
 *     load: (query: Record<string, any>) => Promise<Answer>,
 *     draw?: (rows: any[]) => Child, filters?: Filter[], size?: number,
 *     feed?: boolean, sort?: string, counted?: string,
 *     empty: Parameters<typeof nothing>[0]}} About
 */

const TYPING_MS = 250;
const PATIENCE_MS = 300;

/** @param {Filter} filter @param {string} value @param {() => void} change */
function filterField({ name, label, type = 'search', options = [] }, value,
	change) {
	const id = freshId(name);
	/** @type {ReturnType<typeof setTimeout>|undefined} */
	let timer;

	if (type === 'select')
		return el('div', { class: 'field' }, el('label', { for: id }, label),
			el('select', { class: 'input', id, name, onchange: change },
				options.map(([key, text]) => el('option', { value: key,
					selected: key === value }, text))));
	return el('div', { class: 'field' }, el('label', { for: id }, label),
		el('input', { class: 'input', id, name, type, value, dir: 'auto',
			autocomplete: 'off', spellcheck: 'false', onchange: change,
			list: options.length > 0 && `${id}-words`,
			oninput: () => {
				clearTimeout(timer);
				timer = setTimeout(change, TYPING_MS);
			} }),
		options.length > 0 && el('datalist', { id: `${id}-words` },
			options.map(([key]) => el('option', { value: key }))));
}

/** @template R @param {Column<R>} column @param {string} sort
 *  @param {(sort: string) => void} change */
function head(column, sort, change) {
	const { label, sort: by, align, acts } = column;
	const down = sort === `-${by}`;
	const here = by !== undefined && (down || sort === by);

	if (by === undefined)
		return el('th', { scope: 'col', role: 'columnheader',
			'data-align': align },
		acts ? el('span', { class: 'visually-hidden' }, label) : label);
	return el('th', { scope: 'col', role: 'columnheader', 'data-align': align,
		'aria-sort': here ? (down ? 'descending' : 'ascending') : null },
	el('button', { class: 'sort', type: 'button',
		onclick: () => change(here && !down ? `-${by}` : by) },
	label, here && icon(down ? 'down' : 'up')));
}

/** @template R @param {Column<R>} column @param {R} row */
function cell({ label, cell: draw, align, main, acts }, row) {
	return el(main ? 'th' : 'td', { scope: main ? 'row' : null,
		role: main ? 'rowheader' : 'cell', 'data-align': align,
		'data-label': main || acts ? null : label,
		'data-acts': acts, 'data-main': main },
	el('div', { class: 'cell' }, draw(row)));
}

/**
 * @template R
 * @param {Column<R>[]} columns @param {R[]} rows @param {string} label
 * @param {string} sort @param {(sort: string) => void} change
 */
export function table(columns, rows, label, sort = '', change = () => {}) {
	return el('table', { class: 'table', role: 'table', 'aria-label': label },
		el('thead', { role: 'rowgroup' }, el('tr', { role: 'row',
			'data-label': t('list.sort') },
			columns.map((column) => head(column, sort, change)))),
		el('tbody', { role: 'rowgroup' }, rows.map((row) =>
			el('tr', { role: 'row' },
				columns.map((column) => cell(column, row))))));
}

function skeleton() {
	return el('div', { class: 'table-waiting' },
		el('p', { class: 'visually-hidden' }, t('state.waiting')),
		[1, 2, 3, 4].map(() => el('span', { class: 'skeleton' })));
}

/** @param {string} text @param {() => void} run */
function quiet(text, run, disabled = false) {
	return el('button', { class: 'button', 'data-look': 'quiet',
		'data-size': 'small', type: 'button', disabled, onclick: run }, text);
}

/*
 * One list while it stands there. The filters, the order and the page are in
 * the address; the rows are what was read last.
 */
class Listing {
	#about;
	/** @type {any[]} */
	#rows = [];
	/** @type {string|null|undefined} */
	#next;
	#turn = 0;
	#body = el('div', { class: 'list-body' });
	#foot = el('div', { class: 'list-foot' });
	#status = el('p', { class: 'visually-hidden', role: 'status' });
	#filters;

	/** @param {About} about */
	constructor(about) {
		const { page, label, filters = [] } = about;

		this.#about = about;
		this.#filters = el('form', { class: 'filters', role: 'search',
			'aria-label': label, onsubmit: (/** @type {Event} */ event) =>
				event.preventDefault() },
		filters.map((filter) => filterField(filter,
			page.query.get(filter.name) ?? filter.value ?? '',
			() => this.#filter())));
		this.node = el('div', { class: 'list' },
			filters.length > 0 && this.#filters, this.#body, this.#foot,
			this.#status);
		this.reload();
	}

	get #order() {
		return this.#about.page.query.get('sort') ?? this.#about.sort ?? '';
	}

	get #size() {
		return this.#about.size ?? 20;
	}

	/* How many rows stand before the first one here. */
	get #start() {
		const page = Number(this.#about.page.query.get('page') ?? 1);

		return Number.isSafeInteger(page * this.#size) && page > 1
			? (page - 1) * this.#size : 0;
	}

	#question() {
		const { page, filters = [], feed } = this.#about;
		const asked = Object.fromEntries(filters.map(({ name, value }) =>
			[name, page.query.get(name) ?? value]));

		return { ...asked, sort: this.#order || undefined, limit: this.#size,
			...(feed ? { cursor: this.#next ?? undefined }
				: { skip: this.#start }) };
	}

	#drawRows() {
		const { page, filters = [], empty, draw, columns = [], label } =
			this.#about;
		const isFiltered = filters.some(({ name }) => page.query.get(name));

		if (this.#rows.length === 0)
			fill(this.#body, nothing(isFiltered
				? { title: t('list.no_match'), text: t('list.other_words'),
					sign: 'search' } : empty));
		else
			fill(this.#body, draw ? draw(this.#rows) : table(columns,
				this.#rows, label, this.#order, (by) => this.#reorder(by)));
	}

	/** @param {string} text @param {number} step @param {boolean} on */
	#stepButton(text, step, on) {
		const to = this.#start / this.#size + step;

		return quiet(text, async () => {
			this.#about.page.search({ page: to > 0 ? to + 1 : null });
			await this.reload();
			this.#body.setAttribute('tabindex', '-1');
			this.#body.focus({ preventScroll: true });
			this.node.scrollIntoView({ block: 'start' });
		}, !on);
	}

	/** @param {Answer} answer */
	#drawFoot({ count = 0, more = false }) {
		const { feed, counted = 'list.shown' } = this.#about;
		const shown = this.#rows.length;
		const end = this.#start + shown;
		const range = feed ? n(counted, shown)
			: t('list.range', { from: number(this.#start + 1), to: number(end),
				count: number(count) + (more ? '+' : '') });

		this.#status.textContent = shown === 0 ? t('list.none') : range;
		if (shown === 0 && this.#start === 0)
			return fill(this.#foot);
		return fill(this.#foot, el('p', { class: 'hint' }, range),
			el('div', { class: 'list-steps' }, feed
				? this.#next && quiet(t('list.more'), () => this.#grow())
				: (this.#start > 0 || more || end < count) && [
					this.#stepButton(t('list.before'), -1, this.#start > 0),
					this.#stepButton(t('list.after'), 1, more || end < count)]));
	}

	/** @param {boolean} append */
	async #read(append) {
		const mine = this.#turn += 1;
		const late = append ? undefined : setTimeout(() =>
			mine === this.#turn && fill(this.#body, skeleton()),
		this.#rows.length > 0 ? PATIENCE_MS : 0);

		this.#body.setAttribute('aria-busy', 'true');
		try {
			const answer = await this.#about.load(this.#question());

			if (mine === this.#turn)
				await this.#take(answer, append);
		} catch (error) {
			if (mine === this.#turn && !this.#about.page.signal.aborted)
				this.#fail(/** @type {Error} */ (error), append);
		} finally {
			clearTimeout(late);
			if (mine === this.#turn)
				this.#body.removeAttribute('aria-busy');
		}
	}

	/** @param {Answer} answer @param {boolean} append */
	#take(answer, append) {
		if (answer.data.length === 0 && this.#start > 0)
			return this.#goBack(answer);
		this.#rows = append ? this.#rows.concat(answer.data) : answer.data;
		this.#next = answer.next;
		this.#drawRows();
		this.#drawFoot(answer);
		return undefined;
	}

	/* There are not that many any more: to the last page that is there. */
	/** @param {Answer} answer */
	#goBack({ count = 0 }) {
		const here = this.#start / this.#size + 1;
		const last = Math.min(Math.ceil(count / this.#size), here - 1);

		this.#about.page.search({ page: last > 1 ? last : null });
		return this.reload();
	}

	/** @param {Error} error @param {boolean} append */
	#fail(error, append) {
		if (error.name !== 'ApiError')
			console.error(error);
		if (append) {
			fill(this.#foot, el('p', { role: 'alert' }, failureText(error)),
				el('div', { class: 'list-steps' },
					quiet(t('state.retry'), () => this.#grow())));
			return;
		}
		this.#rows = [];
		fill(this.#body, broken(error, () => this.reload()));
		fill(this.#foot);
	}

	/* The button is another one now, or there is none any more. */
	async #grow() {
		/* Another list is on its way: what stands here is not grown. */
		if (!this.#next)
			return;
		await this.#read(true);
		const button = this.#foot.querySelector('button');

		this.#body.setAttribute('tabindex', '-1');
		(button ?? this.#body).focus({ preventScroll: true });
	}

	reload() {
		this.#next = undefined;
		return this.#read(false);
	}

	/* The heading that was pressed is another node now. */
	/** @param {string} by */
	async #reorder(by) {
		this.#about.page.search({ sort: by, page: null });
		await this.reload();
		const button = this.#body.querySelector('th[aria-sort] button');

		if (button instanceof HTMLElement)
			button.focus();
	}

	/* Typing and leaving the field say the same twice. */
	#filter() {
		const { page, filters = [] } = this.#about;
		const values = new FormData(this.#filters);
		const asked = filters.map(({ name, value = '', exact }) => {
			const is = String(values.get(name) ?? '');

			return { name, was: page.query.get(name) ?? value,
				is: exact ? is : is.trim() };
		});

		if (asked.every(({ was, is }) => was === is))
			return;
		page.search({ page: null, ...Object.fromEntries(asked.map(
			({ name, is }) => [name, is])) });
		this.reload();
	}
}

/** @param {About} about @returns {{node: HTMLElement, reload: () => Promise<void>}} */
export function listing(about) {
	return new Listing(about);
}
