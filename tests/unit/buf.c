/*
 * Growing buffers: what goes in stands there, NUL-ended, up to the ceiling.
 */
#include "core/buf.h"

#include <stdint.h>
#include <string.h>

#include "unit.h"

static void
test_puts(void)
{
	struct buf b;

	buf_init(&b, 100);
	CU_ASSERT_EQUAL(b.len, 0);
	buf_put(&b, "", 0);
	CU_ASSERT_STRING_EQUAL(b.data, "");
	buf_puts(&b, "ab");
	buf_putc(&b, 'c');
	buf_put(&b, "d\0e", 3);
	buf_printf(&b, "%s%d", "x", -42);
	CU_ASSERT_EQUAL(b.len, 10);
	CU_ASSERT_EQUAL(memcmp(b.data, "abcd\0ex-42", 11), 0);
	buf_reset(&b);
	CU_ASSERT_EQUAL(b.len, 0);
	CU_ASSERT_STRING_EQUAL(b.data, "");
	buf_free(&b);
	CU_ASSERT_PTR_NULL(b.data);
	/* Still usable, with the same ceiling. */
	buf_puts(&b, "again");
	CU_ASSERT_STRING_EQUAL(b.data, "again");
	CU_ASSERT_EQUAL(b.max, 100);
	buf_free(&b);
}

static void
test_growth(void)
{
	struct buf b;
	size_t i, grown = 0, cap = 0;

	buf_init(&b, 1 << 20);
	for (i = 0; i < 300000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		if (b.cap != cap)
			grown++;
		cap = b.cap;
	}
	for (i = 0; i < 300000; i++)
		if (b.data[i] != (char)('a' + i % 26))
			CU_FAIL_FATAL("lost");
	CU_ASSERT_EQUAL(b.data[300000], '\0');
	CU_ASSERT_TRUE(grown < 12);
	buf_reset(&b);
	/* Large memory went back. */
	CU_ASSERT_PTR_NULL(b.data);
	CU_ASSERT_EQUAL(b.cap, 0);
	buf_puts(&b, "small");
	cap = b.cap;
	buf_reset(&b);
	CU_ASSERT_EQUAL(b.cap, cap);
	buf_free(&b);
}

static void
test_ceiling(void)
{
	struct buf b;

	buf_init(&b, 10);
	buf_puts(&b, "0123456789");
	CU_ASSERT_FALSE(b.full);
	CU_ASSERT_EQUAL(b.len, 10);
	CU_ASSERT_EQUAL(b.cap, 11);
	buf_putc(&b, 'x');
	CU_ASSERT_TRUE(b.full);
	CU_ASSERT_STRING_EQUAL(b.data, "0123456789");
	buf_reset(&b);
	CU_ASSERT_FALSE(b.full);
	buf_puts(&b, "01234");
	buf_puts(&b, "567890");
	CU_ASSERT_TRUE(b.full);
	/* Nothing follows a gap. */
	buf_puts(&b, "a");
	buf_putc(&b, 'a');
	buf_printf(&b, "a");
	CU_ASSERT_STRING_EQUAL(b.data, "01234");
	buf_free(&b);
	buf_init(&b, 10);
	buf_put(&b, "x", SIZE_MAX);
	CU_ASSERT_TRUE(b.full);
	CU_ASSERT_EQUAL(b.len, 0);
	buf_free(&b);
	buf_init(&b, 0);
	buf_puts(&b, "");
	CU_ASSERT_FALSE(b.full);
	buf_putc(&b, 'x');
	CU_ASSERT_TRUE(b.full);
	buf_free(&b);
}

static void
test_printing(void)
{
	char wide[4001];
	struct buf b;

	memset(wide, 'w', 4000);
	wide[4000] = '\0';
	buf_init(&b, 5000);
	buf_printf(&b, "%s", "");
	CU_ASSERT_STRING_EQUAL(b.data, "");
	/* More than is free, and then exactly as much. */
	buf_printf(&b, "<%.2000s>", wide);
	CU_ASSERT_EQUAL(b.len, 2002);
	CU_ASSERT_EQUAL(b.data[2001], '>');
	CU_ASSERT_EQUAL(b.data[2002], '\0');
	buf_printf(&b, "%.*s", (int)(b.cap - b.len - 1), wide);
	CU_ASSERT_EQUAL(b.len, b.cap - 1);
	buf_printf(&b, "%.*s", (int)(5000 - b.len), wide);
	CU_ASSERT_EQUAL(b.len, 5000);
	CU_ASSERT_FALSE(b.full);
	buf_reset(&b);
	buf_puts(&b, "kept");
	buf_printf(&b, "%s%s%s", wide, wide, wide);
	CU_ASSERT_TRUE(b.full);
	CU_ASSERT_STRING_EQUAL(b.data, "kept");
	buf_free(&b);
}

static void
without_ceiling(void)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
}

static void
test_no_ceiling(void)
{
	CU_ASSERT_TRUE(unit_aborts(without_ceiling));
}

CU_TestInfo buf_tests[] = {
    {"what is put stands there", test_puts},
    {"it grows by doubling and shrinks at a reset", test_growth},
    {"nothing passes the ceiling or follows a gap", test_ceiling},
    {"formats are printed whole or not at all", test_printing},
    {"a buffer without a ceiling is refused", test_no_ceiling},
    CU_TEST_INFO_NULL,
};
