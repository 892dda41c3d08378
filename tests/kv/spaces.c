/*
 * Spaces know nothing of each other; they are dropped and found.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

static void
isolated(void)
{
	const struct kv_space s = new_space(), t = new_space();

	set(&s, "a", "1");
	check_text(&t, "a", NULL);
	check_list(&t, "", "", 10, "");
	check_usage(&t, 0, 0);
	check_put(&t, "a", "2", KV_ABSENT, KV_DONE, true);
	check_delete(&s, KEYS("a"), KV_DONE, "1");
	check_text(&t, "a", "2");
	check_write(&s, KV_STRICT_INSERT, PAIRS({"a", "3"}), 0, KV_DONE, "1");
	check_text(&t, "a", "2");
	check_usage(&t, 1, 2);
}

static void
own_quotas(void)
{
	const struct kv_space s = space_of(1, PLENTY), t = space_of(2, PLENTY);

	set(&s, "a", "1");
	set(&t, "a", "1");
	check_put(&s, "b", "1", KV_ANY, KV_FULL, false);
	check_put(&t, "b", "1", KV_ANY, KV_DONE, true);
	check_put(&t, "c", "1", KV_ANY, KV_FULL, false);
}

/* Drops all of it; how often it took. */
static int
drop(const struct kv_space *s, int64_t limit)
{
	bool more = true;
	int n = 0;

	while (more && n++ < 1000)
		CU_ASSERT_EQUAL_FATAL(t_drop(&me, s, limit, &more), OK);
	CU_ASSERT_FALSE(more);
	return n;
}

static void
dropped(void)
{
	const struct kv_space s = new_space(), t = new_space();

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 60, KV_DONE, "11");
	set(&t, "a", "1");
	drop(&s, 1000);
	check_list(&s, "", "", 10, "");
	check_usage(&s, 0, 0);
	check_text(&s, "a", NULL);
	check_text(&t, "a", "1");
}

static void
dropped_in_parts(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, 1000);
	const struct kv_space s = new_space();
	struct kv_outcome out;
	bool more = false;
	int i;

	for (i = 0; i < 1000; i++)
		pair[i] =
		    (struct kv_pair){arena_printf(me.call.mem, "%d", i), "1"};
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, 1000, 0, &out), OK);
	CU_ASSERT_EQUAL_FATAL(t_drop(&me, &s, 100, &more), OK);
	CU_ASSERT_TRUE(more);
	CU_ASSERT(drop(&s, 100) >= 8);
	check_usage(&s, 0, 0);
	/* All at once. */
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, 1000, 0, &out), OK);
	CU_ASSERT(drop(&s, KV_SWEEP_MAX) <= 2);
	check_usage(&s, 0, 0);
}

static void
dropped_and_again(void)
{
	const struct kv_space s = space_of(2, PLENTY);

	check_write(
	    &s, KV_UPSERT, PAIRS({"a", "1"}, {"b", "1"}), 0, KV_DONE, "11");
	drop(&s, 1000);
	check_write(&s, KV_STRICT_INSERT, PAIRS({"b", "2"}, {"c", "2"}), 0,
	    KV_DONE, "11");
	check_put(&s, "d", "1", KV_ANY, KV_FULL, false);
	check_list(&s, "", "", 10, "b c ");
}

static void
nothing_to_drop(void)
{
	const struct kv_space s = new_space();

	CU_ASSERT(drop(&s, 1) <= 2);
	set(&s, "a", "1");
	check_text(&s, "a", "1");
}

static void
note_space(
    const struct kv_space *space, size_t n, const struct uuid *id, char *seen)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (uuid_equal(id, &space[i].id))
			seen[i]++;
}

/* Pages of spaces; whether these are among them, "101". */
static void
check_found(
    const struct kv_space *space, size_t n, int64_t limit, const char *found)
{
	struct uuid after = {{0}}, *id;
	char seen[16] = "";
	size_t i, got;

	memset(seen, '0', n);
	do {
		CU_ASSERT_EQUAL_FATAL(
		    t_spaces(&me, after, limit, &id, &got), OK);
		CU_ASSERT((int64_t)got <= limit);
		for (i = 0; i < got; i++) {
			CU_ASSERT(memcmp(&id[i], &after, sizeof(after)) > 0);
			after = id[i];
			note_space(space, n, &id[i], seen);
		}
	} while (got > 0);
	CU_ASSERT_STRING_EQUAL(seen, found);
}

static void
found(void)
{
	const struct kv_space s[] = {
	    new_space(), new_space(), new_space(), new_space()};

	set(&s[0], "a", "1");
	set(&s[2], "a", "1");
	set(&s[3], "a", "1");
	check_found(s, 4, 1000, "1011");
	check_found(s, 4, 1, "1011");
	check_found(s, 4, 2, "1011");
	drop(&s[2], 1000);
	check_found(s, 4, 1000, "1001");
	check_delete(&s[0], KEYS("a"), KV_DONE, "1");
	check_found(s, 4, 1000, "0001");
	check_write(&s[3], KV_UPSERT, PAIRS({"b", "1"}), 0, KV_DONE, "1");
	check_remove(&s[3], "a", KV_ANY, KV_DONE, true);
	check_found(s, 4, 1000, "0001");
}

static void
similar_ids(void)
{
	struct kv_space s = {.max_keys = PLENTY, .max_bytes = PLENTY}, t, u;

	/* Bytes that texts and patterns trip over. */
	s.id = uuid_new();
	memcpy(s.id.byte + 6, "\x00*?[\\]\r\n%\xff", 10);
	t = u = s;
	t.id.byte[15] = 0xfe;
	u.id.byte[6] = 1;
	space_made(&s);
	space_made(&t);
	space_made(&u);
	set(&s, "a", "1");
	set(&t, "a", "2");
	set(&u, "a", "3");
	check_text(&s, "a", "1");
	check_text(&t, "a", "2");
	check_text(&u, "a", "3");
	check_list(&s, "", "", 10, "a ");
	drop(&s, 10);
	check_text(&s, "a", NULL);
	check_text(&t, "a", "2");
	check_text(&u, "a", "3");
	check_found((const struct kv_space[]){s, t, u}, 3, 2, "011");
}

CU_TestInfo spaces_tests[] = {
    {"the same key in two spaces", isolated},
    {"quotas of their own", own_quotas},
    {"a space that is dropped", dropped},
    {"dropped a part at a time", dropped_in_parts},
    {"dropped and used again", dropped_and_again},
    {"nothing to drop", nothing_to_drop},
    {"spaces that hold something are found", found},
    {"spaces with similar names", similar_ids},
    CU_TEST_INFO_NULL,
};
