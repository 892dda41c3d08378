/* The few primitives that the rest builds on, so that no other file talks to
 * OpenSSL or the kernel about secrets. */
#include "core/crypto.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>
#include <sys/random.h>

#include "core/err.h"
#include "core/log.h"

/* From the kernel: right after a fork too, and nothing to seed. */
void
crypto_random(void *out, size_t n)
{
	uint8_t *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			log_fatal("The system gives no random numbers: %m.");
		p += got;
		n -= (size_t)got;
	}
}

void
crypto_sha256(const void *data, size_t n, uint8_t out[SHA256_SIZE])
{
	if (EVP_Digest(data, n, out, NULL, EVP_sha256(), NULL) != 1)
		BUG("OpenSSL has no SHA-256");
}

void
crypto_sha1(const void *data, size_t n, uint8_t out[SHA1_SIZE])
{
	if (EVP_Digest(data, n, out, NULL, EVP_sha1(), NULL) != 1)
		BUG("OpenSSL has no SHA-1");
}

bool
crypto_equal(const void *a, size_t n, const void *b, size_t m)
{
	return n == m && CRYPTO_memcmp(a, b, n) == 0;
}

void
crypto_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

void
crypto_hex(const void *data, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const uint8_t *p = data;

	for (size_t i = 0; i < n; i++) {
		*out++ = digit[p[i] >> 4];
		*out++ = digit[p[i] & 15];
	}
	*out = '\0';
}

void
crypto_hmac_sha256(const void *key, size_t nkey, const void *data, size_t n,
    uint8_t out[SHA256_SIZE])
{
	if (nkey > INT32_MAX ||
	    HMAC(EVP_sha256(), key, (int)nkey, data, n, out, NULL) == NULL)
		BUG("OpenSSL has no HMAC-SHA-256");
}

const char *
crypto_keyed_digest(
    struct arena *mem, const char *key, const char *purpose, const char *text)
{
	const char *whole = arena_printf(mem, "%s:%s", purpose, text);
	char hex[2 * SHA256_SIZE + 1];
	uint8_t sum[SHA256_SIZE];

	crypto_hmac_sha256(key, strlen(key), whole, strlen(whole), sum);
	crypto_hex(sum, sizeof(sum), hex);
	return arena_strdup(mem, hex);
}
