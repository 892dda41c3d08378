/*
 * The quota: exact to the last key and byte, whatever is called.
 */
#include <stdio.h>

#include "fixture.h"

/* Three of four keys are taken. */
static struct kv_space
three_of_four(void)
{
	const struct kv_space s = space_of(4, PLENTY);

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}, {"c", "1"}), 0,
	    KV_DONE, "111");
	return s;
}

static void
upsert_keys(void)
{
	const struct kv_space s = three_of_four();

	check_write(
	    &s, KV_UPSERT, PAIRS({"d", "1"}, {"e", "1"}), 0, KV_FULL, "00");
	check_usage(&s, 3, 6);
	check_write(&s, KV_UPSERT, PAIRS({"d", "1"}), 0, KV_DONE, "1");
	check_write(&s, KV_UPSERT, PAIRS({"e", "1"}), 0, KV_FULL, "0");
	check_list(&s, "", "", 10, "a b c d ");
}

static void
insert_keys(void)
{
	const struct kv_space s = three_of_four();

	check_write(
	    &s, KV_INSERT, PAIRS({"d", "1"}, {"e", "1"}), 0, KV_FULL, "00");
	check_write(
	    &s, KV_INSERT, PAIRS({"a", "2"}, {"d", "1"}), 0, KV_DONE, "01");
	check_write(&s, KV_INSERT, PAIRS({"e", "1"}), 0, KV_FULL, "0");
	check_write(
	    &s, KV_INSERT, PAIRS({"a", "2"}, {"d", "2"}), 0, KV_DONE, "00");
	check_list(&s, "", "", 10, "a b c d ");
}

static void
strict_keys(void)
{
	const struct kv_space s = three_of_four();

	check_write(&s, KV_STRICT_INSERT, PAIRS({"d", "1"}, {"e", "1"}), 0,
	    KV_FULL, "00");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"d", "1"}), 0, KV_DONE, "1");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"e", "1"}), 0, KV_FULL, "0");
	/* That it exists is said first. */
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "1"}, {"e", "1"}), 0,
	    KV_EXISTS, "00");
}

static void
put_keys(void)
{
	const struct kv_space s = three_of_four();

	check_put(&s, "d", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
	check_put(&s, "e", "1", KV_ABSENT, KV_FULL, false);
	check_put(&s, "e", "1", 7, KV_CHANGED, false);
	check_put(&s, "a", "1", KV_ABSENT, KV_EXISTS, false);
	check_put(&s, "a", "2", KV_ANY, KV_DONE, false);
	check_text(&s, "e", NULL);
	check_usage(&s, 4, 8);
}

/* Nine of ten bytes are taken: "a" has four, "b" five. */
static struct kv_space
nine_of_ten(void)
{
	const struct kv_space s = space_of(PLENTY, 10);

	check_write(&s, KV_UPSERT, PAIRS({"a", "100"}, {"b", "1000"}), 0,
	    KV_DONE, "11");
	check_usage(&s, 2, 9);
	return s;
}

static void
upsert_bytes(void)
{
	const struct kv_space s = nine_of_ten();

	check_write(&s, KV_UPSERT, PAIRS({"c", "1"}), 0, KV_FULL, "0");
	check_write(&s, KV_UPSERT, PAIRS({"a", "10000"}), 0, KV_FULL, "0");
	check_text(&s, "a", "100");
	check_write(&s, KV_UPSERT, PAIRS({"a", "1000"}), 0, KV_DONE, "1");
	check_write(&s, KV_UPSERT, PAIRS({"b", "2000"}), 0, KV_DONE, "1");
	check_usage(&s, 2, 10);
}

static void
insert_bytes(void)
{
	const struct kv_space s = nine_of_ten();

	check_write(&s, KV_INSERT, PAIRS({"c", "1"}), 0, KV_FULL, "0");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"c", "1"}), 0, KV_FULL, "0");
	check_remove(&s, "a", KV_ANY, KV_DONE, true);
	check_write(
	    &s, KV_INSERT, PAIRS({"b", "1"}, {"c", "10000"}), 0, KV_FULL, "00");
	check_write(
	    &s, KV_INSERT, PAIRS({"b", "1"}, {"c", "1000"}), 0, KV_DONE, "01");
	check_usage(&s, 2, 10);
}

