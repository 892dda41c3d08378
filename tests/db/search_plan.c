/*
 * How the server answers searches: from the index that has the order, with no
 * sort, reading no more than a page, however deep a cursor is; and how many
 * statements stay prepared.
 */
#include <stdio.h>
#include <string.h>

#include "db/search_part.h"
#include "searching.h"

enum { MANY = 20000, LIMIT = 20 };

static void
render(struct buf *out, const struct arg *arg)
{
	char text[TIME_TEXT];

	switch (arg->type) {
	case ARG_BOOL:
		buf_int(out, arg->v.b);
		return;
	case ARG_INT:
		buf_int(out, arg->v.i);
		return;
	case ARG_TEXT:
		buf_printf(out, "'%s'", arg->v.s);
		return;
	case ARG_TIME:
		time_format(arg->v.t, text);
		text[10] = ' ';
		buf_printf(out, "'%.*s'", (int)strcspn(text, "Z"), text);
		return;
	case ARG_UUID:
		buf_puts(out, "X'");
		for (size_t i = 0; i < sizeof(arg->v.u.byte); i++)
			buf_printf(out, "%02x", arg->v.u.byte[i]);
		buf_puts(out, "'");
		return;
	default:
		CU_FAIL("an argument of another type");
	}
}

/* A column of what the server says of the statement. */
static void
explain(const struct query *q, const char *column, char *out, size_t n)
{
	const struct arg *arg = q->arg;
	struct buf sql;

	buf_init(&sql, 1 << 16);
	buf_puts(&sql, "EXPLAIN ");
	for (const char *p = q->sql; *p != '\0'; p++)
		if (*p == '?')
			render(&sql, arg++);
		else
			buf_putc(&sql, *p);
	CU_ASSERT_PTR_EQUAL(arg, q->arg + q->nargs);
	admin_text(sql.data, column, out, n);
	buf_free(&sql);
}

struct counters {
	int64_t read, scanned, sorted;
};

#define T struct counters
SCHEMA(counters_row, "Counters", FIELD(read), FIELD(scanned), FIELD(sorted));
#undef T

/* What the session has read so far: rows by an index, by none, sorts. */
static struct counters
counters(struct db *db)
{
	struct counters now = {0};

	CU_ASSERT_EQUAL(
	    db_one(db, &counters_row, &now,
		SQL0("SELECT CAST(SUM(IF(VARIABLE_NAME IN"
		     " ('HANDLER_READ_KEY', 'HANDLER_READ_NEXT',"
		     " 'HANDLER_READ_PREV', 'HANDLER_READ_FIRST',"
		     " 'HANDLER_READ_LAST'), VARIABLE_VALUE, 0)) AS SIGNED)"
		     " AS `read`, CAST(SUM(IF(VARIABLE_NAME IN"
		     " ('HANDLER_READ_RND', 'HANDLER_READ_RND_NEXT'),"
		     " VARIABLE_VALUE, 0)) AS SIGNED) AS scanned,"
		     " CAST(SUM(IF(VARIABLE_NAME IN ('SORT_SCAN',"
		     " 'SORT_RANGE'), VARIABLE_VALUE, 0)) AS SIGNED) AS sorted"
		     " FROM information_schema.SESSION_STATUS")),
	    OK);
	return now;
}

/* Of reading the counters themselves. */
static struct counters
cost_of_looking(struct db *db)
{
	struct counters before = counters(db), after = counters(db);

	return (struct counters){after.read - before.read,
	    after.scanned - before.scanned, after.sorted - before.sorted};
}

/* A question, its index, and what it may read beyond the page. */
struct plan {
	const char *sort, *index;
	bool fine, kind, low;
};

static const struct plan plans[] = {
    {"id", "PRIMARY", false, false, false},
    {"name", "things_name", false, false, false},
    {"grade", "things_grade", false, false, false},
    {"grade", "things_grade", false, false, true},
    {"made", "things_made", false, false, false},
    {"fine", "things_fine", false, false, false},
    {"id", "things_fine", true, false, false},
    {"name", "things_fine_name", true, false, false},
    {"grade", "things_fine_grade", true, false, false},
    {"grade", "things_fine_grade", true, false, true},
    {"grade", "things_kind_grade", true, true, false},
    {"grade", "things_kind_grade", true, true, true},
};

