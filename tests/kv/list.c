/*
 * Lists of keys: by their bytes, by prefix, page after page.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define LAST "\xf4\x8f\xbf\xbf" /* U+10FFFF */

static struct kv_space
holding(const char *const *key, size_t n)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, n);
	const struct kv_space s = new_space();
	struct kv_outcome out;
	size_t i;

	for (i = 0; i < n; i++)
		pair[i] = (struct kv_pair){key[i], "1"};
	CU_ASSERT_EQUAL_FATAL(
	    t_write(&me, &s, KV_UPSERT, pair, n, 0, &out), OK);
	return s;
}

static void
by_bytes(void)
{
	const struct kv_space s =
	    holding(KEYS("b", "\xc3\xa4", "B", "a", "10", "9", "\x7f", "\x01",
		"ab", "a\x01", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "~", "A"));

	check_list(&s, "", "", 100,
	    "\x01 10 9 A B a a\x01 ab b ~ \x7f \xc3\xa4 \xef\xbf\xbd "
	    "\xf0\x9f\x98\x80 ");
}

static void
prefixes(void)
{
	const struct kv_space s =
	    holding(KEYS("a", "ab", "abc", "abcd", "abd", "b", "A", "aB"));

	check_list(&s, "a", "", 100, "a aB ab abc abcd abd ");
	check_list(&s, "ab", "", 100, "ab abc abcd abd ");
	check_list(&s, "abc", "", 100, "abc abcd ");
	check_list(&s, "abcd", "", 100, "abcd ");
	check_list(&s, "abcde", "", 100, "");
	check_list(&s, "b", "", 100, "b ");
	check_list(&s, "c", "", 100, "");
}

static void
after(void)
{
	const struct kv_space s = holding(KEYS("a", "b", "c", "d"));

	check_list(&s, "", "b", 100, "c d ");
	check_list(&s, "", "bb", 100, "c d ");
	check_list(&s, "", "A", 100, "a b c d ");
	check_list(&s, "", "d", 100, "");
	check_list(&s, "", LAST, 100, "");
}

static void
prefix_and_after(void)
{
	const struct kv_space s =
	    holding(KEYS("a", "ba", "bb", "bbb", "bc", "c"));

	check_list(&s, "b", "bb", 100, "bbb bc ");
	check_list(&s, "b", "a", 100, "ba bb bbb bc ");
	check_list(&s, "b", "b", 100, "ba bb bbb bc ");
	check_list(&s, "b", "c", 100, "");
	check_list(&s, "bb", "bb", 100, "bbb ");
	check_list(&s, "b", "bb", 1, "bbb ");
}

static void
limits(void)
{
	const struct kv_space s = holding(KEYS("a", "b", "c"));

	check_list(&s, "", "", 1, "a ");
	check_list(&s, "", "", 2, "a b ");
	check_list(&s, "", "", 3, "a b c ");
	check_list(&s, "", "", 4, "a b c ");
	check_list(&s, "", "", KV_PAGE_MAX + 1, "a b c ");
}

static void
odd_bytes(void)
{
	const struct kv_space s = holding(KEYS("a\x01", "a\x01\x01", "a\x02",
	    "a\x7f", "a\x7f\x7f", "a\xc2\x80", "a" LAST, "a" LAST LAST, "b",
	    "\x7f", LAST, LAST "x", LAST LAST));

	check_list(&s, "a\x01", "", 100, "a\x01 a\x01\x01 ");
	check_list(&s, "a\x7f", "", 100, "a\x7f a\x7f\x7f ");
	check_list(&s, "a\xc2\x80", "", 100, "a\xc2\x80 ");
	check_list(&s, "a" LAST, "", 100, "a" LAST " a" LAST LAST " ");
	check_list(&s, LAST, "", 100, LAST " " LAST "x " LAST LAST " ");
	check_list(&s, LAST LAST, "", 100, LAST LAST " ");
	check_list(&s, "\x7f", "", 100, "\x7f ");
	check_list(&s, "a", "a\x7f", 2, "a\x7f\x7f a\xc2\x80 ");
}

/* U+00BF ends with the last byte that a character can end with. */
static void
last_bytes(void)
{
	const struct kv_space s = holding(KEYS("\xc2\xbf", "\xc2\xbf!",
	    "\xc3\x80", "\xc2\xbe", "\xdf\xbf", "\xdf\xbf.", "\xe0\xa0\x80",
	    "\xef\xbf\xbf", "\xf0\x90\x80\x80"));

	check_list(&s, "\xc2\xbf", "", 100, "\xc2\xbf \xc2\xbf! ");
	check_list(&s, "\xdf\xbf", "", 100, "\xdf\xbf \xdf\xbf. ");
	check_list(&s, "\xef\xbf\xbf", "", 100, "\xef\xbf\xbf ");
}

/* Nothing in a prefix means anything else. */
static void
no_patterns(void)
{
	const struct kv_space s = holding(KEYS("%", "%a", "_a", "xa", "*", "*a",
	    "?a", "[a]", "a", "\\", "\\a", "\\%", "^a", ".a"));

	check_list(&s, "%", "", 100, "% %a ");
	check_list(&s, "_", "", 100, "_a ");
	check_list(&s, "*", "", 100, "* *a ");
	check_list(&s, "?", "", 100, "?a ");
	check_list(&s, "[a", "", 100, "[a] ");
	check_list(&s, "\\", "", 100, "\\ \\% \\a ");
	check_list(&s, "^", "", 100, "^a ");
	check_list(&s, ".", "", 100, ".a ");
}

