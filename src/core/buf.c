/*
 * Bodies, headers and log lines grow here, up to a ceiling.
 */
#include "core/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

enum { FIRST = 512, KEPT = 65536 };

void
buf_init(struct buf *b, size_t max)
{
	if (max > SIZE_MAX / 4)
		BUG("a buffer has no ceiling");
	*b = (struct buf){.max = max};
}

void
buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf){.max = b->max};
}

void
buf_reset(struct buf *b)
{
	if (b->cap > KEPT)
		buf_free(b);
	b->len = 0;
	b->full = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Room for n more bytes and a NUL; false when that passes the ceiling. */
static bool
reserve(struct buf *b, size_t n)
{
	size_t want, cap;
	char *data;

	/* The capacity never passes the ceiling and the NUL. */
	if (n < b->cap - b->len)
		return true;
	if (n > b->max - b->len) {
		b->full = true;
		return false;
	}
	want = b->len + n + 1;
	for (cap = b->cap > 0 ? b->cap : FIRST; cap < want; cap *= 2)
		continue;
	if (cap > b->max + 1)
		cap = b->max + 1;
	data = realloc(b->data, cap);
	if (data == NULL)
		log_fatal("out of memory");
	b->data = data;
	b->cap = cap;
	return true;
}

void
buf_put(struct buf *b, const void *bytes, size_t n)
{
	if (b->full || !reserve(b, n))
		return;
	if (n > 0)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	if (b->full || !reserve(b, 1))
		return;
	b->data[b->len++] = c;
	b->data[b->len] = '\0';
}

void
buf_int(struct buf *b, int64_t value)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t n = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	if (value < 0)
		*--p = '-';
	buf_put(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_vprintf(struct buf *b, const char *format, va_list ap)
{
	va_list again;
	int n;

	if (b->full || !reserve(b, 0))
		return;
	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->cap - b->len, format, again);
	va_end(again);
	if (n >= 0 && (size_t)n < b->cap - b->len) {
		b->len += (size_t)n;
		return;
	}
	/* Cut off: take it back. */
	b->data[b->len] = '\0';
	if (n < 0)
		b->full = true;
	else if (reserve(b, (size_t)n))
		b->len += (size_t)vsnprintf(
		    b->data + b->len, (size_t)n + 1, format, ap);
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	buf_vprintf(b, format, ap);
	va_end(ap);
}
