/*
 * Replies: exact bytes for each type of field, nulls and secrets.
 */
#include "core/encode.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "unit.h"

struct part {
	int64_t n;
	const char *t;
};

struct whole {
	bool b;
	int64_t i;
	double r;
	const char *t, *none, *secret;
	struct uuid id, no_id;
	struct timestamp at, never;
	struct list parts;
	struct object part, no_part;
};

#define T struct part
SCHEMA(part, "Part", FIELD(n), FIELD(t, .flags = NULLABLE));
SCHEMA(part_hidden, "PartHidden", FIELD(t, .flags = SECRET));
BARE_SCHEMA(part_bare, "PartBare", FIELD(n));
BARE_SCHEMA(part_bare_secret, "PartBareSecret", FIELD(t, .flags = SECRET));
#undef T

#define T struct whole
SCHEMA(whole, "Whole", FIELD(secret, .flags = SECRET), FIELD(b), FIELD(i),
    FIELD(r), FIELD(t), FIELD(none, .flags = NULLABLE), FIELD(id),
    FIELD(no_id, .flags = NULLABLE), FIELD(at), FIELD(never, .flags = NULLABLE),
    FIELD(parts, .view = &part), FIELD(part, .view = &part),
    FIELD(no_part, .view = &part, .flags = NULLABLE));
SCHEMA(needed, "Needed", FIELD(t));
BARE_SCHEMA(list_bare, "ListBare", FIELD(parts, .view = &part_bare));
BARE_SCHEMA(real_bare, "RealBare", FIELD(r));
BARE_SCHEMA(int_bare, "IntBare", FIELD(i));
BARE_SCHEMA(text_bare, "TextBare", FIELD(t, .flags = NULLABLE));
#undef T

static void
check(const struct schema *s, const void *row, const char *expected)
{
	struct buf b;

	buf_init(&b, 4096);
	schema_encode(&b, s, row);
	CU_ASSERT_STRING_EQUAL(b.data, expected);
	buf_free(&b);
}

static void
test_whole(void)
{
	static const struct part parts[] = {{1, "a"}, {-2, NULL}};
	struct whole w = {.b = true,
	    .i = -42,
	    .r = 0.1,
	    .t = "q\"\\/\n\x01\xC3\xA9",
	    .secret = "hunter2",
	    .id = {{0x01, 0x9a, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		0xff}},
	    .at = {1787306400123456},
	    .parts = {parts, 2},
	    .part = {&parts[1]}};

	check(&whole, &w,
	    "{\"b\":true,\"i\":-42,\"r\":0.1,"
	    "\"t\":\"q\\\"\\\\/\\n\\u0001\xC3\xA9\",\"none\":null,"
	    "\"id\":\"019a0203-0405-0607-0809-0a0b0c0d0eff\",\"no_id\":null,"
	    "\"at\":\"2026-08-21T10:00:00.123456Z\",\"never\":null,"
	    "\"parts\":[{\"n\":1,\"t\":\"a\"},{\"n\":-2,\"t\":null}],"
	    "\"part\":{\"n\":-2,\"t\":null},\"no_part\":null}");
	CU_ASSERT_TRUE(field_is_none(schema_field(&whole, "no_id"), &w));
	CU_ASSERT_FALSE(field_is_none(schema_field(&whole, "id"), &w));
	CU_ASSERT_FALSE(field_is_none(schema_field(&whole, "i"), &w));
	CU_ASSERT_PTR_NULL(schema_field(&whole, "I"));
	CU_ASSERT_PTR_EQUAL(schema_field(&whole, "b"), &whole.fields[1]);
}

static void
test_empty(void)
{
	check(&part_hidden, &(struct part){0, "x"}, "{}");
	check(&list_bare, &(struct whole){.b = true}, "[]");
}

static void
test_bare(void)
{
	static const struct part parts[] = {{1, NULL}, {2, NULL}};

	check(&part_bare, &(struct part){7, NULL}, "7");
	check(&list_bare, &(struct whole){.parts = {parts, 2}}, "[1,2]");
	check(&text_bare, &(struct whole){.t = NULL}, "null");
	check(&text_bare, &(struct whole){.t = ""}, "\"\"");
}

static void
test_integers(void)
{
	check(&int_bare, &(struct whole){.i = 0}, "0");
	check(&int_bare, &(struct whole){.i = 10}, "10");
	check(
	    &int_bare, &(struct whole){.i = INT64_MAX}, "9223372036854775807");
	check(
	    &int_bare, &(struct whole){.i = INT64_MIN}, "-9223372036854775808");
}

static void
check_real(double value, const char *expected)
{
	check(&real_bare, &(struct whole){.r = value}, expected);
}

/* Short, valid JSON, and the same double when read back. */
static void
test_reals(void)
{
	struct whole w = {0};
	size_t members;
	struct json_fault fault;
	struct buf b;
	int i;

	check_real(0, "0");
	check_real(-0.0, "-0");
	check_real(0.1, "0.1");
	check_real(0.1 + 0.2, "0.30000000000000004");
	check_real(100, "100");
	check_real(-2.5, "-2.5");
	check_real(1e22, "1e+22");
	check_real(5e-324, "4.94065645841247e-324");
	check_real(DBL_MAX, "1.7976931348623157e+308");
	srandom(7);
	buf_init(&b, 100);
	for (i = 0; i < 100000; i++) {
		w.r = (double)random() * 0x1p-31 /
		      (1 + (double)(random() % 1000));
		buf_reset(&b);
		schema_encode(&b, &real_bare, &w);
		if (strtod(b.data, NULL) != w.r ||
		    json_scan(b.data, b.len, 0, &members, &fault))
			CU_FAIL_FATAL("a real number");
	}
	buf_free(&b);
}

static void
encode_missing(void)
{
	check(&needed, &(struct whole){.b = true}, "");
}

static void
encode_infinite(void)
{
	check(&real_bare, &(struct whole){.r = HUGE_VAL}, "");
}

static void
encode_nan(void)
{
	check(&real_bare, &(struct whole){.r = NAN}, "");
}

static void
encode_bare_secret(void)
{
	check(&part_bare_secret, &(struct part){0, "x"}, "");
}

static void
test_impossible(void)
{
	CU_ASSERT_TRUE(unit_aborts(encode_missing));
	CU_ASSERT_TRUE(unit_aborts(encode_infinite));
	CU_ASSERT_TRUE(unit_aborts(encode_nan));
	CU_ASSERT_TRUE(unit_aborts(encode_bare_secret));
}

CU_TestInfo encode_tests[] = {
    {"every type, nulls written, secrets left out", test_whole},
    {"nothing to write", test_empty},
    {"bare values", test_bare},
    {"integers to both ends", test_integers},
    {"reals are short and read back the same", test_reals},
    {"rows that may not be abort", test_impossible},
    CU_TEST_INFO_NULL,
};
