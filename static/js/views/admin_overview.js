/*
 * The installation at a glance: how much there is of everything, and what went
 * through it in the last hour; read anew every few seconds. Its looks are in
 * static/css/chart.css.
 */
import * as api from '../api.js';
import { chart } from '../chart.js';
import { el, fill, style } from '../dom.js';
import { duration } from '../duration.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { bytes, n, number, t } from '../lang.js';
import { live, renew } from '../live.js';
import * as session from '../session.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['Stats']} Stats */
/** @typedef {Stats['minutes'][number]} Minute */
/** @typedef {import('../chart.js').Series} Series */

const SECONDS = 5;

/* A figure leads to its page for whoever may see that. */
/** @param {string} name @param {string} value @param {string} [more]
 *  @param {{href: string, needs: string}} [to] */
function figure(name, value, more, to) {
	const inside = [el('span', { class: 'figure-name' }, name),
		el('span', { class: 'figure-value' }, value),
		more && el('span', { class: 'figure-more' }, more)];

	return to && session.may(to.needs)
		? el('a', { class: 'figure', href: to.href }, inside)
		: el('div', { class: 'figure' }, inside);
}

/** @param {Stats} stats */
function figures({ users, sessions, products, items, spaces, tasks, mail,
	database_bytes: size }) {
	return [
		figure(t('users.title'), number(users.total),
			n('overview.new', users.new), { href: '/admin/users',
				needs: 'users' }),
		figure(t('overview.sessions'), number(sessions),
			t('overview.sessions_more')),
		figure(t('items.title'), number(items), t('overview.items_more')),
		figure(t('stock.title'), number(products.total),
			n('overview.out_of_stock', products.out_of_stock),
			{ href: '/admin/products', needs: 'products' }),
		figure(t('overview.spaces'), number(spaces),
			t('overview.spaces_more')),
		figure(t('overview.tasks'), number(tasks.queued),
			t('overview.tasks_more', { running: number(tasks.running),
				done: number(tasks.done) }),
			{ href: '/admin/tasks', needs: 'jobs' }),
		figure(t('overview.mail'), number(mail.queued),
			t('overview.mail_more', { sent: number(mail.sent) }),
			{ href: '/admin/mail', needs: 'system' }),
		figure(t('overview.database'), bytes(size),
			t('overview.database_more')),
	];
}

/** @param {string} text @param {string} href @param {string} needs */
function alarm(text, href, needs) {
	return el('p', { class: 'notice alarm', 'data-tone': 'warn' },
		icon('warning'), el('span', {}, text),
		session.may(needs) && el('a', { href }, t('overview.look')));
}

/* What waits for somebody. */
/** @param {Stats} stats */
function alarms({ tasks, mail }) {
	const others = tasks.dead - mail.failed;

	return [
		others > 0 && alarm(n('overview.dead_tasks', others),
			'/admin/tasks?state=dead', 'jobs'),
		mail.failed > 0 && alarm(n('overview.dead_mails', mail.failed),
			'/admin/mail?state=dead', 'system'),
	];
}

/** @param {Minute[]} minutes @param {(m: Minute) => number|null} value
 *  @param {string} name @param {Series['look']} look
 *  @param {Series['tone']} tone @returns {Series} */
const row = (minutes, value, name, look, tone) =>
	({ name: t(`overview.${name}`), look, tone, values: minutes.map(value) });

const milliseconds = (/** @type {number} */ value) => value >= 1000
	? number(value / 1000, { style: 'unit', unit: 'second',
		unitDisplay: 'short', maximumFractionDigits: 1 })
	: number(value, { style: 'unit', unit: 'millisecond',
		unitDisplay: 'short', maximumSignificantDigits: 2 });

/* A number of things, short enough for an axis. */
const compact = (/** @type {number} */ value) => number(value,
	{ notation: value < 10000 ? 'standard' : 'compact' });

/* lang: overview.* */
/** @type {[string, (value: number) => string, (m: Minute[]) => Series[]][]} */
const CHARTS = [
	['requests', compact, (m) => [
		row(m, (x) => x.requests, 'requests_in', 'area', 1)]],
	['latency', milliseconds, (m) => [
		row(m, (x) => x.requests > 0 ? x.p50_ms : null, 'p50', 'line', 1),
		row(m, (x) => x.requests > 0 ? x.p95_ms : null, 'p95', 'dashed', 2)]],
	['errors', compact, (m) => [
		row(m, (x) => x.server_errors, 'server', 'bars', 3),
		row(m, (x) => x.client_errors, 'client', 'hollow', 2)]],
	['task_rate', compact, (m) => [
		row(m, (x) => x.tasks_failed, 'failed', 'bars', 3),
		row(m, (x) => x.tasks_done, 'done', 'hollow', 1)]],
	['mail_rate', compact, (m) => [
		row(m, (x) => x.mails_sent, 'sent', 'bars', 1)]],
];

function charts() {
	const all = CHARTS.map(([name, write, series]) => ({ series,
		drawn: chart({ title: t(`overview.${name}`), write }) }));

	return {
		node: el('div', { class: 'charts' }, all.map(({ drawn }) => drawn.node)),
		update(/** @type {Minute[]} */ minutes) {
			for (const { drawn, series } of all)
				drawn.update(minutes.map(({ at }) => at), series(minutes));
		},
	};
}

/** @param {string} name @param {import('../dom.js').Child} value */
const fact = (name, value) =>
	el('div', {}, el('dt', {}, t(`overview.${name}`)), el('dd', {}, value));

/** @param {Stats} stats */
function facts({ version, commit, migrations, uptime_s: uptime }) {
	return [
		fact('version', version),
		commit !== '' && fact('commit', el('code', {}, commit)),
		fact('migrations', number(migrations)),
		fact('uptime', duration(uptime)),
	];
}

/* Whether what stands here is of now; only a change is announced. */
function state() {
	const node = el('p', { class: 'live', role: 'status' });
	/** @type {string|null} */
	let shown = null;
	let since = new Date();

	return {
		node,
		tell(/** @type {Error|null} */ wrong) {
			if (wrong === null)
				since = new Date();
			const text = wrong === null ? t('overview.live')
				: t('overview.stale', { message: wrong.message,
					time: since.toLocaleTimeString(
						document.documentElement.lang) });

			if (text === shown)
				return;
			shown = text;
			node.dataset.state = wrong === null ? 'live' : 'stale';
			fill(node, el('span', {}, text));
		},
	};
}

/** @param {string} id @param {string} title @param {Node} inside */
function part(id, title, inside) {
	return el('section', { class: 'part', 'aria-labelledby': id },
		el('h2', { id }, title), inside);
}

/** @param {Page} page */
export default async function admin_overview({ signal }) {
	const counts = el('div', { class: 'figures' });
	const waiting = el('div', { class: 'alarms' });
	const about = el('dl', { class: 'facts' });
	const hour = charts();
	const now = state();
	const read = async () => {
		const stats = await api.get('/admin/stats', { signal });

		renew(waiting, alarms(stats));
		renew(counts, figures(stats));
		renew(about, facts(stats));
		hour.update(stats.minutes);
	};

	await Promise.all([read(), style('chart')]);
	now.tell(null);
	live({ seconds: SECONDS, signal, read, tell: now.tell });
	return el('div', { class: 'page' },
		heading({ title: t('overview.title'), text: t('overview.text'),
			actions: now.node }),
		waiting, counts, part('hour', t('overview.hour'), hour.node),
		part('about', t('overview.about'), el('div', { class: 'card' }, about)));
}
