/*
 * Recovery codes: their form, and what counts as the same one.
 */
#include <string.h>

#include "auth/mfa.h"
#include "core/crypto.h"
#include "unit.h"

#define KEY "a key that is long enough for anybody"

static const struct uuid somebody = {{1, 2, 3}}, other = {{1, 2, 4}};

static void
form_of_a_code(void)
{
	static const char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
	struct arena *mem = arena_new(1 << 20);
	char seen[sizeof(digits)] = "";

	for (int i = 0; i < 200; i++) {
		const char *code = recovery_code_new(mem);

		CU_ASSERT_EQUAL_FATAL(strlen(code), 19);
		for (size_t j = 0; j < 19; j++) {
			const char *at = strchr(digits, code[j]);

			if (j % 5 == 4) {
				CU_ASSERT_EQUAL(code[j], '-');
				continue;
			}
			CU_ASSERT_PTR_NOT_NULL_FATAL(at);
			seen[at - digits] = *at;
		}
	}
	/* 3200 digits: one of 32 is missing in 1 of 10^42 runs. */
	CU_ASSERT_STRING_EQUAL(seen, digits);
	arena_free(mem);
}

static void
no_two_are_the_same(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *code[200];

	for (size_t i = 0; i < 200; i++) {
		code[i] = recovery_code_new(mem);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT_STRING_NOT_EQUAL(code[i], code[j]);
	}
	arena_free(mem);
}

static void
digest_is_keyed(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *digest =
	    recovery_code_digest(mem, KEY, somebody, "0123-4567-89ab-cdef");

	CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
	CU_ASSERT_STRING_EQUAL(digest,
	    crypto_keyed_digest(mem, KEY, "recovery code",
		"01020300-0000-0000-0000-000000000000 0123456789abcdef"));
	CU_ASSERT_EQUAL(strlen(digest), 64);
	CU_ASSERT_STRING_NOT_EQUAL(digest,
	    recovery_code_digest(mem, KEY, other, "0123-4567-89ab-cdef"));
	CU_ASSERT_STRING_NOT_EQUAL(
	    digest, recovery_code_digest(
			mem, KEY "x", somebody, "0123-4567-89ab-cdef"));
	CU_ASSERT_STRING_NOT_EQUAL(digest,
	    recovery_code_digest(mem, KEY, somebody, "0123-4567-89ab-cdeg"));
	arena_free(mem);
}

static void
typed_in_any_way(void)
{
	static const char *const same[] = {"0101-101abcde-fghj",
	    "0101101abcdefghj", "0101-101a-bcde-fghj", "OIOL-1O1A-BCDE-FGHJ",
	    "oi0ll0iAbCdEfGhJ", " 0101 101a  bcde--fghj-", "o1o1l0labcdefghj"};
	struct arena *mem = arena_new(1 << 20);
	const char *digest =
	    recovery_code_digest(mem, KEY, somebody, "0101101abcdefghj");

	CU_ASSERT_PTR_NOT_NULL_FATAL(digest);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		const char *d =
		    recovery_code_digest(mem, KEY, somebody, same[i]);

		CU_ASSERT_PTR_NOT_NULL_FATAL(d);
		CU_ASSERT_STRING_EQUAL(d, digest);
	}
	arena_free(mem);
}

static void
what_is_none(void)
{
	static const char *const none[] = {"", " ", "----", "123456",
	    "0101101abcdefgh", "0101101abcdefghjk", "0101101abcdefghu",
	    "0101101abcdefgh!", "0101101abcdefgh\xc3\xa9", "0101101abcdefgh\n",
	    "0101_101a_bcde_fghj"};
	struct arena *mem = arena_new(1 << 20);

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		CU_ASSERT_PTR_NULL(
		    recovery_code_digest(mem, KEY, somebody, none[i]));
	arena_free(mem);
}

CU_TestInfo recovery_codes_tests[] = {
    {"four groups of four digits, all of 32", form_of_a_code},
    {"no two are the same", no_two_are_the_same},
    {"a digest is of key, user and code", digest_is_keyed},
    {"a code may be typed in any way", typed_in_any_way},
    {"what cannot be one has no digest", what_is_none},
    CU_TEST_INFO_NULL,
};
