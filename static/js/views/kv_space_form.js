/* A named space: its name, how much it holds, and which roles may do what. */
import * as api from '../api.js';
import { ask } from '../dialog.js';
import { el, fill } from '../dom.js';
import { field, FieldError } from '../form.js';
import { bytes, t } from '../lang.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Schemas['KvSpaceAdmin']} Named */

const ADMIN = 'admin'; /* reaches every space as it is */
const MAX_KEYS = 100000;
const MAX_BYTES = 67108864;

/* The roles that there are; null: one may not know them. */
async function knownRoles() {
	if (!session.may('admin'))
		return null;
	return (await api.get('/admin/roles')).data.map(({ name }) => name)
		.filter((name) => name !== ADMIN);
}

/** @param {'readers'|'writers'} side @param {string} role @param {boolean} on */
function tick(side, role, on) {
	return el('input', { type: 'checkbox', class: 'tick', checked: on,
		'data-side': side, 'data-role': role, 'aria-label':
			t(side === 'readers' ? 'kv.may_read' : 'kv.may_write', { role }) });
}

/** @param {string[]} roles @param {Named|null} space */
function ticks(roles, space) {
	const names = [...new Set([...roles, ...space?.readers ?? [],
		...space?.writers ?? []])].sort();

	if (names.length === 0)
		return el('p', { class: 'hint' }, t('kv.no_roles'));
	return el('fieldset', { class: 'kv-rights' },
		el('legend', {}, t('kv.rights')),
		el('div', { class: 'kv-right kv-rights-head', 'aria-hidden': 'true' },
			el('span'), el('span', {}, t('kv.reads')),
			el('span', {}, t('kv.writes'))),
		el('div', { class: 'kv-rights-rows' }, names.map((role) =>
			el('div', { class: 'kv-right' }, el('bdi', {}, role),
				tick('readers', role, space?.readers.includes(role) ?? false),
				tick('writers', role, space?.writers.includes(role) ?? false)))));
}

/** @param {Named|null} space */
function typed(space) {
	return ['readers', 'writers'].map((side) => field({ name: side,
		label: t(`kv.${side}`), optional: true, hint: t('kv.roles_hint'),
		autocomplete: 'off', spellcheck: 'false', value:
			(space?.[/** @type {'readers'|'writers'} */ (side)] ?? []).join(', ') }));
}

/** @param {ParentNode} root @param {Record<string, any>} values
 *  @param {'readers'|'writers'} side @returns {string[]} */
function chosen(root, values, side) {
	if (typeof values[side] === 'string')
		return values[side].split(',').map((/** @type {string} */ name) =>
			name.trim()).filter(Boolean);
	return [...root.querySelectorAll(`input[data-side=${side}]`)]
		.filter((input) => /** @type {HTMLInputElement} */ (input).checked)
		.map((input) => /** @type {HTMLElement} */ (input).dataset.role ?? '');
}

/** @param {Named|null} space */
function limits(space) {
	const said = el('span');
	const show = (/** @type {string} */ text) => fill(said,
		/^\d{1,16}$/.test(text) ? bytes(Number(text)) : '');
	const size = field({ name: 'max_bytes', label: t('kv.max_bytes'),
		type: 'number', value: space?.max_bytes ?? MAX_BYTES, hint: said });

	show(String(space?.max_bytes ?? MAX_BYTES));
	size.addEventListener('input', ({ target }) =>
		show(/** @type {HTMLInputElement} */ (target).value));
	return el('div', { class: 'fields-row' },
		field({ name: 'max_keys', label: t('kv.max_keys'), type: 'number',
			value: space?.max_keys ?? MAX_KEYS }), size);
}

/**
 * Makes a space, or changes this one; undefined when nothing was done.
 * @param {Named|null} known
 */
export async function askSpace(known) {
	const [roles, space] = await Promise.all([knownRoles(), known &&
		api.get('/admin/kv/spaces/{name}', { path: { name: known.name } })]);
	const rights = el('div', { class: 'kv-rights-place' },
		roles === null ? typed(space) : ticks(roles, space));

	return ask({ title: t(space ? 'kv.edit_space' : 'kv.new_space'),
		action: t(space ? 'action.save' : 'kv.make_space'),
		fields: [
			space ? el('p', {}, el('strong', {}, el('bdi', {}, space.name)))
				: field({ name: 'name', label: t('kv.name'),
					hint: t('kv.name_hint'), autocomplete: 'off',
					spellcheck: 'false', autocapitalize: 'none' }),
			rights, limits(space)],
		submit: ({ name, max_keys, max_bytes, ...values }) => {
			/* These would lead to another address. */
			if (space === null && ['', '.', '..'].includes(name))
				throw new FieldError('name', t('kv.name_hint'));
			return api.put('/admin/kv/spaces/{name}', {
				path: { name: space?.name ?? name },
				match: space ?? 'none',
				json: { readers: chosen(rights, values, 'readers'),
					writers: chosen(rights, values, 'writers'),
					max_keys, max_bytes } });
		} });
}
