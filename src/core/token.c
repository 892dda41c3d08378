/* Tokens through libjwt, which leaves to its caller: the algorithm, the size,
 * the canonical alphabet and every claim. All of that is checked here. */
#include "core/token.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

#define SECOND INT64_C(1000000)

enum {
	/* Hosts that share a key may differ so much in their clocks. */
	LEEWAY = 5
};

/* The end of the year 9999, so that microseconds fit. */
#define LAST_SECOND INT64_C(253402300799)

static bool
add_claims(jwt_t *jwt, const struct token *t)
{
	char subject[UUID_TEXT], session[UUID_TEXT];

	return jwt_add_grant(jwt, "typ", t->kind) == 0 &&
	       jwt_add_grant(jwt, "sub", uuid_format(&t->subject, subject)) ==
		   0 &&
	       jwt_add_grant(jwt, "sid", uuid_format(&t->session, session)) ==
		   0 &&
	       jwt_add_grant_int(jwt, "iat", t->issued.us / SECOND) == 0 &&
	       jwt_add_grant_int(jwt, "exp", t->expires.us / SECOND) == 0;
}

const char *
token_sign(struct arena *a, const char *key, const struct token *t)
{
	size_t n = strlen(key);
	jwt_t *jwt = NULL;
	char *text = NULL;

	if (n < TOKEN_KEY_MIN)
		BUG("the key of a token is too short");
	if (jwt_new(&jwt) == 0 && add_claims(jwt, t) &&
	    jwt_set_alg(
		jwt, JWT_ALG_HS256, (const unsigned char *)key, (int)n) == 0)
		text = jwt_encode_str(jwt);
	jwt_free(jwt);
	if (text == NULL)
		log_fatal("There is no memory to sign a token.");

	const char *copy = arena_strdup(a, text);
	free(text);
	return copy;
}

/*
 * base64url.base64url.base64url: libjwt skips other characters, so that one
 * signature has many texts, and it puts the whole token on the stack.
 */
static bool
is_well_formed(const char *text)
{
	size_t n = 0;
	int dots = 0;

	for (; text[n] != '\0'; n++) {
		char c = text[n];

		if (n == TOKEN_MAX)
			return false;
		if (c == '.')
			dots++;
		else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
	}
	return dots == 2;
}

/* libjwt reads what is not an integer as 0, so 0 is no integer here. */
static bool
claim_int(jwt_t *jwt, const char *name, int64_t *out)
{
	*out = jwt_get_grant_int(jwt, name);
	return *out > 0 && *out <= LAST_SECOND;
}

static bool
has_claim(jwt_t *jwt, const char *name)
{
	char *text = jwt_get_grants_json(jwt, name);
	bool found = text != NULL;

	free(text);
	return found;
}

static bool
claim_uuid(jwt_t *jwt, const char *name, struct uuid *out)
{
	const char *text = jwt_get_grant(jwt, name);
	char why[80];

	return text != NULL && uuid_parse(text, out, why) && !uuid_is_nil(out);
}

static bool
read_times(jwt_t *jwt, int64_t now, struct token *out)
{
	int64_t issued, expires, begins;

	if (!claim_int(jwt, "iat", &issued) || !claim_int(jwt, "exp", &expires))
		return false;
	if (issued > now + LEEWAY || expires <= now)
		return false;
	if (has_claim(jwt, "nbf") &&
	    (!claim_int(jwt, "nbf", &begins) || begins > now + LEEWAY))
		return false;
	out->issued.us = issued * SECOND;
	out->expires.us = expires * SECOND;
	return true;
}

static bool
read_claims(jwt_t *jwt, const char *kind, int64_t now, struct token *out)
{
	const char *typ;

	if (jwt_get_alg(jwt) != JWT_ALG_HS256)
		return false;
	typ = jwt_get_grant(jwt, "typ");
	if (typ == NULL || strcmp(typ, kind) != 0)
		return false;
	out->kind = kind;
	/* A token for a named audience is for somebody else: we name none. */
	return read_times(jwt, now, out) && !has_claim(jwt, "aud") &&
	       claim_uuid(jwt, "sub", &out->subject) &&
	       claim_uuid(jwt, "sid", &out->session);
}

enum err
token_verify(const char *key, const char *text, const char *kind,
    struct timestamp now, struct token *out)
{
	size_t n = strlen(key);
	struct token t = {0};
	jwt_t *jwt = NULL;
	bool good;

	/* To libjwt an empty key means: do not verify. */
	if (n < TOKEN_KEY_MIN)
		BUG("the key of a token is too short");
	if (text == NULL || !is_well_formed(text))
		return ERR_UNAUTHORIZED;
	if (jwt_decode(&jwt, text, (const unsigned char *)key, (int)n) != 0)
		return ERR_UNAUTHORIZED;
	good = read_claims(jwt, kind, now.us / SECOND, &t);
	jwt_free(jwt);
	if (!good)
		return ERR_UNAUTHORIZED;
	*out = t;
	return OK;
}
