/*
 * How many tasks there are, and how many ended when. Both functions read the
 * index alone, or the rows of the time that is asked for.
 */
#ifndef TASKS_TOTALS_H
#define TASKS_TOTALS_H

#include "core/err.h"
#include "core/schema.h"

struct db;

/* Tasks of one stage (queue.h): mails, or all others. */
struct task_total {
	const char *stage;
	bool mail;
	int64_t n;
};
enum err task_totals(struct db *, struct list *) MUST_CHECK;

/* Those that ended in one minute. */
struct task_minute {
	int64_t minute;            /* since 1970 */
	int64_t done, dead, mails; /* mails: of those that are done */
};
/* From that moment on, in no order, at most so many. */
enum err tasks_ended(
    struct db *, struct timestamp, int64_t limit, struct list *) MUST_CHECK;

#endif
