/*
 * The queue as its statements leave it: what is written, claimed, fenced and
 * found again.
 */
#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "tasking.h"

#define SECOND INT64_C(1000000)

struct order {
	const char *text;
	const char *note;
	int64_t n;
	double share;
	bool urgent;
	struct uuid ref;
	struct timestamp at;
};
#define T struct order
SCHEMA(order_args, "Order", FIELD(text), FIELD(note, .flags = NULLABLE),
    FIELD(n), FIELD(share), FIELD(urgent), FIELD(ref), FIELD(at));
SCHEMA(secret_args, "Secret", FIELD(text, .flags = SECRET), FIELD(n));
#undef T

static TASK(plain, "plain", .doc = "Nothing.");
static TASK(typed, "typed", .args = &order_args);
static TASK(leaky, "leaky", .args = &secret_args);

static const struct uuid ALICE = {{1}}, BOB = {{2}};

static void
later_writes(void)
{
	const struct order o = {.text = "a \"quote\" \xC3\xA9",
	    .n = -5,
	    .share = 0.25,
	    .urgent = true,
	    .ref = {{0xab}},
	    .at = {1 * SECOND}};
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	tasking_tables();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(task_later(&db, &typed, &o), OK);
	CU_ASSERT(db.tasks);
	db_rollback(&db);
	db_phase(&db, TX_WRITE);
	CU_ASSERT(!db.tasks);
	CU_ASSERT_EQUAL(tasking_count("1"), 0);
	CU_ASSERT_EQUAL(task_later(&db, &typed, &o), OK);
	CU_ASSERT_EQUAL(task_later(&db, &plain, NULL), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);

	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'plain' AND args = '{}' AND attempts = 0"
			  " AND state = 'queued' AND lease_until IS NULL"
			  " AND runner IS NULL AND last_error IS NULL"),
	    1);
	CU_ASSERT_EQUAL(
	    tasking_count(
		"kind = 'typed' AND args = '{\"text\":\"a \\\\\"quote\\\\\""
		" \xC3\xA9\",\"note\":null,\"n\":-5,\"share\":0.25,"
		"\"urgent\":true,"
		"\"ref\":\"ab000000-0000-0000-0000-000000000000\","
		"\"at\":\"1970-01-01T00:00:01Z\"}'"),
	    1);
	CU_ASSERT_EQUAL(
	    tasking_count("run_at = created_at AND run_at BETWEEN"
			  " UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE AND"
			  " UTC_TIMESTAMP(6)"),
	    2);
}

static void
queue_a_secret(void)
{
	const struct order o = {.text = "hunter2"};
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_WRITE);
	(void)!task_later(&db, &leaky, &o);
}

static void
queue_without_args(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_WRITE);
	(void)!task_later(&db, &typed, NULL);
}

static void
two_of_a_name(void)
{
	static TASK(other, "plain");
	const struct task_kind *const kinds[] = {&plain, &typed, &other, NULL};

	task_kinds_check(kinds);
}

static void
bugs(void)
{
	const struct task_kind *const kinds[] = {&plain, &typed, NULL};
	char err[4096];

	tasking_tables();
	CU_ASSERT_EQUAL(child_signal(queue_a_secret, err, sizeof(err)), 6);
	CU_ASSERT_PTR_NOT_NULL(strstr(err, "secret"));
	CU_ASSERT_EQUAL(child_signal(queue_without_args, err, sizeof(err)), 6);
	CU_ASSERT_EQUAL(child_signal(two_of_a_name, err, sizeof(err)), 6);
	CU_ASSERT_EQUAL(tasking_count("1"), 0);
	task_kinds_check(kinds);
	CU_ASSERT_PTR_EQUAL(task_kind_find(kinds, "typed"), &typed);
	CU_ASSERT_PTR_NULL(task_kind_find(kinds, "nothing"));
}

static void
claims(void)
{
	struct pool *pool = new_pool(2, 100, 5000);
	struct timestamp next = {0};
	struct task_row row = {0};
	struct db a, b;

	tasking_rows();
	unit_open(&a, pool, TX_WRITE);
	unit_open(&b, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&a, ALICE, moment(9), moment(99), &row), ERR_NOT_FOUND);
	db_rollback(&a);
	db_phase(&a, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&a, ALICE, moment(25), moment(99), &row), OK);
	CU_ASSERT_EQUAL(row.id.byte[0], 1);
	CU_ASSERT_STRING_EQUAL(row.kind, "a");
	CU_ASSERT_STRING_EQUAL(row.args, "{\"x\":1}");
	CU_ASSERT_STRING_EQUAL(row.state, "running");
	CU_ASSERT_EQUAL(row.attempts, 3);
	CU_ASSERT_EQUAL(row.run_at.us, 10 * SECOND);
	CU_ASSERT_EQUAL(row.lease_until.us, 99 * SECOND);
	/* Not committed, and yet nobody else takes it or waits for it. */
	CU_ASSERT_EQUAL(queue_claim(&b, BOB, moment(25), moment(98), &row), OK);
	CU_ASSERT_EQUAL(row.id.byte[0], 2);
	CU_ASSERT_EQUAL(db_commit(&b), OK);
	db_phase(&b, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&b, BOB, moment(25), moment(98), &row), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(db_commit(&a), OK);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'a' AND state = 'running' AND attempts = 3"
			  " AND runner = UNHEX(RPAD('01', 32, '0'))"
			  " AND lease_until = '1970-01-01 00:01:39'"),
	    1);
	db_rollback(&b);
	db_phase(&b, TX_READ);
	CU_ASSERT_EQUAL(queue_next(&b, &next), OK);
	CU_ASSERT_EQUAL(next.us, 30 * SECOND);
	admin("DELETE FROM tasks WHERE state = 'queued'");
	CU_ASSERT_EQUAL(queue_next(&b, &next), ERR_NOT_FOUND);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static void
