/*
 * The languages of mails: a folder with a file of texts for each, read and
 * checked once at start, immutable afterwards. Adding a language is adding a
 * file.
 *
 * A file is named by the primary subtag of its language ("ru.json") and is a
 * JSON object of texts, in sections as deep as wanted: {"reset_password":
 * {"subject": "..."}} holds the text reset_password.subject. A text is one
 * line; it may hold {{name}} and {{#name}}sections{{/name}} of the mail's
 * values (mustache.h), and **what is to stand out** in HTML.
 */
#ifndef CORE_LANGUAGES_H
#define CORE_LANGUAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

struct languages;

/* It has all texts: where another language lacks one, this one's is taken. */
#define LANGUAGE_FIRST "en"

enum {
	LANGUAGES = 64,
	LANGUAGE_FILE = 256 << 10,
	LANGUAGE_TEXTS = 2000, /* of a language */
	LANGUAGE_TEXT = 4000,  /* bytes */
	LANGUAGE_NAME = 100,   /* of a text, with its sections */
	ACCEPT_RANGES = 32,    /* of an Accept-Language that are looked at */
	ACCEPT_MAX = 1000      /* its bytes; a longer one says nothing */
};

/*
 * Every *.json of the folder; one that does not exist has no languages. What
 * is kept lives in `own`. NULL when a file is no such file, English is
 * missing, or a text is none of English's or holds a name that English's does
 * not: *why, in `mem`, names the file and the text.
 */
struct languages *languages_load(
    struct arena *own, struct arena *mem, const char *dir, const char **why);

size_t languages_count(const struct languages *);
/* The nth, from 0: English is the first. */
const char *languages_name(const struct languages *, size_t n);

/*
 * "reset_password.subject" in that language ("ru"; NULL or one that there is
 * not: English), or English's; NULL: there is no such text.
 */
const char *languages_text(
    const struct languages *, const char *language, const char *name);
/* The language's own name for itself ("ru"), or LANGUAGE_FIRST. */
const char *languages_known(const struct languages *, const char *language);

/* languages_accept.c */
/* The language of a tag of BCP 47, by its first part ("ru-RU"), or NULL. */
const char *languages_match(const struct languages *, const char *tag);
/*
 * What an Accept-Language (RFC 9110, 12.5.4) likes best of what there is: the
 * highest weight, of several the first; "*" is English. A range that is none
 * is passed over. NULL: it names none of them; of NULL too.
 */
const char *languages_accept(const struct languages *, const char *header);

#endif
