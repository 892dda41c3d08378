/*
 * /users/me/export: everything that is kept of the own account, as a file.
 */
#include <string.h>

#include "core/password.h"
#include "http/router.h"
#include "preferences/model.h"
#include "privacy/model.h"
#include "tasks/task.h"
#include "throttle/model.h"
#include "users/model.h"

#define HOUR INT64_C(3600000000)

/* Where nginx has EXPORT_DIR, for itself alone. */
#define FILES "/-/exports"

/* Who asks, and whether it knows the password. */
struct asking {
	struct user user;
	bool is_wrong;
};

static const char *
caller_id(struct ctx *c)
{
	char text[UUID_TEXT];

	return arena_strdup(c->mem, uuid_format(&c->user_id, text));
}

static enum err
load_caller(struct ctx *c)
{
	struct asking *a = NEW(c->mem, struct asking);
	enum err err;

	c->state = a;
	err = throttle_check(c, THROTTLE_PASSWORD, caller_id(c));
	return err ? err : users_by_id(c->db, c->user_id, &a->user);
}

static enum err
check_password(struct ctx *c)
{
	const struct export_request *in = INPUT(c, export_request);
	struct password_cost cost = users_password_cost(c->config);
	struct asking *a = c->state;

	a->is_wrong = !password_verify(&cost, a->user.password, in->password);
	return OK;
}

static enum err
reply_job(struct ctx *c, const struct export *e)
{
	struct export_job out = {.id = e->id,
	    .state = e->state,
	    .created_at = e->created_at,
	    .expires_at = e->expires_at};

	if (strcmp(e->state, EXPORT_READY) == 0)
		out.size.text =
		    arena_printf(c->mem, "%lld", (long long)e->size);
	if (e->expires_at.us <= time_now().us)
		out.state = EXPORT_EXPIRED;
	return reply(c, &out);
}

static enum err
create_export(struct ctx *c)
{
	const struct asking *a = c->state;
	struct timestamp now = time_now();
	const struct export e = {.id = uuid_new(),
	    .user_id = c->user_id,
	    .state = EXPORT_QUEUED,
	    .created_at = now,
	    .expires_at = {now.us + c->config->EXPORT_KEEP_HOURS * HOUR}};
	const struct export_ref job = {e.id, preferences_asked(c)};
	enum err err;

	if (a->is_wrong) {
		err = throttle_count(c, THROTTLE_PASSWORD, caller_id(c));
		return err ? err
			   : refuse_code(c, ERR_UNAUTHORIZED, "bad_password",
				 "Incorrect password");
	}
	/* Here, so that what was asked for with the same key is no more. */
	err = throttle_check(c, THROTTLE_EXPORT, caller_id(c));
	if (!err)
		err = throttle_forgive(c, THROTTLE_PASSWORD, caller_id(c));
	if (!err)
		err = throttle_count(c, THROTTLE_EXPORT, caller_id(c));
	if (!err)
		err = exports_insert(c->db, &e);
	if (!err)
		err = task_later(c->db, &export_account, &job);
	if (err)
		return err;
	trail_object(c, "export", e.id);
	return reply_job(c, &e);
}

static enum err
need_export(struct ctx *c, struct export *e)
{
	struct uuid id = INPUT(c, export_path)->job_id;
	enum err err = exports_by_id(c->db, c->user_id, id, e);

	return err == ERR_NOT_FOUND ? fail(c, err, "Export not found") : err;
}

static enum err
read_export(struct ctx *c)
{
	struct export e;
	enum err err = need_export(c, &e);

	return err ? err : reply_job(c, &e);
}

/* nginx sends the file itself. */
static enum err
read_export_content(struct ctx *c)
{
	char id[UUID_TEXT];
	struct export e;
	enum err err = need_export(c, &e);

	if (err)
		return err;
	if (e.expires_at.us <= time_now().us)
		return fail_code(c, ERR_NOT_FOUND, "export_expired",
		    "The file is not kept any more");
	if (strcmp(e.state, EXPORT_READY) != 0)
		return fail_code(c, ERR_CONFLICT, "export_not_ready",
		    "The file is not ready yet");
	uuid_format(&e.id, id);
	ctx_add_header(c, "X-Accel-Redirect: " FILES "/%s.json", id);
	ctx_add_header(c,
	    "Content-Disposition: attachment; filename=\"account-%s.json\"",
	    id);
	return reply_text(c, "application/json", "", 0);
}

static const struct route routes[] = {
    ROUTE(POST, "/users/me/export", create_export, session_user,
	.prepare = load_caller, .work = check_password, .lane = LANE_HASH,
	.in = &export_request, .out = &export_job, .tx = TX_WRITE,
	.idempotent = IDEMPOTENT, .status = 202,
	.refusals = ERRORS_OF(ERR_UNAUTHORIZED, ERR_TOO_MANY),
	.doc = "Ask for a file with everything about the own account"),
    ROUTE(GET, "/users/me/exports/{job_id}", read_export, session_user,
	.in = &export_path, .out = &export_job, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "Whether it is ready"),
    ROUTE(GET, "/users/me/exports/{job_id}/content", read_export_content,
	session_user, .in = &export_path, .out = &export_document,
	.tx = TX_READ, .refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "The file"),
};

DOMAIN(privacy, "users", "Accounts", routes, .coded = true);
