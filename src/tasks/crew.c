/*
 * Who of a runner's threads sleeps, and until when. However many hands there
 * are, one look at the queue is made when nothing happens, and a look that
 * finds work calls the next hand.
 */
#include "tasks/crew.h"

#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

enum {
	TRIES = 4,
	US_PER_MS = 1000,
	FIRST_BACKOFF_US = 100000,
	LAST_BACKOFF_US = 2000000
};

void
crew_open(struct crew *c)
{
	pthread_condattr_t clock;

	pthread_mutex_init(&c->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&c->work, &clock);
	pthread_cond_init(&c->turn, &clock);
	pthread_condattr_destroy(&clock);
	c->kick = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (c->kick < 0)
		log_fatal("no file descriptors left: %m");
}

void
crew_close(struct crew *c)
{
	close(c->kick);
	pthread_cond_destroy(&c->turn);
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->lock);
}

/* A counter that is full has been kicked already. */
static void
kick(const struct crew *c)
{
	(void)eventfd_write(c->kick, 1);
}

static void
wait_until(struct crew *c, pthread_cond_t *cond, int64_t us)
{
	const struct timespec at = {.tv_sec = (time_t)(us / 1000000),
	    .tv_nsec = (long)(us % 1000000 * 1000)};

	pthread_cond_timedwait(cond, &c->lock, &at);
}

void
crew_call(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	if (c->calls < c->idle) {
		c->calls++;
		pthread_cond_signal(&c->work);
	}
	pthread_mutex_unlock(&c->lock);
}

void
crew_stop(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->stopping = true;
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
}

bool
crew_stopping(struct crew *c)
{
	bool stopping;

	pthread_mutex_lock(&c->lock);
	stopping = c->stopping;
	pthread_mutex_unlock(&c->lock);
	return stopping;
}

bool
crew_idle(struct crew *c)
{
	bool idle;

	pthread_mutex_lock(&c->lock);
	idle = c->idle > 0;
	pthread_mutex_unlock(&c->lock);
	return idle;
}

bool
crew_ended(struct crew *c)
{
	bool ended;

	pthread_mutex_lock(&c->lock);
	ended = c->ended == c->nhands;
	pthread_mutex_unlock(&c->lock);
	return ended;
}

bool
crew_await(struct crew *c)
{
	bool go;

	pthread_mutex_lock(&c->lock);
	/* The doorbell is heard only while somebody could come. */
	if (c->idle++ == 0)
		kick(c);
	while (!c->stopping && c->calls == 0 &&
	       time_monotonic_us() < c->look_at_us)
		wait_until(c, &c->work, c->look_at_us);
	c->idle--;
	if (c->calls > 0)
		c->calls--;
	/* The others need not look as well. */
	c->look_at_us =
	    time_monotonic_us() + c->config->TASK_POLL_MS * US_PER_MS;
	go = !c->stopping;
	pthread_mutex_unlock(&c->lock);
	return go;
}

void
crew_nothing(struct crew *c, int64_t next_us)
{
	int64_t poll_us =
	    time_monotonic_us() + c->config->TASK_POLL_MS * US_PER_MS;

	pthread_mutex_lock(&c->lock);
	c->failures = 0;
	c->look_at_us = next_us < poll_us ? next_us : poll_us;
	pthread_mutex_unlock(&c->lock);
}

void
crew_trouble(struct crew *c)
{
	int64_t wait_us = c->config->TASK_POLL_MS * US_PER_MS;
	int i;

	if (wait_us < FIRST_BACKOFF_US)
		wait_us = FIRST_BACKOFF_US;
	pthread_mutex_lock(&c->lock);
	c->failed = true;
	c->failures++;
	for (i = 0; i < c->failures && wait_us < LAST_BACKOFF_US; i++)
		wait_us *= 2;
	if (wait_us > LAST_BACKOFF_US)
		wait_us = LAST_BACKOFF_US;
	c->calls = 0;
	c->look_at_us = time_monotonic_us() + wait_us;
	pthread_mutex_unlock(&c->lock);
}

void
crew_leave(struct hand *h)
{
	struct crew *c = h->crew;

	pthread_mutex_lock(&c->lock);
	h->ended = true;
	c->ended++;
	pthread_mutex_unlock(&c->lock);
	kick(c);
}

bool
crew_turn(struct crew *c, int64_t at_us)
{
	bool go;

	pthread_mutex_lock(&c->lock);
	while (!c->closing && time_monotonic_us() < at_us)
		wait_until(c, &c->turn, at_us);
	go = !c->closing;
	pthread_mutex_unlock(&c->lock);
	return go;
}

void
crew_begin(struct hand *h, const struct task_row *row, int64_t began_us,
    int64_t limit_us)
{
	int64_t lease_us = h->crew->config->TASK_LEASE_MS * US_PER_MS;

	pthread_mutex_lock(&h->crew->lock);
	h->busy = true;
	h->row = (struct task_row){
	    .id = row->id, .runner = row->runner, .attempts = row->attempts};
	h->began_us = began_us;
	h->deadline_us = began_us + limit_us;
	h->lease_ends_us = began_us + lease_us;
	pthread_mutex_unlock(&h->crew->lock);
}

void
crew_done(struct hand *h)
{
	pthread_mutex_lock(&h->crew->lock);
	h->busy = false;
	pthread_mutex_unlock(&h->crew->lock);
}

enum err
crew_transact(struct db *db, enum err (*run)(void *), void *arg)
{
	struct arena_mark mark = arena_mark(db->mem);
	enum err err = ERR_RETRY;
	int i;

	for (i = 0; i < TRIES && err == ERR_RETRY; i++) {
		arena_rewind(db->mem, mark);
		db_phase(db, TX_WRITE);
		err = run(arg);
		if (!err)
			err = db_commit(db);
		if (err)
			db_rollback(db);
	}
	return err;
}
