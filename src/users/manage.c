/*
 * /users and /users/{user_id}: what administrators do with accounts, and what
 * people see of their own by its id.
 */
#include "core/email.h"
#include "http/router.h"
#include "tasks/task.h"
#include "users/model.h"

static enum err
read_users(struct ctx *c)
{
	const struct page *in = INPUT(c, page);
	struct listing out;
	enum err err;

	err = users_list(c->db, in->skip, in->limit, &out.data, &out.count);
	return err ? err : reply(c, &out);
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
	return hash_password(c, INPUT(c, user_create)->password);
}

/* The mail holds a link to set a password: nobody else need know this one. */
static enum err
create_user(struct ctx *c)
{
	const struct user_create *in = INPUT(c, user_create);
	struct user u = users_new(c->mem, in->email);
	const struct user_ref whom = {u.id};
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
	return err ? err : reply(c, &u);
}

static enum err
read_user_by_id(struct ctx *c)
{
	const struct user_path *in = INPUT(c, user_path);
	struct user u;
	enum err err;

	if (uuid_equal(&in->user_id, &c->user_id))
		return reply(c, c->user);
	if (!c->user->is_superuser)
		return fail(c, ERR_FORBIDDEN,
		    "The user doesn't have enough privileges");
	err = users_by_id(c->db, in->user_id, &u);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	return err ? err : reply(c, &u);
}

static enum err
need_user(struct ctx *c)
{
	struct user u;
	enum err err = users_by_id(c->db, INPUT(c, user_update)->user_id, &u);

	if (err == ERR_NOT_FOUND)
		return fail(c, err,
		    "The user with this id does not exist in the system");
	return err;
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

static enum err
update_user(struct ctx *c)
{
	const struct user_update *in = INPUT(c, user_update);
	const struct user_patch p = patch_of(c, in);
	const struct uuid none = {{0}};
	bool own = uuid_equal(&in->user_id, &c->user_id);
	struct user u;
	enum err err;

	err = check_staff(c, &p);
	if (err)
		return err;
	err = users_update(c->db, &p);
	if (err == ERR_CONFLICT)
		return fail(c, err, "User with this email already exists");
	if (!err && (p.password != NULL || (p.sets_active && !p.is_active)))
		err =
		    users_changed(c->db, in->user_id, own ? c->session : none);
	if (!err && p.email != NULL)
		err = recovery_end(c->db, in->user_id);
	if (!err)
		err = users_by_id(c->db, in->user_id, &u);
	if (err == ERR_NOT_FOUND)
		return need_user(c); /* deleted in between: says so */
	return err ? err : reply(c, &u);
}

static enum err
delete_user(struct ctx *c)
{
	const struct user_path *in = INPUT(c, user_path);
	enum err err;

	if (uuid_equal(&in->user_id, &c->user_id))
		return fail(c, ERR_FORBIDDEN,
		    "Super users are not allowed to delete themselves");
	err = users_delete(c->db, in->user_id);
	if (err == ERR_NOT_FOUND)
		return fail(c, err, "User not found");
	return err ? err : reply_message(c, "User deleted successfully");
}

static const struct route routes[] = {
    ROUTE(GET, "/users/", read_users, superuser, .in = &page,
	.out = &users_public, .tx = TX_READ, .doc = "All accounts"),
    ROUTE(POST, "/users/", create_user, superuser, .work = hash_created,
	.lane = LANE_HASH, .in = &user_create, .out = &user_public,
	.takes = TAKES_JSON_LAX, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_BAD_REQUEST),
	.doc = "Make an account; a mail says how to set its password"),
    ROUTE(GET, "/users/{user_id}", read_user_by_id, active_user,
	.in = &user_path, .out = &user_public, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "One account"),
    ROUTE(PATCH, "/users/{user_id}", update_user, superuser,
	.prepare = need_user, .work = hash_updated, .lane = LANE_HASH,
	.in = &user_update, .out = &user_public, .takes = TAKES_JSON_LAX,
	.tx = TX_WRITE, .refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Change an account; a new password ends its sessions"),
    ROUTE(DELETE, "/users/{user_id}", delete_user, superuser, .in = &user_path,
	.out = &message, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "Delete an account and what it owns"),
};

DOMAIN(users_managed, "users", "Accounts", routes);
