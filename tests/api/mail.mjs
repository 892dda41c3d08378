/*
 * The mails that the runner wrote as files, read as a mail program would:
 * RFC 5322 headers, RFC 2047 words, RFC 2045 encodings, RFC 2046 parts.
 */
import fs from 'node:fs';
import path from 'node:path';

import { sleep, stack } from './stack.mjs';

const WAIT_S = 10;
const known = new Map();

function quotedPrintable(text, isHeader) {
	const joined = isHeader ? text.replace(/_/g, ' ') : text.replace(/=\r?\n/g, '');

	return Buffer.from(joined.replace(/=([0-9A-Fa-f]{2})/g,
	    (_, code) => String.fromCharCode(parseInt(code, 16))), 'latin1');
}

function decodeWords(text) {
	return text.replace(/\?=\s+=\?/g, '?==?')
	    .replace(/=\?([^?]+)\?([BQbq])\?([^?]*)\?=/g, (_, charset, how, word) => {
		if (charset.toLowerCase() !== 'utf-8')
			throw new Error(`charset ${charset}`);
		return (how.toLowerCase() === 'b' ? Buffer.from(word, 'base64') :
		    quotedPrintable(word, true)).toString();
	});
}

function split(text) {
	const end = text.search(/\r?\n\r?\n/);
	const head = text.slice(0, end).replace(/\r?\n[ \t]+/g, ' ');
	const lines = head.split(/\r?\n/).map((line) => {
		const i = line.indexOf(':');

		return [line.slice(0, i).toLowerCase(), line.slice(i + 1).trim()];
	});

	/* An address that is not of ASCII stands there as it is (RFC 6532). */
	return { lines, headers: Object.fromEntries(lines.map(([name, value]) =>
		[name, decodeWords(Buffer.from(value, 'latin1').toString())])),
	body: text.slice(end).replace(/^\r?\n\r?\n/, '') };
}

function decodeBody({ headers, body }) {
	switch ((headers['content-transfer-encoding'] ?? '7bit').toLowerCase()) {
	case 'base64':
		return Buffer.from(body, 'base64').toString();
	case 'quoted-printable':
		return quotedPrintable(body, false).toString();
	default:
		return Buffer.from(body, 'latin1').toString();
	}
}

const unescape = (html) => html.replace(/&lt;/g, '<').replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"').replace(/&#x?(\w+);/g, (all, n) => String.fromCharCode(
	all[2] === 'x' ? parseInt(n, 16) : Number(n))).replace(/&amp;/g, '&');

/* {headers, raw, parts, text, html, links}; links from the HTML part. */
export function parseMail(raw) {
	const top = split(raw);
	const boundary = top.headers['content-type']?.match(/boundary="?([^";]+)"?/)?.[1];
	const parts = boundary ? top.body.split(new RegExp(`\\r?\\n?--${boundary
	    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?:--)?[ \\t]*\\r?\\n?`))
	    .slice(1, -1).map(split) : [top];
	const part = (type) => {
		const found = parts.find((p) => p.headers['content-type']?.startsWith(type));

		return found && decodeBody(found);
	};
	const html = part('text/html');

	return { raw, headers: top.headers, lines: top.lines, parts, html,
		text: part('text/plain'),
		links: [...(html ?? '').matchAll(/href="([^"]*)"/g)]
		    .map((m) => unescape(m[1])) };
}

function readAll(folder) {
	const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];

	return names.filter((name) => name.endsWith('.eml')).sort().map((name) => {
		const file = path.join(folder, name);

		if (!known.has(file))
			known.set(file, parseMail(fs.readFileSync(file, 'latin1')));
		return known.get(file);
	});
}

const addressOf = (to) => (to.match(/<([^>]*)>/)?.[1] ?? to).trim();

/* What has come for that address, oldest first. */
export function mailsTo(address, on = stack) {
	return readAll(path.join(on.dir, 'mail'))
	    .filter((mail) => addressOf(mail.headers.to ?? '') === address)
	    .sort((a, b) => Date.parse(a.headers.date) - Date.parse(b.headers.date));
}

/* The nth mail for that address, once it is there. */
export async function mailTo(address, nth = 1, on = stack) {
	const end = Date.now() + WAIT_S * 1000;

	for (;;) {
		const mails = mailsTo(address, on);

		if (mails.length >= nth)
			return mails[nth - 1];
		if (Date.now() > end)
			throw new Error(`mail ${nth} to ${address}: none in ${WAIT_S} s`);
		await sleep(20);
	}
}

/* The token in the link of a mail about a password. */
export function tokenOf(mail, host) {
	const link = mail.links.find((text) => text.startsWith(`${host}/reset-password?`));

	if (!link)
		throw new Error(`no link in ${mail.html}`);
	return new URL(link).searchParams.get('token');
}
