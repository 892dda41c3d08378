/*
 * The views of administration.
 */
#include "admin/model.h"

#define T struct revoked_sessions
SCHEMA(revoked_sessions, "RevokedSessions", FIELD(revoked));
#undef T

#define T struct role_path
SCHEMA(role_path, "RolePath", FIELD(name, .from = FROM_PATH));
#undef T

#define T struct role_put
SCHEMA(role_put, "RolePut",
    FIELD(name, .from = FROM_PATH, .pattern = "^[a-z][a-z0-9_-]{0,62}$"),
    FIELD(permissions, .flags = REQUIRED));
#undef T

#define T struct permission_shown
SCHEMA(permission_shown, "Permission", FIELD(name), FIELD(doc));
#undef T

LISTING(permissions_public, "Permissions", permission_shown);

#define T struct user_roles_put
SCHEMA(user_roles_put, "UserRolesPut", FIELD(id, .from = FROM_PATH),
    FIELD(roles, .flags = REQUIRED, .max = 50));
#undef T

#define T struct user_roles
SCHEMA(user_roles, "UserRoles", FIELD(roles));
#undef T
