/*
 * What a person sees of the queue and does with it, and what a long queue
 * costs a runner.
 */
#include <string.h>

#include "core/time.h"
#include "tasking.h"

#define SECOND INT64_C(1000000)

static const struct uuid ALICE = {{1}};

static struct uuid
id_of(uint8_t byte)
{
	struct uuid id;

	memset(id.byte, byte, sizeof(id.byte));
	return id;
}

static void
desk(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct task_row row = {0};
	struct db db;
	int64_t n = -1;

	tasking_rows();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_retry(&db, id_of(4), moment(70), &row), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(row.state, "running");
	CU_ASSERT_EQUAL(
	    queue_retry(&db, id_of(2), moment(70), &row), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(row.state, "queued");
	CU_ASSERT_EQUAL(
	    queue_retry(&db, id_of(5), moment(70), &row), ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    queue_retry(&db, id_of(9), moment(70), &row), ERR_NOT_FOUND);
	CU_ASSERT(!db.tasks);
	CU_ASSERT_EQUAL(queue_retry(&db, id_of(7), moment(70), &row), OK);
	CU_ASSERT(db.tasks);
	/* It has failed twice. */
	CU_ASSERT_EQUAL(queue_retry(&db, id_of(1), moment(72), &row), OK);
	CU_ASSERT_EQUAL(
	    queue_retry(&db, id_of(1), moment(72), &row), ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    queue_cancel(&db, id_of(4), moment(70), &row), ERR_CONFLICT);
	CU_ASSERT_EQUAL(
	    queue_cancel(&db, id_of(5), moment(70), &row), ERR_CONFLICT);
	CU_ASSERT_EQUAL(queue_cancel(&db, id_of(1), moment(71), &row), OK);
	CU_ASSERT_EQUAL(
	    queue_cancel(&db, id_of(1), moment(71), &row), ERR_CONFLICT);
	CU_ASSERT_STRING_EQUAL(row.state, "cancelled");
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("kind = 'g' AND state = 'queued' AND"
				      " attempts = 0 AND"
				      " run_at = '1970-01-01 00:01:10'"),
	    1);
	CU_ASSERT_EQUAL(tasking_count("kind = 'a' AND state = 'cancelled' AND"
				      " run_at = '1970-01-01 00:01:11'"),
	    1);
	db_phase(&db, TX_WRITE);
	CU_ASSERT_EQUAL(queue_retry_dead(&db, moment(80), &n), OK);
	CU_ASSERT_EQUAL(n, 1);
	CU_ASSERT_EQUAL(queue_retry_dead(&db, moment(80), &n), OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("state = 'dead'"), 0);
	unit_close(&db);
	pool_free(pool);
}

static void
stages(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct task_row row;
	struct db db;

	tasking_rows();
	CU_ASSERT_EQUAL(tasking_count("stage = 'failed'"), 1);
	CU_ASSERT_EQUAL(tasking_count("stage = 'failed' AND kind = 'a'"), 1);
	CU_ASSERT_EQUAL(tasking_count("stage = state"), 6);
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(queue_retry(&db, id_of(1), moment(70), &row), OK);
	CU_ASSERT_EQUAL(queue_cancel(&db, id_of(6), moment(70), &row), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("stage = 'failed'"), 0);
	CU_ASSERT_EQUAL(tasking_count("stage = 'cancelled'"), 2);
	CU_ASSERT_EQUAL(tasking_count("mail"), 0);
	admin("UPDATE tasks SET kind = 'mail_a' WHERE kind = 'a'");
	admin("UPDATE tasks SET kind = 'mailx' WHERE kind = 'b'");
	CU_ASSERT_EQUAL(tasking_count("mail"), 1);
	unit_close(&db);
	pool_free(pool);
}

