/* Roles: names for what staff may do. */
import * as api from '../api.js';
import { ask, confirm } from '../dialog.js';
import { el, one } from '../dom.js';
import { field } from '../form.js';
import { button, heading, tag } from '../heading.js';
import { has, t, when } from '../lang.js';
import { listing } from '../list.js';
import { toast } from '../toast.js';

/* lang: permissions.* */

/** @typedef {import('../types.js').Schemas['Role']} Role */
/** @typedef {import('../types.js').Schemas['Permission']} Permission */

const BUILT_IN = 'admin';

/* In the language of the page, when it has it. */
function docOf(/** @type {Permission} */ { name, doc }) {
	return has(`permissions.${name}`) ? t(`permissions.${name}`) : doc;
}

/** @param {Permission[]} all @param {string[]} given */
function ticks(all, given) {
	return el('fieldset', { class: 'form' },
		el('legend', {}, t('roles.permissions')),
		all.map((permission) => field({ name: `may.${permission.name}`,
			type: 'checkbox', value: given.includes(permission.name),
			label: permission.name, hint: docOf(permission) })));
}

/** @param {Record<string, any>} values */
function chosen(values) {
	return Object.keys(values).filter((key) =>
		key.startsWith('may.') && values[key]).map((key) => key.slice(4));
}

/** @param {Permission[]} all */
function create(all) {
	return ask({ title: t('roles.new'), action: t('roles.create'), fields: [
		field({ name: 'name', label: t('roles.name'), autocomplete: 'off',
			autofocus: true, hint: t('roles.name_hint') }),
		ticks(all, [])],
	submit: ({ name, ...values }) => api.put('/admin/roles/{name}', {
		path: { name }, match: 'none',
		json: { permissions: chosen(values) } }) });
}

/* A role has no ETag: what was ticked or cleared here, laid over what it has. */
/** @param {Role} role @param {Permission[]} all @param {string[]} wanted */
async function change({ name, permissions: had }, all, wanted) {
	const { data } = await api.get('/admin/roles');
	const now = data.find((role) => role.name === name);

	if (now === undefined)
		throw new api.ApiError(t('roles.gone'));
	const permissions = all.map((permission) => permission.name).filter((one) =>
		(had.includes(one) === wanted.includes(one) ? now.permissions : wanted)
			.includes(one));

	return api.put('/admin/roles/{name}', { path: { name },
		json: { permissions } });
}

/** @param {Role} role @param {Permission[]} all */
function edit(role, all) {
	return ask({ title: t('roles.edit', { name: role.name }),
		action: t('action.save'), fields: ticks(all, role.permissions),
		submit: (values) => change(role, all, chosen(values)) });
}

/** @param {Role} role @param {Permission[]} all @param {() => Promise<void>} done */
function acts(role, all, done) {
	if (role.name === BUILT_IN)
		return tag(t('roles.built_in'));
	return [
		button(t('action.edit'), async () => {
			if (await edit(role, all)) {
				toast(t('roles.saved'));
				await done();
			}
		}, { look: 'quiet', small: true,
			label: t('roles.edit', { name: role.name }) }),
		button(t('action.delete'), async () => {
			if (await confirm({ title: t('roles.delete_question'),
				text: t('roles.delete_text', { name: role.name }),
				action: t('roles.delete'), run: () => api.del(
					'/admin/roles/{name}',
					{ path: { name: role.name } }) })) {
				toast(t('roles.deleted'));
				await done();
			}
		}, { look: 'quiet', small: true,
			label: t('roles.delete_one', { name: role.name }) }),
	];
}

/** @type {import('../types.js').View} */
export default async function roles(page) {
	const { signal } = page;
	const { data: all } = await api.get('/admin/permissions', { signal });
	const list = listing({
		page,
		label: t('roles.title'),
		columns: [
			{ label: t('roles.name'), main: true, cell: (role) =>
				el('bdi', {}, role.name) },
			{ label: t('roles.permissions'), cell: (role) =>
				el('span', { class: 'tags' }, role.permissions.map(
					(/** @type {string} */ name) => tag(name)),
				role.permissions.length === 0 && t('roles.nothing')) },
			{ label: t('roles.changed'), cell: (role) => when(role.updated_at) },
			{ label: t('roles.acts'), acts: true, cell: (role) =>
				acts(role, all, done) },
		],
		load: () => api.get('/admin/roles', { signal }),
		size: 1000,
		empty: { title: t('roles.none'), sign: 'shield' },
	});

	/* The button that was pressed is another one now, or there is none. */
	const done = async () => {
		await list.reload();
		const h1 = one(node, 'h1');

		h1.setAttribute('tabindex', '-1');
		h1.focus();
	};
	const node = el('div', { class: 'page' }, heading({ title: t('roles.title'),
		text: t('roles.about'), actions: button(t('roles.new'), async () => {
			if (await create(all)) {
				toast(t('roles.made'));
				await list.reload();
			}
		}, { sign: 'plus' }) }), list.node);

	return node;
}
