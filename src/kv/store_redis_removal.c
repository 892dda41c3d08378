/* What goes from Redis: what has expired, and whole spaces. A script removes
 * CHUNK keys at most, so that the server is never busy for long. */
#include <stdlib.h>

#include "core/uuid.h"
#include "kv/store_redis_part.h"

enum { SPACES = 100 }; /* that are due, of a shelf in one purge */

static int64_t
chunk_of(int64_t limit)
{
	return limit < CHUNK ? limit : CHUNK;
}

static bool
is_pair_of_texts(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_ARRAY && reply->elements == 2 &&
	       redis_is_text(reply->element[0]) &&
	       redis_is_text(reply->element[1]);
}

/* Counts what has not expired: what has is removed first. */
enum err
redis_usage(void *self, const struct kv_call *call,
    const struct kv_space *space, struct kv_usage *usage)
{
	struct redis_command cmd =
	    redis_call(call, space->id, SCRIPT_USAGE, NULL, 0);
	int64_t deadline = redis_deadline(self);
	redisReply *reply;
	bool more;
	enum err e;

	do {
		e = redis_run(self, &cmd, 1, deadline, true, &reply);
		if (e != OK)
			return e;
		more = reply->type == REDIS_REPLY_ARRAY && reply->elements == 0;
		if (is_pair_of_texts(reply)) {
			usage->keys = strtoll(reply->element[0]->str, NULL, 10);
			usage->bytes =
			    strtoll(reply->element[1]->str, NULL, 10);
		} else if (!more) {
			e = redis_strange("a count");
		}
		freeReplyObject(reply);
	} while (more);
	return e;
}

/* At most *left; *more: it has not seen the end of it. */
static enum err
purge_space(struct redis *r, const struct kv_call *call, struct uuid space,
    int64_t *left, bool *more)
{
	int64_t chunk = chunk_of(*left);
	struct redis_command cmd =
	    redis_call(call, space, SCRIPT_PURGE, NULL, 1);
	redisReply *reply;
	enum err e;

	redis_put_int(&cmd, call->mem, chunk);
	e = redis_run(r, &cmd, 1, redis_deadline(r), true, &reply);
	if (e != OK)
		return e;
	if (reply->type != REDIS_REPLY_INTEGER)
		e = redis_strange("a count");
	*more = *more || reply->integer == chunk;
	*left -= reply->integer > 0 ? reply->integer : 1;
	freeReplyObject(reply);
	return e;
}

static enum err
purge_shelf(struct redis *r, const struct kv_call *call,
    const redisReply *spaces, int64_t *left, bool *more)
{
	struct uuid space;
	enum err e = OK;
	char why[80];

	if (spaces->type != REDIS_REPLY_ARRAY)
		return redis_strange("the list of what is due");
	*more = *more || spaces->elements == SPACES;
	for (size_t i = 0; i < spaces->elements && e == OK; i++) {
		if (*left <= 0) {
			*more = true;
			return OK;
		}
		if (!redis_is_text(spaces->element[i]) ||
		    !uuid_parse(spaces->element[i]->str, &space, why))
			return redis_strange("the list of what is due");
		e = purge_space(r, call, space, left, more);
	}
	return e;
}

enum err
redis_purge(void *self, const struct kv_call *call, int64_t limit, bool *more)
{
	struct redis_command cmd[SHELVES];
	redisReply *reply[SHELVES];
	enum err e;

	*more = false;
	for (unsigned i = 0; i < SHELVES; i++) {
		cmd[i] = redis_command(call->mem, 7);
		redis_puts(&cmd[i], "ZRANGEBYSCORE");
		redis_puts(&cmd[i], redis_shelf_key(call->mem, i, "due"));
		redis_puts(&cmd[i], "-inf");
		redis_put_int(&cmd[i], call->mem, call->now.us);
		redis_puts(&cmd[i], "LIMIT");
		redis_puts(&cmd[i], "0");
		redis_put_int(&cmd[i], call->mem, SPACES);
	}
	e = redis_run(self, cmd, SHELVES, redis_deadline(self), true, reply);
	if (e != OK)
		return e;
	for (unsigned i = 0; i < SHELVES; i++) {
		if (e == OK)
			e = purge_shelf(self, call, reply[i], &limit, more);
		freeReplyObject(reply[i]);
	}
	return e;
}

static enum err
drop_chunk(struct redis *r, const struct kv_call *call, struct uuid space,
    int64_t chunk, bool *more)
{
	struct redis_command cmd =
	    redis_call(call, space, SCRIPT_DROP, NULL, 1);
	redisReply *reply;
	enum err e;

	redis_put_int(&cmd, call->mem, chunk);
	e = redis_run(r, &cmd, 1, redis_deadline(r), true, &reply);
	if (e != OK)
		return e;
	if (reply->type != REDIS_REPLY_INTEGER)
		e = redis_strange("a count");
	*more = reply->integer != 0;
	freeReplyObject(reply);
	return e;
}

enum err
redis_drop(void *self, const struct kv_call *call, const struct kv_space *space,
    int64_t limit, bool *more)
{
	enum err e = OK;

	*more = true;
	for (; e == OK && *more && limit > 0; limit -= CHUNK)
		e = drop_chunk(self, call, space->id, chunk_of(limit), more);
	return e;
}
