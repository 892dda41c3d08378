/* The connections of a process to Redis, made when they are needed. The lock
 * guards the stack alone: it is never held while something talks. */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "core/time.h"
#include "kv/store_redis_part.h"

enum { MS_US = 1000, US_NS = 1000, SECOND_US = 1000000, SPARE = 4 };

struct redis {
	struct arena *mem; /* all of this */
	const struct kv_address *address;
	struct kv_name host;
	const char *name; /* of the server, for the log */
	int64_t timeout_us;
	const char *script[SCRIPTS];
	pthread_mutex_t lock;
	pthread_cond_t back;
	struct redis_conn *idle; /* connected or not */
	size_t nidle, size;
	int64_t complained;
	bool checked; /* the server's settings */
};

static void
join_scripts(struct redis *r)
{
	for (size_t i = 0; i < SCRIPTS; i++) {
		r->script[i] = "";
		for (size_t k = 0; k < SCRIPT_PARTS; k++)
			if (redis_scripts[i][k] != NULL)
				r->script[i] = arena_printf(r->mem, "%s%s",
				    r->script[i], redis_scripts[i][k]);
	}
}

static void
give(struct redis *r, struct redis_conn *conn)
{
	pthread_mutex_lock(&r->lock);
	conn->next = r->idle;
	r->idle = conn;
	r->nidle++;
	pthread_cond_signal(&r->back);
	pthread_mutex_unlock(&r->lock);
}

/* A thread finds one for itself: of a worker, of a runner of tasks, of a
 * command. They are made when they are needed. */
static size_t
pool_size(const struct config *config)
{
	return (size_t)(config->WORKER_THREADS + config->HASH_SLOTS +
			config->TASK_THREADS + SPARE);
}

struct redis *
redis_new(const struct config *config)
{
	enum { MEMORY = 1 << 20 };
	struct arena *mem = arena_new(MEMORY);
	struct redis *r = NEW(mem, struct redis);
	pthread_condattr_t clock;
	struct redis_conn *conn;
	const char *why;

	r->mem = mem;
	r->address = kv_address_parse(mem, config->KV_URL, &why);
	if (r->address == NULL)
		log_fatal("KV_URL: %s", why);
	r->name = r->address->socket != NULL
		      ? arena_printf(mem, "unix:%s", r->address->socket)
		      : arena_printf(
			    mem, "%s:%d", r->address->host, r->address->port);
	kv_name_init(&r->host, r->address->host, r->address->port);
	r->timeout_us = config->KV_TIMEOUT_MS * MS_US;
	r->size = pool_size(config);
	join_scripts(r);
	pthread_mutex_init(&r->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&r->back, &clock);
	pthread_condattr_destroy(&clock);
	conn = NEW_N(mem, struct redis_conn, r->size);
	for (size_t i = 0; i < r->size; i++) {
		conn[i].script = r->script;
		give(r, &conn[i]);
	}
	return r;
}

void
redis_free(struct redis *r)
{
	if (r == NULL)
		return;
	if (r->nidle != r->size)
		BUG("a pool ends while connections are out");
	for (struct redis_conn *c = r->idle; c != NULL; c = c->next)
		redis_wire_close(c);
	kv_name_free(&r->host);
	pthread_cond_destroy(&r->back);
	pthread_mutex_destroy(&r->lock);
	arena_free(r->mem);
}

int64_t
redis_deadline(const struct redis *r)
{
	return time_monotonic_us() + r->timeout_us;
}

static struct redis_conn *
take(struct redis *r, int64_t deadline)
{
	struct timespec at = {.tv_sec = deadline / SECOND_US,
	    .tv_nsec = deadline % SECOND_US * US_NS};
	struct redis_conn *conn;
	int late = 0;

	pthread_mutex_lock(&r->lock);
	while (r->idle == NULL && late != ETIMEDOUT)
		late = pthread_cond_timedwait(&r->back, &r->lock, &at);
	conn = r->idle;
	if (conn != NULL) {
		r->idle = conn->next;
		r->nidle--;
	}
	pthread_mutex_unlock(&r->lock);
	return conn;
}

/* Once a second says enough of a server that is away. */
static void
complain(struct redis *r, const char *why)
{
	int64_t now = time_monotonic_us();
	bool may;

	pthread_mutex_lock(&r->lock);
	may = r->complained == 0 || now - r->complained >= SECOND_US;
	if (may)
		r->complained = now;
	pthread_mutex_unlock(&r->lock);
	if (may)
		log_say(LOG_ERROR, NULL, "redis at %s: %s", r->name, why);
}

static bool
first_to_check(struct redis *r)
{
	bool first;

	pthread_mutex_lock(&r->lock);
	first = !r->checked;
	r->checked = true;
	pthread_mutex_unlock(&r->lock);
	return first;
}

static bool
make_ready(struct redis *r, struct redis_conn *conn, int64_t deadline)
{
	if (redis_wire_is_quiet(conn))
		return true;
	if (!redis_wire_open(conn, r->address, &r->host, deadline))
		return false;
	return !first_to_check(r) ||
	       redis_check_settings(conn, r->name, deadline);
}

/*
 * What an error means. It is the server's state (it loads, is a replica, asks
 * for a password, ...) unless it is out of memory or our script failed. A new
 * connection may find a better server.
 */
static enum err
judge(struct redis *r, struct redis_conn *conn, const redisReply *reply)
{
	if (reply->type != REDIS_REPLY_ERROR)
		return OK;
	complain(r, reply->str);
	if (strstr(reply->str, "OOM ") != NULL)
		return ERR_STORAGE;
	if (strncmp(reply->str, "ERR ", 4) == 0 ||
	    strncmp(reply->str, "WRONGTYPE ", 10) == 0)
		return ERR_INTERNAL;
	redis_wire_close(conn);
	return ERR_BUSY;
}

static enum err
judge_all(
    struct redis *r, struct redis_conn *conn, size_t n, redisReply **reply)
{
	enum err e = OK;

	for (size_t i = 0; i < n && e == OK; i++)
		e = judge(r, conn, reply[i]);
	if (e == OK)
		return OK;
	while (n-- > 0)
		freeReplyObject(reply[n]);
	return e;
}

/* *retry: the connection broke, and nothing was done. */
static enum err
attempt(struct redis *r, const struct redis_command *cmd, size_t n,
    int64_t deadline, redisReply **reply, bool again, bool *retry)
{
	struct redis_conn *conn = take(r, deadline);
	enum err e = ERR_BUSY;
	bool sent = false;

	*retry = false;
	if (conn == NULL) {
		complain(r, "no connection became free in time");
		return ERR_BUSY;
	}
	if (time_monotonic_us() >= deadline) {
		complain(r, "it did not answer in time");
	} else if (!make_ready(r, conn, deadline)) {
		complain(r, conn->why);
	} else if (!redis_wire_run(conn, cmd, n, deadline, reply, &sent)) {
		complain(r, conn->why);
		*retry = again || !sent;
	} else {
		e = judge_all(r, conn, n, reply);
	}
	give(r, conn);
	return e;
}

enum err
redis_run(struct redis *r, const struct redis_command *cmd, size_t n,
    int64_t deadline, bool again, redisReply **reply)
{
	bool retry;
	enum err e = attempt(r, cmd, n, deadline, reply, again, &retry);

	if (retry)
		e = attempt(r, cmd, n, deadline, reply, again, &retry);
	return e;
}
