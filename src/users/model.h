/*
 * Accounts and their sessions. Grouped by the file that implements.
 */
#ifndef USERS_MODEL_H
#define USERS_MODEL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/message.h"
#include "core/page.h"
#include "core/password.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct guard;
struct task_kind;

/* A row of users. */
struct user {
	struct uuid id;
	const char *email;     /* as typed */
	const char *email_key; /* email_fold() of it: unique; not in views */
	const char *password;  /* PHC string; only users_by_* fill it */
	const char *full_name;
	bool is_active;
	bool is_superuser;
	struct timestamp created_at;
	/* Of all accounts (users_list), of what it owns (sessions_owner). */
	int64_t total;
	int64_t version; /* of what it owns */
};

/* A row of sessions: it ends when its row goes. */
struct session {
	struct uuid id;
	struct uuid user_id;
	struct timestamp created_at;
	struct timestamp expires_at;
};

/* A change of a row: NULL text and false say nothing of their column. */
struct user_patch {
	struct uuid id;
	const char *email, *email_key;
	const char *password;
	bool sets_full_name, sets_active, sets_superuser;
	const char *full_name;
	bool is_active, is_superuser;
};

/* A row of recovery_tokens. The token itself is in the mail alone. */
struct recovery {
	const char *digest; /* recovery_digest() of the token */
	struct uuid user_id;
	struct timestamp created_at;
	struct timestamp expires_at;
};

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
	struct timestamp blocked_until; /* or none */
};

struct user_register {
	const char *email;
	const char *password;
	const char *full_name;
};

struct user_create {
	const char *email;
	const char *password;
	const char *full_name;
	bool is_active;
	bool is_superuser;
};

struct user_update {
	struct uuid user_id;
	const char *email;
	const char *password;
	const char *full_name;
	bool is_active;
	bool is_superuser;
};

struct user_path {
	struct uuid user_id;
};

struct private_user_create {
	const char *email;
	const char *password;
	const char *full_name;
	bool is_verified;
};

struct email_path {
	const char *email;
};

struct new_password {
	const char *token;
	const char *new_password;
};

/* The argument of a task about one account, by id or by key of the address. */
struct user_ref {
	struct uuid user_id;
};
struct email_ref {
	const char *email_key;
};

/* What the mails of accounts are rendered from. */
struct account_mail {
	const char *project_name;
	const char *email;
	const char *full_name;
	const char *link;
	int64_t valid_hours;
	const char *site;
};

struct user_update_me {
	const char *full_name;
	const char *email;
};

struct update_password {
	const char *current_password;
	const char *new_password;
};

struct login_form {
	const char *username;
	const char *password;
	const char *grant_type;
	const char *scope;
	const char *client_id;
	const char *client_secret;
};

struct token_reply {
	const char *access_token;
	const char *token_type;
};

/* schemas.c */
extern const struct schema user_row;    /* every column but the key */
extern const struct schema user_caller; /* user_row without the password */
extern const struct schema user_public;
extern const struct schema user_listed; /* user_caller with the total */
extern const struct schema user_owner;  /* and with the version */
extern const struct schema user_total;  /* the total alone */
extern const struct schema users_public;
extern const struct schema user_register, user_update_me, update_password;
extern const struct schema user_create, user_update, user_path;
extern const struct schema private_user_create, email_path, new_password;
extern const struct schema login_form, token_reply;
extern const struct schema recovery_row, throttle_row;
extern const struct schema user_ref, email_ref, account_mail;

/* dao.c: ERR_NOT_FOUND for no row, ERR_CONFLICT for a taken address */
enum err users_by_id(struct db *, struct uuid id, struct user *) MUST_CHECK;
enum err
users_by_email(struct db *, const char *email_key, struct user *) MUST_CHECK;
enum err users_insert(struct db *, const struct user *) MUST_CHECK;
/* Newest first, and the number of all accounts. */
enum err users_list(struct db *, int64_t skip, int64_t limit, struct list *,
    int64_t *total) MUST_CHECK;
/*
 * What of the patch is given; the rest of the row stays as it is. An account
 * whose password changes or that is not active any more keeps no session and
 * no recovery token: users_changed() (auth.c) ends them.
 */
enum err users_update(struct db *, const struct user_patch *) MUST_CHECK;
/* ERR_RETRY when the password is not `old` any more. */
enum err users_replace_password(
    struct db *, struct uuid id, const char *old, const char *phc) MUST_CHECK;
enum err users_delete(struct db *, struct uuid id) MUST_CHECK;

/*
 * Begins a session of an active account whose password is still `phc`, else
 * ERR_RETRY. Locks the account's row, so that a change of the password
 * finds either no session or this one.
 */
enum err sessions_insert(
    struct db *, const struct session *, const char *phc) MUST_CHECK;
