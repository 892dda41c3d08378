/* Access tokens: a good one, and every claim that can be wrong in one that is
 * well signed. */
#include "core/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "minting.h"
#include "unit.h"

static enum err
verify_claims(const char *claims)
{
	return mint_verify(mint(HS256, claims));
}

static struct token
example(void)
{
	struct token t = {.kind = "access",
	    .issued = {MINT_NOW.us},
	    .expires = {MINT_NOW.us + INT64_C(600999999)}};
	char why[80];

	CU_ASSERT_TRUE(uuid_parse(SUB, &t.subject, why));
	CU_ASSERT_TRUE(uuid_parse(SID, &t.session, why));
	return t;
}

static void
comes_back(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example(), out = {0};
	const char *token = token_sign(a, mint_rules(), &t);

	CU_ASSERT_EQUAL(
	    token_verify(mint_rules(), token, "access", MINT_NOW, &out), OK);
	CU_ASSERT_STRING_EQUAL(out.kind, "access");
	CU_ASSERT_TRUE(uuid_equal(&out.subject, &t.subject));
	CU_ASSERT_TRUE(uuid_equal(&out.session, &t.session));
	CU_ASSERT_EQUAL(out.issued.us, MINT_NOW.us);
	CU_ASSERT_EQUAL(out.expires.us, MINT_NOW.us + INT64_C(600000000));
	arena_free(a);
}

/* What others would make of the same claims. */
static void
is_a_jwt(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example();
	const char *token = token_sign(a, mint_rules(), &t);
	const char *wanted = mint(HS256,
	    "{\"aud\":\"shop\",\"exp\":1800000600,\"iat\":1800000000,"
	    "\"iss\":\"https://a.test\",\"sid\":\"" SID "\",\"sub\":\"" SUB
	    "\",\"typ\":\"access\"}");

	CU_ASSERT_STRING_EQUAL(token, wanted);
	CU_ASSERT_EQUAL(mint_verify(wanted), OK);
	arena_free(a);
}

