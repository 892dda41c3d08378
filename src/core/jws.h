/*
 * A JWS in compact serialisation (RFC 7515), read as strictly as it is written
 * here: what could be understood in two ways is refused.
 */
#ifndef CORE_JWS_H
#define CORE_JWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

enum { JWS_MAX = 4096, JWS_KID_MAX = 64, JWS_ES256_SIZE = 64 };

enum jws_alg { JWS_HS256, JWS_ES256 };

struct jws {
	enum jws_alg alg;
	const char *kid; /* NULL: none */
	const char *text;
	size_t covered; /* the characters that are signed: HEADER.PAYLOAD */
	const uint8_t *payload, *signature;
	size_t payload_n, signature_n;
};

/*
 * Three parts in the one text that base64url has for them, at most JWS_MAX
 * characters, and a header of alg, typ ("JWT") and kid alone, none twice. The
 * signature is not looked at. All in the arena, which the text outlives.
 */
bool jws_read(struct arena *, const char *text, struct jws *);
/* Whether it is an HS256 and that key, of 32 bytes at least, made it. */
bool jws_verify_hmac(const struct jws *, const void *key, size_t n);

#endif
