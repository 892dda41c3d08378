/*
 * The views of API keys and of the confirmation of addresses.
 */
#include "auth/access.h"
#include "users/model.h"

#define T struct api_key_create
SCHEMA(api_key_create, "ApiKeyCreate",
    FIELD(name, .flags = REQUIRED, .min = 1, .max = 80),
    FIELD(permissions, .max = 50, .preset = "[]"),
    FIELD(expires_at, .flags = NULLABLE));
#undef T

#define T struct api_key_created
SCHEMA(api_key_created, "ApiKeyCreated", FIELD(id), FIELD(name), FIELD(prefix),
    FIELD(permissions), FIELD(created_at), FIELD(expires_at, .flags = NULLABLE),
    FIELD(last_used_at, .flags = NULLABLE),
    FIELD(key, .doc = "Shown this once"));
#undef T

LISTING(api_keys_public, "ApiKeys", api_key_row);

#define T struct email_state
SCHEMA(email_state, "EmailState", FIELD(email), FIELD(is_verified));
#undef T

#define T struct verify_request
SCHEMA(verify_request, "VerifyRequest",
    FIELD(new_email, .flags = NULLABLE, .max = 255, .format = FORMAT_EMAIL));
#undef T

#define T struct email_change
SCHEMA(email_change, "EmailChange", FIELD(user_id, .flags = REQUIRED),
    FIELD(old_email, .flags = REQUIRED), FIELD(new_email, .flags = REQUIRED),
    FIELD(locale, .flags = NULLABLE));
#undef T
