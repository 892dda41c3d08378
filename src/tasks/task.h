/*
 * Work that is done after the request: a row written in the caller's
 * transaction, run by `atrium tasks` after the commit, again after a failure.
 *
 * Adding a kind of task, there are three things to do:
 *  1. a struct of its arguments with a view in schemas.c;
 *  2. its functions and its TASK() row in the domain's tasks.c;
 *  3. its line in app_tasks (app.c).
 *
 * At least once: a runner may die between the work and the note that it is
 * done, so every function must stand being run again.
 */
#ifndef TASKS_TASK_H
#define TASKS_TASK_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/schema.h"
#include "core/time.h"
#include "db/db.h"

struct kv_store;
struct mailer;
struct task_kind;
struct templates;

/* Everything that one run owns. */
struct task {
	struct arena *mem;
	struct db *db;
	const struct config *config;
	const struct templates *templates;
	struct mailer *mailer; /* this thread's */
	struct kv_store *kv;   /* kv/store.h; the domain's alone */
	const struct task_kind *kind;
	struct uuid id;
	int64_t attempt;  /* 1 for the first */
	int timeout_ms;   /* for one call to the outside */
	const void *args; /* laid out by kind->args, or NULL */
	void *state;      /* what prepare leaves for work and handle */
	const char *to;   /* whom it wrote to (mailing.h), or NULL */
	const char *why;  /* of a failure: for the log and the administrator */
};

/*
 * prepare, work, handle, each optional: prepare and handle in a write
 * transaction each (replayed on ERR_RETRY), work in none, for calls to the
 * outside. The note that the task is done commits together with handle.
 *
 * ERR_INVALID and ERR_NOT_FOUND are for good: the task is dead at once. Any
 * other error is tried again later.
 */
struct task_kind {
	/* In the table: never change it. That of a mail begins with mail_. */
	const char *name;
	const char *template; /* of a mail: "mail/reset_password" */
	const struct schema *args;
	enum err (*prepare)(struct task *);
	enum err (*work)(struct task *);
	enum err (*handle)(struct task *);
	int attempts;   /* before it is dead; 0 means 10 */
	int deadline_s; /* of one run: then another runner may take it; 0: 60 */
	int every_s;    /* recurs by itself; 0: only when asked for */
	const char *doc;
};

#define TASK(id, text, ...) \
	const struct task_kind id = {.name = text, __VA_ARGS__}

/* The argument of a typed task; a BUG if the kind says another. */
#define TASK_ARGS(t, name) ((const struct name *)task_args((t), &(name)))
const void *task_args(const struct task *, const struct schema *);

/* In the caller's TX_WRITE transaction. `args` NULL: the kind has none. */
enum err
task_later(struct db *, const struct task_kind *, const void *args) MUST_CHECK;
/* The same; *id is the task's. */
enum err task_later_id(struct db *, const struct task_kind *, const void *args,
    struct uuid *id) MUST_CHECK;

/* Records why; returns its argument, to be handed on. */
enum err task_fail(struct task *, enum err, const char *, ...)
    __attribute__((format(printf, 3, 4)));

#endif
