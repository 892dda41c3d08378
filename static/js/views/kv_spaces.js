/* The key-value spaces that one may use; who may make them, all named ones. */
import * as api from '../api.js';
import { confirm } from '../dialog.js';
import { el } from '../dom.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { OWN, spaceHref, spaces, spaceTitle } from '../kv.js';
import { bytes, n, number, rich, t } from '../lang.js';
import { listing } from '../list.js';
import * as session from '../session.js';
import { toast, tried } from '../toast.js';
import { askSpace } from './kv_space_form.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['KvSpaceAdmin']} Named */
/** @typedef {import('../kv.js').Space} Space */

/** @param {string} text @param {number} used @param {number} most */
function usage(text, used, most) {
	return el('div', { class: 'kv-usage' }, el('p', {}, text),
		el('progress', { value: Math.min(used, most), max: most,
			'aria-label': text }));
}

/** @param {Space} space */
function rights({ can_read: reads, can_write: writes }) {
	if (reads && writes)
		return null;
	return el('span', { class: 'tag' },
		t(reads ? 'kv.read_only' : 'kv.write_only'));
}

/** @param {Space} space */
function card(space) {
	const { space: name, keys, bytes: size, max_keys, max_bytes } = space;

	return el('li', {}, el('a', { class: 'kv-space', href: spaceHref(name) },
		el('span', { class: 'kv-space-head' }, icon(name === OWN ? 'person'
			: 'people'), el('strong', {}, el('bdi', {}, spaceTitle(name))),
		rights(space)),
		usage(t('kv.used_keys', { count: number(keys),
			most: number(max_keys) }), keys, max_keys),
		usage(t('kv.used_bytes', { count: bytes(size),
			most: bytes(max_bytes) }), size, max_bytes)));
}

/** @param {string[]} names */
function roles(names) {
	return names.length === 0 ? el('span', { class: 'none' }, '–')
		: el('span', { class: 'tags' }, names.map((name) =>
			el('bdi', { class: 'tag' }, name)));
}

/** @param {Named} space */
function removal(space) {
	return confirm({ title: t('kv.delete_space_title'),
		text: rich('kv.delete_space_text', {
			name: el('strong', {}, el('bdi', {}, space.name)) }),
		action: t('kv.delete_space'),
		run: async () => {
			const name = { name: space.name };
			const now = await api.get('/admin/kv/spaces/{name}', { path: name });

			await api.del('/admin/kv/spaces/{name}', { path: name, match: now });
		} });
}

/** @param {Named} space @param {Page} page */
function acts(space, page) {
	const button = (/** @type {string} */ key,
	    /** @type {() => void} */ run) => el('button', { class: 'button',
		'data-look': 'quiet', 'data-size': 'small', type: 'button',
		'aria-label': t(`kv.${key}_what`, { name: space.name }),
		onclick: tried(run) }, t(`action.${key}`));

	return [
		button('edit', async () => {
			if (await askSpace(space) === undefined)
				return;
			toast(t('kv.space_saved'));
			page.again();
		}),
		button('delete', async () => {
			if (!await removal(space))
				return;
			toast(t('kv.space_deleted'));
			page.again();
		}),
	];
}

/* lang: kv.* */
/** @param {Page} page */
function administration(page) {
	const list = listing({ page, label: t('kv.named'), columns: [
		{ label: t('kv.name'), main: true, cell: (/** @type {Named} */ space) =>
			el('a', { href: spaceHref(space.name) }, el('bdi', {}, space.name)) },
		{ label: t('kv.readers'), cell: (space) => roles(space.readers) },
		{ label: t('kv.writers'), cell: (space) => roles(space.writers) },
		{ label: t('kv.room'), cell: (space) => [
			n('kv.room_keys', space.max_keys), el('br'),
			bytes(space.max_bytes)] },
		{ label: t('kv.acts'), acts: true, cell: (space) => acts(space, page) },
	], load: ({ skip, limit }) => api.get('/admin/kv/spaces',
		{ query: { skip, limit }, signal: page.signal }),
	empty: { title: t('kv.no_named'), text: t('kv.no_named_text'),
		sign: 'people' } });

	return el('section', { class: 'part' },
		el('div', { class: 'part-head' }, el('div', {},
			el('h2', {}, t('kv.named')), el('p', {}, t('kv.named_lead'))),
		el('button', { class: 'button', 'data-size': 'small', type: 'button',
			onclick: tried(async () => {
				if (await askSpace(null) === undefined)
					return;
				toast(t('kv.space_made'));
				page.again();
			}) }, icon('plus'), t('kv.new_space'))),
		list.node);
}

/** @param {Page} page */
export default async function kvSpaces(page) {
	return el('div', { class: 'page' },
		heading({ title: t('kv.title'), text: t('kv.lead') }),
		el('ul', { class: 'kv-spaces', 'aria-label': t('kv.yours') },
			(await spaces(page.signal)).map(card)),
		session.may('kv') && administration(page));
}
