/*
 * SQL of the administrator: what stands in the queue, and a word on it. A
 * task that runs is not touched: its runner would be the last to know.
 */
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
		" WHERE id = ? AND state IN ('dead', 'cancelled')",
		ARG(now), ARG(id)));
	return err || matched > 0 ? err : refused(db, id, found);
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
	return db_exec(db, n,
	    SQL("UPDATE tasks SET state = 'queued', attempts = 0, run_at = ?"
		" WHERE state = 'dead' ORDER BY run_at LIMIT 500",
		ARG(now)));
}
