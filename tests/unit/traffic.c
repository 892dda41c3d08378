/*
 * What is counted of requests: buckets, percentiles, the counters of threads;
 * and what is remembered of a count.
 */
#include "core/traffic.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "core/time.h"
#include "http/bookkeeper.h"
#include "http/lately.h"
#include "http/tally.h"
#include "unit.h"

static void
each_time_has_a_bucket(void)
{
	int64_t end = 1000;

	CU_ASSERT_EQUAL(traffic_bucket(INT64_MIN), 0);
	CU_ASSERT_EQUAL(traffic_bucket(-1), 0);
	CU_ASSERT_EQUAL(traffic_bucket(0), 0);
	for (size_t i = 0; i < TRAFFIC_BUCKETS - 1; i++, end *= 2) {
		CU_ASSERT_EQUAL(traffic_bucket(end - 1), i);
		CU_ASSERT_EQUAL(traffic_bucket(end), i + 1);
	}
	CU_ASSERT_EQUAL(end, 8192000);
	CU_ASSERT_EQUAL(traffic_bucket(4096000), TRAFFIC_BUCKETS - 1);
	CU_ASSERT_EQUAL(traffic_bucket(INT64_MAX), TRAFFIC_BUCKETS - 1);
}

static void
percentiles_lie_within_buckets(void)
{
	struct traffic t = {0};

	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.5), 0);
	t.took[0] = 1;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.5), 0.5);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 1), 1);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0), 0);
	t.took[0] = 100;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.95), 0.95);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.333333), 0.33);
	/* 90 below 1 ms, 10 from 8 to 16 ms: the 95th is amid those. */
	t.took[0] = 90;
	t.took[4] = 10;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.95), 12);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.9), 1);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.91), 8.8);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 1), 16);
}

static void
beyond_the_last_is_its_beginning(void)
{
	struct traffic t = {0};

	t.took[TRAFFIC_BUCKETS - 1] = 3;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.5), 4096);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 1), 4096);
	t.took[TRAFFIC_BUCKETS - 2] = 3;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.25), 3072);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.5), 4096);
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.51), 4096);
	/* Sums beyond what an int holds, and beyond what a double tells. */
	t.took[0] = INT64_MAX / 2;
	CU_ASSERT_EQUAL(traffic_percentile(&t, 0.5), 0.5);
}

static void
answers_are_counted_by_how_they_ended(void)
{
	static const int statuses[] = {
	    200, 204, 304, 399, 400, 401, 499, 500, 503, 599};
	struct tally *t = tally_new(2);
	struct tally_own *a = tally_join(t), *b = tally_join(t);
	struct traffic sum;

	tally_read(t, &sum);
	CU_ASSERT_EQUAL(sum.requests, 0);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		tally_count(i % 2 == 0 ? a : b, statuses[i], (int64_t)i * 500);
	tally_read(t, &sum);
	CU_ASSERT_EQUAL(sum.requests, 10);
	CU_ASSERT_EQUAL(sum.client_errors, 3);
	CU_ASSERT_EQUAL(sum.server_errors, 3);
	CU_ASSERT_EQUAL(sum.took[0], 2);
	CU_ASSERT_EQUAL(sum.took[1], 2);
	CU_ASSERT_EQUAL(sum.took[2], 4);
	CU_ASSERT_EQUAL(sum.took[3], 2);
	tally_free(t);
	tally_free(NULL);
}

enum { CROWD = 4, EACH = 20000 };

static void *
count_many(void *arg)
{
	struct tally_own *own = tally_join(arg);

	for (int i = 0; i < EACH; i++)
		tally_count(own, i % 4 == 0 ? 404 : 200, i);
	return NULL;
}

