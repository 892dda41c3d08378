/*
 * Values that expire: to the microsecond, whether something removed them.
 */
#include "fixture.h"

/* "a" is there for the last microsecond. */
static struct kv_space
about_to_expire(void)
{
	const struct kv_space s = new_space();

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), 10, KV_DONE, "1");
	tick(10 * SECOND - 1);
	return s;
}

static void
read_border(void)
{
	const struct kv_space s = about_to_expire();

	check_text(&s, "a", "1");
	tick(1);
	check_text(&s, "a", NULL);
	CU_ASSERT_EQUAL(get(&s, "a").version, 0);
	tick(1);
	check_text(&s, "a", NULL);
}

static void
list_border(void)
{
	const struct kv_space s = about_to_expire();

	set(&s, "b", "1");
	check_list(&s, "", "", 10, "a b ");
	check_list(&s, "", "", 1, "a ");
	tick(1);
	check_list(&s, "", "", 10, "b ");
	check_list(&s, "", "", 1, "b ");
	check_list(&s, "a", "", 10, "");
}

static void
usage_border(void)
{
	const struct kv_space s = about_to_expire();

	set(&s, "b", "22");
	check_usage(&s, 2, 5);
	tick(1);
	check_usage(&s, 1, 3);
}

static void
insert_border(void)
{
	const struct kv_space s = about_to_expire();

	check_write(&s, KV_INSERT, PAIRS({"a", "2"}), 0, KV_DONE, "0");
	tick(1);
	check_write(&s, KV_INSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	check_text(&s, "a", "2");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, 0);
}

static void
strict_border(void)
{
	const struct kv_space s = about_to_expire();

	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "2"}, {"b", "2"}), 0,
	    KV_EXISTS, "00");
	tick(1);
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "2"}, {"b", "2"}), 0,
	    KV_DONE, "11");
	check_text(&s, "a", "2");
}

static void
put_border(void)
{
	const struct kv_space s = about_to_expire();
	int64_t v = get(&s, "a").version;

	check_put(&s, "a", "2", KV_ABSENT, KV_EXISTS, false);
	tick(1);
	check_put(&s, "a", "2", v, KV_CHANGED, false);
	check_text(&s, "a", NULL);
	CU_ASSERT(check_put(&s, "a", "2", KV_ABSENT, KV_DONE, true) > v);
	check_text(&s, "a", "2");
}

static void
put_any_border(void)
{
	const struct kv_space s = about_to_expire();
	int64_t v = get(&s, "a").version;

	tick(1);
	CU_ASSERT(check_put(&s, "a", "2", KV_ANY, KV_DONE, true) > v);
	check_usage(&s, 1, 2);
}

static void
delete_border(void)
{
	struct kv_space s = about_to_expire();

	check_delete(&s, KEYS("a"), KV_DONE, "1");
	s = about_to_expire();
	tick(1);
	check_delete(&s, KEYS("a"), KV_DONE, "0");
	check_usage(&s, 0, 0);
}

static void
remove_border(void)
{
	struct kv_space s = about_to_expire();
	int64_t v = get(&s, "a").version;

	tick(1);
	check_remove(&s, "a", v, KV_CHANGED, false);
	check_remove(&s, "a", KV_ANY, KV_DONE, false);
	s = about_to_expire();
	check_remove(&s, "a", get(&s, "a").version, KV_DONE, true);
}

static void
upsert_replaces(void)
{
	const struct kv_space s = about_to_expire();
	int64_t now = me.call.now.us;

	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 5, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, now + 5 * SECOND);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, 0);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 1, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, now + SECOND);
	tick(SECOND);
	check_text(&s, "a", NULL);
}

static void
insert_leaves(void)
{
	const struct kv_space s = about_to_expire();
	int64_t end = get(&s, "a").expires_at.us;

	check_write(
	    &s, KV_INSERT, PAIRS({"a", "2"}, {"b", "2"}), 99, KV_DONE, "01");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, end);
	CU_ASSERT_EQUAL(
	    get(&s, "b").expires_at.us, me.call.now.us + 99 * SECOND);
}

