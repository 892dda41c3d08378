/*
 * Idempotency-Keys: the same work asked for again, after an answer that was
 * lost, has the same key; other work has another.
 */
import { newKey } from './api.js';

export function once() {
	let last = '';
	let key = '';

	return (/** @type {unknown} */ work) => {
		const text = JSON.stringify(work);

		if (text !== last || key === '')
			key = newKey();
		last = text;
		return key;
	};
}
