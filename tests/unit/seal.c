/* Sealed values: they come back, only as they were, and only to whom they
 * belong. */
#include "core/seal.h"

#include <string.h>

#include "unit.h"

#define KEY   "0123456789abcdef0123456789abcdef"
#define PLAIN "attack at dawn"
/* Made with node:crypto: HKDF, then AES-256-GCM with nonce 00 01 .. 0b. */
#define MADE "AAECAwQFBgcICQoLnHFznoQpAOEYVdltXEuIHCy_oL3YDawzVpKAo3o5"

static enum err
open_as(struct arena *mem, const char *purpose, const char *owner,
    const char *text, const char *plain)
{
	const uint8_t *out = NULL;
	size_t n = 77;
	enum err err = unseal(mem, KEY, purpose, owner, text, &out, &n);

	if (err == OK) {
		CU_ASSERT_EQUAL(n, strlen(plain));
		CU_ASSERT_EQUAL(memcmp(out, plain, n), 0);
	} else {
		CU_ASSERT_PTR_NULL(out);
		CU_ASSERT_EQUAL(n, 77);
	}
	return err;
}

static const char *
seal_text(struct arena *mem, const char *plain)
{
	return seal(mem, KEY, "totp", "row-1", plain, strlen(plain));
}

static void
round_trip(void)
{
	struct arena *mem = arena_new(4 << 20);
	static char big[65537];

	memset(big, 'x', sizeof(big) - 1);
	CU_ASSERT_EQUAL(
	    open_as(mem, "totp", "row-1", seal_text(mem, PLAIN), PLAIN), OK);
	CU_ASSERT_EQUAL(
	    open_as(mem, "totp", "row-1", seal_text(mem, ""), ""), OK);
	CU_ASSERT_EQUAL(
	    open_as(mem, "totp", "row-1", seal_text(mem, big), big), OK);
	CU_ASSERT_EQUAL(
	    open_as(mem, "", "", seal(mem, KEY, "", "", "x", 1), "x"), OK);
	CU_ASSERT_EQUAL(open_as(mem, "totp", "row-1", MADE, PLAIN), OK);
	arena_free(mem);
}

/* 12 of nonce, 14 of text, 16 of tag: 56 digits, each of which counts. */
static void
tampered(void)
{
	struct arena *mem = arena_new(4 << 20);
	const char *text = seal_text(mem, PLAIN);
	size_t length = strlen(text);

	CU_ASSERT_EQUAL(length, 56);
	for (size_t i = 0; i < length; i++)
		for (int bit = 0; bit < 8; bit++) {
			char *bad = arena_strdup(mem, text);

			bad[i] = (char)(bad[i] ^ (1 << bit));
			CU_ASSERT_EQUAL(open_as(mem, "totp", "row-1", bad, ""),
			    ERR_INVALID);
		}
	for (size_t n = 0; n < length; n++)
		CU_ASSERT_EQUAL(
		    open_as(mem, "totp", "row-1", arena_copy(mem, text, n), ""),
		    ERR_INVALID);
	CU_ASSERT_EQUAL(open_as(mem, "totp", "row-1",
			    arena_printf(mem, "%sAAAA", text), ""),
	    ERR_INVALID);
	arena_free(mem);
}

static void
elsewhere(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *text = seal_text(mem, PLAIN);
	const uint8_t *out = NULL;
	size_t n;

	CU_ASSERT_EQUAL(open_as(mem, "totp", "row-2", text, ""), ERR_INVALID);
	CU_ASSERT_EQUAL(open_as(mem, "totp", "", text, ""), ERR_INVALID);
	CU_ASSERT_EQUAL(open_as(mem, "totp", "row-1 ", text, ""), ERR_INVALID);
	CU_ASSERT_EQUAL(open_as(mem, "mail", "row-1", text, ""), ERR_INVALID);
	CU_ASSERT_EQUAL(open_as(mem, "totprow", "-1", text, ""), ERR_INVALID);
	CU_ASSERT_EQUAL(unseal(mem, "1123456789abcdef0123456789abcdef", "totp",
			    "row-1", text, &out, &n),
	    ERR_INVALID);
	CU_ASSERT_PTR_NULL(out);
	arena_free(mem);
}

static void
never_the_same(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *one = seal_text(mem, PLAIN), *two = seal_text(mem, PLAIN);

	CU_ASSERT_STRING_NOT_EQUAL(one, two);
	CU_ASSERT_NOT_EQUAL(strncmp(one, two, 16), 0);
	arena_free(mem);
}

CU_TestInfo seal_tests[] = {
    {"what is sealed comes back, and so does another program's", round_trip},
    {"no bit and no length may change", tampered},
    {"another key, purpose or owner opens nothing", elsewhere},
    {"two seals of the same differ", never_the_same},
    CU_TEST_INFO_NULL,
};