static void
ask(struct question *q, const struct plan *p, bool descending)
{
	question_new(q, LIMIT);
	question_sort(q, p->sort);
	q->asked.descending = descending;
	if (p->fine)
		question_give(q, "fine");
	if (p->kind)
		question_give(q, "kind");
	if (p->low)
		question_give(q, "low");
	q->in.fine = true;
	q->in.kind = "kind7";
	q->in.low = 400;
}

static void
check_plan(const struct question *question, const struct plan *p)
{
	struct query q = {.mem = arena_new(1 << 20)};
	char text[256];

	search_list(&q, &question->asked, LIMIT + 1);
	explain(&q, "key", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, p->index);
	explain(&q, "type", text, sizeof(text));
	CU_ASSERT_TRUE(
	    strcmp(text, "range") == 0 || strcmp(text, "index") == 0);
	explain(&q, "Extra", text, sizeof(text));
	CU_ASSERT_PTR_NULL(strstr(text, "filesort"));
	CU_ASSERT_PTR_NULL(strstr(text, "temporary"));
	arena_free(q.mem);
}

static void
check_cost(struct db *db, const struct question *q)
{
	struct counters before, after, look = cost_of_looking(db);
	struct list got;

	before = counters(db);
	CU_ASSERT_EQUAL(db_search(db, &q->asked, NULL, 0, &got), OK);
	after = counters(db);
	CU_ASSERT_EQUAL(got.n, LIMIT + 1);
	/* A range more, where the rows that are alike end. */
	CU_ASSERT_TRUE(after.read - before.read - look.read <= LIMIT + 3);
	CU_ASSERT_EQUAL(after.scanned - before.scanned, look.scanned);
	CU_ASSERT_EQUAL(after.sorted - before.sorted, look.sorted);
}

/* The row that stands so deep in the order. */
static struct thing
row_at(struct db *db, struct question *q, int64_t depth)
{
	struct list got;

	q->asked.skip = depth;
	CU_ASSERT_EQUAL_FATAL(db_search(db, &q->asked, NULL, 0, &got), OK);
	CU_ASSERT_TRUE_FATAL(got.n > 0);
	q->asked.skip = 0;
	return *(const struct thing *)got.rows;
}

