/* Access tokens: a good one, and every way to be none. Hostile tokens are
 * signed here with OpenSSL, so that only the wrong thing is wrong. */
#include "core/token.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define KEY   "0123456789abcdef0123456789abcdef"
#define SUB   "018f3e5c-1111-7abc-8def-0123456789ab"
#define SID   "018f3e5c-2222-7abc-8def-0123456789ab"
#define HS256 "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define NOW   1800000000
#define IDS   "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":\"access\""
#define TIMES "\"iat\":1799999990,\"exp\":1800000600"

enum { ROOM = 70000 };

static const struct timestamp now = {INT64_C(1000000) * NOW};
static char text[ROOM];

static size_t
base64url(const void *data, size_t n, char *out)
{
	size_t length =
	    (size_t)EVP_EncodeBlock((unsigned char *)out, data, (int)n);

	for (size_t i = 0; i < length; i++) {
		if (out[i] == '+')
			out[i] = '-';
		if (out[i] == '/')
			out[i] = '_';
	}
	while (length > 0 && out[length - 1] == '=')
		length--;
	out[length] = '\0';
	return length;
}

static const char *
sign(const EVP_MD *md, const char *key, const char *head, const char *claims)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned size = 0;
	size_t n = base64url(head, strlen(head), text);

	text[n++] = '.';
	n += base64url(claims, strlen(claims), text + n);
	HMAC(md, key, (int)strlen(key), (unsigned char *)text, n, mac, &size);
	text[n++] = '.';
	base64url(mac, size, text + n);
	return text;
}

static enum err
verify(const char *token)
{
	struct token t;

	return token_verify(KEY, token, "access", now, &t);
}

static enum err
verify_claims(const char *claims)
{
	return verify(sign(EVP_sha256(), KEY, HS256, claims));
}

static struct token
example(void)
{
	struct token t = {.kind = "access",
	    .issued = {now.us},
	    .expires = {now.us + INT64_C(600999999)}};
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
	const char *token = token_sign(a, KEY, &t);

	CU_ASSERT_EQUAL(token_verify(KEY, token, "access", now, &out), OK);
	CU_ASSERT_STRING_EQUAL(out.kind, "access");
	CU_ASSERT_TRUE(uuid_equal(&out.subject, &t.subject));
	CU_ASSERT_TRUE(uuid_equal(&out.session, &t.session));
	CU_ASSERT_EQUAL(out.issued.us, now.us);
	CU_ASSERT_EQUAL(out.expires.us, now.us + INT64_C(600000000));
	arena_free(a);
}

/* What others would make of the same claims. */
static void
is_a_jwt(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example();
	const char *token = token_sign(a, KEY, &t);
	const char *wanted = sign(EVP_sha256(), KEY, HS256,
	    "{\"exp\":1800000600,\"iat\":1800000000,\"sid\":\"" SID
	    "\",\"sub\":\"" SUB "\",\"typ\":\"access\"}");

	CU_ASSERT_STRING_EQUAL(token, wanted);
	CU_ASSERT_EQUAL(verify(wanted), OK);
	arena_free(a);
}

static void
needs_every_claim(void)
{
	CU_ASSERT_EQUAL(verify_claims("{" IDS "," TIMES "}"), OK);
	CU_ASSERT_EQUAL(verify_claims("{}"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("[]"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("{" IDS "}"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("{" TIMES "}"), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify_claims("{" TIMES ",\"sub\":\"" SUB "\",\"typ\":\"access\"}"),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify_claims("{" TIMES ",\"sid\":\"" SID "\",\"typ\":\"access\"}"),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify_claims("{" TIMES ",\"sid\":\"" SID
				      "\",\"sub\":\"" SUB "\"}"),
	    ERR_UNAUTHORIZED);
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
	    TIMES ",\"nbf\":\"1799999990\"", TIMES ",\"nbf\":null",
	    TIMES ",\"aud\":\"me\"", TIMES ",\"aud\":[]",
	    TIMES ",\"aud\":null"};

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
	static const char *const bad[] = {"\"sub\":\"alice\",\"sid\":\"" SID
					  "\",\"typ\":\"access\"",
	    "\"sub\":\"\",\"sid\":\"" SID "\",\"typ\":\"access\"",
	    "\"sub\":7,\"sid\":\"" SID "\",\"typ\":\"access\"",
	    "\"sub\":null,\"sid\":\"" SID "\",\"typ\":\"access\"",
	    "\"sub\":\"" SUB "x\",\"sid\":\"" SID "\",\"typ\":\"access\"",
	    "\"sub\":\"00000000-0000-0000-0000-000000000000\",\"sid\":\"" SID
	    "\",\"typ\":\"access\"",
	    "\"sub\":\"" SUB "\",\"sid\":\"a@example.com\",\"typ\":\"access\"",
	    "\"sub\":\"" SUB "\",\"sid\":[],\"typ\":\"access\"",
	    "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":\"reset\"",
	    "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":\"\"",
	    "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":\"access2\"",
	    "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":1",
	    "\"sub\":\"" SUB "\",\"sid\":\"" SID "\",\"typ\":null"};
	char claims[512];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(claims, sizeof(claims), "{" TIMES ",%s}", bad[i]);
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
	token = token_sign(a, KEY, &t);
	CU_ASSERT_EQUAL(token_verify(KEY, token, "reset", now, &out), OK);
	CU_ASSERT_EQUAL(
	    token_verify(KEY, token, "access", now, &out), ERR_UNAUTHORIZED);
	arena_free(a);
}

static void
refuses_other_algorithms(void)
{
	const char *claims = "{" IDS "," TIMES "}";
	const char *none;
	char *dot;

	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha512(), KEY, "{\"alg\":\"HS512\"}", claims)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha384(), KEY, "{\"alg\":\"HS384\"}", claims)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha256(), KEY, "{\"alg\":\"HS512\"}", claims)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha512(), KEY, HS256, claims)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha256(), KEY, "{\"alg\":\"RS256\"}", claims)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha256(), KEY, "{\"alg\":\"none\"}", claims)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    verify(sign(EVP_sha256(), KEY, "{}", claims)), ERR_UNAUTHORIZED);

	none = sign(EVP_sha256(), KEY, "{\"alg\":\"none\"}", claims);
	dot = strrchr(text, '.');
	dot[1] = '\0';
	CU_ASSERT_EQUAL(verify(none), ERR_UNAUTHORIZED);
	*dot = '\0';
	CU_ASSERT_EQUAL(verify(none), ERR_UNAUTHORIZED);
}

