/*
 * 2,000 texts that programs stumble over, each 1 to 512 bytes of UTF-8 without
 * U+0000, no two alike, the same in each run: as names, as values, in paths.
 */
const text = (...points) => String.fromCodePoint(...points);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/* One character, alone and between others. */
const around = (c) => [c, `a${c}b`, `${c}x`, `x${c}`, `${c}${c}`];

const CONTROLS = [...range(1, 31), 127, ...range(0x80, 0x9f)].map((c) => text(c)).flatMap(around);

/* Blanks, joiners, directions, marks that are not seen, ends of ranges. */
const INVISIBLE = [0x20, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x1680, 0x180e, ...range(0x2000, 0x200f),
	...range(0x2028, 0x202f), 0x205f, ...range(0x2060, 0x206f), 0x2800, 0x3000, 0x3164, 0xfeff,
	0xffa0, 0xfff9, 0xfffb, 0xfffc, 0xfffd, 0xfffe, 0xffff, 0xd7ff, 0xe000, 0xf8ff, 0xfdd0,
	0x1d173, 0x1fffe, 0x1ffff, 0xe0001, 0xe007f, 0xe0100, 0xf0000, 0x10fffd, 0x10fffe, 0x10ffff]
    .map((c) => text(c)).flatMap(around);

const PUNCTUATION = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'].flatMap(around);

const SCRIPTS = ['\u0645\u0631\u062d\u0628\u0627', '\u05e9\u05dc\u05d5\u05dd', 'a\u202egnp.exe',
	'\u202dabc\u202c', '\u2066abc\u2069', '\u200fabc', 'abc\u0627\u0628\u062adef',
	'\u0627\u0644\u0640\u0640\u0640', '\ufdfd', '\ufdfa', '\u4f60\u597d', '\u7530\u4e2d\u3055\u3093',
	'\uc0ac\ud68c\uacfc\ud559\uc6d0', '\u0e04\u0e31\u0e19', '\u0939\u093f\u0928\u094d\u0926\u0940',
	'\u1100\u1161\u11a8', '\uac01', '\u{20000}\u{2a6d6}', '\u{1d4b3}\u{1d4b4}', '\u01c4\u01c5\u01c6',
	'\u0130', '\u0131', 'i\u0307', 'I', 'i', '\u1e9e', '\u00df', 'ss', 'SS', '\u017f', 's', 'S', '\u212a',
	'k', 'K', '\u03c2', '\u03c3', '\u03a3', '\ufb01', 'fi', '\u00e5', 'a\u030a', '\u212b', '\u00e9',
	'e\u0301', 'e\u0301\u0323', 'e\u0323\u0301', '\u1e0b\u0323', '\u1e0d\u0307', 'a', 'A', '\u00e1', '\u0430',
	'\u2160', '\u2460', '1', '\u0661', '\uff11', '\uff21', '\uff41', '\u3042', '\u30a2', '\uff71'];

const EMOJI = ['\u{1f600}', '\u{1f601}', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}',
	'\u{1f1e9}\u{1f1ea}', '\u{1f1e9}', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
	'1\ufe0f\u20e3', '#\ufe0f\u20e3', '\u2764\ufe0f', '\u2764\ufe0e', '\u2764', '\u{1f44d}\u{1f3fd}',
	'\u{1f44d}', '\u{1f3f3}\ufe0f\u200d\u{1f308}', '\u{1f9d1}\u{1f3fb}\u200d\u{1f91d}\u200d\u{1f9d1}\u{1f3ff}',
	'\u{1f469}\u200d\u2764\ufe0f\u200d\u{1f48b}\u200d\u{1f468}', '\u200d', '\ufe0f', '\u{1f3fb}']
    .flatMap((e) => [e, e.repeat(3), `a${e}`, `${e}a`]);

/* Marks upon marks. */
const MARKS = range(0x300, 0x36f).flatMap((c) => [text(c), `o${text(c)}`, `z${text(c).repeat(200)}`])
    .concat(range(1, 60).map((n) => `Z${range(0, n).map((i) =>
	    text(0x300 + (i * 7) % 0x70)).join('')}`));

