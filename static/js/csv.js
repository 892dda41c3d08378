/* Comma-separated values, RFC 4180: as `atrium products import` reads them. */

const FIELD = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;

/* The texts of one quoted or plain field. */
function plain(/** @type {string} */ text) {
	return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}

/**
 * Records with the lines they begin at; null when a quote is out of place.
 * @param {string} text
 * @returns {{line: number, fields: string[]}[]|null}
 */
export function readCsv(text) {
	const records = [];
	let fields = [];
	let line = 1;
	let start = 1;

	text = text.replace(/^\uFEFF/, '');
	FIELD.lastIndex = 0;
	while (FIELD.lastIndex < text.length || fields.length > 0) {
		const found = FIELD.exec(text);

		if (found === null)
			return null;
		const [whole, field, end] = found;

		fields.push(plain(field));
		line += whole.split('\n').length - 1;
		if (end === ',')
			continue;
		if (fields.length > 1 || fields[0] !== '')
			records.push({ line: start, fields });
		fields = [];
		start = line;
	}
	return records;
}
