/*
 * A password for tokens: /auth/login, and /login/access-token for clients of
 * FastAPI. An unknown address or a blocked account costs the same work as a
 * wrong password.
 */
#include "auth/model.h"
#include "core/email.h"
#include "core/password.h"
#include "http/router.h"
#include "throttle/model.h"
#include "users/model.h"

struct attempt {
	struct user user; /* password NULL: unknown address */
	const char *email, *email_key, *password;
	bool is_wrong;
	bool is_blocked;
	const char *new_hash; /* when the stored one is stale */
};

static enum err
find_account(struct ctx *c, const char *email, const char *password)
{
	struct attempt *a = NEW(c->mem, struct attempt);
	bool by_address;
	enum err err;

	c->state = a;
	a->email = email;
	a->password = password;
	a->email_key = email_fold(c->mem, email);
	err = throttle_look(c, THROTTLE_LOGIN, a->email_key, &by_address);
	if (err == ERR_TOO_MANY && !by_address)
		a->is_blocked = true;
	else if (err)
		return err;
	err = users_by_email(c->db, a->email_key, &a->user);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
find_by_form(struct ctx *c)
{
	const struct login_form *in = INPUT(c, login_form);

	return find_account(c, in->username, in->password);
}

static enum err
find_by_email(struct ctx *c)
{
	const struct auth_login *in = INPUT(c, auth_login);

	return find_account(c, in->email, in->password);
}

/* c->detail and c->retry_s are those of the block, when there is one. */
static enum err
check_password(struct ctx *c)
{
	struct password_cost cost = users_password_cost(c->config);
	struct attempt *a = c->state;

	a->is_wrong = !password_verify(&cost, a->user.password, a->password);
	if (a->is_blocked)
		return ERR_TOO_MANY;
	if (a->is_wrong || !a->user.is_active)
		return OK;
	if (password_is_stale(a->user.password, &cost))
		a->new_hash = password_hash(c->mem, &cost, a->password);
	return OK;
}

/* Known or not, the same is written and said. */
static enum err
refuse_password(
    struct ctx *c, const struct attempt *a, enum err status, const char *detail)
{
	enum err err = throttle_count(c, THROTTLE_LOGIN, a->email_key);

	if (err)
		return err;
	c->trail.refused = true;
	trail_object(c, "user", a->user.id);
	return refuse_code(
	    c, status, c->coded ? "bad_credentials" : NULL, detail);
}

/* The proof of the password, with its hash made anew when it was stale. */
static enum err
prove(struct ctx *c, const struct attempt *a, struct sign_in *s)
{
	s->user = &a->user;
	s->phc = a->user.password;
	if (a->new_hash == NULL)
		return OK;
	s->phc = a->new_hash;
	return users_replace_password(
	    c->db, a->user.id, a->user.password, a->new_hash);
}

static enum err
login_access_token(struct ctx *c)
{
	const struct attempt *a = c->state;
	int64_t minutes = c->config->ACCESS_TOKEN_EXPIRE_MINUTES;
	struct timestamp expires = {time_now().us + minutes * 60000000};
	struct token_reply out = {.token_type = "bearer"};
	struct sign_in s = {.device.transport = "password"};
	struct session begun;
	enum err err;

	if (a->is_wrong)
		return refuse_password(
		    c, a, ERR_BAD_REQUEST, "Incorrect email or password");
	if (!a->user.is_active)
		return fail(c, ERR_BAD_REQUEST, "Inactive user");
	if (a->user.has_mfa)
		return fail(c, ERR_BAD_REQUEST,
		    "This account has a second factor: sign in by "
		    "/auth/login");
	if (c->config->REQUIRE_VERIFIED_EMAIL && a->user.verified_at.us == 0)
		return auth_refuse_unverified(c, &a->user);
	err = prove(c, a, &s);
	if (!err)
		err = auth_begin_session(c, &s, expires, &begun);
	if (err)
		return err;
	out.access_token = users_access_token(c, &begun, expires);
	return reply(c, &out);
}

static enum err
log_in(struct ctx *c)
{
	const struct auth_login *in = INPUT(c, auth_login);
	const struct attempt *a = c->state;
	struct sign_in s = {
	    .device = {in->transport, in->device_id, in->device_name}};
	enum err err;

	if (a->is_wrong)
		return refuse_password(c, a, ERR_UNAUTHORIZED,
		    "The address or the password is wrong");
	err = prove(c, a, &s);
	return err ? err : auth_sign_in(c, &s);
}

static enum err
test_token(struct ctx *c)
{
	return reply(c, c->user);
}

static const struct route routes[] = {
    ROUTE(POST, "/login/access-token", login_access_token, anyone,
	.prepare = find_by_form, .work = check_password, .lane = LANE_HASH,
	.in = &login_form, .out = &token_reply, .takes = TAKES_FORM,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_TOO_MANY),
	.doc = "Sign in: an access token for an address and a password"),
    ROUTE(POST, "/login/test-token", test_token, active_user,
	.out = &user_public, .tx = TX_READ, .doc = "Whose token this is"),
};

static const struct route auth_routes[] = {
    ROUTE(POST, "/auth/login", log_in, anyone, .prepare = find_by_email,
	.work = check_password, .lane = LANE_HASH, .in = &auth_login,
	.out = &login_reply, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_FORBIDDEN, ERR_TOO_MANY),
	.doc = "Sign in: tokens, or cookies, or what is missing for them"),
};

DOMAIN(login, "login", "Signing in", routes);
DOMAIN(auth_login_domain, "auth", "Sessions, devices and second factors",
    auth_routes, .coded = true);
