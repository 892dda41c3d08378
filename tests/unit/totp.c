/* Codes against RFC 6238's vectors, the window of three steps, the guard
 * against replays, and what authenticators are given. */
#include "core/totp.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static const uint8_t *const secret = (const uint8_t *)"12345678901234567890";

static struct timestamp
at(int64_t seconds)
{
	return (struct timestamp){seconds * 1000000};
}

/* Appendix B, SHA-1: eight digits there, of which these are the last six. */
static const struct {
	int64_t seconds;
	const char *code;
} vectors[] = {
    {59, "287082"},
    {1111111109, "081804"},
    {1111111111, "050471"},
    {1234567890, "005924"},
    {2000000000, "279037"},
    {20000000000, "353130"},
};

static void
published(void)
{
	char code[TOTP_DIGITS + 1];
	int64_t step;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct timestamp t = at(vectors[i].seconds);

		totp_code(secret, t, code);
		CU_ASSERT_STRING_EQUAL(code, vectors[i].code);
		step = -1;
		CU_ASSERT_TRUE(
		    totp_verify(secret, vectors[i].code, t, 0, &step));
		CU_ASSERT_EQUAL(step, vectors[i].seconds / 30);
	}
}

/* 1234567890 is the first second of step 41152263. */
static void
window(void)
{
	int64_t step = 0;

	CU_ASSERT_TRUE(totp_verify(secret, "005924", at(1234567919), 0, &step));
	CU_ASSERT_EQUAL(step, 41152263);
	CU_ASSERT_TRUE(totp_verify(secret, "005924", at(1234567949), 0, &step));
	CU_ASSERT_EQUAL(step, 41152263);
	CU_ASSERT_TRUE(totp_verify(secret, "005924", at(1234567860), 0, &step));
	CU_ASSERT_EQUAL(step, 41152263);
	step = 7;
	CU_ASSERT_FALSE(
	    totp_verify(secret, "005924", at(1234567950), 0, &step));
	CU_ASSERT_FALSE(
	    totp_verify(secret, "005924", at(1234567859), 0, &step));
	CU_ASSERT_EQUAL(step, 7);
}

static void
once(void)
{
	char code[TOTP_DIGITS + 1];
	int64_t step = 0;

	CU_ASSERT_TRUE(
	    totp_verify(secret, "005924", at(1234567890), 41152262, &step));
	CU_ASSERT_EQUAL(step, 41152263);
	CU_ASSERT_FALSE(
	    totp_verify(secret, "005924", at(1234567890), 41152263, &step));
	CU_ASSERT_FALSE(
	    totp_verify(secret, "005924", at(1234567920), 41152263, &step));
	CU_ASSERT_FALSE(
	    totp_verify(secret, "005924", at(1234567890), 41152264, &step));
	totp_code(secret, at(1234567920), code);
	CU_ASSERT_TRUE(
	    totp_verify(secret, code, at(1234567890), 41152263, &step));
	CU_ASSERT_EQUAL(step, 41152264);
}

/* The first pair of steps that shares a code: the later one counts. */
static void
shared(void)
{
	char code[TOTP_DIGITS + 1], other[TOTP_DIGITS + 1];
	int64_t s = 1, step = 0;

	for (; s < 10000000; s++) {
		totp_code(secret, at(s * 30), code);
		totp_code(secret, at((s + 2) * 30), other);
		if (strcmp(code, other) == 0)
			break;
	}
	CU_ASSERT_STRING_EQUAL_FATAL(code, other);
	CU_ASSERT_TRUE(totp_verify(secret, code, at((s + 1) * 30), 0, &step));
	CU_ASSERT_EQUAL(step, s + 2);
	CU_ASSERT_FALSE(
	    totp_verify(secret, code, at((s + 1) * 30), step, &step));
}

static void
malformed(void)
{
	static const char *const bad[] = {"", " ", "00592", "0059244", "005925",
	    "00592x", "OO5924", "005-924", "005\t924", "+05924", "005924\n",
	    "005924 5", "\xd9\xa0\xd9\xa0\xd9\xa5\xd9\xa9\xd9\xa2\xd9\xa4",
	    "000000"};
	static char huge[100001];
	int64_t step = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(
		    totp_verify(secret, bad[i], at(1234567890), 0, &step));
	memset(huge, '0', sizeof(huge) - 1);
	CU_ASSERT_FALSE(totp_verify(secret, huge, at(1234567890), 0, &step));
	CU_ASSERT_EQUAL(step, 0);
	CU_ASSERT_TRUE(
	    totp_verify(secret, "005 924", at(1234567890), 0, &step));
	CU_ASSERT_TRUE(
	    totp_verify(secret, "  0 0 5 9 2 4 ", at(1234567890), 0, &step));
}

/* The padding of what is no code must not be a code. */
static void
no_default(void)
{
	char code[TOTP_DIGITS + 1] = "";
	int64_t s = 0, step = 0;

	while (strcmp(code, "000000") != 0 && s < 50000000)
		totp_code(secret, at(++s * 30), code);
	CU_ASSERT_STRING_EQUAL_FATAL(code, "000000");
	CU_ASSERT_FALSE(totp_verify(secret, "", at(s * 30), 0, &step));
	CU_ASSERT_FALSE(totp_verify(secret, "00000", at(s * 30), 0, &step));
	CU_ASSERT_FALSE(totp_verify(secret, "00000x", at(s * 30), 0, &step));
	CU_ASSERT_FALSE(totp_verify(secret, "0000000", at(s * 30), 0, &step));
	CU_ASSERT_TRUE(totp_verify(secret, "000000", at(s * 30), 0, &step));
}

static void
start_of_time(void)
{
	char code[TOTP_DIGITS + 1];
	int64_t step = 0;

	totp_code(secret, at(0), code);
	CU_ASSERT_STRING_EQUAL(code, "755224");
	CU_ASSERT_FALSE(totp_verify(secret, code, at(0), 0, &step));
	totp_code(secret, at(30), code);
	CU_ASSERT_STRING_EQUAL(code, "287082");
	CU_ASSERT_TRUE(totp_verify(secret, code, at(0), 0, &step));
	CU_ASSERT_EQUAL(step, 1);
}

static void
texts(void)
{
	struct arena *mem = arena_new(1 << 20);
	uint8_t zero[TOTP_SECRET] = {0};

	CU_ASSERT_STRING_EQUAL(
	    totp_secret_text(mem, secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	CU_ASSERT_STRING_EQUAL(
	    totp_secret_text(mem, zero), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	CU_ASSERT_STRING_EQUAL(
	    totp_uri(mem, "Atrium", "ada@example.com", secret),
	    "otpauth://totp/Atrium:ada%40example.com"
	    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Atrium");
	CU_ASSERT_STRING_EQUAL(
	    totp_uri(mem, "A&B: 100% \"\xc3\xa9\"?#", "a/b+c~._-@x", secret),
	    "otpauth://totp/A%26B%20100%25%20%22%C3%A9%22%3F%23:"
	    "a%2Fb%2Bc~._-%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	    "&issuer=A%26B%20100%25%20%22%C3%A9%22%3F%23");
	arena_free(mem);
}

CU_TestInfo totp_tests[] = {
    {"RFC 6238's vectors hold", published},
    {"a step to either side is taken, not two", window},
    {"a code is taken once", once},
    {"a code of two steps is spent for both", shared},
    {"six digits and spaces, nothing else", malformed},
    {"what is no code is not 000000", no_default},
    {"the first steps of 1970", start_of_time},
    {"the secret and the URI, for authenticators", texts},
    CU_TEST_INFO_NULL,
};
