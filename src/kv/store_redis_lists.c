/* Lists from Redis: the keys of a space, the spaces. */
#include <stdlib.h>
#include <string.h>

#include "core/uuid.h"
#include "kv/store_redis_part.h"

/* A list that is made of several replies. */
struct keys {
	const struct kv_call *call;
	struct kv_value *value;
	size_t n, max;
	size_t width; /* words of a row: key, state, perhaps text */
};

/* Where lists by prefix end: before the first that is greater and does not
 * begin with it. */
static const char *
end_of(struct arena *mem, const char *prefix)
{
	size_t n = strlen(prefix);
	char *end;

	while (n > 0 && (unsigned char)prefix[n - 1] == 0xFF)
		n--;
	if (n == 0)
		return "+";
	end = arena_printf(mem, "(%.*s", (int)n, prefix);
	end[n]++;
	return end;
}

static const char *
start_of(struct arena *mem, const char *prefix, const char *after)
{
	if (*after != '\0' && strcmp(after, prefix) >= 0)
		return arena_printf(mem, "(%s", after);
	return *prefix == '\0' ? "-" : arena_printf(mem, "[%s", prefix);
}

static enum err
add_row(struct keys *keys, redisReply *const *row)
{
	struct kv_value *value = &keys->value[keys->n];
	enum err e;

	if (keys->n == keys->max || !redis_is_text(row[0]))
		return redis_strange("a list");
	if ((e = redis_value(row[1], value)) != OK)
		return e;
	value->key = arena_copy(keys->call->mem, row[0]->str, row[0]->len);
	if (keys->width == 3 && !redis_is_text(row[2]))
		return redis_strange("a value");
	if (keys->width == 3)
		value->text =
		    arena_copy(keys->call->mem, row[2]->str, row[2]->len);
	keys->n++;
	return OK;
}

/* *first: where the next reply begins, "" when this was the last. */
static enum err
add_rows(struct keys *keys, const redisReply *reply, const char **first)
{
	enum err e = OK;

	if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0 ||
	    (reply->elements - 1) % keys->width != 0 ||
	    !redis_is_text(reply->element[0]))
		return redis_strange("a list");
	for (size_t i = 1; i < reply->elements && e == OK; i += keys->width)
		e = add_row(keys, reply->element + i);
	*first = arena_copy(
	    keys->call->mem, reply->element[0]->str, reply->element[0]->len);
	return e;
}

/*
 * One trip, but where thousands have expired and were not yet removed: then
 * as many as it takes to get past them.
 */
enum err
redis_list(void *self, const struct kv_call *call, const struct kv_space *space,
    const char *prefix, const char *after, int64_t limit, bool texts,
    struct kv_value **value, size_t *n)
{
	int64_t deadline = redis_deadline(self);
	const char *first = start_of(call->mem, prefix, after);
	const char *last = end_of(call->mem, prefix);
	struct keys keys = {call, NULL, 0, (size_t)limit, texts ? 3 : 2};
	redisReply *reply;
	enum err e = OK;

	keys.value = NEW_N(call->mem, struct kv_value, keys.max + 1);
	while (e == OK && *first != '\0' && keys.n < keys.max) {
		struct redis_command cmd =
		    redis_call(call, space->id, SCRIPT_LIST, NULL, 4);

		redis_puts(&cmd, first);
		redis_puts(&cmd, last);
		redis_put_int(&cmd, call->mem, (int64_t)(keys.max - keys.n));
		redis_puts(&cmd, texts ? "1" : "0");
		e = redis_run(self, &cmd, 1, deadline, true, &reply);
		if (e != OK)
			return e;
		e = add_rows(&keys, reply, &first);
		freeReplyObject(reply);
	}
	*value = keys.value;
	*n = keys.n;
	return e;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

static enum err
add_spaces(const redisReply *reply, struct uuid *id, size_t *n)
{
	char why[80];

	if (reply->type != REDIS_REPLY_ARRAY)
		return redis_strange("the list of spaces");
	for (size_t i = 0; i < reply->elements; i++)
		if (!redis_is_text(reply->element[i]) ||
		    !uuid_parse(reply->element[i]->str, &id[(*n)++], why))
			return redis_strange("the list of spaces");
	return OK;
}

/* Each shelf says its first ones; the first of all of them are among these. */
enum err
redis_spaces(void *self, const struct kv_call *call, struct uuid after,
    int64_t limit, struct uuid **id, size_t *n)
{
	struct redis_command cmd[SHELVES];
	redisReply *reply[SHELVES];
	char text[UUID_TEXT];
	const char *first = "-";
	enum err e;

	if (!uuid_is_nil(&after))
		first =
		    arena_printf(call->mem, "(%s", uuid_format(&after, text));
	for (unsigned i = 0; i < SHELVES; i++) {
		cmd[i] = redis_command(call->mem, 7);
		redis_puts(&cmd[i], "ZRANGEBYLEX");
		redis_puts(&cmd[i], redis_shelf_key(call->mem, i, "spaces"));
		redis_puts(&cmd[i], first);
		redis_puts(&cmd[i], "+");
		redis_puts(&cmd[i], "LIMIT");
		redis_puts(&cmd[i], "0");
		redis_put_int(&cmd[i], call->mem, limit);
	}
	e = redis_run(self, cmd, SHELVES, redis_deadline(self), true, reply);
	if (e != OK)
		return e;
	*n = 0;
	*id = NEW_N(call->mem, struct uuid, SHELVES * (size_t)limit);
	for (unsigned i = 0; i < SHELVES; i++) {
		if (e == OK)
			e = add_spaces(reply[i], *id, n);
		freeReplyObject(reply[i]);
	}
	qsort(*id, *n, sizeof(struct uuid), by_bytes);
	if (*n > (size_t)limit)
		*n = (size_t)limit;
	return e;
}
