/*
 * The replies of requests that carry an Idempotency-Key (http/once.h), kept for
 * ONCE_KEEP_HOURS. Grouped by the file that implements.
 */
#ifndef IDEMPOTENCY_MODEL_H
#define IDEMPOTENCY_MODEL_H

#include <stdbool.h>

#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct once;
struct task_kind;

/* A row of idempotency_keys. */
struct kept {
	const char *id; /* keyed digest of user, operation and key */
	struct uuid user_id;
	const char *request; /* keyed digest of path and body */
	int64_t tries;       /* requests that came with it */
	int64_t status;      /* of the reply; 0: not yet */
	const char *headers; /* of the reply, each ended by CRLF, or NULL */
	const char *body;    /* or NULL */
	struct timestamp created_at;
};

/* What the keys of a user take up. */
struct kept_use {
	int64_t n, bytes;
	struct timestamp oldest;
};

/* schemas.c */
extern const struct schema kept_row; /* what is read again */
extern const struct schema kept_use;

/* dao.c */
/* Locks the row of that id; *is_new: it was made just now. */
enum err kept_claim(struct db *, const struct kept *, bool *is_new) MUST_CHECK;
enum err kept_by_id(struct db *, const char *id, struct kept *) MUST_CHECK;
enum err kept_finish(struct db *, const struct kept *) MUST_CHECK;
/*
 * Of the keys since then, `limit` at most. Those of transactions that are under
 * way do not count: nobody waits for anybody.
 */
enum err kept_measure(struct db *, struct uuid user_id, struct timestamp since,
    int64_t limit, struct kept_use *) MUST_CHECK;
enum err kept_delete(struct db *, const char *id) MUST_CHECK;
enum err kept_purge(
    struct db *, struct timestamp before, int64_t limit, bool *more) MUST_CHECK;

/* once.c */
extern const struct once idempotency_once;

/* tasks.c */
extern const struct task_kind purge_idempotency;

#endif
