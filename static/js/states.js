/*
 * What stands where something else will stand, or should: waiting, empty,
 * failed, not allowed, not there.
 */
import { el } from './dom.js';
import { t } from './lang.js';
import { icon } from './icon.js';

/** @typedef {import('./dom.js').Child} Child */

export function waiting(lines = 4) {
	const sizes = ['title', 'short', 'block', 'block', 'block', 'block'];

	return el('div', { class: 'waiting page' },
		el('p', { class: 'visually-hidden' }, t('state.waiting')),
		sizes.slice(0, lines).map((size) =>
			el('span', { class: 'skeleton', 'data-size': size })));
}

/** @param {string} title @param {Child} text @param {Child} [actions] */
function state(title, text, actions) {
	return el('div', { class: 'state' },
		el('h1', { tabindex: '-1' }, title),
		el('p', {}, text),
		actions && el('div', { class: 'actions' }, actions));
}

/* What the API says is for people; what else went wrong is not. */
export const failureText = (/** @type {Error} */ { name, message }) =>
	name === 'ApiError' ? message : t('state.failed_text');

/** @param {Error} error @param {() => void} retry */
export function failed(error, retry) {
	return state(t('state.failed_title'),
		el('span', { role: 'alert' }, failureText(error)),
		el('button', { class: 'button', type: 'button', onclick: retry },
			t('state.retry')));
}

/* Before there is a text in any language. */
export function speechless() {
	return el('div', { class: 'state' },
		el('h1', { tabindex: '-1' }, 'Atrium could not be loaded'),
		el('p', { role: 'alert' }, 'Check your connection and try again.'),
		el('div', { class: 'actions' },
			el('button', { class: 'button', type: 'button',
				onclick: () => location.reload() }, 'Try again')));
}

export function missing() {
	return state(t('state.missing_title'), t('state.missing_text'),
		el('a', { class: 'button', href: '/' }, t('state.home')));
}

export function forbidden() {
	return state(t('state.forbidden_title'), t('state.forbidden_text'),
		el('a', { class: 'button', href: '/dashboard' }, t('state.dashboard')));
}

/**
 * A list that has nothing.
 * @param {{title: string, text?: Child, action?: Child, sign?: string}} about
 */
export function empty({ title, text, action, sign = 'box' }) {
	return el('div', { class: 'empty' },
		el('span', { class: 'empty-sign' }, icon(sign)),
		el('p', {}, el('strong', {}, title)),
		text && el('p', { class: 'hint' }, text),
		action && el('div', { class: 'actions' }, action));
}

/**
 * A part of a page that could not be read.
 * @param {Error} error @param {() => void} retry
 */
export function broken(error, retry) {
	return el('div', { class: 'empty' },
		el('p', { role: 'alert' }, failureText(error)),
		el('div', { class: 'actions' },
			el('button', { class: 'button', 'data-look': 'quiet',
				'data-size': 'small', type: 'button', onclick: retry },
			t('state.retry'))));
}
