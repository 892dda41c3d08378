/*
 * Products out of a file: read and looked at here, tried whole without writing,
 * then sent in batches with progress. Each batch is written or is not.
 */
import * as api from '../api.js';
import { readCsv } from '../csv.js';
import { el, fill } from '../dom.js';
import { readText } from '../file_text.js';
import { field } from '../form.js';
import { button, heading, part } from '../heading.js';
import { n, number, t } from '../lang.js';
import { table } from '../list.js';
import { empty } from '../states.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {{line: number, fields: string[]}} RecordOf */
/** @typedef {{line: number, product: Record<string, any>}} Row */
/** @typedef {{line: number, what: string}} Fault */
/**
 * why: no answer, or one that is no word on the rows
 * @typedef {{created: number, updated: number, unchanged: number,
 *     done: number, faults: Fault[], why: string}} Sum
 */

const BATCH = 100;
const SHOWN = 100;
const PREVIEW = 5;
const NUMBERS = new Set(['price', 'stock']);
/* An exported file has them; POST /products/import does not take them. */
const FOREIGN = new Set(['image_file_id', 'stripe_price_id']);
const COLUMNS = new Set(['sku', 'name', 'description', 'category', 'price',
	'currency', 'stock', 'active', 'image_file_id', 'stripe_price_id']);

/* A cell as the API has it; what is no number or flag stays text, and is
 * refused with a reason. */
/** @param {string} name @param {string} text */
function cell(name, text) {
	if (text === '')
		return undefined;
	if (NUMBERS.has(name))
		return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
	if (name === 'active')
		return { true: true, false: false }[text] ?? text;
	return text;
}

/* The server sees a batch at a time: the same SKU may be in another one. */
/** @param {Row[]} rows @returns {Fault[]} */
function repeats(rows) {
	/** @type {Map<any, number>} */
	const seen = new Map();

	return rows.flatMap(({ line, product: { sku } }) => {
		const before = seen.get(sku);

		if (before === undefined && sku !== undefined)
			seen.set(sku, line);
		return before === undefined ? []
			: [{ line, what: t('import.again', { line: number(before) }) }];
	});
}

/** @param {string} text @returns {{rows: Row[], faults: Fault[]}} */
function read(text) {
	const records = readCsv(text);

	if (records === null || records.length === 0)
		return { rows: [], faults: [{ line: 1, what: t('import.no_csv') }] };
	const [{ fields: names }, ...rest] = records;
	const unknown = names.filter((name) => !COLUMNS.has(name));

	if (unknown.length > 0)
		return { rows: [], faults: [{ line: 1, what: t('import.columns',
			{ names: unknown.join(', '), known: [...COLUMNS].join(', ') }) }] };
	const foreign = rest.flatMap(({ line, fields }) => names.flatMap((name, i) =>
		FOREIGN.has(name) && fields[i] ? [{ line,
			what: t('import.foreign', { name }) }] : []));
	const uneven = rest.filter(({ fields }) => fields.length !== names.length);

	const rows = rest.map(({ line, fields }) => ({ line,
		product: Object.fromEntries(names.map((name, i) =>
			[name, cell(name, fields[i] ?? '')])) }));

	return { rows, faults: [...foreign, ...uneven.map(({ line, fields }) => ({
		line, what: t('import.uneven', { have: fields.length,
			want: names.length }) })), ...repeats(rows)] };
}

/* The faults of a 422, each at the line of its row. */
/** @param {api.ApiError} error @param {Row[]} rows @returns {Fault[]} */
function faultsOf(error, rows) {
	return error.faults.map((fault) => {
		const [, , index, ...where] = fault.loc ?? [];

		return { line: rows[Number(index)]?.line ?? 0,
			what: `${where.join('.')}: ${api.faultText(fault)}` };
	});
}

/** @returns {Sum} */
const nothing = () => ({ created: 0, updated: 0, unchanged: 0, done: 0,
	faults: [], why: '' });

