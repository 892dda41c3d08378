/*
 * One-time passwords by time (RFC 6238: HMAC-SHA-1, six digits, steps of 30
 * seconds), through liboath.
 */
#ifndef CORE_TOTP_H
#define CORE_TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/time.h"

enum { TOTP_SECRET = 20, TOTP_STEP_S = 30, TOTP_DIGITS = 6 };

/* The code of that moment, as six digits. */
void totp_code(const uint8_t secret[TOTP_SECRET], struct timestamp,
    char out[TOTP_DIGITS + 1]);
/*
 * Whether `code` is that of a step at most one away from `now` and later than
 * `last` (the step of the code that was accepted before, 0 for none). *step is
 * then its step. In a time that does not depend on the code. Spaces within the
 * code do not count.
 */
bool totp_verify(const uint8_t secret[TOTP_SECRET], const char *code,
    struct timestamp now, int64_t last, int64_t *step);
/* Base32 (RFC 4648), as authenticators take it by hand; in the arena. */
const char *totp_secret_text(struct arena *, const uint8_t[TOTP_SECRET]);
/*
 * otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=... (Google Authenticator's
 * key URI format), percent-encoded; in the arena.
 */
const char *totp_uri(struct arena *, const char *issuer, const char *account,
    const uint8_t[TOTP_SECRET]);

#endif
