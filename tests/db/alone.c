/*
 * db_alone(): one statement that is the whole of a phase of writes. And
 * statements with as many arguments as there can be.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(alone_number, "Number", FIELD(n));
#undef T

static void
make_table(void)
{
	admin("CREATE OR REPLACE TABLE alone (id INT PRIMARY KEY,"
	      " n INT NOT NULL, CHECK (n < 1000))");
	admin("INSERT INTO alone VALUES (1, 0)");
}

static enum err
add(struct db *db, int64_t n)
{
	return db_alone(
	    db, NULL, SQL("UPDATE alone SET n = n + ? WHERE id = 1", ARG(n)));
}

static int64_t
stored(void)
{
	return admin_int("SELECT n FROM alone WHERE id = 1");
}

static int64_t
questions(void)
{
	return admin_int("SELECT VARIABLE_VALUE FROM"
			 " information_schema.GLOBAL_STATUS"
			 " WHERE VARIABLE_NAME = 'QUESTIONS'");
}

static void
one_trip(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	int64_t before, matched = -1;
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	CU_ASSERT_EQUAL(stored(), 1); /* before any commit */
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	db_phase(&db, TX_WRITE);
	before = questions();
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(questions() - before, 2); /* with the question */
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	db_rollback(&db);
	CU_ASSERT_EQUAL(stored(), 3);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(db_alone(&db, &matched,
			    SQL0("DELETE FROM alone WHERE id IN (1, 2)")),
	    OK);
	CU_ASSERT_EQUAL(matched, 1);
	CU_ASSERT(db.spent_us > 0);
	unit_close(&db);
	pool_free(pool);
}

/* Nothing is done, and the phase may go another way. */
static void
conflict(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 5000), ERR_CONFLICT);
	CU_ASSERT_EQUAL(db_alone(&db, NULL,
			    SQL0("INSERT INTO alone VALUES (2, 0), (1, 0)")),
	    ERR_CONFLICT);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM alone"), 1);
	CU_ASSERT_EQUAL(db_exec(&db, NULL, SQL0("UPDATE alone SET n = 7")), OK);
	CU_ASSERT_EQUAL(stored(), 0);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 7);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 5000), ERR_CONFLICT);
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 8);
	unit_close(&db);
	pool_free(pool);
}

static void
fault(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 5000000000), ERR_INTERNAL);
	CU_ASSERT_EQUAL(add(&db, 1), ERR_INTERNAL);
	CU_ASSERT_EQUAL(db_commit(&db), ERR_INTERNAL);
	CU_ASSERT_EQUAL(stored(), 0);
	unit_close(&db);
	pool_free(pool);
}

/* It is seen before anything is sent. */
static void
hung_up(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	int64_t id;
	struct db db;

	make_table();
	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	admin_kill(id);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 1);
	db_phase(&db, TX_READ);
	CU_ASSERT_NOT_EQUAL(connection_of(&db), id);
	unit_close(&db);
	pool_free(pool);
}

struct waiting {
	struct db *db;
	enum err err;
};

static void *
add_in_thread(void *arg)
{
	struct waiting *w = arg;

	w->err = add(w->db, 1);
	return NULL;
}

/* What became of it nobody knows. */
static void
killed_inside(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct waiting w = {.err = OK};
	pthread_t thread;
	struct db db;
	int64_t id;

	make_table();
	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	admin("START TRANSACTION");
	admin("UPDATE alone SET n = 5");
	db_phase(&db, TX_WRITE);
	w.db = &db;
	pthread_create(&thread, NULL, add_in_thread, &w);
	CU_ASSERT(admin_until(waits_for_lock));
	admin_kill(id);
	pthread_join(thread, NULL);
	admin("COMMIT");
	CU_ASSERT_EQUAL(w.err, ERR_OUTCOME);
	CU_ASSERT_EQUAL(add(&db, 1), ERR_OUTCOME);
	CU_ASSERT_EQUAL(db_commit(&db), ERR_OUTCOME);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db, 1), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 6);
	unit_close(&db);
	pool_free(pool);
}

