/*
 * What a runner does beside the tasks: it renews the leases of those that
 * run, takes back what dead runners held, and queues what recurs.
 */
#include "core/log.h"
#include "tasks/crew.h"
#include "tasks/cron.h"
#include "tasks/kinds.h"

enum {
	US_PER_MS = 1000,
	HANDS_MAX = 64,
	CLOCK_MIN_US = 1000000, /* between two looks at the clock */
	CLOCK_MAX_US = 60000000
};

struct keeper {
	struct crew *crew;
	struct arena *mem;
	struct db db;
	int64_t lease_us;
	bool synced; /* the rows of what recurs are as the program wants */
	int64_t renew_at_us, reap_at_us, clock_at_us;
	/* Of one round of renewals. */
	struct hand *held[HANDS_MAX];
	struct task_row row[HANDS_MAX];
	int64_t ends_us[HANDS_MAX];
	int n;
	/* Of one round of taking back, and of one look at the clock. */
	struct list expired;
	int queued;
};

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Leases of which a third is over; none beyond its run's deadline. */
static void
gather(struct keeper *k, int64_t now_us)
{
	struct crew *c = k->crew;
	int i;

	k->n = 0;
	pthread_mutex_lock(&c->lock);
	for (i = 0; i < c->nhands; i++) {
		struct hand *h = &c->hands[i];
		int64_t ends_us = smaller(now_us + k->lease_us, h->deadline_us);

		if (!h->busy || ends_us <= h->lease_ends_us ||
		    h->lease_ends_us - now_us > k->lease_us * 2 / 3)
			continue;
		k->held[k->n] = h;
		k->row[k->n] = h->row;
		k->ends_us[k->n++] = ends_us;
	}
	pthread_mutex_unlock(&c->lock);
}

/* The hand may have ended the run meanwhile: then there is no row to renew. */
static enum err
renew_all(void *arg)
{
	struct keeper *k = arg;
	int64_t shift = time_now().us - time_monotonic_us();
	enum err err = OK;
	int i;

	for (i = 0; i < k->n && !err; i++) {
		err = queue_renew(&k->db, &k->row[i],
		    (struct timestamp){k->ends_us[i] + shift});
		if (err == ERR_NOT_FOUND)
			err = OK;
	}
	return err;
}

static void
renewed(struct keeper *k)
{
	struct crew *c = k->crew;
	int i;

	pthread_mutex_lock(&c->lock);
	for (i = 0; i < k->n; i++)
		if (k->held[i]->busy &&
		    uuid_equal(&k->held[i]->row.id, &k->row[i].id) &&
		    k->held[i]->row.attempts == k->row[i].attempts)
			k->held[i]->lease_ends_us = k->ends_us[i];
	pthread_mutex_unlock(&c->lock);
}

static void
renew(struct keeper *k, int64_t now_us)
{
	gather(k, now_us);
	if (k->n > 0 && crew_transact(&k->db, renew_all, k) == OK)
		renewed(k);
}

static bool
is_worn_out(const struct keeper *k, const struct task_row *row)
{
	const struct task_kind *kind =
	    task_kind_find(k->crew->kinds, row->kind);

	return row->attempts >= task_kind_attempts(kind);
}

static enum err
take_back(void *arg)
{
	static const char why[] =
	    "Its runner ended in the middle of it, or it took longer than it"
	    " may.";
	struct keeper *k = arg;
	struct timestamp now = time_now();
	const struct task_row *row;
	enum err err;
	size_t i;

	err = queue_expired(&k->db, now, &k->expired);
	for (i = 0; i < k->expired.n && !err; i++) {
		row = &((const struct task_row *)k->expired.rows)[i];
		if (is_worn_out(k, row))
			err = queue_bury(&k->db, row, now, why);
		else
			err = queue_again(&k->db, row, now, why);
		/* Somebody else had it first. */
		if (err == ERR_NOT_FOUND)
			err = OK;
	}
	return err;
}