static void
put_bytes(void)
{
	const struct kv_space s = nine_of_ten();

	check_put(&s, "c", "1", KV_ANY, KV_FULL, false);
	check_put(&s, "b", "100000", KV_ANY, KV_FULL, false);
	check_text(&s, "b", "1000");
	check_put(&s, "b", "10000", KV_ANY, KV_DONE, false);
	check_usage(&s, 2, 10);
}

/* What one key of a batch gives back, another may take. */
static void
give_and_take(void)
{
	const struct kv_space s = nine_of_ten();

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"c", "10"}), 0, KV_DONE, "11");
	check_usage(&s, 3, 10);
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "10"}, {"b", "100"}), 0, KV_DONE, "11");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "10"}, {"b", "1000"}), 0, KV_FULL, "00");
	check_text(&s, "b", "100");
}

static void
delete_gives_room(void)
{
	const struct kv_space s = three_of_four();

	set(&s, "d", "1");
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
	check_delete(&s, KEYS("a", "b", "x"), KV_DONE, "110");
	check_write(&s, KV_UPSERT, PAIRS({"e", "1"}, {"f", "1"}, {"g", "1"}), 0,
	    KV_FULL, "000");
	check_write(
	    &s, KV_UPSERT, PAIRS({"e", "1"}, {"f", "1"}), 0, KV_DONE, "11");
	check_remove(&s, "c", KV_ANY, KV_DONE, true);
	check_put(&s, "g", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "h", "1", KV_ANY, KV_FULL, false);
}

static void
expiry_gives_room(void)
{
	const struct kv_space s = space_of(3, PLENTY);

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 10, KV_DONE, "11");
	set(&s, "c", "1");
	tick(10 * SECOND - 1);
	check_put(&s, "d", "1", KV_ANY, KV_FULL, false);
	tick(1);
	check_write(&s, KV_UPSERT, PAIRS({"d", "1"}, {"e", "1"}, {"f", "1"}), 0,
	    KV_FULL, "000");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"d", "1"}), 0, KV_DONE, "11");
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
	check_list(&s, "", "", 10, "a c d ");
}

/* Nor does what was purged. */
static void
purge_gives_room(void)
{
	const struct kv_space s = space_of(2, PLENTY);
	bool more = true;

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 10, KV_DONE, "11");
	tick(10 * SECOND);
	while (more)
		CU_ASSERT_EQUAL_FATAL(t_purge(&me, 100, &more), OK);
	check_write(
	    &s, KV_INSERT, PAIRS({"c", "1"}, {"d", "1"}), 0, KV_DONE, "11");
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
}

static void
lowered(void)
{
	struct kv_space s = three_of_four();

	s.max_keys = 2;
	check_write(&s, KV_UPSERT, PAIRS({"d", "1"}), 0, KV_FULL, "0");
	check_write(&s, KV_INSERT, PAIRS({"d", "1"}), 0, KV_FULL, "0");
	check_put(&s, "d", "1", KV_ANY, KV_FULL, false);
	/* Nothing is taken away, and what is there may change. */
	check_put(&s, "a", "2", KV_ANY, KV_DONE, false);
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "3"}, {"b", "3"}), 0, KV_DONE, "11");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "4"}, {"d", "1"}), 0, KV_FULL, "00");
	check_usage(&s, 3, 6);
	check_delete(&s, KEYS("a", "b"), KV_DONE, "11");
	check_put(&s, "d", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
}

