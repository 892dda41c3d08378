/*
 * One value at a time, with and without the version that it must have.
 */
#include "fixture.h"

static void
any(void)
{
	const struct kv_space s = new_space();

	check_put(&s, "a", "1", KV_ANY, KV_DONE, true);
	check_put(&s, "a", "2", KV_ANY, KV_DONE, false);
	check_text(&s, "a", "2");
	check_usage(&s, 1, 2);
}

static void
absent(void)
{
	const struct kv_space s = new_space();

	check_put(&s, "a", "1", KV_ABSENT, KV_DONE, true);
	check_put(&s, "a", "2", KV_ABSENT, KV_EXISTS, false);
	check_text(&s, "a", "1");
	check_usage(&s, 1, 2);
}

static void
version(void)
{
	const struct kv_space s = new_space();
	int64_t one = check_put(&s, "a", "1", KV_ANY, KV_DONE, true), two;

	CU_ASSERT_EQUAL(one, me.call.now.us);
	CU_ASSERT_EQUAL(get(&s, "a").version, one);
	two = check_put(&s, "a", "2", one, KV_DONE, false);
	CU_ASSERT_EQUAL(two, one + 1);
	CU_ASSERT_EQUAL(get(&s, "a").version, two);
	check_put(&s, "a", "3", one, KV_CHANGED, false);
	check_put(&s, "a", "3", two + 1, KV_CHANGED, false);
	check_text(&s, "a", "2");
	CU_ASSERT_EQUAL(get(&s, "a").version, two);
}

static void
version_of_none(void)
{
	const struct kv_space s = new_space();

	check_put(&s, "a", "1", 1, KV_CHANGED, false);
	check_put(&s, "a", "1", me.call.now.us, KV_CHANGED, false);
	check_text(&s, "a", NULL);
	check_usage(&s, 0, 0);
}

static void
forgets_expiry(void)
{
	const struct kv_space s = new_space();

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 10, KV_DONE, "1");
	check_put(&s, "a", "2", KV_ANY, KV_DONE, false);
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, 0);
	tick(11 * SECOND);
	check_text(&s, "a", "2");
}

static void
remove_any(void)
{
	const struct kv_space s = new_space();

	check_remove(&s, "a", KV_ANY, KV_DONE, false);
	set(&s, "a", "1");
	check_remove(&s, "a", KV_ANY, KV_DONE, true);
	check_text(&s, "a", NULL);
	check_remove(&s, "a", KV_ANY, KV_DONE, false);
	check_usage(&s, 0, 0);
}

static void
remove_version(void)
{
	const struct kv_space s = new_space();
	int64_t one = check_put(&s, "a", "1", KV_ANY, KV_DONE, true);

	check_remove(&s, "a", one + 1, KV_CHANGED, false);
	check_remove(&s, "a", one - 1, KV_CHANGED, false);
	check_remove(&s, "b", one, KV_CHANGED, false);
	check_text(&s, "a", "1");
	check_remove(&s, "a", one, KV_DONE, true);
	check_text(&s, "a", NULL);
	check_remove(&s, "a", one, KV_CHANGED, false);
}

CU_TestInfo put_tests[] = {
    {"put whatever is there", any},
    {"put only if there is none", absent},
    {"put only if it has that version", version},
    {"put with a version where there is none", version_of_none},
    {"put forgets the expiry", forgets_expiry},
    {"remove whatever is there", remove_any},
    {"remove only if it has that version", remove_version},
    CU_TEST_INFO_NULL,
};
