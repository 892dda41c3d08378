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
struct permission;
struct task_kind;
struct ticket;

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
	bool has_mfa;                 /* the password alone lets nobody in */
	struct timestamp verified_at; /* its address was confirmed, or zero */
	struct timestamp seen_at;     /* of the session or key it calls with */
	struct uuid key_id;           /* of that key */
	struct texts permissions;     /* of that key */
	bool has_roles;               /* only for routes with counts */
	bool by_cookie;               /* its session lives in cookies */
	/* Of all accounts (users_list), of what it owns (sessions_owner). */
	int64_t total;
	int64_t version; /* of what it owns */
};

/*
 * A row of sessions: a sign-in and all its tokens. It ends when its row goes,
 * with the next request, everywhere.
 */
struct session {
	struct uuid id;
	struct uuid user_id;
	struct timestamp created_at;
	struct timestamp expires_at;
	const char *transport; /* "bearer", "cookie", "password" (no refresh) */
	struct uuid device_id; /* as the client says, or nil */
	const char *device_name; /* or NULL, as the two below */
	const char *user_agent;
	const char *ip;
	struct timestamp last_seen_at; /* to the minute */
	int64_t generation;            /* of the refresh token that is good */
	struct timestamp rotated_at;   /* when it became so */
	struct timestamp proven_at;    /* the password or a passkey was shown */
	bool current;                  /* it is the caller's; not stored */
};

/* A row of api_keys. */
struct api_key {
	struct uuid id;
	struct uuid user_id;
	const char *name;
	const char *prefix; /* the first characters, to tell keys apart */
	const char *digest;
	struct texts permissions; /* beyond the own account: names of them */
	struct timestamp created_at;
	struct timestamp expires_at;   /* zero: never */
	struct timestamp last_used_at; /* to the minute, or zero */
};

/* A row of roles. ROLE_ADMIN has no row: it is users.is_superuser. */
struct role {
	const char *name;
	struct texts permissions;
	struct timestamp created_at, updated_at;
};
#define ROLE_ADMIN "admin"

/* A change of a row: NULL text and false say nothing of their column. */
struct user_patch {
	struct uuid id;
	const char *email, *email_key;
	const char *password;
	bool sets_full_name, sets_active, sets_superuser;
	const char *full_name;
	bool is_active, is_superuser;
	struct timestamp verified_at; /* zero says nothing ... */
	bool unverified;              /* ... and this: not any more */
};

struct user_register {
	const char *email;
	const char *password;
	const char *full_name;
};

