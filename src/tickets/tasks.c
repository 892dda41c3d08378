/*
 * The removal of tickets that nobody used in time.
 */
#include "tasks/task.h"
#include "tickets/model.h"

enum { PURGE_ROWS = 5000, PURGE_EVERY_S = 600 };

static enum err
purge(struct task *t)
{
	bool more = false;
	enum err err;

	err = tickets_purge_rows(t->db, time_now(), PURGE_ROWS, &more);
	return err || !more ? err : task_later(t->db, &purge_tickets, NULL);
}

TASK(purge_tickets, "purge_tickets", .handle = purge, .every_s = PURGE_EVERY_S,
    .doc = "Removes links and codes that expired");
