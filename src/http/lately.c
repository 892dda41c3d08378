/*
 * A few numbers that all threads of a worker share for a while.
 */
#include "http/lately.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/time.h"

enum { TIMES = 50, MOST_US = 60000000 };

struct lately {
	pthread_mutex_t lock;
	int64_t until_us; /* monotonic; 0: nothing */
	size_t size;
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

bool
lately_recall(struct lately *l, void *out, size_t size)
{
	bool has;

	pthread_mutex_lock(&l->lock);
	has = time_monotonic_us() < l->until_us && l->size == size;
	if (has)
		memcpy(out, l->bytes, size);
	pthread_mutex_unlock(&l->lock);
	return has;
}

void
lately_note(struct lately *l, const void *what, size_t size, int64_t took_us)
{
	const int64_t most = MOST_US / TIMES;
	const int64_t us = took_us < most ? took_us : most;

	if (size > LATELY_MAX)
		BUG("more was counted than is remembered");
	pthread_mutex_lock(&l->lock);
	memcpy(l->bytes, what, size);
	l->size = size;
	l->until_us = time_monotonic_us() + us * TIMES;
	pthread_mutex_unlock(&l->lock);
}
