/*
 * Between the reading of Mustache templates (mustache_parse.c) and their
 * rendering (mustache.c): templates as lists of nodes. Not for anybody else.
 */
#ifndef CORE_MUSTACHE_PART_H
#define CORE_MUSTACHE_PART_H

#include "core/mustache.h"

enum mustache_kind {
	NODE_TEXT,
	NODE_VALUE, /* {{name}} */
	NODE_RAW,   /* {{{name}}}, {{&name}} */
	NODE_SECTION,
	NODE_INVERTED,
	NODE_CLOSE,
	NODE_PARTIAL
};

/* Texts are parts of the template, not NUL-terminated. */
struct mustache_text {
	const char *at;
	size_t n;
};

struct mustache_node {
	enum mustache_kind kind;
	bool fresh, goes_on;       /* a text: it begins a line, a tag ends it */
	struct mustache_text text; /* of a tag: its name */
	struct mustache_node *next;
	union {
		struct mustache_node *close; /* of a section */
		struct mustache_program *partial;
	};
	/* A partial that stands alone on its line: what stands before it. */
	struct mustache_text indent;
	bool alone;
};

/* A template, or a partial, which has a name. */
struct mustache_program {
	const char *name, *text; /* text NULL: there is no such partial */
	struct mustache_node *first;
	struct mustache_program *next;
};

/* The template with every partial that it can come to, in *main. */
enum err
mustache_parse(struct arena *, const struct mustache *, const char *text,
    struct mustache_program **main, const char **why) MUST_CHECK;

/* "Line 3: ..." of the place in the program. */
const char *mustache_complain(struct arena *, const struct mustache_program *,
    const char *place, const char *, ...)
    __attribute__((format(printf, 4, 5), returns_nonnull));

#endif
