/*
 * A task that takes its time, and the runners that it is given to.
 */
#include "napping.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

void
nap_pause(int ms)
{
	const struct timespec t = {
	    .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	nanosleep(&t, NULL);
}

struct nap_args {
	int64_t ms;
	bool first_only; /* another attempt does not sleep */
};
#define T struct nap_args
SCHEMA(nap_args, "Nap", FIELD(ms), FIELD(first_only));
#undef T

static enum err
begin_nap(struct task *t)
{
	return tasking_trace(t, "begin");
}

static enum err
nap(struct task *t)
{
	const struct nap_args *n = TASK_ARGS(t, nap_args);

	if (t->attempt == 1 || !n->first_only)
		nap_pause((int)n->ms);
	return OK;
}

enum err
nap_end(struct task *t)
{
	return tasking_trace(t, "end");
}

TASK(napping, "napping", .args = &nap_args, .prepare = begin_nap, .work = nap,
    .handle = nap_end, .attempts = 2);
TASK(hasty, "hasty", .args = &nap_args, .prepare = begin_nap, .work = nap,
    .handle = nap_end, .deadline_s = 1);

bool
nap_until(int n, const char *where)
{
	char sql[400];

	snprintf(sql, sizeof(sql), "SELECT COUNT(*) = %d FROM tasks WHERE %s",
	    n, where);
	return admin_until(sql);
}

bool
nap_begun(int n)
{
	char sql[100];

	snprintf(sql, sizeof(sql),
	    "SELECT COUNT(*) >= %d FROM traces WHERE what = 'begin'", n);
	return admin_until(sql);
}

int64_t
nap_ends(void)
{
	return admin_int("SELECT COUNT(*) FROM traces WHERE what = 'end'");
}

int
nap_stop(pid_t pid, int number)
{
	kill(pid, number);
	return tasking_wait(pid);
}

void
nap_later(const struct task_kind *kind, int64_t ms, bool first_only)
{
	const struct nap_args args = {.ms = ms, .first_only = first_only};

	tasking_later(kind, &args);
}