/**
 * Rows in batches, from the first that is not done; onStep is told how many
 * are. With faults it goes on where nothing is written, to find them all, and
 * stops where something is; so it does without an answer, and says why.
 * @param {Row[]} rows @param {boolean} isDry @param {AbortSignal} signal
 * @param {(done: number) => void} onStep @param {Sum} sum
 */
async function send(rows, isDry, signal, onStep, sum) {
	for (let i = sum.done; i < rows.length && !signal.aborted; i += BATCH) {
		const part = rows.slice(i, i + BATCH);

		try {
			const answer = await api.post('/products/import', { json: /** @type {any} */ (
				{ rows: part.map(({ product }) => product), dry_run: isDry }) });

			sum.created += answer.created;
			sum.updated += answer.updated;
			sum.unchanged += answer.unchanged;
		} catch (error) {
			if (!(error instanceof api.ApiError))
				throw error;
			sum.faults.push(...faultsOf(error, part));
			if (error.faults.length === 0)
				sum.why = error.message;
			if (!isDry || sum.why !== '')
				break;
		}
		sum.done = i + part.length;
		onStep(sum.done);
	}
	return sum;
}

/** @param {string} text */
function refusal(text) {
	return el('p', { class: 'notice', 'data-tone': 'bad', role: 'alert' }, text);
}

/** @param {Fault[]} faults */
function faultTable(faults) {
	return el('div', { class: 'part' },
		refusal(n('import.faults', faults.length)),
		el('div', { class: 'list-body' }, table([
			{ label: t('import.line'), main: true, cell: ({ line }) =>
				t('import.line_number', { line: number(line) }) },
			{ label: t('import.fault'), cell: ({ what }) =>
				el('bdi', {}, what) },
		], faults.slice(0, SHOWN), t('import.fault'))));
}

/** @param {Row[]} rows */
function preview(rows) {
	const names = Object.keys(rows[0].product).slice(0, 6);

	return el('div', { class: 'list-body import-preview' }, table(names.map((name) => ({
		label: name, main: name === 'sku', cell: (/** @type {Row} */ row) =>
			el('bdi', {}, String(row.product[name] ?? '–')) })),
	rows.slice(0, PREVIEW), t('import.preview')));
}

/** @param {string} text @param {number} total @param {() => void} stop */
function progress(text, total, stop) {
	const bar = el('progress', { max: total, value: 0, 'aria-label': text });
	const said = el('p', { class: 'hint', role: 'status' });
	const set = (/** @type {number} */ done) => {
		bar.value = done;
		fill(said, t('import.done_of', { done: number(done),
			total: number(total) }));
	};

	set(0);
	return { set, node: el('div', { class: 'card part' }, el('p', {}, text), bar,
		said, el('div', { class: 'actions' },
			button(t('import.stop'), stop, { look: 'quiet', small: true }))) };
}

/** @param {Sum} sum @param {number} total */
function outcome({ done, why }, total) {
	if (why !== '')
		return t('import.broken', { done: number(done), total: number(total),
			why });
	return done === total ? n('import.finished', total)
		: t('import.stopped', { done: number(done), total: number(total) });
}

/** @param {Sum} sum @param {number} total @param {() => void} goOn */
function report(sum, total, goOn) {
	const figures = [[t('import.created'), sum.created],
		[t('import.updated'), sum.updated],
		[t('import.unchanged'), sum.unchanged]];
	const isWhole = sum.done === total;

	return el('div', { class: 'part' },
		el('p', { class: 'notice', role: 'status', 'data-tone':
			isWhole ? 'good' : 'bad' }, outcome(sum, total)),
		el('div', { class: 'figures' }, figures.map(([name, value]) =>
			el('div', { class: 'figure' },
				el('span', { class: 'figure-name' }, name),
				el('span', { class: 'figure-value' }, number(Number(value)))))),
		!isWhole && sum.faults.length === 0 && [
			el('p', { class: 'hint' }, t('import.broken_hint')),
			el('div', { class: 'actions' },
				button(t('import.go_on'), goOn))]);
}

