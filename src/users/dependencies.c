/*
 * The guards that routes name, and what staff may do.
 */
#include <string.h>

#include "http/dispatch.h"
#include "users/model.h"

const struct permission perm_users = {"users",
    "See, make, change, unlock and delete accounts, and end their sessions"};

const enum err users_refusals[] = {
    ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_BAD_REQUEST, OK};
const enum err users_coded_refusals[] = {ERR_UNAUTHORIZED, ERR_FORBIDDEN, OK};

static bool
holds(struct texts set, const char *name)
{
	for (size_t i = 0; i < set.n; i++)
		if (strcmp(set.item[i], name) == 0)
			return true;
	return false;
}

static bool
grants(const struct list *roles, const char *name)
{
	const struct role *r = roles->rows;

	for (size_t i = 0; i < roles->n; i++)
		if (holds(r[i].permissions, name))
			return true;
	return false;
}

/* What the caller may, given its roles. */
static bool
may(const struct ctx *c, const struct list *own, const char *name)
{
	if (c->via == VIA_KEY && !holds(c->permissions, name))
		return false;
	return c->user->is_superuser || grants(own, name);
}

enum err
users_may(struct ctx *c, const struct permission *p)
{
	struct list own = {0};
	enum err err = OK;

	if (!c->user->is_superuser)
		err = roles_of(c->db, c->user_id, &own);
	if (err)
		return err;
	return may(c, &own, p->name) ? OK : ERR_FORBIDDEN;
}

enum err
users_allowed(struct ctx *c, struct texts *out)
{
	const struct permission *const *all = c->app->permissions;
	struct list own = {0};
	const char **item;
	size_t n = 0;
	enum err err = OK;

	while (all[n] != NULL)
		n++;
	item = NEW_N(c->mem, const char *, n + 1);
	if (!c->user->is_superuser)
		err = roles_of(c->db, c->user_id, &own);
	for (n = 0; !err && *all != NULL; all++)
		if (may(c, &own, (*all)->name))
			item[n++] = (*all)->name;
	*out = (struct texts){item, n};
	return err;
}

enum err
users_reach(struct ctx *c, struct uuid owner, const struct permission *p)
{
	enum err err = OK;

	if (!uuid_equal(&owner, &c->user_id))
		err = users_may(c, p);
	if (err == ERR_FORBIDDEN)
		return fail(c, err, "Not enough permissions");
	return err;
}

bool
users_is_admin(const struct ctx *c)
{
	return c->user->is_superuser && c->via != VIA_KEY;
}

static enum err
not_allowed(struct ctx *c)
{
	return fail_code(c, ERR_FORBIDDEN, "not_allowed",
	    "The user doesn't have enough privileges");
}

enum err
users_may_change(struct ctx *c, const struct user *u)
{
	struct list own = {0}, its;
	const struct role *r;
	enum err err;

	if (users_is_admin(c))
		return OK;
	if (uuid_equal(&u->id, &c->user_id))
		return c->via == VIA_KEY ? not_allowed(c) : OK;
	if (u->is_superuser)
		return not_allowed(c);
	err = roles_of(c->db, c->user_id, &own);
	if (!err)
		err = roles_of(c->db, u->id, &its);
	if (err)
		return err;
	r = its.rows;
	for (size_t i = 0; i < its.n; i++)
		for (size_t j = 0; j < r[i].permissions.n; j++)
			if (!may(c, &own, r[i].permissions.item[j]))
				return not_allowed(c);
	return OK;
}

enum err
users_permitted(struct ctx *c)
{
	enum err err = users_authenticate(c);

	if (!err)
		err = users_may(c, c->route->guard->needs);
	return err == ERR_FORBIDDEN && c->detail == NULL ? not_allowed(c) : err;
}

static enum err
check_session(struct ctx *c)
{
	enum err err = users_authenticate(c);

	if (!err && c->via == VIA_KEY)
		return fail_code(c, ERR_FORBIDDEN, "session_required",
		    "An API key cannot do this: sign in");
	return err;
}

static enum err
check_visitor(struct ctx *c)
{
	if (ctx_header(c, "authorization") == NULL &&
	    cookie_get(c, COOKIE_ACCESS) == NULL)
		return OK;
	return users_authenticate(c);
}

const struct guard active_user = {.scheme = "OAuth2PasswordBearer",
    .check = users_authenticate,
    .refusals = users_refusals,
    .coded = users_coded_refusals};
const struct guard session_user = {.scheme = "OAuth2PasswordBearer",
    .check = check_session,
    .refusals = users_refusals,
    .coded = users_coded_refusals};
const struct guard visitor = {.scheme = "OAuth2PasswordBearer",
    .check = check_visitor,
    .refusals = users_refusals,
    .coded = users_coded_refusals,
    .optional = true};
