/* The words of a text, as full-text search is asked for them. */
#ifndef CORE_WORDS_H
#define CORE_WORDS_H

#include "core/arena.h"

enum {
	WORDS_MAX = 4, /* that count; those beyond are not looked at */
	/* In code points. InnoDB's index has no shorter and no longer ones. */
	WORD_MIN = 3,
	WORD_MAX = 84
};

/*
 * An expression of the boolean mode, in the arena: each word has to be there,
 * and the last may go on ("+red +lamp*"): the server reads every word that
 * begins so. Words are letters, digits, marks and "_";
 * all else parts them, so that no operator gets through. Words that InnoDB does
 * not index, by their length or as its stop words, are left out; NULL when
 * none is left.
 */
const char *words_query(struct arena *, const char *text);

#endif
