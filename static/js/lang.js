/*
 * The language of the pages: static/lang/xx.json, one file each. t("form.save")
 * is a text of it, n("items.count", 3) one that depends on a number, and the
 * rest writes dates, numbers and money as that language does. A language is
 * there when its file is: the server answers with English for any other.
 */
import { el } from './dom.js';

/** @typedef {Record<string, string|number>} Values */

const FOLDER = new URL('../lang/', import.meta.url);
const FALLBACK = 'en';
const SAID_MS = 5000;

/** @type {any} */
let texts = {};
/** @type {Record<string, string>|null} */
let sentences = null;
let current = FALLBACK;

function kept() {
	try {
		return localStorage.getItem('language');
	} catch {
		return null;
	}
}

/** @param {string} tag */
async function read(tag) {
	const name = /^[a-z]{2,8}/i.exec(tag)?.[0].toLowerCase() ?? FALLBACK;
	const response = await fetch(new URL(`${name}.json`, FOLDER));

	if (!response.ok)
		throw new Error(`no texts in ${name}: ${response.status}`);
	return response.json();
}

/** @param {any} file */
function use(file) {
	texts = file;
	sentences = null;
	current = file.language.tag;
	document.documentElement.lang = current;
}

/* The first language of the list that there is, or English. */
async function choose(/** @type {readonly string[]} */ tags) {
	for (const tag of tags) {
		const file = await read(tag);

		if (tag.toLowerCase().startsWith(file.language.tag))
			return use(file);
	}
	return use(await read(FALLBACK));
}

/* What was chosen on this device, else what the browser asks for. */
export async function loadLanguage() {
	const own = kept();

	await choose(own === null ? navigator.languages : [own]);
}

/* True when the texts are others now, so that everything is to be drawn. */
export async function setLanguage(/** @type {string} */ tag) {
	const before = current;

	await choose([tag]);
	try {
		localStorage.setItem('language', current);
	} catch { /* It holds for this page. */ }
	return current !== before;
}

export const language = () => current;

/* All that there are, each by its own name. */
export async function languages() {
	const response = await fetch(FOLDER);
	/** @type {{name: string}[]} */
	const files = await response.json();
	const tags = files.map(({ name }) => /^([a-z]{2,8})\.json$/.exec(name)?.[1])
		.filter((tag) => tag !== undefined);

	return tags.map((tag) => {
		const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ??
			tag;

		return { tag, name: name[0].toLocaleUpperCase(tag) + name.slice(1) };
	});
}

/** @param {string} key @returns {any} */
function find(key) {
	return key.split('.').reduce((node, part) =>
		node !== undefined && node !== null && Object.hasOwn(node, part)
			? node[part] : undefined, texts);
}

export const has = (/** @type {string} */ key) => typeof find(key) === 'string';

/** @param {string} text @param {Values} values */
function put(text, values) {
	return text.replace(/\{(\w+)\}/g, (all, name) =>
		Object.hasOwn(values, name) ? String(values[name]) : all);
}

/** @param {string} key @param {Values} [values] */
export function t(key, values = {}) {
	const text = find(key);

	return typeof text === 'string' ? put(text, values) : key;
}

/**
 * By the number's plural form; {count} stands for the number.
 * @param {string} key @param {number} count @param {Values} [values]
 */
export function n(key, count, values = {}) {
	const forms = find(key) ?? {};
	const form = forms[new Intl.PluralRules(current).select(count)] ??
		forms.other ?? key;

	return put(form, { count: number(count), ...values });
}

/**
 * A text with nodes in it: rich("door.or", { link: el("a", ...) }).
 * @param {string} key @param {Record<string, Node|string|number>} nodes
 * @returns {(Node|string)[]}
 */
export function rich(key, nodes) {
	return t(key).split(/(\{\w+\})/).filter(Boolean).map((part) => {
		const node = nodes[part.slice(1, -1)];

		if (!part.startsWith('{') || node === undefined)
			return part;
		return node instanceof Node ? node : String(node);
	});
}

/* What stands for the {names} of a sentence, or null when it is another. */
/** @param {string} sentence @param {string} pattern */
function valuesIn(sentence, pattern) {
	const parts = pattern.split(/\{(\w+)\}/);
	const found = new RegExp(`^${parts.map((part, i) => i % 2 === 1 ? '(.*)'
		: part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('')}$`, 's')
		.exec(sentence);

	return found && Object.fromEntries(found.slice(1).map((value, i) =>
		[parts[2 * i + 1], value]));
}

