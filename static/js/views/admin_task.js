/* One task: what it is to do, what became of it so far. */
import * as api from '../api.js';
import { copyButton } from '../copy.js';
import { el, fill } from '../dom.js';
import { icon } from '../icon.js';
import { askCancel, askRetry, canCancel, canRetry, stateTag } from '../jobs.js';
import { date, loadSaid, said, t, when } from '../lang.js';
import * as session from '../session.js';
import { tried } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['JobDetail']} Job */
/** @typedef {import('../dom.js').Child} Child */

/** @param {string} name @param {Child} value */
const fact = (name, value) =>
	el('div', {}, el('dt', {}, name), el('dd', {}, value));

const moment = (/** @type {string|null|undefined} */ at) =>
	[when(at, date), at && el('span', { class: 'hint' }, ' · ', when(at))];

/** @param {Job} job */
function facts(job) {
	const waits = ['queued', 'failed', 'running'].includes(job.state);

	return el('dl', { class: 'facts' },
		fact(t('jobs.state'), stateTag(job.state)),
		fact(t('jobs.attempts'), t('jobs.of', { done: job.attempts,
			most: job.max_attempts })),
		fact(t('tasks.created'), moment(job.created_at)),
		fact(t(waits ? 'tasks.due' : 'tasks.ended'), moment(job.run_at)),
		job.locked_by && fact(t('tasks.runner'),
			el('code', {}, job.locked_by)),
		job.lease_until && fact(t('tasks.lease'), moment(job.lease_until)),
		fact(t('tasks.id'), el('div', { class: 'id-line' },
			el('code', {}, job.id), copyButton(() => job.id))));
}

/** @param {Job} job */
function links(job) {
	return el('p', { class: 'links' },
		el('a', { href: `/admin/tasks?kind=${encodeURIComponent(job.kind)}` },
			t('tasks.same')),
		session.may('audit') && el('a', {
			href: `/admin/audit?object=job:${job.id}` }, t('tasks.trail')));
}

/** @param {string} id @param {string} title @param {Child} inside */
const part = (id, title, inside) =>
	el('section', { class: 'part', 'aria-labelledby': id },
		el('h2', { id }, title), inside);

/** @param {Job} job */
function parts(job) {
	const { last_error: wrong, payload } = job;

	return [
		el('section', { class: 'card', 'aria-label': t('tasks.one') },
			facts(job), links(job)),
		wrong && part('wrong', t('tasks.error'),
			el('pre', { class: 'text-block', 'data-tone': 'bad', dir: 'auto',
				tabindex: '0' }, wrong)),
		part('payload', t('tasks.payload'), payload === null ||
			payload === undefined
			? el('p', {}, t('tasks.no_payload'))
			: [el('p', {}, t('tasks.payload_text')),
				el('pre', { class: 'text-block', tabindex: '0', dir: 'ltr' },
					JSON.stringify(payload, null, 2))]),
	];
}

/** @param {Page} page */
export default async function admin_task({ params, signal, title, again }) {
	const path = { id: params.id };
	const read = () => api.get('/admin/jobs/{id}', { path, signal });
	const body = el('div', { class: 'page' });
	const buttons = el('div', { class: 'actions' });
	const about = el('p');
	const heading = el('h1', { class: 'code-title' });

	/** @param {string} text @param {string} look @param {typeof askRetry} ask
	 *  @param {Job} job */
	const button = (text, look, ask, job) =>
		el('button', { class: 'button', 'data-look': look, type: 'button',
			onclick: tried(async () => {
				if (!await ask(job))
					return;
				show(await read());
				heading.focus();
			}) }, text);

	/** @param {Job} job */
	function show(job) {
		title(job.kind);
		fill(heading, job.kind);
		heading.setAttribute('tabindex', '-1');
		fill(about, job.doc ? said(job.doc) : '');
		about.hidden = !job.doc;
		fill(buttons,
			canRetry(job.state) && button(t('jobs.retry'), 'plain', askRetry,
				job),
			canCancel(job.state) && button(t('jobs.cancel'), 'danger-quiet',
				askCancel, job),
			el('button', { class: 'button', 'data-look': 'quiet',
				type: 'button', onclick: again }, icon('again'),
			t('tasks.refresh')));
		fill(body, parts(job));
	}

	const [job] = await Promise.all([read(), loadSaid()]);

	show(job);
	return el('div', { class: 'page' },
		el('a', { class: 'back', href: '/admin/tasks' }, icon('back'),
			t('tasks.title')),
		el('header', { class: 'page-head' }, el('div', {}, heading, about),
			buttons), body);
}
