/*
 * Between the templates (template.c), their folder (template_folder.c) and the
 * words in them (template_words.c). Not for anybody else.
 */
#ifndef CORE_TEMPLATE_PART_H
#define CORE_TEMPLATE_PART_H

#include "core/buf.h"
#include "core/template.h"

struct template_file {
	const char *name, *text;
};

struct templates {
	struct arena *mem;
	struct template_file *files; /* by name */
	size_t n;
	const struct languages *languages;
};

struct template_load {
	struct templates *to;
	struct arena *mem;
	const char *dir, *why;
};

/* template_folder.c */
/* ".html", ".txt", ".subject"; NULL: not a template's name. */
const char *template_ending(const char *name);
/* Says why; false. */
bool template_refuse(struct template_load *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
/* All files of the folder, in no order. */
bool template_folder_read(struct template_load *);

/* template_words.c */

/*
 * The template with the texts that it names, in that language: in HTML (`html`)
 * escaped but for their tags. *missing: the first name that there is not; NULL:
 * all are there.
 */
const char *template_words(struct arena *, const struct languages *,
    const char *language, const char *text, bool html, const char **missing);

/* Lines of at most TEMPLATE_COLUMNS, broken at spaces; longer words stay. */
enum { TEMPLATE_COLUMNS = 76 };
const char *template_wrap(struct arena *, const char *text);

#endif
