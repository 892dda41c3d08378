/*
 * Many threads that play the same part at once, each with a way of its own to
 * the store.
 */
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>
#include <stdatomic.h>

#include "fixture.h"

enum { THREADS = 8, EACH = 60, BATCH = 12 };

/* What all threads of a case share. */
struct stage {
	struct kv_space space, other;
	void (*play)(struct stage *, struct hand *, int number);
	pthread_barrier_t ready;
	atomic_int next;   /* number of a thread */
	atomic_int bad;    /* calls that failed, and what must not be */
	atomic_int won;    /* what was done */
	atomic_int ending; /* of those that wait for the others */
	_Atomic int64_t version[THREADS * EACH];
};

/* Comes back when all have played; nothing bad may have come of it. */
struct stage *
play(void (*part)(struct stage *, struct hand *, int number), struct kv_space);

#endif
