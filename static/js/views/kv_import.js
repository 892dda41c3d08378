/* A JSON object, from a file or typed, as keys and values of a space. */
import { open } from '../dialog.js';
import { el, fill } from '../dom.js';
import { readText } from '../file_text.js';
import { field, FieldError, form } from '../form.js';
import { members } from '../json_text.js';
import { keyText } from '../kv.js';
import { n, number, t } from '../lang.js';
import { Progress } from './kv_progress.js';
import { Writing } from './kv_write.js';

/** @typedef {import('./kv_write.js').How} How */
/** @typedef {import('../json_text.js').Member} Member */

const MODES = ['upsert', 'insert', 'strict_insert'];
const SHOWN = 100;

/** @param {string} text @param {'good'|'bad'|null} tone */
const notice = (text, tone) => el('p', { class: 'notice', 'data-tone': tone,
	role: tone === 'bad' ? 'alert' : 'status' }, text);

/** @param {string} title @param {[key: string, why: string][]} rows */
function listed(title, rows) {
	return rows.length > 0 && el('details', { class: 'kv-report' },
		el('summary', {}, title),
		el('ul', { class: 'kv-listed', tabindex: '0', 'aria-label': title },
			rows.slice(0, SHOWN).map(([key, why]) => el('li', {}, keyText(key),
				why !== '' && el('span', { class: 'hint' }, ` ${why}`))),
			rows.length > SHOWN && el('li', { class: 'hint' },
				n('kv.more_rows', rows.length - SHOWN))));
}

/** @param {Writing} work */
function report(work) {
	return [
		el('dl', { class: 'kv-counts' }, [
			['written', work.written], ['skipped', work.skipped.length],
			['refused', work.refused.length], ['untried', work.left]]
			.map(([key, count]) => el('div', {}, el('dt', {}, t(`kv.${key}`)),
				el('dd', {}, number(Number(count)))))),
		listed(t('kv.skipped_keys'), work.skipped.map((key) => [key, ''])),
		listed(t('kv.refused_keys'), work.refused.map(({ key, why }) =>
			[key, why])),
	];
}

/* How it went, in one sentence. */
/** @param {Writing} work @param {boolean} isStopped @param {Error|null} error */
function outcome(work, isStopped, error) {
	if (isStopped)
		return notice(t('kv.import_stopped'), 'bad');
	if (error !== null)
		return notice(error.name === 'ApiError' ? error.message
			: t('state.failed_text'), 'bad');
	if (work.ended !== null)
		return notice(work.ended, 'bad');
	return notice(n('kv.imported', work.written),
		work.refused.length > 0 ? null : 'good');
}

/* Runs what is left of it; then says how it went, and goes on if wanted. */
/** @param {HTMLElement} place @param {Writing} work
 *  @param {() => void} close @param {AbortSignal} closed */
async function run(place, work, close, closed) {
	const stop = new AbortController();
	const progress = new Progress(t('kv.import'), () => stop.abort());
	const tell = () => progress.show(work.all - work.left, work.all,
		t('kv.import_done', { done: number(work.all - work.left),
			all: number(work.all) }));
	/** @type {any} */
	let error = null;

	closed.addEventListener('abort', () => stop.abort());
	fill(place, progress.node);
	tell();
	try {
		await work.run(stop.signal, tell);
	} catch (thrown) {
		error = thrown;
		if (!stop.signal.aborted && error.name !== 'ApiError')
			console.error(error);
	}
	const again = work.left > 0 && work.ended === null && el('button',
		{ class: 'button', type: 'button', onclick: () =>
			run(place, work, close, closed) }, t('kv.import_go_on'));
	const done = el('button', { class: 'button', type: 'button',
		'data-look': again ? 'quiet' : null, onclick: close },
	t('action.close'));

	fill(place, outcome(work, stop.signal.aborted, error), report(work),
		el('div', { class: 'actions' }, again, done));
	(again || done).focus();
}

/** @param {File} file */
async function textOf(file) {
	try {
		return await readText(file);
	} catch {
		throw new FieldError('file', t('import.unreadable'));
	}
}

/** @param {HTMLInputElement} input @param {string} pasted
 *  @returns {Promise<Member[]>} */
async function read(input, pasted) {
	const file = input.files?.[0];
	const where = file ? 'file' : 'pasted';

	if (!file && pasted.trim() === '')
		throw new FieldError('pasted', t('kv.import_nothing'));
	const { fault, list } = members(file ? await textOf(file) : pasted);

	if (fault)
		throw new FieldError(where, t('kv.fault', { line: fault.line,
			column: fault.column, what: t(`kv.json.${fault.code}`) }));
	if (list.length === 0)
		throw new FieldError(where, t('kv.import_empty'));
	return list;
}

/** @param {(list: Member[], how: How) => void} begin */
function importForm(begin) {
	const file = field({ name: 'file', label: t('kv.file'), type: 'file',
		accept: '.json,application/json', optional: true });
	const input = /** @type {HTMLInputElement} */ (file.querySelector('input'));

	return form({ action: t('kv.import_start'), fields: [
		el('p', {}, t('kv.import_text')), file,
		field({ name: 'pasted', label: t('kv.pasted'), type: 'textarea',
			spellcheck: 'false', autocomplete: 'off', optional: true,
			placeholder: '{"key": {"any": "JSON"}}' }),
		el('div', { class: 'fields-row' },
			field({ name: 'mode', label: t('kv.mode'), type: 'select',
				options: MODES.map((mode) => [mode, t(`kv.mode_${mode}`)]) }),
			field({ name: 'ttl', label: t('kv.ttl'), type: 'number',
				empty: 'null', optional: true, hint: t('kv.ttl_hint') })),
	], submit: async ({ pasted, mode, ttl }) => {
		if (typeof ttl === 'string' || (ttl !== null && ttl < 1))
			throw new FieldError('ttl', t('kv.ttl_hint'));
		begin(await read(input, pasted), { mode, ttl });
	} });
}

/* True when something may have been written. */
export async function askImport(/** @type {string} */ space) {
	const closed = new AbortController();
	const place = el('div', { class: 'kv-work' });
	/** @type {Writing|null} */
	let work = null;

	fill(place, importForm((list, how) => {
		work = new Writing(space, list, how);
		run(place, work, dialog.close, closed.signal);
	}));
	const dialog = open({ title: t('kv.import'), body: place, wide: true });

	await dialog.closed;
	closed.abort();
	return work !== null;
}
