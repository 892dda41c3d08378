/*
 * The texts of the pages, static/lang/xx.json: each key that static/js names is
 * there, none is there for nothing, and each language says all that English
 * says, with the same {values} and its own plural forms. Where a key is put
 * together while the page runs, a comment in that file keeps its section:
 * "lang: roles.*". `faults`, by the type of a fault, and said/xx.json are the
 * server's own sentences: languages other than its own, which is English, say
 * them; words.mjs looks whether they do.
 * Usage: lang.mjs, in the folder of the tree. A line a finding.
 */
import fs from 'node:fs';
import path from 'node:path';

const LANG = 'static/lang';
const FREE = ['faults'];
const findings = [];

function find(text) {
	findings.push(text);
}

function filesOf(folder, ends) {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const at = path.join(folder, entry.name);

		if (entry.isDirectory())
			return filesOf(at, ends);
		return entry.name.endsWith(ends) ? [at] : [];
	});
}

const CATEGORIES = ['zero', 'one', 'two', 'few', 'many', 'other'];
const isObject = (node) => typeof node === 'object' && node !== null;

/* A text by number: n() takes one of its forms. */
function isPlural(node) {
	return isObject(node) && Object.hasOwn(node, 'other') &&
		Object.keys(node).every((form) => CATEGORIES.includes(form));
}

/* {key: text or plural}; what is neither is a finding. */
function flatten(file, node, above = '') {
	return Object.entries(node).flatMap(([name, value]) => {
		const key = above + name;

		if (FREE.includes(key))
			return [];
		if (typeof value === 'string' || isPlural(value))
			return [[key, value]];
		if (isObject(value) && !Array.isArray(value))
			return flatten(file, value, `${key}.`);
		find(`${file}: ${key} is no text`);
		return [];
	});
}

function read(file) {
	try {
		return new Map(flatten(file, JSON.parse(fs.readFileSync(file, 'utf8'))));
	} catch (error) {
		find(`${file}: ${error.message}`);
		return null;
	}
}

function placeholders(text) {
	const names = text.match(/\{\w+\}/g) ?? [];

	return [...new Set(names)].sort().join(' ');
}

/* A form may leave out {count}: "one item". */
function valuesOf(text) {
	const said = [...new Set(forms(text).map((form) => isPlural(text)
		? placeholders(String(form).replaceAll('{count}', ''))
		: placeholders(form)))];

	return said.length === 1 ? said[0] : said.join(' or ');
}

function checkForms(file, tag, key, text) {
	const wanted = new Intl.PluralRules(tag).resolvedOptions()
		.pluralCategories;
	const missing = wanted.filter((form) => !Object.hasOwn(text, form));
	const more = Object.keys(text).filter((form) => !wanted.includes(form));

	if (missing.length > 0)
		find(`${file}: ${key} has no form ${missing.join(', ')}`);
	if (more.length > 0)
		find(`${file}: ${key} has a form ${more.join(', ')}, ` +
			`which ${tag} does not use`);
}

const forms = (text) => isPlural(text) ? Object.values(text) : [text];
const isEmpty = (text) =>
	forms(text).some((form) => typeof form !== 'string' || form.trim() === '');

/* An empty text is meant so where English has none. */
function checkTexts(file, texts, english) {
	const tag = path.basename(file, '.json');

	if (texts.get('language.tag') !== tag)
		find(`${file}: language.tag is not ${tag}`);
	for (const [key, text] of texts) {
		if (isEmpty(text) && english.has(key) && !isEmpty(english.get(key)))
			find(`${file}: ${key} is empty`);
		else if (isPlural(text))
			checkForms(file, tag, key, text);
	}
}

function compare(file, texts, english) {
	for (const [key, text] of english) {
		const own = texts.get(key);

		if (own === undefined)
			find(`${file}: ${key} is missing`);
		else if (isPlural(own) !== isPlural(text))
			find(`${file}: ${key} has forms in one language only`);
		else if (valuesOf(own) !== valuesOf(text))
			find(`${file}: ${key} has the values ` +
				`"${valuesOf(own)}", English has "${valuesOf(text)}"`);
	}
	for (const key of texts.keys())
		if (!english.has(key))
			find(`${file}: ${key} is not in English`);
}

const CALL = /\b(t|n|rich|has)\(\s*(?:[^()'"`]*\?\s*)?(['"])([\w.]+)\2(?:\s*:\s*(['"])([\w.]+)\4)?/g;

/* The keys in calls, with their lines. */
function* called(text) {
	for (const match of text.matchAll(CALL)) {
		const line = text.slice(0, match.index).split('\n').length;

		for (const key of [match[3], match[5]])
			if (key !== undefined && key.includes('.'))
				yield { key, line, plural: match[1] === 'n' };
	}
}

/*
 * What a file uses: each literal that is a key, in a call or in a table of its
 * own, and the sections that its comments keep.
 */
function usesOf(text, english) {
	const literals = [...withoutComments(text).matchAll(/(['"`])([\w.]+)\1/g)]
		.map((m) => m[2]);
	const kept = [...text.matchAll(/\blang: ([\w.]+)\.\*/g)].map((m) => m[1]);

	return [...literals.filter((key) => english.has(key)),
		...[...english.keys()].filter((key) =>
			kept.some((section) => key.startsWith(`${section}.`)))];
}

/* Not what a comment gives for an example; lines stay where they are. */
function withoutComments(text) {
	return text.replace(/(?<![\w*])\/\*[^]*?\*\//g,
		(comment) => comment.replace(/[^\n]/g, ' '));
}

function checkKept(file, text, english) {
	for (const [, section] of text.matchAll(/\blang: ([\w.]+)\.\*/g))
		if (![...english.keys()].some((key) => key.startsWith(`${section}.`)))
			find(`${file}: keeps ${section}.*, which is not in English`);
}

function checkCode(english) {
	const used = new Set(['language.tag']);

	for (const file of filesOf('static/js', '.js')) {
		const text = fs.readFileSync(file, 'utf8');

		for (const { key, line, plural } of called(withoutComments(text))) {
			if (!english.has(key))
				find(`${file}:${line}: ${key} is not in English`);
			else if (plural !== isPlural(english.get(key)))
				find(`${file}:${line}: ${key} ` +
					`${plural ? 'has no forms' : 'has forms: n()'}`);
		}
		checkKept(file, text, english);
		for (const key of usesOf(text, english))
			used.add(key);
	}
	for (const key of english.keys())
		if (!used.has(key))
			find(`${LANG}/en.json: ${key} is used nowhere`);
}

const english = fs.existsSync(`${LANG}/en.json`) ? read(`${LANG}/en.json`)
	: null;

if (english) {
	checkCode(english);
	for (const file of fs.readdirSync(LANG)
		.filter((name) => name.endsWith('.json'))
		.map((name) => path.join(LANG, name))) {
		const texts = file.endsWith('/en.json') ? english : read(file);

		if (!texts)
			continue;
		checkTexts(file, texts, english);
		compare(file, texts, english);
	}
}
if (findings.length > 0)
	console.log(findings.join('\n'));
process.exitCode = findings.length > 0 ? 1 : 0;
