/*
 * SQL of the administrator: what stands in the queue, and a word on it. A
 * task that runs is not touched: its runner would be the last to know.
 */
#include <string.h>

#include "db/unit.h"
#include "tasks/queue.h"

#define COLUMNS                                                 \
	"id, kind, args, state, attempts, run_at, lease_until," \
	" runner, last_error, created_at"

/* Arguments may be long. */
#define BRIEF                                                         \
	"id, kind, '' AS args, state, attempts, run_at, lease_until," \
	" runner, last_error, created_at"

const char *const task_states[] = {
    "queued", "running", "done", "dead", "cancelled", NULL};

enum err
queue_list(struct db *db, const struct task_search *s, struct list *rows)
{
	if (s->state != NULL)
		return db_all(db, &task_row, rows,
		    SQL("SELECT " BRIEF " FROM tasks WHERE state = ?"
			" AND (? IS NULL OR kind = ?)"
			" ORDER BY run_at DESC LIMIT ?",
			ARG(s->state), ARG(s->kind), ARG(s->kind),
			ARG(s->limit)));
	if (s->kind != NULL)
		return db_all(db, &task_row, rows,
		    SQL("SELECT " BRIEF " FROM tasks WHERE kind = ?"
			" ORDER BY id DESC LIMIT ?",
			ARG(s->kind), ARG(s->limit)));
	return db_all(db, &task_row, rows,
	    SQL("SELECT " BRIEF " FROM tasks ORDER BY id DESC LIMIT ?",
		ARG(s->limit)));
}

enum err
queue_get(struct db *db, struct uuid id, struct task_row *row)
{
	return db_one(db, &task_row, row,
	    SQL("SELECT " COLUMNS " FROM tasks WHERE id = ?", ARG(id)));
}

const char *
queue_obstacle(const char *state)
{
	if (strcmp(state, "queued") == 0)
		return "is queued already";
	if (strcmp(state, "running") == 0)
		return "is running: wait until it has ended, then look again";
	if (strcmp(state, "done") == 0)
		return "is done";
	if (strcmp(state, "dead") == 0)
		return "is dead";
	if (strcmp(state, "cancelled") == 0)
		return "is cancelled already";
	return "is in a state that this program does not know";
}

static enum err
refused(struct db *db, struct uuid id, struct task_row *found)
{
	enum err err = queue_get(db, id, found);

	return err ? err : ERR_CONFLICT;
}

enum err
queue_retry(
    struct db *db, struct uuid id, struct timestamp now, struct task_row *found)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE tasks SET state = 'queued', attempts = 0, run_at = ?"
		" WHERE id = ? AND (state IN ('dead', 'cancelled')"
		" OR (state = 'queued' AND attempts > 0))",
		ARG(now), ARG(id)));
	if (err)
		return err;
	if (matched == 0)
		return refused(db, id, found);
	db->tasks = true;
	return OK;
}

enum err
queue_cancel(
    struct db *db, struct uuid id, struct timestamp now, struct task_row *found)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE tasks SET state = 'cancelled', run_at = ?"
		" WHERE id = ? AND state IN ('queued', 'dead')",
		ARG(now), ARG(id)));
	return err || matched > 0 ? err : refused(db, id, found);
}

enum err
queue_retry_dead(struct db *db, struct timestamp now, int64_t *n)
{
	enum err err = db_exec(db, n,
	    SQL("UPDATE tasks SET state = 'queued', attempts = 0, run_at = ?"
		" WHERE state = 'dead' ORDER BY run_at LIMIT 500",
		ARG(now)));

	if (!err && *n > 0)
		db->tasks = true;
	return err;
}
