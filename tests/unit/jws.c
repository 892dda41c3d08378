/* The text of a JWS: RFC 7515's examples, Wycheproof's vectors, and what could
 * be read in two ways. */
#include "core/jws.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base64url.h"
#include "core/json.h"
#include "core/keys_part.h"
#include "keying.h"
#include "minting.h"
#include "unit.h"

enum { FILE_MAX = 4 << 20 };

static bool
reads(struct arena *a, const char *text)
{
	struct jws jws;

	return jws_read(a, text, &jws);
}

/* RFC 7515, A.1: the header has a newline, the key 64 bytes. */
static void
reads_rfc(void)
{
	static const char text[] =
	    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
	    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
	    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
	    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
	static const char key_text[] =
	    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i"
	    "PS4hcgUuTwjAzZr1Z9CAow";
	struct arena *a = arena_new(1 << 20);
	const uint8_t *key;
	struct jws jws;
	size_t n;

	CU_ASSERT_EQUAL_FATAL(
	    base64url_decode(a, key_text, strlen(key_text), &key, &n), OK);
	CU_ASSERT_TRUE_FATAL(jws_read(a, text, &jws));
	CU_ASSERT_EQUAL(jws.alg, JWS_HS256);
	CU_ASSERT_PTR_NULL(jws.kid);
	CU_ASSERT_EQUAL(jws.covered, strlen(text) - 44);
	CU_ASSERT_EQUAL(jws.payload_n, 70);
	CU_ASSERT_EQUAL(memcmp(jws.payload, "{\"iss\":\"joe\",\r\n", 15), 0);
	CU_ASSERT_EQUAL(jws.signature_n, 32);
	CU_ASSERT_TRUE(jws_verify_hmac(&jws, key, n));
	CU_ASSERT_FALSE(jws_verify_hmac(&jws, key, n - 1));
	CU_ASSERT_FALSE(jws_verify_hmac(&jws, key, 31));
	CU_ASSERT_FALSE(jws_verify_hmac(&jws, key, 0));
	arena_free(a);
}

/* A.5. */
static void
refuses_unsecured(void)
{
	struct arena *a = arena_new(1 << 20);

	CU_ASSERT_FALSE(reads(a,
	    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkz"
	    "ODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."));
	CU_ASSERT_FALSE(reads(a, mint_bare("{\"alg\":\"none\"}", "{}")));
	CU_ASSERT_TRUE(reads(a, mint_bare("{\"alg\":\"HS256\"}", "{}")));
	arena_free(a);
}

/* Only the last character may differ in bits that mean nothing: it may not. */
static void
has_one_text(void)
{
	static const char *const bad[] = {"", ".", "..", "...", "a.b.c",
	    "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.e30",
	    "eyJhbGciOiJIUzI1NiJ9.e30.AAAA.", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA.A",
	    "eyJhbGciOiJIUzI1NiJ9.e30.A", "eyJhbGciOiJIUzI1NiJ9.e31.AAAA",
	    "eyJhbGciOiJIUzI1NiJ9.e30=.AAAA", "eyJhbGciOiJIUzI1NiJ9.e30.AB",
	    "eyJhbGciOiJIUzI1NiJ9.e30.AAAA=", "eyJhbGciOiJIUzI1NiJ9.e30.AA+A",
	    "eyJhbGciOiJIUzI1NiJ9.e30.AA/A", " eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
	    "eyJhbGciOiJIUzI1NiJ9 .e30.AAAA", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA\n",
	    "eyJhbGciOiJIUzI1NiJ9.e30.\xC3\xA9",
	    "eyJhbGciOiJIUzI1NiK9.e30.AAAA", "e30.e30.AAAA",
	    "Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA"};
	struct arena *a = arena_new(1 << 20);
	char text[JWS_MAX + 2];

	CU_ASSERT_TRUE(reads(a, "eyJhbGciOiJIUzI1NiJ9.e30.AAAA"));
	CU_ASSERT_TRUE(reads(a, "eyJhbGciOiJIUzI1NiJ9..")); /* whatever it is */
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(reads(a, bad[i]));
	memset(text, 'A', sizeof(text));
	memcpy(text, "eyJhbGciOiJIUzI1NiJ9.e30.", 25);
	text[JWS_MAX - 2] = '\0';
	CU_ASSERT_FALSE(reads(a, text)); /* a part of 4n + 1 characters */
	text[JWS_MAX - 2] = 'A';
	text[JWS_MAX] = '\0';
	CU_ASSERT_TRUE(reads(a, text));
	text[JWS_MAX] = 'A';
	text[JWS_MAX + 1] = '\0';
	CU_ASSERT_FALSE(reads(a, text));
	arena_free(a);
}

