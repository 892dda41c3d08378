/*
 * Counters that one thread writes and another reads: loads and stores that
 * cost what plain ones do.
 */
#include "http/tally.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

enum { CACHE_LINE = 64 };

struct tally_own {
	alignas(CACHE_LINE) _Atomic int64_t client_errors;
	_Atomic int64_t server_errors;
	_Atomic int64_t took[TRAFFIC_BUCKETS];
};

struct tally {
	int threads;
	atomic_int joined;
	struct tally_own *own;
};

struct tally *
tally_new(int threads)
{
	struct tally *t = calloc(1, sizeof(*t));
	size_t size = (size_t)threads * sizeof(struct tally_own);

	if (t == NULL || (t->own = aligned_alloc(CACHE_LINE, size)) == NULL)
		log_fatal("out of memory");
	memset(t->own, 0, size);
	t->threads = threads;
	return t;
}

void
tally_free(struct tally *t)
{
	if (t == NULL)
		return;
	free(t->own);
	free(t);
}

struct tally_own *
tally_join(struct tally *t)
{
	int i = atomic_fetch_add(&t->joined, 1);

	if (i >= t->threads)
		BUG("more threads count than the tally is for");
	return &t->own[i];
}

/* Not one step, and need not be: nobody else writes it. */
static void
add_one(_Atomic int64_t *n)
{
	int64_t was = atomic_load_explicit(n, memory_order_relaxed);

	atomic_store_explicit(n, was + 1, memory_order_release);
}

void
tally_count(struct tally_own *own, int status, int64_t us)
{
	if (status >= 500)
		add_one(&own->server_errors);
	else if (status >= 400)
		add_one(&own->client_errors);
	add_one(&own->took[traffic_bucket(us)]);
}

static int64_t
value(_Atomic int64_t *n)
{
	return atomic_load_explicit(n, memory_order_acquire);
}

/* The errors last: of each request that is seen here, its error is too. */
void
tally_read(struct tally *t, struct traffic *sum)
{
	memset(sum, 0, sizeof(*sum));
	for (int i = 0; i < t->threads; i++) {
		struct tally_own *own = &t->own[i];

		for (size_t k = 0; k < TRAFFIC_BUCKETS; k++)
			sum->took[k] += value(&own->took[k]);
		sum->client_errors += value(&own->client_errors);
		sum->server_errors += value(&own->server_errors);
	}
	for (size_t k = 0; k < TRAFFIC_BUCKETS; k++)
		sum->requests += sum->took[k];
}
