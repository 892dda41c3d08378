/*
 * Access tokens: JWTs (RFC 7519), HS256, through libjwt, which checks neither
 * the algorithm, nor exp, nor the size; these functions do.
 */
#ifndef CORE_TOKEN_H
#define CORE_TOKEN_H

#include "core/arena.h"
#include "core/err.h"
#include "core/time.h"
#include "core/uuid.h"

enum { TOKEN_MAX = 4096, TOKEN_KEY_MIN = 32 };

/* The kind is in the token ("typ" claim): one is never taken for another. */
struct token {
	const char *kind;         /* "access" */
	struct uuid subject;      /* sub: the user */
	struct uuid session;      /* sid */
	struct timestamp issued;  /* iat, whole seconds */
	struct timestamp expires; /* exp, whole seconds */
};

/* Compact serialisation, in the arena. */
const char *token_sign(struct arena *, const char *key, const struct token *);

/*
 * ERR_UNAUTHORIZED for anything that is not a token of that kind, signed with
 * HS256 and this key, issued in the past and not expired at `now`: whatever
 * the cause, so callers cannot tell it.
 */
enum err token_verify(const char *key, const char *text, const char *kind,
    struct timestamp now, struct token *) MUST_CHECK;

#endif