static void
reap(struct keeper *k)
{
	const struct task_row *row;
	char id[UUID_TEXT];
	size_t i;
	bool dead;

	k->expired = (struct list){NULL, 0};
	if (crew_transact(&k->db, take_back, k) != OK || k->expired.n == 0)
		return;
	for (i = 0; i < k->expired.n; i++) {
		row = &((const struct task_row *)k->expired.rows)[i];
		dead = is_worn_out(k, row);
		log_say(dead ? LOG_ERROR : LOG_WARN, uuid_format(&row->id, id),
		    "the lease of attempt %lld of a %s ended: %s",
		    (long long)row->attempts, row->kind,
		    dead ? "it was the last, the task is dead"
			 : "the task is queued again");
	}
	crew_call(k->crew);
}

static enum err
sync_clock(void *arg)
{
	struct keeper *k = arg;

	return cron_sync(&k->db, k->crew->kinds, time_now());
}

static enum err
turn_clock(void *arg)
{
	struct keeper *k = arg;

	return cron_queue(&k->db, k->crew->kinds, time_now(), &k->queued);
}

/* *in_us: until the next turn. */
static enum err
read_clock(struct keeper *k, int64_t *in_us)
{
	struct timestamp at;
	enum err err;

	*in_us = CLOCK_MAX_US;
	db_phase(&k->db, TX_READ);
	err = cron_next(&k->db, &at);
	if (!err)
		*in_us = smaller(at.us - time_now().us, CLOCK_MAX_US);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
look_at_clock(struct keeper *k)
{
	int64_t in_us = 0;
	enum err err = OK;

	k->queued = 0;
	if (!k->synced)
		err = crew_transact(&k->db, sync_clock, k);
	if (!err) {
		k->synced = true;
		err = read_clock(k, &in_us);
	}
	if (!err && in_us <= 0)
		err = crew_transact(&k->db, turn_clock, k);
	if (!err && in_us <= 0)
		err = read_clock(k, &in_us);
	if (k->queued > 0)
		crew_call(k->crew);
	k->clock_at_us =
	    time_monotonic_us() + (in_us > CLOCK_MIN_US ? in_us : CLOCK_MIN_US);
	return err;
}

static void
keeper_open(struct keeper *k, struct crew *c)
{
	*k = (struct keeper){.crew = c, .mem = arena_new(CREW_MEMORY)};
	k->lease_us = c->config->TASK_LEASE_MS * US_PER_MS;
	db_init(&k->db, c->pool, k->mem, NULL);
}

static void
keeper_close(struct keeper *k)
{
	db_release(&k->db);
	arena_free(k->mem);
}

static void
round_of(struct keeper *k)
{
	int64_t now_us = time_monotonic_us();

	arena_reset(k->mem);
	/* After an outage, before anybody's own runs are taken for lost. */
	if (now_us >= smaller(k->renew_at_us, k->reap_at_us)) {
		renew(k, now_us);
		k->renew_at_us = now_us + k->lease_us / 3;
	}
	if (now_us >= k->reap_at_us) {
		reap(k);
		k->reap_at_us = now_us + k->lease_us / 2;
	}
	/* What fails is tried again in a second. */
	if (now_us >= k->clock_at_us)
		(void)!look_at_clock(k);
	db_release(&k->db);
}

void *
keeper_main(void *arg)
{
	struct crew *c = arg;
	struct keeper k;
	int64_t at_us = 0;

	keeper_open(&k, c);
	while (crew_turn(c, at_us)) {
		round_of(&k);
		at_us = smaller(
		    k.clock_at_us, smaller(k.renew_at_us, k.reap_at_us));
	}
	keeper_close(&k);
	return NULL;
}

enum err
keeper_first(struct crew *c)
{
	struct keeper k;
	enum err err;

	keeper_open(&k, c);
	reap(&k);
	err = look_at_clock(&k);
	keeper_close(&k);
	return err;
}
