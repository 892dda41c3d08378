/* The encodings of a message: folded headers, encoded words (RFC 2047), and
 * quoted-printable (RFC 2045). */
#include <stdint.h>
#include <string.h>

#include "core/utf8.h"
#include "services/message.h"

enum {
	COLUMNS = 78,
	WORD_BYTES = 45,  /* of an encoded word, which has 75 columns at most */
	WORD_FRAME = 12,  /* =?UTF-8?B? and ?= */
	CHARACTER = 4,    /* bytes of one, at most */
	QUOTED_NAME = 34, /* a longer one, all escaped, may not fit its line */
	QUOTED_LINE = 75, /* and the = of a soft line break */
};

static size_t
column(const struct buf *b)
{
	size_t n = 0;

	while (n < b->len && b->data[b->len - 1 - n] != '\n')
		n++;
	return n;
}

void
message_put_word(struct buf *b, const char *word, size_t n)
{
	if (column(b) + 1 + n > COLUMNS)
		buf_puts(b, "\r\n");
	buf_putc(b, ' ');
	buf_put(b, word, n);
}

void
message_put_base64(struct buf *b, const char *text, size_t n)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)text;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < n)
			v |= p[i + 2];
		buf_putc(b, digits[v >> 18]);
		buf_putc(b, digits[v >> 12 & 63]);
		buf_putc(b, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_putc(b, i + 2 < n ? digits[v & 63] : '=');
	}
}

/* Bytes of whole characters, at most `room`. */
static size_t
take(const char *text, size_t room)
{
	const char *end = text + strlen(text);
	size_t n = 0;

	while (text + n < end) {
		size_t step = utf8_step(text + n, end);

		if (step == 0)
			step = 1;
		if (n + step > room)
			break;
		n += step;
	}
	return n;
}

static void
put_encoded(struct buf *b, const char *text)
{
	while (*text != '\0') {
		size_t used = column(b) + 1 + WORD_FRAME;
		size_t room = used < COLUMNS ? (COLUMNS - used) / 4 * 3 : 0;
		size_t n;

		if (room < CHARACTER) {
			buf_puts(b, "\r\n");
			room = WORD_BYTES;
		}
		n = take(text, room < WORD_BYTES ? room : WORD_BYTES);
		buf_puts(b, " =?UTF-8?B?");
		message_put_base64(b, text, n);
		buf_puts(b, "?=");
		text += n;
	}
}

static bool
is_printable(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* Single spaces between words that fit a line: folds, and unfolds again. */
static bool
is_foldable(const char *text)
{
	if (!is_printable(text) || strstr(text, "=?") != NULL)
		return false;
	for (;;) {
		size_t n = strcspn(text, " ");

		if (n == 0 || n >= COLUMNS)
			return false;
		text += n;
		if (*text++ == '\0')
			return true;
	}
}

void
message_put_text(struct buf *b, const char *text)
{
	if (*text == '\0') {
		buf_putc(b, ' ');
		return;
	}
	if (!is_foldable(text)) {
		put_encoded(b, text);
		return;
	}
	for (;;) {
		size_t n = strcspn(text, " ");

		message_put_word(b, text, n);
		text += n;
		if (*text++ == '\0')
			return;
	}
}

static bool
is_atoms(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (strchr("()<>[]:;@\\,.\"", *p) != NULL)
			return false;
	return true;
}

void
message_put_name(struct buf *b, const char *name)
{
	if (is_foldable(name) && is_atoms(name)) {
		message_put_text(b, name);
		return;
	}
	if (!is_printable(name) || strstr(name, "=?") != NULL ||
	    strlen(name) > QUOTED_NAME) {
		put_encoded(b, name);
		return;
	}
	buf_puts(b, " \"");
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *name);
	}
	buf_putc(b, '"');
}

static bool
ends_line(const char *p)
{
	return *p == '\0' || *p == '\n' || (p[0] == '\r' && p[1] == '\n');
}

/*
 * A dot and "From " at the start of a line would be safe where everybody keeps
 * to the rules; encoded they are safe everywhere (RFC 2049, 3).
 */
static bool
is_literal(const char *p, size_t at)
{
	if (*p == ' ' || *p == '\t')
		return !ends_line(p + 1);
	if (at == 0 && (*p == '.' || strncmp(p, "From ", 5) == 0))
		return false;
	return *p > ' ' && *p <= '~' && *p != '=';
}

static void
put_hex(struct buf *b, const char *p, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		buf_putc(b, '=');
		buf_putc(b, digits[c >> 4]);
		buf_putc(b, digits[c & 15]);
	}
}

void
message_put_quoted_printable(struct buf *b, const char *text)
{
	const char *end = text + strlen(text);
	size_t at = 0;

	while (text < end) {
		size_t n = utf8_step(text, end);

		if (ends_line(text)) {
			buf_puts(b, "\r\n");
			text += *text == '\r' ? 2 : 1;
			at = 0;
			continue;
		}
		if (n == 0)
			n = 1;
		if (at + (is_literal(text, at) ? 1 : 3 * n) > QUOTED_LINE) {
			buf_puts(b, "=\r\n");
			at = 0;
		}
		if (is_literal(text, at)) {
			buf_putc(b, *text);
			at++;
		} else {
			put_hex(b, text, n);
			at += 3 * n;
		}
		text += n;
	}
}
