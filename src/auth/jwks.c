/*
 * /.well-known/jwks.json: the keys that verify access tokens (RFC 7517).
 */
#include "auth/model.h"
#include "core/keys.h"
#include "http/router.h"

enum { DOCUMENT_MAX = 16384 };

static enum err
read_jwks(struct ctx *c)
{
	buf_reset(c->body);
	keys_publish(c->rules->keys, c->body);
	c->type = "application/jwk-set+json";
	c->cache = arena_printf(c->mem, "public, max-age=%d", JWKS_CACHE_S);
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/.well-known/jwks.json", read_jwks, anyone,
	.type = "application/jwk-set+json",
	.doc = "The keys that verify access tokens (RFC 7517)"),
};

DOMAIN(jwks, "auth", "Sessions, devices and second factors", routes,
    .root = true, .coded = true);
