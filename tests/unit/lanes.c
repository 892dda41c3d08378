/*
 * The heavy lane's queue: order, bounds, and its end.
 */
#include "http/lanes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "unit.h"

static void
first_in_first_out(void)
{
	struct lane_queue *q = lane_new(2);
	int a, b, c;

	CU_ASSERT_TRUE(lane_push(q, &a));
	CU_ASSERT_TRUE(lane_push(q, &b));
	CU_ASSERT_FALSE(lane_push(q, &c));
	CU_ASSERT_PTR_EQUAL(lane_pop(q), &a);
	CU_ASSERT_TRUE(lane_push(q, &c));
	CU_ASSERT_PTR_EQUAL(lane_pop(q), &b);
	CU_ASSERT_PTR_EQUAL(lane_pop(q), &c);
	lane_free(q);
}

static void
closed_gives_what_it_has(void)
{
	struct lane_queue *q = lane_new(2);
	int a;

	CU_ASSERT_TRUE(lane_push(q, &a));
	lane_close(q);
	CU_ASSERT_FALSE(lane_push(q, &a));
	CU_ASSERT_PTR_EQUAL(lane_pop(q), &a);
	CU_ASSERT_PTR_NULL(lane_pop(q));
	lane_free(q);
}

struct crowd {
	struct lane_queue *q;
	atomic_int popped;
};

static void *
popper(void *arg)
{
	struct crowd *crowd = arg;

	while (lane_pop(crowd->q) != NULL)
		atomic_fetch_add(&crowd->popped, 1);
	return NULL;
}

static void
none_is_lost_between_threads(void)
{
	struct crowd crowd = {.q = lane_new(8)};
	pthread_t id[4];
	int i, pushed = 0;

	for (i = 0; i < 4; i++)
		pthread_create(&id[i], NULL, popper, &crowd);
	for (i = 0; i < 10000; i++)
		pushed += lane_push(crowd.q, &crowd);
	lane_close(crowd.q);
	for (i = 0; i < 4; i++)
		pthread_join(id[i], NULL);
	CU_ASSERT_TRUE(pushed > 0);
	CU_ASSERT_EQUAL(atomic_load(&crowd.popped), pushed);
	lane_free(crowd.q);
}

CU_TestInfo lanes_tests[] = {
    {"first in, first out, within its room", first_in_first_out},
    {"closed, it still gives what it has", closed_gives_what_it_has},
    {"nothing is lost between threads", none_is_lost_between_threads},
    CU_TEST_INFO_NULL,
};
