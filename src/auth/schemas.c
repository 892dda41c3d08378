/*
 * The views of sign-ins and sessions: what is taken in, what is answered, what
 * mails about them say.
 */
#include "auth/model.h"
#include "users/model.h"

#define NAME .flags = NULLABLE, .min = 1, .max = 80

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

#define T struct auth_login
SCHEMA(auth_login, "AuthLogin",
    FIELD(email, .flags = REQUIRED, .min = 1, .max = 255),
    FIELD(password, .flags = REQUIRED | SECRET, .min = 1, .max = 1024,
	.format = FORMAT_PASSWORD),
    FIELD(transport, .pattern = "^(bearer|cookie)$", .preset = "\"bearer\""),
    FIELD(device_id, .flags = NULLABLE), FIELD(device_name, NAME));
#undef T

#define T struct device
SCHEMA(device, "Device",
    FIELD(transport, .pattern = "^(bearer|cookie)$", .preset = "\"bearer\""),
    FIELD(device_id, .flags = NULLABLE), FIELD(device_name, NAME));
#undef T

#define T struct login_reply
SCHEMA(login_reply, "LoginReply", FIELD(access_token, .flags = OMITTED),
    FIELD(token_type, .flags = OMITTED), FIELD(expires_in),
    FIELD(refresh_token, .flags = OMITTED), FIELD(csrf_token, .flags = OMITTED),
    FIELD(session, .flags = OMITTED, .view = &session_list),
    FIELD(mfa_required), FIELD(mfa_token, .flags = OMITTED),
    FIELD(methods, .flags = OMITTED));
#undef T

#define T struct refresh
SCHEMA(refresh, "Refresh",
    FIELD(refresh_token, .flags = NULLABLE | SECRET, .max = 200));
#undef T

LISTING(sessions_public, "Sessions", session_list);

#define T struct session_rename
SCHEMA(session_rename, "SessionRename", FIELD(id, .from = FROM_PATH),
    FIELD(device_name, .flags = REQUIRED, .min = 1, .max = 80));
#undef T

#define T struct sessions_others
SCHEMA(sessions_others, "SessionsOthers",
    FIELD(others, .from = FROM_QUERY, .preset = "true"));
#undef T

#define T struct revoked
SCHEMA(revoked, "Revoked", FIELD(revoked));
#undef T

#define T struct csrf_reply
SCHEMA(csrf_reply, "Csrf", FIELD(csrf_token));
#undef T

#define T struct token_input
SCHEMA(token_input, "TokenInput",
    FIELD(token, .flags = REQUIRED | SECRET, .min = 1, .max = 200));
#undef T

#define T struct session_ref
SCHEMA(session_ref, "SessionRef", FIELD(user_id, .flags = REQUIRED),
    FIELD(session_id, .flags = REQUIRED), FIELD(device_name, .flags = NULLABLE),
    FIELD(user_agent, .flags = NULLABLE), FIELD(ip, .flags = NULLABLE),
    FIELD(what, .flags = NULLABLE), FIELD(at, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T

#define T struct session_mail
SCHEMA(session_mail, "SessionMail", FIELD(project_name), FIELD(email),
    FIELD(full_name, .flags = NULLABLE), FIELD(device_name, .flags = NULLABLE),
    FIELD(user_agent, .flags = NULLABLE), FIELD(ip, .flags = NULLABLE),
    FIELD(at), FIELD(what, .flags = NULLABLE), FIELD(link), FIELD(valid_hours),
    FIELD(site));
#undef T
