/*
 * Between the files that put a statement of a search together: search.c says
 * which one it is, search_where.c what a row has to meet.
 */
#ifndef DB_SEARCH_PART_H
#define DB_SEARCH_PART_H

#include "db/search.h"

enum { TEXT_MAX = 16 << 10, ARGS_MAX = 64 };

/* A statement in the making. */
struct query {
	struct arena *mem; /* these three are set by the caller */
	const struct fixed *fixed;
	size_t nfixed;
	const struct asked *asked;
	const struct index *index; /* that is counted on, or NULL */
	size_t nequal;             /* its columns that are equal to something */
	const char *words;         /* of the full text, or NULL */
	bool counted;              /* its last column is how many were found */
	size_t nconditions;
	struct arg arg[ARGS_MAX];
	size_t nargs, len;
	char sql[TEXT_MAX];
};

/* search.c */

/* The statement of a page, and that which counts. */
void search_list(struct query *, const struct asked *, int64_t limit);
void search_count(struct query *, const struct asked *, int64_t most);

/* search_where.c */

void search_put(struct query *, const char *);
/* "t." and its name. */
void search_put_column(struct query *, const char *);
void search_put_arg(struct query *, struct arg);
/* WHERE: the conditions of the program, and the filters that are given; */
void search_put_where(struct query *);
/* and what comes after the cursor's place. */
void search_put_after(struct query *);
/* The filter that searches words, when it is given. */
const struct filter *search_words_filter(const struct query *);

#endif
