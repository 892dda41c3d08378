/*
 * Statements: prepared once, checked against their view, refused when they
 * have no place in a dao.
 */
#include <signal.h>
#include <string.h>

#include "fixture.h"

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(stmt_number, "Number", FIELD(n));
#undef T
struct pair_of {
	int64_t n;
	const char *t;
};
#define T struct pair_of
SCHEMA(stmt_pair, "Pair", FIELD(n), FIELD(t));
#undef T

static int64_t
prepared(void)
{
	return admin_int(
	    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
	    " WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'");
}

/* Enough literals that the table of statements grows twice. */
#define TEN(a)                                                                \
	S(a "0"), S(a "1"), S(a "2"), S(a "3"), S(a "4"), S(a "5"), S(a "6"), \
	    S(a "7"), S(a "8"), S(a "9")
#define S(a) "SELECT 1" a " AS n"

static void
prepared_once(void)
{
	static const char *const literals[] = {
	    TEN("0"), TEN("1"), TEN("2"), TEN("3"), TEN("4")};
	struct pool *pool = new_pool(1, 100, 5000);
	struct number got;
	struct db db;
	int64_t before;
	int round, i;

	unit_open(&db, pool, TX_READ);
	before = prepared();
	for (round = 0; round < 20; round++)
		for (i = 0; i < 50; i++) {
			CU_ASSERT_EQUAL(db_one(&db, &stmt_number, &got,
					    literals[i], NULL, 0),
			    OK);
			CU_ASSERT_EQUAL(got.n, 100 + i);
		}
	CU_ASSERT_EQUAL(prepared() - before, 50);
	unit_close(&db);
	pool_free(pool);
}

static void
two_views(void)
{
	static const char sql[] = "SELECT 5 AS n";
	const struct schema other = stmt_number;
	struct pool *pool = new_pool(1, 100, 5000);
	struct number got;
	struct db db;
	int i;

	unit_open(&db, pool, TX_READ);
	for (i = 0; i < 4; i++) {
		got.n = 0;
		CU_ASSERT_EQUAL(db_one(&db, i % 2 == 0 ? &stmt_number : &other,
				    &got, sql, NULL, 0),
		    OK);
		CU_ASSERT_EQUAL(got.n, 5);
	}
	unit_close(&db);
	pool_free(pool);
}

static void
altered_table(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct pair_of got;
	struct db db;
	int i;

	admin("CREATE OR REPLACE TABLE altered (n INT, t VARCHAR(10))");
	admin("INSERT INTO altered VALUES (1, 'a')");
	unit_open(&db, pool, TX_READ);
	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(db_one(&db, &stmt_pair, &got,
				    SQL0("SELECT n, t FROM altered")),
		    OK);
		CU_ASSERT_EQUAL(got.n, 1);
		CU_ASSERT_STRING_EQUAL(got.t, "a");
		db_release(&db);
		if (i == 0)
			admin("ALTER TABLE altered ADD x INT FIRST");
		else
			admin("ALTER TABLE altered MODIFY n BIGINT,"
			      " MODIFY t LONGTEXT");
	}
	unit_close(&db);
	pool_free(pool);
}

static void
not_found_and_matched(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct number got = {.n = 77};
	int64_t matched = -1;
	struct db db;

	admin("CREATE OR REPLACE TABLE matched (n INT)");
	admin("INSERT INTO matched VALUES (1), (2), (2)");
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(db_one(&db, &stmt_number, &got,
			    SQL0("SELECT n FROM matched WHERE n = 9")),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(got.n, 77);
	/* Found, though nothing changes. */
	CU_ASSERT_EQUAL(db_exec(&db, &matched,
			    SQL0("UPDATE matched SET n = 2 WHERE n = 2")),
	    OK);
	CU_ASSERT_EQUAL(matched, 2);
	CU_ASSERT_EQUAL(
	    db_exec(&db, &matched, SQL0("DELETE FROM matched WHERE n = 8")),
	    OK);
	CU_ASSERT_EQUAL(matched, 0);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

/* The bugs: each in a process of its own. */
static void
one_call(enum db_tx mode, const struct schema *view, const char *sql)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct pair_of row;
	struct db db;

	unit_open(&db, pool, mode);
	if (view == NULL)
		(void)!db_exec(&db, NULL, sql, NULL, 0);
	else
		(void)!db_one(&db, view, &row, sql, NULL, 0);
}

static void
in_no_phase(void)
{
	one_call(TX_NONE, &stmt_number, "SELECT 1 AS n");
}
static void
write_in_read(void)
{
	one_call(TX_READ, NULL, "DELETE FROM matched");
}
static void
write_in_snapshot(void)
{
	one_call(TX_SNAPSHOT, NULL, "DELETE FROM matched");
}
static void
wrong_name(void)
{
	one_call(TX_READ, &stmt_number, "SELECT 1 AS m");
}
static void
too_many_columns(void)
{
	one_call(TX_READ, &stmt_number, "SELECT 1 AS n, 2 AS t");
}
static void
wrong_order(void)
{
	one_call(TX_READ, &stmt_pair, "SELECT 'a' AS t, 1 AS n");
}
static void
two_rows(void)
{
	one_call(TX_READ, &stmt_number, "SELECT 1 AS n UNION SELECT 2");
}
static void
missing_argument(void)
{
	one_call(TX_READ, &stmt_number, "SELECT ? AS n");
}
static void
commit_as_statement(void)
{
	one_call(TX_WRITE, NULL, "COMMIT");
}
static void
set_as_statement(void)
{
	one_call(TX_WRITE, NULL, "SET autocommit = 1");
}
static void
phase_in_transaction(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_WRITE);
	(void)connection_of(&db);
	db_phase(&db, TX_READ);
}
static void
free_while_out(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_READ);
	(void)connection_of(&db);
	pool_free(pool);
}

static void
bugs_abort(void)
{
	static const struct {
		void (*run)(void);
		const char *says;
	} bugs[] = {
	    {in_no_phase, "a statement in a phase that declares none"},
	    {write_in_read, "a write in a phase of reads"},
	    {write_in_snapshot, "a write in a phase of reads"},
	    {wrong_name, "a column has not the name of the view's field"},
	    {too_many_columns, "the columns of a statement are not the view's"},
	    {wrong_order, "a column has not the name of the view's field"},
	    {two_rows, "a statement for one row gives more"},
	    {missing_argument, "arguments are not as many as its ?"},
	    {commit_as_statement, "a statement without rows must be"},
	    {set_as_statement, "a statement without rows must be"},
	    {phase_in_transaction, "a phase begins while a transaction"},
	    {free_while_out, "a pool ends while connections are out"},
	};
	char err[4096];
	size_t i;

	for (i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
		CU_ASSERT_EQUAL(
		    child_signal(bugs[i].run, err, sizeof(err)), SIGABRT);
		CU_ASSERT_PTR_NOT_NULL(strstr(err, bugs[i].says));
	}
}

CU_TestInfo stmt_tests[] = {
    {"a literal is prepared once per connection", prepared_once},
    {"a literal may serve two views", two_views},
    {"a table may change under a prepared statement", altered_table},
    {"no row, and rows that were found", not_found_and_matched},
    {"mistakes in the program abort with the reason", bugs_abort},
    CU_TEST_INFO_NULL,
};
