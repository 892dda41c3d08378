/*
 * Searches: every question has the answer that a sorted array gives, on each
 * page, by cursor and by skip, while rows come and go.
 */
#include "db/search.h"

#include <stdio.h>
#include <string.h>

#include "searching.h"

static struct thing things[THINGS];
static const struct thing *found[THINGS];

static bool
same_rows(const struct list *got, const struct thing **want, size_t n)
{
	const struct thing *rows = got->rows;

	if (got->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!uuid_equal(&rows[i].id, &want[i]->id) ||
		    strcmp(rows[i].name, want[i]->name) != 0 ||
		    rows[i].grade != want[i]->grade)
			return false;
	return true;
}

/* From the first page to the last, each with the row after it. */
static int
walk(struct db *db, struct question *q, const struct fixed *fixed,
    size_t nfixed, size_t n)
{
	size_t limit = (size_t)q->asked.limit, at = 0, left;
	struct arena_mark mark = arena_mark(db->mem);
	struct list got;
	int wrong = 0;

	for (;;) {
		left = n - at > limit ? limit + 1 : n - at;
		if (db_search(db, &q->asked, fixed, nfixed, &got) != OK ||
		    !same_rows(&got, found + at, left))
			return wrong + 1;
		if (left <= limit)
			break;
		at += limit;
		question_after(q, found[at - 1]);
		arena_rewind(db->mem, mark);
	}
	q->asked.after = NULL;
	return wrong;
}

static int
skip(struct db *db, struct question *q, size_t n, int64_t by)
{
	size_t first = (size_t)by > n ? n : (size_t)by;
	size_t limit = (size_t)q->asked.limit;
	size_t left = n - first > limit ? limit + 1 : n - first;
	struct list got;
	enum err err;

	q->asked.skip = by;
	err = db_search(db, &q->asked, NULL, 0, &got);
	q->asked.skip = 0;
	return err != OK || !same_rows(&got, found + first, left);
}

static int
count(struct db *db, struct question *q, size_t n)
{
	int64_t all = -1, some = -1;

	if (db_search_count(db, &q->asked, NULL, 0, 1000, &all) != OK ||
	    db_search_count(db, &q->asked, NULL, 0, 5, &some) != OK)
		return 1;
	return all != (int64_t)n || some != (n > 5 ? 6 : (int64_t)n);
}

static int
ask(struct pool *pool, unsigned set, size_t order, uint64_t *seed)
{
	struct question q;
	struct db db;
	int wrong;
	size_t n;

	question_new(&q, set == 0 ? 23 : 7);
	q.asked.order = &things_search.orders[order / 2];
	q.asked.descending = order % 2 == 1;
	for (size_t k = 0; k < FILTERS_OF_THINGS; k++)
		if (set >> k & 1)
			question_filter(&q, k, seed);
	n = things_find(&q, things, THINGS, found);
	unit_open(&db, pool, TX_READ);
	wrong = walk(&db, &q, NULL, 0, n);
	wrong += skip(&db, &q, n, (int64_t)(random_next(seed) % (n + 2)));
	wrong += count(&db, &q, n);
	unit_close(&db);
	return wrong;
}

/* All 256 sets of filters, all orders, both ways. */
static void
all_questions(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	uint64_t seed = 7;
	int wrong = 0;

	things_make(things);
	for (unsigned set = 0; set < 1U << FILTERS_OF_THINGS; set++)
		for (size_t i = 0; i < things_search.norders * 2; i++)
			wrong += ask(pool, set, i, &seed);
	CU_ASSERT_EQUAL(wrong, 0);
	pool_free(pool);
	things_drop();
}

/* More than is skipped row by row, and beyond the end. */
static void
deep_skips(void)
{
	static const int64_t skips[] = {99, 100, 101, 150, 219, 220, 221, 9999};
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct db db;
	int wrong = 0;
	size_t n;

	things_make(things);
	unit_open(&db, pool, TX_READ);
	for (size_t order = 0; order < things_search.norders * 2; order++)
		for (size_t i = 0; i < sizeof(skips) / sizeof(skips[0]); i++) {
			question_new(&q, 9);
			q.asked.order = &things_search.orders[order / 2];
			q.asked.descending = order % 2 == 1;
			n = things_find(&q, things, THINGS, found);
			wrong += skip(&db, &q, n, skips[i]);
		}
	CU_ASSERT_EQUAL(wrong, 0);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* Conditions of the program stand beside those that are asked for. */
static void
own_conditions(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct fixed own[] = {{"fine", ARG(true)}, {"kind", ARG("box")}};
	struct list got;
	struct db db;
	int64_t all = -1;
	size_t n;

	things_make(things);
	unit_open(&db, pool, TX_READ);
	question_new(&q, 4);
	question_give(&q, "fine");
	question_give(&q, "kind");
	q.in.fine = true;
	q.in.kind = "box";
	question_sort(&q, "grade");
	n = things_find(&q, things, THINGS, found);
	q.given.given = 0;
	CU_ASSERT_EQUAL(walk(&db, &q, own, 2, n), 0);
	CU_ASSERT_EQUAL(db_search_count(&db, &q.asked, own, 2, 1000, &all), OK);
	CU_ASSERT_EQUAL((size_t)all, n);
	/* What is asked for does not go around them. */
	question_give(&q, "fine");
	q.in.fine = false;
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, own, 2, &got), OK);
	CU_ASSERT_EQUAL(got.n, 0);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* A list of skip and limit alone, of one owner or of all. */
