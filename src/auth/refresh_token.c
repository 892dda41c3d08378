/*
 * Refresh tokens: the session, the generation, and an HMAC over both. Nothing
 * of one is stored, and the same successor can be given twice.
 */
#include <string.h>

#include "auth/model.h"
#include "core/base64url.h"
#include "core/crypto.h"
#include "http/ctx.h"

#define PURPOSE "refresh:"

enum {
	ID = 16,
	NUMBER = 8,
	SIGNED = ID + NUMBER,
	SEALED = SIGNED + SHA256_SIZE,
	TEXT_MAX = 128
};

static void
sign(struct ctx *c, const uint8_t in[SIGNED], uint8_t out[SHA256_SIZE])
{
	const char *key = c->config->SECRET_KEY;
	uint8_t text[sizeof(PURPOSE) - 1 + SIGNED];

	memcpy(text, PURPOSE, sizeof(PURPOSE) - 1);
	memcpy(text + sizeof(PURPOSE) - 1, in, SIGNED);
	crypto_hmac_sha256(key, strlen(key), text, sizeof(text), out);
}

const char *
refresh_token(struct ctx *c, struct uuid session, int64_t generation)
{
	uint8_t whole[SEALED];

	memcpy(whole, session.byte, ID);
	for (int i = 0; i < NUMBER; i++)
		whole[ID + i] =
		    (uint8_t)((uint64_t)generation >> (8 * (NUMBER - 1 - i)));
	sign(c, whole, whole + SIGNED);
	return base64url_encode(c->mem, whole, sizeof(whole));
}

bool
refresh_read(
    struct ctx *c, const char *text, struct uuid *session, int64_t *generation)
{
	size_t length = strnlen(text, TEXT_MAX), n;
	uint8_t right[SHA256_SIZE];
	const uint8_t *whole;
	uint64_t number = 0;

	if (base64url_decode(c->mem, text, length, &whole, &n) || n != SEALED)
		return false;
	sign(c, whole, right);
	if (!crypto_equal(right, sizeof(right), whole + SIGNED, SHA256_SIZE))
		return false;
	for (int i = 0; i < NUMBER; i++)
		number = number << 8 | whole[ID + i];
	memcpy(session->byte, whole, ID);
	*generation = (int64_t)number;
	return true;
}
