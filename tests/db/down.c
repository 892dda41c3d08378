/*
 * A server that is away, comes back, or stands still.
 */
#include <signal.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "fixture.h"

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(down_number, "Number", FIELD(n));
#undef T

static enum err
ask(struct db *db)
{
	struct number row = {0};
	enum err err = db_one(db, &down_number, &row, SQL0("SELECT 3 AS n"));

	CU_ASSERT(err != OK || row.n == 3);
	return err;
}

static void
restart(void)
{
	struct pool *pool = new_pool(2, 100, 5000);
	struct db a, b;
	int64_t start;

	unit_open(&a, pool, TX_READ);
	unit_open(&b, pool, TX_READ);
	CU_ASSERT_EQUAL(ask(&a), OK);
	CU_ASSERT_EQUAL(ask(&b), OK);
	db_release(&b);
	CU_ASSERT(server("stop"));
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(ask(&a), ERR_BUSY);
	CU_ASSERT_EQUAL(ask(&b), ERR_BUSY);
	db_phase(&b, TX_WRITE);
	CU_ASSERT_EQUAL(ask(&b), ERR_BUSY);
	CU_ASSERT(time_monotonic_us() - start < 200000);
	db_rollback(&b);
	CU_ASSERT(server("start"));
	CU_ASSERT_EQUAL(ask(&a), OK);
	db_phase(&b, TX_WRITE);
	CU_ASSERT_EQUAL(ask(&b), OK);
	CU_ASSERT(server("stop"));
	CU_ASSERT(server("start"));
	CU_ASSERT_EQUAL(ask(&a), OK);        /* a read: sent again */
	CU_ASSERT_EQUAL(ask(&b), ERR_RETRY); /* in a transaction: not */
	db_rollback(&b);
	db_phase(&b, TX_WRITE);
	CU_ASSERT_EQUAL(ask(&b), OK);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

/* It answers nothing: one limit is waited for, not two. */
static void
standstill(void)
{
	struct pool *pool = new_pool(1, 100, 1000);
	struct db db;
	int64_t start;

	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL(ask(&db), OK);
	server_signal(SIGSTOP);
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(ask(&db), ERR_BUSY);
	start = time_monotonic_us() - start;
	server_signal(SIGCONT);
	CU_ASSERT(start >= 1000000 && start < 3000000);
	CU_ASSERT_EQUAL(ask(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

static void
complain(void)
{
	const struct db_target nowhere = {.user = "u",
	    .password = "hunter2",
	    .host = "localhost",
	    .name = "n",
	    .socket = "/nonexistent/m.sock"};
	const struct pool_options options = {
	    .target = &nowhere, .size = 1, .wait_ms = 1, .timeout_ms = 1000};
	struct pool *pool = pool_new(&options);
	struct db db;
	int i;

	log_init("test", LOG_WARN);
	unit_open(&db, pool, TX_READ);
	for (i = 0; i < 1000; i++)
		(void)ask(&db);
	unit_close(&db);
}

static void
complaints(void)
{
	char err[1 << 16];

	CU_ASSERT_EQUAL(child_signal(complain, err, sizeof(err)), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(err, "2002"));
	CU_ASSERT_PTR_NULL(strstr(err, "hunter2"));
	/* Not a thousand of them. */
	CU_ASSERT(strlen(err) < 1200);
}

CU_TestInfo down_tests[] = {
    {"a restart of the server", restart},
    {"a server that stands still", standstill},
    {"a dead server does not fill the log", complaints},
    CU_TEST_INFO_NULL,
};
