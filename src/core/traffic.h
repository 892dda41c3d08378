/*
 * What is counted of the requests that were answered: how many, how they
 * ended, how long they took. Counts of several workers and minutes add up.
 */
#ifndef CORE_TRAFFIC_H
#define CORE_TRAFFIC_H

#include <stddef.h>
#include <stdint.h>

/*
 * By their time: less than 1 ms, less than 2, 4, 8, ... 4096 ms, and all that
 * took longer.
 */
enum { TRAFFIC_BUCKETS = 14 };

struct traffic {
	int64_t requests;
	int64_t client_errors, server_errors; /* 4xx, 5xx */
	int64_t took[TRAFFIC_BUCKETS];
};

/* Which bucket a time is in; of a negative one the first. */
size_t traffic_bucket(int64_t us);
/*
 * The milliseconds within which that share (0 to 1) of them was answered: to a
 * hundredth, as if those in a bucket lay evenly in it. Of the last one only its
 * beginning is known: 4096. 0 when there were none.
 */
double traffic_percentile(const struct traffic *, double share);

#endif
