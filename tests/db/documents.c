/*
 * Lists of texts and JSON between structs and columns, both ways.
 */
#include <string.h>

#include "fixture.h"

struct document {
	int64_t id;
	struct texts list;
	struct raw_json json;
};
#define T struct document
SCHEMA(documents_row, "Document", FIELD(id), FIELD(list, .flags = NULLABLE),
    FIELD(json, .flags = NULLABLE));
SCHEMA(documents_list, "List", FIELD(list));
SCHEMA(documents_json, "Json", FIELD(json));
#undef T

static void
make_table(void)
{
	admin("CREATE OR REPLACE TABLE documents (id BIGINT PRIMARY KEY,"
	      " list JSON NULL, json JSON NULL) DEFAULT CHARSET=utf8mb4");
}

static void
check_round_trip(struct db *db, const struct document *d)
{
	struct document got;
	size_t i;

	memset(&got, 0xee, sizeof(got));
	CU_ASSERT_EQUAL_FATAL(
	    db_exec(db, NULL,
		SQL("INSERT INTO documents (id, list, json) VALUES (?, ?, ?)",
		    ARG(d->id), ARG(d->list), ARG(d->json))),
	    OK);
	CU_ASSERT_EQUAL_FATAL(
	    db_one(db, &documents_row, &got,
		SQL("SELECT id, list, json FROM documents WHERE id = ?",
		    ARG(d->id))),
	    OK);
	CU_ASSERT_EQUAL((got.list.item == NULL), (d->list.item == NULL));
	CU_ASSERT_EQUAL_FATAL(got.list.n, d->list.n);
	for (i = 0; i < d->list.n; i++)
		CU_ASSERT_STRING_EQUAL(got.list.item[i], d->list.item[i]);
	CU_ASSERT_EQUAL_FATAL((got.json.text == NULL), (d->json.text == NULL));
	if (d->json.text != NULL)
		CU_ASSERT_STRING_EQUAL(got.json.text, d->json.text);
}

static void
round_trips(void)
{
	static char text[300], big[1 << 20];
	const char *const words[] = {
	    "a", "q\"\\\u00fc\U0001F600\n'", "a", text, text};
	const struct document rows[] = {
	    {1, {words, 5}, {"{\"a\":[1,null,\"\u00fc\"]}"}},
	    {2, {words, 0}, {"null"}}, {3, {NULL, 0}, {NULL}},
	    {4, {words, 1}, {big}}};
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;
	size_t i;

	memset(text, 'x', sizeof(text) - 1);
	memset(big, 'y', sizeof(big) - 1);
	big[0] = big[sizeof(big) - 2] = '"';
	make_table();
	unit_open(&db, pool, TX_WRITE);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_round_trip(&db, &rows[i]);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(admin_int("SELECT JSON_LENGTH(list) FROM documents"
				  " WHERE id = 1 AND"
				  " JSON_VALUE(json, '$.a[0]') = 1"),
	    5);
	CU_ASSERT_EQUAL(admin_int("SELECT list = '[]' AND json = 'null'"
				  " FROM documents WHERE id = 2"),
	    1);
	CU_ASSERT_EQUAL(admin_int("SELECT list IS NULL AND json IS NULL"
				  " FROM documents WHERE id = 3"),
	    1);
	unit_close(&db);
	pool_free(pool);
}

static void
made_by_the_server(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	const struct document *rows;
	struct document got;
	struct list all;
	struct db db;

	make_table();
	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL_FATAL(
	    db_one(&db, &documents_list, &got,
		SQL0("SELECT JSON_ARRAYAGG(seq) AS list FROM (SELECT"
		     " CONCAT('n', seq) AS seq FROM seq_1_to_200) AS s")),
	    OK);
	CU_ASSERT_EQUAL_FATAL(got.list.n, 200);
	CU_ASSERT_STRING_EQUAL(got.list.item[199], "n200");
	CU_ASSERT_EQUAL_FATAL(
	    db_all(&db, &documents_json, &all,
		SQL0("SELECT JSON_OBJECT('n', seq) AS json FROM seq_1_to_3"
		     " ORDER BY seq")),
	    OK);
	CU_ASSERT_EQUAL_FATAL(all.n, 3);
	rows = all.rows;
	CU_ASSERT_STRING_EQUAL(rows[0].json.text, "{\"n\": 1}");
	CU_ASSERT_STRING_EQUAL(rows[2].json.text, "{\"n\": 3}");
	unit_close(&db);
	pool_free(pool);
}

/* Each is refused, and the next statement on the same connection works. */
static void
data_faults(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct document d;
	struct db db;

	unit_open(&db, pool, TX_READ);
#define REFUSED(view, sql) \
	CU_ASSERT_EQUAL(db_one(&db, &view, &d, SQL0(sql)), ERR_INTERNAL)
	REFUSED(documents_list, "SELECT NULL AS list");
	REFUSED(documents_list, "SELECT '' AS list");
	REFUSED(documents_list, "SELECT '[1]' AS list");
	REFUSED(documents_list, "SELECT '{\"a\": 1}' AS list");
	REFUSED(documents_list, "SELECT '[\"a\\\\u0000\"]' AS list");
	REFUSED(documents_list, "SELECT '[\"a\\0\"]' AS list");
	REFUSED(documents_list, "SELECT REPEAT('[', 300) AS list");
	REFUSED(documents_json, "SELECT NULL AS json");
	REFUSED(documents_json, "SELECT '' AS json");
	REFUSED(documents_json, "SELECT '{\"a\":1} x' AS json");
	REFUSED(documents_json, "SELECT X'EFBBBF31' AS json");
	REFUSED(documents_json, "SELECT X'22FF22' AS json");
	REFUSED(documents_json, "SELECT REPEAT('[', 300) AS json");
	unit_close(&db);
	pool_free(pool);
}

CU_TestInfo documents_tests[] = {
    {"lists and JSON come back as they went", round_trips},
    {"what the server makes is read", made_by_the_server},
    {"columns that are neither are a fault", data_faults},
    CU_TEST_INFO_NULL,
};
