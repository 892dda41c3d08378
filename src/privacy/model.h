/*
 * What an account may ask for about itself: a file with everything that is
 * kept of it. Grouped by the file that implements.
 */
#ifndef PRIVACY_MODEL_H
#define PRIVACY_MODEL_H

#include "core/arena.h"
#include "core/config.h"
#include "core/err.h"
#include "core/schema.h"

struct ctx;
struct db;
struct domain;
struct task;
struct task_kind;

/* A row of exports. Its file is EXPORT_DIR/ID.json once it is ready. */
struct export
{
	struct uuid id;
	struct uuid user_id;
	const char *state; /* EXPORT_QUEUED, EXPORT_READY */
	int64_t size;      /* bytes; 0 until it is ready */
	struct timestamp created_at;
	struct timestamp expires_at;
};
#define EXPORT_QUEUED  "queued"
#define EXPORT_READY   "ready"
#define EXPORT_EXPIRED "expired" /* shown, never stored */

struct export_request {
	const char *password;
};

struct export_path {
	struct uuid job_id;
};

/* What is shown of one. */
struct export_job {
	struct uuid id;
	const char *state;
	struct raw_json size; /* a number, or null until it is ready */
	struct timestamp created_at;
	struct timestamp expires_at;
};

/* The argument of a task about one. */
struct export_ref {
	struct uuid export_id;
	const char *locale; /* of who asked; the account's own goes before */
};

/* schemas.c */
extern const struct schema export_row, export_request, export_path;
extern const struct schema export_job, export_ref, export_document;

/* dao.c: ERR_NOT_FOUND for no row */
enum err exports_insert(struct db *, const struct export *) MUST_CHECK;
/* `user_id` nil: whoever's it is. */
enum err exports_by_id(struct db *, struct uuid user_id, struct uuid id,
    struct export *) MUST_CHECK;
/* The oldest first, after that id (nil: from the beginning). */
enum err exports_by(struct db *, struct uuid user_id, struct uuid after,
    int64_t limit, struct list *) MUST_CHECK;
enum err exports_finish(struct db *, struct uuid id, int64_t size,
    struct timestamp expires) MUST_CHECK;
/* Forget what has expired, at most `limit` rows; *more: some are left. */
enum err exports_purge(
    struct db *, struct timestamp now, int64_t limit, bool *more) MUST_CHECK;

/* shelf.c: the folder of the files */
/* A file that is being written: nobody sees it under its name. */
struct sheet {
	const char *made, *final; /* paths */
	int fd;
};
/* All that can fail: false, and errno. */
bool shelf_begin(struct arena *, const struct config *, struct uuid id,
    struct sheet *) MUST_CHECK;
bool shelf_write(struct sheet *, const char *, size_t n) MUST_CHECK;
/* It is whole: on the disk, under its name, or gone. */
bool shelf_finish(const struct config *, struct sheet *) MUST_CHECK;
void shelf_drop(struct sheet *);
void shelf_remove(struct arena *, const struct config *, struct uuid id);
/* The ids of all files. Removes what dead tasks left half written. */
bool shelf_list(struct arena *, const struct config *, struct timestamp now,
    struct uuid **ids, size_t *n) MUST_CHECK;

/* archive.c: all of it, read in pages */
/* Writes the file of an export; *size: its bytes. */
enum err
archive_write(struct task *, const struct export *, int64_t *size) MUST_CHECK;

/* router.c */
extern const struct domain privacy;

/* tasks.c */
extern const struct task_kind export_account, mail_export_ready, purge_exports;

#endif
