/* What arrives is what was sent: read by a parser that is not ours. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

import PostalMime from 'postal-mime';

import { BIN, dir, send, startServer } from './harness.mjs';

const server = await startServer({ size: 50 << 20 });

/* The mail as the server got it: { raw, parsed }. */
async function roundTrip(mail, settings = {}) {
	const { lines } = await send({ ...server.settings, ...settings }, mail);

	assert.deepEqual(lines, ['OK']);
	const { bytes } = server.mails.pop();
	const raw = bytes.toString('latin1');
	const lengths = raw.split('\r\n').map((line) => line.length);

	assert.ok(!/[^\r]\n|\r[^\n]/.test(raw), 'lines end in CRLF');
	assert.ok(/^[\r\n\t -~]*$/.test(raw), 'ASCII only');
	assert.ok(Math.max(...lengths) <= 78, 'no long line');
	return { raw, parsed: await PostalMime.parse(bytes) };
}

/* The two parts, decoded by the letter of RFC 2045 and 2046. */
function parts(raw) {
	const [, boundary] = raw.match(/boundary="([^"]+)"/);
	const pieces = raw.split(`\r\n--${boundary}`);

	assert.equal(pieces.length, 4);
	assert.equal(pieces[3], '--\r\n');
	return pieces.slice(1, 3).map((piece) => {
		const body = piece.slice(piece.indexOf('\r\n\r\n') + 4);
		const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g,
		    (whole, hex) => String.fromCharCode(parseInt(hex, 16)));

		assert.ok(!/[ \t]\r\n/.test(body), 'no space ends a line');
		return Buffer.from(bytes, 'latin1').toString();
	});
}

/* Line ends are CRLF on the way. */
const wire = (text) => text.replace(/\r?\n/g, '\r\n');
/* postal-mime ends every text with a newline. */
const loose = (text) => (text ?? '').replace(/\r\n/g, '\n').replace(/\s+$/, '');

const TEXTS = {
	'plain': 'Hello,\nhow are you?\n',
	'no newline at the end': 'Hello',
	'empty': '',
	'only newlines': '\n\n\n',
	'CRLF': 'one\r\ntwo\r\n',
	'lone carriage returns': 'one\rtwo\r',
	'dots at the start of lines': '.\n..\n...\n.dot\n\n.\n',
	'a dot alone ends it': 'before\n.\nQUIT\n',
	'From at the start': 'From me\n>From you\n',
	'spaces at the end of lines': 'a \nb\t\n \n\t\nc   ',
	'equals signs': '=\n=3D\na=b\n==\n=\r\n',
	'a boundary': '--=_0198-test\n--=_0198-test--\nContent-Type: x\n',
	'umlauts': 'Grüße aus Köln: äöüß ÄÖÜ\n',
	'emoji and beyond': '👩‍🚀 🇩🇪 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 – “quotes” … €\n',
	'right to left': 'שלום עולם\nمرحبا بالعالم\n',
	'Chinese, long': `${'汉字漢字'.repeat(200)}\n`,
	'controls': 'a\x01b\x07c\x1b[31mred\x1b[0m\x7f\u0085\n',
	'a line of 5000': `${'x'.repeat(5000)}\n${'y '.repeat(2500)}\n`,
	'dots in a long line': `${'.'.repeat(500)}\n`,
	'a byte order mark': 'a\ufeffb\u200b\n',
};

for (const [name, text] of Object.entries(TEXTS))
	test(`a text, byte for byte: ${name}`, async () => {
		const html = `<p title="${name}">${text}</p>\n`;
		const { raw, parsed } = await roundTrip({ text, html });

		assert.deepEqual(parts(raw), [wire(text), wire(html)]);
		assert.equal(loose(parsed.text), loose(text));
		assert.equal(loose(parsed.html), loose(html));
	});

