/*
 * Times of requests in buckets, each twice as wide as the one before: as exact
 * as a person needs it, in a few counters.
 */
#include "core/traffic.h"

#include <math.h>

enum { LAST = TRAFFIC_BUCKETS - 1 };

size_t
traffic_bucket(int64_t us)
{
	int64_t end = 1000;
	size_t i;

	for (i = 0; i < LAST && us >= end; i++)
		end *= 2;
	return i;
}

/* Where a bucket begins, in milliseconds. */
static double
beginning(size_t i)
{
	return i == 0 ? 0 : (double)(INT64_C(1) << (i - 1));
}

static double
hundredths(double ms)
{
	return floor(ms * 100 + 0.5) / 100;
}

double
traffic_percentile(const struct traffic *t, double share)
{
	double all = 0, before = 0, rank, n;
	size_t i;

	for (i = 0; i < TRAFFIC_BUCKETS; i++)
		all += (double)t->took[i];
	if (all == 0)
		return 0;
	rank = all * share;
	for (i = 0; i < LAST; i++) {
		n = (double)t->took[i];
		if (n > 0 && before + n >= rank)
			return hundredths(
			    beginning(i) + (beginning(i + 1) - beginning(i)) *
					       (rank - before) / n);
		before += n;
	}
	return beginning(LAST);
}