/* Errors are part of what was answered, whenever somebody looks. */
static void
none_is_lost_between_threads(void)
{
	struct tally *t = tally_new(CROWD);
	struct traffic sum = {0};
	pthread_t id[CROWD];
	int64_t was = 0;
	int i;

	for (i = 0; i < CROWD; i++)
		pthread_create(&id[i], NULL, count_many, t);
	while (sum.requests < CROWD * EACH) {
		tally_read(t, &sum);
		CU_ASSERT_FATAL(sum.requests >= was);
		CU_ASSERT_FATAL(sum.client_errors * 4 >= sum.requests);
		was = sum.requests;
	}
	for (i = 0; i < CROWD; i++)
		pthread_join(id[i], NULL);
	tally_read(t, &sum);
	CU_ASSERT_EQUAL(sum.requests, CROWD * EACH);
	CU_ASSERT_EQUAL(sum.client_errors, CROWD * EACH / 4);
	CU_ASSERT_EQUAL(sum.server_errors, 0);
	tally_free(t);
}

struct pair {
	int64_t a, b;
};

static void
what_took_long_is_remembered_long(void)
{
	const struct pair one = {1, 2}, two = {3, 4};
	struct lately *l = lately_new();
	struct pair got = {0};

	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_YOURS);
	/* One counts; nothing is known meanwhile. */
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_UNKNOWN);
	/* A minute; the counts of something else are not what is asked for. */
	lately_note(l, &one, sizeof(one), INT64_MAX);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_KNOWN);
	CU_ASSERT_EQUAL(got.a, 1);
	CU_ASSERT_EQUAL(got.b, 2);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got.a)), LATELY_UNKNOWN);
	lately_note(l, &two, sizeof(two), 1000000);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_KNOWN);
	CU_ASSERT_EQUAL(got.b, 4);
	/* No time at all: not remembered, but while the next one counts. */
	lately_note(l, &one, sizeof(one), 0);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_YOURS);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_KNOWN);
	CU_ASSERT_EQUAL(got.b, 2);
	lately_free(l);
	lately_free(NULL);
}

static void
a_failure_is_remembered_too(void)
{
	const struct pair one = {1, 2};
	struct lately *l = lately_new();
	struct pair got = {0};

	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_YOURS);
	lately_failed(l, 1000000);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_UNKNOWN);
	lately_failed(l, 0);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_YOURS);
	lately_note(l, &one, sizeof(one), 0);
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_YOURS);
	lately_failed(l, 1000000);
	/* What there was before. */
	CU_ASSERT_EQUAL(lately_recall(l, &got, sizeof(got)), LATELY_KNOWN);
	CU_ASSERT_EQUAL(got.a, 1);
	lately_free(l);
}

static enum err
never(struct db *db, struct timestamp now, const struct traffic *more)
{
	(void)db, (void)now, (void)more;
	while (pause() < 0)
		continue;
	return OK;
}

/* In a child, which a bookkeeper that waits would leave at its alarm. */
static void
a_worker_ends_without_its_database(void)
{
	struct tally *t;
	int status = 0;
	pid_t child = fork();

	CU_ASSERT_TRUE_FATAL(child >= 0);
	if (child > 0) {
		CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
		CU_ASSERT_TRUE(WIFEXITED(status));
		CU_ASSERT_EQUAL(WEXITSTATUS(status), EX_TEMPFAIL);
		return;
	}
	alarm(30);
	dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
	t = tally_new(1);
	tally_count(tally_join(t), 200, 1);
	bookkeeper_end(
	    bookkeeper_start(&(struct books){.tally = t, .add = never}));
	_exit(0);
}

CU_TestInfo traffic_tests[] = {
    {"each time has a bucket", each_time_has_a_bucket},
    {"percentiles lie within buckets", percentiles_lie_within_buckets},
    {"beyond the last bucket is its beginning",
	beyond_the_last_is_its_beginning},
    {"answers are counted by how they ended",
	answers_are_counted_by_how_they_ended},
    {"none is lost between threads", none_is_lost_between_threads},
    {"what took long to count is remembered long",
	what_took_long_is_remembered_long},
    {"a count that failed is not tried again at once",
	a_failure_is_remembered_too},
    {"a worker ends without its database", a_worker_ends_without_its_database},
    CU_TEST_INFO_NULL,
};
