/* The first page of who is signed in: what there is, and what is worth doing. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { n, number, rich, t, when } from '../lang.js';
import { ROUTES } from '../routes.js';
import * as session from '../session.js';
import { broken, empty } from '../states.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas} Schemas */

/* lang: dashboard.* */
const NEWEST = 5;
const FEW_CODES = 3;

function greeting() {
	const name = session.mine().user.full_name?.trim();

	return name ? rich('dashboard.greeting', { name: el('bdi', {}, name) })
		: t('dashboard.greeting_plain');
}

/** @param {string} href @param {string} name @param {number|null} value */
function figure(href, name, value) {
	return el('a', { class: 'figure', href },
		el('span', { class: 'figure-name' }, t(`dashboard.${name}`)),
		el('span', { class: 'figure-value' },
			value === null ? '–' : number(value)));
}

function figures() {
	const { counts } = session.mine();

	return el('nav', { class: 'figures', 'aria-label': t('dashboard.figures') },
		figure('/items', 'items', counts.items),
		figure('/kv', 'kv_keys', counts.kv_keys),
		figure('/account/sessions', 'sessions', counts.sessions),
		figure('/account/api-keys', 'api_keys', counts.api_keys),
		figure('/account/security', 'passkeys', counts.passkeys));
}

/** @param {string} sign @param {string} key @param {string} href
 *  @param {string} [text] */
function advice(sign, key, href, text = t(`dashboard.${key}_text`)) {
	return el('li', { class: 'advice' },
		el('span', { class: 'advice-sign' }, icon(sign)),
		el('div', { class: 'advice-text' },
			el('h3', {}, t(`dashboard.${key}`)), el('p', {}, text)),
		el('a', { class: 'button', 'data-look': 'quiet', 'data-size': 'small',
			href }, t(`dashboard.${key}_do`)));
}

function worthDoing() {
	const { email_verified: verified, totp, counts, recovery_codes_left: left } =
		session.mine();
	const list = [
		!verified && advice('mail', 'confirm', '/account'),
		!totp && counts.passkeys === 0 &&
			advice('shield', 'factor', '/account/security'),
		totp && left !== null && left < FEW_CODES && advice('key', 'codes', '/account/security',
			n('dashboard.codes_left', left)),
	].filter(Boolean);

	return list.length > 0 && el('section', { class: 'part',
		'aria-labelledby': 'worth' },
	el('h2', { id: 'worth' }, t('dashboard.worth')),
	el('ul', { class: 'advices' }, list));
}

/** @param {Schemas['ItemPublic']} item */
function itemLine({ title, description, created_at: at }) {
	return el('li', {}, el('div', {},
		el('strong', { dir: 'auto' }, title),
		description && el('p', { class: 'hint', dir: 'auto' }, description)),
	el('span', { class: 'hint' }, when(at)));
}

/** @param {Schemas['ItemPublic'][]} rows */
function itemLines(rows) {
	if (rows.length > 0)
		return el('ul', { class: 'newest' }, rows.map(itemLine));
	return empty({ sign: 'list', title: t('dashboard.no_items'),
		text: t('dashboard.no_items_text'),
		action: el('a', { class: 'button', 'data-size': 'small', href: '/items' },
			t('dashboard.first_item')) });
}

/** @param {Page} page */
function newest(page) {
	const body = el('div', { class: 'list-body' });

	async function read() {
		body.setAttribute('aria-busy', 'true');
		fill(body, el('div', { class: 'table-waiting' },
			el('p', { class: 'visually-hidden' }, t('state.waiting')),
			[1, 2, 3].map(() => el('span', { class: 'skeleton' }))));
		try {
			const { data } = await api.get('/items/',
				{ query: { limit: NEWEST }, signal: page.signal });

			fill(body, itemLines(data));
		} catch (error) {
			if (!page.signal.aborted)
				fill(body, broken(/** @type {Error} */ (error), read));
		}
		body.removeAttribute('aria-busy');
	}

	read();
	return el('section', { class: 'part', 'aria-labelledby': 'newest' },
		el('div', { class: 'part-head' },
			el('h2', { id: 'newest' }, t(session.may('items')
				? 'dashboard.newest_all' : 'dashboard.newest')),
			el('a', { href: '/items' }, t('dashboard.all_items'))), body);
}

function forStaff() {
	const rows = ROUTES.filter(({ section, needs }) => section === 'admin' &&
		session.may(needs ?? 'user'));

	return rows.length > 0 && el('section', { class: 'part',
		'aria-labelledby': 'staff' },
	el('h2', { id: 'staff' }, t('dashboard.staff')),
	el('ul', { class: 'staff' }, rows.map(({ path, title, icon: sign = 'box' }) =>
		el('li', {}, el('a', { href: path }, icon(sign),
			el('span', {}, t(title)))))));
}

/** @param {Page} page */
export default function dashboard(page) {
	return el('div', { class: 'page dash' },
		heading({ title: greeting(), text: t('dashboard.lead') }),
		figures(), worthDoing(), newest(page), forStaff());
}
