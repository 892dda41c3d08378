/* The keys with which programs call the API in their owner's place. */
import * as api from '../api.js';
import { el } from '../dom.js';
import { copyable } from '../copy.js';
import { ask, confirm, open } from '../dialog.js';
import { field } from '../form.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { date, has, rich, t, when } from '../lang.js';
import { listing } from '../list.js';
import * as session from '../session.js';
import { row } from '../setting.js';
import { toast } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['ApiKey']} ApiKey */
/** @typedef {import('../types.js').Schemas['ApiKeyCreated']} Created */

const DAY_MS = 86400000;
const LIFETIMES = ['30', '90', '365', 'never', 'date'];

/* What no key reaches, each a text of this page. */
/* lang: api_keys.never.* lang: api_keys.lifetimes.* lang: permissions.* */
const NEVER = ['password', 'sessions', 'factors', 'keys', 'privacy'];

/** @param {Record<string, any>} values @returns {string|null} */
function expiryOf({ lifetime, expires_at: day }) {
	if (lifetime === 'never')
		return null;
	if (lifetime === 'date')
		/* Until that day is over where its owner is. */
		return day === '' ? day : new Date(`${day}T23:59:59`).toISOString();
	return new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
}

function lifetimeFields() {
	const day = field({ name: 'expires_at', type: 'date',
		label: t('api_keys.expires_on') });

	day.hidden = true;
	return [field({ name: 'lifetime', type: 'select', value: '90',
		label: t('api_keys.lifetime'),
		options: LIFETIMES.map((key) =>
			/** @type {const} */ ([key, t(`api_keys.lifetimes.${key}`)])),
		onchange: (/** @type {Event} */ { target }) => {
			day.hidden = /** @type {HTMLSelectElement} */ (target).value !==
				'date';
		} }), day];
}

const meaningOf = (/** @type {string} */ name) =>
	has(`permissions.${name}`) && t(`permissions.${name}`);

function permissionFields() {
	const own = session.mine().permissions;

	if (own.length === 0)
		return el('p', { class: 'notice' }, t('api_keys.own_only'));
	return el('fieldset', { class: 'choices' },
		el('legend', {}, t('api_keys.permissions')),
		el('p', { class: 'hint' }, t('api_keys.permissions_hint')),
		own.map((name) => field({ name: `may ${name}`, type: 'checkbox',
			label: name, hint: meaningOf(name) })));
}

/** @returns {Promise<Created|undefined>} */
function create() {
	return ask({ title: t('api_keys.create_title'),
		fields: [field({ name: 'name', label: t('api_keys.name'),
			hint: t('api_keys.name_hint'), autocomplete: 'off',
			required: true }), lifetimeFields(), permissionFields()],
		action: t('api_keys.create'),
		submit: (values) => api.post('/auth/api-keys', { json: {
			name: values.name.trim(),
			permissions: session.mine().permissions
				.filter((name) => values[`may ${name}`] === true),
			expires_at: expiryOf(values) } }) });
}

/** @param {Created} made */
function show(made) {
	const dialog = open({ title: t('api_keys.made_title'), body: [
		el('p', { class: 'notice', 'data-tone': 'warn' },
			t('api_keys.made_text')),
		copyable(made.key),
		el('p', { class: 'hint' }, rich('api_keys.made_use', {
			header: el('code', {}, 'Authorization: Bearer …') })),
		el('div', { class: 'actions' }, el('button', { class: 'button',
			type: 'button', onclick: () => dialog.close() },
		t('api_keys.kept'))),
	] });

	return dialog.closed;
}

const hasExpired = (/** @type {ApiKey} */ key) => key.expires_at !== null &&
	new Date(key.expires_at).getTime() <= Date.now();

/** @param {ApiKey} key @param {() => void} remove */
function keyRow(key, remove) {
	return row({ sign: icon('code'), title: el('bdi', {}, key.name),
		tags: [hasExpired(key) && el('span', { class: 'tag', 'data-tone': 'bad' },
			t('api_keys.expired')), key.permissions.map((name) =>
			el('span', { class: 'tag' }, name))],
		facts: [
			el('code', {}, `${key.prefix}_…`),
			rich('api_keys.created', { when: when(key.created_at) }),
			key.last_used_at === null ? t('api_keys.unused')
				: rich('api_keys.used', { when: when(key.last_used_at) }),
			key.expires_at === null ? t('api_keys.endless')
				: t(hasExpired(key) ? 'api_keys.ended' : 'api_keys.ends',
					{ date: date(key.expires_at) }),
		],
		acts: el('button', { class: 'button', 'data-look': 'quiet',
			'data-size': 'small', type: 'button', onclick: remove,
			'aria-label': t('api_keys.delete_what', { name: key.name }) },
		t('action.delete')) });
}

function limits() {
	return el('section', { class: 'part', 'aria-labelledby': 'limits' },
		el('h2', { id: 'limits' }, t('api_keys.limits')),
		el('p', {}, t('api_keys.limits_text')),
		el('ul', { class: 'limits' }, NEVER.map((key) =>
			el('li', {}, t(`api_keys.never.${key}`)))));
}

/** @param {Page} page */
export default function apiKeys(page) {
	const add = el('button', { class: 'button', type: 'button' }, icon('plus'),
		t('api_keys.create'));

	async function made() {
		const key = await create();

		if (key === undefined)
			return;
		await Promise.all([show(key), list.reload()]);
		add.focus();
	}

	async function remove(/** @type {ApiKey} */ key) {
		const done = await confirm({ title: t('api_keys.delete_title'),
			text: rich('api_keys.delete_text',
				{ name: el('bdi', {}, key.name) }),
			action: t('action.delete'),
			run: () => api.del('/auth/api-keys/{id}',
				{ path: { id: key.id } }) });

		if (!done)
			return;
		toast(t('api_keys.deleted'));
		await list.reload();
		add.focus();
	}

	const list = listing({ page, label: t('api_keys.title'), feed: true,
		load: async () => ({ next: null, data: (await api.get('/auth/api-keys',
			{ signal: page.signal })).data }),
		draw: (/** @type {ApiKey[]} */ rows) => el('ul', { class: 'rows' },
			rows.map((key) => keyRow(key, () => remove(key)))),
		empty: { title: t('api_keys.none'), text: t('api_keys.none_text'),
			sign: 'code' } });

	add.addEventListener('click', made);
	return el('div', { class: 'page account' },
		heading({ title: t('api_keys.title'), text: t('api_keys.lead'),
			actions: add }),
		list.node, limits());
}
