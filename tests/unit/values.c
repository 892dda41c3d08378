/* Values on their way into a struct: coercions, bounds, and every fault of one
 * value with its exact text. */
#include <math.h>
#include <string.h>

#include "decoding.h"
#include "unit.h"

#define BOOL_TYPE "bool_type", "Input should be a valid boolean", NULL
#define BOOL_PARSE      \
	"bool_parsing", \
	    "Input should be a valid boolean, unable to interpret input", NULL
#define INT_TYPE "int_type", "Input should be a valid integer", NULL
#define INT_PARSE                                                            \
	"int_parsing",                                                       \
	    "Input should be a valid integer, unable to parse string as an " \
	    "integer",                                                       \
	    NULL
#define INT_SIZE                                                            \
	"int_parsing_size",                                                 \
	    "Unable to parse input string as an integer, exceeded maximum " \
	    "size",                                                         \
	    NULL
#define INT_FLOAT                                                   \
	"int_from_float",                                           \
	    "Input should be a valid integer, got a number with a " \
	    "fractional part",                                      \
	    NULL
#define REAL_TYPE "float_type", "Input should be a valid number", NULL
#define REAL_PARSE                                                         \
	"float_parsing",                                                   \
	    "Input should be a valid number, unable to parse string as a " \
	    "number",                                                      \
	    NULL
#define FINITE    "finite_number", "Input should be a finite number", NULL
#define TEXT_TYPE "string_type", "Input should be a valid string", NULL
#define UUID_TYPE \
	"uuid_type", "UUID input should be a string, bytes or UUID object", NULL
#define TIME_TYPE "datetime_type", "Input should be a valid datetime", NULL
#define TIME_PARSE                                                          \
	"datetime_parsing",                                                 \
	    "Input should be a valid datetime, not a date and time of RFC " \
	    "3339",                                                         \
	    "{\"error\":\"not a date and time of RFC 3339\"}"
#define NUL "value_error", "Value error, text must not contain U+0000", NULL

