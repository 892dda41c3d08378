/*
 * Secrets that have to be read again (a TOTP key), so that whoever reads the
 * database alone cannot: AES-256-GCM (NIST SP 800-38D) under a key derived
 * from SECRET_KEY with HKDF-SHA-256 (RFC 5869).
 */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

/*
 * `purpose` names what is sealed ("totp") and is part of the key; `owner` (the
 * id of its row) is authenticated with it, so that a sealed value cannot be
 * moved to another row. The result is printable text, in the arena.
 */
const char *seal(struct arena *, const char *secret_key, const char *purpose,
    const char *owner, const void *, size_t n);
/*
 * ERR_INVALID when the text is not what seal() made of the same three. *out
 * lives in the arena, *n is its length.
 */
enum err unseal(struct arena *, const char *secret_key, const char *purpose,
    const char *owner, const char *text, const uint8_t **out,
    size_t *n) MUST_CHECK;

#endif
