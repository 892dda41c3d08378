/* A length of time in words: "3 days, 4 hours". */
import { language, number } from './lang.js';

const UNITS = /** @type {const} */ ([['day', 86400], ['hour', 3600],
	['minute', 60], ['second', 1]]);

const write = (/** @type {number} */ count, /** @type {string} */ unit) =>
	number(count, { style: 'unit', unit, unitDisplay: 'long' });

/* The largest unit and, if there is more, the next one. */
export function duration(/** @type {number} */ seconds) {
	const first = UNITS.findIndex(([, size]) => seconds >= size);
	/** @type {string[]} */
	const words = [];
	let rest = Math.floor(seconds);

	if (first < 0)
		return write(0, 'second');
	for (const [unit, size] of UNITS.slice(first, first + 2)) {
		if (rest >= size)
			words.push(write(Math.floor(rest / size), unit));
		rest %= size;
	}
	return new Intl.ListFormat(language(), { style: 'narrow', type: 'unit' })
		.format(words);
}
