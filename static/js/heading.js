/* The top of a view of the desk, and the small marks beside names. */
import { ApiError } from './api.js';
import { el } from './dom.js';
import { icon } from './icon.js';
import { toast } from './toast.js';

/** @typedef {import('./dom.js').Child} Child */

/**
 * @param {{title: Child, text?: Child, actions?: Child,
 *     back?: readonly [string, string]}} about back: address and name of
 *     the view above
 */
export function heading({ title, text, actions, back }) {
	return el('header', { class: 'page-head' },
		el('div', {},
			back && el('a', { class: 'back', href: back[0] }, icon('back'),
				back[1]),
			el('h1', {}, title), text && el('p', {}, text)),
		actions && el('div', { class: 'actions' }, actions));
}

/**
 * A part of a view under a heading of its own.
 * @param {{title: string, text?: Child, actions?: Child}} about
 * @param {...Child} children
 */
export function part({ title, text, actions }, ...children) {
	return el('section', { class: 'part', 'aria-label': title },
		el('div', { class: 'part-head' },
			el('div', {}, el('h2', {}, title), text && el('p', {}, text)),
			actions && el('div', { class: 'actions' }, actions)),
		children.flat(2));
}

/** @param {string} text @param {'good'|'bad'|'warn'|'info'} [tone] */
export function tag(text, tone) {
	return el('span', { class: 'tag', 'data-tone': tone }, text);
}

/**
 * Busy until what it runs is done; what that is refused is a toast.
 * @param {string} text @param {() => any} run
 * @param {{sign?: string, look?: string, small?: boolean, label?: string}} [how]
 */
export function button(text, run, { sign, look, small = false, label } = {}) {
	const node = el('button', { class: 'button', type: 'button',
		'data-look': look, 'data-size': small ? 'small' : null,
		'aria-label': label, onclick: async () => {
			if (node.hasAttribute('aria-busy'))
				return;
			try {
				const work = run();

				/* A question to be answered is no waiting. */
				if (!document.querySelector('dialog[open]'))
					node.setAttribute('aria-busy', 'true');
				await work;
			} catch (error) {
				if (!(error instanceof ApiError))
					throw error;
				toast(error.message, { tone: 'bad' });
			} finally {
				node.removeAttribute('aria-busy');
			}
		} }, sign && icon(sign), el('span', {}, text));

	return node;
}
