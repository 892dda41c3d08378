/*
 * /users and /users/{user_id}: what administrators do with accounts, and what
 * people see of their own by its id.
 */
#include <string.h>

#include "core/email.h"
#include "http/router.h"
#include "tasks/task.h"
#include "users/forms.h"

static enum err
read_users(struct ctx *c)
{
	struct listing out;
	enum err err = users_find(c, &out);

	return err ? err : reply(c, &out);
}

/* Nobody gives what it does not have. */
static enum err
refuse_reach(struct ctx *c)
{
	return fail_code(c, ERR_FORBIDDEN, "not_allowed",
	    "The user doesn't have enough privileges");
}

/* c->state becomes the hash. */
static enum err
hash_password(struct ctx *c, const char *plain)
{
	struct password_cost cost = users_password_cost(c->config);

	c->state = (void *)(uintptr_t)password_hash(c->mem, &cost, plain);
	return OK;
}

static enum err
hash_created(struct ctx *c)
{
	const struct user_create *in = INPUT(c, user_create);
	enum err err = users_check_password(
	    c, "password", in->password, in->email, in->full_name);

	if (!err && in->is_superuser && !users_is_admin(c))
		return refuse_reach(c);
	return err ? err : hash_password(c, in->password);
}

/* The mail holds a link to set a password: nobody else need know this one. */
static enum err
create_user(struct ctx *c)
{
	const struct user_create *in = INPUT(c, user_create);
	struct user u = users_new(c->mem, in->email);
	/* Nothing is known of its owner: English. */
	const struct mail_ref whom = {u.id, NULL};
	enum err err;

	u.password = c->state;
	u.full_name = in->full_name;
	u.is_active = in->is_active;
	u.is_superuser = in->is_superuser;
	err = users_insert(c->db, &u);
	if (err == ERR_CONFLICT)
		return fail(c, ERR_BAD_REQUEST,
		    "The user with this email already exists in the system.");
	if (!err)
		err = task_later(c->db, &mail_new_account, &whom);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	trail_change(c, &user_public_change, NULL, &u);
	return reply(c, &u);
}

static enum err
read_user_by_id(struct ctx *c)
{
	const struct user_path *in = INPUT(c, user_path);
	struct user u;
	enum err err;

	if (uuid_equal(&in->user_id, &c->user_id))
		return reply(c, c->user);
	err = users_may(c, &perm_users);
	if (err == ERR_FORBIDDEN)
		return refuse_reach(c);
	if (!err)
		err = users_by_id(c->db, in->user_id, &u);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	return err ? err : reply(c, &u);
}

/* What was read of the account, when the caller may change it. */
static enum err
within_reach(struct ctx *c, enum err err, const struct user *u)
{
	if (err == ERR_NOT_FOUND)
		return fail(c, err,
		    "The user with this id does not exist in the system");
	return err ? err : users_may_change(c, u);
}

static enum err
check_update(struct ctx *c)
{
	const struct user_update *in = INPUT(c, user_update);
	struct user u;
	enum err err = within_reach(c, users_by_id(c->db, in->user_id, &u), &u);

	if (err)
		return err;
	if (HAS(c, in, is_superuser) && in->is_superuser != u.is_superuser &&
	    !users_is_admin(c))
		return refuse_reach(c);
	if (!HAS(c, in, password))
		return OK;
	return users_check_password(c, "password", in->password,
	    HAS(c, in, email) ? in->email : u.email,
	    HAS(c, in, full_name) ? in->full_name : u.full_name);
}

static enum err
hash_updated(struct ctx *c)
{
	const struct user_update *in = INPUT(c, user_update);

	return HAS(c, in, password) ? hash_password(c, in->password) : OK;
}

static struct user_patch
patch_of(struct ctx *c, const struct user_update *in)
{
	struct user_patch p = {.id = in->user_id,
	    .password = c->state,
	    .sets_full_name = HAS(c, in, full_name),
	    .full_name = in->full_name,
	    .sets_active = HAS(c, in, is_active),
	    .is_active = in->is_active,
	    .sets_superuser = HAS(c, in, is_superuser),
	    .is_superuser = in->is_superuser};

	if (HAS(c, in, email)) {
		p.email = in->email;
		p.email_key = email_fold(c->mem, in->email);
	}
	return p;
}

