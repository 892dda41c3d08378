/*
 * The views of accounts: what is stored, what is shown, what is taken in.
 * Order of fields is order in JSON.
 */
#include "users/forms.h"

#define T struct user
SCHEMA(user_row, "UserRow", FIELD(id), FIELD(email), FIELD(password),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(has_mfa), FIELD(verified_at, .flags = NULLABLE));
SCHEMA(user_plain, "UserPlain", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at));
SCHEMA(user_caller, "UserCaller", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(seen_at, .flags = NULLABLE), FIELD(by_cookie));
SCHEMA(user_listed, "UserListed", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(total));
SCHEMA(user_owner, "UserOwner", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(seen_at, .flags = NULLABLE), FIELD(by_cookie),
    FIELD(has_roles), FIELD(total), FIELD(version));
SCHEMA(user_by_key, "UserKey", FIELD(id), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(is_active), FIELD(is_superuser),
    FIELD(created_at), FIELD(seen_at, .flags = NULLABLE), FIELD(key_id),
    FIELD(permissions), FIELD(has_roles), FIELD(total), FIELD(version));
SCHEMA(user_public_change, "UserChange", FIELD(email), FIELD(is_active),
    FIELD(is_superuser), FIELD(full_name, .flags = NULLABLE));
SCHEMA(user_secret_change, "UserSecretChange",
    FIELD(password, .flags = SECRET | NULLABLE));
SCHEMA(user_total, "UserTotal", FIELD(total));
SCHEMA(user_public, "UserPublic", FIELD(email, .format = FORMAT_EMAIL),
    FIELD(is_active), FIELD(is_superuser), FIELD(full_name, .flags = NULLABLE),
    FIELD(id), FIELD(created_at, .flags = NULLABLE));
#undef T

LISTING(users_public, "UsersPublic", user_public);

#define T struct user_query
SCHEMA(user_query, "UserQuery",
    FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = INT64_MAX,
	.preset = "0"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 1000, .preset = "100"),
    FIELD(q, .from = FROM_QUERY, .max = 255,
	.doc = "Words of the name and the address, the last may go on; or "
	       "how an address begins, with its @. At most 1000 that words "
	       "find are counted"),
    FIELD(is_active, .from = FROM_QUERY),
    FIELD(is_superuser, .from = FROM_QUERY));
#undef T

#define T struct user_asked
SCHEMA(user_asked, "UserAsked", FIELD(words), FIELD(address), FIELD(is_active),
    FIELD(is_superuser));
#undef T

#define T struct user_path
SCHEMA(user_path, "UserPath", FIELD(user_id, .from = FROM_PATH));
#undef T

#define T struct user_create
SCHEMA(user_create, "UserCreate",
    FIELD(email, .flags = REQUIRED, .max = 255, .format = FORMAT_EMAIL),
    FIELD(is_active, .preset = "true"), FIELD(is_superuser, .preset = "false"),
    FIELD(full_name, .flags = NULLABLE, .max = 255),
    FIELD(password, .flags = REQUIRED | SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD));
#undef T

#define T struct user_update
SCHEMA(user_update, "UserUpdate", FIELD(user_id, .from = FROM_PATH),
    FIELD(email, .max = 255, .format = FORMAT_EMAIL), FIELD(is_active),
    FIELD(is_superuser), FIELD(full_name, .flags = NULLABLE, .max = 255),
    FIELD(password, .flags = SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD));
#undef T

#define T struct private_user_create
SCHEMA(private_user_create, "PrivateUserCreate",
    FIELD(email, .flags = REQUIRED, .max = 255),
    FIELD(password, .flags = REQUIRED | SECRET, .max = 1024,
	.format = FORMAT_PASSWORD),
    FIELD(full_name, .flags = REQUIRED, .max = 255),
    FIELD(is_verified, .preset = "false"));
#undef T

#define T struct email_path
SCHEMA(email_path, "EmailPath", FIELD(email, .from = FROM_PATH));
#undef T

#define T struct new_password
SCHEMA(new_password, "NewPassword", FIELD(token, .flags = REQUIRED | SECRET),
    FIELD(new_password, .flags = REQUIRED | SECRET, .min = 8, .max = 128,
	.format = FORMAT_PASSWORD));
#undef T

#define T struct user_ref
SCHEMA(user_ref, "UserRef", FIELD(user_id, .flags = REQUIRED));
#undef T

#define T struct mail_ref
SCHEMA(mail_ref, "MailRef", FIELD(user_id, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T

#define T struct email_ref
SCHEMA(email_ref, "EmailRef", FIELD(email_key, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T

#define T struct verify_ref
SCHEMA(verify_ref, "VerifyRef", FIELD(user_id, .flags = REQUIRED),
    FIELD(email, .flags = REQUIRED), FIELD(locale, .flags = NULLABLE));
#undef T

#define T struct account_mail
SCHEMA(account_mail, "AccountMail", FIELD(project_name), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(link), FIELD(valid_hours),
    FIELD(site));
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

#define T struct session
SCHEMA(session_row, "SessionRow", FIELD(id), FIELD(user_id), FIELD(created_at),
    FIELD(expires_at), FIELD(transport), FIELD(device_id, .flags = NULLABLE),
    FIELD(device_name, .flags = NULLABLE), FIELD(user_agent, .flags = NULLABLE),
    FIELD(ip, .flags = NULLABLE), FIELD(last_seen_at, .flags = NULLABLE),
    FIELD(generation), FIELD(rotated_at, .flags = NULLABLE),
    FIELD(proven_at, .flags = NULLABLE));
SCHEMA(session_list, "Session", FIELD(id), FIELD(device_id, .flags = NULLABLE),
    FIELD(device_name, .flags = NULLABLE), FIELD(user_agent, .flags = NULLABLE),
    FIELD(ip, .flags = NULLABLE), FIELD(created_at),
    FIELD(last_seen_at, .flags = NULLABLE), FIELD(expires_at), FIELD(current));
#undef T
