/*
 * SipHash-2-4 with 128 bits (Aumasson and Bernstein): a keyed digest of what is
 * short, for which all of OpenSSL would have to come into the caches first.
 */
#ifndef CORE_SIPHASH_H
#define CORE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum { SIPHASH_KEY = 16, SIPHASH_SIZE = 16 };

/* Who does not know the key finds no two texts with one digest. */
void siphash(const uint8_t key[SIPHASH_KEY], const void *, size_t n,
    uint8_t out[SIPHASH_SIZE]);

#endif
