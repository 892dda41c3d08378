/*
 * What wakes a runner: the doorbell, the time, and nothing else.
 */
#include "core/wake.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/time.h"
#include "napping.h"

enum { MS = 1000 };

static const struct task_kind *const kinds[] = {&napping, NULL};

static int64_t
questions(void)
{
	return admin_int("SELECT VARIABLE_VALUE FROM"
			 " information_schema.GLOBAL_STATUS WHERE"
			 " VARIABLE_NAME = 'COM_SELECT'");
}

static const char *
fifo_path(void)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/bell", setting("ATRIUM_TEST_DIR"));
	return path;
}

/* Only the doorbell can be that fast, and it wakes all hands. */
static void
doorbell(void)
{
	struct config config = tasking_config();
	int64_t start, before;
	struct stat st;
	pid_t pid;

	tasking_tables();
	unlink(fifo_path());
	wake_ring(fifo_path()); /* nobody is there: no harm */
	CU_ASSERT_NOT_EQUAL(stat(fifo_path(), &st), 0);
	config.TASK_FIFO = fifo_path();
	config.TASK_POLL_MS = 60000;
	config.TASK_LEASE_MS = 60000;
	pid = tasking_spawn(&config, kinds, false);
	nap_pause(1500);
	CU_ASSERT_EQUAL(stat(fifo_path(), &st), 0);
	CU_ASSERT(S_ISFIFO(st.st_mode));
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0660);
	before = questions();
	nap_pause(1000);
	CU_ASSERT(questions() - before <= 1); /* it was idle */
	for (int i = 0; i < 4; i++)
		nap_later(&napping, 1000, false);
	start = time_monotonic_us();
	wake_ring(fifo_path());
	CU_ASSERT(nap_begun(4));
	CU_ASSERT(time_monotonic_us() - start < 900 * MS);
	CU_ASSERT(nap_until(4, "state = 'done'"));
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0);
}

/* What is due later is begun then, not at the next poll. */
static void
on_time(void)
{
	struct config config = tasking_config();
	pid_t pid;

	tasking_tables();
	config.TASK_POLL_MS = 60000;
	nap_later(&napping, 0, false);
	admin("UPDATE tasks SET run_at ="
	      " UTC_TIMESTAMP(6) + INTERVAL 1500000 MICROSECOND");
	pid = tasking_spawn(&config, kinds, false);
	nap_pause(1000);
	CU_ASSERT_EQUAL(tasking_count("state = 'queued'"), 1);
	CU_ASSERT(nap_until(1, "state = 'done' AND created_at >"
			       " UTC_TIMESTAMP(6) - INTERVAL 3 SECOND"));
	CU_ASSERT_EQUAL(nap_stop(pid, SIGTERM), 0);
}

/* A note that a FIFO could not take the place of. */
static void
not_a_fifo(void)
{
	char text[8] = "";
	int fd;

	unlink(fifo_path());
	fd = open(fifo_path(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CU_ASSERT_EQUAL(write(fd, "keep", 4), 4);
	wake_ring(fifo_path());
	CU_ASSERT_EQUAL(wake_open(fifo_path()), -1);
	CU_ASSERT_EQUAL(pread(fd, text, sizeof(text) - 1, 0), 4);
	CU_ASSERT_STRING_EQUAL(text, "keep");
	close(fd);
	unlink(fifo_path());
	wake_ring("");
	wake_ring(NULL);
	fd = wake_open(fifo_path());
	CU_ASSERT(fd >= 0);
	for (int i = 0; i < 70000; i++) /* more than it holds */
		wake_ring(fifo_path());
	wake_clear(fd);
	CU_ASSERT_EQUAL(read(fd, text, 1), -1);
	close(fd);
	unlink(fifo_path());
}

CU_TestInfo tasks_wake_tests[] = {
    {"the doorbell wakes an idle runner, which is silent", doorbell},
    {"what is due later is begun in time", on_time},
    {"the doorbell is a FIFO or nothing, and never blocks", not_a_fifo},
    CU_TEST_INFO_NULL,
};
