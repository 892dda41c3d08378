/*
 * Writing many, in all three ways, and deleting many.
 */
#include <string.h>

#include "fixture.h"

static void
upsert(void)
{
	const struct kv_space s = new_space();

	check_write(
	    &s, KV_UPSERT, PAIRS({"b", "1"}, {"a", "2"}), 0, KV_DONE, "11");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "3"}, {"c", "4"}), 0, KV_DONE, "11");
	check_text(&s, "a", "3");
	check_text(&s, "b", "1");
	check_text(&s, "c", "4");
	check_usage(&s, 3, 6);
}

static void
insert(void)
{
	const struct kv_space s = new_space();

	check_write(&s, KV_INSERT, PAIRS({"b", "1"}), 0, KV_DONE, "1");
	check_write(&s, KV_INSERT, PAIRS({"c", "2"}, {"b", "3"}, {"a", "4"}), 0,
	    KV_DONE, "101");
	check_text(&s, "a", "4");
	check_text(&s, "b", "1");
	check_text(&s, "c", "2");
	check_usage(&s, 3, 6);
}

static void
insert_none(void)
{
	const struct kv_space s = new_space();
	int64_t version;

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "2"}), 0, KV_DONE, "11");
	version = get(&s, "a").version;
	tick(SECOND);
	check_write(
	    &s, KV_INSERT, PAIRS({"a", "3"}, {"b", "4"}), 0, KV_DONE, "00");
	check_text(&s, "a", "1");
	check_text(&s, "b", "2");
	CU_ASSERT_EQUAL(get(&s, "a").version, version);
	check_usage(&s, 2, 4);
}

static void
strict(void)
{
	const struct kv_space s = new_space();

	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"b", "2"}), 0,
	    KV_DONE, "11");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"c", "3"}), 0, KV_DONE, "1");
	check_usage(&s, 3, 6);
}

/* Whether it is the first, the middle or the last of them. */
static void
strict_exists(void)
{
	static const char *const there[] = {"a", "b", "c"};
	struct kv_space s;
	size_t i, j;

	for (i = 0; i < 3; i++) {
		s = new_space();
		set(&s, there[i], "0");
		check_write(&s, KV_STRICT_INSERT,
		    PAIRS({"a", "1"}, {"b", "2"}, {"c", "3"}), 0, KV_EXISTS,
		    "000");
		for (j = 0; j < 3; j++)
			check_text(&s, there[j], i == j ? "0" : NULL);
		check_usage(&s, 1, 2);
	}
}

static void
delete_many(void)
{
	const struct kv_space s = new_space();

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "2"}, {"c", "3"}), 0,
	    KV_DONE, "111");
	check_delete(&s, KEYS("c", "x", "a"), KV_DONE, "101");
	check_text(&s, "a", NULL);
	check_text(&s, "b", "2");
	check_text(&s, "c", NULL);
	check_usage(&s, 1, 2);
	check_delete(&s, KEYS("c", "a"), KV_DONE, "00");
	check_delete(&s, KEYS("b"), KV_DONE, "1");
	check_usage(&s, 0, 0);
	check_list(&s, "", "", 10, "");
}

static void
delete_nothing(void)
{
	const struct kv_space s = new_space();

	check_delete(&s, KEYS("a"), KV_DONE, "0");
	check_delete(&s, KEYS("a", "b"), KV_DONE, "00");
}

static void
delete_and_again(void)
{
	const struct kv_space s = new_space();

	set(&s, "a", "1");
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	check_text(&s, "a", "2");
	check_usage(&s, 1, 2);
}

/* Each mode with as many as may come at once. */
static void
thousand(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const char **key = NEW_N(me.call.mem, const char *, 1000);
	const struct kv_space s = new_space();
	struct kv_outcome out;
	size_t i, n;

	for (i = 0; i < 1000; i++) {
		key[i] = arena_printf(me.call.mem, "%zu", i * 7919);
		pair[i] = (struct kv_pair){key[i], key[i]};
	}
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_STRICT_INSERT, pair, 500, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_DONE);
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_STRICT_INSERT, pair, 1000, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_EXISTS);
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_INSERT, pair, 1000, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_DONE);
	for (i = n = 0; i < 1000; i++)
		n += out.done[i] == (i >= 500);
	CU_ASSERT_EQUAL(n, 1000);
	CU_ASSERT_EQUAL_FATAL(t_delete(&me, &s, key + 250, 750, &out), OK);
	for (i = n = 0; i < 750; i++)
		n += out.done[i];
	CU_ASSERT_EQUAL(n, 750);
	CU_ASSERT_EQUAL_FATAL(t_delete(&me, &s, key, 1000, &out), OK);
	for (i = n = 0; i < 1000; i++)
		n += out.done[i] == (i < 250);
	CU_ASSERT_EQUAL(n, 1000);
	check_usage(&s, 0, 0);
}

CU_TestInfo write_tests[] = {
    {"upsert", upsert},
    {"insert skips what exists", insert},
    {"insert of nothing new changes nothing", insert_none},
    {"strict insert", strict},
    {"strict insert of one that exists writes nothing", strict_exists},
    {"delete", delete_many},
    {"delete what is not there", delete_nothing},
    {"delete and make again", delete_and_again},
    {"a thousand at once in all ways", thousand},
    CU_TEST_INFO_NULL,
};
