/*
 * Background work, as an administrator sees it: the tasks of the queue, what
 * recurs by itself, and the mails, which are tasks too. The queue itself and
 * its rules are tasks/queue.h. Grouped by the file that implements.
 */
#ifndef JOBS_MODEL_H
#define JOBS_MODEL_H

#include "core/arena.h"
#include "core/err.h"
#include "core/page.h"
#include "core/schema.h"
#include "core/search.h"

struct db;
struct domain;
struct permission;
struct task_kind;

/* A row of tasks. */
struct job {
	struct uuid id;
	const char *kind;
	/* "queued", "running", "done", "failed", "dead", "cancelled". */
	const char *stage;
	int64_t attempts;
	struct timestamp run_at;      /* due; of one that has ended: then */
	struct timestamp lease_until; /* of a running one */
	struct uuid runner;           /* of a running one */
	const char *last_error;       /* or NULL */
	struct timestamp created_at;
	bool mail;
	const char *recipient; /* of a mail that was tried, or NULL */
	const char *args;      /* JSON; of one alone */
	/* By its kind (describe.c); NULL when this program does not know it. */
	int64_t max_attempts;
	const char *doc;
	const char *template;
	struct raw_json payload; /* args without what is not to be seen */
};

struct job_query {
	int64_t skip, limit;
	const char *sort, *cursor;
	const char *kind, *state;
};
struct mail_query {
	int64_t skip, limit;
	const char *sort, *cursor;
	const char *state;
	const char *to; /* in the search: its key */
};

struct mail_args {
	const char *locale;
};

/* What recurs by itself. */
struct cron_shown {
	const char *name;
	const char *doc;
	int64_t every_s;
	struct timestamp last_run, next_run; /* zero: none */
	const char *last_state;              /* or NULL */
};
struct cron_path {
	const char *name;
};

/* schemas.c */
extern const struct schema job_row, job_whole, job_state;
extern const struct schema job_query, jobs_public, job_public, job_detail;
extern const struct schema job_change; /* what a trail shows */
extern const struct schema mail_query, mails_public, mail_public;
extern const struct schema mail_args; /* of a mail: what all may see */
extern const struct schema cron_path, cron_public;

/* dao.c: ERR_NOT_FOUND for no row */
extern const struct search jobs_search, mails_search;
/* Both: mails only, or all. */
enum err
jobs_list(struct db *, const struct asked *, struct found *) MUST_CHECK;
enum err jobs_count(
    struct db *, const struct asked *, int64_t most, int64_t *n) MUST_CHECK;
/* `lock`: until the transaction ends. */
enum err
jobs_by_id(struct db *, struct uuid id, bool lock, struct job *) MUST_CHECK;
/* The stage of the newest one of a kind. */
enum err
jobs_last(struct db *, const char *kind, const char **stage) MUST_CHECK;

/* describe.c: what the program knows of a kind */
void job_describe(const struct task_kind *const *kinds, struct job *);
void jobs_describe(const struct task_kind *const *kinds, const struct list *);
/*
 * Arguments as they may be seen: what the view does not have, or what may be
 * a secret by its name or its text, is "********". No object: none.
 */
struct raw_json
job_payload(struct arena *, const char *args, const struct schema *view);

/* router.c */
extern const struct permission perm_jobs;
extern const struct domain jobs;
/* cron.c */
extern const struct domain jobs_cron;
/* mails.c */
extern const struct domain jobs_mails;

#endif
