/*
 * Between store.c and the implementations: a table of functions as in store.h,
 * and the constructors. store.c has checked what comes in (sizes, numbers) and
 * prepared what goes out: value[i] has its key and no text, an outcome is
 * KV_DONE with n times false in `done`, lists are empty, *more is false.
 */
#ifndef KV_STORE_PART_H
#define KV_STORE_PART_H

#include "kv/store.h"

struct kv_backend {
	const char *name;
	const char *caveat; /* or NULL */
	bool joins;         /* the transaction of kv_call.db */
	void (*free)(void *self);
	enum err (*read)(void *self, const struct kv_call *,
	    const struct kv_space *, const char *const *key, size_t n,
	    int64_t room, struct kv_value *);
	enum err (*write)(void *self, const struct kv_call *,
	    const struct kv_space *, enum kv_mode, const struct kv_pair *,
	    size_t n, int64_t ttl_s, struct kv_outcome *);
	enum err (*delete)(void *self, const struct kv_call *,
	    const struct kv_space *, const char *const *key, size_t n,
	    struct kv_outcome *);
	enum err (*put)(void *self, const struct kv_call *,
	    const struct kv_space *, const struct kv_pair *, int64_t version,
	    struct kv_outcome *);
	enum err (*remove)(void *self, const struct kv_call *,
	    const struct kv_space *, const char *key, int64_t version,
	    struct kv_outcome *);
	enum err (*list)(void *self, const struct kv_call *,
	    const struct kv_space *, const char *prefix, const char *after,
	    int64_t limit, bool texts, struct kv_value **, size_t *n);
	enum err (*usage)(void *self, const struct kv_call *,
	    const struct kv_space *, struct kv_usage *);
	enum err (*purge)(
	    void *self, const struct kv_call *, int64_t limit, bool *more);
	enum err (*drop)(void *self, const struct kv_call *,
	    const struct kv_space *, int64_t limit, bool *more);
	enum err (*spaces)(void *self, const struct kv_call *,
	    struct uuid after, int64_t limit, struct uuid **, size_t *n);
};

/* Each fills *self; wrong settings end the program (log_fatal). */
extern const struct kv_backend kv_mariadb, kv_redis, kv_tarantool;
void *kv_mariadb_new(const struct config *);
void *kv_redis_new(const struct config *);
void *kv_tarantool_new(const struct config *);

/*
 * KV_URL, for stores of their own: unix:/path, or tcp://[USER:PASSWORD@]
 * HOST:PORT; a path may follow: the number of Redis' database.
 */
struct kv_address {
	const char *socket; /* or NULL */
	const char *host;
	int port;
	const char *user, *password; /* or NULL */
	int database;
};

/* Into the arena; NULL and *why for what is none. */
const struct kv_address *
kv_address_parse(struct arena *, const char *url, const char **why);

#endif
