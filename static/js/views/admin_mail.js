/* What left, what will, and what could not. */
import * as api from '../api.js';
import { el } from '../dom.js';
import { button, heading } from '../heading.js';
import { act, askResend, canRetry, focusRow, stateOptions, stateTag,
	trouble } from '../jobs.js';
import { t, when } from '../lang.js';
import { listing } from '../list.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['Mail']} Mail */

const SIZE = 25;
/* The filter is for a whole address: less than one is nobody's. */
const ADDRESS = /^[^@\s]+@[^@\s]+$/;

/** @param {Mail} mail */
function addressee(mail) {
	const name = mail.to === null || mail.to === undefined
		? el('span', { class: 'none' }, t('mail.nobody'))
		: el('bdi', {}, mail.to);
	const line = session.may('jobs')
		? el('a', { class: 'row-link', href: `/admin/tasks/${mail.id}`,
			'data-row': mail.id }, name)
		: el('span', { 'data-row': mail.id, tabindex: '-1' }, name);

	return [line, trouble(mail.last_error)];
}

/** @param {(mail: Mail) => void} resend */
function columns(resend) {
	return [
		{ label: t('mail.to'), main: true, cell: addressee },
		{ label: t('mail.what'), cell: (/** @type {Mail} */ mail) =>
			el('code', {}, (mail.template ?? mail.kind)
				.replace(/^mail[_/]/, '')) },
		{ label: t('jobs.state'), cell: (/** @type {Mail} */ mail) =>
			stateTag(mail.state) },
		{ label: t('jobs.attempts'), cell: (/** @type {Mail} */ mail) =>
			t('jobs.of', { done: mail.attempts, most: mail.max_attempts }) },
		{ label: t('jobs.due'), cell: (/** @type {Mail} */ mail) =>
			when(mail.run_at) },
		{ label: t('jobs.acts'), acts: true, cell: (/** @type {Mail} */ mail) =>
			canRetry(mail.state) && act(t('jobs.resend'), () => resend(mail),
				mail.to ?? mail.kind) },
	];
}

/** @param {Page} page @param {Record<string, any>} query */
async function load({ signal }, query) {
	if (query.to && !ADDRESS.test(query.to))
		return { data: [], next: null };
	return api.get('/admin/mail/', { query, signal });
}

/** @param {Page} page */
export default function admin_mail(page) {
	const list = listing({ page, label: t('mail.title'), feed: true, size: SIZE,
		columns: columns(async (mail) => {
			if (!await askResend(mail))
				return;
			await list.reload();
			focusRow(list.node, mail.id);
		}),
		filters: [
			{ name: 'state', label: t('jobs.state'), type: 'select',
				options: stateOptions() },
			{ name: 'to', label: t('mail.to_whole') },
		],
		load: (query) => load(page, query),
		empty: { title: t('mail.empty'), text: t('mail.empty_text'),
			sign: 'mail' } });

	return el('div', { class: 'page' },
		heading({ title: t('mail.title'), text: t('mail.text'),
			actions: button(t('tasks.refresh'), () => list.reload(),
				{ sign: 'again', look: 'quiet' }) }),
		list.node);
}
