/*
 * Between the files of `atrium products`. Grouped by the file that implements.
 *
 * A file is read once: each row is validated and kept in a temporary file of
 * what is asked for. Only when all of them are right one transaction begins.
 */
#ifndef CLI_PRODUCTS_H
#define CLI_PRODUCTS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/terminal.h"
#include "core/config.h"
#include "core/csv.h"
#include "db/unit.h"
#include "products/model.h"

/* What each command works with. */
struct products_job {
	struct arena *mem;
	const struct config *config;
	struct db db;
	sigset_t before; /* the signals that were blocked */
};

/*
 * One word after `atrium products`. run() gets its own arguments only, argv[0]
 * being the word; `usage` follows "Usage: atrium products ".
 */
struct products_command {
	const char *name, *usage;
	int (*run)(int argc, char **argv);
};

enum products_format { FORMAT_NONE, FORMAT_CSV, FORMAT_JSONL, FORMAT_WRONG };

/* products.c */
void products_open(struct products_job *);
void products_close(struct products_job *);
/*
 * From here on SIGINT, SIGTERM and SIGHUP wait, until products_close(). True
 * when one does: whoever sees it leaves everything as it was.
 */
void products_guard(struct products_job *);
bool products_interrupted(void);
/* All is done: a signal that waits has come too late. */
void products_done(void);
enum products_format products_format(const char *name);
/* By the end of the file's name. */
enum products_format products_format_of(const char *file);
/* The database did not do it: says so; the status to exit with. */
int products_failed(enum err);
int products_wrong(const struct products_command *, const char *what);

/* A row as it came. */
struct products_raw {
	int64_t line;              /* from 1, where it begins */
	const struct csv_row *csv; /* or */
	const char *json;          /* n bytes and a NUL */
	size_t n;
	const char *fault; /* or nothing of it could be read, and why */
};

/* products_read.c */
struct products_source {
	const char *name;
	int fd;
	int64_t size, at; /* in bytes; size 0: nobody knows */
};

/* "-" is standard input. */
bool products_source_open(struct products_source *, const char *name);
void products_source_close(struct products_source *);
/*
 * Hands over every row. What take() returned, ERR_INVALID when the rest is no
 * CSV (which take() has heard), ERR_INTERNAL with errno when it cannot be read.
 */
enum err products_read(struct products_source *, enum products_format,
    enum err (*take)(void *, const struct products_raw *), void *) MUST_CHECK;

/* products_spool.c: wishes in a file without a name. errno says why not. */
struct products_spool;

struct products_spool *products_spool_new(struct arena *, const char **folder);
void products_spool_free(struct products_spool *);
bool products_spool_put(struct products_spool *, const struct product_wish *);
/* From the first one again. */
bool products_spool_rewind(struct products_spool *);
/* Texts go to the arena. false: there are no more, or errno is not 0. */
bool products_spool_get(
    struct products_spool *, struct arena *, struct product_wish *);

/* products_seen.c: in which line a sku stands */
struct products_seen;

struct products_seen *products_seen_new(void);
void products_seen_free(struct products_seen *);
/* The line that it was in before, or 0. */
int64_t
products_seen_add(struct products_seen *, const char *sku, int64_t line);

/* products_complain.c: rows that are not right, the first ones with words */
struct products_complaints {
	struct arena *mem;
	struct terminal_progress progress;
	int64_t rows;
};

/* At most 100 are printed. */
void
products_complain(struct products_complaints *, int64_t line, const char *what);

void products_complain_rest(struct products_complaints *);

/* products_check.c */
struct products_check {
	struct arena *mem;
	const struct products_source *source;
	struct products_spool *spool;
	struct products_seen *seen;
	struct products_complaints *bad;
	int64_t rows;
	/* Of CSV: the fields of product_file, in the file's order. */
	const struct field *column[CSV_CELLS];
	size_t ncolumns;
	uint64_t columns; /* as product_wish.given */
};

/* For products_read(): what is right goes to the spool. */
enum err products_check_row(void *check, const struct products_raw *);

/* products_store.c */
struct products_store {
	struct products_spool *spool;
	struct products_complaints *bad;
	bool upsert, dry_run;
	int64_t rows; /* in the spool */
	/* Out. */
	struct products_take take;
	bool interrupted;
	int error; /* errno of the spool, or 0 */
};

/* All rows in one transaction; bad->rows tells whether it kept them. */
enum err
products_store(struct products_job *, struct products_store *) MUST_CHECK;

/* products_import.c, products_export.c */
extern const struct products_command products_import, products_export;

#endif
