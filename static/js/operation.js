/* One operation of the reference: its line, and its body once it is opened. */
import { el } from './dom.js';
import { isSecured } from './spec.js';
import { members, refName, wordsOf } from './schema.js';
import { tryIt } from './try.js';

export function methodTag(method) {
	return el('span', { class: 'method', 'data-method': method },
		method.toUpperCase());
}

function parameters(op, doc) {
	if (op.parameters.length === 0)
		return null;
	return el('section', {},
		el('h3', {}, 'Parameters'),
		el('ul', { class: 'props' }, op.parameters.map((p) =>
			el('li', {},
				el('div', { class: 'prop-line' },
					el('code', {}, p.name),
					el('span', { class: 'prop-type' },
						`${p.in}, ${wordsOf(p.schema)}`),
					p.required && el('span',
						{ class: 'prop-required' },
						'required')),
				p.description &&
					el('p', { class: 'hint' },
						p.description)))));
}

function contentOf(holder, doc, options) {
	const types = Object.keys(holder?.content ?? {});
	const schema = holder?.content?.[types[0]]?.schema;

	if (types.length === 0)
		return [];
	return [
		el('p', { class: 'media' },
			`${refName(schema) ?? wordsOf(schema)} as `,
			el('code', {}, types.join(' or '))),
		members(schema, doc, options),
	];
}

function requestBody(op, doc) {
	if (!op.requestBody)
		return null;
	return el('section', {},
		el('h3', {}, 'Request body'),
		contentOf(op.requestBody, doc, { input: true }));
}

function isGood(code) {
	return code.startsWith('2');
}

function responses(op, doc) {
	return el('section', {},
		el('h3', {}, 'Responses'),
		el('div', { class: 'responses' },
			Object.entries(op.responses ?? {}).map(([code, answer]) =>
				el('details', { class: 'response',
					open: isGood(code) },
					el('summary', {},
						el('span',
							{ class: 'response-code' },
							code),
						answer.description ?? ''),
					contentOf(answer, doc)))));
}

function body(op, doc, bearer) {
	return el('div', { class: 'op-body' },
		op.description && el('p', {}, op.description),
		el('p', { class: 'hint' }, isSecured(op, doc)
			? 'Needs an access token.'
			: 'Open to everyone.'),
		parameters(op, doc),
		requestBody(op, doc),
		responses(op, doc),
		tryIt(op, doc, bearer));
}

/* The body is built when it is first looked at: a long reference stays fast. */
export function operation(op, doc, bearer) {
	const node = el('details', { class: 'op', id: op.id },
		el('summary', {},
			methodTag(op.method),
			el('code', { class: 'op-path' }, op.path),
			el('span', { class: 'op-summary' }, op.summary ?? '')));

	node.addEventListener('toggle', () => {
		if (node.open && !node.querySelector('.op-body'))
			node.append(body(op, doc, bearer));
	});
	return node;
}
