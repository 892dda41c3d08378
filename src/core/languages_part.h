/*
 * Between the folder of languages (languages.c), the reading of one file
 * (languages_file.c) and the choice of one (languages_accept.c). Not for
 * anybody else.
 */
#ifndef CORE_LANGUAGES_PART_H
#define CORE_LANGUAGES_PART_H

#include "core/languages.h"

struct language_text {
	const char *name, *text;
};

struct language {
	const char *name; /* "ru" */
	struct language_text *texts;
	size_t n; /* by name */
};

struct languages {
	struct language *item;
	size_t n;
	const struct language *first; /* English; NULL: there are none */
};

/* languages.c */
/* NULL: there is no such language. */
const struct language *
language_find(const struct languages *, const char *name, size_t n);
const char *language_text(const struct language *, const char *name);

/*
 * languages_file.c. The texts of a file, checked by themselves and, unless
 * `first` is NULL, against it. false: *why.
 */
bool language_read(struct language *, const struct language *first,
    struct arena *own, struct arena *mem, const char *path, const char **why);

#endif