/* The argument of a task about one account, by id or by key of the address. */
struct user_ref {
	struct uuid user_id;
};
/* The same of a mail, and its language: NULL is English. */
struct mail_ref {
	struct uuid user_id;
	const char *locale;
};
struct email_ref {
	const char *email_key;
	const char *locale; /* of who asks; the account's own goes before */
};
struct verify_ref {
	struct uuid user_id;
	const char *email; /* the address to confirm */
	const char *locale;
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

/* schemas.c */
extern const struct schema user_row;   /* every column but the key */
extern const struct schema user_plain; /* what its owner knows of it */
extern const struct schema user_public;
extern const struct schema user_register;
extern const struct schema session_row;  /* every column */
extern const struct schema session_list; /* what is shown of one */
extern const struct schema api_key_row;  /* without the digest */
extern const struct schema role_row, role_name;
extern const struct schema role_change; /* what a trail shows */
extern const struct schema user_ref, mail_ref, email_ref, verify_ref;
extern const struct schema account_mail;

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

/* Whether the password alone still lets it in (auth/ keeps it true). */
enum err users_set_mfa(struct db *, struct uuid id, bool) MUST_CHECK;

/* dao_sessions.c */
/*
 * Begins a session of an active account whose password is still `phc` (NULL:
 * whatever it is) and that needs no second factor unless it is `strong`, else
 * ERR_RETRY. Locks the account's row, so that a change
 * of the password finds either no session or this one.
 */
enum err sessions_insert(struct db *, const struct session *, const char *phc,
    bool strong) MUST_CHECK;
/* The account behind a live session of that user: one statement. */
enum err sessions_caller(struct db *, struct uuid id, struct uuid user_id,
    struct timestamp now, struct user *) MUST_CHECK;
/* The same, and how many rows of that name in counts it owns. */
enum err sessions_owner(struct db *, struct uuid id, struct uuid user_id,
    struct timestamp now, const char *counts, struct user *) MUST_CHECK;
/* How many rows of that name in counts all accounts own. */
enum err users_owned(struct db *, const char *counts, int64_t *n) MUST_CHECK;
/* The account behind a live API key. `counts` may be NULL. */
enum err sessions_key(struct db *, const char *digest, struct timestamp now,
    const char *counts, struct user *) MUST_CHECK;
/* A live one, locked until the transaction ends. */
enum err sessions_lock(struct db *, struct uuid id, struct timestamp now,
    struct session *) MUST_CHECK;
/* A live one of that user. */
enum err sessions_by_id(struct db *, struct uuid user_id, struct uuid id,
    struct timestamp now, struct session *) MUST_CHECK;
/* The next generation, and what is known of it since. */
enum err sessions_rotate(struct db *, const struct session *) MUST_CHECK;
/* Live ones, the latest first; at most 1000. */
enum err sessions_list(struct db *, struct uuid user_id, struct timestamp now,
    struct list *) MUST_CHECK;
enum err sessions_rename(struct db *, struct uuid user_id, struct uuid id,
    const char *device_name) MUST_CHECK;
/* ERR_NOT_FOUND when that user has none such. */
enum err
sessions_end(struct db *, struct uuid user_id, struct uuid id) MUST_CHECK;
/* End all sessions of a user but one (nil: all). *n (may be NULL): how many. */
enum err sessions_end_others(struct db *, struct uuid user_id,
    struct uuid spared, int64_t *n) MUST_CHECK;
/* It was seen; its owner has shown the password again. */
enum err
sessions_touch(struct db *, struct uuid id, struct timestamp) MUST_CHECK;
enum err
sessions_prove(struct db *, struct uuid id, struct timestamp) MUST_CHECK;

/* End what has expired, at most `limit` rows; *more: some are left. */
enum err sessions_purge(
    struct db *, struct timestamp now, int64_t limit, bool *more) MUST_CHECK;

/* dao_keys.c: API keys */
enum err api_keys_insert(struct db *, const struct api_key *) MUST_CHECK;
/* Newest first; at most 1000. */
enum err
api_keys_list(struct db *, struct uuid user_id, struct list *) MUST_CHECK;
enum err
api_keys_delete(struct db *, struct uuid user_id, struct uuid id) MUST_CHECK;
enum err
api_keys_touch(struct db *, struct uuid id, struct timestamp) MUST_CHECK;

/* dao_roles.c: ERR_NOT_FOUND for no such role or user */
/* The account, locked until the transaction ends, as is a role. */
enum err users_lock(struct db *, struct uuid id, struct user *) MUST_CHECK;
enum err roles_lock(struct db *, const char *name, struct role *) MUST_CHECK;
/* By name; at most 1000. */
enum err roles_list(struct db *, struct list *) MUST_CHECK;
/* Makes or replaces it. *created (may be NULL): it is new. */
enum err roles_put(struct db *, const struct role *, bool *created) MUST_CHECK;
/* ERR_CONFLICT while somebody has it. */
enum err roles_delete(struct db *, const char *name) MUST_CHECK;
/* Those of a user, as rows of roles, by name; ROLE_ADMIN is not among them. */
enum err roles_of(struct db *, struct uuid user_id, struct list *) MUST_CHECK;
/* Exactly these; ERR_CONFLICT for one that does not exist. */
enum err
roles_assign(struct db *, struct uuid user_id, struct texts) MUST_CHECK;

/* dao_figures.c: what there is of one account, and of all */
struct user_figures {
	bool verified;                  /* of one alone, as api_keys */
	int64_t sessions, api_keys;     /* sessions: alive */
	int64_t total, inactive, fresh; /* of all; the last: made since then */
};
enum err users_figures_of(struct db *, struct uuid id, struct timestamp now,
    struct user_figures *) MUST_CHECK;
enum err users_figures(struct db *, struct timestamp since,
    struct timestamp now, struct user_figures *) MUST_CHECK;

/* auth.c */
struct password_cost users_password_cost(const struct config *);
/* A new account: id, address, key, time; active, nothing else set. */
struct user users_new(struct arena *, const char *email);
/* The access token of a session, until then. */
const char *
users_access_token(struct ctx *, const struct session *, struct timestamp);
/* The digest by which an API key is found. Keys begin with API_KEY_MARK. */
#define API_KEY_MARK "atr_"
const char *
api_key_digest(struct arena *, const struct config *, const char *key);
/*
 * Who calls, from the Authorization header, else from the cookie; fills what
 * ctx.h says of the caller.
 */
enum err users_authenticate(struct ctx *);
/*
 * Whether the caller may: an administrator whatever it is, others by their
 * roles; an API key also needs it in its own list. OK or ERR_FORBIDDEN.
 */
enum err users_may(struct ctx *, const struct permission *) MUST_CHECK;
enum err users_allowed(struct ctx *, struct texts *names) MUST_CHECK;
/* OK for the owner and for whoever may; else fails as group 1 does. */
enum err users_reach(
    struct ctx *, struct uuid owner, const struct permission *) MUST_CHECK;
/* It is an administrator itself, not an API key of one. */
bool users_is_admin(const struct ctx *);
/*
 * Whether the caller may change that account: staff must not reach what it was
 * not given itself, by way of the password of somebody who was. OK or
 * ERR_FORBIDDEN. The own account is within reach, except for an API key.
 */
enum err users_may_change(struct ctx *, const struct user *) MUST_CHECK;

/* cookie.c: the tokens of browsers; names and attributes in cookie.c */
/* The value, or NULL. `name` is COOKIE_ACCESS, ... */
enum cookie { COOKIE_ACCESS, COOKIE_REFRESH, COOKIE_DEVICE };
const char *cookie_get(struct ctx *, enum cookie);
void cookie_set(struct ctx *, enum cookie, const char *, int64_t max_age_s);
void cookies_clear(struct ctx *); /* those of the session */
/*
 * ERR_FORBIDDEN (csrf_failed) when another site made the browser send this:
 * by Origin, else by Sec-Fetch-Site.
 */
enum err csrf_check_origin(struct ctx *) MUST_CHECK;
/* What X-CSRF-Token must say in a request that writes with that session. */
const char *csrf_token(struct ctx *, struct uuid session);

/*
 * After a change of the password or of the state: sessions but `spared` (nil:
 * none) end, and all tickets that could let somebody in.
 */
enum err
users_changed(struct db *, struct uuid user_id, struct uuid spared) MUST_CHECK;
/* A ticket to set a new password. */
struct ticket recovery_ticket(struct arena *, const struct config *,
    struct uuid user_id, const char **token);
/* What its mail says; `token` is in the link. */
struct account_mail recovery_mail(struct arena *, const struct config *,
    const struct user *, const char *token);
/* A link of the site with a token in it. */
const char *users_link(struct arena *, const struct config *,
    const char *path /* "/reset-password" */, const char *token);

/* permissions.c */
/*
 * Nobody gives what it lacks. *given is the permissions of those names, each
 * once. ERR_INVALID, with a fault of that member, for a name that there is
 * not; ERR_FORBIDDEN (permission_lacking) for one that the caller has not.
 */
enum err users_may_give(struct ctx *, const char *member, struct texts names,
    struct texts *given) MUST_CHECK;
/* The same of permissions that were given once: OK or ERR_FORBIDDEN. */
enum err users_may_all(struct ctx *, struct texts names) MUST_CHECK;

/* password.c */
/* ERR_INVALID with a fault of that member, as the policy says. */
enum err users_check_password(struct ctx *, const char *member,
    const char *password, const char *email, const char *full_name) MUST_CHECK;

/* dependencies.c */
extern const struct permission perm_users; /* accounts of others */
extern const struct guard active_user;     /* session or API key */
extern const struct guard session_user;    /* a person: no API key */
/* Anybody: c->user is NULL for nobody, who brings a credential is let in by it
 * or refused. */
extern const struct guard visitor;
/* Whoever has that permission: ROUTE(..., perm(perm_users), ...). */
#define perm(what)                                              \
	((const struct guard){.scheme = "OAuth2PasswordBearer", \
	    .check = users_permitted,                           \
	    .refusals = users_refusals,                         \
	    .coded = users_coded_refusals,                      \
	    .needs = &(what)})
enum err users_permitted(struct ctx *);
extern const enum err users_refusals[], users_coded_refusals[];

/* router.c */
extern const struct domain users;

/* manage.c: what administrators do with accounts */
extern const struct domain users_managed;

/* recovery.c, preferences.c */
extern const struct domain recovery, preferences;

/* private.c: for tests of front ends, in development alone */
extern const struct domain private_users;

/* address.c */
/*
 * After a change of the address, in its transaction: links to the old one end,
 * and it is told unless it is the same mailbox.
 */
enum err users_leave_address(
    struct ctx *, const struct user *was, const struct user_patch *) MUST_CHECK;
extern const struct task_kind mail_email_changed;

/* tasks.c */
extern const struct task_kind mail_new_account, mail_recovery, purge_sessions;
extern const struct task_kind mail_verify_email;
/*
 * The owner asks: a mail to that address with a link that makes it the
 * account's, confirmed: a ticket of TICKET_EMAIL whose data is the address.
 */
enum err users_verify_later(
    struct ctx *, struct uuid user_id, const char *email) MUST_CHECK;

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
