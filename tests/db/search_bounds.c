/*
 * Full text costs the server more than it shows: how often it runs, how long,
 * and how many at a time.
 */
#include <stdio.h>

#include "db/conn.h"
#include "searching.h"

static int64_t
full_text_runs(void)
{
	return admin_int("SELECT VARIABLE_VALUE FROM"
			 " information_schema.GLOBAL_STATUS"
			 " WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'");
}

/* With the rows comes how many there are: of hits that meet the filters. */
static void
counted_at_once(void)
{
	/* Grades 990 and more: of 3,000 rows, those with little relevance. */
	static const struct {
		int64_t low, skip, count;
		bool given, more;
		size_t rows;
	} cases[] = {
	    {0, 0, SEARCH_WORDS_MAX, false, true, 21},
	    {0, 990, SEARCH_WORDS_MAX, false, true, 11},
	    {990, 0, 30, true, false, 21},
	    {990, 20, 30, true, false, 10},
	    {667, 0, 999, true, false, 21},
	    {666, 0, SEARCH_WORDS_MAX, true, true, 21},
	    {1001, 0, 0, true, false, 0},
	};
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	int64_t before;
	struct db db;

	things_make_many(3000);
	unit_open(&db, pool, TX_READ);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct found out = {0};

		question_new(&q, 20);
		question_sort(&q, "-grade");
		question_give(&q, "q");
		if (cases[i].given)
			question_give(&q, "low");
		q.in.q = "name";
		q.in.low = cases[i].low;
		q.asked.skip = cases[i].skip;
		before = full_text_runs();
		CU_ASSERT_EQUAL_FATAL(
		    db_search_found(&db, &q.asked, NULL, 0, &out), OK);
		CU_ASSERT_EQUAL(full_text_runs(), before + 1);
		CU_ASSERT_EQUAL(out.data.n, cases[i].rows);
		CU_ASSERT_EQUAL(out.count, cases[i].count);
		CU_ASSERT_EQUAL(out.more, cases[i].more);
		CU_ASSERT_EQUAL(out.counted, cases[i].rows > 0);
	}
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* As many at a time as POOL_SEARCHES, whatever connections there are. */
static void
few_at_a_time(void)
{
	struct pool *pool = new_pool(3, 100, 5000);
	struct question q;
	struct list got;
	struct db db;
	int64_t n = 0;

	things_make_many(10);
	unit_open(&db, pool, TX_READ);
	question_new(&q, 1);
	question_give(&q, "q");
	q.in.q = "name";
	for (int i = 0; i < POOL_SEARCHES; i++)
		CU_ASSERT_TRUE(pool_may_search(pool));
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), ERR_BUSY);
	CU_ASSERT_EQUAL(
	    db_search_count(&db, &q.asked, NULL, 0, 10, &n), ERR_BUSY);
	/* Others go on, also those of words that the index has not. */
	q.in.q = "tv";
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	q.in.q = "name";
	pool_searched(pool);
	/* Each gives back what it took. */
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	pool_searched(pool);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

static enum err
search_of_many(struct pool *pool)
{
	struct question q;
	struct list got;
	struct db db;
	enum err err;

	unit_open(&db, pool, TX_READ);
	question_new(&q, 1);
	question_give(&q, "q");
	question_give(&q, "high");
	q.in.q = "name";
	q.in.high = -1;
	err = db_search(&db, &q.asked, NULL, 0, &got);
	unit_close(&db);
	return err;
}

/* What the server gives up is refused, and is no error of the program. */
static void
too_dear(void)
{
	static const char limit[] = "@@global.innodb_ft_result_cache_limit";
	struct pool *pool = new_pool(1, 100, 5000);
	struct pool *hasty = new_pool(1, 100, 1);
	char sql[128];
	int64_t was;

	things_make_many(40000);
	CU_ASSERT_EQUAL(search_of_many(pool), OK);
	snprintf(sql, sizeof(sql), "SELECT %s", limit);
	was = admin_int(sql);
	snprintf(sql, sizeof(sql), "SET %s = 1000000", limit);
	admin(sql);
	CU_ASSERT_EQUAL(search_of_many(pool), ERR_BUSY);
	snprintf(sql, sizeof(sql), "SET %s = %lld", limit, (long long)was);
	admin(sql);
	CU_ASSERT_EQUAL(search_of_many(hasty), ERR_BUSY);
	CU_ASSERT_EQUAL(search_of_many(pool), OK);
	pool_free(hasty);
	pool_free(pool);
	things_drop();
}

struct limit {
	int64_t ms;
};

#define T struct limit
SCHEMA(limit_row, "Limit", FIELD(ms));
#undef T

/* A second, or what the session has when that is less. */
static void
limited_time(void)
{
	static const struct {
		int timeout_ms, want_ms;
	} cases[] = {{5000, 1000}, {300, 300}, {0, 1000}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pool *pool = new_pool(1, 100, cases[i].timeout_ms);
		struct list got;
		struct db db;

		unit_open(&db, pool, TX_READ);
		CU_ASSERT_EQUAL_FATAL(
		    db_composed(&db, &limit_row, &got, NULL,
			WORDS_BEGIN "SELECT CAST(@@max_statement_time * 1000"
				    " AS SIGNED) AS ms",
			NULL, 0),
		    OK);
		CU_ASSERT_EQUAL(
		    ((const struct limit *)got.rows)->ms, cases[i].want_ms);
		unit_close(&db);
		pool_free(pool);
	}
}

CU_TestInfo search_bounds_tests[] = {
    {"rows and their count come at once, filtered", counted_at_once},
    {"few search words at a time", few_at_a_time},
    {"what is too dear for the server is refused", too_dear},
    {"a statement with words has a second", limited_time},
    CU_TEST_INFO_NULL,
};
