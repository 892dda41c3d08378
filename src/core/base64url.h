/* Base64 with the URL alphabet and without padding (RFC 4648, section 5). */
#ifndef CORE_BASE64URL_H
#define CORE_BASE64URL_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

/* In the arena. */
const char *base64url_encode(struct arena *, const void *, size_t n);
/*
 * ERR_INVALID for another alphabet, padding, an impossible length or bits left
 * over: each value has one text. *out is in the arena, *n its length.
 */
enum err base64url_decode(struct arena *, const char *text, size_t length,
    const uint8_t **out, size_t *n) MUST_CHECK;

#endif
