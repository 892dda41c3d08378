/* Randomness, digests and comparisons (OpenSSL). */
#ifndef CORE_CRYPTO_H
#define CORE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

enum { SHA256_SIZE = 32, SHA1_SIZE = 20 };

/* Never fails: without randomness the process ends. */
void crypto_random(void *, size_t n);
void crypto_sha256(const void *, size_t n, uint8_t out[SHA256_SIZE]);
/* For protocols that ask for it; nothing of ours rests on it. */
void crypto_sha1(const void *, size_t n, uint8_t out[SHA1_SIZE]);
/* In a time that depends on the lengths alone. */
bool crypto_equal(const void *, size_t n, const void *, size_t m);
/* Zeroes memory in a way that the compiler keeps. */
void crypto_wipe(void *, size_t n);
void crypto_hmac_sha256(const void *key, size_t nkey, const void *, size_t n,
    uint8_t out[SHA256_SIZE]);
/*
 * HMAC-SHA-256 of a text, as hexadecimal text in the arena. `purpose` keeps
 * those of one use apart from those of another under the same key.
 */
const char *crypto_keyed_digest(
    struct arena *, const char *key, const char *purpose, const char *text);
/* Lower-case hexadecimal; out holds 2n + 1. */
void crypto_hex(const void *, size_t n, char *out);

#endif
