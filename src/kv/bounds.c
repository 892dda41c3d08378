/*
 * What no space can hold, said before a store is asked: keys that are too long
 * or named twice, values that are too large; and what one has no room for.
 */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "http/router.h"
#include "kv/model.h"
#include "kv/store.h"

enum { QUOTED_MAX = 8 << 10, SHOWN = 64 };

static const char *
quoted(struct arena *mem, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, QUOTED_MAX);
	json_quote(&b, text, strlen(text));
	out = b.full ? NULL : arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}

static enum err
refuse_key(struct ctx *c, const char *key, size_t nth, struct fault f)
{
	f.from = nth == 0 ? "path" : "body";
	f.name = nth == 0 ? "key" : "keys";
	f.nth = nth;
	f.input = quoted(c->mem, key);
	c->faults->item[0] = f;
	c->faults->n = 1;
	return ERR_INVALID;
}

enum err
need_key(struct ctx *c, const char *key, size_t nth)
{
	if (strlen(key) <= KV_KEY_MAX)
		return OK;
	return refuse_key(c, key, nth,
	    (struct fault){.type = "bytes_too_long",
		.message = arena_printf(
		    c->mem, "Data should have at most %d bytes", KV_KEY_MAX),
		.context =
		    arena_printf(c->mem, "{\"max_length\":%d}", KV_KEY_MAX)});
}

static int
by_text(const void *a, const void *b)
{
	const char *const *const *x = a, *const *const *y = b;
	int order = strcmp(**x, **y);

	/* Of those alike, as they stand in the request. */
	return order != 0 ? order : (*x > *y) - (*x < *y);
}

enum err
need_keys(struct ctx *c, const struct texts *keys)
{
	const char *const **at = NEW_N(c->mem, const char *const *, keys->n);
	enum err err = OK;

	for (size_t i = 0; i < keys->n && !err; i++) {
		at[i] = &keys->item[i];
		err = need_key(c, keys->item[i], i + 1);
	}
	if (err)
		return err;
	qsort(at, keys->n, sizeof(at[0]), by_text);
	for (size_t i = 1; i < keys->n; i++) {
		if (strcmp(*at[i - 1], *at[i]) != 0)
			continue;
		c->code = "duplicate_keys";
		return refuse_key(c, *at[i], (size_t)(at[i] - keys->item) + 1,
		    (struct fault){.type = "value_error",
			.message = "Value error, the key is there twice"});
	}
	return OK;
}

/* The beginning of a key, for a sentence: whole code points. */
static const char *
beginning(struct arena *mem, const char *key)
{
	size_t n = strnlen(key, SHOWN);

	if (key[n] == '\0')
		return key;
	while (n > 0 && ((unsigned char)key[n] & 0xC0) == 0x80)
		n--;
	return arena_printf(mem, "%.*s\u2026", (int)n, key);
}

enum err
need_size(struct ctx *c, const char *key, size_t size)
{
	if (size <= KV_VALUE_MAX)
		return OK;
	return fail_code(c, ERR_TOO_LARGE, "value_too_large",
	    "The value of \"%s\" has %zu bytes: at most %d are kept",
	    beginning(c->mem, key), size, KV_VALUE_MAX);
}

enum err
refuse_full(struct ctx *c, const struct kv_space *s)
{
	return fail_code(c, ERR_STORAGE, "quota_exceeded",
	    "There is no room for it: the space holds at most %lld keys and "
	    "%lld bytes of keys and values",
	    (long long)s->max_keys, (long long)s->max_bytes);
}
