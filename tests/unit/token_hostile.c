/* Tokens of ES256, and what attackers make of them: another algorithm, another
 * key, another header. The claims are always good. */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/keys_part.h"
#include "keying.h"
#include "minting.h"
#include "unit.h"

/* Two keys, of which one signs, and the rules of a worker that has them. */
struct court {
	struct scene scene;
	struct token_rules rules;
	char head[128]; /* of a good token */
};

static void
open_court(struct court *c)
{
	c->scene.second = 0;
	keying_set(&c->scene);
	c->rules = *mint_rules();
	c->rules.keys = c->scene.keys;
	snprintf(c->head, sizeof(c->head),
	    "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", c->scene.one);
}

static enum err
judge(const struct court *c, const char *token)
{
	enum err err = mint_judge(&c->rules, token);

	if (err == OK)
		err = mint_judge(&c->rules, token);
	return err;
}

static enum err
judge_head(const struct court *c, const char *head)
{
	return judge(c, mint_signed(c->scene.keys, head, CLAIMS));
}

static struct token
example(void)
{
	struct token t = {.kind = "access",
	    .issued = {MINT_NOW.us},
	    .expires = {MINT_NOW.us + 600000000}};

	t.subject.byte[0] = t.session.byte[15] = 7;
	return t;
}

static void
comes_back(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example(), out;
	struct court c;
	const char *token;

	open_court(&c);
	token = token_sign(a, &c.rules, &t);
	CU_ASSERT_TRUE(strlen(token) < 640);
	CU_ASSERT_EQUAL(
	    token_verify(&c.rules, token, "access", MINT_NOW, &out), OK);
	CU_ASSERT_TRUE(uuid_equal(&out.subject, &t.subject));
	CU_ASSERT_TRUE(uuid_equal(&out.session, &t.session));
	CU_ASSERT_EQUAL(out.expires.us, t.expires.us);
	/* The text is the one that others make. */
	CU_ASSERT_EQUAL(strncmp(token, mint_bare(c.head, ""), 70), 0);
	CU_ASSERT_EQUAL(judge_head(&c, c.head), OK);
	/* HS256 counts too, for what was signed before there were keys. */
	CU_ASSERT_EQUAL(judge(&c, mint(HS256, CLAIMS)), OK);
	/* Not so the other way round. */
	CU_ASSERT_EQUAL(mint_verify(token), ERR_UNAUTHORIZED);
	keying_strike(&c.scene);
	arena_free(a);
}

static void
lives_through_a_rotation(void)
{
	struct arena *a = arena_new(65536);
	struct token t = example();
	const char *before, *after;
	struct court c;

	open_court(&c);
	before = token_sign(a, &c.rules, &t);
	CU_ASSERT_EQUAL(keying_activate(c.scene.dir, c.scene.two, true, 0), OK);
	CU_ASSERT_TRUE(keying_refresh(c.scene.keys, 10));
	after = token_sign(a, &c.rules, &t);
	CU_ASSERT_NOT_EQUAL(strncmp(before, after, 60), 0);
	CU_ASSERT_EQUAL(judge(&c, before), OK);
	CU_ASSERT_EQUAL(judge(&c, after), OK);
	CU_ASSERT_EQUAL(keying_retire(c.scene.dir, c.scene.one, true, 10), OK);
	CU_ASSERT_TRUE(keying_refresh(c.scene.keys, 20));
	CU_ASSERT_EQUAL(judge(&c, before), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(judge(&c, after), OK);
	keying_strike(&c.scene);
	arena_free(a);
}

/* Every prefix, every bit of the signature, every character. */
static void
refuses_every_damage(void)
{
	char token[1024], copy[2048];
	struct court c;
	size_t n, dot;

	open_court(&c);
	snprintf(token, sizeof(token), "%s",
	    mint_signed(c.scene.keys, c.head, CLAIMS));
	n = strlen(token);
	dot = (size_t)(strrchr(token, '.') - token);
	for (size_t i = 0; i < n; i++) {
		snprintf(copy, sizeof(copy), "%.*s", (int)i, token);
		CU_ASSERT_EQUAL(judge(&c, copy), ERR_UNAUTHORIZED);
		memcpy(copy, token, n + 1);
		for (int bit = 0; bit < 8; bit++) {
			copy[i] = (char)(token[i] ^ (1 << bit));
			if (copy[i] != '\0')
				CU_ASSERT_EQUAL(
				    judge(&c, copy), ERR_UNAUTHORIZED);
		}
		copy[i] = token[i] == 'A' ? 'B' : 'A';
		CU_ASSERT_EQUAL(judge(&c, copy), ERR_UNAUTHORIZED);
	}
	for (const char *p = "=.! \nA"; *p != '\0'; p++) {
		snprintf(copy, sizeof(copy), "%s%c", token, *p);
		CU_ASSERT_EQUAL(judge(&c, copy), ERR_UNAUTHORIZED);
		snprintf(copy, sizeof(copy), "%.*s.%c%s", (int)dot, token, *p,
		    token + dot + 1);
		CU_ASSERT_EQUAL(judge(&c, copy), ERR_UNAUTHORIZED);
	}
	CU_ASSERT_EQUAL(judge(&c, token), OK);
	keying_strike(&c.scene);
}

static void
refuses_no_algorithm(void)
{
	static const char *const none[] = {"none", "None", "NONE", "nOnE", "",
	    "none ", "null", "HS256\\u0000", "hs256", "Hs256", "es256",
	    "ES256 ", "ES256K", "ES384", "RS256", "PS256", "EdDSA", "HS1"};
	char head[128], token[1024];
	struct court c;

	open_court(&c);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		snprintf(head, sizeof(head),
		    "{\"alg\":\"%s\",\"kid\":\"%s\",\"typ\":\"JWT\"}", none[i],
		    c.scene.one);
		snprintf(token, sizeof(token), "%s", mint_bare(head, CLAIMS));
		CU_ASSERT_EQUAL(judge(&c, token), ERR_UNAUTHORIZED);
		token[strlen(token) - 1] = '\0';
		CU_ASSERT_EQUAL(judge(&c, token), ERR_UNAUTHORIZED);
		CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
		snprintf(head, sizeof(head), "{\"alg\":\"%s\"}", none[i]);
		CU_ASSERT_EQUAL(
		    judge(&c, mint_bare(head, CLAIMS)), ERR_UNAUTHORIZED);
		CU_ASSERT_EQUAL(
		    judge(&c, mint(head, CLAIMS)), ERR_UNAUTHORIZED);
		CU_ASSERT_EQUAL(
		    mint_verify(mint(head, CLAIMS)), ERR_UNAUTHORIZED);
	}
	keying_strike(&c.scene);
}