const INJECTIONS = ["' OR '1'='1", "'; DROP TABLE kv_values; --", '" OR ""="', "1' UNION SELECT 1,2 -- ",
	"\\'; --", "admin'--", "' AND SLEEP(5) #", '%27', "x' AND 1=(SELECT COUNT(*) FROM users); --",
	'\\', '\\\\', '\\"', '\\u0000', '\\x00', '\\0', '\x1a', '$(reboot)', '`id`', '; ls -la', '| cat /etc/passwd',
	'&& true', '$IFS', '${HOME}', '$((1+1))', '> /dev/null', '\n/bin/true\n', '-rf', '--help',
	'<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "javascript:alert('x')",
	'<!--', '-->', ']]>', '<![CDATA[', '<?xml version="1.0"?>', '&lt;&amp;&#0;', '</title>', '<svg/onload=1>',
	'{{7*7}}', '${7*7}', '#{7*7}', '<%= 1 %>', '{% raw %}', '{{{x}}}', '%s%s%s%n', '%x%x', '%99999d', '%n',
	'${jndi:ldap://x/y}', '*)(uid=*))(|(uid=*', "' or '1'='1' or ''='", '=1+1', '+1', '-1', '@SUM(1)',
	'=cmd|\' /C calc\'!A0', '\r\nSet-Cookie: a=b', 'x\r\n\r\nHTTP/1.1 200 OK', '*1\r\n$4\r\nPING\r\n',
	'*3\r\n$3\r\nSET\r\n', '$-1\r\n', 'FLUSHALL\r\n', '+OK', '-ERR', ':1', "redis.call('FLUSHALL')", "']); os.exit()--",
	'box.space', 'return 1', '{"$gt":""}', '{"a":1}', '[1,2]', '{', '}', '[', ']', '"', '""', '"a"', "'", "''",
	',', ':', 'null', 'true', 'false', 'undefined', 'NaN', 'Infinity', '-Infinity', '0', '-0', '00', '1', '1.0', '1e5',
	'0x10', '1_000', '123456789012345678901234567890', '2147483648', '-2147483649', '9223372036854775808',
	'__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'then',
	'COM1', 'CON', 'nul', 'AUX.txt', 'a\tb', 'a,b', 'a;b', 'a=b', 'a&b', 'a b ', ' a b', '  ', '\t', 'a\u00a0'];

const PATHS = ['.', '..', '...', './', '../', '/..', '/.', '/', '//', '///', 'a/b', '/a', 'a/', '/a/', 'a//b', 'a/./b',
	'a/../b', '../b', '../../b', '../../../b', '../../../../b', '../../../../../b', '../../../../../../etc/passwd',
	'..\\..\\x', 'C:\\x', '\\\\host\\x', 'file:///etc/passwd', 'http://x/', '~', '~root', '.git', '.env', 'read', 'write',
	'delete', 'spaces', '?', '?a=b', 'a?b', '#', '#a', 'a#b', ';a', 'a;b=c', 'a:b', '@', '*', '%', '%%', '%2', '%zz',
	'%00', '%2e', '%2e%2e', '%2E%2E%2F', '%2f', '%252f', '%25', 'a%', 'a%2', '%c0%af', '%ff', '%u2215', '+', 'a+b', '&',
	'..;/', '..%00/', '\u2215', '\u2024\u2024/', '\uff0e\uff0e\uff0f', '{key}', '{space}', 'index.html', '/api/v1/kv/~/',
	'..%2f..%2f', 'api', 'robots.txt', '.well-known/jwks.json', '/healthz', '-/exports'];

const bytes = (s) => Buffer.byteLength(s);

/* As long as it may be, of characters of 1, 2, 3 and 4 bytes. */
const LONG = ['a', '\u00e9', '\u4f60', '\u{1f600}', '%', '/', '"', '\\', '\x01', ' ', '.', '~', '\u0301', '\u200b']
    .flatMap((c) => [512, 511, 510, 509, 256, 255].map((n) => c.repeat(Math.floor(n / bytes(c))))
	    .map((s, i) => s + 'x'.repeat([512, 511, 510, 509, 256, 255][i] - bytes(s))));

/* mulberry32 */
function random(seed) {
	return () => {
		seed = seed + 0x6d2b79f5 | 0;
		let t = Math.imul(seed ^ seed >>> 15, 1 | seed);

		t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
		return ((t ^ t >>> 14) >>> 0) / 4294967296;
	};
}

/* Anything, of any plane. */
function* noise() {
	const next = random(20261121);
	const LIMITS = [0x7f, 0xff, 0x7ff, 0xffff, 0x10ffff];

	for (;;) {
		const limit = LIMITS[Math.floor(next() * LIMITS.length)];
		let s = '';

		for (let left = 1 + Math.floor(next() * 40); left > 0; left--) {
			const c = 1 + Math.floor(next() * limit);

			s += c >= 0xd800 && c <= 0xdfff ? '\ud7ff' : text(c);
		}
		yield s;
	}
}

export const COUNT = 2000;

function* all() {
	yield* INJECTIONS;
	yield* PATHS;
	yield* SCRIPTS;
	yield* EMOJI;
	yield* LONG;
	yield* PUNCTUATION;
	yield* CONTROLS;
	yield* INVISIBLE;
	yield* MARKS;
	yield* noise();
}

function collect() {
	const found = new Set();

	for (const s of all()) {
		if (s !== '' && !s.includes('\0') && bytes(s) <= 512 && s.isWellFormed?.() !== false)
			found.add(s);
		if (found.size === COUNT)
			break;
	}
	return [...found];
}

export const HOSTILE = collect();
