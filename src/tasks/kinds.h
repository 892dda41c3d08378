/* The kinds of tasks that a program knows: a NULL-ended list, app_tasks. */
#ifndef TASKS_KINDS_H
#define TASKS_KINDS_H

#include "tasks/task.h"

/* Both: a BUG if a kind cannot work. */
void task_kind_check(const struct task_kind *);
void task_kinds_check(const struct task_kind *const *);
/* NULL: this program has no such kind. */
const struct task_kind *
task_kind_find(const struct task_kind *const *, const char *name);
/* Of NULL too, an unknown kind: the defaults. */
int64_t task_kind_attempts(const struct task_kind *);
int64_t task_kind_deadline_us(const struct task_kind *);
/*
 * From the failure of that attempt (1 is the first) to the next one; `dice`
 * spreads it, so that what failed together does not come back together.
 */
int64_t task_delay_us(int64_t attempt, uint16_t dice);

#endif
