/*
 * A mail as a task's work: rendered when it is sent, from values that the
 * templates escape, in the language that was chosen when the task was written.
 */
#ifndef TASKS_MAILING_H
#define TASKS_MAILING_H

#include "core/schema.h"
#include "tasks/task.h"

/*
 * Sends what NAME.subject, NAME.txt and NAME.html make of the row, in that
 * language ("ru"; NULL or one whose texts are no more: English). The id of the
 * mail and its date are the task's: sent twice, it is the same mail.
 */
enum err task_mail(struct task *, const char *name, const char *locale,
    const char *to, const struct schema *view, const void *row) MUST_CHECK;

/* "21 November 2026, 10:15 UTC", in the words of that language. */
const char *task_mail_time(struct task *, const char *locale, struct timestamp);

#endif
