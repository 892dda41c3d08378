/*
 * Keys and values come back byte for byte, and only equal bytes are equal.
 */
#include <string.h>

#include "fixture.h"

static void
exact(const char *const *text, size_t n)
{
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < n; i++)
		set(&s, number(i), text[i]);
	for (i = 0; i < n; i++)
		check_text(&s, number(i), text[i]);
}

static void
numbers(void)
{
	exact(KEYS("0", "-0", "-0.0", "1", "1.0", "1.00", "1e2", "1E+2", "100",
	    "1e-7", "0.1", "0.10000000000000001", "9007199254740993",
	    "18446744073709551616", "-9223372036854775809", "1e309", "1e-400",
	    "123456789012345678901234567890.123456789012345678901234567890"));
}

static void
escapes(void)
{
	exact(KEYS("\"\\u0041\"", "\"A\"", "\"\\/\"", "\"/\"", "\"\\n\"",
	    "\"\\u000a\"", "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"",
	    "\"\\u0000\"", "\"\\\\\"", "\"\\\"\"", "\"\\b\\f\\r\\t\"",
	    "\"\\ud800\"", "\"\\uFFFF\"", "\"\\uffff\""));
}

static void
members(void)
{
	exact(KEYS("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", "{}", "[]",
	    "[[[[]]]]", "{\"\":{\"\":{}}}", "{\"a\":null}", "null", "true",
	    "false", "\"\"", "[null,true,false]",
	    "{\"10\":1,\"9\":2,\"1\":3}"));
}

static void
blanks(void)
{
	exact(KEYS("\" \"", "\"  \"", "\" a\"", "\"a \"", "[ 1 , 2 ]",
	    "{ \"a\" : 1 }", "\t1", "1 ", "\"\xc2\xa0\"", "\"\xe2\x80\x8b\"",
	    "\"\xef\xbb\xbf\""));
}

static void
largest_value(void)
{
	const char *text = repeat('9', KV_VALUE_MAX);
	const struct kv_space s = new_space();

	set(&s, "a", text);
	check_text(&s, "a", text);
	check_usage(&s, 1, KV_VALUE_MAX + 1);
	check_write(&s, KV_UPSERT, PAIRS({"b", text}, {"c", text + 1}), 0,
	    KV_DONE, "11");
	check_text(&s, "b", text);
	check_text(&s, "c", text + 1);
}

/* Around what a reader's first buffers may hold. */
static void
sizes(void)
{
	static const size_t size[] = {1, 2, 255, 256, 257, 4095, 4096, 4097,
	    8191, 8192, 16383, 16384, 32768, 65535, 65536};
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		set(&s, number(i), repeat('1', size[i]));
		check_text(&s, number(i), repeat('1', size[i]));
	}
}

/* One after the other, longer and shorter. */
static void
growing(void)
{
	const struct kv_space s = new_space();
	size_t i;

	for (i = 1; i <= KV_VALUE_MAX; i *= 4) {
		set(&s, "a", repeat('1', i));
		check_text(&s, "a", repeat('1', i));
		set(&s, "a", "2");
		check_text(&s, "a", "2");
	}
	check_usage(&s, 1, 2);
}

static void
distinct(const char *const *key, size_t n)
{
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < n; i++)
		check_put(&s, key[i], number(i), KV_ABSENT, KV_DONE, true);
	for (i = 0; i < n; i++)
		check_text(&s, key[i], number(i));
}

static void
case_of_keys(void)
{
	distinct(KEYS("a", "A", "\xc3\xa4", "\xc3\x84", "\xc3\x9f", "ss", "SS",
	    "\xe1\xba\x9e", "i", "I", "\xc4\xb1", "\xc4\xb0", "\xcf\x83",
	    "\xcf\x82", "\xce\xa3"));
}

static void
blanks_of_keys(void)
{
	distinct(KEYS("a", "a ", "a  ", " a", " ", "  ", "\t", "\n", "a\n",
	    "a\t", "a\r", "\xc2\xa0", "a\xc2\xa0", "a\xe2\x80\x8b",
	    "\xe2\x80\x8b", "\xef\xbb\xbf",
	    "\xef\xbb\xbf"
	    "a"));
}

