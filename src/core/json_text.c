/*
 * Strings in and out of their JSON form: the only two loops that know what a
 * backslash stands for.
 */
#include "core/json_scan.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
json_hex4(const char *p)
{
	int value = 0, i, digit;

	for (i = 0; i < 4; i++) {
		digit = hex_digit(p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

static void
put_code_point(struct buf *b, unsigned c)
{
	char out[4];
	size_t n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
	} else if (c < 0x800) {
		out[n++] = (char)(0xC0 | c >> 6);
	} else if (c < 0x10000) {
		out[n++] = (char)(0xE0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	} else {
		out[n++] = (char)(0xF0 | c >> 18);
		out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	}
	if (c >= 0x80)
		out[n++] = (char)(0x80 | (c & 0x3F));
	buf_put(b, out, n);
}

/* The one escape at p, which is known to be good; returns what follows it. */
static const char *
unescape_one(struct buf *b, const char *p)
{
	static const char stands_for[128] = {['"'] = '"',
	    ['\\'] = '\\',
	    ['/'] = '/',
	    ['b'] = '\b',
	    ['f'] = '\f',
	    ['n'] = '\n',
	    ['r'] = '\r',
	    ['t'] = '\t'};
	unsigned c, low;

	if (p[1] != 'u') {
		buf_putc(b, stands_for[p[1] & 0x7F]);
		return p + 2;
	}
	c = (unsigned)json_hex4(p + 2);
	if (c < 0xD800 || c > 0xDBFF) {
		put_code_point(b, c);
		return p + 6;
	}
	low = (unsigned)json_hex4(p + 8);
	put_code_point(b, 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
	return p + 12;
}

void
json_unescape(struct buf *b, const char *p, size_t n)
{
	const char *end = p + n, *run;

	while (p < end) {
		for (run = p; p < end && *p != '\\'; p++)
			continue;
		buf_put(b, run, (size_t)(p - run));
		if (p < end)
			p = unescape_one(b, p);
	}
}

/* 0 for what stands for itself, 'u' for what has no short form. */
static const char escape_of[256] = {['"'] = '"',
    ['\\'] = '\\',
    ['\b'] = 'b',
    ['\f'] = 'f',
    ['\n'] = 'n',
    ['\r'] = 'r',
    ['\t'] = 't',
    [0x00 ... 0x07] = 'u',
    [0x0B] = 'u',
    [0x0E ... 0x1F] = 'u'};

static void
put_escape(struct buf *b, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	char out[6] = {'\\', escape_of[c], '0', '0'};

	if (out[1] != 'u') {
		buf_put(b, out, 2);
		return;
	}
	out[4] = digits[c >> 4];
	out[5] = digits[c & 15];
	buf_put(b, out, 6);
}

void
json_quote(struct buf *b, const char *text, size_t n)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + n;
	const unsigned char *run = p;

	buf_putc(b, '"');
	for (; p < end; p++) {
		if (escape_of[*p] == 0)
			continue;
		buf_put(b, run, (size_t)(p - run));
		put_escape(b, *p);
		run = p + 1;
	}
	buf_put(b, run, (size_t)(p - run));
	buf_putc(b, '"');
}
