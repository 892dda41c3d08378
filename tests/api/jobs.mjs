/*
 * Tasks of any state in the table, for the tests of who looks after them.
 */
import { randomUUID } from 'node:crypto';
import { api, hex, unique } from './client.mjs';
import { sql } from './stack.mjs';

let seconds = 0;

/* As the server makes them, each newer than the one before. */
function newId() {
	const ms = (Date.now() + 1000 * seconds++).toString(16).padStart(12, '0');
	const tail = randomUUID().replace(/-/g, '').slice(13);
	const text = `${ms}7${tail}`;

	return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const text = (value) => value === null ? 'NULL' : `X'${Buffer.from(value).toString('hex')}'`;

/* Of tomorrow, so that no runner touches it; `failed` is one that waits again. */
export function putTask(state, { kind = `x-${unique()}`, args = '{}', error = null,
	attempts = state === 'queued' ? 0 : 3, to = null } = {}) {
	const id = newId(), running = state === 'running';

	sql(`INSERT INTO tasks (id, kind, args, state, attempts, run_at, lease_until, runner,
	    last_error, created_at, recipient, recipient_key) VALUES (${hex(id)}, ${text(kind)},
	    ${text(args)}, '${state === 'failed' ? 'queued' : state}', ${attempts},
	    UTC_TIMESTAMP(6) + INTERVAL 1 DAY,
	    ${running ? 'UTC_TIMESTAMP(6) + INTERVAL 1 DAY' : 'NULL'},
	    ${running ? hex(id) : 'NULL'}, ${text(error)}, UTC_TIMESTAMP(6), ${text(to)},
	    ${text(to === null ? null : to.toLowerCase())})`);
	return id;
}

export const STATES = ['queued', 'running', 'done', 'failed', 'dead', 'cancelled'];

export const get = (who, path, query = {}) =>
	api('GET', `/admin/${path}?${new URLSearchParams(query)}`, { token: who.token });
export const post = (who, path) => api('POST', `/admin/${path}`, { token: who.token });
