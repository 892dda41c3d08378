/*
 * The files of TEMPLATES_DIR: logic-less Mustache texts, read and checked once
 * at start, immutable afterwards. In *.html values are escaped, in others not.
 */
#ifndef CORE_TEMPLATE_H
#define CORE_TEMPLATE_H

#include "core/arena.h"
#include "core/schema.h"

struct templates;

enum {
	TEMPLATE_FILES = 256,
	TEMPLATE_SIZE = 256 << 10, /* of a file */
	TEMPLATE_OUTPUT = 4 << 20, /* what a view's values must keep below */
	TEMPLATE_LEVELS = 8        /* of folders */
};

/*
 * Every file below `dir` that ends in .html, .txt or .subject; names that
 * begin with a dot are passed over. NULL when one cannot be read, is no
 * template, or names a partial that does not exist: *why, in the arena, names
 * it and says what to do. A subject is one line; its end of line is dropped.
 */
struct templates *
templates_load(struct arena *, const char *dir, const char **why);
void templates_free(struct templates *);

/*
 * "mail/test_email.html" with the fields of *row as `view` names them; text in
 * the arena. {{> mail/frame}} in an .html file means mail/frame.html. A name
 * that does not exist is a BUG: names are literals, and tests render each.
 */
const char *template_render(const struct templates *, struct arena *,
    const char *name, const struct schema *view, const void *row);

#endif
