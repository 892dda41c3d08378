/*
 * Tasks, counted for those who watch over them.
 */
#include "tasks/totals.h"

#include "db/db.h"

#define T struct task_total
SCHEMA(task_total, "TaskTotal", FIELD(stage), FIELD(mail), FIELD(n));
#undef T

#define T struct task_minute
SCHEMA(task_minute, "TaskMinute", FIELD(minute), FIELD(done), FIELD(dead),
    FIELD(mails));
#undef T

enum err
task_totals(struct db *db, struct list *out)
{
	return db_all(db, &task_total, out,
	    SQL0("SELECT stage, mail, COUNT(*) AS n FROM tasks"
		 " GROUP BY mail, stage"));
}

enum err
tasks_ended(
    struct db *db, struct timestamp from, int64_t limit, struct list *out)
{
	return db_all(db, &task_minute, out,
	    SQL("SELECT CAST(TIMESTAMPDIFF(MINUTE, '1970-01-01', run_at)"
		" AS SIGNED) AS minute, CAST(SUM(state = 'done') AS SIGNED)"
		" AS done, CAST(SUM(state = 'dead') AS SIGNED) AS dead,"
		" CAST(SUM(state = 'done' AND mail) AS SIGNED) AS mails"
		" FROM tasks WHERE state IN ('done', 'dead') AND run_at >= ?"
		" GROUP BY minute ORDER BY minute DESC LIMIT ?",
		ARG(from), ARG(limit)));
}
