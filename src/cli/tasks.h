/*
 * Between the files of `atrium tasks`. Grouped by the file that implements.
 */
#ifndef CLI_TASKS_H
#define CLI_TASKS_H

#include "core/config.h"
#include "db/unit.h"

/* What each command works with. */
struct tasks_job {
	struct arena *mem;
	const struct config *config;
	struct db db;
};

/*
 * One word after `atrium tasks`. run() gets its own arguments only, argv[0]
 * being the word; `usage` follows "Usage: atrium tasks ".
 */
struct tasks_command {
	const char *name, *usage;
	int (*run)(int argc, char **argv);
};

/* tasks.c */
void tasks_open(struct tasks_job *);
void tasks_close(struct tasks_job *);
/* One transaction, run again when the database says so. */
enum err tasks_transact(struct tasks_job *, enum db_tx,
    enum err (*run)(struct tasks_job *, void *), void *arg) MUST_CHECK;
/* The database did not do it: says so; the status to exit with. */
int tasks_failed(enum err);
int tasks_wrong(const struct tasks_command *, const char *what);

/* tasks_list.c */
extern const struct tasks_command tasks_ls, tasks_show, tasks_kinds;
/* tasks_change.c */
extern const struct tasks_command tasks_retry, tasks_cancel;

#endif
