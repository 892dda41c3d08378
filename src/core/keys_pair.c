/* A P-256 key pair through OpenSSL. It is parsed once: that takes five times
 * as long as a verification. */
#include "core/keys_part.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/log.h"

enum { HALF = 32, DER_MAX = 80, COORDINATE = 44 };

struct key_pair {
	EVP_PKEY *key;
	/* Ready to be used again and again. */
	EVP_PKEY_CTX *sign, *verify;
	char id[KEY_ID_TEXT], x[COORDINATE], y[COORDINATE];
};

void
key_pair_free(struct key_pair *pair)
{
	if (pair == NULL)
		return;
	EVP_PKEY_CTX_free(pair->sign);
	EVP_PKEY_CTX_free(pair->verify);
	EVP_PKEY_free(pair->key);
	free(pair);
}

static bool
read_coordinate(
    EVP_PKEY *key, struct arena *a, const char *name, char out[COORDINATE])
{
	uint8_t bytes[HALF];
	BIGNUM *n = NULL;
	bool good = EVP_PKEY_get_bn_param(key, name, &n) == 1 &&
		    BN_bn2binpad(n, bytes, HALF) == HALF;

	BN_free(n);
	if (!good)
		return false;
	memcpy(out, base64url_encode(a, bytes, HALF), COORDINATE);
	return true;
}

static void
put_public(struct buf *out, const char *x, const char *y)
{
	buf_printf(out,
	    "\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"", x, y);
}

/* RFC 7638: of the members that make the key, in order. */
static void
set_id(struct key_pair *pair, struct arena *a)
{
	uint8_t digest[SHA256_SIZE];
	struct buf text;

	buf_init(&text, 512);
	buf_putc(&text, '{');
	put_public(&text, pair->x, pair->y);
	buf_putc(&text, '}');
	crypto_sha256(text.data, text.len, digest);
	buf_free(&text);
	memcpy(pair->id, base64url_encode(a, digest, sizeof(digest)),
	    KEY_ID_TEXT - 1);
}

static bool
is_whole(EVP_PKEY *key, EVP_PKEY_CTX *check)
{
	char group[32] = "";

	return EVP_PKEY_is_a(key, "EC") == 1 &&
	       EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1 &&
	       strcmp(group, SN_X9_62_prime256v1) == 0 &&
	       EVP_PKEY_public_check(check) == 1 &&
	       EVP_PKEY_pairwise_check(check) == 1;
}

static bool
make_ready(struct key_pair *pair, struct arena *a)
{
	EVP_PKEY *key = pair->key;

	pair->sign = EVP_PKEY_CTX_new(key, NULL);
	pair->verify = EVP_PKEY_CTX_new(key, NULL);
	if (pair->sign == NULL || pair->verify == NULL ||
	    !is_whole(key, pair->verify) ||
	    EVP_PKEY_sign_init(pair->sign) != 1 ||
	    EVP_PKEY_verify_init(pair->verify) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(pair->sign, EVP_sha256()) != 1 ||
	    EVP_PKEY_CTX_set_signature_md(pair->verify, EVP_sha256()) != 1 ||
	    !read_coordinate(key, a, OSSL_PKEY_PARAM_EC_PUB_X, pair->x) ||
	    !read_coordinate(key, a, OSSL_PKEY_PARAM_EC_PUB_Y, pair->y))
		return false;
	set_id(pair, a);
	return true;
}

/* Takes the key, which may be NULL. */
static struct key_pair *
wrap(EVP_PKEY *key)
{
	struct key_pair *pair = calloc(1, sizeof(*pair));
	struct arena *a = arena_new(4096);
	bool good;

	if (pair == NULL)
		log_fatal("out of memory");
	pair->key = key;
	good = key != NULL && make_ready(pair, a);
	arena_free(a);
	ERR_clear_error();
	if (good)
		return pair;
	key_pair_free(pair);
	return NULL;
}

struct key_pair *
key_pair_new(void)
{
	struct key_pair *pair = wrap(EVP_EC_gen("P-256"));

	if (pair == NULL)
		log_fatal("OpenSSL makes no P-256 key.");
	return pair;
}

/* Nobody is asked for a passphrase. */
static int
refuse_passphrase(char *to, int size, int writes, void *arg)
{
	(void)to;
	(void)size;
	(void)writes;
	(void)arg;
	return -1;
}

struct key_pair *
key_pair_parse(const char *pem, size_t n)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)n);
	EVP_PKEY *key;

	if (bio == NULL)
		log_fatal("out of memory");
	key = PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, NULL);
	BIO_free(bio);
	return wrap(key);
}

void
key_pair_write(const struct key_pair *pair, struct buf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long n;

	if (bio == NULL || PEM_write_bio_PKCS8PrivateKey(
			       bio, pair->key, NULL, NULL, 0, NULL, NULL) != 1)
		log_fatal("out of memory");
	n = BIO_get_mem_data(bio, &text);
	buf_put(out, text, (size_t)n);
	BIO_free(bio); /* wipes it */
}

const char *
key_pair_id(const struct key_pair *pair)
{
	return pair->id;
}

void
key_pair_publish(const struct key_pair *pair, struct buf *out)
{
	put_public(out, pair->x, pair->y);
}

void
key_pair_sign(
    struct key_pair *pair, const char *text, size_t n, uint8_t signature[64])
{
	uint8_t digest[SHA256_SIZE], der[DER_MAX];
	const uint8_t *p = der;
	size_t size = sizeof(der);
	ECDSA_SIG *parts = NULL;

	crypto_sha256(text, n, digest);
	if (EVP_PKEY_sign(pair->sign, der, &size, digest, sizeof(digest)) == 1)
		parts = d2i_ECDSA_SIG(NULL, &p, (long)size);
	if (parts == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, HALF) != HALF ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + HALF, HALF) !=
		HALF)
		log_fatal("OpenSSL makes no ES256 signature.");
	ECDSA_SIG_free(parts);
}

/* 0 when there is no memory. */
static size_t
to_der(const uint8_t signature[64], uint8_t der[DER_MAX])
{
	ECDSA_SIG *parts = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, HALF, NULL);
	BIGNUM *s = BN_bin2bn(signature + HALF, HALF, NULL);
	int n;

	if (parts == NULL || r == NULL || s == NULL)
		log_fatal("out of memory");
	ECDSA_SIG_set0(parts, r, s);
	n = i2d_ECDSA_SIG(parts, &der);
	ECDSA_SIG_free(parts);
	return n > 0 ? (size_t)n : 0;
}

bool
key_pair_verify(struct key_pair *pair, const char *text, size_t n,
    const uint8_t signature[64])
{
	uint8_t digest[SHA256_SIZE], der[DER_MAX];
	size_t size = to_der(signature, der);
	bool good;

	crypto_sha256(text, n, digest);
	good = EVP_PKEY_verify(
		   pair->verify, der, size, digest, sizeof(digest)) == 1;
	if (!good)
		ERR_clear_error();
	return good;
}
