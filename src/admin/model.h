/*
 * Administration: roles and who has them, the sessions of others, the end of a
 * delay. Grouped by the file that implements.
 */
#ifndef ADMIN_MODEL_H
#define ADMIN_MODEL_H

#include "core/page.h"
#include "core/schema.h"

struct domain;
struct permission;

struct revoked_sessions {
	int64_t revoked;
};

struct role_path {
	const char *name;
};
struct role_put {
	const char *name;
	struct texts permissions;
};
/* A struct permission, as it is shown. */
struct permission_shown {
	const char *name;
	const char *doc;
};
struct user_roles_put {
	struct uuid id;
	struct texts roles;
};
struct user_roles {
	struct texts roles;
};

/* schemas.c */
extern const struct schema revoked_sessions, role_path, role_put;
extern const struct schema permissions_public, user_roles_put, user_roles;

/* roles.c: what a role is */
extern const struct permission perm_admin;
extern const struct schema roles_public;
extern const struct domain admin_roles;

/* user_roles.c: who has it */
extern const struct domain admin_user_roles;

/* router.c: what else is done about accounts */
extern const struct schema user_sessions;
extern const struct domain admin_users;

#endif
