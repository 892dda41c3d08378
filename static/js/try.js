/*
 * "Try it": a form made from an operation, the request that it stands for, and
 * the answer as it came. The request goes out with the session of these pages,
 * or with a token that was typed in and then without any cookie.
 */
import { csrfToken } from './api.js';
import { el, fill } from './dom.js';
import { number, t } from './lang.js';
import { example, resolve, wordsOf } from './schema.js';
import * as session from './session.js';
import { isSecured } from './spec.js';

/** @typedef {import('./spec.js').Json} Json */
/** @typedef {import('./spec.js').Operation} Operation */
/** @typedef {{name: string, where: string, node: HTMLElement}} Input */
/** @typedef {{nodes: HTMLElement[], type: string, read: () => string}} Body */
/** @typedef {{response: Response, text: string, took: number}} Answer */

const JSON_TYPE = /[/+]json$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const PATIENCE_MS = 30000;
const SHOWN = 100000;

/**
 * @param {string} id @param {string} name @param {Json|undefined} schema
 * @param {boolean|undefined} required
 */
function field(id, name, schema, required) {
	return el('div', { class: 'field' },
		el('label', { for: id }, name, !required &&
			el('span', { class: 'optional' }, ` ${t('form.optional')}`)),
		el('input', {
			class: 'input',
			id,
			name,
			type: schema?.format === 'password' ? 'password' : 'text',
			autocomplete: 'off',
			autocapitalize: 'none',
			spellcheck: 'false',
			required,
			'aria-describedby': `${id}-type`,
		}),
		el('p', { class: 'hint', id: `${id}-type` }, wordsOf(schema)));
}

/** @param {HTMLElement} node */
const inputOf = (node) =>
	/** @type {HTMLInputElement} */ (node.querySelector('input'));

/** @param {string} id @param {string} type @param {Json|undefined} schema
 *  @param {Json} doc @returns {Body} */
function jsonBody(id, type, schema, doc) {
	const area = el('textarea', { class: 'input', id, spellcheck: 'false',
		autocapitalize: 'none' });

	area.value = JSON.stringify(example(schema, doc), null, 2);
	return { type, read: () => area.value, nodes: [
		el('div', { class: 'field' },
			el('label', { for: id }, t('docs.json_body')), area)] };
}

/** @param {string} id @param {Json|undefined} schema @param {Json} doc
 *  @returns {Body} */
function formBody(id, schema, doc) {
	const { properties = {}, required = [] } = resolve(schema, doc);
	const nodes = Object.entries(properties).map(([name, inner]) =>
		field(`${id}-${name}`, name, inner, required.includes(name)));

	return { nodes, type: FORM_TYPE, read: () => new URLSearchParams(
		nodes.map(inputOf).filter(({ value }) => value !== '')
			.map(({ name, value }) => [name, value])).toString() };
}

/* Anything else, as text. */
/** @param {string} id @param {string} type @returns {Body} */
function textBody(id, type) {
	const area = el('textarea', { class: 'input', id, spellcheck: 'false',
		autocapitalize: 'none' });

	return { type, read: () => area.value, nodes: [
		el('div', { class: 'field' },
			el('label', { for: id }, t('docs.text_body', { type })), area)] };
}

/* What can be typed for the body: null when there is none to type. */
/** @param {Operation} op @param {Json} doc @returns {Body|null} */
function bodyOf(op, doc) {
	/** @type {Json} */
	const content = op.requestBody?.content ?? {};
	const types = Object.keys(content);
	const json = types.find((type) => JSON_TYPE.test(type));
	const id = `try-${op.id}-body`;

	if (json !== undefined)
		return jsonBody(id, json, content[json].schema, doc);
	if (content[FORM_TYPE])
		return formBody(id, content[FORM_TYPE].schema, doc);
	return types.length > 0 ? textBody(id, types[0]) : null;
}

/** @param {Operation} op @returns {Input[]} */
function inputsOf(op) {
	return op.parameters
		.filter((p) => ['path', 'query', 'header'].includes(p.in))
		.map(({ name, in: where, schema, required }) => ({ name, where,
			node: field(`try-${op.id}-${where}-${name}`, name, schema,
				required) }));
}

/* Only the path of a server counts: the page may call its own origin alone. */
/** @param {Json} doc */
function baseOf(doc) {
	const url = doc.servers?.[0]?.url ?? '/';

	return new URL(url, location.origin).pathname.replace(/\/$/, '');
}

