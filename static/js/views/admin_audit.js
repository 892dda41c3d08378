/* Who did what: a feed with filters, whose rows open to what was changed. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { button, heading } from '../heading.js';
import { icon } from '../icon.js';
import { ago, language, t, when } from '../lang.js';
import { listing } from '../list.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['AuditEntry']} Entry */
/** @typedef {import('../dom.js').Child} Child */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/* lang: audit.* */

/* Where an object has a page, and who may see it. */
/** @type {Record<string, [string, string]>} */
const PAGES = {
	user: ['/admin/users/', 'users'],
	product: ['/admin/products/', 'products'],
	job: ['/admin/tasks/', 'jobs'],
};

/* An id that is told apart by its end: the beginning is only the time. */
const short = (/** @type {string} */ id) => UUID.test(id) ? `…${id.slice(-8)}` : id;

/* To the second. */
const exactly = (/** @type {string} */ at) => when(at, (text) =>
	new Intl.DateTimeFormat(language(), { dateStyle: 'long',
		timeStyle: 'long' }).format(new Date(text)));

/** @param {Entry} entry */
function actor({ actor_id: id }) {
	if (!id)
		return t('audit.nobody');
	return id === session.mine().user.id ? t('audit.you')
		: t('audit.account', { id: short(id) });
}

/** @param {Entry} entry */
function object({ object_type: type, object_id: id }) {
	return type ? [type, ' ', id && el('bdi', { class: 'entry-soft',
		'data-short': UUID.test(id) }, short(id))] : '';
}

/** @param {string} name @param {Child} value */
const fact = (name, value) =>
	el('div', {}, el('dt', {}, t(`audit.${name}`)), el('dd', {}, value));

/* The address of who it was, once somebody wants to know. */
/** @param {string} id @param {Page} page */
function account(id, { signal }) {
	const name = el('span', {}, el('code', {}, id));

	if (!session.may('users'))
		return name;
	const link = el('a', { href: `/admin/users/${id}` }, el('code', {}, id));
	const look = async () => {
		try {
			const { email } = await api.get('/users/{user_id}',
				{ path: { user_id: id }, signal });

			fill(name, el('a', { href: `/admin/users/${id}` },
				el('bdi', {}, email)), ' ', el('code', { class: 'hint' }, id));
		} catch (error) {
			const gone = /** @type {any} */ (error).status === 404;

			fill(name, gone ? [el('code', {}, id), ' ', el('span',
				{ class: 'hint' }, t('audit.gone'))] : link);
		}
	};

	look();
	return name;
}

/** @param {Entry} entry */
function thing({ object_type: type, object_id: id }) {
	if (!type)
		return '–';
	const [path, needs] = PAGES[type] ?? ['', ''];
	const text = el('code', {}, id ?? '');

	return [type, ' ', id && (path !== '' && session.may(needs)
		? el('a', { href: path + encodeURIComponent(id) }, text) : text)];
}

/* A value of JSON as people write it; what is not there is a dash. */
/** @param {unknown} value */
function written(value) {
	if (value === null || value === undefined)
		return el('span', { class: 'none' }, '–');
	return el('code', { dir: 'auto' }, typeof value === 'string' ? value
		: JSON.stringify(value, null, 1));
}

/** @param {Record<string, unknown>} diff */
function changes(diff) {
	const rows = Object.entries(diff).map(([name, pair]) => {
		const [before, after] = Array.isArray(pair) ? pair : [null, pair];

		return el('tr', {}, el('th', { scope: 'row' }, name),
			el('td', { 'data-label': t('audit.before') }, written(before)),
			el('td', { 'data-label': t('audit.after') }, written(after)));
	});

	return el('table', { class: 'changes' },
		el('caption', { class: 'visually-hidden' }, t('audit.changes')),
		el('thead', {}, el('tr', {}, ['field', 'before', 'after'].map((name) =>
			el('th', { scope: 'col' }, t(`audit.${name}`))))),
		el('tbody', {}, rows));
}