/* Under the fence of the lease, as all that a runner notes. */
static void
addresses(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct task_row row, stale;
	struct db db;

	tasking_rows();
	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(99), moment(999), &row), OK);
	stale = row;
	stale.attempts--;
	CU_ASSERT_EQUAL(
	    queue_address(&db, &stale, "x@example.com"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(queue_address(&db, &row, "Ann@Example.com"), OK);
	CU_ASSERT_EQUAL(queue_done(&db, &row, moment(100), true), OK);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	CU_ASSERT_EQUAL(tasking_count("recipient = 'Ann@Example.com' AND"
				      " recipient_key = 'ann@example.com' AND"
				      " state = 'done' AND args = '{}'"),
	    1);
	CU_ASSERT_EQUAL(tasking_count("recipient IS NOT NULL"), 1);
	unit_close(&db);
	pool_free(pool);
}

static void
obstacles(void)
{
	for (size_t i = 0; task_states[i] != NULL; i++)
		CU_ASSERT_PTR_NULL(
		    strstr(queue_obstacle(task_states[i]), "not know"));
	CU_ASSERT_STRING_EQUAL(queue_obstacle("done"), "is done");
	CU_ASSERT_PTR_NOT_NULL(strstr(queue_obstacle("asleep"), "not know"));
}

static size_t
listed(struct db *db, const char *state, const char *kind, int64_t limit)
{
	const struct task_search s = {
	    .state = state, .kind = kind, .limit = limit};
	struct list list = {NULL, 99};

	CU_ASSERT_EQUAL(queue_list(db, &s, &list), OK);
	return list.n;
}

static void
lists(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	const struct task_search two = {.limit = 2};
	struct task_row row;
	struct list list;
	struct db db;

	tasking_rows();
	unit_open(&db, pool, TX_READ);
	CU_ASSERT_EQUAL(listed(&db, NULL, NULL, 100), 7);
	CU_ASSERT_EQUAL(listed(&db, "queued", NULL, 100), 3);
	CU_ASSERT_EQUAL(listed(&db, "queued", "b", 100), 1);
	CU_ASSERT_EQUAL(listed(&db, "done", "b", 100), 0);
	CU_ASSERT_EQUAL(listed(&db, NULL, "e", 100), 1);
	CU_ASSERT_EQUAL(listed(&db, "queued", NULL, 2), 2);
	CU_ASSERT_EQUAL(queue_list(&db, &two, &list), OK);
	CU_ASSERT_EQUAL_FATAL(list.n, 2);
	CU_ASSERT_STRING_EQUAL(((const struct task_row *)list.rows)->kind, "g");
	CU_ASSERT_EQUAL(queue_get(&db, id_of(4), &row), OK);
	CU_ASSERT_EQUAL(row.lease_until.us, 15 * SECOND);
	CU_ASSERT_EQUAL(queue_get(&db, id_of(9), &row), ERR_NOT_FOUND);
	unit_close(&db);
	pool_free(pool);
}

struct reads {
	int64_t n;
};
#define T struct reads
SCHEMA(tasks_reads, "Reads", FIELD(n));
#undef T

/* Rows that the server has touched for this connection. */
static int64_t
touched(struct db *db)
{
	struct reads r = {0};

	CU_ASSERT_EQUAL(
	    db_one(db, &tasks_reads, &r,
		SQL0("SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) AS n"
		     " FROM information_schema.SESSION_STATUS"
		     " WHERE VARIABLE_NAME IN ('HANDLER_READ_NEXT',"
		     " 'HANDLER_READ_KEY', 'HANDLER_READ_RND_NEXT',"
		     " 'HANDLER_READ_FIRST', 'HANDLER_READ_PREV',"
		     " 'HANDLER_READ_LAST', 'HANDLER_READ_RND')")),
	    OK);
	return r.n;
}

static void
put_many(void)
{
	tasking_rows();
	admin("INSERT INTO tasks (id, kind, args, state, attempts, run_at,"
	      " created_at) SELECT UNHEX(LPAD(HEX(seq + 10000000), 32, 'E')),"
	      " 'e', '{}', 'done', 1, '1970-01-01' + INTERVAL seq SECOND,"
	      " '1970-01-01' FROM seq_1_to_100000");
	admin("ANALYZE TABLE tasks PERSISTENT FOR ALL");
}

/* Each statement of the runner, between two readings of the counters. */
static void
few_rows(void)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct timestamp next;
	struct task_row row;
	int64_t base, n[5];
	struct list list;
	struct db db;

	put_many();
	unit_open(&db, pool, TX_WRITE);
	(void)touched(&db);
	n[0] = touched(&db);
	base = touched(&db) - n[0]; /* what the reading itself costs */
	n[0] = touched(&db);
	CU_ASSERT_EQUAL(
	    queue_claim(&db, ALICE, moment(99), moment(999), &row), OK);
	n[1] = touched(&db);
	CU_ASSERT_EQUAL(queue_next(&db, &next), OK);
	n[2] = touched(&db);
	CU_ASSERT_EQUAL(queue_expired(&db, moment(100), &list), OK);
	CU_ASSERT_EQUAL(list.n, 1);
	n[3] = touched(&db);
	CU_ASSERT_EQUAL(queue_done(&db, &row, moment(99), true), OK);
	n[4] = touched(&db);
	for (int i = 0; i < 4; i++)
		CU_ASSERT(n[i + 1] - n[i] - base <= 6);
	unit_close(&db);
	pool_free(pool);
}

/* The claim's statement as it stands in queue.c. */
static void
claim_by_index(void)
{
	struct plan plan;

	put_many();
	plan = tasking_explain(
	    "SELECT id, kind, args, state, attempts, run_at, lease_until,"
	    " runner, last_error, created_at FROM tasks"
	    " WHERE state = 'queued' AND run_at <= '1970-01-01 00:01:39'"
	    " ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED");
	CU_ASSERT_STRING_EQUAL(plan.key, "tasks_due");
	CU_ASSERT(plan.rows <= 10);
	CU_ASSERT_PTR_NULL(strstr(plan.extra, "filesort"));
	plan = tasking_explain("SELECT id FROM tasks WHERE kind = 'e'"
			       " AND stage IN ('queued', 'failed', 'running')"
			       " LIMIT 1");
	CU_ASSERT_STRING_EQUAL(plan.key, "tasks_kind");
	CU_ASSERT(plan.rows <= 10);
	plan = tasking_explain("SELECT id FROM tasks WHERE state = 'running'"
			       " AND lease_until <= '1970-01-01 00:01:39'");
	CU_ASSERT_STRING_EQUAL(plan.key, "tasks_due");
	CU_ASSERT(plan.rows <= 10);
}

CU_TestInfo tasks_desk_tests[] = {
    {"retry and cancel keep to the states", desk},
    {"a stage is a state, or failed; a mail is one by its name", stages},
    {"whom a mail is for is noted under the fence", addresses},
    {"each state has its words", obstacles},
    {"lists by state and kind, the newest first", lists},
    {"100,000 finished tasks cost the runner nothing", few_rows},
    {"the claim goes by the index tasks_due", claim_by_index},
    CU_TEST_INFO_NULL,
};
