/* Identifiers of rows: made here (version 7), printed, and read from outside.
 * The reasons are those of Rust's uuid crate, which pydantic passes on. */
#include "core/uuid.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/crypto.h"
#include "core/utf8.h"

enum { WHY_MAX = 80, BREAKS = 4, HYPHENATED = 36, SIMPLE = 32 };

/* Of the five groups in the hyphenated form. */
static const size_t group_start[BREAKS + 1] = {0, 9, 14, 19, 24};
static const size_t group_length[BREAKS + 1] = {8, 4, 4, 4, 12};

/*
 * The last one made by this thread: 48 bits of time in milliseconds, 12 of the
 * part of one (RFC 9562, 6.2, method 3), 62 random bits.
 */
static _Thread_local struct {
	uint64_t ms, part, low;
} last;

/* Milliseconds and 4096ths of one, as one number. */
static uint64_t
now_parts(void)
{
	struct timespec now;
	uint64_t ns;

	clock_gettime(CLOCK_REALTIME, &now);
	ns = (uint64_t)now.tv_nsec % 1000000;
	return ((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000)
		   << 12 |
	       (ns << 12) / 1000000;
}

/* Within one moment the random part grows by a random step. */
static void
step(uint64_t random)
{
	last.low += (random & UINT32_MAX) + 1;
	if (last.low >> 62 == 0)
		return;
	last.low &= (UINT64_C(1) << 62) - 1;
	last.part++;
	if (last.part >> 12 == 0)
		return;
	last.part = 0;
	last.ms++;
}

struct uuid
uuid_new(void)
{
	struct uuid id;
	uint64_t random[2], word[2];
	uint64_t now = now_parts();

	crypto_random(random, sizeof(random));
	if (now > (last.ms << 12 | last.part)) {
		last.ms = now >> 12;
		last.part = now & 0xfff;
		last.low = random[1] >> 2;
	} else {
		step(random[0]);
	}
	word[0] = last.ms << 16 | UINT64_C(7) << 12 | last.part;
	word[1] = UINT64_C(2) << 62 | last.low;
	for (int i = 0; i < 16; i++)
		id.byte[i] = (uint8_t)(word[i / 8] >> (56 - 8 * (i % 8)));
	return id;
}

struct timestamp
uuid_time(const struct uuid *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id->byte[i];
	return (struct timestamp){ms * 1000};
}

bool
uuid_is_nil(const struct uuid *id)
{
	static const struct uuid nil;

	return uuid_equal(id, &nil);
}

bool
uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a->byte, b->byte, sizeof(a->byte)) == 0;
}

char *
uuid_format(const struct uuid *id, char *out)
{
	static const char digits[] = "0123456789abcdef";
	char *p = out;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		*p++ = digits[id->byte[i] >> 4];
		*p++ = digits[id->byte[i] & 15];
	}
	*p = '\0';
	return out;
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* 32 digits, with a hyphen before each group or without any. */
static bool
read_digits(const char *p, size_t n, struct uuid *id)
{
	struct uuid read = {{0}};
	int nibble = 0;

	for (size_t i = 0; i < n; i++) {
		int value = digit(p[i]);

		if (n == HYPHENATED &&
		    (i == 8 || i == 13 || i == 18 || i == 23)) {
			if (p[i] != '-')
				return false;
			continue;
		}
		if (value < 0)
			return false;
		read.byte[nibble / 2] =
		    (uint8_t)(read.byte[nibble / 2] << 4 | value);
		nibble++;
	}
	*id = read;
	return true;
}

/* Every character is a digit or a hyphen, so the shape is what is wrong. */
static void
explain_shape(const char *p, size_t n, bool wrapped, char *why)
{
	size_t at[BREAKS] = {0};
	size_t hyphens = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] != '-')
			continue;
		if (hyphens < BREAKS)
			at[hyphens] = i;
		hyphens++;
	}
	if (hyphens == 0 && !wrapped) {
		snprintf(why, WHY_MAX,
		    "invalid length: expected length 32 for simple format, "
		    "found %zu",
		    n);
		return;
	}
	if (hyphens != BREAKS) {
		snprintf(why, WHY_MAX,
		    "invalid group count: expected 5, found %zu", hyphens + 1);
		return;
	}

	size_t group = 0;
	while (group < BREAKS && at[group] == group_start[group + 1] - 1)
		group++;

	size_t end = group < BREAKS ? at[group] : n;
	snprintf(why, WHY_MAX,
	    "invalid group length in group %zu: expected %zu, found %zu", group,
	    group_length[group], end - group_start[group]);
}

/* `offset` bytes of a prefix stand before p. */
static void
explain(const char *p, size_t n, size_t offset, char *why)
{
	for (size_t i = 0; i < n; i++) {
		size_t width = utf8_step(p + i, p + n);

		if (width == 1 && (p[i] == '-' || digit(p[i]) >= 0))
			continue;
		snprintf(why, WHY_MAX, "invalid character: found `%.*s` at %zu",
		    (int)width, p + i, i + offset + 1);
		return;
	}
	explain_shape(p, n, offset > 0, why);
}

bool
uuid_parse(const char *text, struct uuid *id, char *why)
{
	static const char urn[] = "urn:uuid:";
	size_t n = strlen(text);
	size_t offset = 0;

	if (n >= 2 && text[0] == '{' && text[n - 1] == '}') {
		offset = 1;
		n -= 2;
	} else if (strncmp(text, urn, strlen(urn)) == 0) {
		offset = strlen(urn);
		n -= offset;
	}
	if ((n == HYPHENATED || (n == SIMPLE && offset == 0)) &&
	    read_digits(text + offset, n, id))
		return true;
	explain(text + offset, n, offset, why);
	return false;
}