/* The last active administrator keeps the rights that nobody could give back.
 */
static enum err
check_staff(struct ctx *c, const struct user_patch *p)
{
	struct list staff;
	const struct user *last;
	enum err err;

	if (!(p->sets_active && !p->is_active) &&
	    !(p->sets_superuser && !p->is_superuser))
		return OK;
	err = users_lock_superusers(c->db, &staff);
	if (err || staff.n != 1)
		return err;
	last = staff.rows;
	if (!uuid_equal(&last->id, &p->id))
		return OK;
	return fail(
	    c, ERR_CONFLICT, "The last active administrator has to stay one");
}

/* What came in with the old password or address is closed. */
static enum err
end_access(struct ctx *c, const struct user_patch *p, const struct user *was)
{
	const struct uuid none = {{0}};
	bool own = uuid_equal(&p->id, &c->user_id);
	enum err err = OK;

	if (p->password != NULL || (p->sets_active && !p->is_active))
		err = users_changed(c->db, p->id, own ? c->session : none);
	if (!err && p->unverified)
		err = users_leave_address(c, was, p);
	return err;
}

static enum err
update_user(struct ctx *c)
{
	const struct user_update *in = INPUT(c, user_update);
	struct user_patch p = patch_of(c, in);
	struct user was, u;
	enum err err;

	err = check_staff(c, &p);
	if (!err)
		err =
		    within_reach(c, users_lock(c->db, in->user_id, &was), &was);
	if (!err)
		err = need_row(c, &user_public, &was);
	if (err)
		return err;
	p.unverified = p.email != NULL && strcmp(p.email, was.email) != 0;
	err = users_update(c->db, &p);
	if (err == ERR_CONFLICT)
		return fail(c, err, "User with this email already exists");
	if (!err)
		err = end_access(c, &p, &was);
	if (!err)
		err = users_by_id(c->db, in->user_id, &u);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	trail_change(c, &user_public_change, &was, &u);
	trail_change(c, &user_secret_change, &was, &u);
	return reply(c, &u);
}

static enum err
delete_user(struct ctx *c)
{
	const struct user_path *in = INPUT(c, user_path);
	/* To those who are left, it is as if it were made inactive. */
	const struct user_patch gone = {.id = in->user_id, .sets_active = true};
	struct user u;
	enum err err;

	if (uuid_equal(&in->user_id, &c->user_id))
		return fail(c, ERR_FORBIDDEN,
		    "Super users are not allowed to delete themselves");
	err = users_is_admin(c) ? check_staff(c, &gone) : OK;
	if (!err)
		err = users_lock(c->db, in->user_id, &u);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	if (!err)
		err = users_may_change(c, &u);
	if (!err)
		err = need_row(c, &user_public, &u);
	if (!err)
		err = users_delete(c->db, in->user_id);
	if (err)
		return err;
	trail_object(c, "user", u.id);
	c->trail.forget = true;
	return reply_message(c, "User deleted successfully");
}

static const struct route routes[] = {
    ROUTE(GET, "/users/", read_users, perm(perm_users), .in = &user_query,
	.out = &users_public, .tx = TX_READ,
	.doc = "All accounts, or those that were asked for"),
    ROUTE(POST, "/users/", create_user, perm(perm_users), .work = hash_created,
	.lane = LANE_HASH, .in = &user_create, .out = &user_public,
	.takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST),
	.doc = "Make an account; a mail says how to set its password"),
    ROUTE(GET, "/users/{user_id}", read_user_by_id, active_user,
	.in = &user_path, .out = &user_public, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "One account"),
    ROUTE(PATCH, "/users/{user_id}", update_user, perm(perm_users),
	.prepare = check_update, .work = hash_updated, .lane = LANE_HASH,
	.in = &user_update, .out = &user_public, .takes = TAKES_JSON_LAX,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Change an account; a new password ends its sessions"),
    ROUTE(DELETE, "/users/{user_id}", delete_user, perm(perm_users),
	.in = &user_path, .out = &message, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Delete an account and what it owns"),
};

DOMAIN(users_managed, "users", "Accounts", routes);
