/* Many pairs, in batches that the server takes: what came of each of them. */
import { faultText } from '../api.js';
import { bytesOf } from '../json_text.js';
import { BATCH, writeMany } from '../kv.js';
import { once } from '../once.js';

/** @typedef {import('../json_text.js').Member} Member */
/** @typedef {{mode: string, ttl: number|null}} How */

const PART_BYTES = 512 << 10;
const PART_VALUES = 30000;

/* What is wrong with a pair is no reason to ask again for it. */
const OF_VALUES = [400, 413, 422];

/** @param {any} error @returns {string} */
const reasonOf = ({ faults, message }) => faults.length > 0
	? faults.map(faultText).join(' ') : message;

/** @param {Member[]} list */
function parts(list) {
	/** @type {Member[][]} */
	const all = [];
	let room = 0;
	let values = 0;

	for (const member of list) {
		const size = bytesOf(member.name) + bytesOf(member.text);
		const last = all[all.length - 1];

		room -= size;
		values -= member.count;
		if (last === undefined || last.length === BATCH || room < 0 ||
		    values < 0) {
			all.push([member]);
			room = PART_BYTES - size;
			values = PART_VALUES - member.count;
		} else {
			last.push(member);
		}
	}
	return all;
}

export class Writing {
	#queue;
	#keyOf = once();
	written = 0;
	/** @type {string[]} */
	skipped = [];
	/** @type {{key: string, why: string}[]} */
	refused = [];
	/** @type {string|null} */
	ended = null; /* why the rest was not tried */

	/** @param {string} space @param {Member[]} list @param {How} how */
	constructor(space, list, how) {
		this.space = space;
		this.how = how;
		this.all = list.length;
		this.#queue = parts(list);
	}

	get left() {
		return this.#queue.reduce((sum, part) => sum + part.length, 0);
	}

	/*
	 * A part whose answer was lost would be in its own way. What is written
	 * over may be so twice: that needs none of the account's keys.
	 */
	/** @param {Member[]} part @param {AbortSignal} signal */
	#write(part, signal) {
		return writeMany(this.space, part.map(({ name, text }) => [name, text]),
			this.how, { signal, key: this.how.mode === 'upsert' ? undefined
				: this.#keyOf(part) });
	}

	/**
	 * On from where it stands; what is thrown was not the fault of a value.
	 * @param {AbortSignal} signal @param {() => void} tell
	 */
	async run(signal, tell) {
		while (this.#queue.length > 0 && this.ended === null) {
			const [part] = this.#queue;

			signal.throwIfAborted();
			try {
				const { written, skipped } = await this.#write(part, signal);

				this.#queue.shift();
				this.written += written.length;
				this.skipped.push(...skipped);
			} catch (error) {
				this.#take(error, part);
			}
			tell();
		}
	}

	/** @param {any} error @param {Member[]} part */
	#take(error, part) {
		if (error.code === 'exists')
			this.refused.push(...error.body.existing.map(
				(/** @type {string} */ key) => ({ key, why: error.message })));
		if (error.code === 'exists' || error.status === 507) {
			this.ended = error.message;
			return;
		}
		if (!OF_VALUES.includes(error.status))
			throw error;
		this.#queue.shift();
		if (part.length === 1) {
			this.refused.push({ key: part[0].name, why: reasonOf(error) });
			return;
		}
		/* All or none: by halves, until those stand alone that are not taken. */
		const half = Math.ceil(part.length / 2);

		this.#queue.unshift(part.slice(0, half), part.slice(half));
	}
}
