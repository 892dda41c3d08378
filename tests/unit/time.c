/* Moments: text and civil dates, both ways. */
#include "core/time.h"

#include <time.h>

#include "unit.h"

static void
test_format(void)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {-1, "1969-12-31T23:59:59.999999Z"},
	    {INT64_C(1787306400123456), "2026-08-21T10:00:00.123456Z"},
	    {INT64_C(1787306400000000), "2026-08-21T10:00:00Z"},
	    {INT64_C(1787306400000100), "2026-08-21T10:00:00.000100Z"},
	    {INT64_C(951782400000000), "2000-02-29T00:00:00Z"},
	    {INT64_C(-62135596800000000), "0001-01-01T00:00:00Z"},
	    {INT64_C(253402300799999999), "9999-12-31T23:59:59.999999Z"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timestamp t = {rows[i].us}, back = {7};
		char out[TIME_TEXT];

		CU_ASSERT_STRING_EQUAL(time_format(t, out), rows[i].text);
		CU_ASSERT_TRUE(time_parse(out, &back));
		CU_ASSERT_EQUAL(back.us, t.us);
	}
}

static void
test_extremes(void)
{
	struct timestamp t = {INT64_MIN};
	char out[TIME_TEXT];

	CU_ASSERT_STRING_EQUAL(
	    time_format(t, out), "-290308-12-21T19:59:05.224192Z");
	t.us = INT64_MAX;
	CU_ASSERT_STRING_EQUAL(
	    time_format(t, out), "294247-01-10T04:00:54.775807Z");
}

static void
test_parse(void)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
	    {"2026-08-21T12:00:00+02:00", INT64_C(1787306400000000)},
	    {"2026-08-21T04:30:00.5-05:30", INT64_C(1787306400500000)},
	    {"2026-08-21t10:00:00z", INT64_C(1787306400000000)},
	    {"2026-08-21 10:00:00Z", INT64_C(1787306400000000)},
	    {"2026-08-21T10:00:00.1234569Z", INT64_C(1787306400123456)},
	    {"2026-08-21T10:00:00.000000000000000000001Z",
		INT64_C(1787306400000000)},
	    {"2026-08-21T10:00:00-00:00", INT64_C(1787306400000000)},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timestamp t = {7};

		CU_ASSERT_TRUE(time_parse(rows[i].text, &t));
		CU_ASSERT_EQUAL(t.us, rows[i].us);
	}
}

static void
test_refused(void)
{
	static const char *const rows[] = {"", "2026", "2026-08-21",
	    "2026-08-21T10:00Z", "2026-08-21T10:00:00", "2026-8-21T10:00:00Z",
	    "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z",
	    "2026-02-29T10:00:00Z", "1900-02-29T10:00:00Z",
	    "2026-04-31T10:00:00Z", "2026-08-00T10:00:00Z",
	    "2026-08-21T24:00:00Z", "2026-08-21T10:60:00Z",
	    "2026-08-21T10:00:60Z", "2026-08-21T10:00:00.Z",
	    "2026-08-21T10:00:00+24:00", "2026-08-21T10:00:00+02",
	    "2026-08-21T10:00:00+0200", "2026-08-21T10:00:00Z ",
	    "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
	    "9999-12-31T23:59:59-00:01", "-001-01-01T00:00:00Z",
	    "2026-08-21_10:00:00Z", "1787306400"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timestamp t = {7};

		CU_ASSERT_FALSE(time_parse(rows[i], &t));
		CU_ASSERT_EQUAL(t.us, 7);
	}
}

/* Every day of 800 years against the C library's calendar. */
static void
test_civil(void)
{
	int bad = 0;

	for (int64_t day = -146097; day < 146097; day++) {
		struct timestamp t = {day * INT64_C(86400000000) + 1};
		struct civil c = time_to_civil(t);
		time_t seconds = (time_t)(day * 86400);
		struct tm tm;

		gmtime_r(&seconds, &tm);
		bad += c.year != tm.tm_year + 1900 ||
		       c.month != tm.tm_mon + 1 || c.day != tm.tm_mday ||
		       c.hour + c.minute + c.second != 0 || c.us != 1 ||
		       time_from_civil(&c).us != t.us;
	}
	CU_ASSERT_EQUAL(bad, 0);
}

static void
test_clocks(void)
{
	int64_t a = time_monotonic_us();
	int64_t off = time_now().us / 1000000 - (int64_t)time(NULL);

	CU_ASSERT(time_monotonic_us() >= a);
	CU_ASSERT(off >= -1 && off <= 1);
}

CU_TestInfo time_tests[] = {
    {"a moment is printed as RFC 3339 and read back", test_format},
    {"the ends of the range fit the buffer", test_extremes},
    {"offsets, fractions and small letters are read", test_parse},
    {"what is no moment is refused", test_refused},
    {"civil dates agree with the C library", test_civil},
    {"the clocks tell the time", test_clocks}, CU_TEST_INFO_NULL};
