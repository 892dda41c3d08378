/* Tokens. libjwt writes their claims and makes and checks what is HS256; it
 * leaves the rest to its caller, and the rest is where tokens are forged. */
#include "core/token.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "core/base64url.h"
#include "core/json.h"
#include "core/jws.h"
#include "core/keys.h"
#include "core/log.h"

#define SECOND INT64_C(1000000)

enum {
	/* Hosts that share a key may differ so much in their clocks. */
	LEEWAY = 5,
	CLAIMS_DEPTH = 4,
	/* Of one verification. */
	MEMORY = 65536
};

/* The end of the year 9999, so that microseconds fit. */
#define LAST_SECOND INT64_C(253402300799)

_Static_assert((int)TOKEN_MAX == (int)JWS_MAX, "a token is a JWS");

static bool
add_claims(jwt_t *jwt, const struct token_rules *rules, const struct token *t)
{
	char subject[UUID_TEXT], session[UUID_TEXT];

	return jwt_add_grant(jwt, "typ", t->kind) == 0 &&
	       jwt_add_grant(jwt, "iss", rules->issuer) == 0 &&
	       jwt_add_grant(jwt, "aud", rules->audience) == 0 &&
	       jwt_add_grant(jwt, "sub", uuid_format(&t->subject, subject)) ==
		   0 &&
	       jwt_add_grant(jwt, "sid", uuid_format(&t->session, session)) ==
		   0 &&
	       jwt_add_grant_int(jwt, "iat", t->issued.us / SECOND) == 0 &&
	       jwt_add_grant_int(jwt, "exp", t->expires.us / SECOND) == 0;
}

/* libjwt would parse the key each time, so it only writes the claims. */
static const char *
sign_es256(struct arena *a, const struct keys *keys, const char *id,
    const char *claims)
{
	const char *header = arena_printf(
	    a, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", id);
	const char *text = arena_printf(a, "%s.%s",
	    base64url_encode(a, header, strlen(header)),
	    base64url_encode(a, claims, strlen(claims)));
	uint8_t signature[JWS_ES256_SIZE];

	keys_sign(keys, text, strlen(text), signature);
	return arena_printf(a, "%s.%s", text,
	    base64url_encode(a, signature, sizeof(signature)));
}

static size_t
secret_size(const struct token_rules *rules)
{
	size_t n = strlen(rules->secret);

	/* To libjwt an empty key means: do not verify. */
	if (n < TOKEN_KEY_MIN)
		BUG("the key of a token is too short");
	return n;
}

const char *
token_sign(
    struct arena *a, const struct token_rules *rules, const struct token *t)
{
	const unsigned char *secret = (const unsigned char *)rules->secret;
	size_t n = secret_size(rules);
	char id[KEY_ID_TEXT], *text = NULL;
	bool has_key = keys_active(rules->keys, id);
	jwt_t *jwt = NULL;
	const char *copy;

	if (jwt_new(&jwt) == 0 && add_claims(jwt, rules, t)) {
		if (has_key)
			text = jwt_get_grants_json(jwt, NULL);
		else if (jwt_set_alg(jwt, JWT_ALG_HS256, secret, (int)n) == 0)
			text = jwt_encode_str(jwt);
	}
	jwt_free(jwt);
	if (text == NULL)
		log_fatal("There is no memory to sign a token.");
	copy = has_key ? sign_es256(a, rules->keys, id, text)
		       : arena_strdup(a, text);
	free(text);
	return copy;
}

/* Once more by libjwt, which has to agree. */
static bool
verify_hs256(const struct jws *jws, const struct token_rules *rules)
{
	const unsigned char *secret = (const unsigned char *)rules->secret;
	size_t n = secret_size(rules);
	jwt_t *jwt = NULL;
	bool good;

	if (!jws_verify_hmac(jws, secret, n) ||
	    jwt_decode(&jwt, jws->text, secret, (int)n) != 0)
		return false;
	good = jwt_get_alg(jwt) == JWT_ALG_HS256;
	jwt_free(jwt);
	return good;
}

/* The algorithm is its key's: none can be used with the other's. */
static bool
verify_signature(const struct jws *jws, const struct token_rules *rules)
{
	if (jws->alg == JWS_HS256)
		return jws->kid == NULL && verify_hs256(jws, rules);
	return jws->kid != NULL && jws->signature_n == JWS_ES256_SIZE &&
	       keys_verify(rules->keys, jws->kid, jws->text, jws->covered,
		   jws->signature);
}

static bool
claim_int(const struct json *claims, const char *name, int64_t *out)
{
	const struct json *value;

	if (!json_member(claims, name, &value) || json_kind(value) != JSON_INT)
		return false;
	*out = json_int(value);
	return *out > 0 && *out <= LAST_SECOND;
}

/* NULL: it is no text, or has a NUL inside. */
static const char *
claim_text(const struct json *claims, const char *name)
{
	const struct json *value;
	const char *text;
	size_t n;

	if (!json_member(claims, name, &value) || json_kind(value) != JSON_TEXT)
		return NULL;
	text = json_text(value, &n);
	return strlen(text) == n ? text : NULL;
}

static bool
claim_is(const struct json *claims, const char *name, const char *wanted)
{
	const char *text = claim_text(claims, name);

	return text != NULL && strcmp(text, wanted) == 0;
}

static bool
claim_uuid(const struct json *claims, const char *name, struct uuid *out)
{
	const char *text = claim_text(claims, name);
	char why[80];

	return text != NULL && uuid_parse(text, out, why) && !uuid_is_nil(out);
}

static bool
read_times(const struct json *claims, int64_t now, struct token *out)
{
	int64_t issued, expires, begins;
	const struct json *value;

	if (!claim_int(claims, "iat", &issued) ||
	    !claim_int(claims, "exp", &expires))
		return false;
	if (issued > now + LEEWAY || expires <= now)
		return false;
	if (json_member(claims, "nbf", &value) &&
	    (!claim_int(claims, "nbf", &begins) || begins > now + LEEWAY))
		return false;
	out->issued.us = issued * SECOND;
	out->expires.us = expires * SECOND;
	return true;
}

static bool
read_claims(const struct jws *jws, const struct token_rules *rules, int64_t now,
    struct token *out)
{
	struct json_fault fault;
	struct json *claims = NULL;
	bool good;

	good = json_parse((const char *)jws->payload, jws->payload_n,
		   CLAIMS_DEPTH, &claims, &fault) == OK &&
	       json_kind(claims) == JSON_OBJECT &&
	       claim_is(claims, "typ", out->kind) &&
	       claim_is(claims, "iss", rules->issuer) &&
	       claim_is(claims, "aud", rules->audience) &&
	       read_times(claims, now, out) &&
	       claim_uuid(claims, "sub", &out->subject) &&
	       claim_uuid(claims, "sid", &out->session);
	json_free(claims);
	return good;
}

enum err
token_verify(const struct token_rules *rules, const char *text,
    const char *kind, struct timestamp now, struct token *out)
{
	struct token t = {.kind = kind};
	struct arena *a;
	struct jws jws;
	bool good;

	if (text == NULL)
		return ERR_UNAUTHORIZED;
	a = arena_new(MEMORY);
	good = jws_read(a, text, &jws) && verify_signature(&jws, rules) &&
	       read_claims(&jws, rules, now.us / SECOND, &t);
	arena_free(a);
	if (!good)
		return ERR_UNAUTHORIZED;
	*out = t;
	return OK;
}
