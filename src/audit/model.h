/*
 * The audit trail: who did what to which object, when and from where. Grouped
 * by the file that implements.
 */
#ifndef AUDIT_MODEL_H
#define AUDIT_MODEL_H

#include "core/arena.h"
#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct permission;
struct task_kind;

/* A row of audit. It refers to nothing: it outlives what it tells of. */
struct audit_entry {
	struct uuid id;          /* version 7: in the order of time */
	struct timestamp at;     /* that of the id: audit_insert() sees to it */
	struct uuid actor_id;    /* nil: nobody signed in, or the system */
	const char *actor_ip;    /* or NULL */
	const char *action;      /* operationId, or "cli.user_passwd" */
	const char *object_type; /* or NULL */
	const char *object_id;   /* its UUID or name, or NULL */
	struct raw_json diff;    /* {"field":[old,new]}, or none */
	const char *request_id;  /* or NULL */
};

struct audit_query {
	struct uuid actor;
	const char *action;        /* "users-update_user", "users-*" */
	const char *object;        /* "item", "item:ID" */
	struct timestamp from, to; /* from <= at < to */
	int64_t limit;
	const char *cursor; /* as an answer said it */
};

/* The newest first, and where to go on. */
struct audit_page {
	struct list data;
	const char *next; /* cursor, or NULL: that was all */
};

/* What of the trail is asked for. */
struct audit_search {
	struct uuid actor;   /* or nil */
	const char *action;  /* or NULL */
	const char *actions; /* pattern of LIKE, with | as escape, or NULL */
	const char *object_type; /* or NULL, as the next */
	const char *object_id;
	struct uuid first, end; /* first <= id < end; neither is nil */
	int64_t limit;
};

/* schemas.c */
extern const struct schema audit_row, audit_query, audit_public;
extern const struct schema audit_action, audit_id;

/* dao.c */
enum err audit_insert(struct db *, const struct audit_entry *) MUST_CHECK;
/* What was before that moment, at most `limit` rows; *more: some are left. */
enum err audit_purge(
    struct db *, struct timestamp before, int64_t limit, bool *more) MUST_CHECK;
/* Removes a user from at most that many rows; *more: from some it is left. */
enum err audit_forget_user(
    struct db *, struct uuid user_id, int64_t limit, bool *more) MUST_CHECK;
/*
 * A user's part of the trail, the oldest first, after that id (nil: from the
 * beginning): what it did; what others did with its account, without where
 * they called from.
 */
enum err audit_by(struct db *, struct uuid user_id, struct uuid after,
    int64_t limit, struct list *) MUST_CHECK;
enum err audit_about(struct db *, struct uuid user_id, struct uuid after,
    int64_t limit, struct list *) MUST_CHECK;

/* dao_search.c */
/* The newest first, by an index that gives them in that order. */
enum err audit_list(struct db *, struct arena *, const struct audit_search *,
    struct list *) MUST_CHECK;
/* The first id of that moment, rounded up to the millisecond. */
struct uuid audit_id_at(struct timestamp);

/* record.c */
/* The row of a request: struct app's record (http/dispatch.h). */
enum err audit_record(struct ctx *) MUST_CHECK;

/* router.c */
extern const struct permission perm_audit;
extern const struct domain audit;

/* tasks.c */
extern const struct task_kind purge_audit;
/* Removes a person from the trail: ids, addresses and diffs, in batches. */
extern const struct task_kind audit_forget;

#endif
