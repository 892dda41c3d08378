/*
 * Access tokens: JWTs (RFC 7519). Signed with ES256 when there is an active
 * key (core/keys.h), so that others can verify them, else with HS256 and
 * SECRET_KEY. libjwt checks neither the algorithm, nor exp, nor the size, and
 * takes 0.4 ms for ES256, since it parses the key each time: it writes the
 * claims and does HS256; text, algorithm, key and claims are checked here
 * (core/jws.h).
 */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include "core/arena.h"
#include "core/err.h"
#include "core/time.h"
#include "core/uuid.h"

enum { TOKEN_MAX = 4096, TOKEN_KEY_MIN = 32 };

/* The kind of those that let a user in. */
#define TOKEN_ACCESS "access"

struct keys;

/* The kind is in the token ("typ" claim): one is never taken for another. */
struct token {
	const char *kind;         /* "access" */
	struct uuid subject;      /* sub: the user */
	struct uuid session;      /* sid */
	struct timestamp issued;  /* iat, whole seconds */
	struct timestamp expires; /* exp, whole seconds */
};

/* What tokens are made and judged by. Outlives its users. */
struct token_rules {
	const char *secret;   /* SECRET_KEY: HS256, tokens without a kid */
	struct keys *keys;    /* ES256, tokens with one; this thread's */
	const char *issuer;   /* iss, required of every token */
	const char *audience; /* aud, required of every token */
};

/* Compact serialisation, in the arena. */
const char *
token_sign(struct arena *, const struct token_rules *, const struct token *);

/*
 * ERR_UNAUTHORIZED for anything that is not a token of that kind, of this
 * issuer and for this audience alone, signed with the one algorithm of its
 * key, issued in the past and not expired at `now`: whatever the cause, so
 * callers cannot tell it.
 */
enum err token_verify(const struct token_rules *, const char *text,
    const char *kind, struct timestamp now, struct token *) MUST_CHECK;

#endif
