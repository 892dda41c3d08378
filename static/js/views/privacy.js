/* What is kept of somebody: all of it as a file, and the end of it. */
import * as api from '../api.js';
import { el, fill } from '../dom.js';
import { confirm } from '../dialog.js';
import { FieldError, field, form } from '../form.js';
import { heading } from '../heading.js';
import { icon } from '../icon.js';
import { bytes, date, t } from '../lang.js';
import { go } from '../router.js';
import * as session from '../session.js';
import { setting } from '../setting.js';
import { toast, tried } from '../toast.js';

/** @typedef {import('../types.js').Page} Page */
/** @typedef {import('../types.js').Schemas['ExportJob']} Job */

const FIRST_MS = 500;
const LONGEST_MS = 15000;
/* The answers about an export of somebody else, of long ago, of no one. */
const GONE = [403, 404, 422];

/* What goes with an account, each a text of this page. */
/* lang: privacy.goes.* */
const GOES = ['items', 'kv', 'keys', 'sessions'];

/** @param {number} ms @param {AbortSignal} signal @returns {Promise<void>} */
function pause(ms, signal) {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);

		signal.addEventListener('abort', () => {
			clearTimeout(timer);
			resolve();
		}, { once: true });
	});
}

const read = (/** @type {string} */ id, /** @type {AbortSignal} */ signal) =>
	api.get('/users/me/exports/{job_id}', { path: { job_id: id }, signal });

/* Asked for again with growing pauses, until it is there or one leaves. */
/** @param {Job} first @param {AbortSignal} signal */
async function finished(first, signal) {
	let job = first;

	for (let ms = FIRST_MS; job.state === 'queued' && !signal.aborted;
		ms = Math.min(2 * ms, LONGEST_MS)) {
		await pause(ms, signal);
		job = await read(job.id, signal);
	}
	return job;
}

function making() {
	return el('div', { class: 'export' },
		el('p', { role: 'status' }, t('privacy.making')),
		el('progress', { 'aria-label': t('privacy.making') }),
		el('p', { class: 'hint' }, t('privacy.making_hint')));
}

/* A link renews no session: what is asked before does. */
/** @param {Job} job @param {AbortSignal} signal */
function download({ id }, signal) {
	const address = { download: true,
		href: `/api/v1/users/me/exports/${id}/content` };
	const follow = tried(async () => {
		await read(id, signal);
		el('a', address).click();
	});

	return el('a', { class: 'button', ...address,
		onclick: (/** @type {Event} */ event) => {
			event.preventDefault();
			follow();
		} }, icon('download'), t('privacy.download'));
}

/** @param {Job} job @param {() => void} anew @param {AbortSignal} signal */
function ready(job, anew, signal) {
	return el('div', { class: 'export' },
		el('p', { class: 'notice', 'data-tone': 'good', role: 'status' },
			t('privacy.ready')),
		el('p', { class: 'hint' }, t('privacy.ready_hint', {
			size: bytes(Number(job.size ?? 0)),
			date: date(job.expires_at) })),
		el('div', { class: 'actions' },
			download(job, signal),
			el('button', { class: 'button', 'data-look': 'quiet',
				type: 'button', onclick: anew }, t('privacy.anew'))));
}

/** @param {Error} error @param {() => void} retry */
function lost(error, retry) {
	return el('div', { class: 'export' },
		el('p', { class: 'notice', 'data-tone': 'bad', role: 'alert' },
			error.message),
		el('div', { class: 'actions' }, el('button', { class: 'button',
			'data-look': 'quiet', type: 'button', onclick: retry },
		t('state.retry'))));
}

/** @param {(job: Job) => void} follow */
function exportForm(follow) {
	/* One for each password that is typed: a wrong one was answered, too. */
	const keys = new Map();

	return form({
		label: t('privacy.export'),
		fields: field({ name: 'password', type: 'password',
			label: t('privacy.password'), hint: t('privacy.password_hint'),
			autocomplete: 'current-password', required: true }),
		action: t('privacy.export_do'),
		submit: async ({ password }) => {
			const key = keys.get(password) ?? api.newKey();

			keys.set(password, key);
			follow(await api.post('/users/me/export',
				{ json: { password }, key }));
		},
	});
}

/** @param {Page} page */
function exporting(page) {
	const body = el('div', { class: 'setting-flow' });
	const start = () => {
		page.search({ export: null });
		fill(body, exportForm((job) => follow(job)));
	};
	const again = () => {
		start();
		body.querySelector('input')?.focus();
	};

	/** @param {Job} job */
	async function follow(job) {
		/* In the address, so that another look finds it again. */
		page.search({ export: job.id });
		fill(body, making());
		try {
			const done = await finished(job, page.signal);

			if (page.signal.aborted)
				return;
			if (done.state === 'ready')
				fill(body, ready(done, again, page.signal));
			else
				start();
		} catch (error) {
			if (!page.signal.aborted)
				fill(body, lost(/** @type {Error} */ (error),
					() => follow(job)));
		}
	}

	async function resume(/** @type {string} */ id) {
		fill(body, el('span', { class: 'skeleton', 'data-size': 'block' }));
		try {
			await follow(await read(id, page.signal));
		} catch (/** @type {any} */ error) {
			if (GONE.includes(error.status))
				start();
			else if (!page.signal.aborted)
				fill(body, lost(error, () => resume(id)));
		}
	}

	const asked = page.query.get('export');

	if (asked === null)
		start();
	else
		resume(asked);
	return setting(t('privacy.export'), t('privacy.export_text'), body);
}

async function remove() {
	const { email } = session.mine().user;
	const gone = await confirm({
		title: t('privacy.delete_title'), action: t('privacy.delete_do'),
		text: t('privacy.delete_what'),
		fields: [
			el('ul', { class: 'goes' }, GOES.map((what) =>
				el('li', {}, t(`privacy.goes.${what}`)))),
			field({ name: 'email', type: 'email', autocomplete: 'off',
				label: t('privacy.type_email'),
				hint: el('bdi', {}, email), required: true }),
		],
		run: async (values) => {
			if (values.email.trim().toLowerCase() !== email.toLowerCase())
				throw new FieldError('email', t('privacy.other_email'));
			await api.del('/users/me');
		},
	});

	if (!gone)
		return;
	session.drop();
	await go('/');
	toast(t('privacy.deleted'));
}

function deleting() {
	const isSuperuser = session.mine().user.is_superuser;

	return setting(t('privacy.delete'), t('privacy.delete_text'), isSuperuser
		? el('p', { class: 'notice' }, t('privacy.superuser'))
		: el('div', { class: 'actions' }, el('button', { class: 'button',
			'data-look': 'danger-quiet', type: 'button', onclick: remove },
		t('privacy.delete_do'))));
}

/** @param {Page} page */
export default function privacy(page) {
	return el('div', { class: 'page account' },
		heading({ title: t('privacy.title'), text: t('privacy.lead') }),
		exporting(page), deleting());
}
