/*
 * Moments in UTC, as microseconds since 1970. Zero stands for "none" and for
 * SQL and JSON null.
 */
#ifndef CORE_TIME_H
#define CORE_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum { TIME_TEXT = 32 };

struct timestamp {
	int64_t us;
};

struct timestamp time_now(void);
/* For durations: never goes back, no relation to the date. */
int64_t time_monotonic_us(void);
/* RFC 3339: 2026-08-21T10:00:00.123456Z, no fraction when it is zero. */
char *time_format(struct timestamp, char *out /* [TIME_TEXT] */);
/* RFC 3339 with any offset; false when it is not a real moment. */
bool time_parse(const char *, struct timestamp *);
/* Civil date (proleptic Gregorian) both ways; for the SQL binding. */
struct civil {
	int year, month, day, hour, minute, second, us;
};
struct civil time_to_civil(struct timestamp);
struct timestamp time_from_civil(const struct civil *);

#endif
