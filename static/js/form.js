/*
 * Forms: one submission at a time, the faults of a 422 beside their fields in
 * the server's own words, everything else as a message above them.
 *
 *	form({ fields: [field({ name: "title", label: t("...") })],
 *	    action: t("form.save"), submit: async (values) => {...} })
 *
 * A fault belongs to the field whose name is the last part of its `loc`, or
 * the parts behind "body" joined by dots.
 */
import { faultText } from './api.js';
import { el, fill, freshId } from './dom.js';
import { t } from './lang.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Control */
/** @typedef {Record<string, any>} Values */

/* What the page itself finds wrong with a field, as a 422 would say it. */
export class FieldError extends Error {
	/** @param {string} field @param {string} message */
	constructor(field, message) {
		super(message);
		this.faults = [{ loc: [field], msg: message }];
	}
}

/** @param {Control} input */
const errorId = (input) => `${input.id}-error`;

/** @param {Control} input @param {string} id @param {boolean} on */
function describe(input, id, on) {
	const ids = new Set((input.getAttribute('aria-describedby') ?? '')
		.split(' ').filter(Boolean));

	if (on)
		ids.add(id);
	else
		ids.delete(id);
	if (ids.size > 0)
		input.setAttribute('aria-describedby', [...ids].join(' '));
	else
		input.removeAttribute('aria-describedby');
}

/** @param {Control} input */
function clearField(input) {
	document.getElementById(errorId(input))?.remove();
	input.removeAttribute('aria-invalid');
	describe(input, errorId(input), false);
}

/** @param {Control} input @param {string} text */
export function markField(input, text) {
	clearField(input);
	input.closest('.field')?.append(el('p', { class: 'field-error',
		id: errorId(input) }, text));
	input.setAttribute('aria-invalid', 'true');
	describe(input, errorId(input), true);
}

/** @param {HTMLFormElement} node @returns {Control[]} */
function controlsOf(node) {
	return /** @type {Control[]} */ ([...node.elements].filter((control) =>
		/** @type {any} */ (control).name && control.closest('.field')));
}

/* Text that is no number stays text: the server says so, beside the field. */
/** @param {Control} input */
function valueOf(input) {
	const text = input.value;

	if (input instanceof HTMLInputElement && input.type === 'checkbox')
		return input.checked;
	if (text === '' && input.dataset.empty !== undefined)
		return input.dataset.empty === 'null' ? null : undefined;
	if (input.dataset.kind === 'number')
		return /^-?\d{1,15}$/.test(text.trim()) ? Number(text) : text;
	return text;
}

/** @param {HTMLFormElement} node @returns {Values} */
export function valuesOf(node) {
	return Object.fromEntries(controlsOf(node)
		.map((input) => [input.name, valueOf(input)]));
}

/** @param {HTMLFormElement} node @param {string} text */
function say(node, text) {
	const place = node.querySelector('.form-message');

	if (place)
		place.textContent = text;
}

/** @param {import('./types.js').Fault} fault @param {Map<string, Control>} by */
function controlOf({ loc = [] }, by) {
	const inside = loc[0] === 'body' || loc[0] === 'query' ? loc.slice(1) : loc;

	return by.get(inside.join('.')) ?? by.get(String(loc.at(-1)));
}

/** @param {HTMLFormElement} node @param {any} error */
export function showError(node, error) {
	const by = new Map(controlsOf(node).map((i) => [i.name, i]));
	const rest = [];

	for (const fault of error.faults ?? []) {
		const input = controlOf(fault, by);

		if (input && !input.hasAttribute('aria-invalid'))
			markField(input, faultText(fault));
		else if (!input)
			rest.push(faultText(fault));
	}
	const marked = node.querySelector('[aria-invalid]');

	if (marked instanceof HTMLElement)
		marked.focus();
	if (rest.length > 0)
		say(node, rest.join(' '));
	else if (!marked)
		say(node, error.message);
}

/** @param {HTMLFormElement} node @param {boolean} on */
function busy(node, on) {
	const button = node.querySelector('[type=submit]');

	node.toggleAttribute('data-busy', on);
	if (on)
		button?.setAttribute('aria-busy', 'true');
	else
		button?.removeAttribute('aria-busy');
}

/**
 * @param {HTMLFormElement} node
 * @param {(values: Values) => any} submit
 * @param {(error: any) => boolean} caught true: it is dealt with
 */
