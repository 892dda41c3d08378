/*
 * atrium tasks retry and cancel: a person's word on a task that waits or has
 * ended. One that runs is its runner's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/tasks.h"
#include "core/wake.h"
#include "tasks/queue.h"

struct change {
	enum err (*apply)(
	    struct db *, struct uuid, struct timestamp, struct task_row *);
	struct uuid id;
	struct task_row found; /* as it is, when that forbids the change */
};

static enum err
apply(struct tasks_job *job, void *arg)
{
	struct change *c = arg;

	return c->apply(&job->db, c->id, time_now(), &c->found);
}

static int
report(const struct change *c, enum err err, const char *done)
{
	char id[UUID_TEXT];

	uuid_format(&c->id, id);
	if (err == OK)
		return printf("The task %s %s.\n", id, done) < 0;
	if (err == ERR_CONFLICT)
		fprintf(stderr,
		    "atrium: The task %s %s. Nothing was changed.\n", id,
		    queue_obstacle(c->found.state));
	else if (err == ERR_NOT_FOUND)
		fprintf(stderr,
		    "atrium: There is no task %s. \"atrium tasks ls\" lists"
		    " them.\n",
		    id);
	else
		tasks_failed(err);
	return CLI_FAILED;
}

static int
change_one(struct change *c, const char *done)
{
	struct tasks_job job;
	enum err err;
	int status;

	tasks_open(&job);
	err = tasks_transact(&job, TX_WRITE, apply, c);
	if (err == OK && job.db.tasks)
		wake_ring(job.config->TASK_FIFO);
	status = report(c, err, done);
	tasks_close(&job);
	return status;
}

static enum err
retry_some(struct tasks_job *job, void *arg)
{
	return queue_retry_dead(&job->db, time_now(), arg);
}

/* In parts, so that none of the transactions is long. */
static int
retry_all(void)
{
	int64_t n = 1, all = 0;
	struct tasks_job job;
	enum err err = OK;
	int status;

	tasks_open(&job);
	while (n > 0 && !err) {
		err = tasks_transact(&job, TX_WRITE, retry_some, &n);
		if (!err)
			all += n;
	}
	if (all > 0)
		wake_ring(job.config->TASK_FIFO);
	status = printf("%" PRId64 " dead %s queued again.\n", all,
		     all == 1 ? "task is" : "tasks are") < 0;
	if (err)
		status = tasks_failed(err);
	tasks_close(&job);
	return status;
}

static int
retry(int argc, char **argv)
{
	struct change c = {.apply = queue_retry};
	char why[80];

	if (argc == 2 && strcmp(argv[1], "--all-dead") == 0)
		return retry_all();
	if (argc != 2 || !uuid_parse(argv[1], &c.id, why))
		return tasks_wrong(
		    &tasks_retry, "it takes the id of a task, or --all-dead");
	return change_one(&c, "is queued again");
}

const struct tasks_command tasks_retry = {"retry",
    "retry ID|--all-dead\n"
    "Queue a task that is dead, cancelled, or waits after a failure again, to "
    "be\n"
    "run at once and with all its attempts before it; or all dead ones.\n",
    retry};

static int
cancel(int argc, char **argv)
{
	struct change c = {.apply = queue_cancel};
	char why[80];

	if (argc != 2 || !uuid_parse(argv[1], &c.id, why))
		return tasks_wrong(&tasks_cancel, "it takes the id of a task");
	return change_one(&c, "is cancelled");
}

const struct tasks_command tasks_cancel = {"cancel",
    "cancel ID\n"
    "Take a queued or dead task out of the queue. It is kept for\n"
    "TASK_KEEP_MINUTES, in which \"retry\" brings it back.\n",
    cancel};
