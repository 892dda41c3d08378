/*
 * Phases on a connection that lives: what is seen, what is kept, and what a
 * refusal leaves possible.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "core/time.h"
#include "fixture.h"

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(unit_number, "Number", FIELD(n));
#undef T

static void
make_table(void)
{
	admin("CREATE OR REPLACE TABLE child (id INT)");
	admin("CREATE OR REPLACE TABLE rows_ (id INT PRIMARY KEY,"
	      " n INT NOT NULL, s VARCHAR(5) NULL, CHECK (n < 1000))");
	admin("INSERT INTO rows_ (id, n) VALUES (1, 10), (2, 20)");
	admin("CREATE OR REPLACE TABLE child (id INT PRIMARY KEY, parent INT,"
	      " FOREIGN KEY (parent) REFERENCES rows_ (id))");
}

static int64_t
value(struct db *db, int64_t id)
{
	struct number row = {.n = -1};

	CU_ASSERT_EQUAL(db_one(db, &unit_number, &row,
			    SQL("SELECT n FROM rows_ WHERE id = ?", ARG(id))),
	    OK);
	return row.n;
}

static enum err
set(struct db *db, int64_t id, int64_t n)
{
	return db_exec(db, NULL,
	    SQL("UPDATE rows_ SET n = ? WHERE id = ?", ARG(n), ARG(id)));
}

static void
commit_and_rollback(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(db_commit(&db), OK); /* nothing was done */
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 1, 11), OK);
	CU_ASSERT(db.open);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 1"), 10);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT(!db.open);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 1"), 11);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 1, 12), OK);
	db_rollback(&db);
	db_phase(&db, TX_READ);
	CU_ASSERT_EQUAL(value(&db, 1), 11);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 1, 13), OK);
	db_release(&db); /* rolls back */
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 1"), 11);
	CU_ASSERT(db.spent_us > 0);
	unit_close(&db);
	pool_free(pool);
}

static void
isolation(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_SNAPSHOT);
	CU_ASSERT_EQUAL(value(&db, 1), 10);
	admin("UPDATE rows_ SET n = n + 1");
	CU_ASSERT_EQUAL(value(&db, 2), 20); /* of the moment of the first */
	CU_ASSERT_EQUAL(value(&db, 1), 10);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	db_phase(&db, TX_READ);
	CU_ASSERT_EQUAL(value(&db, 1), 11);
	admin("UPDATE rows_ SET n = n + 1");
	CU_ASSERT_EQUAL(value(&db, 1), 12);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	/* A snapshot does not leave its isolation to the next one. */
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(value(&db, 1), 12);
	admin("UPDATE rows_ SET n = n + 1");
	CU_ASSERT_EQUAL(value(&db, 1), 13);
	unit_close(&db);
	pool_free(pool);
}

static void
conflicts(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 2, 21), OK);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL,
		SQL("INSERT INTO rows_ (id, n) VALUES (?, 0)", ARG(1))),
	    ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL, SQL("INSERT INTO child VALUES (1, ?)", ARG(99))),
	    ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL, SQL("INSERT INTO child VALUES (1, ?)", ARG(1))),
	    OK);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL, SQL0("DELETE FROM rows_ WHERE id = 1")),
	    ERR_CONFLICT);
	CU_ASSERT_EQUAL(set(&db, 1, 5000), ERR_CONFLICT); /* the CHECK */
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 2"), 21);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM child"), 1);
	unit_close(&db);
	pool_free(pool);
}

static void
provoke_fault(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_WRITE);
	if (db_exec(&db, NULL,
		SQL("UPDATE rows_ SET s = ? WHERE id = 1",
		    ARG("hunter2-secret"))) != ERR_INTERNAL)
		_exit(1);
	db_release(&db);
}

static void
faults(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	char err[4096];
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 2, 22), OK);
	CU_ASSERT_EQUAL(set(&db, 1, 5000000000), ERR_INTERNAL); /* 1264 */
	/* It has ended the phase: nothing more can happen by mistake. */
	CU_ASSERT_EQUAL(set(&db, 1, 6), ERR_INTERNAL);
	CU_ASSERT_EQUAL(db_commit(&db), ERR_INTERNAL);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 2"), 20);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(
	    db_exec(&db, NULL, SQL0("INSERT INTO nowhere VALUES (1)")),
	    ERR_INTERNAL);
	unit_close(&db);
	pool_free(pool);

	CU_ASSERT_EQUAL(child_signal(provoke_fault, err, sizeof(err)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err, "1406"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err, "UPDATE rows_ SET s = ?"));
	CU_ASSERT_PTR_NOT_NULL(strstr(err, "the-request"));
	CU_ASSERT_PTR_NULL(strstr(err, "hunter2"));
}

