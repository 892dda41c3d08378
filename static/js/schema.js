/*
 * JSON Schema as a reader wants it: a line of words for a type, a list of
 * members, an example to start from. Follows #/components/schemas/ references
 * and survives schemas that contain themselves.
 */
import { el } from './dom.js';
import { t } from './lang.js';

/** @typedef {import('./spec.js').Json} Json */

const DEPTH = 5;
const REF = '#/components/schemas/';

/** @param {Json|undefined} schema @param {Json} doc @returns {Json} */
export function resolve(schema, doc) {
	let at = schema ?? {};

	for (let i = 0; i < DEPTH && typeof at.$ref === 'string'; i++) {
		const name = at.$ref.startsWith(REF) ? at.$ref.slice(REF.length) : '';

		at = doc.components?.schemas?.[name] ?? {};
	}
	return at;
}

/** @param {Json|undefined} schema @returns {string|null} */
export function refName(schema) {
	return schema?.$ref?.startsWith(REF) ? schema.$ref.slice(REF.length) : null;
}

/* The alternatives of a schema besides null, and whether null is one. */
function alternatives(/** @type {Json} */ schema) {
	/** @type {Json[]} */
	const all = schema.anyOf ?? schema.oneOf ??
		(Array.isArray(schema.type)
			? schema.type.map((type) => ({ ...schema, type })) : [schema]);

	return {
		some: all.filter((one) => one.type !== 'null'),
		nullable: all.some((one) => one.type === 'null'),
	};
}

/** @param {number|undefined} low @param {number|undefined} high */
function range(low, high) {
	if (low === undefined && high === undefined)
		return null;
	if (high === undefined)
		return t('docs.at_least', { low: String(low) });
	if (low === undefined)
		return t('docs.at_most', { high });
	return low === high ? String(low) : t('docs.range', { low, high });
}

/** @param {number|undefined} low @param {number|undefined} high */
function length(low, high) {
	const text = range(low, high);

	return text && t('docs.characters', { range: text });
}

/** @param {Json} schema @returns {string[]} */
function wordsOfOne(schema) {
	if (schema.$ref)
		return [refName(schema) ?? t('docs.any')];
	if (schema.type === 'array')
		return [t('docs.list', { of: wordsOf(schema.items) })];
	return [
		schema.type ?? t(schema.enum ? 'docs.one_of' : 'docs.any'),
		schema.format,
		length(schema.minLength, schema.maxLength),
		range(schema.minimum, schema.maximum),
		schema.pattern && t('docs.matches', { pattern: schema.pattern }),
		schema.enum && schema.enum.map((/** @type {unknown} */ value) =>
			JSON.stringify(value)).join(', '),
	].filter(Boolean);
}

/** @param {Json|undefined} schema @returns {string} */
export function wordsOf(schema = {}) {
	const { some, nullable } = alternatives(schema);
	const words = some.map((one) => wordsOfOne(one).join(', '));

	return [
		[...words, ...nullable ? ['null'] : []].join(` ${t('docs.or')} `),
		schema.default !== undefined && t('docs.preset',
			{ value: JSON.stringify(schema.default) }),
	].filter(Boolean).join(', ');
}

/* The object schema whose members are worth listing below this one, if any. */
/** @param {Json|undefined} schema @param {Json} doc @returns {Json|null} */
function nested(schema, doc) {
	const [one] = alternatives(schema ?? {}).some;

	if (!one)
		return null;
	if (one.type === 'array')
		return nested(one.items, doc);
	return resolve(one, doc).properties ? one : null;
}

/**
 * @param {string} name @param {Json} schema @param {boolean} required
 * @param {Json} doc @param {Json} options
 */
function property(name, schema, required, doc, options) {
	const inner = nested(schema, doc);

	return el('li', {},
		el('div', { class: 'prop-line' },
			el('code', {}, name),
			el('span', { class: 'prop-type' }, wordsOf(schema)),
			required && el('span', { class: 'prop-required' },
				t('docs.required'))),
		schema.description && el('p', { class: 'hint' }, schema.description),
		inner && members(inner, doc, options));
}

/**
 * A list of the members of an object schema, or null. What is required matters
 * of an input only.
 * @param {Json|undefined} schema @param {Json} doc @param {Json} [options]
 * @returns {HTMLElement|null}
 */
export function members(schema, doc, { input = false, above = [] } = {}) {
	const object = resolve(nested(schema, doc) ?? undefined, doc);

	if (!object.properties || above.includes(object) || above.length >= DEPTH)
		return null;
	const required = new Set(input ? object.required ?? [] : []);
	const inner = { input, above: [...above, object] };

	return el('ul', { class: 'props' },
		Object.entries(object.properties).map(([name, value]) =>
			property(name, value, required.has(name), doc, inner)));
}

/** @type {Record<string, string>} */
const SAMPLES = {
	email: 'you@example.com',
	uuid: '00000000-0000-4000-8000-000000000000',
	'date-time': '2026-01-31T12:00:00Z',
	date: '2026-01-31',
	password: 'a long passphrase',
	uri: 'https://example.com/',
};

/** @param {string} type @param {Json} schema */
function sampleOf(type, schema) {
	if (type === 'string')
		return SAMPLES[schema.format] ??
			'text'.padEnd(schema.minLength ?? 0, 'x');
	if (type === 'integer' || type === 'number')
		return schema.minimum ?? 0;
	return type === 'boolean' ? true : null;
}

/**
 * A value that the schema takes; nullable members are shown with a value.
 * @param {Json|undefined} schema @param {Json} doc @param {Json[]} [above]
 * @returns {any}
 */
export function example(schema, doc, above = []) {
	const [one = {}] = alternatives(schema ?? {}).some;
	const at = resolve(one, doc);
	const given = [at.example, at.examples?.[0], schema?.default, at.default,
		at.const, at.enum?.[0]].find((value) => value !== undefined);

	if (given !== undefined)
		return given;
	if (above.includes(at) || above.length >= DEPTH)
		return null;
	if (at.type === 'array')
		return [example(at.items, doc, [...above, at])];
	if (at.properties)
		return Object.fromEntries(Object.entries(at.properties).map(
			([name, inner]) => [name, example(inner, doc, [...above, at])]));
	return at.type === 'object' ? {} : sampleOf(at.type, at);
}
