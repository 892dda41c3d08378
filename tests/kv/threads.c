/*
 * Many at once: nothing is lost, nothing is done twice, no half is seen.
 */
#include "threads.h"

#include <stdlib.h>
#include <string.h>

static void *
actor(void *arg)
{
	struct stage *stage = arg;
	const int number = atomic_fetch_add(&stage->next, 1);
	struct hand h;

	hand_open(&h, me.store);
	h.call.now = me.call.now;
	pthread_barrier_wait(&stage->ready);
	stage->play(stage, &h, number);
	hand_close(&h);
	return NULL;
}

struct stage *
play(void (*part)(struct stage *, struct hand *, int), struct kv_space space)
{
	struct stage *stage = NEW(me.call.mem, struct stage);
	pthread_t thread[THREADS];
	int i;

	stage->space = space;
	stage->other = new_space();
	stage->play = part;
	pthread_barrier_init(&stage->ready, NULL, THREADS);
	for (i = 0; i < THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&thread[i], NULL, actor, stage), 0);
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&stage->ready);
	CU_ASSERT_EQUAL(stage->bad, 0);
	return stage;
}

/* Adds one to the number there, until nobody came in between. */
static bool
count_up(struct hand *h, const struct kv_space *s)
{
	const char *const key = "count";
	struct kv_outcome out;
	struct kv_value v;
	const char *text;
	int tries;

	for (tries = 0; tries < 10000; tries++) {
		if (t_read(h, s, &key, 1, &v) != OK || v.text == NULL)
			return false;
		text = arena_printf(
		    h->call.mem, "%ld", strtol(v.text, NULL, 10) + 1);
		if (t_put(h, s, key, text, v.version, &out) != OK)
			return false;
		if (out.result == KV_DONE)
			return true;
		if (out.result != KV_CHANGED)
			return false;
	}
	return false;
}

static void
play_count(struct stage *stage, struct hand *h, int number_of)
{
	int i;

	(void)number_of;
	for (i = 0; i < EACH; i++)
		stage->bad += !count_up(h, &stage->space);
}

static void
counting(void)
{
	const struct kv_space s = new_space();

	set(&s, "count", "0");
	play(play_count, s);
	check_text(&s, "count", number(THREADS * EACH));
	CU_ASSERT_EQUAL(
	    get(&s, "count").version, me.call.now.us + THREADS * EACH);
}

/* The same keys by all: each of them has one winner. */
static void
play_insert(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_pair pair[BATCH];
	struct kv_outcome out;
	int i, j;

	for (i = 0; i < EACH; i++) {
		for (j = 0; j < BATCH; j++)
			pair[j] = (struct kv_pair){
			    arena_printf(h->call.mem, "%d",
				(i + (number_of % 2 ? BATCH - j : j)) % EACH),
			    "1"};
		if (t_write(h, &stage->space, KV_INSERT, pair, BATCH, 0,
			&out) != OK)
			stage->bad++;
		else
			for (j = 0; j < BATCH; j++)
				stage->won += out.done[j];
	}
}

static void
inserting(void)
{
	const struct stage *stage = play(play_insert, new_space());

	CU_ASSERT_EQUAL(stage->won, EACH);
	check_usage(&stage->space, EACH, 10 * 2 + (EACH - 10) * 3);
}

static void
play_strict(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_outcome out;
	struct kv_pair pair[3];
	int i;

	for (i = 0; i < EACH; i++) {
		pair[number_of % 3] =
		    (struct kv_pair){arena_printf(h->call.mem, "a%d", i), "1"};
		pair[(number_of + 1) % 3] =
		    (struct kv_pair){arena_printf(h->call.mem, "b%d", i), "1"};
		pair[(number_of + 2) % 3] = (struct kv_pair){
		    arena_printf(h->call.mem, "%d-%d", number_of, i), "1"};
		if (t_write(h, &stage->space, KV_STRICT_INSERT, pair, 3, 0,
			&out) != OK)
			stage->bad++;
		else
			stage->won += out.result == KV_DONE;
	}
}

static void
strict(void)
{
	const struct stage *stage = play(play_strict, new_space());
	struct kv_usage usage;

	CU_ASSERT_EQUAL(stage->won, EACH);
	CU_ASSERT_EQUAL(t_usage(&me, &stage->space, &usage), OK);
	CU_ASSERT_EQUAL(usage.keys, 3 * EACH);
}

static void
play_absent(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_outcome out;
	int i;

	(void)number_of;
	for (i = 0; i < EACH; i++) {
		if (t_put(h, &stage->space, arena_printf(h->call.mem, "%d", i),
			"1", KV_ABSENT, &out) != OK)
			stage->bad++;
		else
			stage->won += out.result == KV_DONE;
	}
}

static void
absent(void)
{
	CU_ASSERT_EQUAL(play(play_absent, new_space())->won, EACH);
}

static bool
all_alike(const struct kv_value *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].text == NULL || strcmp(v[i].text, v[0].text) != 0)
			return false;
	return true;
}

/* Half of them write all keys alike, the others look. */
static void
play_halves(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_value *list, v[BATCH];
	struct kv_pair pair[BATCH];
	const char *key[BATCH];
	struct kv_outcome out;
	size_t j, n;
	int i;

	for (j = 0; j < BATCH; j++) {
		key[j] = arena_printf(h->call.mem, "%02zu",
		    number_of % 4 < 2 ? j : BATCH - 1 - j);
		pair[j].key = key[j];
	}
	for (i = 0; i < EACH; i++) {
		for (j = 0; j < BATCH; j++)
			pair[j].text = arena_printf(
			    h->call.mem, "%d", number_of * 1000 + i);
		if (number_of % 2 == 0) {
			stage->bad += t_write(h, &stage->space, KV_UPSERT, pair,
					  BATCH, 0, &out) != OK;
			continue;
		}
		stage->bad += t_read(h, &stage->space, key, BATCH, v) != OK ||
			      !all_alike(v, BATCH);
		stage->bad += t_list(h, &stage->space, "", "", 100, true, &list,
				  &n) != OK ||
			      n != BATCH || !all_alike(list, n);
	}
}

static void
no_halves(void)
{
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < BATCH; i++)
		set(&s, arena_printf(me.call.mem, "%02zu", i), "0");
	play(play_halves, s);
	check_usage(&s, BATCH, BATCH * 2 + BATCH * (int64_t)get(&s, "00").size);
}

CU_TestInfo threads_tests[] = {
    {"compare and set loses no count", counting},
    {"each key is inserted by one", inserting},
    {"strict inserts that overlap", strict},
    {"each key is put where there is none by one", absent},
    {"nobody sees a half of a batch", no_halves},
    CU_TEST_INFO_NULL,
};
