/*
 * /.well-known/jwks.json: the keys that verify access tokens (RFC 7517).
 */
#include <string.h>

#include "auth/model.h"
#include "core/crypto.h"
#include "core/keys.h"
#include "http/router.h"

enum { DOCUMENT_MAX = 16384 };

static enum err
read_jwks(struct ctx *c)
{
	uint8_t sum[SHA256_SIZE];
	char tag[2 * SHA256_SIZE + 1];
	const char *known = ctx_header(c, "if-none-match");

	buf_reset(c->body);
	keys_publish(c->rules->keys, c->body);
	crypto_sha256(c->body->data, c->body->len, sum);
	crypto_hex(sum, sizeof(sum) / 2, tag);
	c->type = "application/jwk-set+json";
	c->cache = arena_printf(c->mem, "public, max-age=%d", JWKS_CACHE_S);
	ctx_add_header(c, "ETag: \"%s\"", tag);
	c->status = 200;
	if (known != NULL && strstr(known, tag) != NULL) {
		buf_reset(c->body);
		c->status = 304;
	}
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/.well-known/jwks.json", read_jwks, anyone,
	.type = "application/jwk-set+json",
	.doc = "The keys that verify access tokens (RFC 7517)"),
};

DOMAIN(jwks, "auth", "Sessions, devices and second factors", routes,
    .root = true, .coded = true);
