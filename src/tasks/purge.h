/* Forgets tasks that are over, TASK_KEEP_MINUTES after their end. */
#ifndef TASKS_PURGE_H
#define TASKS_PURGE_H

#include "tasks/task.h"

extern const struct task_kind purge_tasks;

#endif
