/* The key-value store in Redis: reads, writes and deletes of given keys. A
 * read is one HMGET, everything else one script. */
#include <string.h>

#include "kv/store_redis_part.h"

/* Its text stays where it is, in the reply. */
static enum err
fill(const struct kv_call *call, redisReply *const *words, bool texts,
    const char *key, struct kv_value *value)
{
	enum err e;

	if (!redis_is_text(words[0]) || (texts && !redis_is_text(words[1])))
		return OK;
	if ((e = redis_value(words[0], value)) != OK)
		return e;
	if (value->expires_at.us != 0 && value->expires_at.us <= call->now.us)
		*value = (struct kv_value){.key = key};
	else if (texts)
		value->text = words[1]->str;
	return OK;
}

static enum err
fill_all(const struct kv_call *call, const redisReply *reply,
    const char *const *key, size_t n, int64_t room, struct kv_value *value)
{
	const size_t width = room > 0 ? 2 : 1;
	enum err e = OK;

	if (reply->type != REDIS_REPLY_ARRAY || reply->elements != width * n)
		return redis_strange("a reply");
	for (size_t i = 0; i < n && e == OK; i++)
		e = fill(call, reply->element + width * i, room > 0, key[i],
		    &value[i]);
	return e;
}

/* The texts out of the reply, if there is room for all of them. */
static enum err
keep_texts(struct arena *mem, size_t n, int64_t room, struct kv_value *value)
{
	for (size_t i = 0; i < n; i++)
		if (value[i].text != NULL)
			room -= (int64_t)strlen(value[i].text);
	for (size_t i = 0; i < n; i++)
		if (room < 0)
			value[i].text = NULL;
		else if (value[i].text != NULL)
			value[i].text = arena_strdup(mem, value[i].text);
	return room < 0 ? ERR_TOO_LARGE : OK;
}

static enum err
redis_read(void *self, const struct kv_call *call, const struct kv_space *space,
    const char *const *key, size_t n, int64_t room, struct kv_value *value)
{
	struct redis_command cmd = redis_command(call->mem, 2 + 2 * n);
	redisReply *reply;
	enum err e;

	redis_puts(&cmd, "HMGET");
	redis_puts(&cmd, redis_space_key(call->mem, space->id));
	for (size_t i = 0; i < n; i++) {
		redis_puts(&cmd, arena_printf(call->mem, "m%s", key[i]));
		if (room > 0)
			redis_puts(
			    &cmd, arena_printf(call->mem, "t%s", key[i]));
	}
	e = redis_run(self, &cmd, 1, redis_deadline(self), true, &reply);
	if (e != OK)
		return e;
	e = fill_all(call, reply, key, n, room, value);
	if (e == OK && room > 0)
		e = keep_texts(call->mem, n, room, value);
	freeReplyObject(reply);
	return e;
}

/* Runs a script that changes something. Each "again" of it removed what had
 * expired and stood in the way, so that this ends. */
static enum err
change(struct redis *r, const struct kv_call *call,
    const struct redis_command *cmd, size_t n, struct kv_outcome *out)
{
	int64_t deadline = redis_deadline(r);
	redisReply *reply;
	bool again;
	enum err e;

	do {
		e = redis_run(r, cmd, 1, deadline, call->once != NULL, &reply);
		if (e != OK)
			return e;
		again =
		    redis_is_text(reply) && strcmp(reply->str, "again") == 0;
		if (!again)
			e = redis_outcome(reply, n, out);
		freeReplyObject(reply);
	} while (again);
	return e;
}

static int64_t
expiry(const struct kv_call *call, int64_t ttl_s)
{
	enum { SECOND_US = 1000000 };
	int64_t us;

	if (ttl_s == 0)
		return 0;
	if (__builtin_mul_overflow(ttl_s, SECOND_US, &us) ||
	    __builtin_add_overflow(us, call->now.us, &us))
		return INT64_MAX;
	return us;
}

static enum err
store(struct redis *r, const struct kv_call *call, const struct kv_space *space,
    const char *mode, const struct kv_pair *pair, size_t n, int64_t ttl_s,
    int64_t version, struct kv_outcome *out)
{
	struct redis_command cmd =
	    redis_call(call, space->id, SCRIPT_WRITE, call->once, 6 + 2 * n);

	redis_put_int(&cmd, call->mem, call->once_s);
	redis_puts(&cmd, mode);
	redis_put_int(&cmd, call->mem, expiry(call, ttl_s));
	redis_put_int(&cmd, call->mem, space->max_keys);
	redis_put_int(&cmd, call->mem, space->max_bytes);
	redis_put_int(&cmd, call->mem, version);
	for (size_t i = 0; i < n; i++) {
		redis_puts(&cmd, pair[i].key);
		redis_puts(&cmd, pair[i].text);
	}
	return change(r, call, &cmd, n, out);
}

static enum err
redis_write(void *self, const struct kv_call *call,
    const struct kv_space *space, enum kv_mode mode, const struct kv_pair *pair,
    size_t n, int64_t ttl_s, struct kv_outcome *out)
{
	static const char *const name[] = {
	    [KV_INSERT] = "insert",
	    [KV_UPSERT] = "upsert",
	    [KV_STRICT_INSERT] = "strict",
	};

	return store(
	    self, call, space, name[mode], pair, n, ttl_s, KV_ANY, out);
}

static enum err
redis_put_one(void *self, const struct kv_call *call,
    const struct kv_space *space, const struct kv_pair *pair, int64_t version,
    struct kv_outcome *out)
{
	return store(self, call, space, "put", pair, 1, 0, version, out);
}

static enum err
erase(struct redis *r, const struct kv_call *call, const struct kv_space *space,
    const char *const *key, size_t n, int64_t version, struct kv_outcome *out)
{
	struct redis_command cmd =
	    redis_call(call, space->id, SCRIPT_ERASE, call->once, 2 + n);

	redis_put_int(&cmd, call->mem, call->once_s);
	redis_put_int(&cmd, call->mem, version);
	for (size_t i = 0; i < n; i++)
		redis_puts(&cmd, key[i]);
	return change(r, call, &cmd, n, out);
}

static enum err
redis_delete(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    struct kv_outcome *out)
{
	return erase(self, call, space, key, n, KV_ANY, out);
}

static enum err
redis_remove(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *key, int64_t version,
    struct kv_outcome *out)
{
	return erase(self, call, space, &key, 1, version, out);
}

void *
kv_redis_new(const struct config *config)
{
	return redis_new(config);
}

static void
redis_end(void *self)
{
	redis_free(self);
}

const struct kv_backend kv_redis = {
    .name = "redis",
    .caveat = "Redis may lose what was written when it ends or a replica takes "
	      "over, as its appendonly, appendfsync and maxmemory-policy have "
	      "it; a single server with appendonly yes, appendfsync always and "
	      "noeviction loses nothing.",
    .free = redis_end,
    .read = redis_read,
    .write = redis_write,
    .delete = redis_delete,
    .put = redis_put_one,
    .remove = redis_remove,
    .list = redis_list,
    .usage = redis_usage,
    .purge = redis_purge,
    .drop = redis_drop,
    .spaces = redis_spaces,
};
