/*
 * A mail as a task's work: rendered when it is sent, from values that the
 * templates escape.
 */
#ifndef TASKS_MAILING_H
#define TASKS_MAILING_H

#include "core/schema.h"
#include "tasks/task.h"

/*
 * Sends what NAME.subject, NAME.txt and NAME.html make of the row. The id of
 * the mail and its date are the task's: sent twice, it is the same mail.
 */
enum err task_mail(struct task *, const char *name, const char *to,
    const struct schema *view, const void *row) MUST_CHECK;

#endif
