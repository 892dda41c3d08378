/* One operation of the reference: its line, and its body once it is opened. */
import { el } from './dom.js';
import { t } from './lang.js';
import { members, refName, wordsOf } from './schema.js';
import { isSecured } from './spec.js';
import { tryIt } from './try.js';

/** @typedef {import('./spec.js').Json} Json */
/** @typedef {import('./spec.js').Operation} Operation */

export function methodTag(/** @type {string} */ method) {
	return el('span', { class: 'method', 'data-method': method },
		method.toUpperCase());
}

/** @param {import('./spec.js').Parameter} parameter */
function parameter({ name, in: where, schema, required, description }) {
	return el('li', {},
		el('div', { class: 'prop-line' },
			el('code', {}, name),
			el('span', { class: 'prop-type' }, `${where}, ${wordsOf(schema)}`),
			required && el('span', { class: 'prop-required' },
				t('docs.required'))),
		description && el('p', { class: 'hint' }, description));
}

/** @param {Operation} op */
function parameters({ parameters: all }) {
	return all.length > 0 && el('section', {},
		el('h3', {}, t('docs.parameters')),
		el('ul', { class: 'props' }, all.map(parameter)));
}

/** @param {Json|undefined} holder @param {Json} doc @param {Json} [options] */
function contentOf(holder, doc, options) {
	const types = Object.keys(holder?.content ?? {});
	const schema = holder?.content?.[types[0]]?.schema;

	if (types.length === 0)
		return [];
	return [
		el('p', { class: 'media' },
			`${refName(schema) ?? wordsOf(schema)} ${t('docs.as')} `,
			el('code', {}, types.join(` ${t('docs.or')} `))),
		members(schema, doc, options),
	];
}

/** @param {Operation} op @param {Json} doc */
function requestBody(op, doc) {
	return op.requestBody && el('section', {},
		el('h3', {}, t('docs.body')),
		contentOf(op.requestBody, doc, { input: true }));
}

/** @param {Operation} op @param {Json} doc */
function responses(op, doc) {
	return el('section', {},
		el('h3', {}, t('docs.responses')),
		el('div', { class: 'responses' },
			Object.entries(op.responses ?? {}).map(([code, answer]) =>
				el('details', { class: 'response', open: code.startsWith('2') },
					el('summary', {},
						el('span', { class: 'response-code' }, code),
						answer.description ?? ''),
					contentOf(answer, doc)))));
}

/** @param {Operation} op @param {Json} doc @param {() => string} typed */
function body(op, doc, typed) {
	return el('div', { class: 'op-body' },
		op.description && el('p', {}, op.description),
		el('p', { class: 'hint' },
			t(isSecured(op, doc) ? 'docs.secured' : 'docs.open')),
		parameters(op),
		requestBody(op, doc),
		responses(op, doc),
		tryIt(op, doc, typed));
}

/**
 * The body is built when it is first looked at: a long reference stays fast.
 * @param {Operation} op @param {Json} doc
 * @param {() => string} typed the token that was typed in, or ""
 */
export function operation(op, doc, typed) {
	const node = el('details', { class: 'op', id: op.id },
		el('summary', {},
			methodTag(op.method),
			el('code', { class: 'op-path' }, op.path),
			el('span', { class: 'op-summary' }, op.summary ?? '')));

	node.addEventListener('toggle', () => {
		if (node.open && !node.querySelector('.op-body'))
			node.append(body(op, doc, typed));
	});
	return node;
}
