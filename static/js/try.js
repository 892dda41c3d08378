/*
 * "Try it": a form made from an operation, the request that it stands for, and
 * the answer as it came.
 */
import { el } from './dom.js';
import { isSecured } from './spec.js';
import { example, resolve, wordsOf } from './schema.js';

const JSON_TYPE = /[/+]json$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const SHOWN = 100000;

function field(id, name, schema, required, doc) {
	return el('div', { class: 'field' },
		el('label', { for: id }, name,
			!required && el('span', { class: 'optional' },
				' (optional)')),
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
		el('p', { class: 'hint', id: `${id}-type` },
			wordsOf(schema)));
}

function jsonField(id, schema, doc) {
	const area = el('textarea', {
		class: 'input',
		id,
		spellcheck: 'false',
		autocapitalize: 'none',
	});

	area.value = JSON.stringify(example(schema, doc), null, 2);
	return el('div', { class: 'field' },
		el('label', { for: id }, 'Request body (JSON)'), area);
}

/* What can be typed for the body: null when there is none to type. */
function bodyInputs(op, doc) {
	const content = op.requestBody?.content ?? {};
	const json = Object.keys(content).find((type) => JSON_TYPE.test(type));
	const id = `try-${op.id}-body`;

	if (json) {
		const node = jsonField(id, content[json].schema, doc);
		const area = node.querySelector('textarea');

		return { nodes: [node], type: json, read: () => area.value };
	}
	if (!content[FORM_TYPE])
		return null;
	const schema = resolve(content[FORM_TYPE].schema, doc);
	const required = schema.required ?? [];
	const nodes = Object.entries(schema.properties ?? {}).map(
		([name, inner]) => field(`${id}-${name}`, name, inner,
			required.includes(name), doc));

	return {
		nodes,
		type: FORM_TYPE,
		read: () => new URLSearchParams(nodes
			.map((node) => node.querySelector('input'))
			.filter((input) => input.value !== '')
			.map((input) => [input.name, input.value])).toString(),
	};
}

function parameterInputs(op, doc) {
	return op.parameters
		.filter((p) => p.in === 'path' || p.in === 'query')
		.map((p) => ({
			...p,
			node: field(`try-${op.id}-${p.in}-${p.name}`, p.name,
				p.schema, p.required, doc),
		}));
}

/* Only the path of a server counts: the page may call its own origin alone. */
function baseOf(doc) {
	const url = doc.servers?.[0]?.url ?? '/';

	return new URL(url, location.origin).pathname.replace(/\/$/, '');
}

function targetOf(op, doc, inputs) {
	const query = new URLSearchParams();
	let path = op.path;

	for (const { name, in: place, node } of inputs) {
		const { value } = node.querySelector('input');

		if (place === 'path')
			path = path.replace(`{${name}}`,
				encodeURIComponent(value));
		else if (value !== '')
			query.append(name, value);
	}
	const search = query.toString();

	return baseOf(doc) + path + (search === '' ? '' : `?${search}`);
}

async function send(op, doc, target, body, token) {
	const headers = new Headers({ accept: 'application/json' });

	if (isSecured(op, doc) && token)
		headers.set('authorization', `Bearer ${token}`);
	if (body)
		headers.set('content-type', body.type);
	const start = performance.now();
	const response = await fetch(target, {
		method: op.method.toUpperCase(),
		headers,
		body: body?.read(),
		cache: 'no-store',
		signal: AbortSignal.timeout(30000),
	});
	const text = await response.text();

	return { response, text, took: Math.round(performance.now() - start) };
}

function pretty(text) {
	let shown = text;

	try {
		shown = JSON.stringify(JSON.parse(text), null, 2);
	} catch {
		/* Not JSON: as it came. */
	}
	return shown.length <= SHOWN ? shown
		: `${shown.slice(0, SHOWN)}\n… ${shown.length - SHOWN} more`;
}

function showAnswer(place, op, target, { response, text, took }) {
	const id = response.headers.get('x-request-id');

	place.dataset.tone = response.ok ? 'good' : 'bad';
	place.replaceChildren(
		el('p', { class: 'answer-line' },
			`${response.status} ${response.statusText}`.trim(),
			` · ${took} ms`),
		el('p', { class: 'hint' }, `${op.method.toUpperCase()} ${target}`,
			id && ` · request ${id}`),
		el('pre', { class: 'block', tabindex: '0',
			'aria-label': 'Body of the answer' },
			text === '' ? '(empty)' : pretty(text)));
}

function showFailure(place) {
	place.dataset.tone = 'bad';
	place.replaceChildren(el('p', { class: 'answer-line' },
		'No answer. Atrium could not be reached.'));
}

/* The browser knows which fields are still empty and says so in its words. */
function isReady(form) {
	return form.reportValidity();
}

export function tryIt(op, doc, bearer) {
	const inputs = parameterInputs(op, doc);
	const body = bodyInputs(op, doc);
	const button = el('button', { class: 'button', type: 'submit' }, 'Send');
	const answer = el('div', { class: 'answer', role: 'status' });
	const form = el('form', { class: 'try', novalidate: true,
		'aria-label': `Try ${op.method.toUpperCase()} ${op.path}` },
		el('h3', {}, 'Try it'),
		inputs.map(({ node }) => node),
		body?.nodes ?? [],
		el('div', { class: 'actions' }, button),
		answer);

	form.addEventListener('submit', async (event) => {
		event.preventDefault();
		if (button.hasAttribute('aria-busy') || !isReady(form))
			return;
		const target = targetOf(op, doc, inputs);

		button.setAttribute('aria-busy', 'true');
		try {
			showAnswer(answer, op, target,
				await send(op, doc, target, body, bearer()));
		} catch {
			showFailure(answer);
		} finally {
			button.removeAttribute('aria-busy');
		}
	});
	return form;
}
