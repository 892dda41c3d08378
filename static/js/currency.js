/* ISO 4217: how many digits the minor unit of a currency has; mostly two. */
const DIGITS = new Map([
	...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
		.split(' ').map((code) => /** @type {const} */ ([code, 0])),
	...'BHD IQD JOD KWD LYD OMR TND'
		.split(' ').map((code) => /** @type {const} */ ([code, 3])),
	...'CLF UYW'.split(' ').map((code) => /** @type {const} */ ([code, 4])),
]);

/* Not those of Intl: they are the digits of prices in shops, and change. */
export const digitsOf = (/** @type {string} */ code) => DIGITS.get(code) ?? 2;
