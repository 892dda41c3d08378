/*
 * The thread between a worker's counters and the table of all workers. It
 * remembers what was written, and writes the difference.
 */
#include "http/bookkeeper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/log.h"
#include "db/unit.h"
#include "http/tally.h"

enum {
	EVERY_S = 5,
	END_S = 3,
	ATTEMPTS = 4,
	MEMORY = 1 << 20,
	STACK = 512 * 1024
};

struct bookkeeper {
	struct books books;
	struct traffic written;
	struct arena *mem;
	pthread_t id;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool ending;
};

static struct traffic
difference(const struct traffic *now, const struct traffic *then)
{
	struct traffic d = {.requests = now->requests - then->requests,
	    .client_errors = now->client_errors - then->client_errors,
	    .server_errors = now->server_errors - then->server_errors};

	for (size_t i = 0; i < TRAFFIC_BUCKETS; i++)
		d.took[i] = now->took[i] - then->took[i];
	return d;
}

static enum err
add(struct bookkeeper *k, const struct traffic *more)
{
	struct db db;
	enum err err;

	arena_reset(k->mem);
	db_init(&db, k->books.pool, k->mem, NULL);
	db_phase(&db, TX_WRITE);
	err = k->books.add(&db, time_now(), more);
	if (!err)
		err = db_commit(&db);
	db_release(&db);
	return err;
}

/* What nobody knows the outcome of is written again: rather that than lost. */
static void
write_down(struct bookkeeper *k)
{
	struct traffic now, more;
	enum err err = ERR_RETRY;

	tally_read(k->books.tally, &now);
	if (now.requests == k->written.requests)
		return;
	more = difference(&now, &k->written);
	for (int i = 0; i < ATTEMPTS && err == ERR_RETRY; i++)
		err = add(k, &more);
	if (!err)
		k->written = now;
}

/* True: it is time to write; false: it is the end. */
static bool
wait_turn(struct bookkeeper *k)
{
	struct timespec until;
	bool ending;
	int rc = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += EVERY_S;
	pthread_mutex_lock(&k->lock);
	while (!k->ending && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&k->changed, &k->lock, &until);
	ending = k->ending;
	pthread_mutex_unlock(&k->lock);
	return !ending;
}

static void *
keep(void *arg)
{
	struct bookkeeper *k = arg;

	while (wait_turn(k))
		write_down(k);
	write_down(k);
	return NULL;
}

/* The worker's main thread waits for signals: all are blocked here. */
static int
start_thread(struct bookkeeper *k)
{
	sigset_t all, before;
	pthread_attr_t attr;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&k->id, &attr, keep, k);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

struct bookkeeper *
bookkeeper_start(const struct books *books)
{
	struct bookkeeper *k = calloc(1, sizeof(*k));
	pthread_condattr_t attr;

	if (k == NULL)
		log_fatal("out of memory");
	k->books = *books;
	k->mem = arena_new(MEMORY);
	pthread_mutex_init(&k->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&k->changed, &attr);
	pthread_condattr_destroy(&attr);
	if (start_thread(k) != 0)
		log_fatal("a thread could not be started: raise `ulimit -u`");
	return k;
}

/* A database that does not answer must not keep the worker. */
static void
join(const struct bookkeeper *k)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += END_S;
	if (pthread_timedjoin_np(k->id, NULL, &until) == 0)
		return;
	log_say(LOG_ERROR, NULL,
	    "the figures of the last seconds are lost: the database did not "
	    "take them");
	/* The thread still uses all that returning would end. */
	_exit(EX_TEMPFAIL);
}

void
bookkeeper_end(struct bookkeeper *k)
{
	pthread_mutex_lock(&k->lock);
	k->ending = true;
	pthread_cond_signal(&k->changed);
	pthread_mutex_unlock(&k->lock);
	join(k);
	pthread_cond_destroy(&k->changed);
	pthread_mutex_destroy(&k->lock);
	arena_free(k->mem);
	free(k);
}
