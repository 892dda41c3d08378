/*
 * UTF-8: every code point passes, and nothing else does.
 */
#include "core/utf8.h"

#include <string.h>

#include "unit.h"

static size_t
step(const char *bytes)
{
	return utf8_step(bytes, bytes + strlen(bytes));
}

/* By the definition, not by the tables of the code under test. */
static size_t
write_point(unsigned c, unsigned char *out)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};

	for (i = n - 1; i > 0; i--, c >>= 6)
		out[i] = (unsigned char)(0x80 | (c & 0x3F));
	out[0] = (unsigned char)(lead[n] | c);
	return n;
}

static void
test_all_points(void)
{
	unsigned char bytes[4];
	const char *p = (const char *)bytes;
	size_t n, k;
	unsigned c;

	for (c = 0; c <= 0x11FFFF; c++) {
		bool good = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);

		n = write_point(c, bytes);
		if (utf8_step(p, p + n) != (good ? n : 0))
			CU_FAIL_FATAL("a code point");
		for (k = 0; k < n; k++)
			if (utf8_step(p, p + k) != 0)
				CU_FAIL_FATAL("a part of a sequence");
	}
}

/* Every pair of bytes: as a whole it is valid in these cases only. */
static void
test_all_pairs(void)
{
	unsigned a, b;

	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			char s[2] = {(char)a, (char)b};
			bool good =
			    (a < 0x80 && b < 0x80) ||
			    (a >= 0xC2 && a <= 0xDF && b >= 0x80 && b <= 0xBF);

			if (utf8_valid(s, 2) != good)
				CU_FAIL_FATAL("a pair of bytes");
		}
}

static void
test_edges(void)
{
	CU_ASSERT_EQUAL(step(""), 0);
	CU_ASSERT_EQUAL(step("a"), 1);
	CU_ASSERT_EQUAL(step("\xC3\xA9z"), 2);
	CU_ASSERT_EQUAL(step("\xE2\x82\xACz"), 3);
	CU_ASSERT_EQUAL(step("\xF4\x8F\xBF\xBF"), 4);
	CU_ASSERT_EQUAL(step("\xC0\x80"), 0);
	CU_ASSERT_EQUAL(step("\xC1\xBF"), 0);
	CU_ASSERT_EQUAL(step("\xE0\x9F\xBF"), 0);
	CU_ASSERT_EQUAL(step("\xED\xA0\x80"), 0);
	CU_ASSERT_EQUAL(step("\xF0\x8F\xBF\xBF"), 0);
	CU_ASSERT_EQUAL(step("\xF4\x90\x80\x80"), 0);
	CU_ASSERT_EQUAL(step("\xF8\x88\x80\x80\x80"), 0);
	CU_ASSERT_EQUAL(step("\xE2\x82z"), 0);
	CU_ASSERT_EQUAL(step("\xF0\x9F\x98z"), 0);
}

/* A bad byte is found wherever it stands among good ones. */
static void
test_positions(void)
{
	char s[40];
	size_t i, n;

	for (n = 1; n <= sizeof(s); n++)
		for (i = 0; i < n; i++) {
			memset(s, 'a', n);
			s[i] = (char)0xFF;
			if (utf8_valid(s, n) || !utf8_valid(s, i))
				CU_FAIL_FATAL("a position");
		}
	CU_ASSERT_TRUE(utf8_valid("a\0b", 3));
	CU_ASSERT_TRUE(utf8_valid("aaaaaaa\xC3\xA9zzzzzzzz", 17));
	CU_ASSERT_FALSE(utf8_valid("aaaaaaa\xC3", 8));
	CU_ASSERT_TRUE(utf8_valid(NULL, 0));
}

static void
test_length(void)
{
	CU_ASSERT_EQUAL(utf8_length(""), 0);
	CU_ASSERT_EQUAL(utf8_length("abc"), 3);
	CU_ASSERT_EQUAL(
	    utf8_length("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80!"), 4);
}

CU_TestInfo utf8_tests[] = {
    {"every code point passes, no other and no part", test_all_points},
    {"every pair of bytes", test_all_pairs},
    {"the edges of the ranges", test_edges},
    {"a bad byte is found wherever it stands", test_positions},
    {"lengths are in code points", test_length},
    CU_TEST_INFO_NULL,
};
