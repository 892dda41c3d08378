/* Host names. The resolver has no deadline, so a thread of its own asks it: a
 * call takes what is known, or waits for that as long as it may. */
#include "kv/store_name.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SECOND_US = 1000000 };

void
kv_name_init(struct kv_name *n, const char *host, int port)
{
	pthread_condattr_t clock;

	*n = (struct kv_name){.host = host};
	n->hints.ai_family = AF_UNSPEC;
	n->hints.ai_socktype = SOCK_STREAM;
	n->hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
	pthread_mutex_init(&n->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&n->answered, &clock);
	pthread_condattr_destroy(&clock);
	if (host == NULL)
		return;
	snprintf(n->port, sizeof(n->port), "%d", port);
	n->numeric = getaddrinfo(host, n->port, &n->hints, &n->known) == 0;
	n->hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
}

void
kv_name_free(struct kv_name *n)
{
	if (n->begun)
		pthread_join(n->thread, NULL);
	if (n->known != NULL)
		freeaddrinfo(n->known);
	pthread_cond_destroy(&n->answered);
	pthread_mutex_destroy(&n->lock);
}

static void *
resolve(void *arg)
{
	struct addrinfo *found = NULL, *old = NULL;
	struct kv_name *n = arg;
	int failed = getaddrinfo(n->host, n->port, &n->hints, &found);

	pthread_mutex_lock(&n->lock);
	if (failed == 0) {
		old = n->known;
		n->known = found;
	}
	n->asking = false;
	pthread_cond_broadcast(&n->answered);
	pthread_mutex_unlock(&n->lock);
	if (old != NULL)
		freeaddrinfo(old);
	return NULL;
}

/* With the lock. */
static void
ask(struct kv_name *n)
{
	if (n->asking || n->numeric)
		return;
	/* That one has let go of the lock for the last time, or is about to
	 * without taking it again. */
	if (n->begun)
		pthread_join(n->thread, NULL);
	n->asking = n->begun =
	    pthread_create(&n->thread, NULL, resolve, n) == 0;
}

void
kv_name_doubt(struct kv_name *n)
{
	pthread_mutex_lock(&n->lock);
	ask(n);
	pthread_mutex_unlock(&n->lock);
}

static size_t
copy(const struct addrinfo *from, struct kv_name_address to[KV_NAME_ADDRESSES])
{
	size_t n = 0;

	for (; from != NULL && n < KV_NAME_ADDRESSES; from = from->ai_next) {
		if (from->ai_addrlen > sizeof(to[n].address))
			continue;
		memcpy(&to[n].address, from->ai_addr, from->ai_addrlen);
		to[n++].size = from->ai_addrlen;
	}
	return n;
}

size_t
kv_name_get(struct kv_name *n, int64_t deadline,
    struct kv_name_address to[KV_NAME_ADDRESSES])
{
	struct timespec until = {.tv_sec = deadline / SECOND_US,
	    .tv_nsec = (deadline % SECOND_US) * 1000};
	size_t found;
	int late = 0;

	pthread_mutex_lock(&n->lock);
	if (n->known == NULL)
		ask(n);
	while (n->known == NULL && n->asking && late != ETIMEDOUT)
		late = pthread_cond_timedwait(&n->answered, &n->lock, &until);
	found = copy(n->known, to);
	pthread_mutex_unlock(&n->lock);
	return found;
}
