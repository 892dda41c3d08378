/*
 * What slows down guessing. Grouped by the file that implements.
 */
#ifndef THROTTLE_MODEL_H
#define THROTTLE_MODEL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct task_kind;

/*
 * How one counter works: after `free` failures each one blocks, for twice as
 * long as the last, from 1 s to max_s. One failure is forgotten in forget_s,
 * all of them memory_s after the last.
 */
struct throttle_rule {
	const char *name; /* NULL: none */
	int64_t free, max_s, forget_s, memory_s;
};

enum { THROTTLE_SUBJECTS = 3 };
struct throttle_subject {
	const char *subject; /* a digest, or NULL */
	struct throttle_rule rule;
};
struct throttle_subjects {
	struct throttle_subject item[THROTTLE_SUBJECTS];
	const char *account; /* whose they are; an address's are nobody's */
};

/* A row of throttle, as far as it is read. */
struct throttle {
	const char *subject;
	struct timestamp blocked_until; /* or none */
};

/* schemas.c */
extern const struct schema throttle_row;

/* dao.c */
/* The live rows of those subjects. */
enum err throttle_find(struct db *, const struct throttle_subjects *,
    struct timestamp now, struct list *) MUST_CHECK;
/* One failure more. */
enum err throttle_add(struct db *, const struct throttle_subject *,
    const char *account, struct timestamp now) MUST_CHECK;
/* All of that account. */
enum err throttle_clear(struct db *, const char *account) MUST_CHECK;
enum err throttle_purge_rows(
    struct db *, struct timestamp now, int64_t limit, bool *more) MUST_CHECK;

/* throttle.c */

/*
 * The matters that are counted apart. An account is the key of its address,
 * whether there is one or not; else the id of the user (as text).
 */
enum throttled {
	THROTTLE_LOGIN,
	THROTTLE_PASSWORD, /* the own one, asked for again */
	THROTTLE_RECOVERY, /* mails to an address: each request counts */
	THROTTLE_MFA,      /* codes */
	THROTTLE_EXPORT    /* exports: each request counts */
};
/*
 * ERR_TOO_MANY, with detail and Retry-After, while the account or the caller's
 * address is blocked.
 */
enum err
throttle_check(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/*
 * The same; *by_address tells whether the caller's address is blocked, which
 * says nothing of the account.
 */
enum err throttle_look(struct ctx *, enum throttled, const char *account,
    bool *by_address) MUST_CHECK;
/* Counts one failure (or request), in the write transaction. */
enum err
throttle_count(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/* Forgets those of the account: it was its owner. */
enum err
throttle_forgive(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/* The account as its rows name it, for throttle_clear(). */
const char *throttle_account(
    struct arena *, const struct config *, enum throttled, const char *account);

/* tasks.c */
extern const struct task_kind purge_throttle;

#endif
