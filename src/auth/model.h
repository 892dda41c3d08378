/*
 * Signing in: sessions and devices, second factors, passkeys, API keys, the
 * confirmation of addresses. Grouped by the file that implements.
 */
#ifndef AUTH_MODEL_H
#define AUTH_MODEL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/message.h"
#include "core/page.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct task_kind;
struct session;
struct user;

/* How a session is begun, and what is remembered meanwhile. */
struct device {
	const char *transport; /* "bearer" or "cookie" */
	struct uuid device_id; /* that the client keeps, or nil */
	const char *device_name;
};

/* Somebody who has shown who it is. */
struct sign_in {
	const struct user *user; /* in full: users_by_id() */
	const char *phc; /* the hash that was verified; NULL: another proof */
	bool strong;     /* a second factor was shown too */
	struct device device;
};

struct auth_login {
	const char *email;
	const char *password;
	const char *transport;
	struct uuid device_id;
	const char *device_name;
};

/* What every way to sign in answers: tokens, or that a factor is missing. */
struct login_reply {
	const char *access_token; /* NULL with cookies: out of scripts' reach */
	const char *token_type;
	int64_t expires_in;
	const char *refresh_token;
	const char *csrf_token; /* with cookies alone */
	struct object session;
	bool mfa_required;
	const char *mfa_token;
	struct texts methods; /* "totp", "recovery_code", "passkey" */
};

/* /login/access-token, as OAuth 2.0 forms and FastAPI have it. */
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

struct refresh {
	const char *refresh_token;
};
struct session_rename {
	struct uuid id;
	const char *device_name;
};
struct sessions_others {
	bool others;
};
struct revoked {
	int64_t revoked;
};
struct csrf_reply {
	const char *csrf_token;
};
struct token_input {
	const char *token;
};
/* The argument of a task about a session. */
struct session_ref {
	struct uuid user_id;
	struct uuid session_id;
	const char *device_name, *user_agent, *ip;
	const char *what; /* of mail_factor_changed */
	struct timestamp at;
	const char *locale; /* of the mail; NULL: English */
};
/* What the mails about sign-ins are rendered from. */
struct session_mail {
	const char *project_name;
	const char *email;
	const char *full_name;
	const char *device_name, *user_agent, *ip;
	const char *at;   /* "21 November 2026, 10:15 UTC" */
	const char *what; /* what happened, a sentence; or NULL */
	const char *link;
	int64_t valid_hours;
	const char *site;
};

/* schemas.c */
extern const struct schema login_form, token_reply;
extern const struct schema auth_login, login_reply, refresh, device;
extern const struct schema sessions_public, session_rename, sessions_others;
extern const struct schema revoked, csrf_reply, token_input;
extern const struct schema session_ref, session_mail;

/* dao.c */
/*
 * Notes that the account was used from there. *first: it never was used from
 * anywhere; *known: it was, from there.
 */
enum err devices_note(struct db *, struct uuid user_id, const char *id_mark,
    const char *agent_mark, struct timestamp, bool *known,
    bool *first) MUST_CHECK;
enum err devices_purge(
    struct db *, struct timestamp before, int64_t limit, bool *more) MUST_CHECK;

/* signin.c */
/*
 * In the write transaction: refuses who is not active or not confirmed, asks
 * for a second factor unless `strong`, else begins a session and replies
 * (login_reply). Forgives failures of THROTTLE_LOGIN.
 */
enum err auth_sign_in(struct ctx *, const struct sign_in *) MUST_CHECK;
/* A new session, and a mail when it is from where none was before. */
enum err auth_begin_session(struct ctx *, const struct sign_in *,
    struct timestamp expires, struct session *out) MUST_CHECK;
/* Sends the mail to confirm the address once more, and refuses (403, 400). */
enum err auth_refuse_unverified(struct ctx *, const struct user *) MUST_CHECK;
/* Replies with the tokens of its generation (login_reply), or sets cookies. */
enum err auth_reply_tokens(struct ctx *, const struct session *) MUST_CHECK;
/*
 * The caller's session showed the password or a passkey in the last ten
 * minutes.
 */
bool auth_is_recent(struct ctx *);

/* refresh_token.c: tokens that are derived, so that nothing is stored */
const char *
refresh_token(struct ctx *, struct uuid session, int64_t generation);
/* false: no token of ours */
bool refresh_read(
    struct ctx *, const char *text, struct uuid *session, int64_t *generation);

/* notices.c */
/*
 * A mail to the owner that a factor came or went: factor_changed.WHAT of
 * templates/lang/en.json says it.
 */
enum err
auth_tell(struct ctx *, struct uuid user_id, const char *what) MUST_CHECK;

/* second.c: what a second factor is, for signin.c. Implemented beside mfa.c */
/* The ways that the account has; empty: none. */
enum err auth_methods(struct ctx *, struct uuid user_id, struct texts *);
/* The password alone lets the account in again: no TOTP, no recovery codes. */
enum err auth_remove_mfa(struct db *, struct uuid user_id) MUST_CHECK;

/* login.c, sessions.c, refresh.c, jwks.c; mfa.c, passkeys.c, api_keys.c,
 * email.c */
extern const struct domain login, auth_login_domain, auth_sessions, jwks;
extern const struct domain auth_refresh;
extern const struct domain auth_mfa, auth_passkeys, auth_api_keys, auth_email;
extern const struct domain auth_staff;

/* tasks.c */
extern const struct task_kind mail_new_device, mail_refresh_reused;
extern const struct task_kind mail_factor_changed;
extern const struct task_kind purge_devices;
/*
 * tasks_email.c. The mail with the link to confirm an address is
 * users_verify_later() (users/model.h, users/tasks.c).
 */
extern const struct task_kind mail_new_email;

/* dao_factors.c: how somebody can sign in, besides by the password */
struct factors {
	bool totp; /* confirmed */
	int64_t recovery_codes_left, passkeys;
};
enum err
factors_of(struct db *, struct uuid user_id, struct factors *) MUST_CHECK;

/* dao_export.c: of second factors and devices, what their owner may take away
 */
struct passkey_told {
	struct uuid id;
	const char *name;
	struct timestamp created_at, last_used_at; /* the second: or none */
};
struct totp_told {
	struct timestamp created_at, confirmed_at; /* the second: or none */
};
struct device_told {
	struct timestamp seen_at;
};
extern const struct schema passkey_told, totp_told, device_told;
/* At most 1000 each. */
enum err
passkeys_told(struct db *, struct uuid user_id, struct list *) MUST_CHECK;
enum err totps_told(struct db *, struct uuid user_id, struct list *) MUST_CHECK;
enum err
devices_told(struct db *, struct uuid user_id, struct list *) MUST_CHECK;

#endif
