/* The settings in force, where each came from, and which are not as usual. */
import * as api from '../api.js';
import { el } from '../dom.js';
import { heading } from '../heading.js';
import { loadSaid, said, t } from '../lang.js';
import { listing } from '../list.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['Setting']} Setting */

/* lang: config.* */

/** @param {Setting} setting */
function value({ secret, is_set: isSet, value: text }) {
	if (!isSet)
		return el('span', { class: 'none' }, t('config.empty'));
	if (secret)
		return el('span', { class: 'masked' },
			el('span', { 'aria-hidden': 'true' }, '••••••••'),
			el('span', { class: 'hint' }, t('config.masked')));
	return el('code', { dir: 'auto' }, text);
}

/** @param {Setting} setting */
function origin({ origin: from, place, is_default: isDefault }) {
	return el('div', { class: 'origin' },
		el('span', {}, t(`config.${from}`)),
		place && el('code', { class: 'hint' }, place),
		!isDefault && el('span', { class: 'tag', 'data-tone': 'info' },
			t('config.changed')));
}

const columns = () => [
	{ label: t('config.name'), main: true,
		cell: (/** @type {Setting} */ setting) => [
			el('code', { class: 'row-name' }, setting.name),
			el('p', { class: 'hint' }, said(setting.doc))] },
	{ label: t('config.value'), cell: value },
	{ label: t('config.origin'), cell: origin },
];

/** @param {Setting} setting @param {string} words */
function matches({ name, doc }, words) {
	const text = `${name} ${doc} ${said(doc)}`.toLowerCase();

	return words.toLowerCase().split(/\s+/)
		.every((word) => text.includes(word));
}

/** @type {Record<string, (setting: Setting) => boolean>} */
const KINDS = {
	changed: ({ is_default: isDefault }) => !isDefault,
	secret: ({ secret }) => secret,
};

/** @param {Page} page */
export default async function admin_config(page) {
	const [{ data }] = await Promise.all([
		api.get('/admin/config', { signal: page.signal }), loadSaid()]);
	const list = listing({ page, label: t('config.title'), feed: true,
		columns: columns(),
		filters: [
			{ name: 'q', label: t('action.search') },
			{ name: 'which', label: t('config.which'), type: 'select',
				options: [['', t('config.all')],
					['changed', t('config.only_changed')],
					['secret', t('config.only_secret')]] },
		],
		load: async ({ q = '', which = '' }) => ({ next: null,
			data: data.filter((setting) => matches(setting, q) &&
				(KINDS[which]?.(setting) ?? true)) }),
		empty: { title: t('config.none'), sign: 'gear' } });

	return el('div', { class: 'page' },
		heading({ title: t('config.title'), text: t('config.text') }),
		list.node);
}
