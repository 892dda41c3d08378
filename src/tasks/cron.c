/*
 * The clock of what recurs. A row's lock, taken or skipped, decides which
 * runner queues a turn.
 */
#include "tasks/cron.h"

#include "tasks/kinds.h"

#define SECOND   INT64_C(1000000)
#define STALE_US (7 * 86400 * SECOND)

#define T struct cron_row
SCHEMA(cron_row, "Cron", FIELD(kind), FIELD(next_run),
    FIELD(last_run, .flags = NULLABLE));
#undef T

struct cron_moment {
	struct timestamp at;
};
#define T struct cron_moment
SCHEMA(cron_moment, "Moment", FIELD(at, .flags = NULLABLE));
#undef T

struct cron_task {
	struct uuid id;
};
#define T struct cron_task
SCHEMA(cron_task, "Task", FIELD(id));
#undef T

static const struct task_kind *
recurring(const struct task_kind *const *kinds, const char *name)
{
	const struct task_kind *kind = task_kind_find(kinds, name);

	return kind != NULL && kind->every_s > 0 ? kind : NULL;
}

/* An interval that got shorter counts from now on. */
static enum err
keep(struct db *db, const struct task_kind *kind, struct timestamp now)
{
	struct timestamp latest = {now.us + kind->every_s * SECOND};

	return db_exec(db, NULL,
	    SQL("INSERT INTO cron (kind, next_run) VALUES (?, ?)"
		" ON DUPLICATE KEY UPDATE next_run = LEAST(next_run, ?)",
		ARG(kind->name), ARG(now), ARG(latest)));
}

enum err
cron_list(struct db *db, struct list *rows)
{
	return db_all(db, &cron_row, rows,
	    SQL0("SELECT kind, next_run, last_run FROM cron"
		 " ORDER BY kind LIMIT 1000"));
}

enum err
cron_sync(
    struct db *db, const struct task_kind *const *kinds, struct timestamp now)
{
	struct list list;
	enum err err = OK;
	size_t i;

	/* In one order in all runners: they start together. */
	for (i = 0; kinds[i] != NULL && !err; i++)
		if (kinds[i]->every_s > 0)
			err = keep(db, kinds[i], now);
	if (!err)
		err = cron_list(db, &list);
	for (i = 0; !err && i < list.n; i++) {
		const struct cron_row *row =
		    &((const struct cron_row *)list.rows)[i];

		/* Unknown, and nobody's for long: not a newer program's. */
		if (recurring(kinds, row->kind) == NULL &&
		    row->next_run.us < now.us - STALE_US)
			err = db_exec(db, NULL,
			    SQL("DELETE FROM cron WHERE kind = ?",
				ARG(row->kind)));
	}
	return err;
}

enum err
cron_next(struct db *db, struct timestamp *at)
{
	struct cron_moment m = {{0}};
	enum err err;

	err = db_one(
	    db, &cron_moment, &m, SQL0("SELECT MIN(next_run) AS at FROM cron"));
	*at = m.at;
	return err == OK && m.at.us == 0 ? ERR_NOT_FOUND : err;
}

/* OK: one is still under way; ERR_NOT_FOUND: none. */
static enum err
under_way(struct db *db, const struct task_kind *kind)
{
	struct cron_task t;

	return db_one(db, &cron_task, &t,
	    SQL("SELECT id FROM tasks WHERE kind = ?"
		" AND stage IN ('queued', 'failed', 'running') LIMIT 1",
		ARG(kind->name)));
}

/* Turns that were missed are not made up for; the rhythm stays. */
static struct timestamp
turn_after(const struct cron_row *row, int64_t every_s, struct timestamp now)
{
	int64_t every = every_s * SECOND;
	int64_t missed = (now.us - row->next_run.us) / every;

	return (struct timestamp){row->next_run.us + (missed + 1) * every};
}

static enum err
take_turn(struct db *db, const struct task_kind *kind,
    const struct cron_row *row, struct timestamp now, int *n)
{
	struct timestamp next = turn_after(row, kind->every_s, now);
	enum err err = under_way(db, kind);

	if (err == OK)
		return db_exec(db, NULL,
		    SQL("UPDATE cron SET next_run = ? WHERE kind = ?",
			ARG(next), ARG(kind->name)));
	if (err != ERR_NOT_FOUND)
		return err;
	err = task_later(db, kind, NULL);
	if (err)
		return err;
	(*n)++;
	return db_exec(db, NULL,
	    SQL("UPDATE cron SET next_run = ?, last_run = ? WHERE kind = ?",
		ARG(next), ARG(now), ARG(kind->name)));
}

/*
 * The row's lock keeps runners and others who ask away: there is a row, also
 * where no runner has been yet.
 */
enum err
cron_run(struct db *db, const struct task_kind *kind, struct timestamp now,
    struct uuid *id)
{
	enum err err = keep(db, kind, now);

	if (err)
		return err;
	err = under_way(db, kind);
	if (err != ERR_NOT_FOUND)
		return err ? err : ERR_CONFLICT;
	err = task_later_id(db, kind, NULL, id);
	if (err)
		return err;
	return db_exec(db, NULL,
	    SQL("UPDATE cron SET last_run = ? WHERE kind = ?", ARG(now),
		ARG(kind->name)));
}

enum err
cron_queue(struct db *db, const struct task_kind *const *kinds,
    struct timestamp now, int *n)
{
	struct list list;
	enum err err;
	size_t i;

	*n = 0;
	err = db_all(db, &cron_row, &list,
	    SQL("SELECT kind, next_run, last_run FROM cron WHERE next_run <= ?"
		" ORDER BY next_run LIMIT 100 FOR UPDATE SKIP LOCKED",
		ARG(now)));
	for (i = 0; !err && i < list.n; i++) {
		const struct cron_row *row =
		    &((const struct cron_row *)list.rows)[i];
		const struct task_kind *kind = recurring(kinds, row->kind);

		/* One of a newer program is for its own runner. */
		if (kind != NULL)
			err = take_turn(db, kind, row, now, n);
	}
	return err;
}
