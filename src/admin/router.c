/*
 * /admin/users/{id}: where somebody is signed in, the end of that, and the end
 * of a delay.
 */
#include "http/router.h"
#include "admin/model.h"
#include "core/email.h"
#include "throttle/model.h"
#include "users/model.h"

LISTING(user_sessions, "UserSessions", session_list);

static enum err
refuse_unknown(struct ctx *c, enum err err)
{
	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "User not found");
	return err;
}

/* Locked: nobody comes out of reach meanwhile. */
static enum err
need_user(struct ctx *c, struct user *u)
{
	enum err err = users_lock(c->db, INPUT(c, id_path)->id, u);

	return err ? refuse_unknown(c, err) : users_may_change(c, u);
}

static enum err
read_user_sessions(struct ctx *c)
{
	const struct id_path *in = INPUT(c, id_path);
	struct session *row;
	struct listing out;
	struct user u;
	enum err err = users_by_id(c->db, in->id, &u);

	if (!err)
		err = sessions_list(c->db, u.id, time_now(), &out.data);
	if (err)
		return refuse_unknown(c, err);
	row = (struct session *)(uintptr_t)out.data.rows;
	for (size_t i = 0; i < out.data.n; i++)
		row[i].current = uuid_equal(&row[i].id, &c->session);
	out.count = (int64_t)out.data.n;
	return reply(c, &out);
}

static enum err
end_user_sessions(struct ctx *c)
{
	const struct uuid none = {{0}};
	struct revoked_sessions out = {0};
	struct user u;
	enum err err = need_user(c, &u);

	if (!err)
		err = sessions_end_others(c->db, u.id, none, &out.revoked);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	return reply(c, &out);
}

static enum err
unlock_user(struct ctx *c)
{
	char id[UUID_TEXT];
	struct user u;
	enum err err = need_user(c, &u);

	if (!err)
		err = throttle_forgive(
		    c, THROTTLE_LOGIN, email_fold(c->mem, u.email));
	uuid_format(&u.id, id);
	if (!err)
		err = throttle_forgive(c, THROTTLE_PASSWORD, id);
	if (!err)
		err = throttle_forgive(c, THROTTLE_MFA, id);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/users/{id}/sessions", read_user_sessions,
	perm(perm_users), .in = &id_path, .out = &user_sessions, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "Where somebody is signed in"),
    ROUTE(DELETE, "/admin/users/{id}/sessions", end_user_sessions,
	perm(perm_users), .in = &id_path, .out = &revoked_sessions,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "Sign somebody out everywhere"),
    ROUTE(POST, "/admin/users/{id}/unlock", unlock_user, perm(perm_users),
	.in = &id_path, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "Forget somebody's failures to sign in"),
};

DOMAIN(admin_users, "admin", "Administration", routes, .coded = true);
