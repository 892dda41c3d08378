/*
 * The grammar of JSON: what passes here is RFC 8259 to the letter. Faults
 * carry the words and places of CPython's json, which clients know.
 */
#include "core/json_scan.h"

#include <string.h>

#include "core/utf8.h"

struct scan {
	const char *p, *end;
	int depth; /* levels left */
	size_t members;
	struct json_tree *tree; /* or NULL */
	const char *error;
	const char *where;
};

/* The grammar is recursive, bounded by scan.depth. */
static bool scan_value(struct scan *s);

static bool
refuse(struct scan *s, const char *error, const char *where)
{
	s->error = error;
	s->where = where;
	return false;
}

static bool
emit(struct scan *s, const struct json_token *t, const char *where)
{
	const char *error;

	if (s->tree == NULL)
		return true;
	error = json_tree_take(s->tree, t);
	return error == NULL || refuse(s, error, where);
}

static bool
emit_plain(struct scan *s, enum json_token_kind kind)
{
	return emit(s, &(struct json_token){.kind = kind}, s->p);
}

static void
skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' ||
				    *s->p == '\r' || *s->p == '\t'))
		s->p++;
}

static bool
at(const struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

/* The unit that the \uXXXX at p stands for, or -1 and the fault is set. */
static int
unicode_escape(struct scan *s, const char *p)
{
	/* As in CPython, the digits may not be the last thing in the text. */
	int unit = s->end - p > 6 ? json_hex4(p + 2) : -1;

	if (unit < 0)
		refuse(s, "Invalid \\uXXXX escape", p + 1);
	return unit;
}

static bool
scan_unicode(struct scan *s, bool *has_nul)
{
	int unit = unicode_escape(s, s->p), low;

	if (unit < 0)
		return false;
	if (unit < 0xD800 || unit > 0xDFFF) {
		*has_nul |= unit == 0;
		s->p += 6;
		return true;
	}
	if (unit > 0xDBFF || s->end - s->p < 8 || s->p[6] != '\\' ||
	    s->p[7] != 'u')
		return refuse(s, "Invalid surrogate", s->p);
	low = unicode_escape(s, s->p + 6);
	if (low < 0)
		return false;
	if (low < 0xDC00 || low > 0xDFFF)
		return refuse(s, "Invalid surrogate", s->p);
	s->p += 12;
	return true;
}

static bool
scan_escape(struct scan *s, bool *has_nul)
{
	char c = s->p[1];

	if (c == 'u')
		return scan_unicode(s, has_nul);
	if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
		return refuse(s, "Invalid \\escape", s->p);
	s->p += 2;
	return true;
}

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

static bool
scan_string(struct scan *s, enum json_token_kind kind)
{
	const char *open = s->p;
	struct json_token t = {.kind = kind, .at = ++s->p};
	bool has_nul = false;

	for (;;) {
		while (s->p < s->end && is_plain(*s->p))
			s->p++;
		if (at(s, '"'))
			break;
		if (s->p < s->end && *s->p != '\\')
			return refuse(s, "Invalid control character at", s->p);
		if (s->end - s->p < 2)
			return refuse(
			    s, "Unterminated string starting at", open);
		t.escaped = true;
		if (!scan_escape(s, &has_nul))
			return false;
	}
	t.n = (size_t)(s->p++ - t.at);
	if (has_nul && kind == TOKEN_NAME)
		return refuse(s, "Null character in a member name", open);
	return emit(s, &t, open);
}

static bool
is_digit(const struct scan *s, const char *p)
{
	return p < s->end && *p >= '0' && *p <= '9';
}

static const char *
skip_digits(const struct scan *s, const char *p)
{
	while (is_digit(s, p))
		p++;
	return p;
}

/* What does not belong to the number any more is the caller's fault to find. */
static bool
scan_number(struct scan *s)
{
	struct json_token t = {.kind = TOKEN_INTEGER, .at = s->p};
	const char *p = s->p + (*s->p == '-'), *q;

	if (!is_digit(s, p))
		return refuse(s, "Expecting value", s->p);
	p = *p == '0' ? p + 1 : skip_digits(s, p);
	if (p < s->end && *p == '.' && is_digit(s, p + 1)) {
		p = skip_digits(s, p + 1);
		t.kind = TOKEN_NUMBER;
	}
	if (p < s->end && (*p == 'e' || *p == 'E')) {
		q = p + 1;
		if (q < s->end && (*q == '+' || *q == '-'))
			q++;
		if (is_digit(s, q)) {
			p = skip_digits(s, q);
			t.kind = TOKEN_NUMBER;
		}
	}
	t.n = (size_t)(p - s->p);
	s->p = p;
	return emit(s, &t, t.at);
}

static bool
scan_word(struct scan *s, const char *word, enum json_token_kind kind)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return refuse(s, "Expecting value", s->p);
	if (!emit_plain(s, kind))
		return false;
	s->p += n;
	return true;
}

