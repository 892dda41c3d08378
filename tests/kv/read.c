/*
 * Reading: what is there, what is not, many at once.
 */
#include <string.h>

#include "core/time.h"
#include "fixture.h"

static void
nothing(void)
{
	const struct kv_space s = new_space();
	const struct kv_value v = get(&s, "a");

	CU_ASSERT_PTR_NULL(v.text);
	CU_ASSERT_EQUAL(v.size, 0);
	CU_ASSERT_EQUAL(v.version, 0);
	CU_ASSERT_EQUAL(v.updated_at.us, 0);
	CU_ASSERT_EQUAL(v.expires_at.us, 0);
	check_list(&s, "", "", 10, "");
	check_usage(&s, 0, 0);
}

static void
all_parts(void)
{
	const struct kv_space s = new_space();
	struct kv_value v;

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "{\"b\":[1]}"}), 60, KV_DONE, "1");
	v = get(&s, "a");
	CU_ASSERT_STRING_EQUAL(v.text, "{\"b\":[1]}");
	CU_ASSERT_EQUAL(v.size, 9);
	CU_ASSERT_EQUAL(v.version, me.call.now.us);
	CU_ASSERT_EQUAL(v.updated_at.us, me.call.now.us);
	CU_ASSERT_EQUAL(v.expires_at.us, me.call.now.us + 60 * SECOND);
}

static void
in_order(void)
{
	const struct kv_space s = new_space();
	static const char *const key[] = {"z", "none", "a", "m", "also none"};
	struct kv_value v[5];
	size_t i;

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}, {"m", "2"}, {"z", "3"}), 0,
	    KV_DONE, "111");
	CU_ASSERT_EQUAL_FATAL(t_read(&me, &s, key, 5, v), OK);
	for (i = 0; i < 5; i++)
		CU_ASSERT_STRING_EQUAL(v[i].key, key[i]);
	CU_ASSERT_STRING_EQUAL(v[0].text, "3");
	CU_ASSERT_PTR_NULL(v[1].text);
	CU_ASSERT_STRING_EQUAL(v[2].text, "1");
	CU_ASSERT_STRING_EQUAL(v[3].text, "2");
	CU_ASSERT_PTR_NULL(v[4].text);
	CU_ASSERT_EQUAL(v[4].version, 0);
}

static void
one_key_twice(void)
{
	const struct kv_space s = new_space();
	struct kv_value v[3];

	set(&s, "a", "1");
	CU_ASSERT_EQUAL_FATAL(t_read(&me, &s, KEYS("a", "b", "a"), v), OK);
	CU_ASSERT_STRING_EQUAL(v[0].text, "1");
	CU_ASSERT_PTR_NULL(v[1].text);
	CU_ASSERT_STRING_EQUAL(v[2].text, "1");
}

/* As many as may come at once, and around where statements change. */
static void
sizes(void)
{
	static const size_t n[] = {
	    1, 2, 3, 7, 8, 9, 63, 64, 65, 127, 128, 500, 512, 513, 999, 1000};
	const struct kv_space s = new_space();
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const char **key = NEW_N(me.call.mem, const char *, 1000);
	struct kv_value *v = NEW_N(me.call.mem, struct kv_value, 1000);
	struct kv_outcome out;
	size_t i, j, bad = 0, bytes = 0;

	for (i = 0; i < 1000; i++) {
		key[i] = arena_printf(me.call.mem, "k%zu", i);
		pair[i] = (struct kv_pair){
		    key[i], arena_printf(me.call.mem, "%zu", i * i)};
		bytes += strlen(pair[i].key) + strlen(pair[i].text);
	}
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, 1000, 0, &out), OK);
	for (i = 0; i < 1000; i++)
		bad += !out.done[i];
	CU_ASSERT_EQUAL(bad, 0);
	for (j = 0; j < sizeof(n) / sizeof(n[0]); j++) {
		CU_ASSERT_EQUAL_FATAL(t_read(&me, &s, key, n[j], v), OK);
		for (i = 0; i < n[j]; i++)
			bad += v[i].text == NULL ||
			       strcmp(v[i].text, pair[i].text) != 0;
	}
	CU_ASSERT_EQUAL(bad, 0);
	check_usage(&s, 1000, (int64_t)bytes);
}

