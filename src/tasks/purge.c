/*
 * Keeps the table of tasks small: what is over is deleted after a while, in
 * transactions that are short.
 */
#include "tasks/purge.h"

enum { BATCH = 1000, EVERY_S = 300 };

#define MINUTE INT64_C(60000000)

/* Dead tasks stay until somebody has looked at them. */
static enum err
purge(struct task *t)
{
	struct timestamp until = time_now();
	int64_t done = 0, cancelled = 0;
	enum err err;

	until.us -= t->config->TASK_KEEP_MINUTES * MINUTE;
	err = db_exec(t->db, &done,
	    SQL("DELETE FROM tasks WHERE state = 'done' AND run_at <= ?"
		" ORDER BY run_at LIMIT ?",
		ARG(until), ARG(BATCH)));
	if (!err)
		err = db_exec(t->db, &cancelled,
		    SQL("DELETE FROM tasks WHERE state = 'cancelled'"
			" AND run_at <= ? ORDER BY run_at LIMIT ?",
			ARG(until), ARG(BATCH)));
	if (err || (done < BATCH && cancelled < BATCH))
		return err;
	return task_later(t->db, &purge_tasks, NULL);
}

TASK(purge_tasks, "purge_tasks", .handle = purge, .every_s = EVERY_S,
    .doc = "Removes tasks that ended TASK_KEEP_MINUTES ago");
