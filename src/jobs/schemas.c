/*
 * The views of background work.
 */
#include "jobs/model.h"

#define CURSOR_MAX 120 /* FOUND_CURSOR: no order is by a text */
#define STATES     "^(queued|running|done|failed|dead|cancelled)$"
#define LIST                                                                 \
	FIELD(skip, .from = FROM_QUERY, .flags = BOUNDED, .max = 10000,      \
	    .preset = "0", .doc = "To get further, follow `next`"),          \
	    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = 100,           \
		.preset = "50"),                                             \
	    FIELD(sort, .from = FROM_QUERY, .max = 64),                      \
	    FIELD(cursor, .from = FROM_QUERY, .max = CURSOR_MAX),            \
	    FIELD(state, .from = FROM_QUERY, .pattern = STATES,              \
		.doc = "failed: it waits for another attempt; dead: it has " \
		       "had the last one")
/* The public name of a task's stage. */
#define STATE                                                    \
	{                                                        \
		.name = "state", .offset = offsetof(T, stage),   \
		.type = FIELD_TEXT,                              \
		.doc = "queued, running, done, failed (waits "   \
		       "for another attempt), dead or cancelled" \
	}
#define LOCKED_BY                                                   \
	{                                                           \
		.name = "locked_by", .offset = offsetof(T, runner), \
		.type = FIELD_UUID, .flags = NULLABLE,              \
		.doc = "The claim of the runner that holds it"      \
	}
#define SHOWN                                                                \
	FIELD(id), FIELD(kind), STATE, FIELD(attempts), FIELD(max_attempts), \
	    FIELD(run_at, .doc = "When it is due, or when it ended"),        \
	    LOCKED_BY, FIELD(last_error, .flags = NULLABLE), FIELD(created_at)

#define T struct job
SCHEMA(job_row, "JobRow", FIELD(id), FIELD(kind), FIELD(stage), FIELD(attempts),
    FIELD(run_at), FIELD(runner, .flags = NULLABLE),
    FIELD(last_error, .flags = NULLABLE), FIELD(created_at),
    FIELD(recipient, .flags = NULLABLE));
SCHEMA(job_whole, "JobWhole", FIELD(id), FIELD(kind), FIELD(stage),
    FIELD(attempts), FIELD(run_at), FIELD(runner, .flags = NULLABLE),
    FIELD(last_error, .flags = NULLABLE), FIELD(created_at),
    FIELD(recipient, .flags = NULLABLE), FIELD(mail),
    FIELD(lease_until, .flags = NULLABLE), FIELD(args));
SCHEMA(job_state, "JobState", FIELD(stage));
SCHEMA(job_change, "JobChange", FIELD(kind), STATE);
SCHEMA(job_public, "Job", SHOWN);
SCHEMA(job_detail, "JobDetail", SHOWN,
    FIELD(lease_until, .flags = NULLABLE,
	.doc = "Until then the runner has to show that it lives"),
    FIELD(doc, .flags = NULLABLE, .doc = "What its kind does"),
    FIELD(payload, .flags = NULLABLE,
	.doc = "Its arguments, without secrets and, for who may not see "
	       "mails, without what they tell; none when it is done"));
SCHEMA(mail_public, "Mail", FIELD(id),
    {.name = "to",
	.offset = offsetof(T, recipient),
	.type = FIELD_TEXT,
	.flags = NULLABLE,
	.doc = "null before the first attempt, and of one that found nobody "
	       "to write to"},
    FIELD(kind), FIELD(template, .flags = NULLABLE), STATE, FIELD(attempts),
    FIELD(max_attempts),
    FIELD(run_at, .doc = "When it is due, or when it ended"),
    FIELD(last_error, .flags = NULLABLE), FIELD(created_at));
#undef T

FOUND(jobs_public, "Jobs", job_public);
FOUND(mails_public, "Mails", mail_public);

#define T struct mail_args
SCHEMA(mail_args, "MailArgs", FIELD(locale));
#undef T

#define T struct job_query
SCHEMA(job_query, "JobQuery", LIST,
    FIELD(kind, .from = FROM_QUERY, .min = 1, .max = 64));
#undef T

#define T struct mail_query
SCHEMA(mail_query, "MailQuery", LIST,
    FIELD(to, .from = FROM_QUERY, .format = FORMAT_EMAIL, .max = 255,
	.doc = "An address, whatever its case"));
#undef T

#define T struct cron_path
SCHEMA(cron_path, "CronPath", FIELD(name, .from = FROM_PATH, .max = 64));
#undef T

#define T struct cron_shown
SCHEMA(cron_row_public, "CronTask", FIELD(name), FIELD(doc, .flags = NULLABLE),
    FIELD(every_s, .doc = "Seconds from one turn to the next"),
    FIELD(last_run, .flags = NULLABLE, .doc = "When the last one was queued"),
    FIELD(next_run, .flags = NULLABLE),
    FIELD(last_state, .flags = NULLABLE,
	.doc = "Of the newest one that is not forgotten yet"));
#undef T

LISTING(cron_public, "CronTasks", cron_row_public);
