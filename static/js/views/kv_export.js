/* All keys with one beginning as a JSON file: each value as it was written. */
import { download } from '../copy.js';
import { open } from '../dialog.js';
import { el, fill } from '../dom.js';
import { BATCH, keys, keyText, readMany, spaceTitle } from '../kv.js';
import { bytes, n, number, rich, t } from '../lang.js';
import { Progress } from './kv_progress.js';

/** @typedef {import('../kv.js').Key} Key */
/** @typedef {(done: number, all: number, text: string) => void} Tell */

const PART_BYTES = 4 << 20; /* of one answer */
const PATIENCE_MS = 180000; /* for it, on a slow line */

/** @param {string} space @param {string} prefix
 *  @param {AbortSignal} signal @param {Tell} tell */
async function listAll(space, prefix, signal, tell) {
	/** @type {Key[]} */
	const all = [];
	/** @type {string|null|undefined} */
	let cursor;

	do {
		const page = await keys(space, { prefix, cursor, limit: BATCH }, signal);

		all.push(...page.data);
		cursor = page.next;
		tell(0, 1, n('kv.export_listed', all.length));
	} while (cursor);
	return all;
}

/* As many at once as one answer holds. */
/** @param {Key[]} rows */
function parts(rows) {
	/** @type {string[][]} */
	const all = [];
	let room = 0;

	for (const { key, size } of rows) {
		const last = all[all.length - 1];

		if (last === undefined || last.length === BATCH || size > room) {
			all.push([key]);
			room = PART_BYTES - size;
		} else {
			last.push(key);
			room -= size;
		}
	}
	return all;
}

/** @param {string} space @param {string} prefix
 *  @param {AbortSignal} signal @param {Tell} tell */
async function readAll(space, prefix, signal, tell) {
	const rows = await listAll(space, prefix, signal, tell);
	/** @type {string[]} */
	const lines = [];
	let done = 0;

	for (const part of parts(rows)) {
		const values = await readMany(space, part,
			{ signal, patience: PATIENCE_MS });

		for (const [key, text] of values)
			lines.push(`  ${JSON.stringify(key)}: ${text}`);
		done += part.length;
		tell(done, rows.length, t('kv.export_read', { done: number(done),
			all: number(rows.length) }));
	}
	return { text: lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`,
		count: lines.length };
}

/** @param {string} space */
function fileName(space) {
	const day = new Date().toISOString().slice(0, 10);

	return `atrium-${space === '~' ? 'own' : space}-${day}.json`;
}

/** @param {string} text @param {'good'|'bad'} tone */
const notice = (text, tone) => el('p', { class: 'notice', 'data-tone': tone,
	role: tone === 'bad' ? 'alert' : 'status' }, text);

/** @param {HTMLElement} place @param {string} space @param {string} prefix
 *  @param {AbortController} stop */
async function run(place, space, prefix, stop) {
	const progress = new Progress(t('kv.export'), () => stop.abort());

	fill(place, progress.node);
	try {
		const { text, count } = await readAll(space, prefix, stop.signal,
			(...how) => progress.show(...how));

		download(fileName(space), text);
		fill(place, notice(`${n('kv.exported', count)} ${bytes(
			new Blob([text]).size)}.`, 'good'));
	} catch (error) {
		const isOurs = /** @type {Error} */ (error).name === 'ApiError';

		if (!stop.signal.aborted && !isOurs)
			console.error(error);
		fill(place, notice(stop.signal.aborted ? t('kv.export_stopped')
			: isOurs ? /** @type {Error} */ (error).message
				: t('state.failed_text'), 'bad'));
	}
}

/** @param {string} space @param {string} prefix */
export async function askExport(space, prefix) {
	const stop = new AbortController();
	const place = el('div', { class: 'kv-work' },
		el('p', {}, prefix === '' ? rich('kv.export_all', {
			space: el('bdi', {}, spaceTitle(space)) })
			: rich('kv.export_some', { prefix: keyText(prefix) })),
		el('p', { class: 'hint' }, t('kv.export_hint')),
		el('div', { class: 'actions' }, el('button', { class: 'button',
			type: 'button', autofocus: true, onclick: () => run(place, space,
				prefix, stop) }, t('kv.export_start'))));
	const dialog = open({ title: t('kv.export'), body: place });

	await dialog.closed;
	stop.abort();
}
