/*
 * /admin/mail: what left, what will, and what could not.
 */
#include "core/email.h"
#include "http/dispatch.h"
#include "http/found.h"
#include "http/router.h"
#include "jobs/model.h"
#include "service/model.h"
#include "tasks/queue.h"
#include "users/model.h"

static enum err
read_mails(struct ctx *c)
{
	struct mail_query in = *INPUT(c, mail_query);
	struct asked asked, by_key;
	struct found out = {0};
	enum err err = found_ask(c, &asked);

	if (err)
		return err;
	/* A cursor is of the question as it was asked. */
	by_key = asked;
	by_key.input = &in;
	if (in.to != NULL)
		in.to = email_fold(c->mem, in.to);
	err = jobs_list(c->db, &by_key, &out);
	if (!err && found_uncounted(&asked, &out))
		err = jobs_count(c->db, &by_key, FOUND_COUNT, &out.count);
	if (err)
		return err;
	jobs_describe(c->app->kinds, &out.data);
	return reply_found(c, &asked, &out);
}

static enum err
retry_mail(struct ctx *c)
{
	struct job was = {.kind = NULL}, job = {.kind = NULL};
	struct task_row found;
	enum err err = jobs_by_id(c->db, INPUT(c, id_path)->id, true, &was);

	if (err == ERR_NOT_FOUND || (!err && !was.mail))
		return fail_code(
		    c, ERR_NOT_FOUND, "not_found", "There is no such mail");
	if (!err)
		err = queue_retry(c->db, was.id, time_now(), &found);
	if (err == ERR_CONFLICT)
		return fail_code(c, err, "wrong_state", "The mail %s",
		    queue_obstacle(found.state));
	if (!err)
		err = jobs_by_id(c->db, was.id, false, &job);
	if (err)
		return err;
	job_describe(c->app->kinds, &job);
	trail_note(c, "job", job.id, &job_change, &was, &job);
	return reply(c, &job);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/mail/", read_mails, perm(perm_system), .in = &mail_query,
	.out = &mails_public, .tx = TX_READ, .search = &mails_search,
	.doc = "Mails, the newest first"),
    ROUTE(POST, "/admin/mail/{id}/retry", retry_mail, perm(perm_system),
	.in = &id_path, .out = &mail_public, .tx = TX_WRITE, .status = 202,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Send a mail that did not leave, at once"),
};

DOMAIN(jobs_mails, "admin", "Administration", routes, .coded = true);