static void
refuses_other_digests(void)
{
	size_t n = strlen(MINT_KEY);

	CU_ASSERT_EQUAL(mint_verify(mint_mac(EVP_sha512(), MINT_KEY, n,
			    "{\"alg\":\"HS512\"}", CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(mint_verify(mint_mac(EVP_sha384(), MINT_KEY, n,
			    "{\"alg\":\"HS384\"}", CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    mint_verify(mint("{\"alg\":\"HS512\"}", CLAIMS)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    mint_verify(mint_mac(EVP_sha512(), MINT_KEY, n, HS256, CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(mint_verify(mint("{}", CLAIMS)), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    mint_verify(mint_mac(EVP_sha256(), "", 0, HS256, CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(mint_verify(mint(HS256, CLAIMS)), OK);
	CU_ASSERT_EQUAL(mint_verify(mint("{\"alg\":\"HS256\"}", CLAIMS)), OK);
}

static void
refuses_mac(const struct court *c, const void *key, size_t n)
{
	char head[128];

	snprintf(head, sizeof(head),
	    "{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", c->scene.one);
	CU_ASSERT_EQUAL(judge(c, mint_mac(EVP_sha256(), key, n, head, CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(judge(c, mint_mac(EVP_sha256(), key, n, HS256, CLAIMS)),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    judge(c, mint_mac(EVP_sha256(), key, n, c->head, CLAIMS)),
	    ERR_UNAUTHORIZED);
}

/* What everybody knows of an asymmetric key is no secret to sign with. */
static void
refuses_public_keys(void)
{
	char private[KEYING_TEXT], text[KEYING_TEXT];
	unsigned char *der = NULL;
	struct court c;
	EVP_PKEY *key;
	BIO *bio;
	int n;

	open_court(&c);
	keying_read(c.scene.dir, c.scene.pem[0], private);
	bio = BIO_new_mem_buf(private, -1);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	BIO_free(bio);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	bio = BIO_new(BIO_s_mem());
	CU_ASSERT_EQUAL(PEM_write_bio_PUBKEY(bio, key), 1);
	n = BIO_read(bio, text, sizeof(text) - 1);
	BIO_free(bio);
	refuses_mac(&c, text, (size_t)n);
	refuses_mac(&c, text, (size_t)n - 1);
	n = i2d_PUBKEY(key, &der);
	refuses_mac(&c, der, (size_t)n);
	refuses_mac(&c, der + n - 65, 65);
	refuses_mac(&c, der + n - 64, 32);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	keying_publish(c.scene.keys, text);
	refuses_mac(&c, text, strlen(text));
	refuses_mac(&c, strchr(text, '[') + 1,
	    (size_t)(strchr(text, '}') - strchr(text, '[')));
	/* The private one neither; SECRET_KEY alone, and without a kid. */
	refuses_mac(&c, private, strlen(private));
	CU_ASSERT_EQUAL(judge(&c, mint(c.head, CLAIMS)), ERR_UNAUTHORIZED);
	keying_strike(&c.scene);
}

static void
refuses_other_kids(void)
{
	static const char *const bad[] = {"", "AAAAAAAAAAAAAAAA", "keys",
	    "../../../../dev/null", "/dev/null", "..", "file:///etc/passwd",
	    "x' OR '1'='1", "x'; DROP TABLE sessions; --", "%s%s%s%n", "a/b",
	    "a\\u0000b", "\\u0000", "\\\"", "https://evil.test/jwks.json"};
	char head[8192], long_kid[5121];
	struct court c;

	open_court(&c);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(head, sizeof(head),
		    "{\"alg\":\"ES256\",\"kid\":\"%s\"}", bad[i]);
		CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
		snprintf(head, sizeof(head),
		    "{\"alg\":\"HS256\",\"kid\":\"%s\"}", bad[i]);
		CU_ASSERT_EQUAL(
		    judge(&c, mint(head, CLAIMS)), ERR_UNAUTHORIZED);
	}
	/* One of ours, but not the one that signed; or with something to it. */
	snprintf(head, sizeof(head), "{\"alg\":\"ES256\",\"kid\":\"%s\"}",
	    c.scene.two);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	snprintf(head, sizeof(head),
	    "{\"alg\":\"ES256\",\"kid\":\"%s\\u0000\"}", c.scene.one);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	snprintf(head, sizeof(head), "{\"alg\":\"ES256\",\"kid\":\"%s.pem\"}",
	    c.scene.one);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    judge_head(&c, "{\"alg\":\"ES256\"}"), ERR_UNAUTHORIZED);
	memset(long_kid, 'A', sizeof(long_kid) - 1);
	long_kid[sizeof(long_kid) - 1] = '\0';
	snprintf(
	    head, sizeof(head), "{\"alg\":\"ES256\",\"kid\":\"%s\"}", long_kid);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(keying_heard(&c.scene), 0);
	keying_strike(&c.scene);
}

/* Well signed, but the header says something that nobody asked for. */
static void
refuses_other_headers(void)
{
	static const char *const more[] = {"\"crit\":[\"exp\"]", "\"crit\":[]",
	    "\"b64\":false", "\"b64\":true,\"crit\":[\"b64\"]",
	    "\"jwk\":{\"kty\":\"EC\",\"crv\":\"P-256\"}",
	    "\"jku\":\"https://evil.test/jwks.json\"",
	    "\"x5u\":\"https://evil.test/x\"", "\"x5c\":[\"AAAA\"]",
	    "\"x5t\":\"AAAA\"", "\"cty\":\"JWT\"", "\"zip\":\"DEF\"",
	    "\"enc\":\"A256GCM\"", "\"exp\":1", "\"typ\":\"JOSE\"",
	    "\"typ\":\"jwt\"", "\"typ\":\"at+jwt\"", "\"typ\":\"reset\"",
	    "\"typ\":null", "\"typ\":[\"JWT\"]", "\"alg\":\"ES256\"",
	    "\"alg\":\"none\"", "\"\":1", "\"x\":1.5", "\"kid\":1", "1", ""};
	char head[256];
	struct court c;

	open_court(&c);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		snprintf(head, sizeof(head),
		    "{\"alg\":\"ES256\",\"kid\":\"%s\",%s}", c.scene.one,
		    more[i]);
		if (judge_head(&c, head) == OK)
			printf("\n    accepted: %s\n    ", head);
		CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
		snprintf(head, sizeof(head), "{\"alg\":\"HS256\",%s}", more[i]);
		CU_ASSERT_EQUAL(
		    judge(&c, mint(head, CLAIMS)), ERR_UNAUTHORIZED);
	}
	snprintf(head, sizeof(head), "[%s]", c.head);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	snprintf(head, sizeof(head), "%s ,", c.head);
	CU_ASSERT_EQUAL(judge_head(&c, head), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(judge_head(&c, ""), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(judge_head(&c, "null"), ERR_UNAUTHORIZED);
	keying_strike(&c.scene);
}

CU_TestInfo token_hostile_tests[] = {
    {"a token of ES256 comes back whole", comes_back},
    {"it lives through a rotation, not a retirement", lives_through_a_rotation},
    {"any damage is refused", refuses_every_damage},
    {"no algorithm is none, in any case", refuses_no_algorithm},
    {"a digest that is not SHA-256 is refused", refuses_other_digests},
    {"a public key signs nothing", refuses_public_keys},
    {"a kid is one of ours, and its own", refuses_other_kids},
    {"a header that says more is refused", refuses_other_headers},
    CU_TEST_INFO_NULL};
