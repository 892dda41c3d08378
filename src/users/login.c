/*
 * /login: a password for an access token. An unknown address costs the same
 * work and gets the same answer as a wrong password.
 */
#include "core/email.h"
#include "http/router.h"
#include "users/model.h"

struct attempt {
	struct user user; /* password NULL: unknown address */
	const char *email_key;
	bool is_wrong;
	const char *new_hash; /* when the stored one is stale */
};

static enum err
find_user(struct ctx *c)
{
	const struct login_form *in = INPUT(c, login_form);
	struct attempt *a = NEW(c->mem, struct attempt);
	enum err err;

	c->state = a;
	a->email_key = email_fold(c->mem, in->username);
	err = throttle_check(c, THROTTLE_LOGIN, a->email_key);
	if (err)
		return err;
	err = users_by_email(c->db, a->email_key, &a->user);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
check_password(struct ctx *c)
{
	const struct login_form *in = INPUT(c, login_form);
	struct password_cost cost = users_password_cost(c->config);
	struct attempt *a = c->state;

	a->is_wrong = !password_verify(&cost, a->user.password, in->password);
	if (a->is_wrong)
		return OK;
	if (!a->user.is_active)
		return fail(c, ERR_BAD_REQUEST, "Inactive user");
	if (password_is_stale(a->user.password, &cost))
		a->new_hash = password_hash(c->mem, &cost, in->password);
	return OK;
}

static enum err
count_failure(struct ctx *c, const struct attempt *a)
{
	enum err err = throttle_count(c, THROTTLE_LOGIN, a->email_key);

	return err ? err
		   : refuse(c, ERR_BAD_REQUEST, "Incorrect email or password");
}

static enum err
login_access_token(struct ctx *c)
{
	const struct attempt *a = c->state;
	struct session s = users_session(c->config, a->user.id);
	const char *hash = a->user.password;
	struct token_reply out = {.token_type = "bearer"};
	enum err err = OK;

	if (a->is_wrong)
		return count_failure(c, a);
	if (a->new_hash != NULL) {
		err = users_replace_password(
		    c->db, a->user.id, hash, a->new_hash);
		hash = a->new_hash;
	}
	if (!err)
		err = sessions_insert(c->db, &s, hash);
	if (!err)
		err = throttle_forgive(c, THROTTLE_LOGIN, a->email_key);
	if (err)
		return err;
	out.access_token = users_access_token(c->mem, c->config, &s);
	return reply(c, &out);
}

static enum err
test_token(struct ctx *c)
{
	return reply(c, c->user);
}

static const struct route routes[] = {
    ROUTE(POST, "/login/access-token", login_access_token, anyone,
	.prepare = find_user, .work = check_password, .lane = LANE_HASH,
	.in = &login_form, .out = &token_reply, .takes = TAKES_FORM,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_TOO_MANY),
	.doc = "Sign in: an access token for an address and a password"),
    ROUTE(POST, "/login/test-token", test_token, active_user,
	.out = &user_public, .tx = TX_READ, .doc = "Whose token this is"),
};

DOMAIN(login, "login", "Signing in", routes);
