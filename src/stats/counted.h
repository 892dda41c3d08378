/*
 * What is counted at once, and remembered for a while: numbers alone. Between
 * count.c and router.c.
 */
#ifndef STATS_COUNTED_H
#define STATS_COUNTED_H

#include "stats/model.h"
#include "tasks/totals.h"

struct ctx;

struct counted {
	struct users_shown users;
	struct products_shown products;
	struct tasks_shown tasks;
	struct mail_shown mail;
	int64_t sessions, items, spaces, database_bytes, migrations;
	struct task_minute ended[STATS_MINUTES]; /* in no order */
	size_t nended;
};

/* Tasks that ended: from that moment on, or from a minute before. */
enum err
stats_count(struct ctx *, struct timestamp from, struct counted *) MUST_CHECK;

#endif
