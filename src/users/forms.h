/*
 * What the routes of accounts take in. The views stand in schemas.c.
 */
#ifndef USERS_FORMS_H
#define USERS_FORMS_H

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

extern const struct schema user_update_me, update_password, user_create;
extern const struct schema user_update, user_path, private_user_create;
extern const struct schema email_path, new_password;

#endif