/* --- Wycheproof */

/* What a group's vectors are judged by. */
struct judge {
	struct arena *mem;
	const struct json *jwk; /* private */
	char dir[KEYING_PATH];
	char kid[KEY_ID_TEXT]; /* "": it is no ES256 */
	struct keys *keys;
	const uint8_t *secret; /* NULL: it is no HS256 */
	size_t secret_n;
};

static const char *
member(const struct json *object, const char *name)
{
	const struct json *value;
	size_t n;

	return json_member(object, name, &value) &&
		       json_kind(value) == JSON_TEXT
		   ? json_text(value, &n)
		   : "";
}

static const uint8_t *
bytes(const struct judge *j, const char *name, size_t *n)
{
	const char *text = member(j->jwk, name);
	const uint8_t *out = NULL;

	*n = 0;
	return base64url_decode(j->mem, text, strlen(text), &out, n) == OK
		   ? out
		   : NULL;
}

/* RFC 5958 and 5915 for P-256: the private half goes in between, the point
 * behind. */
static const uint8_t before_d[] = {0x30, 0x81, 0x87, 2, 1, 0, 0x30, 0x13, 6, 7,
    0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3,
    1, 7, 4, 0x6d, 0x30, 0x6b, 2, 1, 1, 4, 0x20};
static const uint8_t before_x[] = {0xa1, 0x44, 3, 0x42, 0, 4};

/* The vector's key in a folder of ours, under the name that it has there. */
static void
install(struct judge *j)
{
	uint8_t der[sizeof(before_d) + 32 + sizeof(before_x) + 64], *p = der;
	char pem[512] = "-----BEGIN PRIVATE KEY-----\n", index[256], name[64];
	static const char *const half[] = {"d", "x", "y"};
	struct key_pair *pair;

	memcpy(p, before_d, sizeof(before_d));
	p += sizeof(before_d);
	for (int i = 0; i < 3; i++) {
		size_t n;
		const uint8_t *part = bytes(j, half[i], &n);

		CU_ASSERT_EQUAL_FATAL(n, 32);
		if (i == 1) {
			memcpy(p, before_x, sizeof(before_x));
			p += sizeof(before_x);
		}
		memcpy(p, part, 32);
		p += 32;
	}
	EVP_EncodeBlock((unsigned char *)pem + 28, der, sizeof(der));
	strncat(pem, "\n-----END PRIVATE KEY-----\n", 64);
	pair = key_pair_parse(pem, strlen(pem));
	if (pair == NULL) /* a point that is not on the curve */
		return;
	memcpy(j->kid, key_pair_id(pair), KEY_ID_TEXT);
	key_pair_free(pair);
	snprintf(name, sizeof(name), "%s.pem", j->kid);
	keying_write(j->dir, name, pem, 0600);
	snprintf(index, sizeof(index),
	    "%s active 2027-01-15T08:00:00Z 2027-01-15T08:00:00Z -\n", j->kid);
	keying_write(j->dir, "keys", index, 0600);
	j->keys = keying_open(j->dir, 0);
}

/* As token.c does, with the kid and the key of the vector. */
static bool
accepts(struct judge *j, const char *text)
{
	struct jws jws;

	if (!jws_read(j->mem, text, &jws) || jws.kid == NULL ||
	    strcmp(jws.kid, member(j->jwk, "kid")) != 0)
		return false;
	if (jws.alg == JWS_HS256)
		return j->secret != NULL &&
		       jws_verify_hmac(&jws, j->secret, j->secret_n);
	return j->keys != NULL && jws.signature_n == JWS_ES256_SIZE &&
	       keys_verify(j->keys, j->kid, text, jws.covered, jws.signature);
}

/*
 * Vectors about a JWK that an application takes in, which we never do (its
 * use, curve or kind is another; two of one kid; kinds mixed), and two that are
 * letter by letter the valid number 357: what was wrong with them got lost.
 */
static bool
is_not_ours(const char *file, int64_t id)
{
	static const struct {
		const char *file;
		int id;
	} skipped[] = {{"signature", 367}, {"signature", 370}, {"crypto", 47},
	    {"key", 1}, {"key", 4}, {"key", 21}, {"key", 23}, {"key", 24}};

	for (size_t i = 0; i < sizeof(skipped) / sizeof(skipped[0]); i++)
		if (skipped[i].id == id && strcmp(skipped[i].file, file) == 0)
			return true;
	return false;
}

