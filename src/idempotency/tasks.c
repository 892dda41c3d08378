/*
 * The removal of replies that nobody asks for any more.
 */
#include "http/once.h"
#include "idempotency/model.h"
#include "tasks/task.h"

enum { PURGE_ROWS = 1000, PURGE_EVERY_S = 600 };

#define HOUR INT64_C(3600000000)

static enum err
purge(struct task *t)
{
	struct timestamp before = time_now();
	bool more = false;
	enum err err;

	before.us -= ONCE_KEEP_HOURS * HOUR;
	err = kept_purge(t->db, before, PURGE_ROWS, &more);
	return err || !more ? err : task_later(t->db, &purge_idempotency, NULL);
}

TASK(purge_idempotency, "purge_idempotency", .handle = purge,
    .every_s = PURGE_EVERY_S,
    .doc = "Removes the replies to requests with an Idempotency-Key");
