/*
 * The tree of a document, its limits, and its way back to text.
 */
#include "core/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static struct json *
parse(const char *text)
{
	struct json_fault fault;
	struct json *doc;

	if (json_parse(text, strlen(text), JSON_DEPTH, &doc, &fault))
		CU_FAIL_FATAL("a document is refused");
	return doc;
}

/* The text of the document, or what is wrong with it. */
static void
check(const char *text, const char *const *masked, const char *expected)
{
	struct json_fault fault;
	struct json *doc;
	struct buf b;

	buf_init(&b, 1 << 20);
	if (json_parse(text, strlen(text), JSON_DEPTH, &doc, &fault))
		buf_printf(&b, "%s at %zu", fault.error, fault.offset);
	else
		json_write(&b, doc, masked);
	CU_ASSERT_STRING_EQUAL(b.data, expected);
	json_free(doc);
	buf_free(&b);
}

static void
test_kinds(void)
{
	struct json *doc =
	    parse("[null,true,false,-5,0.5,\"t\\u0000u\",[1],{}]");
	size_t n;

	CU_ASSERT_EQUAL(json_kind(doc), JSON_LIST);
	CU_ASSERT_EQUAL_FATAL(json_count(doc), 8);
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 0)), JSON_NULL);
	CU_ASSERT_PTR_NULL(json_at(doc, 0));
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 1)), JSON_BOOL);
	CU_ASSERT_TRUE(json_is_true(json_at(doc, 1)));
	CU_ASSERT_FALSE(json_is_true(json_at(doc, 2)));
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 3)), JSON_INT);
	CU_ASSERT_EQUAL(json_int(json_at(doc, 3)), -5);
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 4)), JSON_REAL);
	CU_ASSERT_EQUAL(json_real(json_at(doc, 4)), 0.5);
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 5)), JSON_TEXT);
	CU_ASSERT_EQUAL(memcmp(json_text(json_at(doc, 5), &n), "t\0u", 4), 0);
	CU_ASSERT_EQUAL(n, 3);
	CU_ASSERT_EQUAL(json_count(json_at(doc, 6)), 1);
	CU_ASSERT_EQUAL(json_kind(json_at(doc, 7)), JSON_OBJECT);
	json_free(doc);
	CU_ASSERT_PTR_NULL(parse("null"));
	CU_ASSERT_EQUAL(json_kind(NULL), JSON_NULL);
	json_free(NULL);
}

static void
test_members(void)
{
	struct json *doc =
	    parse("\xEF\xBB\xBF {\"a\":1,\"\":2,\"\\u00e9\":null}");
	const struct json *value;

	CU_ASSERT_TRUE(json_member(doc, "a", &value));
	CU_ASSERT_EQUAL(json_int(value), 1);
	CU_ASSERT_TRUE(json_member(doc, "", &value));
	CU_ASSERT_EQUAL(json_int(value), 2);
	CU_ASSERT_TRUE(json_member(doc, "\xC3\xA9", &value));
	CU_ASSERT_PTR_NULL(value);
	CU_ASSERT_FALSE(json_member(doc, "b", &value));
	CU_ASSERT_PTR_NULL(value);
	json_free(doc);
}

/* Names are compared as they are meant, object by object. */
static void
test_repeated(void)
{
	check("{\"a\":1,\"b\":2,\"a\":1}", NULL, "Repeated member name at 13");
	check("{\"a\":1,\"\\u0061\":2}", NULL, "Repeated member name at 7");
	check("[{\"\":{\"\":0,\"\":0}}]", NULL, "Repeated member name at 11");
	check("{\"a\":1,\"a\"}", NULL, "Repeated member name at 7");
	check("{\"a\":{\"a\":[{\"a\":0},{\"a\":0}]},\"A\":0}", NULL,
	    "{\"a\":{\"a\":[{\"a\":0},{\"a\":0}]},\"A\":0}");
}

static void
check_int(const char *text, int64_t value)
{
	struct json *doc = parse(text);

	CU_ASSERT_EQUAL_FATAL(json_kind(doc), JSON_INT);
	CU_ASSERT_EQUAL(json_int(doc), value);
	json_free(doc);
}

static void
check_real(const char *text, double value)
{
	struct json *doc = parse(text);

	CU_ASSERT_EQUAL_FATAL(json_kind(doc), JSON_REAL);
	CU_ASSERT_EQUAL(json_real(doc), value);
	json_free(doc);
	/* As it was sent. */
	check(text, NULL, text);
}

static void
test_numbers(void)
{
	check_int("0", 0);
	check_int("-0", 0);
	check_int("9223372036854775807", INT64_MAX);
	check_int("-9223372036854775808", INT64_MIN);
	check_real("9223372036854775808", 0x1p63);
	check_real("-9223372036854775809", -0x1p63);
	check_real("18446744073709551616", 0x1p64);
	check_real(
	    "123456789012345678901234567890", 123456789012345678901234567890.0);
	check_real("1e400", HUGE_VAL);
	check_real("-1E400", -HUGE_VAL);
	check_real("1e-400", 0);
	check_real("1.0", 1);
	check_real("-0.0", -0.0);
	check_real("1e2", 100);
	check_real("0.1", 0.1);
	check_real("1.50E+01", 15);
	check("-9223372036854775808", NULL, "-9223372036854775808");
	check("[9223372036854775807,-0]", NULL, "[9223372036854775807,0]");
}

