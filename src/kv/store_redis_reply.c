/* What the scripts answer and what they keep, as values: numbers in decimal
 * with spaces between. Anything else is somebody else's work in our keys. */
#include <stdlib.h>

#include "core/log.h"
#include "kv/store_redis_part.h"

bool
redis_is_text(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING;
}

enum err
redis_strange(const char *what)
{
	log_say(LOG_ERROR, NULL, "redis: %s is not as it was written", what);
	return ERR_INTERNAL;
}

enum err
redis_outcome(const redisReply *reply, size_t n, struct kv_outcome *out)
{
	char *at;
	long result;

	if (!redis_is_text(reply))
		return redis_strange("an outcome");
	result = strtol(reply->str, &at, 10);
	out->version = strtoll(at, &at, 10);
	if (at == reply->str || *at != ' ' || result < KV_DONE ||
	    result > KV_FULL ||
	    at - reply->str + 1 + (ptrdiff_t)n != (ptrdiff_t)reply->len)
		return redis_strange("an outcome");
	out->result = (enum kv_result)result;
	for (size_t i = 0; i < n; i++)
		out->done[i] = at[1 + i] == '1';
	return OK;
}

enum err
redis_value(const redisReply *reply, struct kv_value *value)
{
	char *at;

	if (!redis_is_text(reply))
		return redis_strange("a value's state");
	value->version = strtoll(reply->str, &at, 10);
	value->updated_at.us = strtoll(at, &at, 10);
	value->expires_at.us = strtoll(at, &at, 10);
	value->size = strtoll(at, &at, 10);
	if (at == reply->str || *at != '\0')
		return redis_strange("a value's state");
	return OK;
}