fence(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct task_row row, wrong;
	struct db db;

	tasking_rows();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(10), moment(99), &row), OK);
	wrong = row;
	wrong.attempts--;
	CU_ASSERT_EQUAL(
	    queue_done(&db, &wrong, moment(50), true), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    queue_done(&db, &wrong, moment(50), false), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    queue_again(&db, &wrong, moment(50), "x"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    queue_bury(&db, &wrong, moment(50), "x"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(queue_renew(&db, &wrong, moment(50)), ERR_NOT_FOUND);
	wrong = row;
	wrong.runner = BOB;
	CU_ASSERT_EQUAL(
	    queue_done(&db, &wrong, moment(50), true), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(queue_renew(&db, &wrong, moment(50)), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(queue_renew(&db, &row, moment(120)), OK);
	CU_ASSERT_EQUAL(queue_done(&db, &row, moment(50), true), OK);
	CU_ASSERT_EQUAL(queue_done(&db, &row, moment(50), true), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'a' AND state = 'done' AND args = '{}'"
			  " AND run_at = '1970-01-01 00:00:50'"
			  " AND lease_until IS NULL AND runner IS NULL"),
	    1);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(20), moment(99), &row), OK);
	CU_ASSERT_EQUAL(queue_done(&db, &row, moment(50), false), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("kind = 'b'"), 0);
	unit_close(&db);
	pool_free(pool);
}

static void
failures(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct task_row row;
	char why[3001];
	struct db db;

	tasking_rows();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(10), moment(99), &row), OK);
	CU_ASSERT_EQUAL(queue_again(&db, &row, moment(60), "no\xFFway"), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'a' AND state = 'queued' AND attempts = 3"
			  " AND run_at = '1970-01-01 00:01:00'"
			  " AND last_error = 'no?way' AND args = '{\"x\":1}'"
			  " AND runner IS NULL AND lease_until IS NULL"),
	    1);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(20), moment(99), &row), OK);
	for (size_t i = 0; i < 1500; i++)
		memcpy(why + 2 * i, "\xC3\xA9", 2);
	why[3000] = '\0';
	CU_ASSERT_EQUAL(queue_bury(&db, &row, moment(61), why), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'b' AND state = 'dead'"
			  " AND run_at = '1970-01-01 00:01:01'"
			  " AND last_error = REPEAT('\xC3\xA9', 1000)"),
	    1);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(60), moment(99), &row), OK);
	CU_ASSERT_STRING_EQUAL(row.kind, "c");
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(60), moment(99), &row), OK);
	CU_ASSERT_STRING_EQUAL(row.last_error, "no?way");
	CU_ASSERT_EQUAL(queue_again(&db, &row, moment(60), NULL), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("last_error = 'no?way'"), 1);
	unit_close(&db);
	pool_free(pool);
}

static void
expired(void)
{
	struct pool *pool = new_pool(2, 100, 5000);
	const struct task_row *row;
	struct list list;
	struct db a, b;

	tasking_rows();
	unit_open(&a, pool, TX_WRITE);
	unit_open(&b, pool, TX_WRITE);
	CU_ASSERT_EQUAL(queue_expired(&a, moment(14), &list), OK);
	CU_ASSERT_EQUAL(list.n, 0);
	CU_ASSERT_EQUAL(queue_expired(&a, moment(15), &list), OK);
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	row = list.rows;
	CU_ASSERT_STRING_EQUAL(row->kind, "d");
	CU_ASSERT_EQUAL(queue_expired(&b, moment(15), &list), OK);
	CU_ASSERT_EQUAL(list.n, 0);
	CU_ASSERT_EQUAL(queue_again(&a, row, moment(15), "gone"), OK);
	CU_ASSERT_EQUAL(db_commit(&a), OK);
	CU_ASSERT_EQUAL(tasking_count("kind = 'd' AND state = 'queued'"
				      " AND attempts = 3"),
	    1);
	unit_close(&a);
	unit_close(&b);
	pool_free(pool);
}

static void
delays(void)
{
	CU_ASSERT_EQUAL(task_delay_us(1, 0), 1 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(1, UINT16_MAX), 3 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(2, 0), 2 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(5, UINT16_MAX), 48 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(11, 0), 1024 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(12, 0), 1800 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(12, UINT16_MAX), 5400 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(INT64_MAX, 0), 1800 * SECOND);
	CU_ASSERT_EQUAL(task_delay_us(0, 0), 1 * SECOND);
	CU_ASSERT_EQUAL(task_kind_attempts(&plain), 10);
	CU_ASSERT_EQUAL(task_kind_attempts(NULL), 10);
	CU_ASSERT_EQUAL(task_kind_deadline_us(&plain), 60 * SECOND);
}

CU_TestInfo tasks_tests[] = {
    {"a task is a row of the caller's transaction", later_writes},
    {"a secret, a missing argument, a name twice are bugs", bugs},
    {"the task that is due first is claimed by one", claims},
    {"without the lease no outcome is noted", fence},
    {"a failure leaves its reason, cut to the column", failures},
    {"leases that are over are found by one", expired},
    {"the delay doubles up to an hour, and is spread", delays},
    CU_TEST_INFO_NULL,
};
