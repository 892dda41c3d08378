/*
 * A table to search, the same rows in memory, and the answer that the memory
 * gives to a question.
 */
#ifndef SEARCHING_H
#define SEARCHING_H

#include "db/search.h"
#include "fixture.h"

/* A row. `kind`, `weight` and `lot` may be NULL in the table. */
struct thing {
	struct uuid id;
	const char *name;
	int64_t grade;
	const char *kind; /* or NULL */
	double weight;    /* below 0: NULL */
	struct uuid lot;  /* nil: NULL */
	bool fine;
	struct timestamp made;
};

struct things_query {
	int64_t skip, limit;
	const char *sort, *cursor;
	const char *kind, *begins, *q;
	int64_t low, high;
	double heavy;
	struct uuid lot;
	bool fine;
	struct timestamp before, since;
};

extern const struct schema thing_row, things_query;
extern const struct search things_search;

enum { THINGS = 220, FILTERS_OF_THINGS = 8 };

/* Makes the table and fills it, and things[] with the same rows. */
void things_make(struct thing *things /* [THINGS] */);
/* The same table with n rows made by the server, for what it does with many. */
void things_make_many(int n);
void things_drop(void);
enum err things_insert(struct db *, const struct thing *) MUST_CHECK;
/* One of few values in each member; `seed` says which. */
struct thing thing_random(uint64_t *seed);
uint64_t random_next(uint64_t *seed);

/* A question to things_search: no filter, the preset order. */
struct question {
	struct asked asked;
	struct things_query in;
	struct presence given;
	struct place after;
};
void question_new(struct question *, int64_t limit);
/* Gives the filter of that field (as of things_search) a random value. */
void question_filter(struct question *, size_t filter, uint64_t *seed);
/* Sets a field as given. */
void question_give(struct question *, const char *field);
void question_sort(struct question *, const char *sort);
/* Goes on after that row. */
void question_after(struct question *, const struct thing *last);

/* What a question finds in memory: pointers, in order. Returns how many. */
size_t things_find(const struct question *, const struct thing *things,
    size_t n, const struct thing **found);

#endif
