/*
 * Connections that die, in each mode and at each place.
 */
#include <pthread.h>
#include <stdio.h>

#include "fixture.h"

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(lost_number, "Number", FIELD(n));
#undef T

static void
make_table(void)
{
	admin("CREATE OR REPLACE TABLE lost (id INT PRIMARY KEY, n INT)");
	admin("INSERT INTO lost VALUES (1, 0)");
}

static enum err
add(struct db *db)
{
	return db_exec(db, NULL, SQL0("UPDATE lost SET n = n + 1"));
}

static int64_t
stored(void)
{
	return admin_int("SELECT n FROM lost");
}

static void
reads(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	int64_t id, next;
	struct list list;
	struct db db;

	make_table();
	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	admin_kill(id);
	next = connection_of(&db);
	CU_ASSERT_NOT_EQUAL(next, id);
	admin_kill(next);
	CU_ASSERT_EQUAL(
	    db_all(&db, &lost_number, &list, SQL0("SELECT n FROM lost")), OK);
	CU_ASSERT_EQUAL(list.n, 1);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

static void
snapshots(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;
	int64_t id;

	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	db_release(&db);
	admin_kill(id);
	/* Before the first statement: nothing was seen yet. */
	db_phase(&db, TX_SNAPSHOT);
	CU_ASSERT_NOT_EQUAL(connection_of(&db), id);
	/* After it: the moment is gone. */
	admin_kill(connection_of(&db));
	CU_ASSERT_EQUAL(db_one(&db, &lost_number, &(struct number){0},
			    SQL0("SELECT 1 AS n")),
	    ERR_RETRY);
	CU_ASSERT_EQUAL(db_one(&db, &lost_number, &(struct number){0},
			    SQL0("SELECT 2 AS n")),
	    ERR_RETRY);
	db_rollback(&db);
	db_phase(&db, TX_SNAPSHOT);
	admin_kill(connection_of(&db));
	CU_ASSERT_EQUAL(db_commit(&db), OK); /* all that was read is right */
	db_phase(&db, TX_SNAPSHOT);
	CU_ASSERT(connection_of(&db) > 0);
	unit_close(&db);
	pool_free(pool);
}

static void
write_before_first(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;
	int64_t id;

	make_table();
	unit_open(&db, pool, TX_READ);
	id = connection_of(&db);
	admin_kill(id);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 1);
	unit_close(&db);
	pool_free(pool);
}

static void
write_after_first(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	admin_kill(connection_of(&db));
	CU_ASSERT_EQUAL(add(&db), ERR_RETRY);
	CU_ASSERT_EQUAL(add(&db), ERR_RETRY); /* alone it would be half */
	CU_ASSERT_EQUAL(db_commit(&db), ERR_RETRY);
	CU_ASSERT_EQUAL(stored(), 0);
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 2);
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

	w->err = add(w->db);
	return NULL;
}

/* Killed while the server works on it. */
static void
write_inside(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct waiting w = {.err = OK};
	pthread_t thread;
	struct db db;
	int64_t id;

	make_table();
	admin("START TRANSACTION");
	admin("UPDATE lost SET n = 5");
	unit_open(&db, pool, TX_WRITE);
	id = connection_of(&db);
	w.db = &db;
	pthread_create(&thread, NULL, add_in_thread, &w);
	CU_ASSERT(admin_until(waits_for_lock));
	admin_kill(id);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(w.err, ERR_RETRY);
	admin("COMMIT");
	CU_ASSERT_EQUAL(stored(), 5);
	unit_close(&db);
	pool_free(pool);
}

static void
before_commit(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	admin_kill(connection_of(&db));
	/* COMMIT was never sent: it is gone for certain. */
	CU_ASSERT_EQUAL(db_commit(&db), ERR_RETRY);
	CU_ASSERT_EQUAL(stored(), 0);
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 1);
	unit_close(&db);
	pool_free(pool);
}

static void *
read_in_thread(void *arg)
{
	struct waiting *w = arg;
	struct list list;

	w->err = db_all(w->db, &lost_number, &list,
	    SQL0("SELECT seq AS n FROM seq_1_to_100000000"
		 " WHERE seq < 4000 OR seq % 1000000 = 1 AND SLEEP(0.2) = 0"));
	return NULL;
}

/* Killed when a part of the rows has come. */
static void
between_rows(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct waiting w = {.err = OK};
	pthread_t thread;
	struct db db;
	int64_t id;

	unit_open(&db, pool, TX_SNAPSHOT);
	id = connection_of(&db);
	w.db = &db;
	pthread_create(&thread, NULL, read_in_thread, &w);
	CU_ASSERT(admin_until("SELECT COUNT(*) FROM"
			      " information_schema.PROCESSLIST"
			      " WHERE STATE = 'User sleep'"));
	admin_kill(id);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(w.err, ERR_RETRY);
	unit_close(&db);
	pool_free(pool);
}

static void *
commit_in_thread(void *arg)
{
	struct waiting *w = arg;

	w->err = db_commit(w->db);
	return NULL;
}

static void
inside_commit(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct waiting w = {.err = OK};
	pthread_t thread;
	char sql[160];
	struct db db;
	int64_t id;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	id = connection_of(&db);
	admin("FLUSH TABLES WITH READ LOCK");
	w.db = &db;
	pthread_create(&thread, NULL, commit_in_thread, &w);
	snprintf(sql, sizeof(sql),
	    "SELECT COUNT(*) FROM information_schema.PROCESSLIST"
	    " WHERE ID = %lld AND STATE LIKE 'Waiting for backup lock'",
	    (long long)id);
	CU_ASSERT(admin_until(sql));
	admin_kill(id);
	pthread_join(thread, NULL);
	admin("UNLOCK TABLES");
	CU_ASSERT_EQUAL(w.err, ERR_OUTCOME);
	CU_ASSERT_EQUAL(stored(), 0); /* by luck: it was not repeated */
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 1);
	unit_close(&db);
	pool_free(pool);
}

static void
rollback_of_the_dead(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	make_table();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	admin_kill(connection_of(&db));
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(add(&db), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(stored(), 1);
	unit_close(&db);
	pool_free(pool);
}

CU_TestInfo lost_tests[] = {
    {"reads go on on a new connection", reads},
    {"a snapshot starts anew only before its first row", snapshots},
    {"a write on a connection found dead", write_before_first},
    {"a write that is half done is undone as a whole", write_after_first},
    {"a write whose connection dies under it", write_inside},
    {"a connection that dies between two rows", between_rows},
    {"a connection that died before COMMIT was sent", before_commit},
    {"a connection that dies inside COMMIT", inside_commit},
    {"a rollback on a dead connection", rollback_of_the_dead},
    CU_TEST_INFO_NULL,
};