/* Without texts; with as many bytes of them as there is room for. */
static void
rooms(void)
{
	const struct kv_space s = new_space();
	struct kv_value v[4];

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "123"}, {"b", "1"}), 60, KV_DONE, "11");
	CU_ASSERT_EQUAL_FATAL(
	    t_read_within(&me, &s, KEYS("b", "x", "a", "b"), 0, v), OK);
	CU_ASSERT_STRING_EQUAL(v[1].key, "x");
	CU_ASSERT_EQUAL(v[1].version, 0);
	CU_ASSERT_STRING_EQUAL(v[2].key, "a");
	CU_ASSERT_PTR_NULL(v[2].text);
	CU_ASSERT_EQUAL(v[2].version, me.call.now.us);
	CU_ASSERT_EQUAL(v[2].size, 3);
	CU_ASSERT_EQUAL(v[2].expires_at.us, me.call.now.us + 60 * SECOND);
	CU_ASSERT_EQUAL(v[3].version, me.call.now.us);
	CU_ASSERT_EQUAL(
	    t_read_within(&me, &s, KEYS("a", "b"), 3, v), ERR_TOO_LARGE);
	CU_ASSERT_EQUAL_FATAL(
	    t_read_within(&me, &s, KEYS("a", "x", "b"), 4, v), OK);
	CU_ASSERT_STRING_EQUAL(v[0].text, "123");
	CU_ASSERT_PTR_NULL(v[1].text);
	CU_ASSERT_STRING_EQUAL(v[2].text, "1");
	CU_ASSERT_EQUAL(t_read_within(&me, &s, KEYS("x"), 1, v), OK);
	tick(60 * SECOND);
	CU_ASSERT_EQUAL(t_read_within(&me, &s, KEYS("a", "b"), 1, v), OK);
	CU_ASSERT_EQUAL(v[0].version, 0);
	CU_ASSERT_EQUAL(t_read_within(&me, &s, KEYS("a", "b"), 0, v), OK);
	CU_ASSERT_EQUAL(v[0].version, 0);
}

/* A thousand of the largest, in the memory of a request. */
static void
too_many(void)
{
	enum { REQUEST = 64 << 20, ROOM = 16 << 20, FIT = ROOM / KV_VALUE_MAX };
	const char *text = repeat('7', KV_VALUE_MAX);
	const struct kv_space s = new_space();
	const char **key = NEW_N(me.call.mem, const char *, KV_BATCH_MAX);
	struct kv_value *v = NEW_N(me.call.mem, struct kv_value, KV_BATCH_MAX);
	struct kv_pair pair[100];
	struct kv_outcome out;
	struct hand small;
	size_t i, bad = 0;

	for (i = 0; i < KV_BATCH_MAX; i++) {
		key[i] = number(i);
		pair[i % 100] = (struct kv_pair){key[i], text};
		if (i % 100 == 99)
			CU_ASSERT_EQUAL_FATAL(
			    t_write(&me, &s, KV_UPSERT, pair, 100, 0, &out),
			    OK);
	}
	hand_open_small(&small, me.store, REQUEST);
	CU_ASSERT_EQUAL(t_read_within(&small, &s, key, KV_BATCH_MAX, ROOM, v),
	    ERR_TOO_LARGE);
	CU_ASSERT_EQUAL(
	    t_read_within(&small, &s, key, FIT + 1, ROOM, v), ERR_TOO_LARGE);
	CU_ASSERT_EQUAL(t_read_within(&small, &s, key, KV_BATCH_MAX, 0, v), OK);
	for (i = 0; i < KV_BATCH_MAX; i++)
		bad += v[i].size != KV_VALUE_MAX || v[i].text != NULL;
	CU_ASSERT_EQUAL(t_read_within(&small, &s, key, FIT, ROOM, v), OK);
	for (i = 0; i < FIT; i++)
		bad += strcmp(v[i].text, text) != 0;
	CU_ASSERT_EQUAL(bad, 0);
	hand_close(&small);
}

CU_TestInfo read_tests[] = {
    {"a space that holds nothing", nothing},
    {"a value with all its parts", all_parts},
    {"many, as they were asked for", in_order},
    {"one key twice", one_key_twice},
    {"batches of all sizes", sizes},
    {"as much as there is room for", rooms},
    {"more than fits into memory", too_many},
    CU_TEST_INFO_NULL,
};
