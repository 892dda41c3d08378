/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, <= U+10FFFF. */
#ifndef CORE_UTF8_H
#define CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the valid sequence at p (1..4), or 0. */
size_t utf8_step(const char *p, const char *end);
bool utf8_valid(const char *, size_t n);
/* Code points of valid, NUL-terminated UTF-8. */
size_t utf8_length(const char *);

#endif