const SUBJECTS = {
	'plain': 'Hello',
	'empty': '',
	'long, in ASCII': 'Atrium - Password recovery for user ' +
	    'somebody.with.a.long.name@a-rather-long-domain.example.com today',
	'one long word': 'x'.repeat(200),
	'many words': 'word '.repeat(100).trim(),
	'umlauts': 'Atrium – Passwort zurücksetzen für jörg@bücher.example',
	'long and Chinese': '汉字漢字'.repeat(60),
	'emoji at every split': '👩‍🚀a'.repeat(40),
	'like an encoded word': '=?UTF-8?B?aGFja2Vk?=',
	'spaces around': '  two  spaces  ',
	'header-like': 'Bcc: eve@example.com',
	'quotes and angles': '"<script>alert(1)</script>" \\ \'',
};

for (const [name, subject] of Object.entries(SUBJECTS))
	test(`a subject: ${name}`, async () => {
		const { raw, parsed } = await roundTrip({ subject });
		const headers = parsed.headers.map((header) => header.key);

		/* Blanks around it are postal-mime's to trim. */
		assert.equal(parsed.subject?.trim() ?? '', subject.trim());
		assert.deepEqual(headers.filter((key) => key === 'bcc'), []);
		assert.equal(parsed.to.length, 1);
		assert.equal(raw.match(/^Subject:/gm).length, 1);
	});

const NAMES = {
	'plain': 'Atrium',
	'two words': 'The Atrium',
	'specials': 'Atrium, Inc. (Test)',
	'quotes': 'The "Atrium" \\ Co',
	'an address': 'eve@example.com',
	'an angle': 'Bank <bank@example.com>',
	'umlauts': 'Grüße & Söhne',
	'long': `${'A.'.repeat(48)}`,
	'long and Chinese': '汉'.repeat(90),
	'like an encoded word': '=?UTF-8?Q?Bank?=',
};

for (const [name, EMAILS_FROM_NAME] of Object.entries(NAMES))
	test(`a sender's name: ${name}`, async () => {
		const { raw, parsed } = await roundTrip({}, { EMAILS_FROM_NAME });

		assert.deepEqual(parsed.from,
		    { address: 'noreply@atrium.example', name: EMAILS_FROM_NAME });
		assert.equal(raw.match(/^From:/gm).length, 1);
	});

test('PROJECT_NAME stands in for EMAILS_FROM_NAME', async () => {
	const { parsed } = await roundTrip({}, { PROJECT_NAME: 'Säule' });

	assert.equal(parsed.from.name, 'Säule');
});

test('the headers', async () => {
	const { raw } = await roundTrip({});

	assert.deepEqual(raw.split('\r\n\r\n')[0].split('\r\n'), [
		'From: Atrium <noreply@atrium.example>',
		'To: <ada@example.com>',
		'Subject: Hello',
		'Date: Sat, 21 Nov 2026 03:00:00 +0000',
		'Message-ID: <0198-test@atrium.example>',
		'MIME-Version: 1.0',
		'Auto-Submitted: auto-generated',
		'Content-Type: multipart/alternative;',
		' boundary="=_0198-test"',
	]);
});

test('a mail that is sent twice is the same mail', async () => {
	const first = await roundTrip({}), second = await roundTrip({});

	assert.equal(first.raw, second.raw);
});

test('a text that is not UTF-8 is refused', () => {
	for (const [place, words] of [['text', '"$X" h'], ['HTML', 't "$X"']]) {
		const { status, stdout } = spawnSync('sh', ['-c',
		    `X=$(printf '\\344'); exec "$SEND" a@example.com s ${words}`], {
			env: { PATH: process.env.PATH, SEND: path.join(BIN, 'tests/mail/send'),
			    ATRIUM_ENV_FILE: '/dev/null', SECRET_KEY: 'x'.repeat(32),
			    DATABASE_URL: 'mysql://a@localhost/b', MAIL_DIR: dir },
			encoding: 'utf8',
		});

		assert.equal(stdout, `INVALID: The ${place} of the mail is not UTF-8.\n`);
		assert.equal(status, 1);
	}
});
