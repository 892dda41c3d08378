/* One line in the log for each request that a worker answered. */
#ifndef HTTP_ACCESS_LOG_H
#define HTTP_ACCESS_LOG_H

#include "http/ctx.h"

/*
 * Times in microseconds: how long it took, how long it waited for a thread,
 * how long for the database.
 */
void access_log(const struct ctx *, const char *method, int64_t total_us,
    int64_t queued_us, int64_t db_us);

#endif
