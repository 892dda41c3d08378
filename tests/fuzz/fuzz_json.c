/*
 * JSON: what is accepted is written and read again as the same document, and
 * what is refused comes with a fault that can be sent.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
need(bool holds)
{
	if (!holds)
		abort();
}

static bool same(const struct json *, const struct json *);

static bool
same_text(const struct json *a, const struct json *b)
{
	size_t na, nb;
	const char *ta = json_text(a, &na), *tb = json_text(b, &nb);

	return na == nb && memcmp(ta, tb, na) == 0 && utf8_valid(ta, na);
}

static bool
same_list(const struct json *a, const struct json *b)
{
	size_t i, n = json_count(a);

	if (json_count(b) != n)
		return false;
	for (i = 0; i < n; i++)
		if (!same(json_at(a, i), json_at(b, i)))
			return false;
	return true;
}

/* Objects are compared by their text: json.h walks no members. */
static bool
same(const struct json *a, const struct json *b)
{
	if (json_kind(a) != json_kind(b))
		return false;
	switch (json_kind(a)) {
	case JSON_BOOL:
		return json_is_true(a) == json_is_true(b);
	case JSON_INT:
		return json_int(a) == json_int(b);
	case JSON_REAL:
		return json_real(a) == json_real(b);
	case JSON_TEXT:
		return same_text(a, b);
	case JSON_LIST:
		return same_list(a, b);
	case JSON_NULL:
	case JSON_OBJECT:
		break;
	}
	return true;
}

static void
write_again(const struct json *doc, size_t n)
{
	struct json_fault fault;
	struct buf once, twice;
	struct json *copy;

	/* Compact text is never longer than what was read. */
	buf_init(&once, n);
	buf_init(&twice, n);
	json_write(&once, doc, NULL);
	need(!once.full && utf8_valid(once.data, once.len));
	need(json_parse(once.data, once.len, JSON_DEPTH, &copy, &fault) == OK);
	need(same(doc, copy));
	json_write(&twice, copy, NULL);
	need(once.len == twice.len);
	need(memcmp(once.data, twice.data, once.len) == 0);
	json_free(copy);
	buf_free(&once);
	buf_free(&twice);
}

/* As it was written, but for the blanks: the same document. */
static void
keep_parts(const struct json *doc, const char *text, size_t n)
{
	struct arena *mem = arena_new(64 << 20);
	struct json_part whole = json_whole(text, n), name, value;
	const struct json *member;
	struct json_fault fault;
	struct json *copy;
	const char *kept;
	size_t length;

	kept = json_compact(mem, whole, &length);
	need(length <= n && strlen(kept) == length);
	need(json_parse(kept, length, JSON_DEPTH, &copy, &fault) == OK);
	need(same(doc, copy));
	json_free(copy);
	if (json_kind(doc) == JSON_OBJECT)
		while (json_next(&whole, &name, &value)) {
			need(json_member(doc, json_plain(mem, name), &member));
			kept = json_compact(mem, value, &length);
			need(!json_parse(
			    kept, length, JSON_DEPTH, &copy, &fault));
			need(same(member, copy));
			json_free(copy);
		}
	arena_free(mem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1), *exact = malloc(n > 0 ? n : 1);
	struct json_fault fault, scanned;
	struct json *doc;
	enum err err, scan;
	size_t members;

	need(text != NULL && exact != NULL);
	memcpy(exact, data, n);
	memcpy(text, data, n);
	text[n] = '\0';
	scan = json_scan(exact, n, JSON_DEPTH, &members, &scanned);
	err = json_parse(text, n, JSON_DEPTH, &doc, &fault);
	/* The scan takes more: repeated members and any number of values. */
	need(err != OK || scan == OK);
	if (err == OK) {
		write_again(doc, n);
		keep_parts(doc, text, n);
	} else {
		need(doc == NULL);
		need(fault.utf8 || (fault.error != NULL && fault.offset <= n));
	}
	json_free(doc);
	free(text);
	free(exact);
	return 0;
}
