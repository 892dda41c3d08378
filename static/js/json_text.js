/*
 * JSON as text. What people keep is never parsed and written again: a number
 * with forty digits has forty digits afterwards. The rules are the server's:
 * no name twice, no lone surrogate, nesting to a depth.
 *
 *	check(text)    null, or what is wrong with it and where
 *	pretty(text), compact(text)    other blanks between the same parts
 *	members(text)  of an object: each name with its value as it is written
 */

/** @typedef {'open'|'close'|'comma'|'colon'|'name'|'plain'} Kind */
/** @typedef {(kind: Kind, from: number, to: number, level: number) => void} Emit */
/** @typedef {{code: string, at: number, line: number, column: number}} Fault */
/** @typedef {{text: string, at: number, level: number, emit: Emit}} Scan */

const DEPTH = 32;
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const TEXT = /(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/y;

class Refusal extends Error {
	/** @param {string} code @param {number} at */
	constructor(code, at) {
		super(code);
		this.code = code;
		this.at = at;
	}
}

/* Where the pattern ends that begins at `at`, or `at` when it does not. */
/** @param {RegExp} pattern @param {string} text @param {number} at */
function skip(pattern, text, at) {
	pattern.lastIndex = at;
	return pattern.test(text) ? pattern.lastIndex : at;
}

/** @param {Scan} s */
function blanks(s) {
	s.at = skip(BLANK, s.text, s.at);
}

/** @param {Scan} s @param {Kind} kind @param {number} to */
function emit(s, kind, to) {
	s.emit(kind, s.at, to, s.level);
	s.at = to;
}

/* Why the text does not go on where it stops. */
/** @param {Scan} s @param {number} open @param {number} at */
function textFault(s, open, at) {
	if (at >= s.text.length || (s.text[at] === '\\' &&
	    at + 1 === s.text.length))
		return new Refusal('unclosed', open);
	if (s.text[at] !== '\\')
		return new Refusal('control', at);
	return new Refusal(s.text[at + 1] === 'u' ? 'unicode' : 'escape', at);
}

/** @param {Scan} s @param {Kind} kind */
function quoted(s, kind) {
	const open = s.at;
	const end = skip(TEXT, s.text, open + 1);

	if (s.text[end] !== '"')
		throw textFault(s, open, end);
	const plain = JSON.parse(s.text.slice(open, end + 1));

	if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
		.test(plain))
		throw new Refusal('surrogate', open);
	if (kind === 'name' && plain.includes('\0'))
		throw new Refusal('nul', open);
	emit(s, kind, end + 1);
	return plain;
}

/** @param {Scan} s */
function simple(s) {
	const end = Math.max(skip(WORD, s.text, s.at), skip(NUMBER, s.text, s.at));

	if (end === s.at)
		throw new Refusal('value', s.at);
	emit(s, 'plain', end);
}

/** @param {Scan} s @param {Set<string>} names */
function member(s, names) {
	const at = s.at;

	if (s.text[at] !== '"')
		throw new Refusal('name', at);
	const name = quoted(s, 'name');

	if (names.has(name))
		throw new Refusal('twice', at);
	names.add(name);
	blanks(s);
	if (s.text[s.at] !== ':')
		throw new Refusal('colon', s.at);
	emit(s, 'colon', s.at + 1);
	blanks(s);
	value(s);
}

/** @param {Scan} s @param {string} close */
function nest(s, close) {
	const names = new Set();

	if (s.level === DEPTH)
		throw new Refusal('depth', s.at);
	emit(s, 'open', s.at + 1);
	s.level += 1;
	blanks(s);
	for (let first = true; s.text[s.at] !== close; first = false) {
		if (!first && s.text[s.at] !== ',')
			throw new Refusal('comma', s.at);
		if (!first) {
			emit(s, 'comma', s.at + 1);
			blanks(s);
		}
		if (close === '}')
			member(s, names);
		else
			value(s);
		blanks(s);
	}
	s.level -= 1;
	emit(s, 'close', s.at + 1);
}

/** @param {Scan} s */
function value(s) {
	const c = s.text[s.at];

	if (c === '{' || c === '[')
		nest(s, c === '{' ? '}' : ']');
	else if (c === '"')
		quoted(s, 'plain');
	else
		simple(s);
}

/** @param {string} text @param {Emit} each */
function scan(text, each) {
	/** @type {Scan} */
	const s = { text, at: 0, level: 0, emit: each };

	blanks(s);
	value(s);
	blanks(s);
	if (s.at < text.length)
		throw new Refusal('more', s.at);
}

/** @param {string} text @param {unknown} error @returns {Fault} */
function placed(text, error) {
	if (!(error instanceof Refusal))
		throw error;
	const before = text.slice(0, error.at).split('\n');

	return { code: error.code, at: error.at, line: before.length,
		column: [...before[before.length - 1]].length + 1 };
}

/** @param {string} text @returns {Fault|null} */
export function check(text) {
	try {
		scan(text, () => {});
		return null;
	} catch (error) {
		return placed(text, error);
	}
}

/* The text must be good. */
export function compact(/** @type {string} */ text) {
	/** @type {string[]} */
	const out = [];

	scan(text, (_, from, to) => out.push(text.slice(from, to)));
	return out.join('');
}

/* The same on lines of its own, each part once; the text must be good. */
export function pretty(/** @type {string} */ text) {
	/** @type {string[]} */
	const out = [];
	let isFresh = false;

	scan(text, (kind, from, to, level) => {
		const line = `\n${'  '.repeat(level)}`;

		if (isFresh !== (kind === 'close'))
			out.push(line);
		isFresh = kind === 'open';
		out.push(text.slice(from, to));
		if (kind === 'comma')
			out.push(line);
		else if (kind === 'colon')
			out.push(' ');
	});
	return out.join('');
}

/**
 * `count` is how many values the value is, with those inside of it.
 * @typedef {{name: string, text: string, count: number}} Member
 */

/** @param {string} text @returns {{fault: Fault|null, list: Member[]}} */
export function members(text) {
	/** @type {Member[]} */
	const list = [];
	let name = '';
	let start = 0;
	let count = 0;
	let isObject = false;

	/** @type {Emit} */
	const each = (kind, from, to, level) => {
		count += Number(kind === 'plain' || kind === 'open');
		if (kind === 'open' && level === 0)
			isObject = text[from] === '{';
		else if (level !== 1)
			return;
		if (kind === 'name')
			name = JSON.parse(text.slice(from, to));
		if (kind === 'colon') {
			start = to;
			count = 0;
		}
		if (isObject && (kind === 'plain' || kind === 'close'))
			list.push({ name, text: text.slice(start, to).trim(), count });
	};

	try {
		scan(text, each);
		if (!isObject)
			throw new Refusal('object', text.search(/\S|$/));
		return { fault: null, list };
	} catch (error) {
		return { fault: placed(text, error), list: [] };
	}
}

export const bytesOf = (/** @type {string} */ text) =>
	new TextEncoder().encode(text).length;