/* Normal forms, accents, widths, emoji with and without their parts. */
static void
forms_of_keys(void)
{
	distinct(KEYS("\xc3\xa9", "e\xcc\x81", "e", "\xc3\xa8", "\xe2\x84\xab",
	    "\xc3\x85", "A\xcc\x8a", "\xef\xac\x81", "fi", "\xc2\xb2", "2",
	    "\xef\xbc\x92", "\xe2\x80\x8d", "\xf0\x9f\x91\xa9",
	    "\xf0\x9f\x91\xa8", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb",
	    "\xf0\x9f\x91\xa9\xf0\x9f\x92\xbb", "\xe2\x9d\xa4",
	    "\xe2\x9d\xa4\xef\xb8\x8f", "\xea\xb0\x80",
	    "\xe1\x84\x80\xe1\x85\xa1"));
}

static void
numbers_as_keys(void)
{
	distinct(KEYS("1", "01", "1.0", "+1", "1 ", "1e0", "0x1", "-0", "0",
	    "9223372036854775808", "nan", "inf", "null", "nil", "true",
	    "undefined"));
}

/* Whatever a store's own names look like. */
static void
names_as_keys(void)
{
	distinct(KEYS("*", "$", "__index", "__proto__", "KEYS", "k", "v", "{a}",
	    "{a}:b", "a:b", "a::b", "a/b", "../a", "~", "'", "\"", "`", "\\",
	    "\\0", "';--", "%s%n", "\r\nDEL a\r\n", "*1\r\n$4\r\nPING",
	    "box.space", "return 1", "ARGV[1]"));
}

static void
control_keys(void)
{
	const struct kv_space s = new_space();
	char key[2] = {0};
	size_t i;

	for (i = 1; i < 128; i++) {
		key[0] = (char)i;
		check_put(&s, key, number(i), KV_ABSENT, KV_DONE, true);
	}
	for (i = 1; i < 128; i++) {
		key[0] = (char)i;
		check_text(&s, key, number(i));
	}
	check_usage(&s, 127, 127 + 9 + 90 * 2 + 28 * 3);
}

static void
longest_keys(void)
{
	char *one = arena_strdup(me.call.mem, repeat('k', KV_KEY_MAX));
	char *two = arena_strdup(me.call.mem, one);
	const struct kv_space s = new_space();

	two[KV_KEY_MAX - 1] = 'l';
	check_write(&s, KV_STRICT_INSERT, PAIRS({one, "1"}, {two, "2"}), 0,
	    KV_DONE, "11");
	check_text(&s, one, "1");
	check_text(&s, two, "2");
	check_text(&s, one + 1, NULL);
	check_put(&s, one + 1, "3", KV_ABSENT, KV_DONE, true);
	check_usage(&s, 3, 3 * KV_KEY_MAX - 1 + 3);
	check_delete(&s, KEYS(two, one), KV_DONE, "11");
	check_text(&s, one + 1, "3");
}

/* 128 characters of four bytes. */
static void
longest_characters(void)
{
	char key[KV_KEY_MAX + 1] = "", other[KV_KEY_MAX + 1];
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < KV_KEY_MAX; i += 4)
		memcpy(key + i, "\xf0\x9f\x98\x80", 5);
	memcpy(other, key, sizeof(key));
	memcpy(other + KV_KEY_MAX - 4, "\xf0\x9f\x98\x81", 5);
	set(&s, key, "1");
	set(&s, other, "2");
	check_text(&s, key, "1");
	check_text(&s, other, "2");
	check_remove(&s, key, KV_ANY, KV_DONE, true);
	check_text(&s, other, "2");
}

CU_TestInfo bytes_tests[] = {
    {"numbers keep their digits", numbers},
    {"escapes stay escapes", escapes},
    {"members keep their order", members},
    {"blanks stay", blanks},
    {"the largest value", largest_value},
    {"values of many sizes", sizes},
    {"a value that grows and shrinks", growing},
    {"keys that differ in case", case_of_keys},
    {"keys that differ in blanks", blanks_of_keys},
    {"keys that look alike", forms_of_keys},
    {"keys that look like numbers", numbers_as_keys},
    {"keys that look like names and commands", names_as_keys},
    {"keys of control characters", control_keys},
    {"the longest keys", longest_keys},
    {"the longest keys of the longest characters", longest_characters},
    CU_TEST_INFO_NULL,
};
