/*
 * One run of a task: its phases, its failures, and what is left in the table.
 * The runner ends by itself when nothing is due.
 */
#include <stdatomic.h>
#include <string.h>

#include "core/log.h"
#include "tasking.h"
#include "tasks/purge.h"

struct note_args {
	const char *text;
	const char *none;
	int64_t n;
	struct uuid ref;
	struct timestamp at;
};
#define T struct note_args
SCHEMA(note_args, "Note", FIELD(text, .max = 20),
    FIELD(none, .flags = NULLABLE), FIELD(n), FIELD(ref), FIELD(at));
#undef T

static const struct note_args sent = {.text = "\"\n\xC3\xA9",
    .n = INT64_MIN,
    .ref = {{0xab, 1}},
    .at = {1234567890123456}};

/* What the steps of `whole` have seen. */
static atomic_int prepared, worked;

static enum err
whole_prepare(struct task *t)
{
	const struct note_args *in = TASK_ARGS(t, note_args);

	CU_ASSERT_STRING_EQUAL(in->text, sent.text);
	CU_ASSERT_PTR_NULL(in->none);
	CU_ASSERT_EQUAL(in->n, sent.n);
	CU_ASSERT(uuid_equal(&in->ref, &sent.ref));
	CU_ASSERT_EQUAL(in->at.us, sent.at.us);
	CU_ASSERT_PTR_NULL(t->state);
	CU_ASSERT_EQUAL(t->attempt, 1);
	CU_ASSERT(t->db->mode == TX_WRITE);
	t->state = arena_strdup(t->mem, "prepared");
	return tasking_trace(t, "prepare");
}

static enum err
whole_work(struct task *t)
{
	CU_ASSERT_STRING_EQUAL(t->state, "prepared");
	CU_ASSERT_PTR_NULL(t->db->conn);
	CU_ASSERT(t->db->mode == TX_NONE);
	CU_ASSERT(t->timeout_ms > 25000 && t->timeout_ms <= 30000);
	CU_ASSERT_PTR_NOT_NULL(t->mailer);
	CU_ASSERT_PTR_NOT_NULL(t->templates);
	/* Committed before the outside is called. */
	CU_ASSERT(!t->db->open);
	worked++;
	t->state = arena_strdup(t->mem, "worked");
	return OK;
}

static enum err
whole_handle(struct task *t)
{
	CU_ASSERT_STRING_EQUAL(t->state, "worked");
	return tasking_trace(t, "handle");
}

static TASK(whole, "whole", .args = &note_args, .prepare = whole_prepare,
    .work = whole_work, .handle = whole_handle);

static void
run_once(const struct task_kind *kind, int64_t keep_minutes)
{
	const struct task_kind *const kinds[] = {kind, NULL};
	struct config config = tasking_config();

	config.TASK_KEEP_MINUTES = keep_minutes;
	CU_ASSERT_EQUAL(runner_run(&config, kinds, NULL, true), 0);
}

static void
phases(void)
{
	tasking_tables();
	worked = 0;
	tasking_later(&whole, &sent);
	run_once(&whole, 5);
	CU_ASSERT_EQUAL(worked, 1);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces"), 2);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces, tasks WHERE"
				  " task = id AND attempt = 1 AND"
				  " (n, what) IN ((1, 'prepare'),"
				  " (2, 'handle'))"),
	    2);
	CU_ASSERT_EQUAL(tasking_count("state = 'done' AND args = '{}' AND"
				      " attempts = 1 AND run_at >= created_at"
				      " AND runner IS NULL"),
	    1);
	run_once(&whole, 5);
	CU_ASSERT_EQUAL(worked, 1);
}

static TASK(nothing, "nothing", .doc = "No phase at all.");

static void
forgotten(void)
{
	tasking_tables();
	tasking_later(&nothing, NULL);
	run_once(&nothing, 0);
	CU_ASSERT_EQUAL(tasking_count("1"), 0);
}

static enum err
fail_in_handle(struct task *t)
{
	enum err err = tasking_trace(t, "handle");

	return err ? err : task_fail(t, ERR_BUSY, "the %s is shut", "door");
}

