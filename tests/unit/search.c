/*
 * What a list may declare, and what it is asked for.
 */
#include "core/search.h"

#include "unit.h"

struct row {
	struct uuid id;
	const char *name;
	int64_t price;
	struct texts names;
};

#define T struct row
SCHEMA(search_row, "Row", FIELD(id), FIELD(name), FIELD(price), FIELD(names));
SCHEMA(row_null, "RowNull", FIELD(id), FIELD(name, .flags = NULLABLE));
#undef T

struct query {
	int64_t skip, limit;
	const char *sort, *cursor, *q;
	int64_t low;
	struct texts many;
};

#define T struct query
SCHEMA(query, "Query", FIELD(skip, .from = FROM_QUERY),
    FIELD(limit, .from = FROM_QUERY), FIELD(sort, .from = FROM_QUERY),
    FIELD(cursor, .from = FROM_QUERY), FIELD(q, .from = FROM_QUERY),
    FIELD(low, .from = FROM_QUERY), FIELD(many, .from = FROM_QUERY));
SCHEMA(no_cursor, "NoCursor", FIELD(skip), FIELD(limit), FIELD(sort));
#undef T

static const struct search search = {.table = "rows",
    .row = &search_row,
    .key = "id",
    FILTERS({"q", "name", SEARCH_WORDS}, {"low", "price", SEARCH_FROM}),
    ORDERS({"price", "price"}, {"name", "name"}, {"newest", "id"}),
    .preset = "-price"};

/* What a declaration may not say. */
static void
wrong_declarations(void)
{
	static const struct filter unknown = {"no", "x", SEARCH_IS},
				   number = {"low", "name", SEARCH_PREFIX},
				   list = {"many", "many", SEARCH_IS},
				   words[] = {{"q", "name", SEARCH_WORDS},
				       {"sort", "name", SEARCH_WORDS}};
	static const struct order gone = {"x", "x"}, lists = {"x", "names"};
	struct search s = search;

	CU_ASSERT_PTR_NULL(search_wrong(&s, &query));
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, NULL));
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &no_cursor));
	s.preset = "id";
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s = search;
	s.key = "price";
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s = search;
	s.row = &row_null;
	s.norders = 2;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s = search;
	s.orders = &gone;
	s.norders = 1;
	s.preset = "x";
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s.orders = &lists;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s = search;
	s.nfilters = 1;
	s.filters = &unknown;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s.filters = &number;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s.filters = &list;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
	s.filters = words;
	CU_ASSERT_PTR_NULL(search_wrong(&s, &query));
	s.nfilters = 2;
	CU_ASSERT_PTR_NOT_NULL(search_wrong(&s, &query));
}

static void
filters_that_are_given(void)
{
	struct query in = {.low = 0};
	struct presence given = {0};
	struct asked asked = {
	    .search = &search, .in = &query, .input = &in, .given = &given};
	const struct filter *low = &search.filters[1];

	CU_ASSERT_PTR_NULL(search_given(&asked, low));
	given.given = 1U << 5;
	CU_ASSERT_PTR_EQUAL(
	    search_given(&asked, low), schema_field(&query, "low"));
	CU_ASSERT_PTR_NULL(search_given(&asked, &search.filters[0]));
	given.null = 1U << 5;
	CU_ASSERT_PTR_NULL(search_given(&asked, low));
	asked.in = NULL;
	CU_ASSERT_PTR_NULL(search_given(&asked, low));
}

CU_TestInfo search_tests[] = {
    {"a wrong declaration is refused", wrong_declarations},
    {"what is not given filters nothing", filters_that_are_given},
    CU_TEST_INFO_NULL,
};
