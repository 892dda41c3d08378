/* How a document is written, for values that are kept as they came. Nothing is
 * checked here: the text has been read before. */
#include <string.h>

#include "core/json_scan.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* p is at the first quote; what follows the last one. */
static const char *
skip_text(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p + 1;
}

/* A number or a word. */
static const char *
skip_plain(const char *p, const char *end)
{
	while (p < end && !is_blank(*p) && *p != ',' && *p != ']' && *p != '}')
		p++;
	return p;
}

static const char *
skip_value(const char *p, const char *end)
{
	size_t level = 0;

	if (*p != '{' && *p != '[')
		return *p == '"' ? skip_text(p, end) : skip_plain(p, end);
	do {
		if (*p == '"') {
			p = skip_text(p, end);
			continue;
		}
		level += *p == '{' || *p == '[';
		level -= *p == '}' || *p == ']';
		p++;
	} while (level > 0);
	return p;
}

struct json_part
json_whole(const char *text, size_t n)
{
	const char *p = text, *end = text + n;

	if (n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0)
		p += 3;
	p = skip_blanks(p, end);
	while (end > p && is_blank(end[-1]))
		end--;
	return (struct json_part){p, (size_t)(end - p)};
}

bool
json_next(
    struct json_part *rest, struct json_part *name, struct json_part *value)
{
	const char *end = rest->at + rest->n;
	/* Behind the brace, or behind the comma. */
	const char *p = skip_blanks(rest->at + 1, end), *q;

	if (p >= end || *p != '"')
		return false;
	q = skip_text(p, end);
	*name = (struct json_part){p + 1, (size_t)(q - p) - 2};
	p = skip_blanks(q, end); /* at the colon */
	p = skip_blanks(p + 1, end);
	q = skip_value(p, end);
	*value = (struct json_part){p, (size_t)(q - p)};
	p = skip_blanks(q, end); /* at the comma or the brace */
	*rest = (struct json_part){p, (size_t)(end - p)};
	return true;
}

const char *
json_plain(struct arena *mem, struct json_part name)
{
	const char *plain;
	struct buf b;

	if (memchr(name.at, '\\', name.n) == NULL)
		return arena_copy(mem, name.at, name.n);
	buf_init(&b, name.n);
	json_unescape(&b, name.at, name.n);
	plain = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return plain;
}

const char *
json_compact(struct arena *mem, struct json_part part, size_t *n)
{
	const char *p = part.at, *end = p + part.n, *from;
	char *out = arena_alloc(mem, 1, part.n + 1);

	*n = 0;
	while (p < end) {
		from = p;
		if (*p == '"')
			p = skip_text(p, end);
		else
			while (p < end && *p != '"' && !is_blank(*p))
				p++;
		memcpy(out + *n, from, (size_t)(p - from));
		*n += (size_t)(p - from);
		p = skip_blanks(p, end);
	}
	return out;
}