static void
plain_pages(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	const struct uuid none = {{0}};
	struct page at = {.skip = 3, .limit = 10};
	uint64_t seed = 3;
	struct question q;
	struct list got;
	struct db db;

	things_make(things);
	unit_open(&db, pool, TX_READ);
	question_new(&q, 10);
	CU_ASSERT_EQUAL(things_find(&q, things, THINGS, found), THINGS);
	CU_ASSERT_EQUAL(
	    db_search_page(&db, &things_search, none, &at, &got), OK);
	CU_ASSERT_TRUE(same_rows(&got, found + 3, 10));
	at.skip = THINGS - 4;
	CU_ASSERT_EQUAL(
	    db_search_page(&db, &things_search, none, &at, &got), OK);
	CU_ASSERT_TRUE(same_rows(&got, found + THINGS - 4, 4));
	question_filter(&q, 5, &seed);
	CU_ASSERT_TRUE_FATAL(things_find(&q, things, THINGS, found) > 14);
	at.skip = 3;
	CU_ASSERT_EQUAL(
	    db_search_page(&db, &things_search, q.in.lot, &at, &got), OK);
	CU_ASSERT_TRUE(same_rows(&got, found + 3, 10));
	at.skip = INT64_MAX;
	CU_ASSERT_EQUAL(
	    db_search_page(&db, &things_search, q.in.lot, &at, &got), OK);
	CU_ASSERT_EQUAL(got.n, 0);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

static size_t
find_thing(const struct uuid *id)
{
	size_t k;

	for (k = 0; k < THINGS && !uuid_equal(id, &things[k].id); k++)
		continue;
	return k;
}

/* The row of the place goes; another comes before it, by every order. */
static void
change_rows(struct db *db, const struct asked *asked, struct uuid place, int n)
{
	uint64_t seed = 99;
	struct thing fresh = thing_random(&seed);
	bool last = asked->descending;

	CU_ASSERT_EQUAL(db_exec(db, NULL,
			    SQL("DELETE FROM things WHERE id = ?", ARG(place))),
	    OK);
	fresh.name = last ? "zz" : "0";
	fresh.grade = last ? 9 : -9;
	fresh.made.us += last ? 9000000 : -9000000;
	fresh.fine = last;
	memset(&fresh.id, last ? 0xff : 0, sizeof(fresh.id) - 1);
	fresh.id.byte[15] = (uint8_t)(n + 1);
	CU_ASSERT_EQUAL(things_insert(db, &fresh), OK);
	CU_ASSERT_EQUAL(db_commit(db), OK);
}

/* A page, counted in met[]; false: it was the last. */
static bool
next_page(struct pool *pool, struct question *q, int *met, int nth)
{
	const struct thing *rows;
	struct list got;
	struct db db;
	size_t i, k, limit = (size_t)q->asked.limit;

	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL_FATAL(db_search(&db, &q->asked, NULL, 0, &got), OK);
	rows = got.rows;
	for (i = 0; i < got.n && i < limit; i++) {
		k = find_thing(&rows[i].id);
		CU_ASSERT_TRUE_FATAL(k < THINGS);
		met[k]++;
	}
	if (got.n > limit) {
		question_after(q, &things[find_thing(&rows[limit - 1].id)]);
		change_rows(&db, &q->asked, rows[limit - 1].id, nth);
	}
	unit_close(&db);
	return got.n > limit;
}

/* Each row that stays is met once; no row is met twice. */
static void
while_rows_change(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	int met[THINGS];
	size_t order, k;
	int pages, once;

	for (order = 0; order < things_search.norders * 2; order++) {
		things_make(things);
		memset(met, 0, sizeof(met));
		question_new(&q, 6);
		q.asked.order = &things_search.orders[order / 2];
		q.asked.descending = order % 2 == 1;
		for (pages = 0; next_page(pool, &q, met, pages);)
			pages++;
		for (k = 0, once = 0; k < THINGS; k++)
			once += met[k] == 1;
		CU_ASSERT_EQUAL(once, THINGS);
		CU_ASSERT_EQUAL(pages, (THINGS - 1) / 6);
		things_drop();
	}
	pool_free(pool);
}

CU_TestInfo search_tests[] = {
    {"every question, as a sorted array answers it", all_questions},
    {"rows are skipped to the end and beyond", deep_skips},
    {"the program's own conditions hold", own_conditions},
    {"pages of skip and limit alone", plain_pages},
    {"a walk meets each row once while rows come and go", while_rows_change},
    CU_TEST_INFO_NULL,
};
