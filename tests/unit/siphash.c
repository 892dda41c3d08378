/*
 * SipHash-2-4 with 128 bits: the reference's vectors, and one that is longer.
 */
#include "core/siphash.h"

#include "core/crypto.h"
#include "unit.h"

static void
vectors(void)
{
	static const struct {
		size_t n;
		const char *hex;
	} cases[] = {
	    {0, "a3817f04ba25a8e66df67214c7550293"},
	    {1, "da87c1d86b99af44347659119b22fc45"},
	    {7, "a1f1ebbed8dbc153c0b84aa61ff08239"},
	    {8, "3b62a9ba6258f5610f83e264f31497b4"},
	    {15, "5493e99933b0a8117e08ec0f97cfc3d9"},
	    {16, "6ee2a4ca67b054bbfd3315bf85230577"},
	    {63, "5150d1772f50834a503e069a973fbd7c"},
	};
	uint8_t key[SIPHASH_KEY], text[63], out[SIPHASH_SIZE];
	char hex[2 * SIPHASH_SIZE + 1];

	for (uint8_t i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (uint8_t i = 0; i < sizeof(text); i++)
		text[i] = i;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		siphash(key, text, cases[i].n, out);
		crypto_hex(out, sizeof(out), hex);
		CU_ASSERT_STRING_EQUAL(hex, cases[i].hex);
	}
}

/* Of OpenSSL: openssl mac -macopt size:16 SIPHASH. */
static void
long_text(void)
{
	uint8_t key[SIPHASH_KEY], text[1000], out[SIPHASH_SIZE];
	char hex[2 * SIPHASH_SIZE + 1];

	for (uint8_t i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 7);
	siphash(key, text, sizeof(text), out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_EQUAL(hex, "0abe9b901f7afd96f1e43635c47acb8b");
	key[15] ^= 1;
	siphash(key, text, sizeof(text), out);
	crypto_hex(out, sizeof(out), hex);
	CU_ASSERT_STRING_NOT_EQUAL(hex, "0abe9b901f7afd96f1e43635c47acb8b");
	siphash(key, NULL, 0, out);
}

CU_TestInfo siphash_tests[] = {{"the reference's vectors", vectors},
    {"a longer text, and another key", long_text}, CU_TEST_INFO_NULL};
