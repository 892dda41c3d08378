/* Lists of texts, to and from JSON arrays: for encode.h and for SQL rows. */
#ifndef CORE_TEXTS_H
#define CORE_TEXTS_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/schema.h"

/* ["a","b"]; "none" is []. */
void texts_write(struct buf *, const struct texts *);
/*
 * false when it is no array of texts, or one of them holds U+0000. Everything
 * is copied into the arena; an empty array is no "none".
 */
bool texts_read(
    struct arena *, const char *json, size_t n, struct texts *) MUST_CHECK;

#endif
