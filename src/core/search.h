/*
 * What a list can be asked for: filters, words and orders, declared once and
 * read by three: http/found.h (?sort, ?cursor), OpenAPI, and db/search.h, which
 * makes the SQL. Names of columns are literals of the program; of the input
 * only values reach a statement, as arguments.
 *
 * The input of such a route has the fields skip, limit, sort and cursor, and
 * one for each filter. What is not given filters nothing.
 */
#ifndef CORE_SEARCH_H
#define CORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/decode.h"
#include "core/schema.h"

enum search_test {
	SEARCH_IS,     /* column = value */
	SEARCH_FROM,   /* column >= value */
	SEARCH_TO,     /* column <= value */
	SEARCH_BEFORE, /* column < value */
	SEARCH_PREFIX, /* the text of the column begins with it */
	/*
	 * Full text (InnoDB): every word, the last may go on. Words that it
	 * does not index (core/words.h) are left out; when none is left, the
	 * text of the first column has to begin with the value. One of a
	 * search.
	 */
	SEARCH_WORDS
};

/*
 * A text column that is compared is utf8mb4, or the input's pattern lets ASCII
 * alone through: an ASCII column compared with more is an error of the server.
 */
struct filter {
	const char *field;  /* of the input: "min_price" */
	const char *column; /* "price"; of SEARCH_WORDS: "name, description" */
	enum search_test test;
};

/*
 * An order that an index gives: by the column, rows that are alike by the key.
 * The column is NOT NULL and a field of `row`.
 */
struct order {
	const char *name;   /* in ?sort=NAME, or -NAME for the other way */
	const char *column; /* "price"; the key itself is fine */
};

/*
 * An index that gives an order, with all its columns: those that have to be
 * equal to something (a filter that SEARCH_IS, a condition of the program's
 * own), the order's, and the key. Of those that fit a question, the one with
 * most columns is used; where there is none, the server decides.
 */
struct index {
	const char *name;
	const char *const *columns; /* NULL-ended */
};

struct search {
	const char *table;
	const struct schema *row; /* what is read, as of db_all() */
	const char *key;          /* a unique column, a UUID field of row */
	const char *owner;        /* of db_search_page(): whose row, or NULL */
	const struct filter *filters;
	size_t nfilters;
	const struct order *orders;
	size_t norders;
	const struct index *indexes;
	size_t nindexes;
	const char *preset; /* "-created_at" */
};

/*
 * const struct search products_search = {.table = "products",
 *     .row = &product_row,
 *     .key = "id",
 *     FILTERS({"category", "category", SEARCH_IS},
 *	   {"q", "name, description", SEARCH_WORDS}),
 *     ORDERS({"created_at", "id"}, {"price", "price"}),
 *     INDEXES(INDEX("products_active", "active", "id"),
 *	   INDEX("products_active_price", "active", "price", "id")),
 *     .preset = "-created_at"};
 */
#define FILTERS(...)                                               \
	.filters = (const struct filter[]){__VA_ARGS__},           \
	.nfilters = sizeof((const struct filter[]){__VA_ARGS__}) / \
		    sizeof(struct filter)
#define ORDERS(...)                                    \
	.orders = (const struct order[]){__VA_ARGS__}, \
	.norders =                                     \
	    sizeof((const struct order[]){__VA_ARGS__}) / sizeof(struct order)
/* clang-format off */
#define INDEXES(...)                                             \
	.indexes = (const struct index[]){__VA_ARGS__},          \
	.nindexes = sizeof((const struct index[]){__VA_ARGS__}) / \
		    sizeof(struct index)
#define INDEX(called, ...) \
	{ .name = called, .columns = (const char *const[]){__VA_ARGS__, NULL} }
/* clang-format on */

/* Where a page ends: the values of its last row, in the arena. */
struct place {
	struct uuid key;
	const char *text; /* of the order's column, by its type, or */
	int64_t number;   /* bool, int, time in microseconds, or */
	struct uuid uuid; /* uuid (the key: the same again) */
	/* What was counted at the walk's first page (struct found). */
	int64_t count;
	bool more;
};

/* One question, as http/found.h reads it from a request. */
struct asked {
	const struct search *search;
	const struct schema *in; /* NULL: no filters */
	const void *input;
	const struct presence *given;
	const struct order *order;
	bool descending;
	int64_t skip, limit;
	const struct place *after; /* the cursor's, or NULL */
};

/*
 * "price" or "-price", as ?sort says it; NULL is the preset. False: no order
 * of that search.
 */
bool search_order(const struct search *, const char *sort,
    const struct order **, bool *descending);
/* The field that a filter reads, or NULL when it filters nothing. */
const struct field *search_given(const struct asked *, const struct filter *);
/* What a declaration may not say, or NULL: for router_check(). */
const char *search_wrong(const struct search *, const struct schema *in);

/*
 * What a list of this kind answers. `count` is all there are, or, where `more`
 * is set, as many as were counted: there are more.
 */
struct found {
	struct list data;
	int64_t count;
	bool more;
	bool exact;       /* the count is right, however large it is */
	bool counted;     /* count and more came with the rows */
	const char *next; /* cursor, or NULL: that was all */
};

/* FOUND(products_public, "ProductsPublic", product_public); */
#define FOUND(id, title, rows)                                              \
	static const struct field id##_fields[] = {                         \
	    {.name = "data",                                                \
		.offset = offsetof(struct found, data),                     \
		.type = FIELD_LIST,                                         \
		.view = &(rows)},                                           \
	    {.name = "count",                                               \
		.offset = offsetof(struct found, count),                    \
		.type = FIELD_INT},                                         \
	    {.name = "more",                                                \
		.offset = offsetof(struct found, more),                     \
		.type = FIELD_BOOL,                                         \
		.doc = "There are more than count: they were not counted"}, \
	    {.name = "next",                                                \
		.offset = offsetof(struct found, next),                     \
		.type = FIELD_TEXT,                                         \
		.flags = NULLABLE,                                          \
		.doc = "The cursor of the next page"}};                     \
	const struct schema id = {.name = title,                            \
	    .size = sizeof(struct found),                                   \
	    .fields = id##_fields,                                          \
	    .nfields = 4}

#endif
