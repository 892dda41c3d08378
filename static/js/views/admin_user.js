/* One account, as staff see it: facts, rights, sessions, ways out of trouble. */
import { agentName } from '../agent.js';
import * as api from '../api.js';
import { confirm } from '../dialog.js';
import { el, fill } from '../dom.js';
import { field, form, valuesOf } from '../form.js';
import { button, heading, part } from '../heading.js';
import { icon } from '../icon.js';
import { date, t, when } from '../lang.js';
import { table } from '../list.js';
import * as session from '../session.js';
import { staleIn } from '../stale.js';
import { broken, empty } from '../states.js';
import { toast } from '../toast.js';
import { userTags } from './admin_users.js';

/** @typedef {import('../types.js').User} User */
/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas} Schemas */
/** @typedef {import('../dom.js').Child} Child */
/** @typedef {import('../form.js').Values} Values */

/**
 * sheets: the forms; each is saved by itself, and what is typed in another one
 * stays
 * @typedef {{page: Page, user: User, head: HTMLElement, sheets: Sheet[],
 *     sessions: {node: HTMLElement, load: () => Promise<void>}}} Shown
 * @typedef {{isTyped: () => boolean, renew: () => Promise<void>}} Sheet
 */

/**
 * Takes over what is new. False, and nothing is done, when it is what was typed
 * over.
 * @param {HTMLFormElement} node @param {Values} before @param {HTMLFormElement} now
 */
function merge(node, before, now) {
	const typed = valuesOf(node);
	const wanted = valuesOf(now);
	const news = Object.keys(wanted).filter((name) =>
		wanted[name] !== before[name] && wanted[name] !== typed[name]);

	if (news.some((name) => typed[name] !== before[name]))
		return false;
	for (const name of news) {
		const [to, from] = [node, now].map((form) =>
			/** @type {HTMLInputElement} */ ([...form.elements].find((input) =>
				/** @type {HTMLInputElement} */ (input).name === name)));

		to.value = from.value;
		to.checked = from.checked;
	}
	return true;
}

/**
 * A form of what was read, whose ETag goes with its changes. All are read again
 * after a save: who is administrator has the role of that name, too.
 * @template {object} T
 * @param {{label: string, saved: string, found: T, read: () => Promise<T>,
 *     fields: (found: T) => Child,
 *     save: (values: Values, match: T) => Promise<unknown>}} about
 * @param {Shown} shown
 */
function sheet({ label, saved, found, read, fields, save }, { page, sheets,
	sessions }) {
	const node = form({ card: true, label, action: t('action.save'),
		fields: fields(found), submit: async (values) => {
			await save(values, found);
			before = values;
			toast(saved);
			await Promise.all(sheets.map(({ renew }) => renew()));
			await sessions.load();
		}, caught: staleIn(page) });
	let before = valuesOf(node);

	sheets.push({
		isTyped: () => Object.entries(valuesOf(node)).some(([name, value]) =>
			value !== before[name]),
		async renew() {
			const now = await read();
			const drawn = el('form', {}, fields(now));

			if (merge(node, before, drawn)) {
				found = now;
				before = valuesOf(drawn);
			}
		},
	});
	return node;
}

/** @param {string} id @param {AbortSignal} signal */
const read = (id, signal) => api.get('/users/{user_id}',
	{ path: { user_id: id }, signal });

/** @param {User} user */
const userFields = (user) => [
	field({ name: 'email', type: 'email', label: t('users.email'),
		value: user.email, autocomplete: 'off' }),
	field({ name: 'full_name', label: t('users.name'), optional: true,
		empty: 'null', value: user.full_name, autocomplete: 'off' }),
	field({ name: 'password', type: 'password', optional: true,
		empty: 'omit', label: t('users.new_password'),
		autocomplete: 'new-password', hint: t('users.ends_sessions') }),
	field({ name: 'is_active', type: 'checkbox', value: user.is_active,
		label: t('users.is_active'), hint: t('users.is_active_hint') }),
	field({ name: 'is_superuser', type: 'checkbox',
		value: user.is_superuser, label: t('users.is_superuser') }),
];

/** @param {Shown} shown */
function profile(shown) {
	const { user: { id }, page } = shown;

	return sheet({ label: t('users.profile'), saved: t('users.saved'),
		found: shown.user, fields: userFields,
		read: async () => {
			const now = await read(id, page.signal);

			showUser(shown, now);
			return now;
		},
		save: (json, match) => api.patch('/users/{user_id}',
			{ path: { user_id: id }, match, json }),
	}, shown);
}

/** @param {Shown} shown */
async function rolesPart(shown) {
	const { user: { id }, page: { signal } } = shown;
	const readRoles = () => api.get('/admin/users/{id}/roles',
		{ path: { id }, signal });
	const [found, { data }] = await Promise.all([readRoles(),
		api.get('/admin/roles', { signal })]);

	if (data.length === 0)
		return empty({ title: t('roles.none'), sign: 'shield' });
	return sheet({ label: t('users.roles'), saved: t('users.roles_saved'),
		found, read: readRoles,
		fields: (has) => el('fieldset', { class: 'form' },
			el('legend', { class: 'visually-hidden' }, t('users.roles')),
			data.map(({ name, permissions }) => field({ name, type: 'checkbox',
				label: el('bdi', {}, name), value: has.roles.includes(name),
				hint: permissions.join(', ') }))),
		save: (values, match) => api.put('/admin/users/{id}/roles',
			{ path: { id }, match, json: { roles: Object.keys(values)
				.filter((name) => values[name]) } }),
	}, shown);
}

