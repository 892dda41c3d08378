/*
 * The values in MariaDB: between dao_values.c and dao_counters.c, which are
 * SQL and nothing else, and store_mariadb*.c.
 *
 * A space has some rows that count what it holds at most, before its keys. An
 * upsert locks any of them, adds to it all keys as if they were new, and the
 * database itself refuses what is more than that one's part of the quota. All
 * other writes lock all of them first, so that nobody else writes in the space
 * meanwhile, look what is there, and leave in each the same part of what is
 * held then. So together they never allow more than the quota: as long as one
 * has room, none has more than its part. Only when there seems to be no room
 * somebody counts.
 */
#ifndef KV_STORE_MARIADB_PART_H
#define KV_STORE_MARIADB_PART_H

#include "kv/store.h"

struct list;

enum {
	KV_COUNTERS = 8,
	KV_ROWS_MAX = 1023 /* that one statement writes */
};

/* A value's row; or a counter, with the empty key. */
struct kv_row {
	const char *k;
	const char *value;
	int64_t size;
	int64_t version; /* of a counter: the greatest of what is gone */
	struct timestamp updated_at, expires_at;
	int64_t held_keys, held_bytes; /* of a counter */
	int64_t loose; /* the space may hold so many keys fewer */
};

/* What an upsert adds to a counter, which must have these maxima. */
struct kv_quota {
	size_t counter; /* which one */
	int64_t keys, bytes;
	int64_t max_keys, max_bytes;
	int64_t loose; /* added: keys that may not be new */
};

/* What all counters of a space say together. */
struct kv_tally {
	struct kv_usage held;
	int64_t loose;
	int64_t gone;                /* the greatest version of what is gone */
	int64_t max_keys, max_bytes; /* of each of them */
};

/* What a statement is about. */
struct kv_where {
	struct db *db;
	struct arena *mem;
	struct uuid space;
	struct timestamp now;
};

/* dao_values.c */

/*
 * Those that are there, in no order: struct kv_row without held_*. With a room
 * of 0 without texts; when they have more bytes, some texts may be empty.
 */
enum err kv_values_read(const struct kv_where *, const char *const *key,
    size_t n, int64_t room, struct list *) MUST_CHECK;
enum err kv_values_list(const struct kv_where *, const char *prefix,
    const char *after, int64_t limit, bool texts, struct list *) MUST_CHECK;
enum err kv_values_count(const struct kv_where *, struct kv_usage *) MUST_CHECK;
/* So many keys are counted; of more, it is what the counters say. */
enum err kv_values_usage(
    const struct kv_where *, int64_t most, struct kv_usage *) MUST_CHECK;
/*
 * Locks the counters; then the rows of these keys, expired or not, and the
 * counters, without their texts.
 */
enum err kv_values_lock(const struct kv_where *, const char *const *key,
    size_t n, struct list *) MUST_CHECK;
enum err kv_values_delete(
    const struct kv_where *, const char *const *key, size_t n) MUST_CHECK;
/* Keys of the space that have expired, and all that it has. */
enum err kv_values_expired(
    const struct kv_where *, int64_t limit, struct list *) MUST_CHECK;
enum err
kv_values_any(const struct kv_where *, int64_t limit, struct list *) MUST_CHECK;
/* Of all spaces: struct kv_found, those that expired first. */
struct kv_found {
	struct uuid space_id;
	const char *k;
};
enum err kv_values_purgeable(
    const struct kv_where *, int64_t limit, struct list *) MUST_CHECK;
/* struct kv_found without keys: spaces after that of the call. */
enum err kv_values_spaces(
    const struct kv_where *, int64_t limit, struct list *) MUST_CHECK;

/* dao_counters.c */

/* Makes the counters. ERR_CONFLICT: there is no such space. */
enum err kv_values_open(const struct kv_where *) MUST_CHECK;
/* Makes somebody's own space. ERR_CONFLICT: it is there, or they are not. */
enum err
kv_values_adopt(const struct kv_where *, const struct kv_space *) MUST_CHECK;
/*
 * Writes the rows and a counter. ERR_CONFLICT: it did not, as it is more than
 * the quota, or the counters have to be looked at, or there is no such space.
 * `alone`: db_alone().
 */
enum err
kv_values_upsert(const struct kv_where *, bool alone, const struct kv_quota *,
    const struct kv_pair *, size_t n, struct timestamp expires_at) MUST_CHECK;
/* Sets the counters, which are locked, and writes rows with at least these
 * versions, if any. */
enum err kv_values_spread(const struct kv_where *, const struct kv_tally *,
    const struct kv_pair *, const int64_t *version, size_t n,
    struct timestamp expires_at) MUST_CHECK;

/* store_mariadb_work.c */

/* A key of a batch, and what is under it. */
struct spot {
	const char *key, *text;
	size_t at;    /* in the batch */
	bool there;   /* expired or not */
	bool live;    /* and not expired */
	bool chosen;  /* to be written or deleted */
	int64_t size; /* of what is there, with the key */
	int64_t version;
};

/* A batch by its keys' bytes, over a space that is locked. */
struct work {
	struct kv_where where;
	const struct kv_space *space;
	struct spot *spot;
	size_t n;
	struct kv_tally tally; /* held: at most, or exactly */
	size_t counters;       /* that are there */
};

/* Then the batch, one way or the other. */
void work_begin(
    struct work *, const struct kv_call *, const struct kv_space *, size_t n);
void work_take_pairs(struct work *, const struct kv_pair *);
void work_take_keys(struct work *, const char *const *key);
/* Looks, with the counters locked. Without any, nothing is there. */
enum err work_look(struct work *) MUST_CHECK;
/* The same for what writes: the space is there afterwards. ERR_NOT_FOUND: it
 * was removed. */
enum err work_look_to_write(struct work *) MUST_CHECK;
/* Counts anew, unless the counter is exact; nothing expired is left. */
enum err work_count(struct work *) MUST_CHECK;
/* Whether the chosen fit. */
enum err work_make_room(struct work *, bool *full) MUST_CHECK;
/* The version that a key gets now. */
int64_t work_version(const struct work *, const struct spot *);
/* Writes the chosen, which fit. */
enum err work_write(struct work *, struct timestamp expires_at) MUST_CHECK;
/* Deletes the chosen, which are there. */
enum err work_delete(struct work *) MUST_CHECK;
/*
 * Instead of looking: writes all, as if all keys were new. ERR_CONFLICT: it
 * did not, as there might be no room or there is no such space.
 */
enum err work_upsert(
    const struct work *, bool alone, struct timestamp expires_at) MUST_CHECK;

/* store_mariadb_write.c */

enum err mariadb_write(void *self, const struct kv_call *,
    const struct kv_space *, enum kv_mode, const struct kv_pair *, size_t n,
    int64_t ttl_s, struct kv_outcome *);
enum err
mariadb_delete(void *self, const struct kv_call *, const struct kv_space *,
    const char *const *key, size_t n, struct kv_outcome *);
enum err
mariadb_put(void *self, const struct kv_call *, const struct kv_space *,
    const struct kv_pair *, int64_t version, struct kv_outcome *);
enum err
mariadb_remove(void *self, const struct kv_call *, const struct kv_space *,
    const char *key, int64_t version, struct kv_outcome *);

#endif