static void
lowered_bytes(void)
{
	struct kv_space s = nine_of_ten();

	s.max_bytes = 6;
	check_put(&s, "b", "10000", KV_ANY, KV_FULL, false);
	check_put(&s, "b", "9999", KV_ANY, KV_DONE, false);
	check_write(&s, KV_UPSERT, PAIRS({"b", "999"}), 0, KV_DONE, "1");
	check_usage(&s, 2, 8);
	check_write(&s, KV_UPSERT, PAIRS({"b", "9999"}), 0, KV_FULL, "0");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"c", "1"}), 0, KV_DONE, "11");
	check_usage(&s, 3, 8);
	check_remove(&s, "b", KV_ANY, KV_DONE, true);
	check_put(&s, "d", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
}

static void
lowered_expired(void)
{
	struct kv_space s = three_of_four();

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 1, KV_DONE, "1");
	tick(SECOND);
	s.max_keys = 2;
	/* It is not there any more: this is a third key. */
	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 0, KV_FULL, "0");
	check_put(&s, "a", "1", KV_ANY, KV_FULL, false);
	check_usage(&s, 2, 4);
}

static void
raised(void)
{
	struct kv_space s = three_of_four();

	set(&s, "d", "1");
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
	s.max_keys = 5;
	check_put(&s, "e", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "f", "1", KV_ANY, KV_FULL, false);
}

static void
none_at_all(void)
{
	const struct kv_space s = space_of(0, PLENTY), t = space_of(5, 0);

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 0, KV_FULL, "0");
	check_put(&s, "a", "1", KV_ANY, KV_FULL, false);
	check_write(&t, KV_INSERT, PAIRS({"a", "1"}), 0, KV_FULL, "0");
	check_delete(&s, KEYS("a"), KV_DONE, "0");
	check_usage(&s, 0, 0);
}

/* Writing over the same keys takes no more room, however often. */
static void
over_and_over(void)
{
	const struct kv_space s = space_of(4, 9);
	int i;

	for (i = 0; i < 200; i++)
		check_write(&s, KV_UPSERT,
		    PAIRS({"a", "1"}, {"b", "2"}, {"c", "3"}), 0, KV_DONE,
		    "111");
	check_usage(&s, 3, 6);
	check_put(&s, "d", "10", KV_ANY, KV_DONE, true);
	check_put(&s, "d", "100", KV_ANY, KV_FULL, false);
	for (i = 0; i < 200; i++) {
		check_remove(&s, "d", KV_ANY, KV_DONE, true);
		check_write(&s, KV_UPSERT, PAIRS({"d", "10"}), 0, KV_DONE, "1");
	}
	check_put(&s, "e", "1", KV_ANY, KV_FULL, false);
}

/* A batch that would be the whole of it. */
static void
large(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const struct kv_space s = space_of(999, PLENTY);
	struct kv_outcome out;
	int i;

	for (i = 0; i < 1000; i++)
		pair[i] =
		    (struct kv_pair){arena_printf(me.call.mem, "%d", i), "1"};
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, 1000, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_FULL);
	check_usage(&s, 0, 0);
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, 999, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_DONE);
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair + 1, 999, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_FULL);
	check_text(&s, "999", NULL);
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_INSERT, pair, 999, 0, &out), OK);
	CU_ASSERT_EQUAL(out.result, KV_DONE);
}

CU_TestInfo quota_tests[] = {
    {"keys: upsert", upsert_keys},
    {"keys: insert, where what is skipped is free", insert_keys},
    {"keys: strict insert", strict_keys},
    {"keys: put", put_keys},
    {"bytes: upsert", upsert_bytes},
    {"bytes: insert", insert_bytes},
    {"bytes: put", put_bytes},
    {"what a batch gives back it may take", give_and_take},
    {"deleting gives room", delete_gives_room},
    {"expiry gives room", expiry_gives_room},
    {"purging gives room", purge_gives_room},
    {"a quota that was lowered", lowered},
    {"a quota of bytes that was lowered", lowered_bytes},
    {"a lowered quota and what has expired", lowered_expired},
    {"a quota that was raised", raised},
    {"no room at all", none_at_all},
    {"writing over the same keys", over_and_over},
    {"a thousand keys", large},
    CU_TEST_INFO_NULL,
};
