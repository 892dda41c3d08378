/*
 * What is common to all stores: bounds of what comes in, a clean slate for
 * what goes out, and the way to the store that the settings name.
 */
#include "kv/store.h"

#include <stdlib.h>
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "kv/store_part.h"

struct kv_store {
	const struct kv_backend *backend;
	void *self;
};

struct kv_store *
kv_store_new(const struct config *config)
{
	const char *name = config->KV_STORE;
	struct kv_store *s = calloc(1, sizeof(*s));

	if (s == NULL)
		log_fatal("out of memory");
	if (strcmp(name, kv_redis.name) == 0) {
		s->backend = &kv_redis;
		s->self = kv_redis_new(config);
	} else if (strcmp(name, kv_tarantool.name) == 0) {
		s->backend = &kv_tarantool;
		s->self = kv_tarantool_new(config);
	} else {
		s->backend = &kv_mariadb;
		s->self = kv_mariadb_new(config);
	}
	return s;
}

void
kv_store_free(struct kv_store *s)
{
	if (s == NULL)
		return;
	s->backend->free(s->self);
	free(s);
}

const char *
kv_store_name(const struct kv_store *s)
{
	return s->backend->name;
}

bool
kv_store_joins(const struct kv_store *s)
{
	return s->backend->joins;
}

const char *
kv_store_caveat(const struct kv_store *s)
{
	return s->backend->caveat;
}

static void
check_text(const char *text, size_t max, const char *why)
{
	size_t n = strnlen(text, max + 1);

	if (n == 0 || n > max)
		err_bug(__FILE__, __LINE__, why);
}

static void
check_key(const char *key)
{
	check_text(key, KV_KEY_MAX, "a key has not 1 to KV_KEY_MAX bytes");
}

static void
check_keys(const char *const *key, size_t n)
{
	size_t i;

	if (n == 0 || n > KV_BATCH_MAX)
		BUG("a batch has not 1 to KV_BATCH_MAX keys");
	for (i = 0; i < n; i++)
		check_key(key[i]);
}

static void
check_pairs(const struct kv_pair *pair, size_t n)
{
	size_t i;

	if (n == 0 || n > KV_BATCH_MAX)
		BUG("a batch has not 1 to KV_BATCH_MAX keys");
	for (i = 0; i < n; i++) {
		check_key(pair[i].key);
		check_text(pair[i].text, KV_VALUE_MAX,
		    "a value has not 1 to KV_VALUE_MAX bytes");
	}
}

static void
check_limit(int64_t limit, int64_t max)
{
	if (limit < 1 || limit > max)
		BUG("a limit is not in its bounds");
}

static void
check_once(const struct kv_call *call)
{
	if (call->once != NULL &&
	    (call->once_s < 1 || call->once_s > KV_TTL_MAX))
		BUG("work with a name is remembered for no time, or too long");
}

static void
clear(struct kv_outcome *out, struct arena *mem, size_t n)
{
	*out =
	    (struct kv_outcome){.result = KV_DONE, .done = NEW_N(mem, bool, n)};
}

enum err
kv_read(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    int64_t room, struct kv_value *value)
{
	size_t i;

	check_keys(key, n);
	if (room < 0)
		BUG("a room is negative");
	for (i = 0; i < n; i++)
		value[i] = (struct kv_value){.key = key[i]};
	return s->backend->read(s->self, call, space, key, n, room, value);
}

enum err
kv_write(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, enum kv_mode mode, const struct kv_pair *pair,
    size_t n, int64_t ttl_s, struct kv_outcome *out)
{
	check_once(call);
	check_pairs(pair, n);
	if (ttl_s < 0 || ttl_s > KV_TTL_MAX)
		BUG("a time to live is not in its bounds");
	clear(out, call->mem, n);
	return s->backend->write(
	    s->self, call, space, mode, pair, n, ttl_s, out);
}

enum err
kv_delete(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    struct kv_outcome *out)
{
	check_once(call);
	check_keys(key, n);
	clear(out, call->mem, n);
	return s->backend->delete (s->self, call, space, key, n, out);
}

enum err
kv_put(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, const struct kv_pair *pair, int64_t version,
    struct kv_outcome *out)
{
	check_once(call);
	check_pairs(pair, 1);
	if (version < KV_ANY)
		BUG("a version is negative");
	clear(out, call->mem, 1);
	return s->backend->put(s->self, call, space, pair, version, out);
}

enum err
kv_remove(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, const char *key, int64_t version,
    struct kv_outcome *out)
{
	check_once(call);
	check_key(key);
	if (version < KV_ANY || version == KV_ABSENT)
		BUG("what is absent cannot be removed");
	clear(out, call->mem, 1);
	return s->backend->remove(s->self, call, space, key, version, out);
}

enum err
kv_list(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, const char *prefix, const char *after,
    int64_t limit, bool texts, struct kv_value **value, size_t *n)
{
	check_limit(limit, texts ? KV_TEXTS_MAX : KV_PAGE_MAX + 1);
	*value = NULL;
	*n = 0;
	/* No key is as long. */
	if (strnlen(prefix, KV_KEY_MAX + 1) > KV_KEY_MAX)
		return OK;
	return s->backend->list(
	    s->self, call, space, prefix, after, limit, texts, value, n);
}

enum err
kv_usage(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, struct kv_usage *usage)
{
	*usage = (struct kv_usage){0};
	return s->backend->usage(s->self, call, space, usage);
}

enum err
kv_purge(
    struct kv_store *s, const struct kv_call *call, int64_t limit, bool *more)
{
	check_limit(limit, KV_SWEEP_MAX);
	*more = false;
	return s->backend->purge(s->self, call, limit, more);
}

enum err
kv_drop(struct kv_store *s, const struct kv_call *call,
    const struct kv_space *space, int64_t limit, bool *more)
{
	check_limit(limit, KV_SWEEP_MAX);
	*more = false;
	return s->backend->drop(s->self, call, space, limit, more);
}

enum err
kv_spaces(struct kv_store *s, const struct kv_call *call, struct uuid after,
    int64_t limit, struct uuid **id, size_t *n)
{
	check_limit(limit, KV_SWEEP_MAX);
	*id = NULL;
	*n = 0;
	return s->backend->spaces(s->self, call, after, limit, id, n);
}