/*
 * Before said(): the server's sentences in this language, static/lang/said/xx.json,
 * which most pages never need. Without an answer they stay English.
 */
export async function loadSaid() {
	const tag = current;

	if (tag === FALLBACK || sentences !== null)
		return;
	try {
		const response = await fetch(new URL(`said/${tag}.json`, FOLDER),
			{ signal: AbortSignal.timeout(SAID_MS) });
		const all = response.ok ? await response.json() : null;

		if (tag === current)
			sentences = all;
	} catch { /* The next one that is said tries again. */ }
}

/**
 * What the server says, in this language when it has the sentence, which may
 * have {names} in it; a {reason} is a sentence of its own.
 * @param {string} sentence @returns {string}
 */
export function said(sentence) {
	const all = sentences ?? {};

	if (Object.hasOwn(all, sentence))
		return all[sentence];
	for (const pattern of Object.keys(all).filter((key) => key.includes('{'))) {
		const values = valuesIn(sentence, pattern);

		if (values?.reason !== undefined)
			values.reason = said(values.reason);
		if (values !== null)
			return put(all[pattern], values);
	}
	return sentence;
}

export function number(/** @type {number} */ value,
    /** @type {Intl.NumberFormatOptions} */ options = {}) {
	return new Intl.NumberFormat(current, options).format(value);
}

/* ISO 4217: how many digits the minor unit of a currency has; mostly two. */
const DIGITS = new Map([
	...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
		.split(' ').map((code) => /** @type {const} */ ([code, 0])),
	...'BHD IQD JOD KWD LYD OMR TND'
		.split(' ').map((code) => /** @type {const} */ ([code, 3])),
	...'CLF UYW'.split(' ').map((code) => /** @type {const} */ ([code, 4])),
]);

/* Not those of Intl: they are the digits of prices in shops, and change. */
export const digitsOf = (/** @type {string} */ code) => DIGITS.get(code) ?? 2;

/* Minor units, as the API has them. */
export function money(/** @type {number} */ minor,
    /** @type {string} */ currency) {
	const digits = digitsOf(currency);

	return new Intl.NumberFormat(current, { style: 'currency', currency,
		minimumFractionDigits: digits, maximumFractionDigits: digits })
		.format(minor / 10 ** digits);
}

export function bytes(/** @type {number} */ value) {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
	const step = Math.min(units.length - 1,
		value < 1000 ? 0 : Math.floor(Math.log10(value) / 3));

	return number(value / 1000 ** step, { style: 'unit', unit: units[step],
		unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: 1 });
}

/** @typedef {Intl.DateTimeFormatOptions['dateStyle']} DateStyle */

/** @param {string} text RFC 3339 @param {boolean} [withTime] */
export function date(text, withTime = true) {
	return new Intl.DateTimeFormat(current, { dateStyle: 'medium',
		timeStyle: withTime ? 'short' : undefined }).format(new Date(text));
}

const STEPS = /** @type {const} */ ([['minute', 60], ['hour', 3600],
	['day', 86400], ['week', 604800], ['month', 2592000], ['year', 31536000]]);

/* Of 60 minutes "1 hour": the first whose count does not make up the next. */
/** @param {number} seconds */
function unitFor(seconds) {
	return STEPS.find(([, size], i) => i + 1 === STEPS.length ||
		Math.round(seconds / size) * size < STEPS[i + 1][1]) ?? STEPS[0];
}

/* "3 minutes ago"; the whole date is in the title of when(). */
export function ago(/** @type {string} */ text) {
	const seconds = (new Date(text).getTime() - Date.now()) / 1000;
	const [unit, size] = unitFor(Math.abs(seconds));

	if (Math.abs(seconds) < 45)
		return t('time.now');
	return new Intl.RelativeTimeFormat(current, { numeric: 'auto' })
		.format(Math.round(seconds / size), unit);
}

/* A <time>; null and undefined are a dash. */
export function when(/** @type {string|null|undefined} */ text,
    /** @type {(text: string) => string} */ write = ago) {
	return text ? el('time', { datetime: text, title: date(text) }, write(text))
		: el('span', { class: 'none' }, '–');
}
