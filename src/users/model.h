/*
 * Accounts and their sessions. Grouped by the file that implements.
 */
#ifndef USERS_MODEL_H
#define USERS_MODEL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/password.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct guard;

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
	bool sets_full_name;
	const char *full_name;
};

struct user_register {
	const char *email;
	const char *password;
	const char *full_name;
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

struct message {
	const char *message;
};

/* schemas.c */
extern const struct schema user_row;    /* every column but the key */
extern const struct schema user_caller; /* user_row without the password */
extern const struct schema user_public;
extern const struct schema user_register, user_update_me, update_password;
extern const struct schema login_form, token_reply, message;

/* dao.c: ERR_NOT_FOUND for no row, ERR_CONFLICT for a taken address */
enum err users_by_id(struct db *, struct uuid id, struct user *) MUST_CHECK;
enum err
users_by_email(struct db *, const char *email_key, struct user *) MUST_CHECK;
enum err users_insert(struct db *, const struct user *) MUST_CHECK;
/* What of the patch is given; the rest of the row stays as it is. */
enum err users_patch(struct db *, const struct user_patch *) MUST_CHECK;
/* ERR_NOT_FOUND when the password is not `old` any more. */
enum err users_replace_password(
    struct db *, struct uuid id, const char *old, const char *phc) MUST_CHECK;
enum err users_delete(struct db *, struct uuid id) MUST_CHECK;

/*
 * Begins a session of an active account whose password is still `phc`, else
 * ERR_NOT_FOUND. Locks the account's row, so that a change of the password
 * finds either no session or this one.
 */
enum err sessions_insert(
    struct db *, const struct session *, const char *phc) MUST_CHECK;
/* The account behind a live session of that user: one statement. */
enum err sessions_caller(struct db *, struct uuid id, struct uuid user_id,
    struct timestamp now, struct user *) MUST_CHECK;
/* End all sessions of a user but one (nil: all). */
enum err sessions_end_others(
    struct db *, struct uuid user_id, struct uuid spared) MUST_CHECK;

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

/* dependencies.c */
extern const struct guard active_user;

/* router.c */
extern const struct domain users;

/* login.c */
extern const struct domain login;

#endif
