/* A text that is to be taken elsewhere, with the button that does it. */
import { el, fill } from './dom.js';
import { icon } from './icon.js';
import { t } from './lang.js';

const STAYS_MS = 2000;

/* Nothing where the browser lets no page copy: plain http, say. */
/** @param {() => string} text */
export function copyButton(text, label = t('action.copy')) {
	if (navigator.clipboard === undefined)
		return null;
	const said = el('span', {}, label);
	const button = el('button', { class: 'button', 'data-look': 'quiet',
		'data-size': 'small', type: 'button', onclick: async () => {
			await navigator.clipboard.writeText(text());
			fill(said, t('action.copied'));
			setTimeout(() => fill(said, label), STAYS_MS);
		} }, icon('copy'), said);

	button.setAttribute('aria-live', 'polite');
	return button;
}

/* Shown once: selected by a click, too. */
export function copyable(/** @type {string} */ text) {
	return el('div', { class: 'copyable' }, el('code', { tabindex: '0' }, text),
		copyButton(() => text));
}

/** @param {string} name @param {string} text @param {string} [type] */
export function download(name, text, type = 'application/json') {
	const url = URL.createObjectURL(new Blob([text], { type }));

	el('a', { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), STAYS_MS);
}
