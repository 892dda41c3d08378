/*
 * Key-value spaces over a store (kv/store.h). A space is somebody's own ("~",
 * whose id is the account's), or a named one that an administrator made and
 * roles have rights in. Grouped by the file that implements.
 */
#ifndef KV_MODEL_H
#define KV_MODEL_H

#include "core/arena.h"
#include "core/err.h"
#include "core/page.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct kv_call;
struct kv_space;
struct kv_store;
struct permission;
struct task_kind;

#define SPACE_OWN "~"

/* A row of kv_spaces. */
struct space {
	struct uuid id;
	const char *name;  /* or NULL: somebody's own */
	struct uuid owner; /* or nil */
	int64_t max_keys, max_bytes;
	int64_t version;
	struct timestamp created_at;
	bool can_read, can_write; /* of somebody with certain roles */
};

/* What a role may do in a named space: a row of kv_rights. */
struct space_right {
	const char *role;
	bool can_read, can_write;
};

/* What is said of a space to those who may use it. */
struct space_shown {
	struct uuid id;
	const char *space;
	bool can_read, can_write;
	int64_t keys, bytes, max_keys, max_bytes;
};

/* A value by itself. */
struct value_path {
	const char *space, *key;
};
struct value_put {
	const char *space, *key;
	struct raw_json value;
};
struct value_shown {
	struct raw_json value;
};

struct values_query {
	const char *space;
	const char *prefix, *cursor;
	int64_t limit;
};
struct values_page {
	struct list data; /* of struct kv_value */
	const char *next; /* cursor, or NULL: that was all */
};

/* Batches. */
struct values_read {
	const char *space;
	struct texts keys;
	bool strict;
};
struct values_found {
	struct json_map data;
	struct texts missing;
};
struct values_write {
	const char *space;
	struct json_map data;
	const char *mode;
	int64_t ttl_s; /* 0: they do not expire */
};
struct values_written {
	struct texts written, skipped;
};
struct values_delete {
	const char *space;
	struct texts keys;
};
struct values_deleted {
	struct texts deleted, missing;
};

/* A named space as its administrators see it. */
struct space_name {
	const char *name;
};
struct space_put {
	const char *name;
	struct texts readers, writers; /* names of roles */
	int64_t max_keys, max_bytes;
};
struct space_public {
	const char *name;
	struct texts readers, writers;
	int64_t max_keys, max_bytes;
	int64_t version;
	struct timestamp created_at;
};

/* The argument of sweep_kv: the space after which it goes on, or nil. */
struct sweep_from {
	struct uuid space_id;
};

/* What is told of a value to its owner. */
struct value_told {
	const char *key;
	struct raw_json value;
	int64_t version;
	struct timestamp updated_at, expires_at;
};

/* schemas.c */
extern const struct schema space_row, space_reached, space_right_row;
extern const struct schema spaces_shown;
extern const struct schema value_path, value_put, value_shown;
extern const struct schema values_query, values_page;
extern const struct schema values_read, values_found;
extern const struct schema values_write, values_written;
extern const struct schema values_delete, values_deleted;
extern const struct schema space_name, space_put, space_public, spaces_public;
extern const struct schema space_change; /* what a trail shows */
extern const struct schema sweep_from, value_told;

/* dao.c: spaces and rights; ERR_NOT_FOUND for no row */
/* `lock`: nobody else changes it before the transaction ends. */
enum err spaces_by_name(
    struct db *, const char *name, bool lock, struct space *) MUST_CHECK;
enum err spaces_by_id(struct db *, struct uuid id, struct space *) MUST_CHECK;
enum err spaces_count(struct db *, int64_t *n) MUST_CHECK; /* named ones */
/* Named ones, by name, and how many there are. */
enum err spaces_list(
    struct db *, const struct page *, struct list *, int64_t *n) MUST_CHECK;
/* What somebody with these roles may do there. */
enum err spaces_reach(struct db *, const char *name, struct texts roles,
    struct space *) MUST_CHECK;
/* Where somebody with these roles may do something, by name, at most 1000. */
enum err
spaces_reached(struct db *, struct texts roles, struct list *) MUST_CHECK;
/* ERR_CONFLICT for a name that is taken. */
enum err spaces_insert(struct db *, const struct space *) MUST_CHECK;
enum err spaces_update(struct db *, const struct space *) MUST_CHECK;
/*
 * Takes the name away, so that nobody finds it any more: what it holds may be
 * more than one transaction can remove. Then removes such rows.
 */
enum err spaces_forget(struct db *, struct uuid id) MUST_CHECK;
enum err spaces_purge(struct db *, int64_t limit) MUST_CHECK;
/* By role; at most 1000. */
enum err
rights_list(struct db *, struct uuid space_id, struct list *) MUST_CHECK;
enum err rights_clear(struct db *, struct uuid space_id) MUST_CHECK;
/* ERR_CONFLICT for a role that there is not. */
enum err rights_insert(
    struct db *, struct uuid space_id, const struct space_right *) MUST_CHECK;

/* dao_values.c: the values in MariaDB, for store_mariadb.c */

/* access.c: which space the path names, and whether the caller may */
enum kv_want { KV_WANTS_READ, KV_WANTS_WRITE };
/* ERR_NOT_FOUND: no such space, or it is none of the caller's business. */
enum err need_space(
    struct ctx *, const char *name, enum kv_want, struct kv_space *) MUST_CHECK;
/*
 * route.prepare of routes that write: the space goes to c->state, so that the
 * transaction has nothing but the write itself.
 */
enum err need_space_to_write(struct ctx *) MUST_CHECK;
/* All that the caller may use, the own one first, without their usage. */
enum err
spaces_of_caller(struct ctx *, struct space_shown **, size_t *n) MUST_CHECK;
/* A call of the store for this request. */
struct kv_call kv_call_of(struct ctx *);
/*
 * How many keys the caller's own space has, as kv_usage() counts them. Not
 * known while a store outside the database is away.
 */
enum err kv_own_keys(struct ctx *, int64_t *n, bool *known) MUST_CHECK;
/* The own space. */
struct kv_space
kv_own_space(int64_t max_keys, int64_t max_bytes, struct uuid user_id);

/* bounds.c: what no space can hold */
/* ERR_INVALID, with a fault: a key of the path (nth 0) or one in a list. */
enum err need_key(struct ctx *, const char *key, size_t nth) MUST_CHECK;
/* The same for all of them, which have to be different. */
enum err need_keys(struct ctx *, const struct texts *) MUST_CHECK;
/* ERR_TOO_LARGE */
enum err need_size(struct ctx *, const char *key, size_t size) MUST_CHECK;
/* ERR_STORAGE, in words. */
enum err refuse_full(struct ctx *, const struct kv_space *) MUST_CHECK;

/* Make, change and delete named spaces; what is in them is for their roles. */
extern const struct permission perm_kv;

/* router.c: /kv; batch.c: many values at once; admin.c: /admin/kv */
extern const struct domain kv, kv_batches, kv_admin;

/* tasks.c: what expired; spaces whose owner is gone */
extern const struct task_kind purge_kv, sweep_kv, sweep_kv_on;

/* export.c */
/*
 * The values of an account's own space, as rows of value_told: at most `limit`
 * of those after that key ("": from the first).
 */
enum err
kv_export(struct kv_store *, struct db *, struct arena *, struct uuid user_id,
    const char *after, int64_t limit, struct list *) MUST_CHECK;

#endif