static void
refuses_other_keys(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example();
	char other[] = KEY;

	other[31] = 'e';
	CU_ASSERT_EQUAL(verify(token_sign(a, other, &t)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify(token_sign(a, KEY "0", &t)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify(token_sign(a, KEY, &t)), OK);
	arena_free(a);
}

/* Every prefix; every character changed, doubled or replaced by another. */
static void
refuses_every_damage(void)
{
	struct arena *a = arena_new(1 << 20);
	struct token t = example();
	const char *token = token_sign(a, KEY, &t);
	size_t n = strlen(token);

	for (size_t i = 0; i < n; i++) {
		static const char odd[] = "!=.+/ \n\t%\x80\xff";
		char *copy = arena_copy(a, token, i);

		CU_ASSERT_EQUAL(verify(copy), ERR_UNAUTHORIZED);
		copy = arena_printf(
		    a, "%.*s%c%s", (int)i, token, token[i], token + i);
		CU_ASSERT_EQUAL(verify(copy), ERR_UNAUTHORIZED);
		copy = arena_strdup(a, token);
		for (const char *p = odd; *p != '\0'; p++) {
			copy[i] = *p;
			if (*p != token[i])
				CU_ASSERT_EQUAL(verify(copy), ERR_UNAUTHORIZED);
		}
		arena_reset(a);
		token = token_sign(a, KEY, &t);
	}
	for (const char *p = "=.!\n A"; *p != '\0'; p++)
		CU_ASSERT_EQUAL(verify(arena_printf(a, "%s%c", token, *p)),
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
	char *token = arena_strdup(a, token_sign(a, KEY, &t));
	char *last = token + strlen(token) - 1;
	int accepted = 0;

	for (const char *p = digit; *p != '\0'; p++) {
		*last = *p;
		accepted += verify(token) == OK;
	}
	CU_ASSERT_EQUAL(accepted, 1);
	arena_free(a);
}

static void
refuses_junk(void)
{
	static const char *const junk[] = {"", ".", "..", "...", "a.b", "a.b.c",
	    "eyJhbGciOiJIUzI1NiJ9..", ".e30.", "e30.e30.e30", "Bearer a.b.c",
	    "eyJhbGciOiJIUzI1NiIsIngiOjEuNX0.e30.AAAA", /* a real number */
	    "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjEuNWU5OX0.AAAA"};
	size_t sizes[] = {TOKEN_MAX, TOKEN_MAX + 1, 65536};

	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
		CU_ASSERT_EQUAL(verify(junk[i]), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(verify(NULL), ERR_UNAUTHORIZED);
	for (size_t i = 0; i < 3; i++) {
		memset(text, 'A', sizes[i]);
		text[sizes[i]] = '\0';
		CU_ASSERT_EQUAL(verify(text), ERR_UNAUTHORIZED);
		text[10] = text[20] = '.';
		CU_ASSERT_EQUAL(verify(text), ERR_UNAUTHORIZED);
	}
}

/* A well-signed token is refused for its size alone. */
static void
bounds_the_size(void)
{
	char *claims = malloc(ROOM);
	char fill[50000];
	size_t lengths[] = {2800, 2900, 49000};
	enum err wanted[] = {OK, ERR_UNAUTHORIZED, ERR_UNAUTHORIZED};

	memset(fill, 'x', sizeof(fill));
	for (size_t i = 0; i < 3; i++) {
		snprintf(claims, ROOM, "{" IDS "," TIMES ",\"x\":\"%.*s\"}",
		    (int)lengths[i], fill);
		CU_ASSERT_EQUAL(verify_claims(claims), wanted[i]);
	}
	free(claims);
}

static void
leaves_the_output_alone(void)
{
	struct token out = {.kind = "untouched"};

	CU_ASSERT_EQUAL(
	    token_verify(KEY, "a.b.c", "access", now, &out), ERR_UNAUTHORIZED);
	CU_ASSERT_STRING_EQUAL(out.kind, "untouched");
}

CU_TestInfo token_tests[] = {{"a token comes back whole", comes_back},
    {"it is the JWT that others make", is_a_jwt},
    {"every claim is needed", needs_every_claim},
    {"exp, iat, nbf and aud are checked", refuses_wrong_times},
    {"sub, sid and typ are checked", refuses_wrong_names},
    {"one kind is not taken for another", refuses_other_kinds},
    {"HS256 alone is accepted", refuses_other_algorithms},
    {"another key is refused", refuses_other_keys},
    {"any damage is refused", refuses_every_damage},
    {"a token has one text", has_one_text}, {"junk is refused", refuses_junk},
    {"a large token is refused", bounds_the_size},
    {"a refusal leaves the output alone", leaves_the_output_alone},
    CU_TEST_INFO_NULL};
