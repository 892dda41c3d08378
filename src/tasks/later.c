/*
 * How others leave work behind: a row beside what they write themselves, so
 * that there is a task exactly if their transaction is committed.
 */
#include <stdarg.h>

#include "core/encode.h"
#include "db/unit.h"
#include "tasks/kinds.h"

enum { ARGS_MAX = 1 << 20 };

static enum err
insert(struct db *db, struct uuid id, const struct task_kind *kind,
    const char *args)
{
	struct timestamp now = time_now();

	return db_exec(db, NULL,
	    SQL("INSERT INTO tasks (id, kind, args, state, attempts, run_at,"
		" created_at) VALUES (?, ?, ?, 'queued', 0, ?, ?)",
		ARG(id), ARG(kind->name), ARG(args), ARG(now), ARG(now)));
}

enum err
task_later_id(struct db *db, const struct task_kind *kind, const void *args,
    struct uuid *id)
{
	struct buf text;
	enum err err;

	task_kind_check(kind);
	if ((kind->args == NULL) != (args == NULL))
		BUG("a task's arguments are not what its kind says");
	*id = uuid_new();
	buf_init(&text, ARGS_MAX);
	if (args != NULL)
		schema_encode(&text, kind->args, args);
	else
		buf_puts(&text, "{}");
	err = text.full ? ERR_TOO_LARGE : insert(db, *id, kind, text.data);
	buf_free(&text);
	if (!err)
		db->tasks = true;
	return err;
}

enum err
task_later(struct db *db, const struct task_kind *kind, const void *args)
{
	struct uuid id;

	return task_later_id(db, kind, args, &id);
}

enum err
task_fail(struct task *t, enum err err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->why = arena_vprintf(t->mem, format, args);
	va_end(args);
	return err;
}

const void *
task_args(const struct task *t, const struct schema *s)
{
	if (t->kind->args != s)
		BUG("a task reads other arguments than its kind takes");
	return t->args;
}
