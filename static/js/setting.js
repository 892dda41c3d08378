/*
 * One part of an account's pages: what it is about on one side, what there is
 * to see and do on the other.
 */
import { el, freshId } from './dom.js';

/** @typedef {import('./dom.js').Child} Child */

/** @param {string} title @param {Child} text @param {...Child} body */
export function setting(title, text, ...body) {
	const id = freshId('setting');

	return el('section', { class: 'setting', 'aria-labelledby': id },
		el('div', { class: 'setting-head' },
			el('h2', { id, tabindex: '-1' }, title),
			text && el('p', {}, text)),
		el('div', { class: 'card setting-body' }, ...body));
}

/**
 * A line of a list: what it is called, facts below it, buttons behind it.
 * @param {{sign: Child, title: Child, facts: Child[], acts: Child,
 *     tags?: Child}} about
 */
export function row({ sign, title, facts, acts, tags }) {
	return el('li', { class: 'row' },
		el('span', { class: 'row-sign' }, sign),
		el('div', { class: 'row-text' },
			el('p', { class: 'row-title' }, el('strong', {}, title), tags),
			el('ul', { class: 'row-facts' }, facts.filter(Boolean)
				.map((fact) => el('li', {}, fact)))),
		el('div', { class: 'row-acts' }, acts));
}
