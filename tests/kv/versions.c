/*
 * Versions: they only rise, and one that was once seen never comes again.
 */
#include "fixture.h"

static void
first(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);

	CU_ASSERT_EQUAL(v, me.call.now.us);
	CU_ASSERT_EQUAL(get(&s, "a").version, v);
	CU_ASSERT_EQUAL(get(&s, "a").updated_at.us, me.call.now.us);
}

static void
later(void)
{
	const struct kv_space s = new_space();

	set(&s, "a", "1");
	tick(12345);
	CU_ASSERT_EQUAL(
	    check_put(&s, "a", "2", KV_ANY, KV_DONE, false), me.call.now.us);
	CU_ASSERT_EQUAL(get(&s, "a").updated_at.us, me.call.now.us);
}

static void
same_moment(void)
{
	const struct kv_space s = new_space();
	int64_t i;

	for (i = 0; i < 20; i++)
		CU_ASSERT_EQUAL(
		    check_put(&s, "a", "1", KV_ANY, KV_DONE, i == 0),
		    me.call.now.us + i);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, me.call.now.us + 20);
	tick(5);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, me.call.now.us - 5 + 21);
}

/* Another machine's clock is behind. */
static void
earlier_clock(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);

	tick(-3600LL * SECOND);
	CU_ASSERT_EQUAL(check_put(&s, "a", "2", KV_ANY, KV_DONE, false), v + 1);
	CU_ASSERT_EQUAL(get(&s, "a").updated_at.us, me.call.now.us);
	check_write(&s, KV_UPSERT, PAIRS({"a", "3"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, v + 2);
	tick(3600LL * SECOND);
}

static void
same_text(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);

	CU_ASSERT_EQUAL(check_put(&s, "a", "1", v, KV_DONE, false), v + 1);
	check_put(&s, "a", "1", v, KV_CHANGED, false);
}

static void
made_again(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true), w;

	check_remove(&s, "a", v, KV_DONE, true);
	tick(1);
	w = check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true);
	CU_ASSERT(w > v);
	check_put(&s, "a", "2", v, KV_CHANGED, false);
	check_remove(&s, "a", v, KV_CHANGED, false);
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	tick(1);
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	CU_ASSERT(get(&s, "a").version > w);
}

/* Whatever way it went, and whoever's clock makes it again. */
static void
made_again_earlier(void)
{
	const struct kv_space s = new_space();
	int64_t v = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	bool more = true;

	check_remove(&s, "a", v, KV_DONE, true);
	tick(-3600LL * SECOND);
	CU_ASSERT_EQUAL(
	    check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true), v + 1);
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 10, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, v + 2);
	tick(10 * SECOND);
	while (more)
		CU_ASSERT_EQUAL_FATAL(t_purge(&me, 100, &more), OK);
	check_write(&s, KV_INSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, v + 3);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, v + 4);
	tick(3600LL * SECOND);
	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").version, me.call.now.us);
}

/* What had to make room for others. */
static void
made_again_after_expiry(void)
{
	const struct kv_space s = space_of(1, PLENTY);
	int64_t v = me.call.now.us;

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 10, KV_DONE, "1");
	tick(10 * SECOND);
	check_put(&s, "b", "1", KV_ANY, KV_DONE, true);
	check_remove(&s, "b", KV_ANY, KV_DONE, true);
	tick(-20LL * SECOND);
	CU_ASSERT(check_put(&s, "a", "1", KV_ANY, KV_DONE, true) > v);
	tick(20 * SECOND);
}

static void
of_a_batch(void)
{
	const struct kv_space s = new_space();
	int64_t then = me.call.now.us;

	set(&s, "b", "1");
	set(&s, "b", "2");
	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "3"}), 0, KV_DONE, "11");
	CU_ASSERT_EQUAL(get(&s, "a").version, then);
	CU_ASSERT_EQUAL(get(&s, "b").version, then + 2);
	tick(7);
	check_write(
	    &s, KV_UPSERT, PAIRS({"b", "4"}, {"c", "5"}), 0, KV_DONE, "11");
	CU_ASSERT_EQUAL(get(&s, "a").version, then);
	CU_ASSERT_EQUAL(get(&s, "b").version, then + 7);
	CU_ASSERT_EQUAL(get(&s, "c").version, then + 7);
}

static void
in_lists(void)
{
	const struct kv_space s = new_space();
	struct kv_value *value = NULL;
	size_t n = 0;

	set(&s, "a", "1");
	tick(3);
	check_write(&s, KV_UPSERT, PAIRS({"b", "22"}), 9, KV_DONE, "1");
	CU_ASSERT_EQUAL_FATAL(
	    t_list(&me, &s, "", "", 10, false, &value, &n), OK);
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT_EQUAL(value[0].version, me.call.now.us - 3);
	CU_ASSERT_EQUAL(value[0].updated_at.us, me.call.now.us - 3);
	CU_ASSERT_EQUAL(value[0].expires_at.us, 0);
	CU_ASSERT_EQUAL(value[0].size, 1);
	CU_ASSERT_EQUAL(value[1].version, me.call.now.us);
	CU_ASSERT_EQUAL(value[1].expires_at.us, me.call.now.us + 9 * SECOND);
	CU_ASSERT_EQUAL(value[1].size, 2);
}

CU_TestInfo versions_tests[] = {
    {"the first one is the time", first},
    {"later ones are the time", later},
    {"within one moment it rises by one", same_moment},
    {"a clock that is behind", earlier_clock},
    {"the same text again is another version", same_text},
    {"deleted and made again", made_again},
    {"made again where a clock is behind", made_again_earlier},
    {"made again after something else", made_again_after_expiry},
    {"each key of a batch has its own", of_a_batch},
    {"lists tell them", in_lists},
    CU_TEST_INFO_NULL,
};
