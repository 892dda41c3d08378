/*
 * The stack of connections. The lock guards the stack alone: it is never held
 * while something talks to the server.
 */
#include "db/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "core/log.h"
#include "core/time.h"
#include "db/conn.h"

enum { SECOND_NS = 1000000000, COMPLAINT_US = 1000000 };

struct pool {
	struct pool_options options;
	pthread_mutex_t lock;
	pthread_cond_t back;
	struct conn *idle; /* connected or not */
	int nidle;
	int nsearches;
	int64_t complained;
	struct conn conns[];
};

void
db_library_open(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		log_fatal("the database client library does not start");
}

void
db_library_close(void)
{
	mysql_library_end();
}

struct pool *
pool_new(const struct pool_options *options)
{
	size_t size = (size_t)options->size;
	pthread_condattr_t clock;
	struct pool *p;

	if (options->size < 1)
		BUG("a pool without connections");
	p = calloc(1, sizeof(*p) + size * sizeof(p->conns[0]));
	if (p == NULL)
		log_fatal("out of memory");
	p->options = *options;
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&p->back, &clock);
	pthread_condattr_destroy(&clock);
	while (size-- > 0) {
		p->conns[size].options = &p->options;
		pool_give(p, &p->conns[size]);
	}
	return p;
}

void
pool_free(struct pool *p)
{
	int i;

	if (p == NULL)
		return;
	if (p->nidle != p->options.size)
		BUG("a pool ends while connections are out");
	for (i = 0; i < p->options.size; i++)
		conn_close(&p->conns[i]);
	pthread_cond_destroy(&p->back);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static struct timespec
deadline_in(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= SECOND_NS) {
		t.tv_nsec -= SECOND_NS;
		t.tv_sec++;
	}
	return t;
}

enum err
pool_take(struct pool *p, struct conn **conn)
{
	struct timespec deadline;
	int late = 0;

	pthread_mutex_lock(&p->lock);
	if (p->idle == NULL) {
		deadline = deadline_in(p->options.wait_ms);
		while (p->idle == NULL && late != ETIMEDOUT)
			late = pthread_cond_timedwait(
			    &p->back, &p->lock, &deadline);
	}
	*conn = p->idle;
	if (*conn != NULL) {
		p->idle = (*conn)->next;
		p->nidle--;
	}
	pthread_mutex_unlock(&p->lock);
	return *conn != NULL ? OK : ERR_BUSY;
}

void
pool_give(struct pool *p, struct conn *conn)
{
	pthread_mutex_lock(&p->lock);
	conn->next = p->idle;
	p->idle = conn;
	p->nidle++;
	pthread_cond_signal(&p->back);
	pthread_mutex_unlock(&p->lock);
}

bool
pool_may_search(struct pool *p)
{
	bool may;

	pthread_mutex_lock(&p->lock);
	may = p->nsearches < POOL_SEARCHES;
	p->nsearches += may;
	pthread_mutex_unlock(&p->lock);
	return may;
}

void
pool_searched(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->nsearches--;
	pthread_mutex_unlock(&p->lock);
}

bool
pool_may_complain(struct pool *p)
{
	int64_t now = time_monotonic_us();
	bool may;

	pthread_mutex_lock(&p->lock);
	may = p->complained == 0 || now - p->complained >= COMPLAINT_US;
	if (may)
		p->complained = now;
	pthread_mutex_unlock(&p->lock);
	return may;
}
