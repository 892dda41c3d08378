/*
 * Strict JSON (RFC 8259). json-c's own parser accepts single quotes, NaN,
 * control characters, invalid UTF-8, lone surrogates, repeated members and
 * numbers that do not fit, so the text is read here and json-c only keeps the
 * tree.
 */
#ifndef CORE_JSON_H
#define CORE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

/*
 * JSON_VALUES bounds what a small text can cost: json-c takes about 900 bytes
 * for `{}`. Whatever fits into 64 KiB has fewer.
 */
enum { JSON_DEPTH = 32, JSON_VALUES = 33000 };

/* Why a text is not JSON, in the words of Python's json module. */
struct json_fault {
	const char *error; /* "Expecting value", "Extra data", ...; static */
	size_t offset;     /* in code points, as Python counts; no BOM */
	bool utf8;         /* the text is not UTF-8; error is not set */
};

/*
 * Checks grammar, UTF-8, depth, surrogates and U+0000 in member names. A
 * leading byte order mark is allowed. *members counts the members of all
 * objects.
 */
enum err json_scan(const char *text, size_t n, int depth, size_t *members,
    struct json_fault *) MUST_CHECK;

/* A value of a parsed document. */
struct json;
enum json_kind {
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,  /* fits int64_t */
	JSON_REAL, /* any other number */
	JSON_TEXT,
	JSON_LIST,
	JSON_OBJECT
};

/*
 * The document, or ERR_INVALID with *fault filled: a repeated member and more
 * than JSON_VALUES values are faults too. depth is at most JSON_DEPTH. *out
 * may be NULL: the document `null`. It lives on the heap: give it to
 * json_free() whatever comes of it.
 */
enum err json_parse(const char *text, size_t n, int depth, struct json **out,
    struct json_fault *) MUST_CHECK;
void json_free(struct json *);

/* To read a value as a kind that it is not is a BUG. */
enum json_kind json_kind(const struct json *); /* NULL is JSON_NULL */
bool json_is_true(const struct json *);
int64_t json_int(const struct json *);
double json_real(const struct json *); /* 1e400 is infinite */
/* Not always NUL-free: *n is the length. Lives as long as the document. */
const char *json_text(const struct json *, size_t *n);
size_t json_count(const struct json *); /* elements of a list */
const struct json *json_at(const struct json *, size_t i);
/* false when the object has no such member; *value may be NULL (null). */
bool
json_member(const struct json *, const char *name, const struct json **value);
/*
 * Compact text of a value; numbers that are no int64_t as they were sent.
 * `masked` names members of the outermost object that are written as null
 * (NULL-ended list, or NULL).
 */
void json_write(struct buf *, const struct json *, const char *const *masked);
/*
 * A piece of the text that a document was read from, which json_parse() has
 * found to be good. The tree knows what a value means; this is how it was
 * written.
 */
struct json_part {
	const char *at;
	size_t n;
};

/* The value of a document, without what stands around it. */
struct json_part json_whole(const char *text, size_t n);
/*
 * Steps through the members of an object: `rest` begins as the object itself.
 * The name is what stands between its quotes. false: there are no more.
 */
bool json_next(
    struct json_part *rest, struct json_part *name, struct json_part *value);
/* What a name or text stands for: in the arena, with NUL behind it. */
const char *json_plain(struct arena *, struct json_part name);
/* Without the blanks between its parts. */
const char *json_compact(struct arena *, struct json_part, size_t *n);

/* A quoted and escaped string; the text is valid UTF-8. */
void json_quote(struct buf *, const char *text, size_t n);

#endif
