/*
 * The cache answers as the verification behind it does, the second time too.
 */
#include "core/token_cache.h"

#include <string.h>

#include "keying.h"
#include "unit.h"

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

/* Of tokens that are HS256. */
static const struct token_rules *
rules(void)
{
	static struct token_rules rules = {
	    .secret = "0123456789abcdef0123456789abcdef",
	    .issuer = "https://a.test",
	    .audience = "shop"};

	if (rules.keys == NULL)
		rules.keys = keys_new(NULL);
	return &rules;
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
	struct token_cache *cache = token_cache_new(rules());
	struct arena *mem = arena_new(1 << 16);
	struct token t = example(3), out;
	const char *text = token_sign(mem, rules(), &t);
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
	struct token_cache *cache = token_cache_new(rules());
	struct arena *mem = arena_new(1 << 16);
	struct token t = example(3), out;
	char *text = arena_strdup(mem, token_sign(mem, rules(), &t));
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
	struct token_cache *cache = token_cache_new(rules());
	struct arena *mem = arena_new(1 << 22);
	const char *text[1024];
	struct token t, out;
	int i, round;

	for (i = 0; i < 1024; i++) {
		t = example(i);
		t.subject.byte[14] = (uint8_t)(i / 256);
		text[i] = token_sign(mem, rules(), &t);
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

/*
 * A verified token stays good while nobody says that the keys have changed,
 * and is judged by them from then on. The longest one that can be is kept.
 */
static void
forgets(void)
{
	char dir[KEYING_PATH], one[KEY_ID_TEXT], two[KEY_ID_TEXT];
	struct arena *mem = arena_new(1 << 16);
	struct token_rules own = *rules();
	struct token t = example(3), out;
	struct token_cache *cache;
	const char *text;

	keying_make(dir);
	keying_create(dir, 0, one);
	keying_create(dir, 0, two);
	own.keys = keying_open(dir, 0);
	cache = token_cache_new(&own);
	text = token_sign(mem, &own, &t);
	CU_ASSERT_TRUE(strlen(text) > 384);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	CU_ASSERT_EQUAL(keying_activate(dir, two, true, 0), OK);
	CU_ASSERT_EQUAL(keying_retire(dir, one, true, 0), OK);
	CU_ASSERT_TRUE(keying_refresh(own.keys, 1));
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	token_cache_forget(cache);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), ERR_UNAUTHORIZED);
	text = token_sign(mem, &own, &t);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	token_cache_forget(cache);
	CU_ASSERT_EQUAL(ask(cache, text, 0, "access", &out), OK);
	token_cache_free(cache);
	keys_free(own.keys);
	keying_remove(dir);
	arena_free(mem);
}

CU_TestInfo token_cache_tests[] = {
    {"the same answer each time", answers_twice},
    {"time, kind and every character count", forgets_nothing_that_matters},
    {"many tokens are kept apart", keeps_them_apart},
    {"when the keys change, tokens are judged anew", forgets},
    CU_TEST_INFO_NULL,
};
