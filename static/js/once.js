/*
 * Idempotency-Keys: the same work asked for again, after an answer that was
 * lost, has the same key; other work has another.
 */

function fresh() {
	return [...crypto.getRandomValues(new Uint8Array(16))]
		.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function once() {
	let last = '';
	let key = '';

	return (/** @type {unknown} */ work) => {
		const text = JSON.stringify(work);

		if (text !== last || key === '')
			key = fresh();
		last = text;
		return key;
	};
}
