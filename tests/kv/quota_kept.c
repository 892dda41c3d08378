/*
 * The quota where much of it is taken at once, given back, or lowered: what
 * comes afterwards is measured by all that is there.
 */
#include "fixture.h"

enum { MAX = 1000, FEW = 30 };

/* Keys of a letter and a number from there on. */
static const struct kv_pair *
pairs_of(char letter, int from, int n)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, (size_t)n);
	int i;

	for (i = 0; i < n; i++)
		pair[i] = (struct kv_pair){
		    arena_printf(me.call.mem, "%c%04d", letter, from + i), "1"};
	return pair;
}

/* `times` upserts of FEW new keys each; how many were done. */
static int
upserts(const struct kv_space *s, char letter, int times)
{
	struct kv_outcome out;
	int i, done = 0;

	for (i = 0; i < times; i++) {
		tick(1); /* MariaDB chooses a counter by it */
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, s, KV_UPSERT, pairs_of(letter, i * FEW, FEW),
			FEW, 0, &out),
		    OK);
		done += out.result == KV_DONE;
	}
	return done;
}

static void
write_some(const struct kv_space *s, enum kv_mode mode, int n)
{
	struct kv_outcome out;

	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, s, mode, pairs_of('a', 0, n), (size_t)n, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_DONE);
}

static void
delete_some(const struct kv_space *s, int from, int n)
{
	const struct kv_pair *pair = pairs_of('a', from, n);
	const char **key = NEW_N(me.call.mem, const char *, (size_t)n);
	struct kv_outcome out;
	int i;

	for (i = 0; i < n; i++)
		key[i] = pair[i].key;
	CU_ASSERT_EQUAL_FATAL(t_delete(&me, s, key, (size_t)n, &out), OK);
}

static void
batch_first(void)
{
	static const enum kv_mode mode[] = {
	    KV_INSERT, KV_STRICT_INSERT, KV_UPSERT};
	size_t i;

	for (i = 0; i < 3; i++) {
		const struct kv_space s = space_of(MAX, PLENTY);

		write_some(&s, mode[i], MAX);
		CU_ASSERT_EQUAL(upserts(&s, 'b', 60), 0);
		check_usage(&s, MAX, MAX * 6);
	}
}

static void
half_first(void)
{
	const struct kv_space s = space_of(MAX, PLENTY);

	write_some(&s, KV_INSERT, MAX / 2);
	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), MAX / 2 / FEW);
	check_usage(&s, 980, 980 * 6);
}

static void
bytes_first(void)
{
	const struct kv_space s = space_of(PLENTY, MAX * 6);

	write_some(&s, KV_INSERT, MAX - 10);
	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), 0);
	check_usage(&s, MAX - 10, (MAX - 10) * 6);
}

/* Deleting gives back what it gives back, and no more. */
static void
deletes(void)
{
	const struct kv_space s = space_of(MAX, PLENTY);
	int i;

	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), MAX / FEW);
	check_usage(&s, 990, 990 * 6);
	for (i = 0; i < 3; i++) {
		write_some(&s, KV_UPSERT, 10);
		delete_some(&s, 0, 10);
	}
	CU_ASSERT_EQUAL(upserts(&s, 'c', 60), 0);
	write_some(&s, KV_INSERT, 10);
	check_usage(&s, MAX, MAX * 6);
	delete_some(&s, 0, 5);
	CU_ASSERT_EQUAL(upserts(&s, 'd', 60), 0);
	check_usage(&s, 995, 995 * 6);
}

static void
deletes_of_much(void)
{
	const struct kv_space s = space_of(MAX, PLENTY);

	write_some(&s, KV_INSERT, MAX);
	delete_some(&s, 0, 300);
	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), 10);
	check_usage(&s, MAX, MAX * 6);
}

/* The space was never full: each call says how much it may hold. */
static void
lowered_while_empty(void)
{
	struct kv_space s = space_of(100 * MAX, PLENTY);

	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), 60);
	s.max_keys = MAX;
	CU_ASSERT_EQUAL(upserts(&s, 'c', 60), 0);
	check_usage(&s, 60 * FEW, 60 * FEW * 6);
	s.max_keys = 60 * FEW + 70;
	CU_ASSERT_EQUAL(upserts(&s, 'c', 60), 2);
	s.max_keys = 60 * FEW;
	CU_ASSERT_EQUAL(upserts(&s, 'd', 60), 0);
	s.max_keys = 100 * MAX;
	CU_ASSERT_EQUAL(upserts(&s, 'd', 60), 60);
}

static void
lowered_bytes(void)
{
	struct kv_space s = space_of(PLENTY, 100 * MAX * 6);

	CU_ASSERT_EQUAL(upserts(&s, 'b', 60), 60);
	s.max_bytes = MAX * 6;
	CU_ASSERT_EQUAL(upserts(&s, 'c', 60), 0);
	s.max_bytes = (60 * FEW + 70) * 6;
	CU_ASSERT_EQUAL(upserts(&s, 'c', 60), 2);
}

/* After the very first writes, of which little is known yet. */
static void
lowered_at_once(void)
{
	struct kv_space s;
	int i;

	for (i = 0; i < 6; i++) {
		s = space_of(100 * MAX, PLENTY);
		if (i % 2)
			set(&s, "one", "1");
		tick(1);
		write_some(&s, KV_UPSERT, MAX - 1);
		s.max_keys = MAX + FEW - 2;
		CU_ASSERT_EQUAL(upserts(&s, 'b', 20), 0);
		s.max_keys = MAX + FEW;
		CU_ASSERT_EQUAL(upserts(&s, 'c', 20), 1);
	}
}

CU_TestInfo quota_kept_tests[] = {
    {"a batch, then upserts", batch_first},
    {"a batch of half of it, then upserts", half_first},
    {"a batch of nearly all bytes, then upserts", bytes_first},
    {"deletes, then upserts", deletes},
    {"a large delete, then upserts", deletes_of_much},
    {"lowered where there was room", lowered_while_empty},
    {"bytes lowered where there was room", lowered_bytes},
    {"lowered after the first write", lowered_at_once},
    CU_TEST_INFO_NULL,
};
