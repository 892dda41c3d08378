/*
 * The key-value spaces, for the views of them. Values are texts here from the
 * server to the editor and back; see json_text.js.
 */
import * as api from './api.js';
import { el } from './dom.js';
import { t } from './lang.js';
import { members } from './json_text.js';

/** @typedef {import('./types.js').Schemas['KvSpace']} Space */
/** @typedef {import('./types.js').Schemas['KvKey']} Key */
/** @typedef {{text: string}} Value */
/** @typedef {[key: string, text: string]} Pair */

export const OWN = '~';
export const VALUE_MAX = 65536;
export const BATCH = 1000;
const SPACES_MAX = 1000;
const ONE = '/kv/{space}/{key}';

/* Not seen, or seen as something else: shown by their numbers. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;

/* A key as text that tells "a" from "a" with something invisible behind it. */
export function keyText(/** @type {string} */ key) {
	return el('bdi', { class: 'kv-key' }, [...key].map((c) => UNSEEN.test(c)
		? el('span', { class: 'kv-unseen' }, `\\u{${
			/** @type {number} */ (c.codePointAt(0)).toString(16)}}`) : c));
}

export const spaceTitle = (/** @type {string} */ space) =>
	space === OWN ? t('kv.own') : space;

export const spaceHref = (/** @type {string} */ space) =>
	`/kv/${encodeURIComponent(space)}`;

/* Behind a "?": browsers take "." and ".." out of a path, escaped or not. */
/** @param {string} space @param {string} key */
export const valueHref = (space, key) =>
	`${spaceHref(space)}/value?key=${encodeURIComponent(key)}`;

/** @param {AbortSignal} signal @returns {Promise<Space[]>} */
export async function spaces(signal) {
	return (await api.get('/kv/', { signal, query: { limit: SPACES_MAX } })).data;
}

/** @param {string} name @param {AbortSignal} signal */
export async function spaceOf(name, signal) {
	const found = (await spaces(signal)).find(({ space }) => space === name);

	if (found === undefined)
		throw new api.ApiError(t('kv.no_space'), { status: 404 });
	return found;
}

/**
 * @param {string} space
 * @param {{prefix?: string, cursor?: string|null, limit?: number}} query
 * @param {AbortSignal} [signal]
 */
export function keys(space, { prefix, cursor, limit }, signal) {
	return api.get('/kv/{space}/', { signal, path: { space },
		query: { prefix, limit, cursor: cursor ?? undefined } });
}

/** @param {string} space @param {string} key @param {AbortSignal} [signal] */
export async function facts(space, key, signal) {
	const { data } = await keys(space, { prefix: key, limit: 1 }, signal);

	return data[0]?.key === key ? data[0] : undefined;
}

/** @param {string} space @param {string[]} names
 *  @param {{signal?: AbortSignal, patience?: number}} [how] */
export async function readMany(space, names, how = {}) {
	const { text } = await api.request('POST', '/kv/{space}/read',
		{ ...how, path: { space }, json: { keys: names }, text: true });
	const data = members(text).list.find(({ name }) => name === 'data');

	return new Map(members(data?.text ?? '{}').list.map(
		(value) => [value.name, value.text]));
}

/**
 * All of the pairs or none.
 * @param {string} space @param {Pair[]} pairs
 * @param {{mode?: string, ttl?: number|null}} [how]
 * @param {{signal?: AbortSignal, key?: string}} [options]
 * @returns {Promise<{written: string[], skipped: string[]}>}
 */
export function writeMany(space, pairs, { mode = 'upsert', ttl } = {},
	options = {}) {
	const data = pairs.map(([key, text]) => `${JSON.stringify(key)}:${text}`);
	const life = ttl ? `,"ttl_s":${ttl}` : '';

	return api.request('POST', '/kv/{space}/write', { ...options, path: { space },
		raw: `{"data":{${data.join()}},"mode":${JSON.stringify(mode)}${life}}` });
}

/** @param {string} space @param {string[]} names */
export function removeMany(space, names) {
	return api.post('/kv/{space}/delete',
		{ path: { space }, json: { keys: names } });
}

/*
 * Keys that no browser, or no nginx, leaves in a path as they are: these are
 * read and written by the lists of keys, with the version that those tell.
 */
const isPathless = (/** @type {string} */ key) =>
	key.split('/').some((part) => part === '.' || part === '..');

/** @type {WeakMap<Value, number>} */
const versions = new WeakMap();

/** @param {string} space @param {string} key @param {AbortSignal} [signal] */
async function readPathless(space, key, signal) {
	const row = await facts(space, key, signal);
	const text = (await readMany(space, [key], { signal })).get(key);

	if (row === undefined || text === undefined)
		throw new api.ApiError(t('kv.no_value'), { status: 404 });
	const value = { text };

	versions.set(value, row.version);
	return value;
}

const changed = () =>
	new api.ApiError(t('errors.match'), { status: 412, code: 'match' });

/** @param {string} space @param {string} key @param {Value} was */
async function needVersion(space, key, was) {
	if ((await facts(space, key))?.version !== versions.get(was))
		throw changed();
}

/**
 * A 404 when there is none.
 * @param {string} space @param {string} key @param {AbortSignal} [signal]
 * @returns {Promise<Value>}
 */
export function read(space, key, signal) {
	return isPathless(key) ? readPathless(space, key, signal)
		: api.request('GET', ONE, { signal, path: { space, key }, text: true });
}

/**
 * A 412 when `was` is not what is there; null is nothing.
 * @param {string} space @param {string} key @param {string} text
 * @param {Value|null} was
 * @returns {Promise<Value>}
 */
export async function write(space, key, text, was) {
	if (!isPathless(key))
		return api.request('PUT', ONE, { path: { space, key }, raw: text,
			text: true, match: was ?? 'none' });
	if (was)
		await needVersion(space, key, was);
	try {
		await writeMany(space, [[key, text]],
			{ mode: was === null ? 'strict_insert' : 'upsert' });
	} catch (error) {
		if (error instanceof api.ApiError && error.code === 'exists')
			throw changed();
		throw error;
	}
	return readPathless(space, key);
}

/** @param {string} space @param {string} key @param {Value} [was] */
export async function remove(space, key, was) {
	if (!isPathless(key)) {
		await api.request('DELETE', ONE, { path: { space, key }, match: was });
		return;
	}
	if (was)
		await needVersion(space, key, was);
	await removeMany(space, [key]);
}