static TASK(failing, "failing", .handle = fail_in_handle, .attempts = 3);

static void
fails_and_dies(void)
{
	static const char *const delay[] = {"1 AND 3", "2 AND 6", "0 AND 0"};
	char where[400];

	tasking_tables();
	tasking_later(&failing, NULL);
	for (int i = 0; i < 3; i++) {
		run_once(&failing, 5);
		snprintf(where, sizeof(where),
		    "state = '%s' AND attempts = %d AND"
		    " last_error = 'the door is shut' AND args = '{}' AND"
		    " CEIL(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), run_at)"
		    " / 1000000) BETWEEN %s",
		    i < 2 ? "queued" : "dead", i + 1, delay[i]);
		CU_ASSERT_EQUAL(tasking_count(where), 1);
		admin("UPDATE tasks SET run_at = '2020-01-01'"
		      " WHERE state = 'queued'");
	}
	run_once(&failing, 5);
	CU_ASSERT_EQUAL(tasking_count("attempts = 3"), 1);
	/* What a failed handle wrote is not there. */
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces"), 0);
}

static enum err
never(struct task *t)
{
	(void)t;
	return ERR_INVALID;
}

static enum err
gone(struct task *t)
{
	return task_fail(t, ERR_NOT_FOUND, "the account is gone");
}

static TASK(refused, "refused", .work = never);
static TASK(missing, "missing", .prepare = gone);

static void
dies_at_once(void)
{
	tasking_tables();
	tasking_later(&refused, NULL);
	run_once(&refused, 5);
	tasking_later(&missing, NULL);
	run_once(&missing, 5);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'refused' AND state = 'dead' AND"
			  " attempts = 1 AND"
			  " last_error = 'Input failed validation'"),
	    1);
	CU_ASSERT_EQUAL(tasking_count("kind = 'missing' AND state = 'dead' AND"
				      " last_error = 'the account is gone'"),
	    1);
}

/* What the database holds is not always what the program wrote. */
static void
foreign_rows(void)
{
	tasking_tables();
	admin(
	    "INSERT INTO tasks (id, kind, args, state, attempts, run_at,"
	    " created_at) VALUES"
	    " (1, 'whole', '{', 'queued', 0, UTC_TIMESTAMP(), UTC_TIMESTAMP()),"
	    " (2, 'whole', '[]', 'queued', 0, UTC_TIMESTAMP(), "
	    "UTC_TIMESTAMP()),"
	    " (3, 'whole', '{\"text\":null}', 'queued', 0, UTC_TIMESTAMP(), "
	    "UTC_TIMESTAMP()),"
	    " (4, 'unheard', '{}', 'queued', 0, UTC_TIMESTAMP(), "
	    "UTC_TIMESTAMP())");
	worked = 0;
	run_once(&whole, 5);
	CU_ASSERT_EQUAL(worked, 0);
	CU_ASSERT_EQUAL(tasking_count("kind = 'whole' AND state = 'queued' AND"
				      " attempts = 1 AND last_error LIKE"
				      " 'The arguments are not%'"),
	    3);
	CU_ASSERT_EQUAL(tasking_count("kind = 'unheard' AND state = 'queued'"
				      " AND attempts = 1 AND last_error LIKE"
				      " '%does not know the kind%'"),
	    1);
}

/* Fails as a deadlock does, as often as it is told to. */
static atomic_int deadlocks;

static enum err
stumble(struct task *t)
{
	enum err err = tasking_trace(t, "tried");

	CU_ASSERT_PTR_NULL(t->state);
	t->state = arena_strdup(t->mem, "left over");
	prepared++;
	return !err && deadlocks-- > 0 ? ERR_RETRY : err;
}

static TASK(stumbling, "stumbling", .prepare = stumble);
static TASK(falling, "falling", .handle = stumble);

