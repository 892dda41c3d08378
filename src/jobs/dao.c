/*
 * The table of tasks, read for people. Who changes it is tasks/queue.h; each
 * filter here has an index that gives the order too.
 */
#include "db/search.h"
#include "jobs/model.h"

#define ONE                                                      \
	"SELECT id, kind, stage, attempts, run_at, runner,"      \
	" last_error, created_at, recipient, mail, lease_until," \
	" args FROM tasks WHERE id = ?"

const struct search jobs_search = {.table = "tasks",
    .row = &job_row,
    .key = "id",
    FILTERS({"kind", "kind", SEARCH_IS}, {"state", "stage", SEARCH_IS}),
    ORDERS({"created_at", "id"}),
    INDEXES(INDEX("PRIMARY", "id"), INDEX("tasks_newest", "kind", "id"),
	INDEX("tasks_stage", "stage", "id"),
	INDEX("tasks_kind", "kind", "stage", "id")),
    .preset = "-created_at"};

/* Who has a recipient is a mail: an index on that need not say so. */
const struct search mails_search = {.table = "tasks",
    .row = &job_row,
    .key = "id",
    FILTERS({"to", "recipient_key", SEARCH_IS}, {"state", "stage", SEARCH_IS}),
    ORDERS({"created_at", "id"}),
    INDEXES(INDEX("tasks_mail", "mail", "id"),
	INDEX("tasks_mail_stage", "mail", "stage", "id"),
	INDEX("tasks_recipient", "recipient_key", "id"),
	INDEX("tasks_recipient_stage", "recipient_key", "stage", "id")),
    .preset = "-created_at"};

static const struct fixed only_mails[] = {
    {"mail", {.type = ARG_BOOL, .v.b = true}}};

enum err
jobs_list(struct db *db, const struct asked *asked, struct found *out)
{
	return db_search_found(
	    db, asked, only_mails, asked->search == &mails_search, out);
}

enum err
jobs_count(struct db *db, const struct asked *asked, int64_t most, int64_t *n)
{
	return db_search_count(
	    db, asked, only_mails, asked->search == &mails_search, most, n);
}

enum err
jobs_by_id(struct db *db, struct uuid id, bool lock, struct job *job)
{
	if (lock)
		return db_one(
		    db, &job_whole, job, SQL(ONE " FOR UPDATE", ARG(id)));
	return db_one(db, &job_whole, job, SQL(ONE, ARG(id)));
}

enum err
jobs_last(struct db *db, const char *kind, const char **stage)
{
	struct job job = {.stage = NULL};
	enum err err;

	err = db_one(db, &job_state, &job,
	    SQL("SELECT stage FROM tasks FORCE INDEX (tasks_newest)"
		" WHERE kind = ? ORDER BY id DESC LIMIT 1",
		ARG(kind)));
	*stage = job.stage;
	return err;
}