/* One file from its reading to its end; no other is chosen meanwhile. */
class Import {
	#place;
	#input;
	#name = '';
	/** @type {Row[]} */
	#rows = [];

	/**
	 * @param {HTMLElement} place @param {HTMLInputElement} input
	 * @param {Page} page
	 */
	constructor(place, input, page) {
		this.#place = place;
		this.#input = input;
		this.page = page;
	}

	/* Under the name of the file: the field is empty by then. */
	/** @param {...import('../dom.js').Child} children */
	#show(...children) {
		fill(this.#place, el('p', { class: 'row-name' },
			el('bdi', {}, this.#name)), ...children);
	}

	/** @param {string} text @param {boolean} isDry @param {Sum} sum */
	async #run(text, isDry, sum) {
		const stop = new AbortController();
		const shown = progress(text, this.#rows.length, () => stop.abort());

		this.page.signal.addEventListener('abort', () => stop.abort());
		if (!isDry)
			this.page.dirty(() => t('import.leave'));
		shown.set(sum.done);
		this.#show(shown.node);
		this.#input.disabled = true;
		try {
			return await send(this.#rows, isDry, stop.signal, shown.set, sum);
		} finally {
			this.#input.disabled = false;
			this.page.dirty(() => false);
		}
	}

	/* Emptied, so that the same file can be chosen again when it is mended. */
	async #read() {
		const [file] = this.#input.files ?? [];

		this.#name = file.name;
		this.#input.disabled = true;
		try {
			return await readText(file);
		} finally {
			this.#input.value = '';
			this.#input.disabled = false;
		}
	}

	async open() {
		const text = await this.#read().catch(() => null);

		if (text === null)
			return this.#show(refusal(t('import.unreadable')));
		const { rows, faults } = read(text);

		this.#rows = rows;
		if (faults.length > 0)
			return this.#show(faultTable(faults));
		if (rows.length === 0)
			return this.#show(empty({ title: t('import.nothing') }));
		return this.#tryAll();
	}

	async #tryAll() {
		const rows = this.#rows;
		const sum = await this.#run(t('import.trying'), true, nothing());

		if (sum.why !== '')
			return this.#show(refusal(sum.why));
		if (sum.faults.length > 0)
			return this.#show(faultTable(sum.faults));
		if (sum.done < rows.length)
			return fill(this.#place);
		return this.#show(el('p', {}, t('import.ready', {
			created: number(sum.created), updated: number(sum.updated),
			unchanged: number(sum.unchanged) })),
		el('div', { class: 'actions' }, button(n('import.start', rows.length),
			() => this.write(nothing()))), preview(rows));
	}

	/** @param {Sum} before what is written already */
	async write(before) {
		const sum = await this.#run(t('import.writing'), false,
			{ ...before, why: '' });

		this.#show(
			report(sum, this.#rows.length, () => this.write(sum)),
			sum.faults.length > 0 && faultTable(sum.faults));
	}
}

/** @type {import('../types.js').View} */
export default function products(page) {
	const place = el('div', { class: 'part' });
	const input = field({ name: 'file', type: 'file', label: t('import.file'),
		accept: '.csv,text/csv', hint: t('import.hint'),
		onchange: (/** @type {Event} */ { target }) => {
			const chooser = /** @type {HTMLInputElement} */ (target);

			if (chooser.files?.length)
				new Import(place, chooser, page).open();
		} });

	return el('div', { class: 'page' }, heading({
		back: ['/admin/products', t('stock.title')], title: t('import.title'),
		text: t('import.about') }),
	part({ title: t('import.file_title') }, el('div', { class: 'card' }, input)),
	place);
}
