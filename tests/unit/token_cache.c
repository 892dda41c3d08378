/*
 * The cache answers as the verification behind it does, the second time too.
 */
#include "core/token_cache.h"

#include <string.h>

#include "unit.h"

#define KEY "0123456789abcdef0123456789abcdef"

static const struct timestamp now = {INT64_C(1800000000) * 1000000};

static struct token
example(int n)
{
	struct token t = {.kind = "access",
	    .issued = {now.us - 1000000},
	    .expires = {now.us + 60 * INT64_C(1000000)}};

	t.subject.byte[0] = 1;
	t.session.byte[0] = 2;
	t.session.byte[15] = (uint8_t)n;
	return t;
}

static enum err
ask(struct token_cache *cache, const char *text, int64_t seconds,
    const char *kind, struct token *t)
{
	struct timestamp when = {now.us + seconds * 1000000};

	return token_cache_verify(cache, text, kind, when, t);
}

static void
answers_twice(void)
{
	struct token_cache *cache = token_cache_new(KEY);
	struct arena *mem = arena_new(1 << 16);
	struct token t = example(3), out;
	const char *text = token_sign(mem, KEY, &t);
	int i;

	for (i = 0; i < 3; i++) {
		memset(&out, 0, sizeof(out));
		CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
		CU_ASSERT_TRUE(uuid_equal(&out.session, &t.session));
		CU_ASSERT_TRUE(uuid_equal(&out.subject, &t.subject));
		CU_ASSERT_EQUAL(out.expires.us, t.expires.us);
		CU_ASSERT_STRING_EQUAL(out.kind, "access");
	}
	arena_free(mem);
	token_cache_free(cache);
}

static void
forgets_nothing_that_matters(void)
{
	struct token_cache *cache = token_cache_new(KEY);
	struct arena *mem = arena_new(1 << 16);
	struct token t = example(3), out;
	char *text = arena_strdup(mem, token_sign(mem, KEY, &t));
	size_t i, n = strlen(text);

	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	CU_ASSERT_EQUAL(ask(cache, text, 59, "access", &out), OK);
	CU_ASSERT_EQUAL(ask(cache, text, 60, "access", &out), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "reset", &out), ERR_UNAUTHORIZED);
	for (i = 0; i < n; i++) {
		text[i] ^= 1;
		CU_ASSERT_EQUAL(
		    ask(cache, text, 0, "access", &out), ERR_UNAUTHORIZED);
		text[i] ^= 1;
	}
	CU_ASSERT_EQUAL(
	    ask(cache, arena_copy(mem, text, n - 1), 0, "access", &out),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    ask(cache, arena_printf(mem, "%sA", text), 0, "access", &out),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(ask(cache, "", 0, "access", &out), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	arena_free(mem);
	token_cache_free(cache);
}

/* More tokens than places: they take turns, and none is mixed up. */
static void
keeps_them_apart(void)
{
	struct token_cache *cache = token_cache_new(KEY);
	struct arena *mem = arena_new(1 << 22);
	const char *text[1024];
	struct token t, out;
	int i, round;

	for (i = 0; i < 1024; i++) {
		t = example(i);
		t.subject.byte[14] = (uint8_t)(i / 256);
		text[i] = token_sign(mem, KEY, &t);
	}
	for (round = 0; round < 2; round++)
		for (i = 0; i < 1024; i++) {
			CU_ASSERT_EQUAL(
			    ask(cache, text[i], 0, "access", &out), OK);
			CU_ASSERT_EQUAL(out.session.byte[15], i % 256);
			CU_ASSERT_EQUAL(out.subject.byte[14], i / 256);
		}
	arena_free(mem);
	token_cache_free(cache);
}

CU_TestInfo token_cache_tests[] = {
    {"the same answer each time", answers_twice},
    {"time, kind and every character count", forgets_nothing_that_matters},
    {"many tokens are kept apart", keeps_them_apart},
    CU_TEST_INFO_NULL,
};
