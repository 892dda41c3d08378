/*
 * Full text: the words of a text find what has them, whatever else it says.
 */
#include <stdio.h>
#include <string.h>

#include "core/words.h"
#include "searching.h"

static const char *const texts[] = {"Solar panel", "Solar lamp",
    "lampshade of oak", "OAK table, round", "caf\xC3\xA9 chair",
    "snake_case thing", "\xD0\xBB\xD0\xB0\xD0\xBC\xD0\xBF\xD0\xB0 solar",
    "the who", "tv", "tv stand", "100% wool", "don't panic"};

static void
make_texts(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct thing t = {.made = {1700000000000000}};
	struct db db;

	things_make_many(1);
	admin("DELETE FROM things");
	unit_open(&db, pool, TX_WRITE);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		t.id.byte[0] = 1;
		t.id.byte[15] = (uint8_t)i;
		t.name = texts[i];
		t.grade = (int64_t)i;
		CU_ASSERT_EQUAL(things_insert(&db, &t), OK);
	}
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

/* What a text finds, by grade, as a bit each. */
static unsigned
found_by(struct db *db, const char *text)
{
	const struct thing *rows;
	struct question q;
	struct list got;
	unsigned found = 0;
	int64_t n = -1;

	question_new(&q, 50);
	question_sort(&q, "grade");
	question_give(&q, "q");
	q.in.q = text;
	CU_ASSERT_EQUAL_FATAL(db_search(db, &q.asked, NULL, 0, &got), OK);
	rows = got.rows;
	for (size_t i = 0; i < got.n; i++) {
		found |= 1U << rows[i].grade;
		CU_ASSERT_TRUE(i == 0 || rows[i].grade > rows[i - 1].grade);
	}
	CU_ASSERT_EQUAL(db_search_count(db, &q.asked, NULL, 0, 1000, &n), OK);
	CU_ASSERT_EQUAL((size_t)n, got.n);
	return found;
}

#define AT(n) (1U << (n))

static void
words_find(void)
{
	static const struct {
		const char *text;
		unsigned found;
	} cases[] = {
	    {"solar", AT(0) | AT(1) | AT(6)},
	    {"SOLAR lamp", AT(1)},
	    {"lam", AT(1) | AT(2)},
	    {"solar lam", AT(1)},
	    {"sol lam", 0},
	    {"solar -lamp", AT(1)},
	    {"+solar ~panel", AT(0)},
	    {"oak", AT(2) | AT(3)},
	    {"oak of the", AT(2) | AT(3)},
	    {"\"table round\"", AT(3)},
	    {"round,table", AT(3)},
	    {"cafe", AT(4)},
	    {"CAF\xC3\x89", AT(4)},
	    {"snake_case", AT(5)},
	    {"snake", AT(5)},
	    {"case", 0},
	    {"\xD0\xBB\xD0\xB0\xD0\xBC", AT(6)},
	    {"\xD0\xBB\xD0\xB0\xD0\xBC\xD0\xBF\xD0\xB0*", AT(6)},
	    {"nothing solar", 0},
	    {"(solar", AT(0) | AT(1) | AT(6)},
	    {"wool 100", AT(10)},
	    {"don't pan", AT(11)},
	    /* Nothing of these is in the index: how a name begins. */
	    {"tv", AT(8) | AT(9)},
	    {" tv  ", AT(8) | AT(9)},
	    {"tv stand", AT(9)},
	    {"the", AT(7)},
	    {"the who", AT(7)},
	    {"who", 0},
	    {"o", AT(3)},
	    {"%", 0},
	    {"100%", AT(10)},
	    {"***", 0},
	    {"\xF0\x9F\x98\x80", 0},
	};
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_texts();
	unit_open(&db, pool, TX_READ);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned found = found_by(&db, cases[i].text);

		CU_ASSERT_EQUAL(found, cases[i].found);
		if (found != cases[i].found)
			fprintf(stderr, "%s finds %#x\n", cases[i].text, found);
	}
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* Filters, cursors and skips look at what full text found. */
static void
with_filters(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	const struct fixed own = {"fine", ARG(false)};
	const struct thing *rows;
	struct question q;
	struct list got;
	struct db db;

	make_texts();
	unit_open(&db, pool, TX_READ);
	question_new(&q, 1);
	question_sort(&q, "-grade");
	question_give(&q, "q");
	question_give(&q, "high");
	q.in.q = "solar";
	q.in.high = 5;
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, &own, 1, &got), OK);
	rows = got.rows;
	CU_ASSERT_EQUAL_FATAL(got.n, 2);
	CU_ASSERT_EQUAL(rows[0].grade, 1);
	CU_ASSERT_EQUAL(rows[1].grade, 0);
	question_after(&q, &rows[0]);
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, &own, 1, &got), OK);
	rows = got.rows;
	CU_ASSERT_EQUAL_FATAL(got.n, 1);
	CU_ASSERT_EQUAL(rows[0].grade, 0);
	q.asked.after = NULL;
	q.asked.skip = 1;
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, &own, 1, &got), OK);
	CU_ASSERT_EQUAL(got.n, 1);
	q.asked.skip = 1000;
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, &own, 1, &got), OK);
	CU_ASSERT_EQUAL(got.n, 0);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* The best matches are looked at; how many there are beyond is not known. */
