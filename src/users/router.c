/*
 * /users: signing up, and what people do with their own account.
 */
#include "http/router.h"

#include <string.h>

#include "core/email.h"
#include "throttle/model.h"
#include "users/forms.h"

/* The row in full, which the caller's own view of it is not. */
struct account {
	struct user user;
	bool is_wrong;
	const char *new_hash;
};

static enum err
hash_new_user(struct ctx *c)
{
	const struct user_register *in = INPUT(c, user_register);
	struct password_cost cost = users_password_cost(c->config);
	struct account *a = NEW(c->mem, struct account);

	enum err err = users_check_password(
	    c, "password", in->password, in->email, in->full_name);

	if (err)
		return err;
	a->new_hash = password_hash(c->mem, &cost, in->password);
	c->state = a;
	return OK;
}

static enum err
register_user(struct ctx *c)
{
	const struct user_register *in = INPUT(c, user_register);
	const struct account *a = c->state;
	struct user u = users_new(c->mem, in->email);
	enum err err;

	u.full_name = in->full_name;
	u.password = a->new_hash;
	err = users_insert(c->db, &u);
	if (err == ERR_CONFLICT)
		return fail(c, ERR_BAD_REQUEST,
		    "The user with this email already exists in the system");
	if (!err && c->config->REQUIRE_VERIFIED_EMAIL)
		err = users_verify_later(c, u.id, u.email);
	if (err)
		return err;
	c->trail.actor = u.id;
	trail_object(c, "user", u.id);
	trail_change(c, &user_public_change, NULL, &u);
	return reply(c, &u);
}

static enum err
read_user_me(struct ctx *c)
{
	return reply(c, c->user);
}

static enum err
update_user_me(struct ctx *c)
{
	const struct user_update_me *in = INPUT(c, user_update_me);
	struct user_patch p = {.id = c->user_id};
	struct user was, u;
	/* Its address may have changed since the guard saw it. */
	enum err err = users_lock(c->db, c->user_id, &was);

	if (!err)
		err = need_row(c, &user_public, &was);
	if (err)
		return err;
	if (HAS(c, in, email)) {
		p.email = in->email;
		p.email_key = email_fold(c->mem, in->email);
		p.unverified = strcmp(in->email, was.email) != 0;
	}
	p.sets_full_name = HAS(c, in, full_name);
	p.full_name = in->full_name;
	err = users_update(c->db, &p);
	if (err == ERR_CONFLICT)
		return fail(c, err, "User with this email already exists");
	/* A link in the mailbox that was left must not open the account. */
	if (!err && p.unverified)
		err = users_leave_address(c, &was, &p);
	if (!err && p.unverified && c->config->REQUIRE_VERIFIED_EMAIL)
		err = users_verify_later(c, c->user_id, p.email);
	if (!err)
		err = users_by_id(c->db, c->user_id, &u);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	trail_change(c, &user_public_change, &was, &u);
	return reply(c, &u);
}

static const char *
caller_id(struct ctx *c)
{
	char text[UUID_TEXT];

	return arena_strdup(c->mem, uuid_format(&c->user_id, text));
}

static enum err
load_account(struct ctx *c)
{
	struct account *a = NEW(c->mem, struct account);
	enum err err;

	c->state = a;
	err = users_by_id(c->db, c->user_id, &a->user);
	if (err)
		return err;
	return throttle_check(c, THROTTLE_PASSWORD, caller_id(c));
}

static enum err
check_passwords(struct ctx *c)
{
	const struct update_password *in = INPUT(c, update_password);
	struct password_cost cost = users_password_cost(c->config);
	struct account *a = c->state;
	enum err err;

	a->is_wrong =
	    !password_verify(&cost, a->user.password, in->current_password);
	if (a->is_wrong)
		return OK;
	if (strcmp(in->current_password, in->new_password) == 0)
		return fail(c, ERR_BAD_REQUEST,
		    "New password cannot be the same as the current one");
	err = users_check_password(c, "new_password", in->new_password,
	    a->user.email, a->user.full_name);
	if (err)
		return err;
	a->new_hash = password_hash(c->mem, &cost, in->new_password);
	return OK;
}

static enum err
update_password_me(struct ctx *c)
{
	const struct account *a = c->state;
	enum err err;

	if (a->is_wrong) {
		err = throttle_count(c, THROTTLE_PASSWORD, caller_id(c));
		return err ? err
			   : refuse(c, ERR_BAD_REQUEST, "Incorrect password");
	}
	err = users_replace_password(
	    c->db, c->user_id, a->user.password, a->new_hash);
	if (!err)
		err = users_changed(c->db, c->user_id, c->session);
	if (!err)
		err = sessions_prove(c->db, c->session, time_now());
	if (!err)
		err = throttle_forgive(c, THROTTLE_PASSWORD, caller_id(c));
	if (err)
		return err;
	trail_object(c, "user", c->user_id);
	trail_change(c, &user_secret_change, &a->user,
	    &(struct user){.password = a->new_hash});
	return reply_message(c, "Password updated successfully");
}

static enum err
delete_user_me(struct ctx *c)
{
	struct user was;
	enum err err;

	if (c->user->is_superuser)
		return fail(c, ERR_FORBIDDEN,
		    "Super users are not allowed to delete themselves");
	err = users_lock(c->db, c->user_id, &was);
	if (!err)
		err = need_row(c, &user_public, &was);
	if (!err)
		err = users_delete(c->db, c->user_id);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	if (err)
		return err;
	if (c->via == VIA_COOKIE)
		cookies_clear(c);
	trail_object(c, "user", c->user_id);
	c->trail.forget = true;
	return reply_message(c, "User deleted successfully");
}

static const struct route routes[] = {
    ROUTE(PATCH, "/users/me", update_user_me, session_user,
	.in = &user_update_me, .out = &user_public, .takes = TAKES_JSON_LAX,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_CONFLICT),
	.doc = "Change the name or address of the own account"),
    ROUTE(PATCH, "/users/me/password", update_password_me, session_user,
	.prepare = load_account, .work = check_passwords, .lane = LANE_HASH,
	.in = &update_password, .out = &message, .takes = TAKES_JSON_LAX,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_BAD_REQUEST, ERR_TOO_MANY),
	.doc = "Change the own password; ends the other sessions"),
    ROUTE(GET, "/users/me", read_user_me, active_user, .out = &user_public,
	.tx = TX_READ, .doc = "The own account"),
    ROUTE(DELETE, "/users/me", delete_user_me, session_user, .out = &message,
	.tx = TX_WRITE, .doc = "Delete the own account"),
    ROUTE(POST, "/users/signup", register_user, anyone, .work = hash_new_user,
	.lane = LANE_HASH, .in = &user_register, .out = &user_public,
	.takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST), .doc = "Make an account"),
};

DOMAIN(users, "users", "Accounts", routes);
