/*
 * Counts the requests of this worker. Each thread has counters of its own, so
 * that to count is to add to memory that nobody else writes.
 */
#ifndef HTTP_TALLY_H
#define HTTP_TALLY_H

#include "core/traffic.h"

struct tally;     /* of the worker */
struct tally_own; /* of one of its threads */

/* For so many threads. */
struct tally *tally_new(int threads);
/* NULL is fine. */
void tally_free(struct tally *);

/* Once for each thread, by itself; lives as long as the tally. */
struct tally_own *tally_join(struct tally *);
/* A request was answered with that status, in that time. */
void tally_count(struct tally_own *, int status, int64_t us);
/* All of all threads, since the beginning. Any thread may ask. */
void tally_read(struct tally *, struct traffic *);

#endif
