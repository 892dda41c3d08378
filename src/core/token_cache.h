/*
 * Tokens that were found good, so that a client that comes again costs a
 * comparison instead of a verification. What a token says does not change;
 * whether its session lives is not a matter of the token and is not kept.
 */
#ifndef CORE_TOKEN_CACHE_H
#define CORE_TOKEN_CACHE_H

#include "core/token.h"

/* Of one thread and one set of rules, which outlive it. About 180 KiB. */
struct token_cache;

struct token_cache *token_cache_new(const struct token_rules *);
/* Tokens are judged anew: the keys have changed. */
void token_cache_forget(struct token_cache *);
/* NULL is fine. The tokens are wiped. */
void token_cache_free(struct token_cache *);

/* As token_verify(), with the same answers. */
enum err token_cache_verify(struct token_cache *, const char *text,
    const char *kind, struct timestamp now, struct token *) MUST_CHECK;

#endif
