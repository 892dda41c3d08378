/*
 * The removal of figures that nobody looks at any more.
 */
#include "stats/model.h"
#include "tasks/task.h"

enum { KEEP_DAYS = 7, PURGE_EVERY_S = 3600 };

#define DAY INT64_C(86400000000)

/* A week has ten thousand minutes: one statement. */
static enum err
purge(struct task *t)
{
	struct timestamp before = time_now();

	before.us -= KEEP_DAYS * DAY;
	return traffic_purge(t->db, before);
}

TASK(purge_traffic, "purge_traffic", .handle = purge, .every_s = PURGE_EVERY_S,
    .doc = "Removes figures of requests that are older than a week");
