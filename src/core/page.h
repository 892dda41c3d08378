/*
 * What most routes take besides a body, the id of one row or which rows of a
 * list, and what a list answers.
 */
#ifndef CORE_PAGE_H
#define CORE_PAGE_H

#include "core/schema.h"

/* /things/{id} */
struct id_path {
	struct uuid id;
};

/* ?skip=0&limit=100; limit is at most 1000 (the lists of FastAPI clients). */
struct page {
	int64_t skip, limit;
};

/* What a list answers: a page of rows, and how many there are in all. */
struct listing {
	struct list data;
	int64_t count;
};

extern const struct schema id_path, page;

/* LISTING(items_public, "ItemsPublic", item_public); */
#define LISTING(id, title, rows)                           \
	static const struct field id##_fields[] = {        \
	    {.name = "data",                               \
		.offset = offsetof(struct listing, data),  \
		.type = FIELD_LIST,                        \
		.view = &(rows)},                          \
	    {.name = "count",                              \
		.offset = offsetof(struct listing, count), \
		.type = FIELD_INT}};                       \
	const struct schema id = {.name = title,           \
	    .size = sizeof(struct listing),                \
	    .fields = id##_fields,                         \
	    .nfields = 2}

#endif
