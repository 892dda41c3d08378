/*
 * /admin/jobs: what stands in the queue of tasks, and a word on it.
 */
#include "http/router.h"
#include "http/dispatch.h"
#include "http/found.h"
#include "jobs/model.h"
#include "service/model.h"
#include "tasks/kinds.h"
#include "tasks/queue.h"
#include "users/model.h"

const struct permission perm_jobs = {
    "jobs", "See background tasks, retry and cancel them, run what recurs"};

static enum err
read_jobs(struct ctx *c)
{
	struct asked asked;
	struct found out = {0};
	enum err err = found_ask(c, &asked);

	if (!err)
		err = jobs_list(c->db, &asked, &out);
	if (!err && found_uncounted(&asked, &out))
		err = jobs_count(c->db, &asked, FOUND_COUNT, &out.count);
	if (err)
		return err;
	jobs_describe(c->app->kinds, &out.data);
	return reply_found(c, &asked, &out);
}

static enum err
need_job(struct ctx *c, bool lock, struct job *job)
{
	enum err err = jobs_by_id(c->db, INPUT(c, id_path)->id, lock, job);

	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "There is no such task");
	return err;
}

/* Whom mails are for is told to those who look after the mail. */
static enum err
choose_view(struct ctx *c, const struct job *job, const struct schema **args)
{
	const struct task_kind *kind = task_kind_find(c->app->kinds, job->kind);
	enum err err = job->mail ? users_may(c, &perm_system) : OK;

	*args = kind != NULL ? kind->args : NULL;
	if (err != ERR_FORBIDDEN)
		return err;
	*args = &mail_args;
	return OK;
}

static enum err
reply_job(struct ctx *c, struct job *job)
{
	const struct schema *args;
	enum err err = choose_view(c, job, &args);

	if (err)
		return err;
	job_describe(c->app->kinds, job);
	job->payload = job_payload(c->mem, job->args, args);
	return reply(c, job);
}

static enum err
read_job(struct ctx *c)
{
	struct job job = {.kind = NULL};
	enum err err = need_job(c, false, &job);

	return err ? err : reply_job(c, &job);
}

/* The same as `atrium tasks retry` and `cancel`. */
static enum err
change(struct ctx *c, enum err (*apply)(struct db *, struct uuid,
			  struct timestamp, struct task_row *))
{
	struct job was = {.kind = NULL}, job = {.kind = NULL};
	struct task_row found;
	enum err err = need_job(c, true, &was);

	if (err)
		return err;
	err = apply(c->db, was.id, time_now(), &found);
	if (err == ERR_CONFLICT)
		return fail_code(c, err, "wrong_state", "The task %s",
		    queue_obstacle(found.state));
	if (!err)
		err = need_job(c, false, &job);
	if (err)
		return err;
	trail_note(c, "job", job.id, &job_change, &was, &job);
	return reply_job(c, &job);
}

static enum err
retry_job(struct ctx *c)
{
	return change(c, queue_retry);
}

static enum err
cancel_job(struct ctx *c)
{
	return change(c, queue_cancel);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/jobs", read_jobs, perm(perm_jobs), .in = &job_query,
	.out = &jobs_public, .tx = TX_READ, .search = &jobs_search,
	.doc = "Background tasks, the newest first"),
    ROUTE(GET, "/admin/jobs/{id}", read_job, perm(perm_jobs), .in = &id_path,
	.out = &job_detail, .tx = TX_READ, .refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "All about one task"),
    ROUTE(POST, "/admin/jobs/{id}/retry", retry_job, perm(perm_jobs),
	.in = &id_path, .out = &job_detail, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Queue a task that is dead, cancelled or waits after a failure"
	       " again, to be run at once"),
    ROUTE(POST, "/admin/jobs/{id}/cancel", cancel_job, perm(perm_jobs),
	.in = &id_path, .out = &job_detail, .tx = TX_WRITE,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Take a task that waits, or is dead, out of the queue"),
};

DOMAIN(jobs, "admin", "Administration", routes, .coded = true);
