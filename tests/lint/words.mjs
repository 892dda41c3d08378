/*
 * What the server says of refusals and faults, in each language of the pages
 * but its own: a sentence is said when its code is in `errors`, or when the
 * sentence is in said/xx.json, maybe with {names} for what it is filled with; a type
 * of fault when it is in `faults`. What `faults` has and no source names is a
 * finding too.
 * Usage: words.mjs, in the folder of the tree. A line a finding.
 */
import fs from 'node:fs';
import path from 'node:path';

const LANG = 'static/lang';
/* Whose messages differ from case to case. */
const BY_SENTENCE = 'value_error';
const STRING = /"((?:[^"\\]|\\.)*)"/g;
const findings = [];

function filesOf(folder) {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const at = path.join(folder, entry.name);

		if (entry.isDirectory())
			return filesOf(at);
		return /\.[ch]$/.test(entry.name) ? [at] : [];
	});
}

function withoutComments(text) {
	return text.replace(/"(?:[^"\\]|\\.)*"|\/\*[^]*?\*\//g, (found) =>
		found.startsWith('"') ? found : found.replace(/[^\n]/g, ' '));
}

/* What stands between the brackets at `at`, by commas. */
function argumentsAt(text, at) {
	const args = [''];
	let level = 0;

	for (const [token] of text.slice(at).matchAll(/"(?:[^"\\]|\\.)*"|[^]/g)) {
		level += Number(token === '(') - Number(token === ')');
		if (level === 0)
			return args;
		if (level === 1 && token === ',')
			args.push('');
		else if (token !== '(' || level > 1)
			args[args.length - 1] += token;
	}
	return args;
}

/* The text of literals that stand side by side, with what is defined as one. */
function literal(expression, defined) {
	const parts = [...expression.matchAll(/"((?:[^"\\]|\\.)*)"|\b([A-Z_]{3,})\b/g)]
		.map(([, plain, name]) => plain ?? defined.get(name) ?? '');

	return /^[\s"]/.test(expression) ? JSON.parse(`"${parts.join('')
		.replace(/\\x\w\w/g, '?')}"`) : '';
}

function definedIn(text) {
	return [...text.matchAll(/^#define (\w+)\s+"([^"\n]*)"$/gm)]
		.map(([, name, value]) => [name, value]);
}

/* [{at, code, sentence}], a sentence as it would be with values in it. */
function refusals(file, text, defined) {
	return [...text.matchAll(/(?<![\w>])(fail|fail_code|refuse_code)\(/g)]
		.flatMap((match) => {
			const args = argumentsAt(text, match.index + match[0].length - 1);
			const [codes, words] = match[1] === 'fail' ? ['', args[2]]
				: [args[2] ?? '', args[3]];
			const sentence = literal((words ?? '').trim(), defined)
				.replace(/%[.*\d]*(?:ll|z)?[dsu]/g, '1');

			return sentence === '' ? [] : [{ at: file, sentence,
				code: [...codes.matchAll(STRING)][0]?.[1] }];
		});
}

function titles(file, text) {
	return [...text.matchAll(/\bX\((\w+), \d+, "([^"]+)"\)/g)]
		.map(([, name, sentence]) => ({ at: file, sentence,
			code: name.toLowerCase() }));
}

/* Behind "Value error, ", which is the same before all of them. */
function reasons(file, text, defined) {
	return [...text.matchAll(/("Value error, [^"%]+"\s*(?:"[^"%]*"\s*)*)/g)]
		.map(([words]) => ({ at: file,
			sentence: literal(words, defined).slice('Value error, '.length) }));
}

function typesIn(text) {
	const named = [...text.matchAll(/\bfault\b[)\w\s=]*\{\.type = "(\w+)"/g)]
		.map((match) => match[1]);
	const set = [...text.matchAll(/\bfault_set\(/g)].flatMap((match) =>
		[...(argumentsAt(text, match.index + 9)[1] ?? '').matchAll(STRING)]
			.map((found) => found[1]));
	const listed = [...text.matchAll(/\[FIELD_\w+\] = \{"(\w+)"/g)]
		.map((match) => match[1]);

	return [...named, ...set, ...listed].filter((type) => type !== BY_SENTENCE);
}

function matches(pattern, sentence) {
	const text = pattern.split(/\{\w+\}/).map((part) =>
		part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('(.*)');

	return new RegExp(`^${text}$`, 's').test(sentence);
}

function read(file) {
	return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
}

function checkLanguage(file, sentences, types) {
	const { errors = {}, faults = {} } = read(`${LANG}/${file}`);
	const said = read(`${LANG}/said/${file}`);
	const missing = sentences.filter(({ code, sentence }) =>
		!Object.hasOwn(errors, code ?? '') && !Object.keys(said)
			.some((pattern) => matches(pattern, sentence)));

	for (const { at, sentence } of missing)
		findings.push(`${file}: does not say "${sentence}" (${at})`);
	for (const type of types)
		if (!Object.hasOwn(faults, type))
			findings.push(`${file}: has no faults.${type}`);
	for (const type of Object.keys(faults))
		if (!types.has(type))
			findings.push(`${file}: faults.${type}: no fault has this type`);
}

const sources = fs.existsSync('src') ? filesOf('src').map((file) =>
	[file, withoutComments(fs.readFileSync(file, 'utf8'))]) : [];
const defined = new Map(sources.flatMap(([, text]) => definedIn(text)));
const sentences = sources.flatMap(([file, text]) =>
	[...refusals(file, text, defined), ...reasons(file, text, defined),
		...titles(file, text)]);
const types = new Set(sources.flatMap(([, text]) => typesIn(text)));

for (const name of fs.existsSync(LANG) ? fs.readdirSync(LANG) : [])
	if (name.endsWith('.json') && name !== 'en.json')
		checkLanguage(name, sentences, types);
if (findings.length > 0)
	console.log([...new Set(findings)].join('\n'));
process.exitCode = findings.length > 0 ? 1 : 0;
