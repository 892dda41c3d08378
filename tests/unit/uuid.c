/* Identifiers: how they are made, printed and read. */
#include "core/uuid.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "unit.h"

enum { MANY = 20000 };

static void
test_new(void)
{
	struct uuid last = {{0}};
	uint64_t before = (uint64_t)time(NULL) * 1000;

	for (int i = 0; i < MANY; i++) {
		struct uuid id = uuid_new();
		uint64_t ms = 0;

		for (int b = 0; b < 6; b++)
			ms = ms << 8 | id.byte[b];
		CU_ASSERT_EQUAL(id.byte[6] >> 4, 7);
		CU_ASSERT_EQUAL(id.byte[8] >> 6, 2);
		CU_ASSERT(ms >= before && ms < before + 60000);
		CU_ASSERT(memcmp(last.byte, id.byte, 16) < 0);
		last = id;
	}
}

static void
test_nil_and_equal(void)
{
	struct uuid nil = {{0}}, one = {{0}};

	one.byte[15] = 1;
	CU_ASSERT_TRUE(uuid_is_nil(&nil));
	CU_ASSERT_FALSE(uuid_is_nil(&one));
	CU_ASSERT_FALSE(uuid_equal(&nil, &one));
	CU_ASSERT_TRUE(uuid_equal(&one, &one));
}

static void
test_accepted(void)
{
	static const char *const forms[] = {
	    "0190163d-8694-739b-aea5-966c26f8ad91",
	    "0190163D-8694-739B-AEA5-966C26F8AD91",
	    "0190163d8694739baea5966c26f8ad91",
	    "{0190163d-8694-739b-aea5-966c26f8ad91}",
	    "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91",
	};
	char out[UUID_TEXT], why[80];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct uuid id;

		CU_ASSERT_TRUE_FATAL(uuid_parse(forms[i], &id, why));
		CU_ASSERT_STRING_EQUAL(uuid_format(&id, out), forms[0]);
	}
}

static void
test_reasons(void)
{
#define LENGTH "invalid length: expected length 32 for simple format, found "
#define COUNT  "invalid group count: expected 5, found "
#define GROUP  "invalid group length in group "
	static const char *const rows[][2] = {
	    {"", LENGTH "0"},
	    {"abc", LENGTH "3"},
	    {"0190163d8694739baea5966c26f8ad910", LENGTH "33"},
	    {"signup", "invalid character: found `s` at 1"},
	    {"0190163d-8694-739b-aea5-966c26f8ad9z",
		"invalid character: found `z` at 36"},
	    {"{0190163d-8694-739b-aea5-966c26f8ad9z}",
		"invalid character: found `z` at 37"},
	    {"urn:uuid:g", "invalid character: found `g` at 10"},
	    {"URN:UUID:0190163d-8694-739b-aea5-966c26f8ad91",
		"invalid character: found `U` at 1"},
	    {"{0190163d", "invalid character: found `{` at 1"},
	    {" 0190163d-8694-739b-aea5-966c26f8ad91",
		"invalid character: found ` ` at 1"},
	    {"00\xC3\xA9", "invalid character: found `\xC3\xA9` at 3"},
	    {"{}", COUNT "1"},
	    {"{0190163d8694739baea5966c26f8ad91}", COUNT "1"},
	    {"urn:uuid:0190163d8694739baea5966c26f8ad91", COUNT "1"},
	    {"0190163d-8694", COUNT "2"},
	    {"------", COUNT "7"},
	    {"0190163-8694-739b-aea5-966c26f8ad91",
		GROUP "0: expected 8, found 7"},
	    {"0190163d-869-739b-aea5-966c26f8ad91",
		GROUP "1: expected 4, found 3"},
	    {"0190163d-8694-739bb-aea5-966c26f8ad91",
		GROUP "2: expected 4, found 5"},
	    {"0190163d-8694-739b--966c26f8ad91",
		GROUP "3: expected 4, found 0"},
	    {"0190163d-8694-739b-aea5-966c26f8ad9",
		GROUP "4: expected 12, found 11"},
	    {"{0190163d-8694-739b-aea5-966c26f8ad9100}",
		GROUP "4: expected 12, found 14"},
	    {"----", GROUP "0: expected 8, found 0"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct uuid id = {{9}};
		char why[80] = "";

		CU_ASSERT_FALSE(uuid_parse(rows[i][0], &id, why));
		CU_ASSERT_STRING_EQUAL(why, rows[i][1]);
		CU_ASSERT_EQUAL(id.byte[0], 9);
	}
}

static void
test_reason_is_bounded(void)
{
	static char hyphens[100001];
	struct uuid id;
	char why[80];

	memset(hyphens, '-', sizeof(hyphens) - 1);
	CU_ASSERT_FALSE(uuid_parse(hyphens, &id, why));
	CU_ASSERT_STRING_EQUAL(why, COUNT "100001");
}

static void
knows_its_time(void)
{
	static const struct uuid known = {{0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0,
	    0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f}};
	struct timestamp before = time_now();
	struct uuid id = uuid_new();

	/* The example of RFC 9562, A.6: 2022-02-22T19:22:22Z. */
	CU_ASSERT_EQUAL(uuid_time(&known).us, INT64_C(1645557742000000));
	CU_ASSERT_TRUE(uuid_time(&id).us >= before.us / 1000 * 1000);
	CU_ASSERT_TRUE(uuid_time(&id).us <= time_now().us);
}

CU_TestInfo uuid_tests[] = {
    {"new ids are version 7 and sort by their making", test_new},
    {"the nil id is told from others", test_nil_and_equal},
    {"every form of an id is read", test_accepted},
    {"what is no id is told why", test_reasons},
    {"a reason fits its buffer", test_reason_is_bounded},
    {"one knows when it was made", knows_its_time}, CU_TEST_INFO_NULL};
