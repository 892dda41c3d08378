/*
 * Values between structs and columns, both ways.
 */
#include <float.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

struct all_types {
	int64_t id;
	bool b;
	int64_t i;
	double r;
	const char *t;
	struct uuid u;
	struct timestamp w;
};
#define T struct all_types
SCHEMA(types_row, "Types", FIELD(id), FIELD(b), FIELD(i), FIELD(r),
    FIELD(t, .flags = NULLABLE), FIELD(u, .flags = NULLABLE),
    FIELD(w, .flags = NULLABLE));
SCHEMA(types_strict, "Strict", FIELD(t), FIELD(u), FIELD(w));
SCHEMA(types_text, "Text", FIELD(t));
SCHEMA(types_int, "Int", FIELD(i));
SCHEMA(types_null_int, "NullInt", FIELD(i, .flags = NULLABLE));
SCHEMA(types_bool, "Bool", FIELD(b));
SCHEMA(types_uuid, "Uuid", FIELD(u));
SCHEMA(types_time, "Time", FIELD(w));
#undef T

static void
make_table(void)
{
	admin("CREATE OR REPLACE TABLE types (id BIGINT PRIMARY KEY,"
	      " b BOOLEAN NOT NULL, i BIGINT NOT NULL, r DOUBLE NOT NULL,"
	      " t LONGTEXT NULL, u BINARY(16) NULL, w DATETIME(6) NULL,"
	      " short VARCHAR(3) NULL, tiny TINYINT NULL)"
	      " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
}

static enum err
insert(struct db *db, const struct all_types *v)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO types (id, b, i, r, t, u, w)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)",
		ARG(v->id), ARG(v->b), ARG(v->i), ARG(v->r), ARG(v->t),
		ARG(v->u), ARG(v->w)));
}

static enum err
load(struct db *db, int64_t id, struct all_types *v)
{
	memset(v, 0xee, sizeof(*v));
	return db_one(db, &types_row, v,
	    SQL("SELECT id, b, i, r, t, u, w FROM types WHERE id = ?",
		ARG(id)));
}

static void
check_round_trip(struct db *db, const struct all_types *v)
{
	struct all_types got;

	CU_ASSERT_EQUAL(insert(db, v), OK);
	CU_ASSERT_EQUAL_FATAL(load(db, v->id, &got), OK);
	CU_ASSERT_EQUAL(got.id, v->id);
	CU_ASSERT_EQUAL(got.b, v->b);
	CU_ASSERT_EQUAL(got.i, v->i);
	CU_ASSERT_EQUAL(got.r, v->r);
	if (v->t == NULL)
		CU_ASSERT_PTR_NULL(got.t)
	else
		CU_ASSERT_STRING_EQUAL(got.t, v->t);
	CU_ASSERT(uuid_equal(&got.u, &v->u));
	CU_ASSERT_EQUAL(got.w.us, v->w.us);
}

static void
round_trips(void)
{
	/* 1000-01-01, 1969-12-31T23:59:59.999999, 9999-12-31T23:59:59.999999 */
	const struct all_types values[] = {
	    {1, true, INT64_MAX, 0.1, "h\u00e9 \U0001F600 \\ ' \" \n",
		{{1, 0, 2, 0, 255, 39, 92, 10, 9, 8, 7, 6, 5, 4, 3, 2}},
		{1700000000123456}},
	    {2, false, INT64_MIN, -DBL_MAX, "", {{0}}, {-1}},
	    {3, true, 0, 0.0, NULL, {{0}}, {0}},
	    {4, false, -1, DBL_MIN, "x", {{[15] = 1}}, {253402300799999999}},
	    {5, false, 7, 1e-7, "y", {{[0] = 1}}, {-30610224000000000}},
	};
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;
	size_t i;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		check_round_trip(&db, &values[i]);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM types WHERE t IS NULL"
				  " AND u IS NULL AND w IS NULL"),
	    1);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM types WHERE id = 1 AND"
				  " u = X'01000200FF275C0A0908070605040302'"
				  " AND w = '2023-11-14 22:13:20.123456'"),
	    1);
	unit_close(&db);
	pool_free(pool);
}

static void
text_lengths(void)
{
	static const size_t lengths[] = {
	    0, 1, 255, 256, 257, 4096, 65536, 1 << 20, 12 << 20, 3, 256};
	struct pool *pool = new_pool(1, 100, 5000);
	struct all_types v = {.id = 1}, got;
	char *text = malloc((12 << 20) + 1);
	struct db db;
	size_t i, j;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (j = 0; j < lengths[i]; j++)
			text[j] = (char)('a' + (i + j * 7) % 26);
		text[lengths[i]] = '\0';
		v.t = text;
		CU_ASSERT_EQUAL(db_exec(&db, NULL,
				    SQL("REPLACE INTO types (id, b, i, r, t)"
					" VALUES (?, 0, 0, 0, ?)",
					ARG(v.id), ARG(v.t))),
		    OK);
		CU_ASSERT_EQUAL_FATAL(load(&db, 1, &got), OK);
		CU_ASSERT_EQUAL(strlen(got.t), lengths[i]);
		CU_ASSERT(strcmp(got.t, text) == 0);
	}
	unit_close(&db);
	free(text);
	pool_free(pool);
}

