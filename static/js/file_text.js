/*
 * The text of a chosen file, without a byte order mark. Rejects when it is not
 * UTF-8: File.text() would put U+FFFD in the place of what it cannot read.
 */
export async function readText(/** @type {File} */ file) {
	return new TextDecoder('utf-8', { fatal: true })
		.decode(await file.arrayBuffer());
}