/* One member with a value that does not fit it. */
static const struct {
	const char *name, *value, *type, *message, *context;
} refused[] = {
    {"b", "null", BOOL_TYPE},
    {"b", "[]", BOOL_TYPE},
    {"b", "{}", BOOL_TYPE},
    {"b", "0.5", BOOL_TYPE},
    {"b", "2", BOOL_PARSE},
    {"b", "-1", BOOL_PARSE},
    {"b", "2.0", BOOL_PARSE},
    {"b", "\"2\"", BOOL_PARSE},
    {"b", "\"\"", BOOL_PARSE},
    {"b", "\" true\"", BOOL_PARSE},
    {"b", "\"true\\u0000\"", BOOL_PARSE},
    {"i", "null", INT_TYPE},
    {"i", "[1]", INT_TYPE},
    {"i", "{}", INT_TYPE},
    {"i", "1.5", INT_FLOAT},
    {"i", "1e30", INT_SIZE},
    {"i", "9223372036854775808", INT_SIZE},
    {"i", "\"\"", INT_PARSE},
    {"i", "\"1.5\"", INT_PARSE},
    {"i", "\"1.\"", INT_PARSE},
    {"i", "\"1e2\"", INT_PARSE},
    {"i", "\"0x10\"", INT_PARSE},
    {"i", "\"1 2\"", INT_PARSE},
    {"i", "\"+-1\"", INT_PARSE},
    {"i", "\"_1\"", INT_PARSE},
    {"i", "\"1_\"", INT_PARSE},
    {"i", "\"1__0\"", INT_PARSE},
    {"i", "\".0\"", INT_PARSE},
    {"i", "\"5\\u0000\"", INT_PARSE},
    {"i", "\"\xD9\xA1\"", INT_PARSE},
    {"i", "\"9223372036854775808\"", INT_SIZE},
    {"i", "\"-9223372036854775809\"", INT_SIZE},
    {"i", "\"99999999999999999999999\"", INT_SIZE},
    {"bounded", "101", "less_than_equal",
	"Input should be less than or equal to 100", "{\"le\":100}"},
    {"bounded", "-1", "greater_than_equal",
	"Input should be greater than or equal to 0", "{\"ge\":0}"},
    {"plain_max", "\"-6\"", "greater_than_equal",
	"Input should be greater than or equal to -5", "{\"ge\":-5}"},
    {"plain_max", "6.0", "less_than_equal",
	"Input should be less than or equal to 5", "{\"le\":5}"},
    {"r", "null", REAL_TYPE},
    {"r", "[]", REAL_TYPE},
    {"r", "\"\"", REAL_PARSE},
    {"r", "\"1,5\"", REAL_PARSE},
    {"r", "\"0x1p3\"", REAL_PARSE},
    {"r", "\"1e\"", REAL_PARSE},
    {"r", "\".\"", REAL_PARSE},
    {"r", "\"nan\"", FINITE},
    {"r", "\"-Infinity\"", FINITE},
    {"r", "\"1e999\"", FINITE},
    {"t", "null", TEXT_TYPE},
    {"t", "12", TEXT_TYPE},
    {"t", "1.5", TEXT_TYPE},
    {"t", "true", TEXT_TYPE},
    {"t", "[\"ab\"]", TEXT_TYPE},
    {"t", "{\"a\":1}", TEXT_TYPE},
    {"t", "\"\xC3\xBC\"", "string_too_short",
	"String should have at least 2 characters", "{\"min_length\":2}"},
    {"t", "\"a\\u0000b\"", NUL},
    {"p", "\"passwords\"", "string_pattern_mismatch",
	"String should match pattern '^pass(word)?$'",
	"{\"pattern\":\"^pass(word)?$\"}"},
    {"p", "\"pass\\n\"", "string_pattern_mismatch",
	"String should match pattern '^pass(word)?$'",
	"{\"pattern\":\"^pass(word)?$\"}"},
    {"u", "null", UUID_TYPE},
    {"u", "12", UUID_TYPE},
    {"u", "true", UUID_TYPE},
    {"u", "\"x\"", "uuid_parsing",
	"Input should be a valid UUID, invalid character: found `x` at 1",
	"{\"error\":\"invalid character: found `x` at 1\"}"},
    {"u", "\"a\\u0000\"", "uuid_parsing",
	"Input should be a valid UUID, invalid character: found U+0000",
	"{\"error\":\"invalid character: found U+0000\"}"},
    {"u", "\"00000000-0000-0000-0000-000000000000\"", "value_error",
	"Value error, the nil UUID is no value here", NULL},
    {"m", "null", TIME_TYPE},
    {"m", "12", TIME_TYPE},
    {"m", "\"today\"", TIME_PARSE},
    {"m", "\"2026-08-21T10:00:00Z\\u0000\"", TIME_PARSE},
    {"m", "\"1970-01-01T00:00:00Z\"", "value_error",
	"Value error, the moment 0 is no value here", NULL},
};

static void
test_refused(void)
{
	struct arena *mem = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *context = refused[i].context;
		const char *json = arena_printf(
		    mem, "{\"%s\":%s}", refused[i].name, refused[i].value);

		decoding_check(&each, json,
		    arena_printf(mem,
			"{\"detail\":[{\"type\":\"%s\",\"loc\":[\"body\","
			"\"%s\"],\"msg\":\"%s\",\"input\":%s%s%s}]}",
			refused[i].type, refused[i].name, refused[i].message,
			refused[i].value, context != NULL ? ",\"ctx\":" : "",
			context != NULL ? context : ""));
	}
	arena_free(mem);
}

static void
test_bool(void)
{
	static const char *const yes[] = {"true", "1", "1.0", "\"1\"", "\"T\"",
	    "\"y\"", "\"Yes\"", "\"on\"", "\"TRUE\""};
	static const char *const no[] = {"false", "0", "0.0", "-0.0", "\"0\"",
	    "\"f\"", "\"N\"", "\"no\"", "\"OFF\"", "\"False\""};
	struct arena *mem = arena_new(1 << 20);
	struct result r;

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		decoding_run_json(
		    &r, &each, arena_printf(mem, "{\"b\":%s}", yes[i]));
		CU_ASSERT(r.err == OK && r.row.each.b);
		decoding_done(&r);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		decoding_run_json(
		    &r, &each, arena_printf(mem, "{\"b\":%s}", no[i]));
		CU_ASSERT(r.err == OK && !r.row.each.b);
		CU_ASSERT_EQUAL(r.given.given, 1);
		decoding_done(&r);
	}
	arena_free(mem);
}

