/*
 * /admin/cron: what recurs by itself, and a turn of it out of turn.
 */
#include "tasks/cron.h"

#include <string.h>

#include "http/dispatch.h"
#include "http/router.h"
#include "jobs/model.h"
#include "tasks/kinds.h"
#include "users/model.h"

/* NULL: no runner has been there yet. */
static const struct cron_row *
row_of(const struct list *clock, const char *kind)
{
	const struct cron_row *rows = clock->rows;

	for (size_t i = 0; i < clock->n; i++)
		if (strcmp(rows[i].kind, kind) == 0)
			return &rows[i];
	return NULL;
}

static enum err
show(struct ctx *c, const struct task_kind *kind, const struct cron_row *row,
    struct cron_shown *out)
{
	enum err err;

	*out = (struct cron_shown){
	    .name = kind->name, .doc = kind->doc, .every_s = kind->every_s};
	if (row != NULL) {
		out->last_run = row->last_run;
		out->next_run = row->next_run;
	}
	err = jobs_last(c->db, kind->name, &out->last_state);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
read_cron(struct ctx *c)
{
	const struct task_kind *const *kinds = c->app->kinds;
	struct listing out = {.count = 0};
	struct cron_shown *shown;
	struct list clock;
	enum err err = cron_list(c->db, &clock);
	size_t i, n = 0;

	for (i = 0; kinds[i] != NULL; i++)
		n += kinds[i]->every_s > 0;
	shown = NEW_N(c->mem, struct cron_shown, n + 1);
	out.data.rows = shown;
	for (i = 0; kinds[i] != NULL && !err; i++)
		if (kinds[i]->every_s > 0)
			err = show(c, kinds[i], row_of(&clock, kinds[i]->name),
			    &shown[out.data.n++]);
	out.count = (int64_t)out.data.n;
	return err ? err : reply(c, &out);
}

static enum err
run_cron(struct ctx *c)
{
	const struct task_kind *kind =
	    task_kind_find(c->app->kinds, INPUT(c, cron_path)->name);
	struct job job = {.kind = NULL};
	struct uuid id;
	enum err err;

	if (kind == NULL || kind->every_s <= 0)
		return fail_code(c, ERR_NOT_FOUND, "not_found",
		    "Nothing of that name recurs");
	err = cron_run(c->db, kind, time_now(), &id);
	if (err == ERR_CONFLICT)
		return fail_code(c, err, "under_way",
		    "%s is queued or running already", kind->name);
	if (!err)
		err = jobs_by_id(c->db, id, false, &job);
	if (err)
		return err;
	job_describe(c->app->kinds, &job);
	trail_note(c, "job", job.id, &job_change, NULL, &job);
	return reply(c, &job);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/cron", read_cron, perm(perm_jobs), .out = &cron_public,
	.tx = TX_READ, .doc = "Tasks that recur by themselves"),
    ROUTE(POST, "/admin/cron/{name}/run", run_cron, perm(perm_jobs),
	.in = &cron_path, .out = &job_public, .tx = TX_WRITE, .status = 202,
	.refusals = ERRORS_OF(ERR_NOT_FOUND, ERR_CONFLICT),
	.doc = "Queue one of them now, whenever its next turn is"),
};

DOMAIN(jobs_cron, "admin", "Administration", routes, .coded = true);
