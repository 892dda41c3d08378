/*
 * Many at once at the limits: the last room, the last key, the last version.
 */
#include "threads.h"

#include <stdlib.h>

static void
play_fill(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_pair pair[2] = {{NULL, "1"}, {NULL, "1"}};
	struct kv_outcome out;
	int i;

	for (i = 0; i < EACH; i++) {
		pair[0].key =
		    arena_printf(h->call.mem, "%d-%03d-%d", number_of, i, 0);
		pair[1].key =
		    arena_printf(h->call.mem, "%d-%03d-%d", number_of, i, 1);
		if (t_write(h, &stage->space,
			number_of % 2 ? KV_UPSERT : KV_INSERT, pair, 2, 0,
			&out) != OK)
			stage->bad++;
		else if (out.result == KV_DONE)
			stage->won++;
		else
			stage->bad += out.result != KV_FULL;
	}
}

/* The last key that there is room for, and no more. */
static void
filling(void)
{
	const struct stage *stage = play(play_fill, space_of(301, PLENTY));

	CU_ASSERT_EQUAL(stage->won, 150);
	check_usage(&stage->space, 300, 300 * 8);
}

static void
filling_bytes(void)
{
	/* A pair has 16 bytes. */
	const struct stage *stage = play(play_fill, space_of(PLENTY, 16 * 99));

	CU_ASSERT_EQUAL(stage->won, 99);
	check_usage(&stage->space, 198, 16 * 99);
}

static void
play_delete(struct stage *stage, struct hand *h, int number_of)
{
	const char *key[BATCH];
	struct kv_outcome out;
	int i, j;

	for (i = 0; i < EACH; i++) {
		for (j = 0; j < BATCH; j++)
			key[j] = arena_printf(h->call.mem, "%d",
			    (i + (number_of % 2 ? BATCH - j : j)) % EACH);
		if (t_delete(h, &stage->space, key, BATCH, &out) != OK)
			stage->bad++;
		else
			for (j = 0; j < BATCH; j++)
				stage->won += out.done[j];
	}
}

static void
deleting(void)
{
	const struct kv_space s = new_space();
	int i;

	for (i = 0; i < EACH; i++)
		set(&s, number((size_t)i), "1");
	CU_ASSERT_EQUAL(play(play_delete, s)->won, EACH);
	check_usage(&s, 0, 0);
}

static void
play_versions(struct stage *stage, struct hand *h, int number_of)
{
	struct kv_outcome out;
	int i;

	for (i = 0; i < EACH; i++) {
		if (t_put(h, &stage->space, "a", "1", KV_ANY, &out) != OK)
			stage->bad++;
		else
			stage->version[number_of * EACH + i] = out.version;
	}
}

static int
by_number(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* No two writes have the same. */
static void
versions(void)
{
	const struct stage *stage = play(play_versions, new_space());
	int64_t v[THREADS * EACH];
	int i;

	for (i = 0; i < THREADS * EACH; i++)
		v[i] = stage->version[i];
	qsort(v, THREADS * EACH, sizeof(v[0]), by_number);
	for (i = 0; i < THREADS * EACH; i++)
		CU_ASSERT_EQUAL(v[i], me.call.now.us + i);
}

/* All kinds of calls on the same few keys: at the end the counts are right. */
static void
play_all(struct stage *stage, struct hand *h, int number_of)
{
	const char *const key[] = {"a", "b", "c", "d"};
	struct kv_pair pair[4];
	struct kv_outcome out;
	bool more;
	int i;

	for (i = 0; i < EACH; i++) {
		const size_t first = (size_t)(i + number_of) % 4;
		const size_t n = 4 - first;
		size_t j;

		for (j = 0; j < n; j++)
			pair[j] = (struct kv_pair){key[3 - j], "12"};
		stage->bad += t_write(h, &stage->space, (enum kv_mode)(i % 3),
				  pair, n, i % 2, &out) != OK;
		stage->bad += t_delete(h, &stage->space, key + first,
				  n > 2 ? 2 : n, &out) != OK;
		stage->bad += t_put(h, &stage->space, key[first], "123", KV_ANY,
				  &out) != OK;
		stage->bad +=
		    t_remove(h, &stage->space, key[n - 1], KV_ANY, &out) != OK;
		h->call.now.us += SECOND / 4;
		if (i % 8 == 0)
			stage->bad += t_purge(h, 100, &more) != OK;
	}
}

static void
all_kinds(void)
{
	const struct kv_space s = space_of(4, 4 + 12);
	struct kv_value *v;
	int64_t bytes = 0;
	size_t i, n;

	play(play_all, s);
	tick((int64_t)EACH * SECOND);
	CU_ASSERT_EQUAL_FATAL(t_list(&me, &s, "", "", 10, false, &v, &n), OK);
	for (i = 0; i < n; i++)
		bytes += v[i].size + 1;
	check_usage(&s, (int64_t)n, bytes);
	/* There is room for exactly the rest. */
	check_write(&s, KV_UPSERT,
	    PAIRS({"a", "123"}, {"b", "123"}, {"c", "123"}, {"d", "123"}), 0,
	    KV_DONE, "1111");
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
	check_put(&s, "a", "1234", KV_ANY, KV_FULL, false);
	check_usage(&s, 4, 16);
}

CU_TestInfo threads_limits_tests[] = {
    {"the last key that there is room for", filling},
    {"the last byte that there is room for", filling_bytes},
    {"each key is deleted by one", deleting},
    {"no two writes have the same version", versions},
    {"all kinds of calls on the same keys", all_kinds},
    CU_TEST_INFO_NULL,
};
