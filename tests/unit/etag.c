/*
 * Entity tags in the values of headers, as RFC 9110 has them.
 */
#include "http/etag.h"

#include <string.h>

#include "unit.h"

struct expectation {
	const char *list;
	bool strong, weak; /* whether "v2" is in it */
};

static void
check(const struct expectation *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool strong = etag_in(e[i].list, "\"v2\"", false);
		bool weak = etag_in(e[i].list, "\"v2\"", true);

		if (strong != e[i].strong || weak != e[i].weak)
			printf("\n%s: %d %d", e[i].list, strong, weak);
		CU_ASSERT_EQUAL(strong, e[i].strong);
		CU_ASSERT_EQUAL(weak, e[i].weak);
	}
}

#define CHECK(cases) check((cases), sizeof(cases) / sizeof((cases)[0]))

static void
finds(void)
{
	static const struct expectation cases[] = {
	    {"\"v2\"", true, true},
	    {" \t\"v2\"\t ", true, true},
	    {"\"v1\", \"v2\"", true, true},
	    {"\"v1\",\"v2\",\"v3\"", true, true},
	    {",,\"v1\" ,\t, \"v2\",", true, true},
	    {"\"a,b\", \"v2\"", true, true},
	    {"\"\", \"v2\"", true, true},
	    {"W/\"v1\", \"v2\"", true, true},
	    {"\"v2\", unquoted", true, true},
	    /* Of W/"v2" and "v2", the second is strong. */
	    {"W/\"v2\", \"v2\"", true, true},
	    {"W/\"v2\"", false, true},
	    {"\"v1\", W/\"v2\"", false, true},
	};

	CHECK(cases);
}

static void
finds_nothing_else(void)
{
	static const struct expectation cases[] = {
	    {"", false, false},
	    {" ", false, false},
	    {",", false, false},
	    {"\"", false, false},
	    {"\"\"", false, false},
	    {"v2", false, false},
	    {"\"v2", false, false},
	    {"v2\"", false, false},
	    {"'v2'", false, false},
	    {"\"v20\"", false, false},
	    {"\"v\"", false, false},
	    {"\"V2\"", false, false},
	    {"\"v2 \"", false, false},
	    {"\"\\v2\"", false, false},
	    {"w/\"v2\"", false, false},
	    {"W\"v2\"", false, false},
	    {"W/ \"v2\"", false, false},
	    {"W/", false, false},
	    {"*", false, false},
	    {"*, \"v2\"", false, false},
	    {"\"x\" \"v2\"", false, false},
	    {"\"x\"\"v2\"", false, false},
	    {"\"x\"; \"v2\"", false, false},
	    {"\"x\"W/\"v2\"", false, false},
	    {"\"x,\"v2\"", false, false},
	    {"unquoted, \"v2\"", false, false},
	};

	CHECK(cases);
}

/* The value ends where the string does, wherever that is. */
static void
reads_no_further(void)
{
	static const char whole[] = "W/\"v1\", \"v2\"";
	char cut[sizeof(whole)];

	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		memset(cut, '"', sizeof(cut));
		memcpy(cut, whole, n);
		cut[n] = '\0';
		CU_ASSERT_FALSE(etag_in(cut, "\"v2\"", true));
	}
	CU_ASSERT_TRUE(etag_in(whole, "\"v2\"", true));
}

CU_TestInfo etag_tests[] = {{"a tag in a list", finds},
    {"what is none, or another", finds_nothing_else},
    {"a value that was cut", reads_no_further}, CU_TEST_INFO_NULL};
