/*
 * What the tests of src/tasks share: fresh tables, settings, a kind of task
 * that leaves traces, and runners in processes of their own.
 */
#ifndef TASKING_H
#define TASKING_H

#include <sys/types.h>

#include "fixture.h"
#include "tasks/kinds.h"
#include "tasks/queue.h"
#include "tasks/runner.h"

/* The tables of the migrations, empty, and `traces` of what has run. */
void tasking_tables(void);
/* For four threads, with short times; the paths are of the test's folder. */
struct config tasking_config(void);
/* One committed task of a kind; its id comes from the newest row. */
void tasking_later(const struct task_kind *, const void *args);
/*
 * Fresh tables with a..g: three queued ones that are due at 10 s, 20 s and
 * 30 s after 1970, their ids 01, 02, 03 sixteen times, and one of each other
 * state.
 */
void tasking_rows(void);
/* Seconds after 1970. */
struct timestamp moment(int64_t s);
/* The number of rows for which the condition holds. */
int64_t tasking_count(const char *where);
/* The first line of EXPLAIN. */
struct plan {
	char key[64], extra[256];
	int64_t rows;
};
struct plan tasking_explain(const char *sql);
/* A row in `traces`; in a transaction of the task. */
enum err tasking_trace(struct task *, const char *what);

/* A runner in a process of its own, its stderr in a file. */
pid_t tasking_spawn(
    const struct config *, const struct task_kind *const *, bool once);
/* Waits for its end: the exit status, or minus the signal. */
int tasking_wait(pid_t);
/* What runners have said since tasking_tables(); valid until the next call. */
const char *tasking_log(void);

#endif
