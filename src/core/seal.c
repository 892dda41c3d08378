/* What a thief of the database must not read and the program must: each value
 * is nonce, ciphertext and tag, as one base64url text. */
#include "core/seal.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"
#include "core/log.h"

enum { KEY = 32, NONCE = 12, TAG = 16, FRAME = NONCE + TAG };

/* SECRET_KEY has uses of its own: this name keeps them apart. */
#define CONTEXT "atrium seal "

static void
derive(struct arena *mem, const char *secret_key, const char *purpose,
    uint8_t key[KEY])
{
	const char *info = arena_printf(mem, CONTEXT "%s", purpose);
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	OSSL_PARAM params[] = {
	    OSSL_PARAM_construct_utf8_string(
		OSSL_KDF_PARAM_DIGEST, (char[]){"SHA256"}, 0),
	    OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY,
		(void *)(uintptr_t)secret_key, strlen(secret_key)),
	    OSSL_PARAM_construct_octet_string(
		OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)info, strlen(info)),
	    OSSL_PARAM_construct_end(),
	};

	if (ctx == NULL || EVP_KDF_derive(ctx, key, KEY, params) != 1)
		log_fatal("OpenSSL derives no key");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

/* A cipher that has its key, nonce and owner. `way` is 1 to encrypt. */
static EVP_CIPHER_CTX *
begin(const uint8_t key[KEY], const uint8_t *nonce, const char *owner, int way)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t n = strlen(owner);
	int done;

	if (ctx == NULL || n > INT_MAX ||
	    EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce, way) !=
		1 ||
	    EVP_CipherUpdate(
		ctx, NULL, &done, (const uint8_t *)owner, (int)n) != 1)
		log_fatal("OpenSSL has no AES-256-GCM");
	return ctx;
}

const char *
seal(struct arena *mem, const char *secret_key, const char *purpose,
    const char *owner, const void *data, size_t n)
{
	uint8_t *whole = arena_alloc(mem, 1, n + FRAME);
	uint8_t key[KEY];
	EVP_CIPHER_CTX *ctx;
	int done;

	if (n > INT_MAX)
		BUG("too much to seal");
	derive(mem, secret_key, purpose, key);
	crypto_random(whole, NONCE);
	ctx = begin(key, whole, owner, 1);
	if (EVP_CipherUpdate(ctx, whole + NONCE, &done, data, (int)n) != 1 ||
	    EVP_CipherFinal_ex(ctx, whole + NONCE + n, &done) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		ctx, EVP_CTRL_GCM_GET_TAG, TAG, whole + NONCE + n) != 1)
		log_fatal("OpenSSL does not encrypt");
	EVP_CIPHER_CTX_free(ctx);
	crypto_wipe(key, sizeof(key));
	return base64url_encode(mem, whole, n + FRAME);
}

/* The plain bytes, which count for nothing when it says false. */
static bool
decrypt(EVP_CIPHER_CTX *ctx, const uint8_t *in, int n, uint8_t *plain)
{
	uint8_t tag[TAG];
	int done;

	memcpy(tag, in + n, TAG);
	return EVP_CipherUpdate(ctx, plain, &done, in, n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	       EVP_CipherFinal_ex(ctx, plain + n, &done) == 1;
}

enum err
unseal(struct arena *mem, const char *secret_key, const char *purpose,
    const char *owner, const char *text, const uint8_t **out, size_t *n)
{
	const uint8_t *whole;
	uint8_t key[KEY], *plain;
	EVP_CIPHER_CTX *ctx;
	size_t length;
	bool good;

	if (base64url_decode(mem, text, strlen(text), &whole, &length) != OK ||
	    length < FRAME || length > INT_MAX)
		return ERR_INVALID;
	length -= FRAME;
	plain = arena_alloc(mem, 1, length + 1);
	derive(mem, secret_key, purpose, key);
	ctx = begin(key, whole, owner, 0);
	good = decrypt(ctx, whole + NONCE, (int)length, plain);
	EVP_CIPHER_CTX_free(ctx);
	crypto_wipe(key, sizeof(key));
	if (!good) {
		crypto_wipe(plain, length);
		return ERR_INVALID;
	}
	*out = plain;
	*n = length;
	return OK;
}
