/* Digests against published vectors, comparisons, and that randomness and
 * wiping do something. */
#include <string.h>

#include "core/crypto.h"
#include "unit.h"

static void
digests(void)
{
	uint8_t out[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	char thousand[1000];
	char many[100000];

	crypto_sha256("", 0, out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	crypto_sha256("abc", 3, out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	memset(thousand, 'a', sizeof(thousand));
	for (size_t i = 0; i < sizeof(many); i += sizeof(thousand))
		memcpy(many + i, thousand, sizeof(thousand));
	crypto_sha256(many, sizeof(many), out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex,
	    "6d1cf22d7cc09b085dfc25ee1a1f3ae0265804c607bc2074ad253bcc82fd81ee");
}

/* FIPS 180-1. */
static void
old_digests(void)
{
	uint8_t out[SHA1_SIZE];
	char hex[2 * SHA1_SIZE + 1];

	crypto_sha1("abc", 3, out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
	crypto_sha1("", 0, out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void
compares(void)
{
	CU_ASSERT_TRUE(crypto_equal("abc", 3, "abc", 3));
	CU_ASSERT_TRUE(crypto_equal("", 0, "", 0));
	CU_ASSERT_TRUE(crypto_equal("a\0b", 3, "a\0b", 3));
	CU_ASSERT_FALSE(crypto_equal("abc", 3, "abd", 3));
	CU_ASSERT_FALSE(crypto_equal("bbc", 3, "abc", 3));
	CU_ASSERT_FALSE(crypto_equal("a\0b", 3, "a\0c", 3));
	CU_ASSERT_FALSE(crypto_equal("abc", 3, "abcd", 4));
	CU_ASSERT_FALSE(crypto_equal("abc", 3, "", 0));
}

/* Every byte takes every value in 64 KiB (a miss has odds of 1e-109). */
static void
is_random(void)
{
	static uint8_t a[65536], b[65536];
	bool seen[256] = {false};
	size_t values = 0;

	crypto_random(a, sizeof(a));
	crypto_random(b, sizeof(b));
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
	for (size_t i = 0; i < sizeof(a); i++)
		seen[a[i]] = true;
	for (size_t i = 0; i < 256; i++)
		values += seen[i];
	CU_ASSERT_EQUAL(values, 256);
	crypto_random(a, 0);
}

static void
wipes(void)
{
	char secret[] = "secret";

	crypto_wipe(secret, 4);
	CU_ASSERT_EQUAL(memcmp(secret, "\0\0\0\0et", 7), 0);
}

static void
prints(void)
{
	char hex[9];

	crypto_hex("\x00\x9f\xab\xff", 4, hex);
	CU_ASSERT_STRING_EQUAL(hex, "009fabff");
	crypto_hex("", 0, hex);
	CU_ASSERT_STRING_EQUAL(hex, "");
}

CU_TestInfo crypto_tests[] = {{"SHA-256 of known texts", digests},
    {"SHA-1", old_digests},
    {"comparison looks at all bytes and lengths", compares},
    {"random bytes differ and cover all values", is_random},
    {"wiping zeroes what was asked", wipes},
    {"hexadecimal is lower case", prints}, CU_TEST_INFO_NULL};
