/*
 * A few numbers that all threads of a worker share for a while.
 */
#include "http/lately.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"

enum { TIMES = 50, MOST_US = 60000000 };

struct lately {
	pthread_mutex_t lock;
	int64_t until_us; /* monotonic */
	bool counting;
	size_t size; /* 0: nothing is known */
	char bytes[LATELY_MAX];
};

struct lately *
lately_new(void)
{
	struct lately *l = calloc(1, sizeof(*l));

	if (l == NULL)
		log_fatal("out of memory");
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
lately_free(struct lately *l)
{
	if (l == NULL)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

enum lately_is
lately_recall(struct lately *l, void *out, size_t size)
{
	enum lately_is is = LATELY_UNKNOWN;

	pthread_mutex_lock(&l->lock);
	if (!l->counting && time_monotonic_us() >= l->until_us)
		is = LATELY_YOURS;
	else if (l->size == size)
		is = LATELY_KNOWN;
	if (is == LATELY_YOURS)
		l->counting = true;
	if (is == LATELY_KNOWN)
		memcpy(out, l->bytes, size);
	pthread_mutex_unlock(&l->lock);
	return is;
}

/* Under the lock. */
static void
end(struct lately *l, int64_t took_us)
{
	const int64_t most = MOST_US / TIMES;
	const int64_t us = took_us < most ? took_us : most;

	l->counting = false;
	l->until_us = time_monotonic_us() + us * TIMES;
}

void
lately_note(struct lately *l, const void *what, size_t size, int64_t took_us)
{
	if (size > LATELY_MAX)
		BUG("more was counted than is remembered");
	pthread_mutex_lock(&l->lock);
	memcpy(l->bytes, what, size);
	l->size = size;
	end(l, took_us);
	pthread_mutex_unlock(&l->lock);
}

void
lately_failed(struct lately *l, int64_t took_us)
{
	pthread_mutex_lock(&l->lock);
	end(l, took_us);
	pthread_mutex_unlock(&l->lock);
}
