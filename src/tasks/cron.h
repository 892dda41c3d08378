/*
 * What recurs by itself: a row for each kind with every_s. Any number of
 * runners look at it; each turn is queued once.
 */
#ifndef TASKS_CRON_H
#define TASKS_CRON_H

#include "tasks/task.h"

struct cron_row {
	const char *kind;
	struct timestamp next_run;
	struct timestamp last_run; /* of the last one queued, or none */
};
extern const struct schema cron_row;

/*
 * Brings the rows in line with the program: new kinds are due at once, rows of
 * kinds that are gone are deleted. TX_WRITE.
 */
enum err cron_sync(struct db *, const struct task_kind *const *,
    struct timestamp now) MUST_CHECK;
/* When the next one is due; ERR_NOT_FOUND: none ever. TX_READ. */
enum err cron_next(struct db *, struct timestamp *) MUST_CHECK;
/*
 * Queues what is due, but no kind of which one is still queued or running, and
 * moves it to its next turn. *n: how many were queued. TX_WRITE.
 */
enum err cron_queue(struct db *, const struct task_kind *const *,
    struct timestamp now, int *n) MUST_CHECK;
/*
 * Queues one at once, whenever its next turn is; *id is the task's.
 * ERR_CONFLICT: one is still queued or running. TX_WRITE.
 */
enum err cron_run(struct db *, const struct task_kind *, struct timestamp now,
    struct uuid *id) MUST_CHECK;
/* All, as cron_rows. TX_READ. */
enum err cron_list(struct db *, struct list *) MUST_CHECK;

#endif
