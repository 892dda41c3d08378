/*
 * /private: accounts for the tests of front ends, without any check. It
 * exists in development alone (app.c).
 */
#include "core/email.h"
#include "http/router.h"
#include "users/forms.h"

static enum err
hash_password(struct ctx *c)
{
	const struct private_user_create *in = INPUT(c, private_user_create);
	struct password_cost cost = users_password_cost(c->config);

	c->state =
	    (void *)(uintptr_t)password_hash(c->mem, &cost, in->password);
	return OK;
}

static enum err
create_user(struct ctx *c)
{
	const struct private_user_create *in = INPUT(c, private_user_create);
	struct user u = users_new(c->mem, in->email);
	enum err err;

	u.password = c->state;
	u.full_name = in->full_name;
	if (in->is_verified)
		u.verified_at = u.created_at;
	err = users_insert(c->db, &u);
	if (err == ERR_CONFLICT)
		return fail(c, err, "User with this email already exists");
	if (err)
		return err;
	trail_object(c, "user", u.id);
	return reply(c, &u);
}

static const struct route routes[] = {
    ROUTE(POST, "/private/users/", create_user, anyone, .work = hash_password,
	.lane = LANE_HASH, .in = &private_user_create, .out = &user_public,
	.takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_CONFLICT),
	.doc = "Make an account for a test"),
};

DOMAIN(private_users, "private", "Tests of front ends", routes);