/** @param {Schemas['Session'][]} rows */
function sessionTable(rows) {
	return table([
		{ label: t('users.device'), main: true, cell: (row) =>
			el('bdi', {}, row.device_name || agentName(row.user_agent)) },
		{ label: t('users.address'), cell: (row) => row.ip || '–' },
		{ label: t('users.last_seen'), cell: (row) => when(row.last_seen_at) },
		{ label: t('users.begun'), cell: (row) => when(row.created_at) },
	], rows, t('users.sessions'));
}

/** @param {string} id @param {AbortSignal} signal */
async function sessionsPart(id, signal) {
	const { data } = await api.get('/admin/users/{id}/sessions',
		{ path: { id }, signal });

	return el('div', { class: 'list-body' }, data.length > 0
		? sessionTable(data)
		: empty({ title: t('users.no_sessions'), sign: 'device' }));
}

/* A part that is read after the page is there, and whenever it is loaded. */
/** @param {() => Promise<Node>} read @param {AbortSignal} signal */
function later(read, signal) {
	const place = el('div', { 'aria-busy': 'true' },
		el('span', { class: 'skeleton', 'data-size': 'block' }));
	const load = async () => {
		try {
			fill(place, await read());
		} catch (error) {
			if (!signal.aborted)
				fill(place, broken(/** @type {Error} */ (error), load));
		}
		place.removeAttribute('aria-busy');
	};

	load();
	return { node: place, load };
}

/** @param {Shown} shown */
function help(shown) {
	const { user: { id }, page, sessions } = shown;
	const path = { id };
	const values = () => ({ name: shown.user.email });

	return el('div', { class: 'card actions' },
		button(t('users.unlock'), async () => {
			await api.post('/admin/users/{id}/unlock', { path });
			toast(t('users.unlocked'));
		}, { look: 'quiet' }),
		button(t('users.sign_out'), async () => {
			if (await confirm({ title: t('users.sign_out_question'),
				text: t('users.sign_out_text', values()),
				action: t('users.sign_out'), run: () => api.del(
					'/admin/users/{id}/sessions', { path }) })) {
				toast(t('users.signed_out'));
				await sessions.load();
			}
		}, { look: 'quiet' }),
		button(t('users.reset_mfa'), async () => {
			if (await confirm({ title: t('users.reset_mfa_question'),
				text: t('users.reset_mfa_text', values()),
				action: t('users.reset_mfa'),
				run: () => api.del('/admin/users/{id}/mfa', { path }) }))
				toast(t('users.mfa_gone'));
		}, { look: 'quiet' }),
		button(t('users.delete'), async () => {
			if (await confirm({ title: t('users.delete_question'),
				text: t('users.delete_text', values()),
				action: t('users.delete'), cancel: t('users.keep'),
				run: () => api.del('/users/{user_id}',
					{ path: { user_id: id } }) })) {
				await page.go('/admin/users');
				toast(t('users.deleted'));
			}
		}, { look: 'danger-quiet' }));
}

/** @param {User} user */
function userHead(user) {
	return heading({
		back: ['/admin/users', t('users.title')],
		title: el('bdi', {}, user.full_name || user.email),
		text: [user.full_name && el('bdi', {}, user.email), ' ',
			userTags(user), ' ',
			user.created_at && t('users.since_date',
				{ date: date(user.created_at, false) })],
		actions: session.may('audit') && el('a', { class: 'button',
			'data-look': 'quiet', href: `/admin/audit?actor=${user.id}` },
		icon('book'), t('users.trail')),
	});
}

/* At the top, where it may be another one since. */
/** @param {Shown} shown @param {User} user */
function showUser(shown, user) {
	const head = userHead(user);

	shown.head.replaceWith(head);
	shown.head = head;
	shown.user = user;
	shown.page.title(user.email);
}

/** @type {import('../types.js').View} */
export default async function user(page) {
	const { params: { id }, signal } = page;
	const found = await read(id, signal);
	/** @type {Shown} */
	const shown = { page, user: found, head: userHead(found), sheets: [],
		sessions: later(() => sessionsPart(id, signal), signal) };

	page.title(found.email);
	page.dirty(() => shown.sheets.some(({ isTyped }) => isTyped()));
	return el('div', { class: 'page' }, shown.head,
		part({ title: t('users.profile') }, profile(shown)),
		session.may('admin') && part({ title: t('users.roles'),
			text: t('users.roles_about') },
		later(() => rolesPart(shown), signal).node),
		part({ title: t('users.sessions') }, shown.sessions.node),
		part({ title: t('users.help'), text: t('users.help_about') },
			help(shown)));
}
