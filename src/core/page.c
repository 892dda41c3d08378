/*
 * {id}, ?skip and ?limit.
 */
#include "core/page.h"

#define T struct id_path
SCHEMA(id_path, "IdPath", FIELD(id, .from = FROM_PATH));
#undef T

#define T struct page
SCHEMA(page, "Page",
    FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = INT64_MAX,
	.preset = "0"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 1000, .preset = "100"));
#undef T
