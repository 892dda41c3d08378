/*
 * A ring of pointers under a mutex. Heavy requests take milliseconds each, so
 * nothing finer is needed.
 */
#include "http/lanes.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/log.h"

enum { NICE_OF_HASHING = 15 };

struct lane_queue {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	bool closed;
	int room, first, count;
	void *slot[];
};

struct lane_queue *
lane_new(int room)
{
	struct lane_queue *q;

	q = calloc(1, sizeof(*q) + (size_t)room * sizeof(q->slot[0]));
	if (q == NULL)
		log_fatal("out of memory");
	q->room = room;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
	return q;
}

void
lane_free(struct lane_queue *q)
{
	if (q == NULL)
		return;
	pthread_cond_destroy(&q->filled);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

bool
lane_push(struct lane_queue *q, void *item)
{
	bool taken;

	pthread_mutex_lock(&q->lock);
	taken = !q->closed && q->count < q->room;
	if (taken) {
		q->slot[(q->first + q->count) % q->room] = item;
		q->count++;
		pthread_cond_signal(&q->filled);
	}
	pthread_mutex_unlock(&q->lock);
	return taken;
}

void *
lane_pop(struct lane_queue *q)
{
	void *item = NULL;

	pthread_mutex_lock(&q->lock);
	while (q->count == 0 && !q->closed)
		pthread_cond_wait(&q->filled, &q->lock);
	if (q->count > 0) {
		item = q->slot[q->first];
		q->first = (q->first + 1) % q->room;
		q->count--;
	}
	pthread_mutex_unlock(&q->lock);
	return item;
}

void
lane_close(struct lane_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_mutex_unlock(&q->lock);
}

void
lane_step_back(bool idle)
{
	const struct sched_param none = {0};
	id_t thread = (id_t)syscall(SYS_gettid);

	setpriority(PRIO_PROCESS, thread, NICE_OF_HASHING);
	if (idle && sched_setscheduler(0, SCHED_IDLE, &none) != 0)
		log_say(LOG_WARN, NULL, "no idle class for the hash threads");
}