static void
test_int(void)
{
	static const struct {
		const char *json;
		int64_t value;
	} rows[] = {
	    {"5", 5},
	    {"-5", -5},
	    {"5.0", 5},
	    {"1e3", 1000},
	    {"true", 1},
	    {"false", 0},
	    {"\"5\"", 5},
	    {"\" 5\\n\"", 5},
	    {"\"+5\"", 5},
	    {"\"-0\"", 0},
	    {"\"007\"", 7},
	    {"\"1_000\"", 1000},
	    {"\"5.00\"", 5},
	    {"\"-5.0\"", -5},
	    {"9223372036854775807", INT64_MAX},
	    {"\"9223372036854775807\"", INT64_MAX},
	    {"\"-9223372036854775808\"", INT64_MIN},
	};
	struct arena *mem = arena_new(1 << 20);
	struct result r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		decoding_run_json(
		    &r, &each, arena_printf(mem, "{\"i\":%s}", rows[i].json));
		CU_ASSERT_EQUAL(r.err, OK);
		CU_ASSERT_EQUAL(r.row.each.i, rows[i].value);
		decoding_done(&r);
	}
	arena_free(mem);
}

static void
test_real(void)
{
	static const struct {
		const char *json;
		double value;
	} rows[] = {{"5", 5}, {"0.1", 0.1}, {"-1.5e3", -1500}, {"true", 1},
	    {"\"1.5\"", 1.5}, {"\" 1. \"", 1}, {"\".5\"", .5},
	    {"\"+1e-2\"", .01}, {"\"1_0.5\"", 10.5}};
	struct arena *mem = arena_new(1 << 20);
	struct result r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		decoding_run_json(
		    &r, &each, arena_printf(mem, "{\"r\":%s}", rows[i].json));
		CU_ASSERT_EQUAL(r.err, OK);
		CU_ASSERT(fabs(r.row.each.r - rows[i].value) < 1e-12);
		decoding_done(&r);
	}
	arena_free(mem);
}

static void
test_others(void)
{
	char out[UUID_TEXT];
	struct result r;

	decoding_run_json(&r, &each,
	    "{\"u\":\"{0190163D-8694-739b-aea5-966c26f8ad91}\","
	    "\"m\":\"2026-08-21T12:00:00+02:00\",\"p\":\"pass\","
	    "\"bounded\":100,\"plain_max\":-5,\"t\":\"a\\u00fc\"}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_STRING_EQUAL(uuid_format(&r.row.each.u, out),
	    "0190163d-8694-739b-aea5-966c26f8ad91");
	CU_ASSERT_EQUAL(r.row.each.m.us, INT64_C(1787306400000000));
	CU_ASSERT_STRING_EQUAL(r.row.each.p, "pass");
	CU_ASSERT_STRING_EQUAL(r.row.each.t, "a\xC3\xBC");
	CU_ASSERT_EQUAL(r.row.each.bounded, 100);
	CU_ASSERT_EQUAL(r.row.each.plain_max, -5);
	decoding_done(&r);
}

static void
test_parse(void)
{
	struct arena *mem = arena_new(1 << 20);
	struct each row = {0};
	struct fault f;

	CU_ASSERT_EQUAL(
	    field_parse(mem, schema_field(&each, "i"), "12x", 2, &row, &f), OK);
	CU_ASSERT_EQUAL(row.i, 12);
	CU_ASSERT_EQUAL(
	    field_parse(mem, schema_field(&each, "i"), "12x", 3, &row, &f),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(f.type, "int_parsing");
	CU_ASSERT_STRING_EQUAL(f.input, "\"12x\"");
	CU_ASSERT_PTR_NULL(f.from);
	CU_ASSERT_EQUAL(row.i, 12);
	arena_free(mem);
}

CU_TestInfo values_tests[] = {
    {"every value that does not fit, worded", test_refused},
    {"what counts as true and false", test_bool},
    {"what counts as an integer", test_int},
    {"what counts as a number", test_real},
    {"ids, moments and patterns are read", test_others},
    {"a single field is parsed", test_parse}, CU_TEST_INFO_NULL};