static void
too_slow(void)
{
	struct pool *pool = new_pool(1, 100, 300);
	struct db db;

	make_table();
	admin("START TRANSACTION");
	admin("UPDATE alone SET n = 5");
	unit_open(&db, pool, TX_WRITE);
	/* The server stops it, and says that it did nothing. */
	CU_ASSERT_EQUAL(add(&db, 1), ERR_BUSY);
	CU_ASSERT_EQUAL(db_commit(&db), ERR_BUSY);
	admin("COMMIT");
	CU_ASSERT_EQUAL(stored(), 5);
	unit_close(&db);
	pool_free(pool);
}

static void
no_connection(void)
{
	struct pool *pool = new_pool(1, 50, 5000);
	struct db a, b;

	make_table();
	unit_open(&a, pool, TX_READ);
	(void)connection_of(&a);
	unit_open(&b, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&b, 1), ERR_BUSY);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static enum err
set(struct db *db)
{
	return db_exec(db, NULL, SQL0("UPDATE alone SET n = 1"));
}

static void
run_bug(enum db_tx mode, int after)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, mode);
	if (after == 0 && set(&db) != OK)
		return;
	if (add(&db, 1) == OK)
		_exit((int)(after == 1 ? set(&db) : add(&db, 1)));
}

static void
before_it(void)
{
	run_bug(TX_WRITE, 0);
}
static void
after_it(void)
{
	run_bug(TX_WRITE, 1);
}
static void
twice(void)
{
	run_bug(TX_WRITE, 2);
}
static void
among_reads(void)
{
	run_bug(TX_READ, 3);
}

static void
bugs_abort(void)
{
	static const struct {
		void (*run)(void);
		const char *says;
	} bugs[] = {
	    {before_it, "a statement that is not alone"},
	    {after_it, "a statement beside one that was alone"},
	    {twice, "a statement that is not alone"},
	    {among_reads, "a statement that is not alone"},
	};
	char err[4096];
	size_t i;

	make_table();
	for (i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++) {
		CU_ASSERT_EQUAL(
		    child_signal(bugs[i].run, err, sizeof(err)), SIGABRT);
		CU_ASSERT_PTR_NOT_NULL(strstr(err, bugs[i].says));
	}
}

#define FOUR(x) x "," x "," x "," x
#define MANY    FOUR(FOUR(FOUR(FOUR(FOUR(FOUR(FOUR("(?)")))))))
enum { MANY_ROWS = 1 << 14, MOST = 65535 };

static void
many_arguments(void)
{
	struct pool *pool = new_pool(1, 100, 20000);
	struct arg *args = calloc(MOST, sizeof(*args));
	struct number sum = {0};
	struct db db;
	size_t i;

	admin("CREATE OR REPLACE TABLE many (id INT PRIMARY KEY)");
	for (i = 0; i < MOST; i++)
		args[i] = ARG((int64_t)i);
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL,
		"INSERT INTO many VALUES " FOUR(FOUR(FOUR("(?)"))), args, 64),
	    OK);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL,
		"INSERT INTO many VALUES (?)," FOUR(FOUR(FOUR("(?)"))),
		args + 64, 65),
	    OK);
	CU_ASSERT_EQUAL(db_exec(&db, NULL, "INSERT INTO many VALUES " MANY,
			    args + 64 + 65, MANY_ROWS),
	    OK);
	CU_ASSERT_EQUAL(db_one(&db, &alone_number, &sum,
			    SQL0("SELECT CAST(SUM(id) AS SIGNED) AS n"
				 " FROM many")),
	    OK);
	i = 64 + 65 + MANY_ROWS;
	CU_ASSERT_EQUAL(sum.n, (int64_t)(i * (i - 1) / 2));
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
	free(args);
}

CU_TestInfo alone_tests[] = {
    {"it is done in one trip", one_trip},
    {"a conflict leaves the phase as it was", conflict},
    {"a fault ends the phase", fault},
    {"a connection that hung up before", hung_up},
    {"a connection that dies inside", killed_inside},
    {"a statement that takes too long", too_slow},
    {"no connection is free", no_connection},
    {"others beside it are a bug", bugs_abort},
    {"thousands of arguments", many_arguments},
    CU_TEST_INFO_NULL,
};
