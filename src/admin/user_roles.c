/*
 * /admin/users/{id}/roles: who has which role. ROLE_ADMIN among them is the
 * account's is_superuser; an administrator alone gives or takes it.
 */
#include <string.h>

#include "admin/model.h"
#include "http/router.h"
#include "users/model.h"

static bool
has_admin(struct texts names)
{
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.item[i], ROLE_ADMIN) == 0)
			return true;
	return false;
}

/* ROLE_ADMIN first, the others by name. */
static enum err
names_of(struct ctx *c, const struct user *u, struct user_roles *out)
{
	struct list list;
	const char **name;
	const struct role *r;
	size_t n = 0;
	enum err err = roles_of(c->db, u->id, &list);

	if (err)
		return err;
	r = list.rows;
	name = NEW_N(c->mem, const char *, list.n + 2);
	if (u->is_superuser)
		name[n++] = ROLE_ADMIN;
	for (size_t i = 0; i < list.n; i++)
		name[n++] = r[i].name;
	out->roles = (struct texts){name, n};
	return OK;
}

static enum err
refuse_unknown(struct ctx *c, enum err err)
{
	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "User not found");
	return err;
}

static enum err
read_user_roles(struct ctx *c)
{
	struct user_roles out;
	struct user u;
	enum err err = users_by_id(c->db, INPUT(c, id_path)->id, &u);

	if (!err)
		err = names_of(c, &u, &out);
	return err ? refuse_unknown(c, err) : reply(c, &out);
}

/* Every one of them exists, and has nothing that the caller lacks. */
static enum err
check_roles(struct ctx *c, struct texts names)
{
	struct role r;
	enum err err = OK;

	for (size_t i = 0; i < names.n && !err; i++) {
		const char *name = names.item[i];

		if (strcmp(name, ROLE_ADMIN) == 0)
			continue;
		err = roles_lock(c->db, name, &r);
		if (err == ERR_NOT_FOUND)
			return fail_code(c, ERR_CONFLICT, "unknown_role",
			    "There is no role %s", name);
		if (!err)
			err = users_may_all(c, r.permissions);
		if (err == ERR_FORBIDDEN)
			return fail_code(c, err, "permission_lacking",
			    "The role %s has permissions that you do not have "
			    "yourself",
			    name);
	}
	return err;
}

/* The account, locked, when the caller may change it. */
static enum err
need_user(struct ctx *c, struct uuid id, struct user *u)
{
	enum err err = users_lock(c->db, id, u);

	return err ? refuse_unknown(c, err) : users_may_change(c, u);
}

static bool
is_last(const struct user *u, const struct list *staff)
{
	const struct user *first = staff->rows;

	return staff->n == 1 && uuid_equal(&first->id, &u->id);
}

/* `staff` is the first two active administrators, locked. */
static enum err
set_superuser(struct ctx *c, struct user *u, bool on, const struct list *staff)
{
	const struct user_patch p = {
	    .id = u->id, .sets_superuser = true, .is_superuser = on};

	if (u->is_superuser == on)
		return OK;
	if (!users_is_admin(c))
		return fail_code(c, ERR_FORBIDDEN, "permission_lacking",
		    "Only an administrator gives or takes the role %s",
		    ROLE_ADMIN);
	if (!on && is_last(u, staff))
		return fail_code(c, ERR_CONFLICT, "last_admin",
		    "The last active administrator has to stay one");
	u->is_superuser = on;
	return users_update(c->db, &p);
}

static struct texts
without_admin(struct arena *mem, struct texts names)
{
	const char **item = NEW_N(mem, const char *, names.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.item[i], ROLE_ADMIN) != 0)
			item[n++] = names.item[i];
	return (struct texts){item, n};
}

static enum err
assign(
    struct ctx *c, struct user *u, struct texts names, const struct list *staff)
{
	enum err err = check_roles(c, names);

	if (!err)
		err = set_superuser(c, u, has_admin(names), staff);
	if (err)
		return err;
	return roles_assign(c->db, u->id, without_admin(c->mem, names));
}

/* Administrators are locked before the account, as elsewhere. */
static enum err
put_user_roles(struct ctx *c)
{
	const struct user_roles_put *in = INPUT(c, user_roles_put);
	struct user_roles before, after;
	struct list staff = {0};
	struct user u;
	enum err err = OK;

	if (!has_admin(in->roles))
		err = users_lock_superusers(c->db, &staff);
	if (!err)
		err = need_user(c, in->id, &u);
	if (!err)
		err = names_of(c, &u, &before);
	if (!err)
		err = need_row(c, &user_roles, &before);
	if (!err)
		err = assign(c, &u, in->roles, &staff);
	if (!err)
		err = names_of(c, &u, &after);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	trail_change(c, &user_roles, &before, &after);
	return reply(c, &after);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/users/{id}/roles", read_user_roles, perm(perm_admin),
	.in = &id_path, .out = &user_roles, .tx = TX_SNAPSHOT,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "The roles of somebody"),
    ROUTE(PUT, "/admin/users/{id}/roles", put_user_roles, perm(perm_admin),
	.in = &user_roles_put, .out = &user_roles, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Give somebody exactly these roles"),
};

DOMAIN(admin_user_roles, "admin", "Administration", routes, .coded = true);
