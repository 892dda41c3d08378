/* A sentence on what was just done, which goes by itself. */
import { faultText } from './api.js';
import { el } from './dom.js';
import { t } from './lang.js';
import { icon } from './icon.js';

const STAYS_MS = 6000;
const place = /** @type {HTMLElement} */ (document.getElementById('toasts'));

/**
 * @param {string} text
 * @param {{tone?: 'good'|'bad', action?: {label: string, run: () => void}}}
 *     [how]
 */
export function toast(text, { tone = 'good', action } = {}) {
	/** @type {ReturnType<typeof setTimeout>} */
	let timer;
	const close = () => {
		clearTimeout(timer);
		node.remove();
	};
	const wait = () => {
		clearTimeout(timer);
		timer = setTimeout(close, STAYS_MS);
	};
	const node = el('div', { class: 'toast', 'data-tone': tone,
		onmouseenter: () => clearTimeout(timer), onmouseleave: wait,
		onfocusin: () => clearTimeout(timer), onfocusout: wait },
	el('p', {}, text),
	action && el('button', { class: 'toast-act', type: 'button',
		onclick: () => {
			close();
			action.run();
		} }, action.label),
	el('button', { class: 'icon-button', type: 'button', onclick: close,
		'aria-label': t('action.close') }, icon('close')));

	place.append(node);
	wait();
}

/* Of what was done where nothing else says it. */
export function sayFailure(/** @type {any} */ error) {
	if (error.name !== 'ApiError')
		console.error(error);
	toast(error.name !== 'ApiError' ? t('state.failed_text')
		: error.faults.map(faultText).join(' ') || error.message, { tone: 'bad' });
}

/**
 * What a button does that is in no form: once at a time, its failure is said.
 * @param {() => unknown} run
 */
export function tried(run) {
	let isBusy = false;

	return async () => {
		if (isBusy)
			return;
		isBusy = true;
		try {
			await run();
		} catch (error) {
			sayFailure(error);
		} finally {
			isBusy = false;
		}
	};
}