static void
needs_every_claim(void)
{
	static const char *const claim[] = {"\"iat\":1799999990",
	    "\"exp\":1800000600", "\"sub\":\"" SUB "\"", "\"sid\":\"" SID "\"",
	    "\"typ\":\"access\"", "\"iss\":\"https://a.test\"",
	    "\"aud\":\"shop\""};
	enum { NEEDED = sizeof(claim) / sizeof(claim[0]) };
	char claims[512];

	CU_ASSERT_EQUAL(verify_claims(CLAIMS), OK);
	CU_ASSERT_EQUAL(verify_claims("{}"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("[]"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("null"), ERR_UNAUTHORIZED);
	/* All but one, all, and all with one twice. */
	for (size_t i = 0; i < NEEDED; i++) {
		size_t n = 0;

		for (size_t j = 0; j < NEEDED; j++)
			if (j != i)
				n += (size_t)snprintf(claims + n,
				    sizeof(claims) - n, "%c%s",
				    n == 0 ? '{' : ',', claim[j]);
		snprintf(claims + n, sizeof(claims) - n, "}");
		CU_ASSERT_EQUAL(verify_claims(claims), ERR_UNAUTHORIZED);
		snprintf(claims + n, sizeof(claims) - n, ",%s}", claim[i]);
		CU_ASSERT_EQUAL(verify_claims(claims), OK);
		snprintf(claims + n, sizeof(claims) - n, ",%s,%s}", claim[i],
		    claim[i]);
		CU_ASSERT_EQUAL(verify_claims(claims), ERR_UNAUTHORIZED);
	}
}

static enum err
verify_times(const char *times)
{
	char claims[512];

	snprintf(claims, sizeof(claims), "{" IDS ",%s}", times);
	return verify_claims(claims);
}

static void
refuses_wrong_times(void)
{
	static const char *const bad[] = {
	    "\"iat\":1799999990,\"exp\":1800000000", /* this second */
	    "\"iat\":1799999990,\"exp\":1799999999",
	    "\"iat\":1799999990,\"exp\":-1800000600",
	    "\"iat\":1799999990,\"exp\":0",
	    "\"iat\":1799999990,\"exp\":\"1800000600\"",
	    "\"iat\":1799999990,\"exp\":1800000600.5",
	    "\"iat\":1799999990,\"exp\":1800000600e0",
	    "\"iat\":1799999990,\"exp\":null",
	    "\"iat\":1799999990,\"exp\":true",
	    "\"iat\":1799999990,\"exp\":[1800000600]",
	    "\"iat\":1799999990,\"exp\":9223372036854775807",
	    "\"iat\":1799999990,\"exp\":18446744073709551616",
	    "\"iat\":1799999990", "\"exp\":1800000600",
	    "\"iat\":1800000006,\"exp\":1800000600",
	    "\"iat\":\"1799999990\",\"exp\":1800000600",
	    "\"iat\":-1,\"exp\":1800000600", TIMES ",\"nbf\":1800000006",
	    TIMES ",\"nbf\":\"1799999990\"", TIMES ",\"nbf\":null"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (verify_times(bad[i]) == OK)
			fprintf(stderr, "accepted: %s\n", bad[i]);
		CU_ASSERT_EQUAL(verify_times(bad[i]), ERR_UNAUTHORIZED);
	}
	CU_ASSERT_EQUAL(verify_times(TIMES), OK);
	CU_ASSERT_EQUAL(verify_times(TIMES ",\"nbf\":1799999999"), OK);
	CU_ASSERT_EQUAL(
	    verify_times("\"iat\":1799999990,\"exp\":1800000001"), OK);
	/* A clock that is a little ahead of this one. */
	CU_ASSERT_EQUAL(
	    verify_times("\"iat\":1800000005,\"exp\":1800000600"), OK);
}

static void
refuses_wrong_names(void)
{
	/* The claim that is wrong, and how. */
	static const struct {
		const char *name, *value;
	} bad[] = {{"sub", "\"alice\""}, {"sub", "\"\""}, {"sub", "7"},
	    {"sub", "null"}, {"sub", "\"" SUB "x\""},
	    {"sub", "\"" SUB "\\u0000\""}, {"sub", "[\"" SUB "\"]"},
	    {"sub", "\"00000000-0000-0000-0000-000000000000\""},
	    {"sid", "\"a@example.com\""}, {"sid", "[]"}, {"typ", "\"reset\""},
	    {"typ", "\"\""}, {"typ", "\"access2\""}, {"typ", "1"},
	    {"typ", "null"}, {"typ", "\"access\\u0000\""},
	    {"iss", "\"https://a.test/\""}, {"iss", "\"HTTPS://A.TEST\""},
	    {"iss", "\"\""}, {"iss", "null"}, {"iss", "[\"https://a.test\"]"},
	    {"aud", "\"Shop\""}, {"aud", "\"\""}, {"aud", "null"},
	    {"aud", "[]"}, {"aud", "[\"shop\"]"},
	    {"aud", "[\"shop\",\"other\"]"}, {"aud", "\"shop other\""},
	    {"aud", "{\"shop\":1}"}, {"aud", "true"}};
	static const char *const good[][2] = {{"sub", "\"" SUB "\""},
	    {"sid", "\"" SID "\""}, {"typ", "\"access\""},
	    {"iss", "\"https://a.test\""}, {"aud", "\"shop\""}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char claims[512] = "{" TIMES;
		size_t n = strlen(claims);

		for (size_t j = 0; j < 5; j++)
			n += (size_t)snprintf(claims + n, sizeof(claims) - n,
			    ",\"%s\":%s", good[j][0],
			    strcmp(bad[i].name, good[j][0]) != 0
				? good[j][1]
				: bad[i].value);
		snprintf(claims + n, sizeof(claims) - n, "}");
		if (verify_claims(claims) == OK)
			fprintf(stderr, "accepted: %s\n", claims);
		CU_ASSERT_EQUAL(verify_claims(claims), ERR_UNAUTHORIZED);
	}
}

static void
refuses_other_kinds(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example(), out;
	const char *token;

	t.kind = "reset";
	token = token_sign(a, mint_rules(), &t);
	CU_ASSERT_EQUAL(
	    token_verify(mint_rules(), token, "reset", MINT_NOW, &out), OK);
	CU_ASSERT_EQUAL(
	    token_verify(mint_rules(), token, "access", MINT_NOW, &out),
	    ERR_UNAUTHORIZED);
	arena_free(a);
}

static void
refuses_other_keys(void)
{
	struct arena *a = arena_new(65536);
	struct token_rules other = *mint_rules();
	struct token t = example();

	other.secret = "0123456789abcdef0123456789abcdee";
	CU_ASSERT_EQUAL(
	    mint_verify(token_sign(a, &other, &t)), ERR_UNAUTHORIZED);
	other.secret = MINT_KEY "0";
	CU_ASSERT_EQUAL(
	    mint_verify(token_sign(a, &other, &t)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(mint_verify(token_sign(a, mint_rules(), &t)), OK);
	arena_free(a);
}

/* Every prefix; every character changed, doubled or replaced by another. */
static void
refuses_every_damage(void)
{
	struct arena *a = arena_new(1 << 20);
	struct token t = example();
	const char *token = token_sign(a, mint_rules(), &t);
	size_t n = strlen(token);

	for (size_t i = 0; i < n; i++) {
		static const char odd[] = "!=.+/ \n\t%\x80\xff";
		char *copy = arena_copy(a, token, i);

		CU_ASSERT_EQUAL(mint_verify(copy), ERR_UNAUTHORIZED);
		copy = arena_printf(
		    a, "%.*s%c%s", (int)i, token, token[i], token + i);
		CU_ASSERT_EQUAL(mint_verify(copy), ERR_UNAUTHORIZED);
		copy = arena_strdup(a, token);
		for (const char *p = odd; *p != '\0'; p++) {
			copy[i] = *p;
			if (*p != token[i])
				CU_ASSERT_EQUAL(
				    mint_verify(copy), ERR_UNAUTHORIZED);
		}
		arena_reset(a);
		token = token_sign(a, mint_rules(), &t);
	}
	for (const char *p = "=.!\n A"; *p != '\0'; p++)
		CU_ASSERT_EQUAL(mint_verify(arena_printf(a, "%s%c", token, *p)),
		    ERR_UNAUTHORIZED);
	arena_free(a);
}

/* The last character holds bits that the signature does not have. */
static void
has_one_text(void)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct arena *a = arena_new(65536);
	struct token t = example();
	char *token = arena_strdup(a, token_sign(a, mint_rules(), &t));
	char *last = token + strlen(token) - 1;
	int accepted = 0;

	for (const char *p = digit; *p != '\0'; p++) {
		*last = *p;
		accepted += mint_verify(token) == OK;
	}
	CU_ASSERT_EQUAL(accepted, 1);
	arena_free(a);
}

static void
leaves_the_output_alone(void)
{
	struct token out = {.kind = "untouched"};

	CU_ASSERT_EQUAL(
	    token_verify(mint_rules(), "a.b.c", "access", MINT_NOW, &out),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_STRING_EQUAL(out.kind, "untouched");
}

CU_TestInfo token_tests[] = {{"a token comes back whole", comes_back},
    {"it is the JWT that others make", is_a_jwt},
    {"every claim is needed", needs_every_claim},
    {"exp, iat and nbf are checked", refuses_wrong_times},
    {"sub, sid, typ, iss and aud are checked", refuses_wrong_names},
    {"one kind is not taken for another", refuses_other_kinds},
    {"another key is refused", refuses_other_keys},
    {"any damage is refused", refuses_every_damage},
    {"a token has one text", has_one_text},
    {"a refusal leaves the output alone", leaves_the_output_alone},
    CU_TEST_INFO_NULL};