static void
long_prefixes(void)
{
	const char *key = repeat('k', KV_KEY_MAX);
	const struct kv_space s = holding(&key, 1);
	char expected[KV_KEY_MAX + 2];

	snprintf(expected, sizeof(expected), "%s ", key);
	check_list(&s, key, "", 10, expected);
	check_list(&s, key + 1, "", 10, expected);
	check_list(&s, repeat('k', KV_KEY_MAX + 1), "", 10, "");
	check_list(&s, repeat('k', 100000), "", 10, "");
	check_list(&s, "", key + 1, 10, expected);
	check_list(&s, "", key, 10, "");
	check_list(&s, "", repeat('k', KV_KEY_MAX + 1), 10, "");
	check_list(&s, "", repeat('k', 100000), 10, "");
	check_list(&s, "", repeat('j', 100000), 10, expected);
}

static void
with_texts(void)
{
	const struct kv_space s = new_space();
	struct kv_value *value = NULL;
	size_t n = 0;

	check_write(&s, KV_UPSERT,
	    PAIRS({"a", "\"x\""}, {"b", "[1,2]"}, {"c", "3"}), 50, KV_DONE,
	    "111");
	CU_ASSERT_EQUAL_FATAL(
	    t_list(&me, &s, "", "a", 10, true, &value, &n), OK);
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT_STRING_EQUAL(value[0].key, "b");
	CU_ASSERT_STRING_EQUAL(value[0].text, "[1,2]");
	CU_ASSERT_EQUAL(value[0].size, 5);
	CU_ASSERT_EQUAL(value[0].version, me.call.now.us);
	CU_ASSERT_EQUAL(value[0].expires_at.us, me.call.now.us + 50 * SECOND);
	CU_ASSERT_STRING_EQUAL(value[1].key, "c");
	CU_ASSERT_STRING_EQUAL(value[1].text, "3");
}

static void
large_texts(void)
{
	const char *text = repeat('7', KV_VALUE_MAX);
	const struct kv_space s = new_space();
	struct kv_value *value = NULL;
	size_t i, n = 0;

	for (i = 0; i < 50; i++)
		set(&s, number(i), text);
	CU_ASSERT_EQUAL_FATAL(
	    t_list(&me, &s, "", "", 100, true, &value, &n), OK);
	CU_ASSERT_EQUAL_FATAL(n, 50);
	for (i = 0; i < n; i++)
		if (strcmp(value[i].text, text) != 0)
			CU_FAIL("a large text is not the same");
}

enum { MANY = 2500 };

static struct kv_space
many(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, MANY);
	const struct kv_space s = new_space();
	struct kv_outcome out;
	size_t i;

	for (i = 0; i < MANY; i++)
		pair[i] = (struct kv_pair){arena_printf(me.call.mem, "%s%04zu",
					       i % 2 ? "odd" : "even", i),
		    "1"};
	for (i = 0; i < MANY; i += 500)
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, &s, KV_UPSERT, pair + i, 500, 0, &out), OK);
	return s;
}

/* Each key once and in order, in pages of so many. */
static void
walk(const struct kv_space *s, const char *prefix, int64_t limit, size_t total)
{
	const char *last = "";
	struct kv_value *value;
	size_t i, n, sum = 0;

	do {
		CU_ASSERT_EQUAL_FATAL(
		    t_list(&me, s, prefix, last, limit, false, &value, &n), OK);
		CU_ASSERT((int64_t)n <= limit);
		for (i = 0; i < n; i++) {
			if (strcmp(value[i].key, last) <= 0)
				CU_FAIL("not in order");
			last = value[i].key;
		}
		sum += n;
	} while ((int64_t)n == limit);
	CU_ASSERT_EQUAL(sum, total);
}

static void
pages(void)
{
	const struct kv_space s = many();

	walk(&s, "", 7, MANY);
	walk(&s, "", 500, MANY);
	walk(&s, "", 1000, MANY);
	walk(&s, "", 1001, MANY);
	walk(&s, "even", 100, MANY / 2);
	walk(&s, "odd", 1001, MANY / 2);
	walk(&s, "odd1", 100, 500);
}

/* The cursor is a key, so that what changes before it moves nothing. */
static void
changes_between_pages(void)
{
	const struct kv_space s = holding(KEYS("b", "d", "f", "h", "j"));

	check_list(&s, "", "", 2, "b d ");
	check_delete(&s, KEYS("b", "d"), KV_DONE, "11");
	set(&s, "a", "1");
	set(&s, "e", "1");
	check_list(&s, "", "d", 2, "e f ");
	check_delete(&s, KEYS("f"), KV_DONE, "1");
	check_list(&s, "", "f", 2, "h j ");
}

CU_TestInfo list_tests[] = {
    {"by their bytes", by_bytes},
    {"prefixes of prefixes", prefixes},
    {"what comes after", after},
    {"prefix and what comes after", prefix_and_after},
    {"limits", limits},
    {"prefixes of odd bytes", odd_bytes},
    {"prefixes that end with the last byte of their length", last_bytes},
    {"a prefix is no pattern", no_patterns},
    {"prefixes and cursors as long as keys, and longer", long_prefixes},
    {"with the values", with_texts},
    {"with large values", large_texts},
    {"page after page", pages},
    {"changes between two pages", changes_between_pages},
    CU_TEST_INFO_NULL,
};
