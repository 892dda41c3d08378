/*
 * Tickets: random tokens that are good for one thing, once, for a while: the
 * link in a mail, the second step of a sign-in, the challenge of a passkey.
 * What is stored of one is its SHA-256. Grouped by the file that implements.
 */
#ifndef TICKETS_MODEL_H
#define TICKETS_MODEL_H

#include "core/arena.h"
#include "core/err.h"
#include "core/schema.h"

struct db;
struct task_kind;

/* A row of tickets. */
struct ticket {
	const char *digest;
	const char *purpose;
	struct uuid user_id; /* whose it is, or nil */
	const char *data;    /* as the purpose has it, or NULL */
	struct timestamp created_at;
	struct timestamp expires_at;
};

/* What each is for. One is never taken for another. */
#define TICKET_RECOVERY      "recovery"      /* sets a new password */
#define TICKET_MFA           "mfa"           /* data: JSON of struct device */
#define TICKET_EMAIL         "email"         /* data: address; auth/access.h */
#define TICKET_SESSION       "session"       /* ends one. data: its id */
#define TICKET_PASSKEY_NEW   "passkey_new"   /* the token is the challenge */
#define TICKET_PASSKEY_LOGIN "passkey_login" /* the same; maybe nobody's */

/* schemas.c */
extern const struct schema ticket_row;

/* tickets.c */
/*
 * A new one and its token: 32 random bytes as base64url text (43 characters),
 * in the arena. The purpose and data are referred to.
 */
struct ticket
ticket_new(struct arena *, const char *purpose, struct uuid user_id,
    const char *data, int64_t lifetime_s, const char **token);
const char *ticket_digest(struct arena *, const char *token);

/* dao.c */
enum err tickets_insert(struct db *, const struct ticket *) MUST_CHECK;
/* ERR_NOT_FOUND when there is no live one of that purpose. */
enum err tickets_find(struct db *, const char *purpose, const char *digest,
    struct timestamp now, struct ticket *) MUST_CHECK;
/* Takes it out of use: ERR_NOT_FOUND when it is not live (any more). */
enum err tickets_use(struct db *, const char *purpose, const char *digest,
    struct timestamp now) MUST_CHECK;
/*
 * All of a user for that purpose; NULL: for any but TICKET_SESSION, which lets
 * nobody in: a thief that changes the password must not void the owner's link.
 */
enum err
tickets_end(struct db *, struct uuid user_id, const char *purpose) MUST_CHECK;
enum err tickets_purge_rows(
    struct db *, struct timestamp now, int64_t limit, bool *more) MUST_CHECK;

/* tasks.c */
extern const struct task_kind purge_tickets;

#endif