static void
longest(void)
{
	const struct kv_space s = new_space();
	const int64_t us = (int64_t)KV_TTL_MAX * SECOND;

	check_write(&s, KV_UPSERT, PAIRS({"a", "1"}), KV_TTL_MAX, KV_DONE, "1");
	CU_ASSERT_EQUAL(get(&s, "a").expires_at.us, me.call.now.us + us);
	tick(us - 1);
	check_text(&s, "a", "1");
	tick(1);
	check_text(&s, "a", NULL);
	tick(-us);
}

static void
mixed_batch(void)
{
	const struct kv_space s = about_to_expire();
	struct kv_value v[3];

	set(&s, "b", "2");
	tick(1);
	CU_ASSERT_EQUAL_FATAL(t_read(&me, &s, KEYS("a", "b", "c"), v), OK);
	CU_ASSERT_PTR_NULL(v[0].text);
	CU_ASSERT_STRING_EQUAL(v[1].text, "2");
	CU_ASSERT_PTR_NULL(v[2].text);
	check_delete(&s, KEYS("a", "b", "c"), KV_DONE, "010");
}

/* Purges all; how often it took. */
static int
purge(int64_t limit)
{
	bool more = true;
	int n = 0;

	while (more && n++ < 1000)
		CU_ASSERT_EQUAL_FATAL(t_purge(&me, limit, &more), OK);
	CU_ASSERT_FALSE(more);
	return n;
}

static void
purged(void)
{
	const struct kv_space s = about_to_expire(), t = about_to_expire();

	/* "a" of t has its moment in ten seconds more. */
	set(&s, "b", "1");
	check_write(&s, KV_UPSERT, PAIRS({"c", "1"}), 100, KV_DONE, "1");
	purge(1000);
	check_list(&s, "", "", 10, "b c ");
	check_text(&t, "a", "1");
	tick(1);
	purge(1000);
	check_text(&t, "a", NULL);
	check_list(&s, "", "", 10, "b c ");
	check_usage(&s, 2, 4);
	check_usage(&t, 0, 0);
	check_write(&t, KV_STRICT_INSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	check_text(&t, "a", "2");
}

static void
purged_in_parts(void)
{
	const struct kv_space s = new_space();
	size_t i;

	purge(1000);
	for (i = 0; i < 50; i++) {
		check_write(&s, KV_UPSERT,
		    &(struct kv_pair){number(100 + i), "1"}, 1,
		    i % 2 == 0 ? 1 : 100, KV_DONE, "1");
	}
	tick(SECOND);
	CU_ASSERT(purge(10) >= 2);
	check_usage(&s, 25, 25 * 4);
	CU_ASSERT_EQUAL(purge(10), 1);
}

/* What was written again since is not what had expired. */
static void
not_purged(void)
{
	const struct kv_space s = about_to_expire();

	tick(1);
	check_write(&s, KV_UPSERT, PAIRS({"a", "2"}), 0, KV_DONE, "1");
	purge(1000);
	check_text(&s, "a", "2");
	check_write(&s, KV_UPSERT, PAIRS({"a", "3"}), 1, KV_DONE, "1");
	check_write(&s, KV_UPSERT, PAIRS({"a", "4"}), 9, KV_DONE, "1");
	tick(2 * SECOND);
	purge(1000);
	check_text(&s, "a", "4");
}

CU_TestInfo ttl_tests[] = {
    {"read, to the microsecond", read_border},
    {"list, to the microsecond", list_border},
    {"usage, to the microsecond", usage_border},
    {"insert, to the microsecond", insert_border},
    {"strict insert, to the microsecond", strict_border},
    {"put, to the microsecond", put_border},
    {"put over what has expired is the first", put_any_border},
    {"delete, to the microsecond", delete_border},
    {"remove, to the microsecond", remove_border},
    {"upsert replaces the expiry", upsert_replaces},
    {"insert leaves that of what it skips", insert_leaves},
    {"the longest time", longest},
    {"what has expired beside what has not", mixed_batch},
    {"purge removes what has expired, and no more", purged},
    {"purge a part at a time", purged_in_parts},
    {"purge leaves what was written again", not_purged},
    CU_TEST_INFO_NULL,
};