static void
test_write(void)
{
	static const char *const masked[] = {"password", "token", NULL};

	check(" { } ", NULL, "{}");
	check("[\t]", NULL, "[]");
	check("null", NULL, "null");
	check("{ \"z\" : [ true , false , null ] , \"a\" : { } }", NULL,
	    "{\"z\":[true,false,null],\"a\":{}}");
	check("\"\\/\\u00e9\\ud834\\udd1e\\u2028\\u007f\"", NULL,
	    "\"/\xC3\xA9\xF0\x9D\x84\x9E\xE2\x80\xA8\x7F\"");
	check("{\"password\":\"x\",\"n\":{\"password\":1},\"token\":[1]}",
	    masked,
	    "{\"password\":null,\"n\":{\"password\":1},\"token\":null}");
	check("[{\"password\":1}]", masked, "[{\"password\":1}]");
	check("{\"a\\n\\\"\":0}", NULL, "{\"a\\n\\\"\":0}");
}

static void
test_escapes(void)
{
	struct buf b;
	char all[32];
	int i;

	check("\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\\\u000B\"", NULL,
	    "\"\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\\\u000b\"");
	check("\"a\\u0041\\u07ff\\u0800\\uFFFF\\uD800\\uDC00\\udbff\\udfffz\"",
	    NULL,
	    "\"aA\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF\xF0\x90\x80\x80"
	    "\xF4\x8F\xBF\xBFz\"");
	for (i = 0; i < 32; i++)
		all[i] = (char)i;
	buf_init(&b, 1000);
	json_quote(&b, all, sizeof(all));
	CU_ASSERT_STRING_EQUAL(b.data,
	    "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t"
	    "\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014"
	    "\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d"
	    "\\u001e\\u001f\"");
	buf_reset(&b);
	json_quote(&b, "", 0);
	json_quote(&b, "</script>'\x7F\xC3\xA9", 13);
	CU_ASSERT_STRING_EQUAL(b.data, "\"\"\"</script>'\x7F\xC3\xA9\"");
	buf_free(&b);
}

/* `[0,0,...]`: the list is a value, too. */
static enum err
parse_zeros(size_t values, struct json_fault *fault)
{
	struct json *doc;
	enum err err;
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 20);
	for (i = 1; i < values; i++)
		buf_puts(&b, i == 1 ? "[0" : ",0");
	buf_putc(&b, ']');
	err = json_parse(b.data, b.len, JSON_DEPTH, &doc, fault);
	json_free(doc);
	buf_free(&b);
	return err;
}

static void
nest(struct buf *b, int levels)
{
	int i;

	buf_reset(b);
	for (i = 0; i < levels; i++)
		buf_puts(b, i % 2 == 0 ? "[" : "{\"a\":");
	buf_puts(b, "1");
	while (i-- > 0)
		buf_puts(b, i % 2 == 0 ? "]" : "}");
}

static void
test_limits(void)
{
	struct json_fault fault = {0};
	struct buf b;

	buf_init(&b, 1000);
	nest(&b, JSON_DEPTH);
	check(b.data, NULL, b.data);
	nest(&b, JSON_DEPTH + 1);
	check(b.data, NULL, "Too deeply nested at 96");
	buf_free(&b);
	CU_ASSERT_EQUAL(parse_zeros(JSON_VALUES, &fault), OK);
	CU_ASSERT_EQUAL(parse_zeros(JSON_VALUES + 1, &fault), ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(fault.error, "Too many values");
	CU_ASSERT_EQUAL(fault.offset, 2 * JSON_VALUES - 1);
}

static void
test_full(void)
{
	struct json *doc = parse("[\"abcdef\",[1,2,3],{\"a\":4}]");
	struct buf b;

	buf_init(&b, 12);
	json_write(&b, doc, NULL);
	CU_ASSERT_TRUE(b.full);
	CU_ASSERT_STRING_EQUAL(b.data, "[\"abcdef\",[1");
	json_free(doc);
	buf_free(&b);
}

static void
read_text_of_int(void)
{
	size_t n;

	json_text(parse("1"), &n);
}

static void
read_int_of_real(void)
{
	json_int(parse("1.0"));
}

static void
read_member_of_list(void)
{
	const struct json *value;

	json_member(parse("[]"), "a", &value);
}

static void
test_mistaken(void)
{
	CU_ASSERT_TRUE(unit_aborts(read_text_of_int));
	CU_ASSERT_TRUE(unit_aborts(read_int_of_real));
	CU_ASSERT_TRUE(unit_aborts(read_member_of_list));
}

CU_TestInfo json_tests[] = {
    {"values are of their kind", test_kinds},
    {"members are found, null ones too", test_members},
    {"a repeated member is a fault", test_repeated},
    {"numbers are exact or kept as they were sent", test_numbers},
    {"text is compact, and masked outermost only", test_write},
    {"escapes are read, and written when needed", test_escapes},
    {"depth and the number of values are bounded", test_limits},
    {"writing stops at the ceiling", test_full},
    {"reading a value as another kind aborts", test_mistaken},
    CU_TEST_INFO_NULL,
};
