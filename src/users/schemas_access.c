/*
 * The views of API keys and roles.
 */
#include "users/model.h"

#define T struct api_key
SCHEMA(api_key_row, "ApiKey", FIELD(id), FIELD(name), FIELD(prefix),
    FIELD(permissions), FIELD(created_at), FIELD(expires_at, .flags = NULLABLE),
    FIELD(last_used_at, .flags = NULLABLE));
#undef T

/* ROLE_ADMIN was never made nor changed. */
#define T struct role
SCHEMA(role_row, "Role", FIELD(name), FIELD(permissions),
    FIELD(created_at, .flags = NULLABLE), FIELD(updated_at, .flags = NULLABLE));
SCHEMA(role_name, "RoleName", FIELD(name));
SCHEMA(role_change, "RoleChange", FIELD(permissions));
#undef T
