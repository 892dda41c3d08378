/*
 * What the pages of tasks and of mail have in common: the state in words, and
 * the questions before one is queued again or taken out of the queue.
 */
import * as api from './api.js';
import { ask, confirm } from './dialog.js';
import { el } from './dom.js';
import { t } from './lang.js';
import { toast, tried } from './toast.js';

/* lang: jobs.* */
/** @typedef {{id: string, kind: string, state: string}} Job */

export const STATES = ['queued', 'running', 'failed', 'done', 'dead',
	'cancelled'];

/** @type {Record<string, string>} */
const TONES = { running: 'info', failed: 'warn', done: 'good', dead: 'bad' };

export const stateTag = (/** @type {string} */ state) =>
	el('span', { class: 'tag', 'data-tone': TONES[state] },
		STATES.includes(state) ? t(`jobs.${state}`) : state);

/** @returns {[string, string][]} */
export const stateOptions = () => [['', t('jobs.any')],
	...STATES.map((state) => /** @type {[string, string]} */ (
		[state, t(`jobs.${state}`)]))];

export const canRetry = (/** @type {string} */ state) =>
	['dead', 'cancelled', 'failed'].includes(state);
export const canCancel = (/** @type {string} */ state) =>
	['queued', 'failed', 'dead'].includes(state);

const name = (/** @type {Job} */ { kind }) => el('code', {}, kind);

/* All of these: true when it was done. */
/** @param {Job} job */
export async function askRetry(job) {
	const done = await ask({ title: t('jobs.retry_title'),
		text: [el('p', {}, t('jobs.retry_text')), el('p', {}, name(job))],
		action: t('jobs.retry'), submit: () => api.post(
			'/admin/jobs/{id}/retry', { path: { id: job.id } }) });

	if (done)
		toast(t('jobs.retried'));
	return Boolean(done);
}

/** @param {Job & {to: string|null}} mail */
export async function askResend(mail) {
	const done = await ask({ title: t('jobs.resend_title'),
		text: [el('p', {}, t('jobs.resend_text')),
			el('p', {}, mail.to === null ? name(mail)
				: el('bdi', {}, mail.to))],
		action: t('jobs.resend'), submit: () => api.post(
			'/admin/mail/{id}/retry', { path: { id: mail.id } }) });

	if (done)
		toast(t('jobs.resent'));
	return Boolean(done);
}

/** @param {Job} job */
export async function askCancel(job) {
	const done = await confirm({ title: t('jobs.cancel_title'),
		text: [t('jobs.cancel_text'), ' ', name(job)],
		action: t('jobs.cancel_do'), cancel: t('jobs.keep'),
		run: () => api.post('/admin/jobs/{id}/cancel',
			{ path: { id: job.id } }) });

	if (done)
		toast(t('jobs.cancelled_now'));
	return done;
}

/**
 * After a row's button did its work and the rows are others: back to that row.
 * @param {HTMLElement} list @param {string} id
 */
export function focusRow(list, id) {
	const link = list.querySelector(`[data-row="${CSS.escape(id)}"]`);
	const heading = document.querySelector('main h1');
	const to = link ?? heading;

	if (to === heading)
		heading?.setAttribute('tabindex', '-1');
	if (to instanceof HTMLElement)
		to.focus();
}

/* Words of others, of a mail server for one: cut short, all in the title. */
export const trouble = (/** @type {string|null|undefined} */ text) =>
	text ? el('p', { class: 'trouble', dir: 'auto' }, text) : null;

/* A small button of a row. */
/** @param {string} text @param {() => void} run @param {string} what */
export const act = (text, run, what) =>
	el('button', { class: 'button', 'data-look': 'quiet', 'data-size': 'small',
		type: 'button', onclick: tried(run) }, text,
	el('span', { class: 'visually-hidden' }, ` ${what}`));
