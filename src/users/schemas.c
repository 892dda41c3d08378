/*
 * The views of accounts: what is stored, what is shown, what is taken in.
 * Order of fields is order in JSON.
 */
#include "users/model.h"

#define T struct user
SCHEMA(user_row, "UserRow", FIELD(id), FIELD(email), FIELD(password),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at));
SCHEMA(user_caller, "UserCaller", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at));
SCHEMA(user_public, "UserPublic", FIELD(email, .format = FORMAT_EMAIL),
    FIELD(is_active), FIELD(is_superuser), FIELD(full_name, .flags = NULLABLE),
    FIELD(id), FIELD(created_at, .flags = NULLABLE));
#undef T

#define T struct user_register
SCHEMA(user_register, "UserRegister",
    FIELD(email, .flags = REQUIRED, .max = 255, .format = FORMAT_EMAIL),
    FIELD(password, .flags = REQUIRED | SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD),
    FIELD(full_name, .flags = NULLABLE, .max = 255));
#undef T

#define T struct user_update_me
SCHEMA(user_update_me, "UserUpdateMe",
    FIELD(full_name, .flags = NULLABLE, .max = 255),
    FIELD(email, .max = 255, .format = FORMAT_EMAIL));
#undef T

#define T struct update_password
SCHEMA(update_password, "UpdatePassword",
    FIELD(current_password, .flags = REQUIRED | SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD),
    FIELD(new_password, .flags = REQUIRED | SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD));
#undef T

#define T struct login_form
SCHEMA(login_form, "LoginForm",
    FIELD(grant_type, .flags = NULLABLE, .pattern = "^password$"),
    FIELD(username, .flags = REQUIRED),
    FIELD(password, .flags = REQUIRED | SECRET, .format = FORMAT_PASSWORD),
    FIELD(scope, .preset = "\"\""), FIELD(client_id, .flags = NULLABLE),
    FIELD(
	client_secret, .flags = NULLABLE | SECRET, .format = FORMAT_PASSWORD));
#undef T

#define T struct token_reply
SCHEMA(token_reply, "Token", FIELD(access_token),
    FIELD(token_type, .preset = "\"bearer\""));
#undef T

#define T struct message
SCHEMA(message, "Message", FIELD(message));
#undef T
