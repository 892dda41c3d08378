/*
 * The table of tasks. Between the files of tasks/ and `atrium tasks`.
 *
 *	queued -> running -> done            (purged after TASK_KEEP_MINUTES)
 *	          running -> queued          after a failure, later; or when its
 *	                                     runner is gone
 *	          running -> dead            after the last attempt
 *	dead, cancelled -> queued            a person's retry, as of one that
 *	                                     waits after a failure: at once
 *	queued, dead -> cancelled            a person's cancel
 *
 * To people, what is queued after a failure is "failed" (the column stage).
 *
 * A run is fenced by (id, runner, attempts): whoever lost the lease cannot
 * note an outcome any more. All functions want a phase: TX_WRITE, or TX_READ
 * for those that only look.
 */
#ifndef TASKS_QUEUE_H
#define TASKS_QUEUE_H

#include "tasks/task.h"

struct task_row {
	struct uuid id;
	const char *kind;
	const char *args; /* JSON; "{}" once it is done */
	const char *state;
	int64_t attempts; /* begun */
	/* When it is due; of one that has ended: when that was. */
	struct timestamp run_at;
	struct timestamp lease_until; /* of a running one */
	struct uuid runner;           /* of a running one: its claim */
	const char *last_error;       /* or NULL */
	struct timestamp created_at;
};
extern const struct schema task_row;

/* queue.c */

/*
 * Takes the task that is due first: running, attempts one more. `runner` names
 * this claim, and no other one: a retry by a person counts attempts anew.
 * ERR_NOT_FOUND: none is due, or others are just taking what is.
 */
enum err queue_claim(struct db *, struct uuid runner, struct timestamp now,
    struct timestamp lease_until, struct task_row *) MUST_CHECK;
/* When the next one is due; ERR_NOT_FOUND: nothing waits. */
enum err queue_next(struct db *, struct timestamp *) MUST_CHECK;

/* All five: ERR_NOT_FOUND when the lease was lost to another runner. */
enum err queue_renew(struct db *, const struct task_row *,
    struct timestamp lease_until) MUST_CHECK;
enum err queue_done(struct db *, const struct task_row *, struct timestamp now,
    bool keep) MUST_CHECK;
/* Before it is noted how it went: whom its mail is for. */
enum err
queue_address(struct db *, const struct task_row *, const char *to) MUST_CHECK;
/* `why` may be NULL: no failure. Longer than a column, it is cut. */
enum err queue_again(struct db *, const struct task_row *,
    struct timestamp run_at, const char *why) MUST_CHECK;
enum err queue_bury(struct db *, const struct task_row *, struct timestamp now,
    const char *why) MUST_CHECK;

/*
 * Some tasks whose lease is over, as task_rows: their runners are gone. They
 * are locked, and ended by queue_again() and queue_bury() as by the runner.
 */
enum err
queue_expired(struct db *, struct timestamp now, struct list *) MUST_CHECK;

/* desk.c: what a person does with the queue */

struct task_search {
	const char *state, *kind; /* NULL: any */
	int64_t limit;
};

/* Names of the states, NULL-ended. */
extern const char *const task_states[];

/* The newest first, their args left out (""). */
enum err
queue_list(struct db *, const struct task_search *, struct list *) MUST_CHECK;
enum err queue_get(struct db *, struct uuid, struct task_row *) MUST_CHECK;
/*
 * Both: ERR_CONFLICT when its state forbids it; *found is then as it is.
 * ERR_NOT_FOUND: there is none.
 */
enum err queue_retry(struct db *, struct uuid, struct timestamp now,
    struct task_row *found) MUST_CHECK;
enum err queue_cancel(struct db *, struct uuid, struct timestamp now,
    struct task_row *found) MUST_CHECK;
/* What a state means for whoever wanted another: "is done". */
const char *queue_obstacle(const char *state);
/* A part of the dead ones; *n is their number, 0 when none is left. */
enum err
queue_retry_dead(struct db *, struct timestamp now, int64_t *n) MUST_CHECK;

#endif
