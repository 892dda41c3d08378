/*
 * /admin/roles: sets of permissions, by name. Nobody makes one of what it lacks
 * itself, nor changes one that has more.
 */
#include <string.h>

#include "admin/model.h"
#include "http/dispatch.h"
#include "users/model.h"

const struct permission perm_admin = {
    "admin", "See and change roles, and who has them"};

LISTING(roles_public, "Roles", role_row);

static size_t
count(const struct permission *const *all)
{
	size_t n = 0;

	while (all[n] != NULL)
		n++;
	return n;
}

static enum err
read_permissions(struct ctx *c)
{
	const struct permission *const *all = c->app->permissions;
	size_t n = count(all);
	struct permission_shown *row =
	    NEW_N(c->mem, struct permission_shown, n);
	const struct listing out = {{row, n}, (int64_t)n};

	for (size_t i = 0; i < n; i++)
		row[i] = (struct permission_shown){all[i]->name, all[i]->doc};
	return reply(c, &out);
}

/* ROLE_ADMIN has no row: it may everything that there is. */
static struct role
built_in(struct ctx *c)
{
	const struct permission *const *all = c->app->permissions;
	size_t n = count(all);
	const char **name = NEW_N(c->mem, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		name[i] = all[i]->name;
	return (struct role){.name = ROLE_ADMIN, .permissions = {name, n}};
}

static enum err
read_roles(struct ctx *c)
{
	struct list stored;
	struct listing out;
	struct role *row;
	enum err err = roles_list(c->db, &stored);

	if (err)
		return err;
	row = NEW_N(c->mem, struct role, stored.n + 1);
	row[0] = built_in(c);
	if (stored.n > 0)
		memcpy(row + 1, stored.rows, stored.n * sizeof(*row));
	out = (struct listing){{row, stored.n + 1}, (int64_t)stored.n + 1};
	return reply(c, &out);
}

/* The role as it is, locked; ERR_NOT_FOUND when it is not yet. */
static enum err
need_role(struct ctx *c, const char *name, struct role *r)
{
	enum err err;

	if (strcmp(name, ROLE_ADMIN) == 0)
		return fail_code(c, ERR_CONFLICT, "built_in",
		    "The role %s is built in: nobody changes it", ROLE_ADMIN);
	err = roles_lock(c->db, name, r);
	if (!err)
		err = users_may_all(c, r->permissions);
	if (err == ERR_FORBIDDEN)
		return fail_code(c, err, "permission_lacking",
		    "The role has permissions that you do not have yourself");
	return err;
}

static enum err
put_role(struct ctx *c)
{
	const struct role_put *in = INPUT(c, role_put);
	struct role was, r = {.name = in->name};
	bool created = false, found;
	enum err err;

	err = users_may_give(c, "permissions", in->permissions, &r.permissions);
	if (err)
		return err;
	err = need_role(c, in->name, &was);
	found = !err;
	if (err && err != ERR_NOT_FOUND)
		return err;
	err = found ? need_row(c, &role_row, &was) : need_version(c, 0);
	if (err)
		return err;
	r.updated_at = time_now();
	r.created_at = found ? was.created_at : r.updated_at;
	err = roles_put(c->db, &r, &created);
	/* One that was made meanwhile has not been looked at. */
	if (!err && !found && !created)
		err = ERR_RETRY;
	if (err)
		return err;
	trail_named(c, "role", r.name);
	trail_change(c, &role_change, found ? &was : NULL, &r);
	return reply_status(c, created ? 201 : 200, &r);
}

static enum err
delete_role(struct ctx *c)
{
	const char *name = INPUT(c, role_path)->name;
	struct role was;
	enum err err = need_role(c, name, &was);

	if (!err)
		err = roles_delete(c->db, name);
	else if (err != ERR_NOT_FOUND)
		return err;
	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "There is no such role");
	if (err == ERR_CONFLICT)
		return fail_code(c, err, "in_use",
		    "Somebody has this role: take it away first");
	if (err)
		return err;
	trail_named(c, "role", name);
	trail_change(c, &role_change, &was, NULL);
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/permissions", read_permissions, perm(perm_admin),
	.out = &permissions_public, .tx = TX_NONE,
	.doc = "What roles and API keys can be made of"),
    ROUTE(GET, "/admin/roles", read_roles, perm(perm_admin),
	.out = &roles_public, .tx = TX_READ,
	.doc = "The roles, the built-in one first"),
    ROUTE(PUT, "/admin/roles/{name}", put_role, perm(perm_admin),
	.in = &role_put, .out = &role_row, .tx = TX_WRITE, .other_status = 201,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_CONFLICT),
	.doc = "Make a role, or change what it may"),
    ROUTE(DELETE, "/admin/roles/{name}", delete_role, perm(perm_admin),
	.in = &role_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Delete a role that nobody has"),
};

DOMAIN(admin_roles, "admin", "Administration", routes, .coded = true);
