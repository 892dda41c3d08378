/*
 * Runs what the queue holds: TASK_THREADS threads claim rows (SKIP LOCKED),
 * run them and note the outcome; one more renews the leases of what runs,
 * queues what recurs and listens for the doorbell. Any number of runners share
 * a queue.
 */
#ifndef TASKS_RUNNER_H
#define TASKS_RUNNER_H

#include <stdbool.h>

#include "core/config.h"
#include "tasks/task.h"

/*
 * Until SIGTERM, SIGINT or SIGUSR1, then finishes what runs, at most
 * DRAIN_TIMEOUT_MS; what is cut off goes back to the queue, and the process
 * ends with 75 (EX_TEMPFAIL). `once`: until nothing is due, and 1 when the
 * queue cannot be read. Else returns 0. `kinds` is NULL-ended; the store is for
 * tasks that need it.
 *
 * db_library_open() and log_init() are the caller's.
 */
int runner_run(const struct config *, const struct task_kind *const *kinds,
    struct kv_store *, bool once);

#endif
