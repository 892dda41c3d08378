/* One account, as staff see it: facts, rights, sessions, ways out of trouble. */
import { agentName } from '../agent.js';
import * as api from '../api.js';
import { confirm } from '../dialog.js';
import { el, fill } from '../dom.js';
import { field, form } from '../form.js';
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

/** @param {User} user @param {Page} page */
function profile(user, page) {
	return form({ card: true, label: t('users.profile'),
		action: t('action.save'), fields: [
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
		], submit: async (json) => {
			await api.patch('/users/{user_id}', { path: { user_id: user.id },
				match: user, json });
			toast(t('users.saved'));
			page.again();
		}, caught: staleIn(page) });
}

/**
 * @param {Schemas['UserRoles']} has @param {Schemas['Role'][]} all
 * @param {User} user @param {Page} page
 */
function rolesForm(has, all, { id }, page) {
	const read = () => api.get('/admin/users/{id}/roles', { path: { id } });

	if (all.length === 0)
		return empty({ title: t('roles.none'), sign: 'shield' });
	return form({ card: true, label: t('users.roles'), action: t('action.save'),
		fields: el('fieldset', { class: 'form' },
			el('legend', { class: 'visually-hidden' }, t('users.roles')),
			all.map(({ name, permissions }) => field({ name, type: 'checkbox',
				label: el('bdi', {}, name), value: has.roles.includes(name),
				hint: permissions.join(', ') }))),
		submit: async (values) => {
			const roles = Object.keys(values).filter((name) => values[name]);

			await api.put('/admin/users/{id}/roles', { path: { id },
				match: has, json: { roles } });
			toast(t('users.roles_saved'));
			has = await read();
		}, caught: staleIn(page) });
}

/** @param {User} user @param {Page} page */
async function rolesPart(user, page) {
	const { signal } = page;
	const [has, { data }] = await Promise.all([
		api.get('/admin/users/{id}/roles', { path: { id: user.id }, signal }),
		api.get('/admin/roles', { signal })]);

	return rolesForm(has, data, user, page);
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

/** @param {User} user @param {Page} page */
async function sessionsPart({ id }, { signal }) {
	const { data } = await api.get('/admin/users/{id}/sessions',
		{ path: { id }, signal });

	return el('div', { class: 'list-body' }, data.length > 0
		? sessionTable(data)
		: empty({ title: t('users.no_sessions'), sign: 'device' }));
}

/* A part that is read after the page is there, and again when it failed. */
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
	return place;
}

/** @param {User} user @param {Page} page */
function help(user, page) {
	const path = { id: user.id };
	const name = user.email;

	return el('div', { class: 'card actions' },
		button(t('users.unlock'), async () => {
			await api.post('/admin/users/{id}/unlock', { path });
			toast(t('users.unlocked'));
		}, { look: 'quiet' }),
		button(t('users.sign_out'), async () => {
			if (await confirm({ title: t('users.sign_out_question'),
				text: t('users.sign_out_text', { name }),
				action: t('users.sign_out'), run: () => api.del(
					'/admin/users/{id}/sessions', { path }) })) {
				toast(t('users.signed_out'));
				page.again();
			}
		}, { look: 'quiet' }),
		button(t('users.reset_mfa'), async () => {
			if (await confirm({ title: t('users.reset_mfa_question'),
				text: t('users.reset_mfa_text', { name }),
				action: t('users.reset_mfa'),
				run: () => api.del('/admin/users/{id}/mfa', { path }) }))
				toast(t('users.mfa_gone'));
		}, { look: 'quiet' }),
		button(t('users.delete'), async () => {
			if (await confirm({ title: t('users.delete_question'),
				text: t('users.delete_text', { name }),
				action: t('users.delete'), cancel: t('users.keep'),
				run: () => api.del('/users/{user_id}',
					{ path: { user_id: user.id } }) })) {
				await page.go('/admin/users');
				toast(t('users.deleted'));
			}
		}, { look: 'danger-quiet' }));
}

/** @type {import('../types.js').View} */
export default async function user(page) {
	const { signal } = page;
	const found = await api.get('/users/{user_id}',
		{ path: { user_id: page.params.id }, signal });

	page.title(found.email);
	return el('div', { class: 'page' }, heading({
		back: ['/admin/users', t('users.title')],
		title: el('bdi', {}, found.full_name || found.email),
		text: [found.full_name && el('bdi', {}, found.email), ' ',
			userTags(found), ' ',
			found.created_at && t('users.since_date',
				{ date: date(found.created_at, false) })],
		actions: session.may('audit') && el('a', { class: 'button',
			'data-look': 'quiet', href: `/admin/audit?actor=${found.id}` },
		icon('book'), t('users.trail')),
	}),
	part({ title: t('users.profile') }, profile(found, page)),
	session.may('admin') && part({ title: t('users.roles'),
		text: t('users.roles_about') },
	later(() => rolesPart(found, page), signal)),
	part({ title: t('users.sessions') },
		later(() => sessionsPart(found, page), signal)),
	part({ title: t('users.help'), text: t('users.help_about') },
		help(found, page)));
}
