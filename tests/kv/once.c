/*
 * Work with a name (kv_call.once) in a store that is not part of the
 * transaction: it is done once, and answers alike when it comes again; what
 * was refused is tried again. Where the transaction is the store's, there is
 * nothing to remember: the rollback undid it.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

enum { KEPT_S = 60 };

/* Names the next works, or says that there is nothing to test. */
static bool
name_work(void)
{
	static int n;

	if (kv_store_joins(me.store))
		return false;
	me.call.once_s = KEPT_S;
	me.call.once = arena_printf(
	    me.call.mem, "%lld-%d", (long long)me.call.now.us, n++);
	return true;
}

static void
write_done(void)
{
	const struct kv_space s = new_space();

	set(&s, "b", "0");
	if (!name_work())
		return;
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}, {"b", "1"}, {"c", "1"}), 0,
	    KV_DONE, "101");
	tick(SECOND);
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}, {"b", "1"}, {"c", "1"}), 0,
	    KV_DONE, "101");
	CU_ASSERT_EQUAL(get(&s, "a").version, me.call.now.us - SECOND);
	check_usage(&s, 3, 6);
}

static void
strict_done(void)
{
	const struct kv_space s = new_space();
	int i;

	if (!name_work())
		return;
	for (i = 0; i < 3; i++)
		check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "1"}),
		    0, KV_DONE, "11");
	me.call.once = NULL;
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "1"}), 0,
	    KV_EXISTS, "00");
}

static void
strict_exists(void)
{
	const struct kv_space s = new_space();
	const char *name;

	set(&s, "a", "0");
	if (!name_work())
		return;
	name = me.call.once;
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "1"}), 0,
	    KV_EXISTS, "00");
	me.call.once = NULL;
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	me.call.once = name;
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "1"}), 0,
	    KV_DONE, "11");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "1"}), 0,
	    KV_DONE, "11");
	check_list(&s, "", "", 10, "a b ");
}

static void
full(void)
{
	struct kv_space s = space_of(1, PLENTY);

	if (!name_work())
		return;
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_FULL, "00");
	check_usage(&s, 0, 0);
	s.max_keys = 2;
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "11");
	s.max_keys = 0;
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "11");
	check_usage(&s, 2, 4);
}

/* What others did since stays. */
static void
not_again(void)
{
	const struct kv_space s = new_space();
	const char *name;

	if (!name_work())
		return;
	name = me.call.once;
	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	me.call.once = NULL;
	set(&s, "a", "2");
	me.call.once = name;
	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	check_text(&s, "a", "2");
}

static void
deleted(void)
{
	const struct kv_space s = new_space();
	const char *name;

	set(&s, "a", "1");
	if (!name_work())
		return;
	name = me.call.once;
	check_delete(&s, KEYS("a", "b"), KV_DONE, "10");
	check_delete(&s, KEYS("a", "b"), KV_DONE, "10");
	me.call.once = NULL;
	set(&s, "a", "2");
	me.call.once = name;
	check_delete(&s, KEYS("a", "b"), KV_DONE, "10");
	check_text(&s, "a", "2");
}

static void
put_done(void)
{
	const struct kv_space s = new_space();
	int64_t v;

	if (!name_work())
		return;
	v = check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true);
	tick(SECOND);
	CU_ASSERT_EQUAL(check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true), v);
	CU_ASSERT_EQUAL(get(&s, "a").version, v);
	name_work();
	v = check_put(&s, "a", "2", KV_ANY, KV_DONE, false);
	CU_ASSERT_EQUAL(check_put(&s, "a", "2", KV_ANY, KV_DONE, false), v);
	CU_ASSERT_EQUAL(get(&s, "a").version, v);
}

static void
put_refused(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	const char *one, *two;

	if (!name_work())
		return;
	one = me.call.once;
	check_put(&s, "a", "2", KV_ABSENT, KV_EXISTS, false);
	name_work();
	two = me.call.once;
	check_put(&s, "a", "2", v + 1, KV_CHANGED, false);
	me.call.once = NULL;
	CU_ASSERT_EQUAL(check_put(&s, "a", "3", v, KV_DONE, false), v + 1);
	me.call.once = two;
	CU_ASSERT_EQUAL(check_put(&s, "a", "2", v + 1, KV_DONE, false), v + 2);
	CU_ASSERT_EQUAL(check_put(&s, "a", "2", v + 1, KV_DONE, false), v + 2);
	me.call.once = NULL;
	check_remove(&s, "a", KV_ANY, KV_DONE, true);
	me.call.once = one;
	check_put(&s, "a", "4", KV_ABSENT, KV_DONE, true);
	check_text(&s, "a", "4");
}

