/*
 * Request memory: zeroed, aligned, rewound, and never beyond its ceiling.
 */
#include "core/arena.h"

#include <stdint.h>
#include <string.h>

#include "unit.h"

enum { LIMIT = 1 << 20 };

static bool
is_zero(const unsigned char *p, size_t n)
{
	while (n-- > 0)
		if (p[n] != 0)
			return false;
	return true;
}

static void
test_zeroed(void)
{
	struct arena *a = arena_new(LIMIT);
	void *first = NULL, *p;
	int round;

	for (round = 0; round < 3; round++) {
		p = arena_alloc(a, 100, 10);
		if (first == NULL)
			first = p;
		/* The same memory each time, and still zero. */
		CU_ASSERT_PTR_EQUAL(p, first);
		CU_ASSERT_TRUE(is_zero(p, 1000));
		memset(p, 0xAA, 1000);
		arena_reset(a);
	}
	arena_free(a);
	arena_free(NULL);
}

static void
test_aligned(void)
{
	struct arena *a = arena_new(LIMIT);
	char *before = NULL, *p;
	size_t n;

	for (n = 0; n < 3000; n += 7) {
		p = arena_alloc(a, 1, n % 100);
		CU_ASSERT_EQUAL((uintptr_t)p % 16, 0);
		CU_ASSERT_PTR_NOT_EQUAL(p, before);
		memset(p, 0xFF, n % 100);
		before = p;
	}
	arena_free(a);
}

/* Neighbours, and what needs a block of its own, keep what they hold. */
static void
test_blocks(void)
{
	struct arena *a = arena_new(LIMIT);
	unsigned char *p[60];
	size_t i, k, n;

	for (i = 0; i < 60; i++) {
		n = i % 3 == 2 ? 20000 : 999;
		p[i] = arena_alloc(a, 1, n);
		CU_ASSERT_TRUE(is_zero(p[i], n));
		memset(p[i], (int)i, n);
	}
	for (i = 0; i < 60; i++)
		for (k = 0; k < (i % 3 == 2 ? 20000 : 999); k++)
			if (p[i][k] != i)
				CU_FAIL_FATAL("overwritten");
	arena_reset(a);
	/* All of it is free again. */
	CU_ASSERT_PTR_NOT_NULL(arena_alloc(a, 900000, 1));
	arena_free(a);
}

static void
test_rewind(void)
{
	struct arena *a = arena_new(LIMIT);
	char *kept = arena_strdup(a, "kept"), *after;
	struct arena_mark mark = arena_mark(a);
	int round;

	after = arena_alloc(a, 8, 1);
	for (round = 0; round < 40; round++) {
		arena_rewind(a, mark);
		CU_ASSERT_PTR_EQUAL(arena_alloc(a, 8, 1), after);
		CU_ASSERT_TRUE(is_zero((unsigned char *)after, 8));
		memset(after, 0x55, 8);
		/* Forty of these would pass the limit. */
		memset(arena_alloc(a, 30000, 1), 0x55, 30000);
		memset(arena_alloc(a, 100, 1), 0x55, 100);
	}
	CU_ASSERT_STRING_EQUAL(kept, "kept");
	arena_free(a);
}

static void
test_texts(void)
{
	struct arena *a = arena_new(LIMIT);
	char wide[1001];
	const char *p;

	memset(wide, 'w', 1000);
	wide[1000] = '\0';
	p = arena_copy(a, "ab\0cd", 5);
	CU_ASSERT_EQUAL(memcmp(p, "ab\0cd", 6), 0);
	CU_ASSERT_STRING_EQUAL(arena_copy(a, "abc", 2), "ab");
	CU_ASSERT_STRING_EQUAL(arena_copy(a, NULL, 0), "");
	CU_ASSERT_STRING_EQUAL(arena_strdup(a, ""), "");
	CU_ASSERT_STRING_EQUAL(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	p = arena_printf(a, "<%s>", wide);
	CU_ASSERT_EQUAL(strlen(p), 1002);
	CU_ASSERT_EQUAL(p[0], '<');
	CU_ASSERT_EQUAL(memcmp(p + 1, wide, 1000), 0);
	CU_ASSERT_EQUAL(p[1001], '>');
	/* Around the size that is printed without a second pass. */
	CU_ASSERT_EQUAL(strlen(arena_printf(a, "%.255s", wide)), 255);
	CU_ASSERT_EQUAL(strlen(arena_printf(a, "%.256s", wide)), 256);
	CU_ASSERT_EQUAL(strlen(arena_printf(a, "%.257s", wide)), 257);
	arena_free(a);
}

static void
pass_limit(void)
{
	struct arena *a = arena_new(LIMIT);
	int i;

	for (i = 0; i < 2000; i++)
		arena_alloc(a, 1000, 1);
}

static void
pass_limit_at_once(void)
{
	arena_alloc(arena_new(LIMIT), LIMIT + 1, 1);
}

static void
overflow_size(void)
{
	arena_alloc(arena_new(LIMIT), SIZE_MAX / 2 + 2, 2);
}

static void
fill_limit(void)
{
	struct arena *a = arena_new(LIMIT);
	int i;

	for (i = 0; i < 60; i++)
		arena_alloc(a, 16000, 1);
	arena_free(a);
}

static void
test_limit(void)
{
	CU_ASSERT_FALSE(unit_aborts(fill_limit));
	CU_ASSERT_TRUE(unit_aborts(pass_limit));
	CU_ASSERT_TRUE(unit_aborts(pass_limit_at_once));
	CU_ASSERT_TRUE(unit_aborts(overflow_size));
}

CU_TestInfo arena_tests[] = {
    {"memory is zeroed, also when used again", test_zeroed},
    {"every address is aligned and its own", test_aligned},
    {"allocations of all sizes stand apart", test_blocks},
    {"rewinding gives the same memory back", test_rewind},
    {"texts are copied and printed whole", test_texts},
    {"the ceiling and an overflowing size abort", test_limit},
    CU_TEST_INFO_NULL,
};