static void
replays(void)
{
	tasking_tables();
	prepared = 0;
	deadlocks = 3;
	tasking_later(&stumbling, NULL);
	run_once(&stumbling, 5);
	CU_ASSERT_EQUAL(prepared, 4);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces"), 1);
	CU_ASSERT_EQUAL(tasking_count("state = 'done'"), 1);
	prepared = 0;
	deadlocks = 4;
	tasking_later(&falling, NULL);
	run_once(&falling, 5);
	CU_ASSERT_EQUAL(prepared, 4);
	CU_ASSERT_EQUAL(tasking_count("state = 'queued' AND attempts = 1"), 1);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces"), 1);
}

/* A task that leaves another, down to none. */
struct depth_args {
	int64_t n;
};
#define T struct depth_args
SCHEMA(depth_args, "Depth", FIELD(n));
#undef T
extern const struct task_kind descending;

static enum err
descend(struct task *t)
{
	const struct depth_args *d = TASK_ARGS(t, depth_args);
	const struct depth_args next = {.n = d->n - 1};

	return d->n > 0 ? task_later(t->db, &descending, &next) : OK;
}

TASK(descending, "descending", .args = &depth_args, .handle = descend);

static void
chains(void)
{
	const struct depth_args top = {.n = 20};

	tasking_tables();
	tasking_later(&descending, &top);
	run_once(&descending, 5);
	CU_ASSERT_EQUAL(tasking_count("state = 'done'"), 21);
	CU_ASSERT_EQUAL(tasking_count("1"), 21);
}

static enum err
trace_claim(struct task *t)
{
	return db_exec(t->db, NULL,
	    SQL("INSERT INTO traces (what) SELECT HEX(runner) FROM tasks"
		" WHERE id = ?",
		ARG(t->id)));
}

static TASK(claimed, "claimed", .handle = trace_claim);

/* A retry by a person counts attempts anew: they alone are no fence. */
static void
claims(void)
{
	tasking_tables();
	for (int i = 0; i < 3; i++)
		tasking_later(&claimed, NULL);
	run_once(&claimed, 5);
	CU_ASSERT_EQUAL(
	    admin_int("SELECT COUNT(DISTINCT what) FROM traces"), 3);
}

static void
purges(void)
{
	tasking_tables();
	admin("INSERT INTO tasks (id, kind, args, state, attempts, run_at,"
	      " created_at) SELECT UNHEX(LPAD(HEX(seq), 32, '0')), 'x', '{}',"
	      " ELT(seq % 5 + 1, 'done', 'done', 'cancelled', 'dead',"
	      " 'done'), 1, UTC_TIMESTAMP(6) - INTERVAL (seq % 2) * 10 MINUTE,"
	      " '2020-01-01' FROM seq_1_to_5000");
	run_once(&purge_tasks, 5);
	CU_ASSERT_EQUAL(tasking_count("kind = 'x' AND state = 'dead'"), 1000);
	CU_ASSERT_EQUAL(tasking_count("kind = 'x' AND state = 'done'"), 1500);
	CU_ASSERT_EQUAL(
	    tasking_count("kind = 'x' AND state = 'cancelled'"), 500);
	/* In parts: the first two were full. */
	CU_ASSERT_EQUAL(tasking_count("kind = 'purge_tasks'"), 2);
	run_once(&purge_tasks, 0);
	admin("UPDATE cron SET next_run = '2020-01-01'");
	run_once(&purge_tasks, 0);
	CU_ASSERT_EQUAL(tasking_count("state <> 'dead'"), 0);
}

CU_TestInfo tasks_run_tests[] = {
    {"prepare, work and handle, each where it belongs", phases},
    {"with TASK_KEEP_MINUTES=0 a finished task is gone", forgotten},
    {"a failure is tried again, then dead, and leaves nothing", fails_and_dies},
    {"what is for good is dead at once", dies_at_once},
    {"rows that nobody understands harm nobody", foreign_rows},
    {"a deadlock replays, four times at most", replays},
    {"a task may leave another", chains},
    {"each claim has an id of its own", claims},
    {"what is over is purged, in parts, but not the dead", purges},
    CU_TEST_INFO_NULL,
};
