/*
 * What the routes of accounts take in, and views that no other domain needs;
 * they stand in schemas.c.
 */
#ifndef USERS_FORMS_H
#define USERS_FORMS_H

#include "core/decode.h"
#include "users/model.h"

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

/* ?q=&is_active=...: what is not given filters nothing */
struct user_query {
	int64_t skip, limit;
	const char *q;
	bool is_active, is_superuser;
};

/* The same as a question: one of the texts at most. */
struct user_asked {
	const char *words;   /* of the address and the name, each marked */
	const char *address; /* the beginning of its key */
	bool is_active, is_superuser;
};

struct email_path {
	const char *email;
};

struct new_password {
	const char *token;
	const char *new_password;
};

struct user_update_me {
	const char *full_name;
	const char *email;
};

struct update_password {
	const char *current_password;
	const char *new_password;
};

extern const struct schema user_caller; /* user_plain, and when it was seen */
extern const struct schema user_listed; /* user_plain with the total */
extern const struct schema user_owner;  /* user_caller with its total */
extern const struct schema user_by_key; /* and with the key's */
extern const struct schema user_total;  /* the total alone */
extern const struct schema user_public_change; /* what a trail shows */
extern const struct schema user_secret_change; /* the password alone */
extern const struct schema users_public;
extern const struct schema user_update_me, update_password, user_create;
extern const struct schema user_update, user_path, private_user_create;
extern const struct schema email_path, new_password, user_query, user_asked;

/* find.c */
enum { USERS_COUNTED = 1000 }; /* of those that words find */
/* What the input of GET /users/ asks for, the newest first. */
enum err users_find(struct ctx *, struct listing *) MUST_CHECK;

/* dao_found.c */
enum err users_found(struct db *, const struct user_asked *,
    const struct presence *, const struct page *, struct listing *) MUST_CHECK;

#endif