static void
bounded_matches(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct question q;
	struct list got;
	struct db db;
	int64_t n = -1;

	things_make_many(3000);
	unit_open(&db, pool, TX_READ);
	question_new(&q, 20);
	question_give(&q, "q");
	q.in.q = "name";
	CU_ASSERT_EQUAL(db_search(&db, &q.asked, NULL, 0, &got), OK);
	CU_ASSERT_EQUAL(got.n, 21);
	CU_ASSERT_EQUAL(db_search_count(&db, &q.asked, NULL, 0, 5000, &n), OK);
	CU_ASSERT_EQUAL(n, SEARCH_WORDS_MAX + 1);
	unit_close(&db);
	pool_free(pool);
	things_drop();
}

/* Pieces of all kinds, in any order: an answer, never an error. */
static void
any_text(void)
{
	static const char *const pieces[] = {"solar", "lamp", "a", "the", "+",
	    "-", "*", "~", "<", ">", "(", ")", "\"", "@", "@8", "%", "'", "\\",
	    " ", " ", " ", "_", "__", "\xC3\xA9", "\xE6\x9D\xB1\xE4\xBA\xAC",
	    "\xF0\xA0\xAE\xB7", "\xF0\x9F\x98\x80", "\xCC\x81", "\xE2\x80\x8B",
	    "\xEF\xBC\x8B", "\xE2\x88\x92", "\xC2\xA0", "\x01", "\n", "0", "12",
	    "345", "||", "&&", "IN BOOLEAN MODE", "\xD9\x85\xD8\xB1\xD8\xAD",
	    "\xE0\xA4\x95\xE0\xA4\xBF", "\xC3\x9F", "\xC4\xB0", "WORD"};
	struct pool *pool = new_pool(1, 100, 5000);
	uint64_t seed = 4711;
	char text[400];
	struct db db;

	make_texts();
	for (int round = 0; round < 3000; round++) {
		size_t n = random_next(&seed) % 24, len = 0;

		for (size_t i = 0; i <= n; i++) {
			const char *piece =
			    pieces[random_next(&seed) %
				   (sizeof(pieces) / sizeof(pieces[0]))];

			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, "%s", piece);
		}
		unit_open(&db, pool, TX_READ);
		(void)found_by(&db, text);
		unit_close(&db);
	}
	pool_free(pool);
	things_drop();
}

CU_TestInfo search_words_tests[] = {
    {"words find what has them", words_find},
    {"filters and pages look at what was found", with_filters},
    {"the best matches are looked at", bounded_matches},
    {"any text has an answer", any_text},
    CU_TEST_INFO_NULL,
};