/* After an element: on to the next one, or *done at the closing bracket. */
static bool
scan_delimiter(struct scan *s, char close, bool *done)
{
	skip_space(s);
	*done = at(s, close);
	if (*done)
		return true;
	if (!at(s, ','))
		return refuse(s, "Expecting ',' delimiter", s->p);
	s->p++;
	skip_space(s);
	return true;
}

static bool
scan_member(struct scan *s)
{
	if (!at(s, '"'))
		return refuse(s,
		    "Expecting property name enclosed in double quotes", s->p);
	if (!scan_string(s, TOKEN_NAME))
		return false;
	s->members++;
	skip_space(s);
	if (!at(s, ':'))
		return refuse(s, "Expecting ':' delimiter", s->p);
	s->p++;
	skip_space(s);
	return scan_value(s);
}

/* A list or an object. */
static bool
scan_nest(struct scan *s, enum json_token_kind kind)
{
	char close = kind == TOKEN_LIST ? ']' : '}';
	bool done;

	if (s->depth == 0)
		return refuse(s, "Too deeply nested", s->p);
	if (!emit_plain(s, kind))
		return false;
	s->depth--;
	s->p++;
	skip_space(s);
	done = at(s, close);
	while (!done) {
		if (!(kind == TOKEN_LIST ? scan_value(s) : scan_member(s)) ||
		    !scan_delimiter(s, close, &done))
			return false;
	}
	s->p++;
	s->depth++;
	return emit_plain(s, TOKEN_END);
}

static bool
scan_value(struct scan *s)
{
	switch (s->p < s->end ? *s->p : '\0') {
	case '{':
		return scan_nest(s, TOKEN_OBJECT);
	case '[':
		return scan_nest(s, TOKEN_LIST);
	case '"':
		return scan_string(s, TOKEN_TEXT);
	case 'n':
		return scan_word(s, "null", TOKEN_NULL);
	case 't':
		return scan_word(s, "true", TOKEN_TRUE);
	case 'f':
		return scan_word(s, "false", TOKEN_FALSE);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9':
		return scan_number(s);
	default:
		return refuse(s, "Expecting value", s->p);
	}
}

static bool
scan_document(struct scan *s)
{
	skip_space(s);
	if (!scan_value(s))
		return false;
	skip_space(s);
	if (s->p < s->end)
		return refuse(s, "Extra data", s->p);
	return true;
}

/* Of valid UTF-8. */
static size_t
code_points(const char *p, const char *end)
{
	size_t n = 0;

	for (; p < end; p++)
		n += ((unsigned char)*p & 0xC0) != 0x80;
	return n;
}

enum err
json_read(const char *text, size_t n, int depth, size_t *members,
    struct json_tree *tree, struct json_fault *fault)
{
	struct scan s = {.depth = depth, .end = text + n, .tree = tree};

	*fault = (struct json_fault){0};
	fault->utf8 = !utf8_valid(text, n);
	if (fault->utf8)
		return ERR_INVALID;
	/* A byte order mark is not counted in offsets. */
	if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
		text += 3;
	s.p = text;
	if (!scan_document(&s)) {
		fault->error = s.error;
		fault->offset = code_points(text, s.where);
		return ERR_INVALID;
	}
	*members = s.members;
	return OK;
}

enum err
json_scan(const char *text, size_t n, int depth, size_t *members,
    struct json_fault *fault)
{
	return json_read(text, n, depth, members, NULL, fault);
}