static void
remove_refused(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	const char *name;

	if (!name_work())
		return;
	name = me.call.once;
	check_remove(&s, "a", v + 1, KV_CHANGED, false);
	check_text(&s, "a", "1");
	me.call.once = NULL;
	CU_ASSERT_EQUAL(check_put(&s, "a", "2", v, KV_DONE, false), v + 1);
	me.call.once = name;
	check_remove(&s, "a", v + 1, KV_DONE, true);
	check_remove(&s, "a", v + 1, KV_DONE, true);
	check_text(&s, "a", NULL);
}

/* The server's own clock is Redis's: see its tests. */
static bool
name_work_in_time(void)
{
	return !is_store("redis") && name_work();
}

/* To the microsecond, however often it comes again. */
static void
remembered(void)
{
	const struct kv_space s = new_space();
	int64_t v;

	if (!name_work_in_time())
		return;
	v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	tick(KEPT_S * SECOND - 1);
	CU_ASSERT_EQUAL(check_put(&s, "a", "1", KV_ANY, KV_DONE, true), v);
	tick(1);
	CU_ASSERT_EQUAL(check_put(&s, "a", "1", KV_ANY, KV_DONE, false),
	    v + KEPT_S * SECOND);
	tick(KEPT_S * SECOND - 1);
	CU_ASSERT_EQUAL(check_put(&s, "a", "1", KV_ANY, KV_DONE, false),
	    v + KEPT_S * SECOND);
}

static void
purge_all(void)
{
	bool more;
	int calls = 0;

	do {
		CU_ASSERT_EQUAL_FATAL(t_purge(&me, 100, &more), OK);
	} while (more && ++calls < 100);
	CU_ASSERT(calls < 100);
}

/* Whether it was removed is seen from before its end. */
static void
purged(void)
{
	const struct kv_space s = new_space();

	if (!name_work_in_time())
		return;
	check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	tick(KEPT_S * SECOND - 1);
	purge_all();
	check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	tick(1);
	purge_all();
	me.call.now.us--;
	check_put(&s, "a", "1", KV_ANY, KV_DONE, false);
	tick(1);
}

/* Each as long as it says. */
static void
times(void)
{
	const struct kv_space s = new_space();
	const char *short_one, *long_one;

	if (!name_work_in_time())
		return;
	short_one = me.call.once;
	check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	name_work();
	long_one = me.call.once;
	me.call.once_s = 2 * KEPT_S;
	check_put(&s, "b", "1", KV_ANY, KV_DONE, true);
	tick(KEPT_S * SECOND);
	purge_all();
	check_put(&s, "b", "1", KV_ANY, KV_DONE, true);
	me.call.once = short_one;
	check_put(&s, "a", "1", KV_ANY, KV_DONE, false);
	tick(KEPT_S * SECOND);
	me.call.once = long_one;
	check_put(&s, "b", "1", KV_ANY, KV_DONE, false);
}

static void
other_names(void)
{
	const struct kv_space s = new_space();

	if (!name_work())
		return;
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	name_work();
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}), 0, KV_DONE, "0");
	name_work();
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	name_work();
	check_delete(&s, KEYS("a"), KV_DONE, "0");
}

static void
odd_names(void)
{
	static const char *const name[] = {"*", "{a}", "a b", "\r\n", "'--",
	    "\xf0\x9f\x98\x80",
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"};
	const struct kv_space s = new_space();
	size_t i, n = sizeof(name) / sizeof(name[0]);

	if (!name_work())
		return;
	for (i = 0; i < 2 * n; i++) {
		me.call.once = name[i % n];
		check_put(&s, name[i % n], "1", KV_ABSENT, KV_DONE, true);
	}
	me.call.once = NULL;
	check_usage(&s, (int64_t)n, 1 + 3 + 3 + 2 + 3 + 4 + 64 + (int64_t)n);
}

static void
thousand(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const struct kv_space s = new_space();
	struct kv_outcome out;
	size_t i, j, bad = 0;

	for (i = 0; i < 1000; i++) {
		pair[i] =
		    (struct kv_pair){arena_printf(me.call.mem, "%zu", i), "1"};
		if (i % 3 == 0)
			set(&s, pair[i].key, "0");
	}
	if (!name_work())
		return;
	for (j = 0; j < 2; j++) {
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, &s, KV_INSERT, pair, 1000, 0, &out), OK);
		for (i = 0; i < 1000; i++)
			bad += out.done[i] != (i % 3 != 0);
	}
	CU_ASSERT_EQUAL(bad, 0);
}

CU_TestInfo once_tests[] = {
    {"a write", write_done},
    {"a strict insert", strict_done},
    {"a strict insert of what exists", strict_exists},
    {"a write that has no room", full},
    {"what others did since stays", not_again},
    {"a delete", deleted},
    {"a put and its version", put_done},
    {"a put that is refused", put_refused},
    {"a remove that is refused", remove_refused},
    {"for how long", remembered},
    {"for different times", times},
    {"what is over is removed", purged},
    {"works of other names", other_names},
    {"names of all kinds", odd_names},
    {"the outcomes of a thousand keys", thousand},
    CU_TEST_INFO_NULL,
};
