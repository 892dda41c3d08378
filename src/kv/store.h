/*
 * The key-value store: one interface, three implementations (KV_STORE):
 * MariaDB (store_mariadb.c and dao*.c), Redis (store_redis*.c), Tarantool
 * (store_tarantool*.c). All answer alike; tests/kv runs one suite on each.
 *
 * A space holds values by keys. A key is 1 to KV_KEY_MAX bytes of valid UTF-8
 * without U+0000, compared by bytes; a value is JSON text of 1 to KV_VALUE_MAX
 * bytes, kept as it is. Each call is atomic: all of it, or nothing; nobody
 * sees a part. What has expired is not there, whether it was removed or not.
 *
 * Versions: that of a write is the greater of the last one of the key plus 1
 * and kv_call.now in microseconds. The last one of a key that is not there is
 * the greatest of all that are gone from the space, or a greater one: a key
 * that was deleted and made again has another ETag, also when a clock is
 * behind. A value is there while now < expires_at.
 *
 * The quota is of what is there (bytes of keys and of texts): a call is
 * refused when the space would hold more keys or bytes than it allows, and
 * more of them than before: what shrinks or stays may always be written.
 *
 * Errors of all calls: ERR_BUSY when the store cannot be reached or does not
 * answer within KV_TIMEOUT_MS (never a hang; the next call connects again);
 * those of db.h from MariaDB, where calls run in the request's transaction.
 */
#ifndef KV_STORE_H
#define KV_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/schema.h"

struct config;
struct db;

enum {
	KV_KEY_MAX = 512,
	KV_VALUE_MAX = 64 << 10,
	KV_BATCH_MAX = 1000,
	KV_PAGE_MAX = 1000,
	KV_TEXTS_MAX = 200, /* of a list with its texts */
	KV_COUNTED_MAX = 1000,
	KV_TTL_MAX = 10 * 366 * 86400, /* seconds */
	KV_SWEEP_MAX = 10000           /* limits of what tasks call */
};

/* What every call needs. */
struct kv_call {
	struct db *db;        /* of the request; MariaDB alone uses it */
	struct arena *mem;    /* for what comes out */
	struct timestamp now; /* of the request: one for all it does */
	/*
	 * Names this work, or NULL. A store that is not part of the
	 * transaction remembers under it, for once_s, that a change was done
	 * (KV_DONE) and how, and answers the same when it comes again: the
	 * transaction around it may have failed after it. What it refused it
	 * forgets: nothing was done, and the cause may be gone by then.
	 */
	const char *once;
	int64_t once_s; /* seconds, KV_TTL_MAX at most */
	bool alone;     /* nothing else is written in the transaction */
};

struct kv_space {
	struct uuid id;
	int64_t max_keys, max_bytes; /* quota: of keys and values together */
};

/* A value that is there. */
struct kv_value {
	const char *key;
	const char *text; /* JSON; NULL where it is not asked for or none */
	int64_t size;     /* bytes of text */
	int64_t version;
	struct timestamp updated_at;
	struct timestamp expires_at; /* zero: never */
};

struct kv_pair {
	const char *key, *text;
};

enum kv_mode {
	KV_INSERT,       /* what exists is skipped */
	KV_UPSERT,       /* what exists is replaced, its expiry too */
	KV_STRICT_INSERT /* when any exists, nothing is written */
};

enum kv_result {
	KV_DONE,
	KV_EXISTS,  /* strict insert: nothing was written; put: there is one */
	KV_CHANGED, /* put, remove: it has not that version; nothing done */
	KV_FULL     /* the quota does not allow it; nothing was written */
};

/* Which keys of a batch, as they stood in it: item[i] of n. */
struct kv_outcome {
	enum kv_result result;
	bool *done;      /* of each: written, deleted; none unless KV_DONE */
	int64_t version; /* of what a put wrote */
};

/* Of a single put or remove. */
enum { KV_ANY = -1, KV_ABSENT = 0 }; /* or the version that it must have */

struct kv_usage {
	int64_t keys, bytes;
};

struct kv_store; /* one for a process; all calls from any thread */

/* By KV_STORE. Connects at the first call; ends the program when the settings
 * are wrong. */
struct kv_store *kv_store_new(const struct config *);
void kv_store_free(struct kv_store *); /* NULL is fine */
/* "mariadb", "redis", "tarantool" */
const char *kv_store_name(const struct kv_store *);
/* Whether calls run in the transaction of kv_call.db. */
bool kv_store_joins(const struct kv_store *);
/* What it does not promise, in a sentence, or NULL. Static. */
const char *kv_store_caveat(const struct kv_store *);

/*
 * value[i] is that of key[i]; version 0: there is none. ERR_TOO_LARGE: their
 * texts have more than `room` bytes together, and none was kept in memory.
 * With a room of 0 all texts are NULL, and nothing is too large.
 */
enum err kv_read(struct kv_store *, const struct kv_call *,
    const struct kv_space *, const char *const *key, size_t n, int64_t room,
    struct kv_value *value) MUST_CHECK;
/* Different keys. ttl_s 0: they do not expire; KV_TTL_MAX at most. */
enum err kv_write(struct kv_store *, const struct kv_call *,
    const struct kv_space *, enum kv_mode, const struct kv_pair *, size_t n,
    int64_t ttl_s, struct kv_outcome *) MUST_CHECK;
enum err
kv_delete(struct kv_store *, const struct kv_call *, const struct kv_space *,
    const char *const *key, size_t n, struct kv_outcome *) MUST_CHECK;
/* One key, if it has that version (or KV_ANY, KV_ABSENT). It does not expire
 * afterwards. done[0]: there was none before. KV_CHANGED comes before
 * KV_FULL, as KV_EXISTS does. */
enum err
kv_put(struct kv_store *, const struct kv_call *, const struct kv_space *,
    const struct kv_pair *, int64_t version, struct kv_outcome *) MUST_CHECK;
/* done[0]: there was one. With a version and none there: KV_CHANGED. The
 * version may not be KV_ABSENT. */
enum err
kv_remove(struct kv_store *, const struct kv_call *, const struct kv_space *,
    const char *key, int64_t version, struct kv_outcome *) MUST_CHECK;
/* Keys that begin with `prefix` ("" all) and come after `after` ("" from the
 * first), by their bytes; at most `limit`, which may be KV_PAGE_MAX + 1: one
 * more tells that there is another page. With `texts` the values too, and
 * KV_TEXTS_MAX of them at most. */
enum err kv_list(struct kv_store *, const struct kv_call *,
    const struct kv_space *, const char *prefix, const char *after,
    int64_t limit, bool texts, struct kv_value **value, size_t *n) MUST_CHECK;
/* Exactly, up to KV_COUNTED_MAX keys that are stored, expired or not. Of more,
 * MariaDB tells how much there is at most. */
enum err kv_usage(struct kv_store *, const struct kv_call *,
    const struct kv_space *, struct kv_usage *) MUST_CHECK;

/* For tasks; *more: call again. */
/* Removes what has expired, at most `limit`. */
enum err kv_purge(struct kv_store *, const struct kv_call *, int64_t limit,
    bool *more) MUST_CHECK;
/* Removes a space with all that is in it, at most `limit` keys a call. */
enum err kv_drop(struct kv_store *, const struct kv_call *,
    const struct kv_space *, int64_t limit, bool *more) MUST_CHECK;
/* The spaces that hold something, after that id (nil: from the first). */
enum err kv_spaces(struct kv_store *, const struct kv_call *, struct uuid after,
    int64_t limit, struct uuid **id, size_t *n) MUST_CHECK;

#endif
