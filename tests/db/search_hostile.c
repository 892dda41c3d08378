/*
 * Searches for what somebody makes up: SQL, patterns, the edges of types.
 */
#include "db/search.h"

#include <string.h>

#include "searching.h"

static struct thing things[THINGS];

/* What would be SQL, or a pattern, is text. */
static void
hostile_values(void)
{
	static const char *const texts[] = {"' OR '1'='1", "\\' OR 1=1 -- ",
	    "\"; DROP TABLE things; --", "%", "_", "|", "||%", "oak%", "o_k",
	    "\\", "\\%", "?", "? OR 1=1", "*/ OR 1=1 /*", "\xF0\x9F\x98\x80",
	    "\xE2\x80\xAE", "\x01\x7F", "`id`", "oak' -- ", "0x6F616B",
	    "50 percent' UNION SELECT 1,2,3,4,5,6 -- "};
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct list got;
	struct db db;
	int64_t n;

	things_make(things);
	unit_open(&db, pool, TX_READ);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		static const char *const fields[] = {"kind", "begins", "q"};

		for (size_t k = 0; k < 3; k++) {
			question_new(&q, 7);
			question_give(&q, fields[k]);
			q.in.kind = q.in.begins = q.in.q = texts[i];
			CU_ASSERT_EQUAL(
			    db_search(&db, &q.asked, NULL, 0, &got), OK);
			if (k < 2)
				CU_ASSERT_EQUAL(got.n, 0);
			CU_ASSERT_EQUAL(
			    db_search_count(&db, &q.asked, NULL, 0, 10, &n),
			    OK);
		}
		question_new(&q, 7);
		question_sort(&q, "name");
		question_after(&q, &(struct thing){.name = texts[i]});
		memset(&q.after.key, 1, sizeof(q.after.key));
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		CU_ASSERT_FALSE(search_order(&things_search, texts[i],
		    &q.asked.order, &q.asked.descending));
	}
	unit_close(&db);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM things"), THINGS);
	pool_free(pool);
	things_drop();
}

/* The edges of each type are values, and no failure of the server. */
static void
extreme_values(void)
{
	static const int64_t moments[] = {0, 1, -1, INT64_MAX, INT64_MIN,
	    -62135596800000001, 253402300800000000};
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct list got;
	struct db db;

	things_make(things);
	unit_open(&db, pool, TX_READ);
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		question_new(&q, 300);
		question_give(&q, "before");
		question_give(&q, "low");
		q.in.before.us = moments[i];
		q.in.low = INT64_MIN;
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		CU_ASSERT_EQUAL(
		    got.n, moments[i] > 1800000000000000 ? THINGS : 0);
		question_give(&q, "high");
		q.in.high = INT64_MIN;
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		CU_ASSERT_EQUAL(got.n, 0);
		question_new(&q, 300);
		question_give(&q, "since");
		q.in.since.us = moments[i];
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		CU_ASSERT_EQUAL(
		    got.n, moments[i] > 1800000000000000 ? 0 : THINGS);
	}
	/* The nil UUID is no row's, and does not mean that none was given. */
	question_new(&q, 300);
	question_give(&q, "lot");
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	CU_ASSERT_EQUAL(got.n, 0);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

CU_TestInfo search_hostile_tests[] = {
    {"hostile values are values", hostile_values},
    {"the edges of the types", extreme_values},
    CU_TEST_INFO_NULL,
};
