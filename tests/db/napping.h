/*
 * A task that takes its time, and the runners that it is given to. Its traces
 * are "begin", before its work, and "end".
 */
#ifndef NAPPING_H
#define NAPPING_H

#include "tasking.h"

/* Two attempts at most and a minute; ten and a deadline of 1 s. */
extern const struct task_kind napping, hasty;
/* Leaves the trace "end". */
enum err nap_end(struct task *);
/* Queues one; `first_only`: another attempt does not sleep. */
void nap_later(const struct task_kind *, int64_t ms, bool first_only);
/* Within 5 s so many tasks are as the condition says. */
bool nap_until(int n, const char *where);
/* Within 5 s so many runs have begun. */
bool nap_begun(int n);
int64_t nap_ends(void);
void nap_pause(int ms);
/* Sends a signal, and waits as tasking_wait(). */
int nap_stop(pid_t, int number);

#endif
