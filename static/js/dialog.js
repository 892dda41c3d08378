/*
 * Questions and forms in front of the page. Focus goes in and comes back, and
 * Escape is "no": the browser's own <dialog> does that.
 */
import { el, fill, freshId } from './dom.js';
import { form } from './form.js';
import { icon } from './icon.js';
import { t } from './lang.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * @param {{title: string, body: Child, wide?: boolean}} about
 * @returns {{node: HTMLDialogElement, close: (value?: any) => void,
 *     closed: Promise<any>}} closed: with what close() was given
 */
export function open({ title, body, wide = false }) {
	const id = freshId('dialog');
	/** @type {any} */
	let result;
	const node = el('dialog', { class: 'dialog', 'aria-labelledby': id,
		'data-size': wide ? 'wide' : null });
	const close = (/** @type {any} */ value = undefined) => {
		result = value;
		node.close();
	};

	fill(node, el('div', { class: 'dialog-head' }, el('h2', { id }, title),
		el('button', { class: 'icon-button', type: 'button',
			'aria-label': t('action.close'), onclick: () => close() },
		icon('close'))), el('div', { class: 'dialog-body' }, body));
	document.body.append(node);
	const closed = new Promise((resolve) => node.addEventListener('close', () => {
		node.remove();
		resolve(result);
	}));

	/* The view behind it may be gone by the step back. */
	addEventListener('popstate', () => close(), { once: true });
	node.showModal();
	/* Into the first field; where there is none, nothing is done by Enter. */
	/** @type {HTMLElement|null} */ (node.querySelector('[autofocus]') ??
		node.querySelector('input, select, textarea'))?.focus();
	return { node, close, closed };
}

/**
 * A form in a dialog; with what `submit` returned, or undefined.
 * @param {{title: string, text?: Child, fields?: Child, action: string,
 *     submit: (values: Record<string, any>) => any, look?: string,
 *     wide?: boolean, cancel?: string}} about
 */
export function ask({ title, text, fields, action, submit, look, wide,
	cancel = t('action.cancel') }) {
	const dialog = open({ title, wide, body: [
		text && el('div', { class: 'dialog-text' }, text),
		form({ fields, action, look, submit: async (values) => {
			const answer = await submit(values);

			dialog.close(answer ?? true);
		}, more: el('button', { class: 'button', 'data-look': 'quiet',
			type: 'button', onclick: () => dialog.close() }, cancel) }),
	] });

	return dialog.closed;
}

/**
 * Before something that cannot be undone. True when it was done.
 * @param {{title: string, text: Child, action: string,
 *     run: (values: Record<string, any>) => any,
 *     cancel?: string, fields?: Child}} about
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, action, run, cancel, fields }) {
	const done = await ask({ title, text: el('p', {}, text), action, cancel,
		fields, look: 'danger', submit: async (/** @type {any} */ ...values) => {
			await /** @type {any} */ (run)(...values);
			return true;
		} });

	return done === true;
}
