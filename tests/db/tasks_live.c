/*
 * Runners as they live: killed, too slow, told to end, without a database.
 * Each is a process of its own.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "napping.h"

enum { MS = 1000, MANY = 400 };

static TASK(minutely, "minutely", .handle = nap_end, .every_s = 60);

static const struct task_kind *const kinds[] = {&napping, &hasty, NULL};

static void
killed(void)
{
	struct config config = tasking_config();
	pid_t one, two;

	tasking_tables();
	nap_later(&napping, 60000, true);
	one = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_begun(1));
	CU_ASSERT_EQUAL(nap_stop(one, SIGKILL), -SIGKILL);
	CU_ASSERT_EQUAL(tasking_count("state = 'running'"), 1);
	two = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_until(1, "state = 'done' AND attempts = 2"));
	CU_ASSERT_EQUAL(nap_stop(two, SIGTERM), 0);
	CU_ASSERT_EQUAL(nap_ends(), 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(tasking_log(), "is queued again"));
}

/* What kills its runner each time must not go on for ever. */
static void
killed_to_the_last(void)
{
	struct config config = tasking_config();
	pid_t pid;

	tasking_tables();
	nap_later(&napping, 60000, false);
	for (int i = 1; i <= 2; i++) {
		pid = tasking_spawn(&config, kinds, false);
		CU_ASSERT(nap_begun(i));
		nap_stop(pid, SIGKILL);
	}
	pid = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_until(1, "state = 'dead' AND attempts = 2"
			       " AND last_error LIKE 'Its runner ended%'"));
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(tasking_log(), "the task is dead"));
}

/* A run of four leases. */
static void
renewed(void)
{
	struct config config = tasking_config();
	pid_t one, two;

	tasking_tables();
	nap_later(&napping, 2400, false);
	one = tasking_spawn(&config, kinds, false);
	two = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_until(1, "state = 'done'"));
	CU_ASSERT_EQUAL(tasking_count("attempts = 1"), 1);
	CU_ASSERT_EQUAL(nap_stop(one, SIGTERM), 0);
	CU_ASSERT_EQUAL(nap_stop(two, SIGTERM), 0);
	CU_ASSERT_EQUAL(admin_int("SELECT COUNT(*) FROM traces"), 2);
}

/* Beyond its deadline another takes over, and the late one changes nothing. */
static void
too_late(void)
{
	struct config config = tasking_config();
	pid_t pid;

	tasking_tables();
	nap_later(&hasty, 3000, true);
	pid = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_until(1, "state = 'done' AND attempts = 2"));
	CU_ASSERT_EQUAL(nap_ends(), 1);
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0); /* waits for the late one */
	CU_ASSERT_EQUAL(nap_ends(), 1);
	CU_ASSERT_EQUAL(tasking_count("state = 'done' AND attempts = 2"), 1);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(tasking_log(), "\"attempt\":1,\"outcome\":\"lost\""));
}

static void
drains(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGUSR1};
	struct config config = tasking_config();
	pid_t pid;

	config.TASK_THREADS = 1;
	for (int i = 0; i < 3; i++) {
		tasking_tables();
		nap_later(&napping, 700, false);
		pid = tasking_spawn(&config, kinds, false);
		CU_ASSERT(nap_begun(1));
		nap_later(&napping, 700, false);
		CU_ASSERT_EQUAL(nap_stop(pid, signals[i]), 0);
		CU_ASSERT_EQUAL(tasking_count("state = 'done'"), 1);
		CU_ASSERT_EQUAL(tasking_count("state = 'queued'"), 1);
	}
}

static void
cut_off(void)
{
	struct config config = tasking_config();
	int64_t start;
	pid_t pid;

	tasking_tables();
	config.DRAIN_TIMEOUT_MS = 200;
	nap_later(&napping, 60000, true);
	nap_later(&napping, 60000, true);
	pid = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_begun(2));
	start = time_monotonic_us();
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 75);
	start = time_monotonic_us() - start;
	CU_ASSERT(start >= 200 * MS && start < 2000 * MS);
	CU_ASSERT_EQUAL(
	    tasking_count("state = 'queued' AND run_at <= UTC_TIMESTAMP(6) AND"
			  " runner IS NULL AND last_error LIKE '%stopped%'"),
	    2);
	CU_ASSERT_PTR_NOT_NULL(strstr(tasking_log(), "cut off 2 tasks"));
	config.TASK_LEASE_MS = 600000; /* no need to wait for it */
	pid = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_until(2, "state = 'done'"));
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0);
}

/* Together, each task once; and the clock's turn once. */
static void
two_runners(void)
{
	const struct task_kind *const more[] = {
	    &napping, &hasty, &minutely, NULL};
	struct config config = tasking_config();
	pid_t one, two;
	int64_t start;

	tasking_tables();
	nap_later(&napping, 0, false);
	for (int n = 1; n < MANY; n *= 2)
		admin("INSERT INTO tasks (id, kind, args, state, attempts,"
		      " run_at, created_at) SELECT UNHEX(MD5(UUID())), kind,"
		      " args, state, 0, run_at, created_at FROM tasks");
	start = time_monotonic_us();
	one = tasking_spawn(&config, more, false);
	two = tasking_spawn(&config, more, false);
	CU_ASSERT(nap_until(512, "kind = 'napping' AND state = 'done'"));
	start = time_monotonic_us() - start;
	CU_ASSERT_EQUAL(nap_stop(one, SIGTERM), 0);
	CU_ASSERT_EQUAL(nap_stop(two, SIGTERM), 0);
	CU_ASSERT_EQUAL(nap_ends(), 513);
	CU_ASSERT_EQUAL(
	    admin_int("SELECT COUNT(DISTINCT task) FROM traces"), 513);
	CU_ASSERT_EQUAL(tasking_count("attempts <> 1"), 0);
	CU_ASSERT_EQUAL(tasking_count("kind = 'minutely'"), 1);
	CU_ASSERT(start < 5000 * MS); /* 100 a second with room to spare */
	printf("(512 tasks in %lld ms) ", (long long)start / MS);
}

/* The work is done, the note cannot be written: it waits. */
static void
without_database(void)
{
	struct config config = tasking_config();
	const char *line;
	int n = 0;
	pid_t pid;

	tasking_tables();
	nap_later(&napping, 1000, false);
	config.TASK_LEASE_MS = 20000;
	pid = tasking_spawn(&config, kinds, false);
	CU_ASSERT(nap_begun(1));
	CU_ASSERT(server("stop"));
	nap_pause(3000);
	CU_ASSERT(server("start"));
	CU_ASSERT(nap_until(1, "state = 'done' AND attempts = 1"));
	CU_ASSERT_EQUAL(nap_ends(), 1);
	nap_later(&napping, 0, false);
	CU_ASSERT(nap_until(2, "state = 'done'"));
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0);
	for (line = tasking_log(); (line = strstr(line, "\"level\":\"error\""));
	     line++)
		n++;
	/* Once a second; and each connection that broke says so once. */
	CU_ASSERT(n >= 1 && n <= 12);
}

CU_TestInfo tasks_live_tests[] = {
    {"another takes over from a killed runner", killed},
    {"what kills its runners is dead in the end", killed_to_the_last},
    {"a lease is renewed while the run lasts", renewed},
    {"beyond the deadline the run is another's", too_late},
    {"a signal ends it, what runs is finished first", drains},
    {"what the drain deadline cuts off is given back", cut_off},
    {"two runners do each task once", two_runners},
    {"an outcome waits for a database that is away", without_database},
    CU_TEST_INFO_NULL,
};
