/* The queue of background work, and what recurs by itself. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { duration } from '../duration.js';
import { button, heading } from '../heading.js';
import { act, askCancel, askRetry, canCancel, canRetry, focusRow, stateOptions,
	stateTag, trouble } from '../jobs.js';
import { loadSaid, said, t, when } from '../lang.js';
import { listing, table } from '../list.js';
import { go } from '../router.js';
import { broken } from '../states.js';
import { sayFailure, toast } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['Job']} Job */
/** @typedef {import('../types.js').Schemas['CronTask']} Cron */

const SIZE = 25;

/** @param {Job} job */
const href = (job) => `/admin/tasks/${job.id}`;

/** @param {(job: Job, ask: typeof askRetry) => void} change */
function columns(change) {
	return [
		{ label: t('tasks.kind'), main: true, cell: (/** @type {Job} */ job) => [
			el('a', { class: 'row-link', href: href(job), 'data-row': job.id },
				job.kind), trouble(job.last_error)] },
		{ label: t('jobs.state'),
			cell: (/** @type {Job} */ job) => stateTag(job.state) },
		{ label: t('jobs.attempts'), cell: (/** @type {Job} */ job) =>
			t('jobs.of', { done: job.attempts, most: job.max_attempts }) },
		{ label: t('jobs.due'),
			cell: (/** @type {Job} */ job) => when(job.run_at) },
		{ label: t('jobs.acts'), acts: true, cell: (/** @type {Job} */ job) => [
			canRetry(job.state) && act(t('jobs.retry'),
				() => change(job, askRetry), job.kind),
			canCancel(job.state) && act(t('jobs.cancel'),
				() => change(job, askCancel), job.kind)] },
	];
}

/** @param {Page} page @param {string[]} kinds what the filter proposes */
function queue(page, kinds) {
	const list = listing({ page, label: t('tasks.queue'), feed: true, size: SIZE,
		columns: columns(async (job, ask) => {
			if (!await ask(job))
				return;
			await list.reload();
			focusRow(list.node, job.id);
		}),
		filters: [
			{ name: 'state', label: t('jobs.state'), type: 'select',
				options: stateOptions() },
			{ name: 'kind', label: t('tasks.kind_whole'),
				options: kinds.map((kind) => [kind, kind]) },
		],
		load: (query) => api.get('/admin/jobs', { query, signal: page.signal }),
		empty: { title: t('tasks.empty'), text: t('tasks.empty_text'),
			sign: 'clock' } });

	return list;
}

/** @param {Cron} row @param {() => Promise<void>} then */
async function runNow({ name }, then) {
	try {
		const { id } = await api.post('/admin/cron/{name}/run',
			{ path: { name } });

		toast(t('tasks.queued', { name }), { action: {
			label: t('tasks.show'), run: () => go(`/admin/tasks/${id}`) } });
	} catch (error) {
		sayFailure(error);
	}
	await then();
}

/** @param {Cron[]} rows @param {() => Promise<void>} then */
function cronTable(rows, then) {
	return table([
		{ label: t('tasks.kind'), main: true, cell: (/** @type {Cron} */ row) => [
			el('span', { class: 'row-name' }, row.name),
			row.doc && el('p', { class: 'hint' }, said(row.doc))] },
		{ label: t('tasks.every'),
			cell: (/** @type {Cron} */ row) => duration(row.every_s) },
		{ label: t('tasks.last'), cell: (/** @type {Cron} */ row) =>
			el('span', { class: 'tags' }, when(row.last_run),
				row.last_state && stateTag(row.last_state)) },
		{ label: t('tasks.next'),
			cell: (/** @type {Cron} */ row) => when(row.next_run) },
		{ label: t('jobs.acts'), acts: true, cell: (/** @type {Cron} */ row) =>
			act(t('tasks.run'), () => runNow(row, async () => {
				await then();
				focusRun(row.name);
			}), row.name) },
	], rows, t('tasks.recurring'));
}

/* The table is new: to where one was. */
function focusRun(/** @type {string} */ name) {
	const button = [...document.querySelectorAll('.cron button')]
		.find(({ textContent }) => textContent?.endsWith(` ${name}`));

	if (button instanceof HTMLElement)
		button.focus();
}

/** @param {Cron[]} first @param {() => Promise<any>} also @param {AbortSignal} signal */
function recurring(first, also, signal) {
	const body = el('div', { class: 'list-body cron' });
	const draw = (/** @type {Cron[]} */ rows) =>
		fill(body, cronTable(rows, async () => {
			await Promise.all([read(), also()]);
		}));

	async function read() {
		try {
			draw((await api.get('/admin/cron', { signal })).data);
		} catch (error) {
			fill(body, broken(/** @type {Error} */ (error), read));
		}
	}

	draw(first);
	return { node: el('section', { class: 'part', 'aria-labelledby': 'cron' },
		el('div', { class: 'part-head' }, el('div', {},
			el('h2', { id: 'cron' }, t('tasks.recurring')),
			el('p', {}, t('tasks.recurring_text')))), body), read };
}

/** @param {Page} page */
export default async function admin_tasks(page) {
	const { signal } = page;
	const [{ data: rows }] = await Promise.all([
		api.get('/admin/cron', { signal }), loadSaid()]);
	const list = queue(page, rows.map(({ name }) => name));
	const cron = recurring(rows, () => list.reload(), signal);
	const again = () => Promise.all([list.reload(), cron.read()]);

	return el('div', { class: 'page' },
		heading({ title: t('tasks.title'), text: t('tasks.text'),
			actions: button(t('tasks.refresh'), again,
				{ sign: 'again', look: 'quiet' }) }),
		el('section', { class: 'part', 'aria-labelledby': 'queue' },
			el('h2', { id: 'queue' }, t('tasks.queue')), list.node),
		cron.node);
}
