/*
 * The files of TEMPLATES_DIR: logic-less Mustache texts, read and checked once
 * at start, immutable afterwards. In *.html values are escaped, in others not.
 *
 * The words stand in a file for each language, TEMPLATES_DIR/lang/ru.json
 * (languages.h). A template takes one by its name, which has a dot:
 * {{> reset_password.subject}} puts that text of the mail's language there, be
 * it in a line or alone in one, before the template is read: the text's own
 * {{names}} are values of the mail. {{> language.tag}} is the language ("ru").
 * Lines of *.txt are broken where they get too long.
 */
#ifndef CORE_TEMPLATE_H
#define CORE_TEMPLATE_H

#include "core/arena.h"
#include "core/languages.h"
#include "core/schema.h"

struct templates;

enum {
	TEMPLATE_FILES = 256,
	TEMPLATE_SIZE = 256 << 10, /* of a file */
	TEMPLATE_OUTPUT = 4 << 20, /* what a view's values must keep below */
	TEMPLATE_LEVELS = 8        /* of folders */
};

/*
 * Every file below `dir` that ends in .html, .txt or .subject, and the
 * languages of dir/lang; names that begin with a dot are passed over. NULL when
 * one cannot be read, is no template in one of the languages, or names a
 * partial or a text that does not exist: *why, in the arena, names it and says
 * what to do. A subject is one line; its end of line is dropped.
 */
struct templates *
templates_load(struct arena *, const char *dir, const char **why);
void templates_free(struct templates *);
/* They live as long as the templates. */
const struct languages *templates_languages(const struct templates *);

/*
 * "mail/test_email.html" in that language (NULL or unknown: English), with the
 * fields of *row as `view` names them; text in the arena. {{> mail/frame}} in
 * an .html file means mail/frame.html. A name that does not exist is a BUG:
 * names are literals, and tests render each.
 */
const char *
template_render(const struct templates *, struct arena *, const char *name,
    const char *language, const struct schema *view, const void *row);
/* The same of a text alone, as it stands in *.txt. NULL: there is none. */
const char *
template_text(const struct templates *, struct arena *, const char *name,
    const char *language, const struct schema *view, const void *row);

#endif