static void
many_rows(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	const struct all_types *rows;
	struct list list;
	struct db db;
	size_t i;

	make_table();
	admin("INSERT INTO types (id, b, i, r, t) SELECT seq, seq % 2,"
	      " seq * 10, seq / 4, REPEAT(CHAR(97 + seq % 26), seq % 600)"
	      " FROM seq_1_to_1000");
	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL(
	    db_all(&db, &types_row, &list,
		SQL("SELECT id, b, i, r, t, u, w FROM types WHERE id <= ?"
		    " ORDER BY id",
		    ARG(1000))),
	    OK);
	CU_ASSERT_EQUAL_FATAL(list.n, 1000);
	rows = list.rows;
	for (i = 0; i < list.n; i++) {
		CU_ASSERT_EQUAL(rows[i].id, (int64_t)i + 1);
		CU_ASSERT_EQUAL(rows[i].b, (i + 1) % 2 == 1);
		CU_ASSERT_EQUAL(strlen(rows[i].t), (i + 1) % 600);
		CU_ASSERT_EQUAL(rows[i].r, (double)(i + 1) / 4);
	}
	CU_ASSERT_EQUAL(db_all(&db, &types_row, &list,
			    SQL("SELECT id, b, i, r, t, u, w FROM types"
				" WHERE id > ? LIMIT 5",
				ARG(1000))),
	    OK);
	CU_ASSERT_EQUAL(list.n, 0);
	unit_close(&db);
	pool_free(pool);
}

static void
conversions(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct all_types v = {0};
	struct db db;

	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL(
	    db_one(&db, &types_bool, &v, SQL("SELECT ? > 300 AS b", ARG(301))),
	    OK);
	CU_ASSERT(v.b);
	CU_ASSERT_EQUAL(
	    db_one(&db, &types_bool, &v, SQL0("SELECT 256 AS b")), OK);
	CU_ASSERT(v.b);
	CU_ASSERT_EQUAL(db_one(&db, &types_int, &v,
			    SQL0("SELECT SUM(n) AS i FROM"
				 " (SELECT 3 AS n UNION SELECT 4) AS s")),
	    OK);
	CU_ASSERT_EQUAL(v.i, 7);
	CU_ASSERT_EQUAL(
	    db_one(&db, &types_text, &v, SQL0("SELECT 12 AS t")), OK);
	CU_ASSERT_STRING_EQUAL(v.t, "12");
	CU_ASSERT_EQUAL(
	    db_one(&db, &types_int, &v,
		SQL("SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%' AND"
		    " @@time_zone = '+00:00' AND @@autocommit = 1 AND"
		    " @@tx_isolation = 'READ-COMMITTED' AND"
		    " @@innodb_lock_wait_timeout = 3 AND"
		    " @@character_set_client = 'utf8mb4' AND"
		    " @@max_statement_time = ? AS i",
		    ARG(5))),
	    OK);
	CU_ASSERT_EQUAL(v.i, 1);
	unit_close(&db);
	pool_free(pool);
}

/* Each is refused, and the next statement on the same connection works. */
static void
data_faults(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct all_types v = {0};
	struct list list;
	struct db db;
	int64_t id;

	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
#define REFUSED(view, sql)                                                \
	CU_ASSERT_EQUAL(db_one(&db, &view, &v, SQL0(sql)), ERR_INTERNAL); \
	CU_ASSERT_EQUAL(connection_of(&db), id)
	REFUSED(types_text, "SELECT NULL AS t");
	REFUSED(types_int, "SELECT NULL AS i");
	REFUSED(types_null_int, "SELECT NULL AS i");
	REFUSED(types_int, "SELECT CAST(9223372036854775808 AS UNSIGNED) AS i");
	REFUSED(types_uuid, "SELECT X'0102' AS u");
	REFUSED(types_uuid, "SELECT REPEAT('a', 17) AS u");
	REFUSED(types_uuid, "SELECT REPEAT('a', 300) AS u");
	REFUSED(types_text, "SELECT 'a\\0b' AS t");
	REFUSED(types_text, "SELECT CONCAT(REPEAT('a', 300), '\\0') AS t");
	REFUSED(types_time, "SELECT CAST('0000-00-00' AS DATETIME(6)) AS w");
	CU_ASSERT_EQUAL(db_all(&db, &types_int, &list,
			    SQL0("SELECT IF(seq = 2, NULL, seq) AS i"
				 " FROM seq_1_to_5000 ORDER BY seq")),
	    ERR_INTERNAL);
	CU_ASSERT_EQUAL(connection_of(&db), id);
	unit_close(&db);
	pool_free(pool);
}

static void
bad_arguments(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct all_types v = {.id = 9, .w = {INT64_MAX / 2}};
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(insert(&db, &v), ERR_INTERNAL);
	unit_close(&db);
	pool_free(pool);
}

CU_TestInfo types_tests[] = {
    {"every type comes back as it went", round_trips},
    {"texts of any length", text_lengths},
    {"lists, with an empty one", many_rows},
    {"columns of another type convert; the session is set up", conversions},
    {"data that is not what the view says is a fault", data_faults},
    {"a moment that is no date is a fault", bad_arguments},
    CU_TEST_INFO_NULL,
};
