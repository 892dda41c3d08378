/*
 * Money as people write it, "12.50" or "12,50", and as the API has it: minor
 * units of a currency.
 */
import { digitsOf, language } from './lang.js';

/* null: it is no amount. */
/** @param {string} text @param {string} currency */
export function readPrice(text, currency) {
	const digits = digitsOf(currency);
	const found = /^\s*(\d{1,13})(?:[.,](\d+))?\s*$/.exec(text);

	if (found === null || (found[2] ?? '').length > digits)
		return null;
	return Number(found[1] + (found[2] ?? '').padEnd(digits, '0'));
}

/** @param {number} minor @param {string} currency */
export function writePrice(minor, currency) {
	const digits = digitsOf(currency);

	return new Intl.NumberFormat(language(), { useGrouping: false,
		minimumFractionDigits: digits, maximumFractionDigits: digits })
		.format(minor / 10 ** digits);
}