struct second {
	struct db *db;
	enum err err;
};

static void *
cross(void *arg)
{
	struct second *s = arg;

	s->err = set(s->db, 2, 99);
	return NULL;
}

static void
deadlock(void)
{
	struct pool *pool = new_pool(2, 100, 5000);
	struct second other = {.err = OK};
	struct db a, b, *victim;
	pthread_t thread;
	enum err err;

	make_table();
	unit_open(&a, pool, TX_WRITE);
	unit_open(&b, pool, TX_WRITE);
	CU_ASSERT_EQUAL(set(&a, 1, 98), OK);
	CU_ASSERT_EQUAL(set(&b, 2, 97), OK);
	other.db = &a;
	pthread_create(&thread, NULL, cross, &other);
	CU_ASSERT(admin_until(waits_for_lock));
	err = set(&b, 1, 96);
	pthread_join(thread, NULL);
	CU_ASSERT((err == ERR_RETRY && other.err == OK) ||
		  (err == OK && other.err == ERR_RETRY));
	victim = err == ERR_RETRY ? &b : &a;
	CU_ASSERT_EQUAL(set(victim, 1, 1), ERR_RETRY);
	CU_ASSERT_EQUAL(db_commit(victim), ERR_RETRY);
	CU_ASSERT_EQUAL(db_commit(victim == &a ? &b : &a), OK);
	db_rollback(victim);
	db_phase(victim, TX_WRITE);
	CU_ASSERT_EQUAL(set(victim, 1, 55), OK);
	CU_ASSERT_EQUAL(db_commit(victim), OK);
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM rows_ WHERE id = 1"), 55);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static void
lock_timeout(void)
{
	struct pool *pool = new_pool(1, 100, 10000);
	int64_t start, id;
	struct db db;

	make_table();
	admin("START TRANSACTION");
	admin("UPDATE rows_ SET n = 77 WHERE id = 1");
	unit_open(&db, pool, TX_WRITE);
	id = connection_of(&db);
	CU_ASSERT_EQUAL(set(&db, 2, 76), OK);
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(set(&db, 1, 75), ERR_RETRY);
	start = time_monotonic_us() - start;
	CU_ASSERT(start > 2500000 && start < 5000000);
	/* The first row is free again although nobody has ended the phase. */
	admin("UPDATE rows_ SET n = 74 WHERE id = 2");
	admin("COMMIT");
	CU_ASSERT_EQUAL(db_commit(&db), ERR_RETRY);
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(set(&db, 1, 73), OK);
	CU_ASSERT_EQUAL(connection_of(&db), id);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(admin_int("SELECT SUM(n) FROM rows_"), 73 + 74);
	unit_close(&db);
	pool_free(pool);
}

static void
slow_statement(void)
{
	struct pool *pool = new_pool(1, 100, 500);
	struct number row;
	int64_t start, id;
	struct db db;

	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(db_one(&db, &unit_number, &row,
			    SQL0("SELECT COUNT(*) AS n FROM"
				 " seq_1_to_1000000000 WHERE seq % 7 = 1")),
	    ERR_BUSY);
	start = time_monotonic_us() - start;
	CU_ASSERT(start >= 450000 && start < 1400000);
	CU_ASSERT_EQUAL(connection_of(&db), id);
	unit_close(&db);
	pool_free(pool);
}

CU_TestInfo unit_tests[] = {
    {"a phase is committed as a whole, or not at all", commit_and_rollback},
    {"a snapshot is of one moment, the others see what is new", isolation},
    {"conflicts leave the transaction usable", conflicts},
    {"faults end it; the log has no argument", faults},
    {"one of two in a deadlock may try again", deadlock},
    {"a lock that is not had in time gives up the others", lock_timeout},
    {"a statement that takes too long is stopped", slow_statement},
    CU_TEST_INFO_NULL,
};
