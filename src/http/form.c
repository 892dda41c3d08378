/* Percent-encoding: the path of a request target, and the pairs of a query or
 * of an urlencoded body, as browsers write them and servers read them. */
#include "http/form.h"

#include <stdbool.h>
#include <string.h>

#include "core/utf8.h"

enum { PATH_MAX_BYTES = 8 << 10 };

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that %XX at p stands for, or -1. */
static int
escaped_byte(const char *p, const char *end)
{
	int high, low;

	if (end - p < 3)
		return -1;
	high = hex_value(p[1]);
	low = hex_value(p[2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* The escapes are good. */
static size_t
decode_path(char *out, const char *p, const char *end)
{
	size_t kept = 0;

	while (p < end) {
		int byte = *p == '%' ? escaped_byte(p, end) : *p;

		p += *p == '%' ? 3 : 1;
		out[kept++] = (char)byte;
	}
	out[kept] = '\0';
	return kept;
}

static bool
has_bad_escape(const char *p, const char *end)
{
	for (; p < end; p++)
		if (*p == '%' && escaped_byte(p, end) <= 0)
			return true;
	return false;
}

enum err
form_path(struct arena *mem, const char *target, const char **path)
{
	size_t n = strcspn(target, "?#");
	const char *end = target + n;
	char *out;

	if (n == 0 || n > PATH_MAX_BYTES || *target != '/' ||
	    has_bad_escape(target, end))
		return ERR_BAD_REQUEST;
	out = arena_alloc(mem, 1, n + 1);
	if (!utf8_valid(out, decode_path(out, target, end)))
		return ERR_BAD_REQUEST;
	memcpy(out, target, n);
	out[n] = '\0';
	*path = out;
	return OK;
}

const char *
form_segment(struct arena *mem, const char *p, size_t n)
{
	char *out = arena_alloc(mem, 1, n + 1);

	decode_path(out, p, p + n);
	return out;
}

/*
 * "a%20b+c" is "a b c"; an escape that is none stays as it is. NULL when the
 * result is not UTF-8.
 */
static const char *
decode(struct arena *mem, const char *p, size_t n, size_t *length)
{
	const char *end = p + n;
	char *out = arena_alloc(mem, 1, n + 1);
	size_t kept = 0;

	while (p < end) {
		int byte = *p == '%' ? escaped_byte(p, end) : -1;

		if (byte >= 0) {
			out[kept++] = (char)byte;
			p += 3;
		} else {
			out[kept++] = *p == '+' ? ' ' : *p;
			p++;
		}
	}
	out[kept] = '\0';
	*length = kept;
	return utf8_valid(out, kept) ? out : NULL;
}

static enum err
read_pair(struct arena *mem, const char *p, size_t n, struct pair *out)
{
	const char *equals = memchr(p, '=', n);
	size_t name = equals != NULL ? (size_t)(equals - p) : n;
	size_t value = equals != NULL ? n - name - 1 : 0;
	size_t length;

	out->name = decode(mem, p, name, &length);
	/* A name is NUL-terminated, so it may not hold one. */
	if (out->name == NULL || strlen(out->name) != length)
		return ERR_BAD_REQUEST;
	out->value = decode(mem, p + n - value, value, &out->length);
	return out->value != NULL ? OK : ERR_BAD_REQUEST;
}

/* The next piece up to '&', without it. */
static size_t
piece_length(const char *p, const char *end)
{
	const char *stop = memchr(p, '&', (size_t)(end - p));

	return (size_t)((stop != NULL ? stop : end) - p);
}

enum err
form_urlencoded(struct arena *mem, const char *text, size_t n,
    struct pair **pairs, size_t *npairs)
{
	const char *p = n > 0 ? text : "";
	const char *end = p + n;
	size_t room = 0;

	for (size_t i = 0; i < n; i++)
		room += p[i] == '&';
	room = room < FORM_PAIRS ? room + 1 : FORM_PAIRS;
	*npairs = 0;
	*pairs = NEW_N(mem, struct pair, room);
	while (p < end) {
		size_t length = piece_length(p, end);

		if (length > 0) {
			if (*npairs == FORM_PAIRS)
				return ERR_BAD_REQUEST;
			if (read_pair(mem, p, length, *pairs + *npairs))
				return ERR_BAD_REQUEST;
			++*npairs;
		}
		p += length + (p + length < end);
	}
	return OK;
}
