/*
 * UUIDs as 16 bytes in network order (RFC 9562). New ones are version 7: they
 * sort by the time of their making, so new rows land at the end of an index.
 * All zeros (the nil UUID) stands for "none" and for SQL and JSON null.
 */
#ifndef CORE_UUID_H
#define CORE_UUID_H

#include <stdbool.h>
#include <stdint.h>

#include "core/time.h"

enum { UUID_TEXT = 37 }; /* with its NUL */

struct uuid {
	uint8_t byte[16];
};

/*
 * Version 7 with the time to 4096ths of a millisecond, so that rows made one
 * after the other by different processes sort so too; monotonic within a
 * thread; 62 random bits.
 */
struct uuid uuid_new(void);
/* When a version 7 was made, to the millisecond. */
struct timestamp uuid_time(const struct uuid *);
bool uuid_is_nil(const struct uuid *);
bool uuid_equal(const struct uuid *, const struct uuid *);
/* Lower case with hyphens into out[UUID_TEXT]; returns out. */
char *uuid_format(const struct uuid *, char *out);

/*
 * Accepts what pydantic accepts: any case, 32 digits with or without hyphens,
 * {braces}, urn:uuid:. On failure returns false and writes into why[80] the
 * reason as pydantic's uuid_parsing words it ("invalid character: found `z`
 * at 36", ...).
 */
bool uuid_parse(const char *text, struct uuid *, char *why);

#endif
