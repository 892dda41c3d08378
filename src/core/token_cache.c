/*
 * A table of a fixed size: a token has one place, and the last one that was
 * verified there keeps it. Nothing can grow, and nothing needs to be searched.
 */
#include "core/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/crypto.h"
#include "core/log.h"

enum { PLACES = 256, TEXT_MAX = 640 };

struct place {
	size_t length; /* 0: free */
	char text[TEXT_MAX];
	struct token token;
};

struct token_cache {
	const struct token_rules *rules;
	struct place place[PLACES];
};

struct token_cache *
token_cache_new(const struct token_rules *rules)
{
	struct token_cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		log_fatal("out of memory");
	cache->rules = rules;
	return cache;
}

void
token_cache_forget(struct token_cache *cache)
{
	crypto_wipe(cache->place, sizeof(cache->place));
}

void
token_cache_free(struct token_cache *cache)
{
	if (cache != NULL)
		crypto_wipe(cache, sizeof(*cache));
	free(cache);
}

/*
 * By the last characters, which are the signature's: as good as random. A
 * forged one finds at most a place where the comparison fails.
 */
static struct place *
place_of(struct token_cache *cache, const char *text, size_t n)
{
	uint32_t tail;

	memcpy(&tail, text + n - sizeof(tail), sizeof(tail));
	return &cache->place[(tail * UINT32_C(2654435761)) >> 24];
}

_Static_assert(PLACES == 1 << 8, "place_of() gives eight bits");

static bool
is_kept(const struct place *p, const char *text, size_t n, const char *kind,
    struct timestamp now)
{
	/* In constant time: a guess must not learn how far it was right. */
	return crypto_equal(p->text, p->length, text, n) &&
	       strcmp(p->token.kind, kind) == 0 && p->token.expires.us > now.us;
}

enum err
token_cache_verify(struct token_cache *cache, const char *text,
    const char *kind, struct timestamp now, struct token *t)
{
	size_t n = strnlen(text, TEXT_MAX + 1);
	struct place *p;
	enum err err;

	if (n > TEXT_MAX || n < sizeof(uint32_t))
		return token_verify(cache->rules, text, kind, now, t);
	p = place_of(cache, text, n);
	if (is_kept(p, text, n, kind, now)) {
		*t = p->token;
		return OK;
	}
	err = token_verify(cache->rules, text, kind, now, t);
	if (err)
		return err;
	p->length = n;
	memcpy(p->text, text, n);
	p->token = *t;
	return OK;
}
