/*
 * Questions and forms in front of the page. Focus goes in and comes back, and
 * Escape is "no": the browser's own <dialog> does that.
 */
import { el, fill, freshId } from './dom.js';
import { form } from './form.js';
import { icon } from './icon.js';
import { t } from './lang.js';
import { sayFailure } from './toast.js';

/** @typedef {import('./dom.js').Child} Child */

/** @type {Set<() => void>} */
const shown = new Set();

/* The view behind them, or the session, is gone. */
export function closeAll() {
	for (const close of shown)
		close();
}

/**
 * Nobody leaves while something is done, for its end would be told to nobody.
 * @param {HTMLDialogElement} node @param {() => boolean} isBusy
 * @param {AbortSignal} signal
 */
function guard(node, isBusy, signal) {
	const stay = (/** @type {Event} */ event) => {
		if (isBusy())
			event.preventDefault();
	};

	node.addEventListener('cancel', stay);
	/* A browser asks only once by "cancel", and closes at the second Escape. */
	addEventListener('keydown', (event) => {
		if (event.key === 'Escape')
			stay(event);
	}, { signal });
}

/**
 * @param {{title: string, body: Child, wide?: boolean,
 *     isHeld?: () => boolean}} about isHeld: what is done must end first;
 *     unless it says else, what a form of it does
 * @returns {{node: HTMLDialogElement, close: (value?: any) => void,
 *     leave: () => void, closed: Promise<any>}} closed: with what close() was
 *     given; leave: closes, as Escape does, unless it is held
 */
export function open({ title, body, wide = false, isHeld }) {
	const id = freshId('dialog');
	const gone = new AbortController();
	const node = el('dialog', { class: 'dialog', 'aria-labelledby': id,
		'data-size': wide ? 'wide' : null });
	const isBusy = isHeld ?? (() =>
		node.querySelector('form[data-busy]') !== null);
	/** @type {(value?: any) => void} */
	let tell = () => {};
	const closed = new Promise((resolve) => {
		tell = resolve;
	});
	const vanish = () => node.close();
	const close = (/** @type {any} */ value = undefined) => {
		tell(value);
		vanish();
	};
	const leave = () => isBusy() || close();

	fill(node, el('div', { class: 'dialog-head' }, el('h2', { id }, title),
		el('button', { class: 'icon-button', type: 'button',
			'aria-label': t('action.close'), onclick: () => leave() },
		icon('close'))), el('div', { class: 'dialog-body' }, body));
	document.body.append(node);

	node.addEventListener('close', () => {
		gone.abort();
		shown.delete(vanish);
		node.remove();
		/* What is still done tells its end itself, by close(). */
		if (!isBusy())
			tell();
	});
	shown.add(vanish);
	guard(node, isBusy, gone.signal);
	/* The view behind it may be gone by the step back. */
	addEventListener('popstate', vanish, { signal: gone.signal });
	node.showModal();
	/* Into the first field; where there is none, nothing is done by Enter. */
	/** @type {HTMLElement|null} */ (node.querySelector('[autofocus]') ??
		node.querySelector('input, select, textarea'))?.focus();
	return { node, close, leave, closed };
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
			try {
				dialog.close(await submit(values) ?? true);
			} catch (error) {
				/* After a step back nobody sees the form that says it. */
				if (!dialog.node.isConnected) {
					sayFailure(error);
					dialog.close();
				}
				throw error;
			}
		}, more: el('button', { class: 'button', 'data-look': 'quiet',
			type: 'button', onclick: () => dialog.leave() }, cancel) }),
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