async function run(node, submit, caught) {
	if (node.hasAttribute('data-busy'))
		return;
	say(node, '');
	controlsOf(node).forEach(clearField);
	busy(node, true);
	try {
		await submit(valuesOf(node));
	} catch (error) {
		/* The view was left meanwhile. */
		if (/** @type {any} */ (error).name === 'AbortError')
			return;
		if (/** @type {any} */ (error).faults === undefined)
			console.error(error);
		if (!caught(error))
			showError(node, error);
	} finally {
		busy(node, false);
	}
}

/** @param {HTMLInputElement} input @param {string} label */
function secret(input, label) {
	const button = el('button', { class: 'secret-toggle', type: 'button' });
	const show = (/** @type {boolean} */ on) => {
		input.type = on ? 'text' : 'password';
		fill(button, t(on ? 'form.hide' : 'form.show'));
		button.setAttribute('aria-label', t(on ? 'form.hide_what'
			: 'form.show_what', { what: label.toLowerCase() }));
	};

	button.addEventListener('click', () => show(input.type === 'password'));
	/* Password managers only look at fields that are still secret. */
	input.addEventListener('blur', () => input.form?.addEventListener('submit',
		() => show(false), { once: true }), { once: true });
	show(false);
	return el('div', { class: 'secret' }, input, button);
}

/** @param {any} about @param {string} id */
function controlFor({ type = 'text', options, value, ...rest }, id) {
	const shared = { class: 'input', id, dir: 'auto', ...rest };

	if (type === 'select')
		return el('select', { ...shared, dir: null }, options.map(
			(/** @type {any} */ [key, text]) => el('option', { value: key,
				selected: String(key) === String(value ?? '') }, text)));
	if (type === 'textarea') {
		const area = el('textarea', { rows: 4, ...shared });

		area.value = value ?? '';
		return area;
	}
	const isNumber = type === 'number';
	const input = el('input', { inputmode: isNumber ? 'numeric' : null, ...shared,
		type: isNumber ? 'text' : type, 'data-kind': isNumber ? 'number' : null,
		dir: type === 'password' ? null : shared.dir });

	if (type === 'checkbox')
		input.checked = Boolean(value);
	else
		input.value = value ?? '';
	return input;
}

/** @param {any} about @param {string} id @param {HTMLElement} hint */
function tick({ name, label, value, hint: text, ...rest }, id, hint) {
	const input = el('input', { type: 'checkbox', class: 'tick', id, name,
		'aria-describedby': text ? hint.id : null, ...rest });

	input.checked = Boolean(value);
	return el('div', { class: 'field field-tick' }, input,
		el('label', { for: id }, label), text && hint);
}

/**
 * A control with its label and hint. type: text (default), email, password,
 * textarea, select (with options [[value, text]]), checkbox, number (whole),
 * search, date. optional: says so beside the label. empty: "null" or "omit",
 * what no text stands for. Anything else is an attribute of the control.
 * @param {{name: string, label: Child, type?: string, value?: any,
 *     hint?: Child, optional?: boolean, empty?: 'null'|'omit',
 *     options?: (readonly [string, string])[], [attribute: string]: any}} about
 */
export function field({ hint: text, optional, empty, ...about }) {
	const id = freshId(about.name);
	const hint = el('p', { class: 'hint', id: `${id}-hint` }, text);

	if (about.type === 'checkbox')
		return tick({ ...about, hint: text }, id, hint);
	const { label, ...rest } = about;
	const control = controlFor({ ...rest, 'data-empty': empty,
		'aria-describedby': text ? hint.id : null }, id);

	return el('div', { class: 'field' },
		el('label', { for: id }, label, optional &&
			el('span', { class: 'optional' }, ` ${t('form.optional')}`)),
		about.type === 'password'
			? secret(/** @type {HTMLInputElement} */ (control), String(label))
			: control,
		text && hint);
}

/**
 * @param {{fields: Child, action: string, submit: (values: Values) => any,
 *     caught?: (error: any) => boolean, look?: string, more?: Child,
 *     card?: boolean, label?: string}} about
 *     action: the button's text; more: beside the button
 */
export function form({ fields, action, submit, caught = () => false, look, more,
	card = false, label }) {
	const node = el('form', { class: card ? 'form card' : 'form',
		novalidate: true, 'aria-label': label },
	el('div', { class: 'notice form-message', 'data-tone': 'bad', role: 'alert' }),
	fields,
	el('div', { class: 'actions' },
		el('button', { class: 'button', type: 'submit', 'data-look': look },
			action), more));

	node.addEventListener('input', ({ target }) =>
		clearField(/** @type {Control} */ (target)));
	node.addEventListener('submit', (event) => {
		event.preventDefault();
		run(node, submit, caught);
	});
	return node;
}
