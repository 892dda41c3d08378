/*
 * SQL of the runners: what is claimed, and how its end is noted. MariaDB and
 * MySQL 8 run it.
 */
#include "tasks/queue.h"

#include <string.h>

#include "core/email.h"
#include "core/utf8.h"
#include "db/unit.h"

enum { WHY_MAX = 1000 };

#define COLUMNS                                                 \
	"id, kind, args, state, attempts, run_at, lease_until," \
	" runner, last_error, created_at"
#define MINE                                                 \
	" WHERE id = ? AND state = 'running' AND runner = ?" \
	" AND attempts = ?"

#define T struct task_row
SCHEMA(task_row, "Task", FIELD(id), FIELD(kind), FIELD(args), FIELD(state),
    FIELD(attempts), FIELD(run_at), FIELD(lease_until, .flags = NULLABLE),
    FIELD(runner, .flags = NULLABLE), FIELD(last_error, .flags = NULLABLE),
    FIELD(created_at));
#undef T

struct moment {
	struct timestamp at;
};
#define T struct moment
SCHEMA(queue_moment, "Moment", FIELD(at, .flags = NULLABLE));
#undef T

/* UTF-8 that fits the column, whatever a server of others has said. */
static const char *
fit(struct db *db, const char *why)
{
	const char *end;
	char *copy, *out;
	size_t step, n;

	if (why == NULL)
		return NULL;
	n = strlen(why);
	end = why + n;
	copy = out = arena_alloc(db->mem, n + 1, 1);
	for (n = 0; why < end && n < WHY_MAX; n++) {
		step = utf8_step(why, end);
		if (step == 0)
			*out = '?';
		else
			memcpy(out, why, step);
		out += step == 0 ? 1 : step;
		why += step == 0 ? 1 : step;
	}
	return copy;
}

/* Whether the row was there: a lease that is lost is no row. */
static enum err
one(enum err err, int64_t matched)
{
	if (err)
		return err;
	return matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
queue_next(struct db *db, struct timestamp *at)
{
	struct moment m = {{0}};
	enum err err;

	err = db_one(db, &queue_moment, &m,
	    SQL0("SELECT MIN(run_at) AS at FROM tasks"
		 " WHERE state = 'queued'"));
	*at = m.at;
	return err == OK && m.at.us == 0 ? ERR_NOT_FOUND : err;
}

enum err
queue_claim(struct db *db, struct uuid runner, struct timestamp now,
    struct timestamp lease_until, struct task_row *row)
{
	enum err err;

	err = db_one(db, &task_row, row,
	    SQL("SELECT " COLUMNS " FROM tasks"
		" WHERE state = 'queued' AND run_at <= ?"
		" ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED",
		ARG(now)));
	if (err)
		return err;
	row->state = "running";
	row->attempts++;
	row->runner = runner;
	row->lease_until = lease_until;
	return db_exec(db, NULL,
	    SQL("UPDATE tasks SET state = 'running', attempts = ?,"
		" runner = ?, lease_until = ? WHERE id = ?",
		ARG(row->attempts), ARG(runner), ARG(lease_until),
		ARG(row->id)));
}

enum err
queue_renew(
    struct db *db, const struct task_row *row, struct timestamp lease_until)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE tasks SET lease_until = ?" MINE, ARG(lease_until),
		ARG(row->id), ARG(row->runner), ARG(row->attempts)));
	return one(err, matched);
}

enum err
queue_done(
    struct db *db, const struct task_row *row, struct timestamp now, bool keep)
{
	int64_t matched = 0;
	enum err err;

	if (keep)
		err = db_exec(db, &matched,
		    SQL("UPDATE tasks SET state = 'done', args = '{}',"
			" run_at = ?, lease_until = NULL, runner = NULL" MINE,
			ARG(now), ARG(row->id), ARG(row->runner),
			ARG(row->attempts)));
	else
		err = db_exec(db, &matched,
		    SQL("DELETE FROM tasks" MINE, ARG(row->id),
			ARG(row->runner), ARG(row->attempts)));
	return one(err, matched);
}

enum err
queue_address(struct db *db, const struct task_row *row, const char *to)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE tasks SET recipient = ?, recipient_key = ?" MINE,
		ARG(to), ARG(email_fold(db->mem, to)), ARG(row->id),
		ARG(row->runner), ARG(row->attempts)));
	return one(err, matched);
}

static enum err
leave(struct db *db, const struct task_row *row, const char *state,
    struct timestamp run_at, const char *why)
{
	int64_t matched = 0;
	enum err err;

	err = db_exec(db, &matched,
	    SQL("UPDATE tasks SET state = ?, run_at = ?, lease_until = NULL,"
		" runner = NULL, last_error = COALESCE(?, last_error)" MINE,
		ARG(state), ARG(run_at), ARG(fit(db, why)), ARG(row->id),
		ARG(row->runner), ARG(row->attempts)));
	return one(err, matched);
}

enum err
queue_again(struct db *db, const struct task_row *row, struct timestamp run_at,
    const char *why)
{
	return leave(db, row, "queued", run_at, why);
}

enum err
queue_bury(struct db *db, const struct task_row *row, struct timestamp now,
    const char *why)
{
	return leave(db, row, "dead", now, why);
}

/* Few rows are running, so those of one state need no index on the lease. */
enum err
queue_expired(struct db *db, struct timestamp now, struct list *rows)
{
	return db_all(db, &task_row, rows,
	    SQL("SELECT " COLUMNS " FROM tasks"
		" WHERE state = 'running' AND lease_until <= ?"
		" LIMIT 100 FOR UPDATE SKIP LOCKED",
		ARG(now)));
}
