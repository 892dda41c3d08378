/*
 * The schema's history: files NNNN_words.sql with one change each, and the
 * table schema_migrations that says which are in the database. DDL commits by
 * itself, so a change is one statement, and its row is written before it
 * runs: a change that was cut off is seen, never guessed.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/arena.h"
#include "core/err.h"
#include "db/pool.h"

/* One file: its number, the words of its name, both directions. */
struct change {
	int64_t version;
	const char *name;     /* "create_users" */
	const char *checksum; /* SHA-256 of the file, hexadecimal */
	const char *up, *down;
};

struct changes {
	struct change *row;
	size_t n;
};

/* In order of version. ERR_INVALID with *why: a file is not as it must be. */
enum err changes_load(struct arena *, const char *dir, struct changes *,
    const char **why) MUST_CHECK;

/*
 * For the worker, which may only read: whether the database has exactly the
 * changes of `dir`. *count is their number; *why says which command to run.
 */
enum err migrate_check(struct pool *, const char *dir, int64_t *count,
    struct arena *, const char **why) MUST_CHECK;

/*
 * The same, but waits for a server that cannot be reached: who starts before
 * it, or again while it is away, need not give up.
 */
enum err migrate_await(struct pool *, const char *dir, int64_t *count,
    struct arena *, const char **why) MUST_CHECK;

/*
 * The commands, with their words for people on stdout and stderr. Each
 * returns an exit status. They hold a lock, so that two never run at once.
 */
struct migrator {
	struct arena *mem;
	const struct db_target *target;
	struct changes changes;
	struct conn *conn;
};

int migrate_up(struct migrator *);
/* Back to `to`, which stays; -1: the newest one only. */
int migrate_down(struct migrator *, int64_t to);
int migrate_status(struct migrator *);
int migrate_history(struct migrator *);
/* What a person found: the half-applied change is in, or is not. */
int migrate_resolve(struct migrator *, int64_t version, bool applied);

#endif