/** @param {Operation} op @param {Json} doc @param {Input[]} inputs */
function targetOf(op, doc, inputs) {
	const query = new URLSearchParams();
	let { path } = op;

	for (const { name, where, node } of inputs) {
		const { value } = inputOf(node);

		if (where === 'path')
			path = path.replace(`{${name}}`, () => encodeURIComponent(value));
		else if (where === 'query' && value !== '')
			query.append(name, value);
	}
	const search = query.toString();

	return baseOf(doc) + path + (search === '' ? '' : `?${search}`);
}

/**
 * @param {Operation} op @param {Json} doc @param {Input[]} inputs
 * @param {string|undefined} type @param {string} token
 */
async function headersOf(op, doc, inputs, type, token) {
	const headers = new Headers({ accept: 'application/json' });

	for (const { name, where, node } of inputs)
		if (where === 'header' && inputOf(node).value !== '')
			headers.set(name, inputOf(node).value);
	if (type !== undefined)
		headers.set('content-type', type);
	if (isSecured(op, doc) && token !== '')
		headers.set('authorization', `Bearer ${token}`);
	const csrf = session.isInside() && token === '' && op.method !== 'get'
		? await csrfToken() : null;

	if (csrf !== null)
		headers.set('x-csrf-token', csrf);
	return headers;
}

/**
 * @param {string} target @param {RequestInit} init
 * @returns {Promise<Answer>}
 */
async function timed(target, init) {
	const start = performance.now();
	const response = await fetch(target, { ...init, cache: 'no-store',
		signal: AbortSignal.timeout(PATIENCE_MS) });
	const text = await response.text();

	return { response, text, took: Math.round(performance.now() - start) };
}

/**
 * @param {Operation} op @param {Json} doc @param {Input[]} inputs
 * @param {Body|null} body @param {string} token
 */
async function send(op, doc, inputs, body, token) {
	const target = targetOf(op, doc, inputs);
	const ask = async () => timed(target, {
		method: op.method.toUpperCase(),
		headers: await headersOf(op, doc, inputs, body?.type, token),
		body: body?.read(),
		credentials: token === '' ? 'same-origin' : 'omit',
	});
	const answer = await ask();
	const isStale = answer.response.status === 401 && token === '' &&
		session.isInside() && isSecured(op, doc);

	return { target, ...isStale && await session.renew() ? await ask() : answer };
}

function pretty(/** @type {string} */ text) {
	let shown = text;

	try {
		shown = JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		/* Not JSON: as it came. */
	}
	return shown.length <= SHOWN ? shown : `${shown.slice(0, SHOWN)}\n… ` +
		t('docs.left_out', { count: number(shown.length - SHOWN) });
}

/**
 * @param {HTMLElement} place @param {Operation} op
 * @param {Answer & {target: string}} answer
 */
function showAnswer(place, op, { response, text, took, target }) {
	const id = response.headers.get('x-request-id');

	place.dataset.tone = response.ok ? 'good' : 'bad';
	fill(place,
		el('p', { class: 'answer-line' },
			`${response.status} ${response.statusText}`.trim(),
			` · ${t('docs.took', { count: number(took) })}`),
		el('p', { class: 'hint' }, `${op.method.toUpperCase()} ${target}`,
			id && ` · ${t('docs.request', { id })}`),
		el('pre', { class: 'block', tabindex: '0',
			'aria-label': t('docs.answer') },
		text === '' ? t('docs.nothing') : pretty(text)));
}

/** @param {HTMLElement} place */
function showFailure(place) {
	place.dataset.tone = 'bad';
	fill(place, el('p', { class: 'answer-line' }, t('docs.no_answer')));
}

/** @param {Operation} op @param {Json} doc @param {() => string} typed */
export function tryIt(op, doc, typed) {
	const inputs = inputsOf(op);
	const body = bodyOf(op, doc);
	const button = el('button', { class: 'button', type: 'submit' },
		t('docs.send'));
	const answer = el('div', { class: 'answer', role: 'status' });
	const form = el('form', { class: 'try', novalidate: true,
		'aria-label': t('docs.try_what',
			{ what: `${op.method.toUpperCase()} ${op.path}` }) },
	el('h3', {}, t('docs.try')), inputs.map(({ node }) => node), body?.nodes,
	el('div', { class: 'actions' }, button), answer);

	form.addEventListener('submit', async (event) => {
		event.preventDefault();
		/* The browser says in its words which fields are still empty. */
		if (button.hasAttribute('aria-busy') || !form.reportValidity())
			return;
		button.setAttribute('aria-busy', 'true');
		try {
			showAnswer(answer, op, await send(op, doc, inputs, body, typed()));
		} catch {
			showFailure(answer);
		} finally {
			button.removeAttribute('aria-busy');
		}
	});
	return form;
}
