/*
 * The pool: lazily connected, last in first out, a bounded wait.
 */
#include <pthread.h>
#include <time.h>

#include "core/time.h"
#include "fixture.h"

static void
pause_ms(long ms)
{
	const struct timespec t = {.tv_nsec = ms * 1000000};

	nanosleep(&t, NULL);
}

static int64_t
connections(void)
{
	return admin_int("SELECT COUNT(*) FROM information_schema.PROCESSLIST"
			 " WHERE USER = 'app'");
}

static void
lazy_and_lifo(void)
{
	struct pool *pool;
	struct db a, b;
	int64_t first, second;

	CU_ASSERT(admin_until("SELECT COUNT(*) = 0 FROM"
			      " information_schema.PROCESSLIST"
			      " WHERE USER = 'app'"));
	pool = new_pool(4, 100, 5000);
	unit_open(&a, pool, TX_READ);
	unit_open(&b, pool, TX_READ);
	CU_ASSERT_EQUAL(connections(), 0);
	first = connection_of(&a);
	CU_ASSERT_EQUAL(connections(), 1);
	second = connection_of(&b);
	CU_ASSERT_NOT_EQUAL(first, second);
	db_release(&a);
	db_release(&b);
	CU_ASSERT_EQUAL(connection_of(&a), second);
	CU_ASSERT_EQUAL(connection_of(&b), first);
	CU_ASSERT_EQUAL(connections(), 2);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
	pool_free(NULL);
	CU_ASSERT(admin_until("SELECT COUNT(*) = 0 FROM"
			      " information_schema.PROCESSLIST"
			      " WHERE USER = 'app'"));
}

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(pool_number, "Number", FIELD(n));
#undef T

static enum err
ask(struct db *db)
{
	struct number row;

	return db_one(db, &pool_number, &row, SQL0("SELECT 1 AS n"));
}

static void
bounded_wait(void)
{
	struct pool *pool = new_pool(1, 200, 5000);
	struct db a, b;
	int64_t start;

	unit_open(&a, pool, TX_READ);
	unit_open(&b, pool, TX_READ);
	CU_ASSERT_EQUAL(ask(&a), OK);
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(ask(&b), ERR_BUSY);
	start = time_monotonic_us() - start;
	CU_ASSERT(start >= 200000 && start < 600000);
	CU_ASSERT(b.spent_us >= 200000 && b.spent_us <= start);
	db_release(&a);
	CU_ASSERT_EQUAL(ask(&b), OK);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static void *
release_soon(void *db)
{
	pause_ms(50);
	db_release(db);
	return NULL;
}

static void
wakes_a_waiter(void)
{
	struct pool *pool = new_pool(1, 5000, 5000);
	pthread_t thread;
	struct db a, b;
	int64_t start;

	unit_open(&a, pool, TX_READ);
	unit_open(&b, pool, TX_READ);
	CU_ASSERT_EQUAL(ask(&a), OK);
	pthread_create(&thread, NULL, release_soon, &a);
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(ask(&b), OK);
	start = time_monotonic_us() - start;
	CU_ASSERT(start >= 40000 && start < 2000000);
	pthread_join(thread, NULL);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

enum { THREADS = 8, ROUNDS = 200 };

static void *
work(void *pool)
{
	intptr_t failed = 0;
	struct db db;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		unit_open(&db, pool, TX_WRITE);
		failed += db_exec(&db, NULL,
			      SQL0("UPDATE counter SET n = n + 1")) != OK;
		failed += db_commit(&db) != OK;
		unit_close(&db);
	}
	return (void *)failed;
}

static void
many_threads(void)
{
	struct pool *pool = new_pool(3, 5000, 5000);
	pthread_t thread[THREADS];
	void *failed;
	int i;

	admin("CREATE OR REPLACE TABLE counter (n INT)");
	admin("INSERT INTO counter VALUES (0)");
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread[i], NULL, work, pool);
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &failed);
		CU_ASSERT_PTR_NULL(failed);
	}
	CU_ASSERT_EQUAL(admin_int("SELECT n FROM counter"), THREADS * ROUNDS);
	CU_ASSERT(connections() <= 3);
	pool_free(pool);
}

CU_TestInfo pool_tests[] = {
    {"connections are made as needed, the last one first", lazy_and_lifo},
    {"the wait for a connection is bounded and counted", bounded_wait},
    {"a returned connection wakes who waits", wakes_a_waiter},
    {"more threads than connections lose nothing", many_threads},
    CU_TEST_INFO_NULL,
};
