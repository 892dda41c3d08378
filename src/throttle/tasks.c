/*
 * The removal of counters that say nothing any more.
 */
#include "tasks/task.h"
#include "throttle/model.h"

enum { PURGE_ROWS = 5000, PURGE_EVERY_S = 600 };

static enum err
purge(struct task *t)
{
	bool more = false;
	enum err err;

	err = throttle_purge_rows(t->db, time_now(), PURGE_ROWS, &more);
	return err || !more ? err : task_later(t->db, &purge_throttle, NULL);
}

TASK(purge_throttle, "purge_throttle", .handle = purge,
    .every_s = PURGE_EVERY_S, .doc = "Removes counters of failures");