static void
by_its_index(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct thing last;
	struct db db;
	int64_t n;

	things_make_many(MANY);
	unit_open(&db, pool, TX_READ);
	for (size_t i = 0; i < 2 * sizeof(plans) / sizeof(plans[0]); i++) {
		ask(&q, &plans[i / 2], i % 2 == 1);
		check_plan(&q, &plans[i / 2]);
		check_cost(&db, &q);
		CU_ASSERT_EQUAL(
		    db_search_count(&db, &q.asked, NULL, 0, MANY, &n), OK);
		last = row_at(&db, &q, n * 9 / 10);
		question_after(&q, &last);
		if (n > 400) {
			check_plan(&q, &plans[i / 2]);
			check_cost(&db, &q);
		}
	}
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* What is skipped is not read as rows. */
static void
skips_in_the_index(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct query made = {.mem = arena_new(1 << 20)};
	struct question q;
	char text[256];
	struct db db;

	things_make_many(MANY);
	unit_open(&db, pool, TX_READ);
	ask(&q, &(struct plan){.sort = "grade", .fine = true}, false);
	q.asked.skip = 5000;
	search_list(&made, &q.asked, LIMIT + 1);
	CU_ASSERT_PTR_NOT_NULL_FATAL(strstr(made.sql, "(SELECT t.id FROM"));
	/* The statement within the brackets. */
	*strstr(made.sql, ") AS page") = '\0';
	memmove(made.sql, strstr(made.sql, "(SELECT t.id") + 1,
	    strlen(strstr(made.sql, "(SELECT t.id") + 1) + 1);
	explain(&made, "key", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "things_fine_grade");
	explain(&made, "Extra", text, sizeof(text));
	CU_ASSERT_STRING_EQUAL(text, "Using where; Using index");
	arena_free(made.mem);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/*
 * Filters that the order's index does not have leave the choice to the server:
 * few rows of another one are better than all of this.
 */
static void
few_rows_of_another(void)
{
	struct query made = {.mem = arena_new(1 << 20)};
	struct question q;
	char text[256];

	things_make_many(MANY);
	ask(&q, &(struct plan){.sort = "name", .fine = true, .low = true},
	    false);
	q.in.low = 998;
	search_list(&made, &q.asked, LIMIT + 1);
	CU_ASSERT_PTR_NULL(strstr(made.sql, "FORCE"));
	explain(&made, "key", text, sizeof(text));
	CU_ASSERT_TRUE(strcmp(text, "things_fine_grade") == 0 ||
		       strcmp(text, "things_grade") == 0);
	arena_free(made.mem);
	things_drop();
}

/* Counting reads entries of one index, as many as are counted. */
static void
counts_in_the_index(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct counters before, after, look;
	struct question q;
	struct db db;
	int64_t n = 0;

	things_make_many(MANY);
	unit_open(&db, pool, TX_READ);
	look = cost_of_looking(&db);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		ask(&q, &plans[i], false);
		before = counters(&db);
		CU_ASSERT_EQUAL(
		    db_search_count(&db, &q.asked, NULL, 0, 200, &n), OK);
		after = counters(&db);
		CU_ASSERT_EQUAL(n, 201);
		CU_ASSERT_TRUE(after.read - before.read - look.read <= 203);
		/* The derived table is read as it was made. */
		CU_ASSERT_TRUE(
		    after.scanned - before.scanned - look.scanned <= 203);
	}
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

static int64_t
kept(void)
{
	return admin_int(
	    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
	    " WHERE VARIABLE_NAME = 'PREPARED_STMT_COUNT'");
}

static int64_t
prepared(void)
{
	return admin_int(
	    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
	    " WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'");
}

static void
statements_are_bounded(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	uint64_t seed = 5;
	struct question q, other;
	struct list got;
	struct db db;
	int64_t before, most = 0, now;

	things_make_many(10);
	unit_open(&db, pool, TX_READ);
	before = kept();
	for (unsigned set = 0; set < 1U << FILTERS_OF_THINGS; set++) {
		question_new(&q, 5);
		for (size_t k = 0; k < FILTERS_OF_THINGS; k++)
			if (set >> k & 1)
				question_filter(&q, k, &seed);
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		now = kept() - before;
		most = now > most ? now : most;
	}
	CU_ASSERT_EQUAL(most, SEARCH_STATEMENTS);
	/* The last ones are kept, and found again by what they say. */
	before = prepared();
	for (int i = 0; i < 100; i++)
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	CU_ASSERT_EQUAL(prepared(), before);
	/* So is one that is used now and then, whatever comes between. */
	for (int i = 0; i < 2 * SEARCH_STATEMENTS; i++) {
		CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
		question_new(&other, 5);
		for (size_t k = 0; k < FILTERS_OF_THINGS; k++)
			if ((i >> k & 1) != 0)
				question_filter(&other, k, &seed);
		CU_ASSERT_EQUAL(
		    db_search(&db, &other.asked, NULL, 0, &got), OK);
	}
	CU_ASSERT_EQUAL(prepared(), before + 2 * SEARCH_STATEMENTS);
	before = prepared();
	/* The first ones are not. */
	question_new(&q, 5);
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	CU_ASSERT_EQUAL(prepared(), before + 1);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

CU_TestInfo search_plan_tests[] = {
    {"each order comes from its index, at any depth", by_its_index},
    {"what is skipped is read in the index alone", skips_in_the_index},
    {"few rows of another index go before an order", few_rows_of_another},
    {"counting reads the index alone", counts_in_the_index},
    {"few statements stay prepared", statements_are_bounded},
    CU_TEST_INFO_NULL,
};