/* The account behind a live session of that user: one statement. */
enum err sessions_caller(struct db *, struct uuid id, struct uuid user_id,
    struct timestamp now, struct user *) MUST_CHECK;
/* The same, and how many rows of that name in counts it owns. */
enum err sessions_owner(struct db *, struct uuid id, struct uuid user_id,
    struct timestamp now, const char *counts, struct user *) MUST_CHECK;
/* How many rows of that name in counts all accounts own. */
enum err users_owned(struct db *, const char *counts, int64_t *n) MUST_CHECK;
/* End all sessions of a user but one (nil: all). */
enum err sessions_end_others(
    struct db *, struct uuid user_id, struct uuid spared) MUST_CHECK;

/* End what has expired, at most `limit` rows each; *more: some are left. */
enum err sessions_purge(
    struct db *, struct timestamp now, int64_t limit, bool *more) MUST_CHECK;

/* Recovery tokens. */
enum err recovery_insert(struct db *, const struct recovery *) MUST_CHECK;
/* The account behind a live one. */
enum err recovery_user(struct db *, const char *digest, struct timestamp now,
    struct user *) MUST_CHECK;
/* Takes it out of use: ERR_NOT_FOUND when it is not live (any more). */
enum err
recovery_use(struct db *, const char *digest, struct timestamp now) MUST_CHECK;
/* All of an account. */
enum err recovery_end(struct db *, struct uuid user_id) MUST_CHECK;

/* The live rows of those subjects. */
enum err throttle_find(struct db *, const struct throttle_subjects *,
    struct timestamp now, struct list *) MUST_CHECK;
/* One failure more. */
enum err throttle_add(struct db *, const struct throttle_subject *,
    const char *account, struct timestamp now) MUST_CHECK;
/* All of that account. */
enum err throttle_clear(struct db *, const char *account) MUST_CHECK;

/* throttle.c: what slows down guessing */

/*
 * The matters that are counted apart. An account is the key of its address,
 * whether there is one or not; for THROTTLE_PASSWORD its id.
 */
enum throttled { THROTTLE_LOGIN, THROTTLE_PASSWORD, THROTTLE_RECOVERY };
/*
 * ERR_TOO_MANY, with detail and Retry-After, while the account or the caller's
 * address is blocked.
 */
enum err
throttle_check(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/* Counts one failure (or request), in the write transaction. */
enum err
throttle_count(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/* Forgets those of the account: it was its owner. */
enum err
throttle_forgive(struct ctx *, enum throttled, const char *account) MUST_CHECK;
/* The account as its rows name it, for throttle_clear(). */
const char *throttle_account(
    struct arena *, const struct config *, enum throttled, const char *account);

/* auth.c */
struct password_cost users_password_cost(const struct config *);
/* A new account: id, address, key, time; active, nothing else set. */
struct user users_new(struct arena *, const char *email);
/* A new session and the access token that names it. */
struct session users_session(const struct config *, struct uuid user_id);
const char *users_access_token(
    struct arena *, const struct config *, const struct session *);
/* Who calls, from the Authorization header; fills c->user and c->session. */
enum err users_authenticate(struct ctx *);

/*
 * After a change of the password or of the state: sessions but `spared` (nil:
 * none) and recovery tokens end.
 */
enum err
users_changed(struct db *, struct uuid user_id, struct uuid spared) MUST_CHECK;
/* A new token and the row that knows it. */
struct recovery recovery_new(struct arena *, const struct config *,
    struct uuid user_id, const char **token);
const char *recovery_digest(struct arena *, const char *token);
/* What its mail says; `token` is in the link. */
struct account_mail recovery_mail(struct arena *, const struct config *,
    const struct user *, const char *token);

/* dependencies.c */
extern const struct guard active_user, superuser;

/* router.c */
extern const struct domain users;

/* manage.c: what administrators do with accounts */
extern const struct domain users_managed;

/* login.c */
extern const struct domain login;

/* recovery.c */
extern const struct domain recovery;

/* private.c: for tests of front ends, in development alone */
extern const struct domain private_users;

/* tasks.c */
extern const struct task_kind mail_new_account, mail_recovery, purge_sessions;

/* dao_staff.c: for whoever runs the installation; nobody's rows are hidden */

/* What `atrium user ls` shows. */
struct user_search {
	bool superusers, inactive; /* only those */
	const char *text;          /* in the address or the name; NULL: all */
	int64_t limit;
};
/* Newest first. */
enum err
users_search(struct db *, const struct user_search *, struct list *) MUST_CHECK;
/*
 * The first two active administrators, locked until the transaction ends: who
 * takes the rights of one holds them, and the last one keeps them.
 */
enum err users_lock_superusers(struct db *, struct list *) MUST_CHECK;

#endif
