/*
 * A runner's threads and what they share: hands, which claim and run tasks,
 * the keeper, which keeps leases and the clock, and the main thread, which
 * listens to the doorbell and to signals. Between the files of the runner.
 */
#ifndef TASKS_CREW_H
#define TASKS_CREW_H

#include <pthread.h>

#include "db/unit.h"
#include "tasks/queue.h"

enum { CREW_MEMORY = 64 << 20 }; /* ceiling of each thread's arena */

struct crew;

struct hand {
	struct crew *crew;
	pthread_t thread;
	struct arena *mem;
	struct db db;
	struct mailer *mailer;

	/* Under the crew's lock: what it runs. */
	bool ended; /* its thread can be joined */
	bool busy;
	struct task_row row;   /* its id, runner and attempts only */
	int64_t began_us;      /* all three by the monotonic clock */
	int64_t deadline_us;   /* the lease is not renewed beyond it */
	int64_t lease_ends_us; /* as far as it was renewed */
};

struct crew {
	const struct config *config;
	const struct task_kind *const *kinds;
	const struct templates *templates;
	struct kv_store *kv;
	struct pool *pool;
	bool once;
	int kick; /* an eventfd: something here is new to the main thread */
	struct hand *hands;
	int nhands;

	pthread_mutex_t lock;
	pthread_cond_t work; /* for hands */
	pthread_cond_t turn; /* for the keeper */
	/* Under the lock. */
	bool stopping; /* no more claims */
	bool closing;  /* the hands have ended: so shall the keeper */
	bool failed;   /* of `once`: the queue could not be read */
	int calls;     /* looks that are owed to events */
	int idle;      /* hands that wait */
	int ended;     /* hands that are no more */
	int failures;  /* looks in a row that the database did not answer */
	int64_t look_at_us;
};

/* crew.c */
void crew_open(struct crew *);
void crew_close(struct crew *);
/* There may be work: wakes a hand, if one is idle. */
void crew_call(struct crew *);
void crew_stop(struct crew *);
bool crew_stopping(struct crew *);
/* Whether a hand waits; whether all have ended. */
bool crew_idle(struct crew *);
bool crew_ended(struct crew *);
/* Waits for a reason to look at the queue. False: this hand shall end. */
bool crew_await(struct crew *);
/* After a look that found nothing: when to look again, at the latest. */
void crew_nothing(struct crew *, int64_t next_us);
/* After one that failed: later each time. */
void crew_trouble(struct crew *);
void crew_leave(struct hand *);
/* Waits for that moment; false: the keeper shall end. */
bool crew_turn(struct crew *, int64_t at_us);
/* The hand's row is its own from here to crew_done(). */
void crew_begin(
    struct hand *, const struct task_row *, int64_t began_us, int64_t limit_us);
void crew_done(struct hand *);
/* A write transaction, again when the database says so. */
enum err
crew_transact(struct db *, enum err (*run)(void *), void *arg) MUST_CHECK;

/* hand.c */
void *hand_main(void *hand);

/* run.c */
/* One run, from the claimed row to the note of its outcome. */
void run_task(struct hand *, const struct task_row *);

/* keeper.c */
void *keeper_main(void *crew);
/* One look at the clock, before hands that will not wait for the next. */
enum err keeper_first(struct crew *) MUST_CHECK;

#endif