/** @param {Record<string, string>} query @param {string} text */
const filterLink = (query, text) => el('a', {
	href: `/admin/audit?${new URLSearchParams(query)}` }, text);

/** @param {Entry} entry @param {Page} page */
function inside(entry, page) {
	const { object_type: type, object_id: id } = entry;
	const diff = /** @type {Record<string, unknown>|null} */ (
		/** @type {unknown} */ (entry.diff));

	return [
		el('dl', { class: 'facts' },
			fact('when', exactly(entry.at)),
			fact('who', entry.actor_id ? account(entry.actor_id, page)
				: t('audit.nobody')),
			fact('address', entry.actor_ip ?? '–'),
			fact('action', el('code', {}, entry.action)),
			fact('object', thing(entry)),
			fact('request', entry.request_id
				? el('code', {}, entry.request_id) : '–')),
		diff && Object.keys(diff).length > 0 ? changes(diff)
			: el('p', { class: 'hint' }, t('audit.no_changes')),
		el('p', { class: 'links' },
			entry.actor_id && filterLink({ actor: entry.actor_id },
				t('audit.of_actor')),
			type && filterLink({ object: id ? `${type}:${id}` : type },
				t('audit.of_object')),
			filterLink({ action: entry.action }, t('audit.of_action'))),
	];
}

/** @param {Entry} entry @param {Page} page */
function row(entry, page) {
	const body = el('div', { class: 'entry-body' });
	const node = el('details', { class: 'entry', ontoggle: () => {
		if (node.open && body.childElementCount === 0)
			fill(body, inside(entry, page));
	} }, el('summary', {}, icon('next'), el('span', { class: 'entry-line' },
		el('code', { class: 'entry-action' }, entry.action),
		el('span', {}, object(entry)),
		el('span', { class: 'entry-soft' }, actor(entry)),
		el('span', { class: 'entry-soft' }, when(entry.at, ago)))), body);

	return node;
}

/* The days of the filter are those of who looks; the last one is whole. */
/** @param {string|undefined} day @param {number} [more] days, of 25 hours, too */
function moment(day, more = 0) {
	const at = day ? new Date(`${day}T00:00:00`) : new Date(NaN);

	at.setDate(at.getDate() + more);
	return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/* What each filter takes: less than that matches nothing. */
/** @type {Record<string, RegExp>} */
const TAKEN = {
	actor: UUID,
	action: /^[A-Za-z0-9._-]{1,63}\*?$/,
	object: /^[a-z0-9_]{1,32}(:.{1,64})?$/,
};

/** @param {Page} page @param {Record<string, any>} query */
async function load({ signal }, { from, to, ...query }) {
	const { action } = query;

	if (Object.entries(TAKEN).some(([name, pattern]) =>
		query[name] && !pattern.test(query[name])))
		return { data: [], next: null };
	return api.get('/admin/audit', { signal, query: { ...query,
		action: action && !action.endsWith('*') ? `${action}*` : action,
		from: moment(from), to: moment(to, 1) } });
}

/** @param {Page} page */
export default function admin_audit(page) {
	const list = listing({ page, label: t('audit.title'), feed: true,
		draw: (/** @type {Entry[]} */ rows) => el('div', { class: 'entries' },
			rows.map((entry) => row(entry, page))),
		filters: [
			{ name: 'action', label: t('audit.action_begins') },
			{ name: 'actor', label: t('audit.actor_id') },
			{ name: 'object', label: t('audit.object_like') },
			{ name: 'from', label: t('audit.from'), type: 'date' },
			{ name: 'to', label: t('audit.to'), type: 'date' },
		],
		load: (query) => load(page, query),
		empty: { title: t('audit.empty'), sign: 'book' } });

	return el('div', { class: 'page' },
		heading({ title: t('audit.title'), text: t('audit.text'),
			actions: button(t('tasks.refresh'), () => list.reload(),
				{ sign: 'again', look: 'quiet' }) }),
		list.node);
}