/* They have a '?' in the middle, which RFC 4648 lets nobody skip. */
static bool
is_lax(const char *file, int64_t id)
{
	return strcmp(file, "signature") == 0 && (id == 372 || id == 373);
}

struct tally {
	int good, bad, skipped;
};

static void
try_vector(struct judge *j, const char *file, const struct json *test,
    struct tally *tally)
{
	const struct json *id, *jws;
	bool valid = strcmp(member(test, "result"), "valid") == 0;
	struct arena_mark mark = arena_mark(j->mem);

	CU_ASSERT_TRUE_FATAL(json_member(test, "tcId", &id));
	if (!json_member(test, "jws", &jws))
		return;
	if (is_not_ours(file, json_int(id))) {
		tally->skipped++;
		return;
	}
	/* The JSON serialisation is no text; it is as its text would be. */
	if (json_kind(jws) != JSON_TEXT) {
		CU_ASSERT_FALSE(valid);
		return;
	}
	valid = valid && !is_lax(file, json_int(id));
	if (accepts(j, member(test, "jws")) != valid) {
		printf("\n    %s %d\n    ", file, (int)json_int(id));
		CU_FAIL("a vector of Wycheproof");
	}
	tally->good += valid;
	tally->bad += !valid;
	arena_rewind(j->mem, mark);
}

/* The key of a group; of a set, the one that all its vectors name. */
static const struct json *
key_of(const struct json *group)
{
	const struct json *key, *set;

	if (!json_member(group, "private", &key) &&
	    !json_member(group, "public", &key))
		return NULL;
	if (json_member(key, "keys", &set))
		key = json_count(set) > 0 ? json_at(set, 0) : NULL;
	return key;
}

static void
try_group(const char *file, const struct json *group, struct tally *tally)
{
	struct judge j = {.mem = arena_new(1 << 20), .jwk = key_of(group)};
	const char *alg = j.jwk != NULL ? member(j.jwk, "alg") : "";
	bool is_hmac = strcmp(alg, "HS256") == 0;
	bool is_ecdsa = strcmp(alg, "ES256") == 0;
	const struct json *tests;

	keying_make(j.dir);
	if (is_hmac)
		j.secret = bytes(&j, "k", &j.secret_n);
	else if (is_ecdsa)
		install(&j);
	CU_ASSERT_TRUE_FATAL(json_member(group, "tests", &tests));
	for (size_t i = 0; i < json_count(tests); i++)
		if (is_hmac || is_ecdsa)
			try_vector(&j, file, json_at(tests, i), tally);
	keys_free(j.keys);
	keying_remove(j.dir);
	arena_free(j.mem);
}

/* false: it is not there. */
static bool
try_file(const char *name, struct tally *tally)
{
	const char *data = getenv("ATRIUM_TEST_DATA");
	char *text = malloc(FILE_MAX), path[2048];
	const struct json *groups;
	struct json_fault fault;
	struct json *file;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/jws/json_web_%s_test.json",
	    data != NULL ? data : SOURCE_DIR "/../shared/data", name);
	f = fopen(path, "re");
	if (f == NULL) {
		printf("\n    skipped: there is no %s\n    ", path);
		free(text);
		return false;
	}
	n = fread(text, 1, FILE_MAX, f);
	fclose(f);
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(text, n, JSON_DEPTH, &file, &fault), OK);
	CU_ASSERT_TRUE_FATAL(json_member(file, "testGroups", &groups));
	for (size_t i = 0; i < json_count(groups); i++)
		try_group(name, json_at(groups, i), tally);
	json_free(file);
	free(text);
	return true;
}

static void
agrees_with_wycheproof(void)
{
	struct tally tally = {0};

	if (!try_file("signature", &tally) || !try_file("crypto", &tally) ||
	    !try_file("key", &tally))
		return;
	CU_ASSERT_EQUAL(tally.good, 15);
	CU_ASSERT_EQUAL(tally.bad, 101);
	CU_ASSERT_EQUAL(tally.skipped, 8);
	CU_ASSERT_EQUAL(ERR_peek_error(), 0);
}

CU_TestInfo jws_tests[] = {{"RFC 7515, A.1", reads_rfc},
    {"RFC 7515, A.5: unsecured is none", refuses_unsecured},
    {"a JWS has one text", has_one_text},
    {"Wycheproof's vectors of HS256 and ES256", agrees_with_wycheproof},
    CU_TEST_INFO_NULL};
