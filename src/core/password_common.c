/* Passwords that everybody tries first: the shapes that need no list, and the
 * list itself, as parts of hashes (script/common-passwords.mjs made it). */
#include "core/password_policy.h"

#include <stdint.h>
#include <string.h>

/*
 * TAIL: what people add to a common password to make it another one. RUN: the
 * least that counts as a run; whole passwords are made of RUNS of them.
 */
enum { SHORTEST = 8, LONGEST = 26, TAIL = 4, UNIT = 4, RUN = 3, RUNS = 3 };
enum { BUCKET_BITS = 10, VALUE_BITS = 24, RICE_BITS = 17, LETTER_BITS = 6 };

/* The .inc says how they are written. */
static const char *const buckets[1 << BUCKET_BITS] = {
#include "core/common_passwords.inc"
};

/* Along these, in both directions and around their ends. */
static const char *const tracks[] = {"abcdefghijklmnopqrstuvwxyz", "0123456789",
    "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm",
    "zxcvbnm", "yxcvbnm", "wxcvbn"};

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "abababab"; one character of any script too. */
static bool
is_periodic(const char *p, size_t n)
{
	for (size_t unit = 1; unit <= UNIT && unit * 2 <= n; unit++) {
		size_t i = unit;

		while (i < n && lower(p[i]) == lower(p[i - unit]))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static size_t
run_on(const char *track, size_t step, const char *p, size_t n)
{
	size_t i = 0, length = strlen(track);
	const char *at = memchr(track, lower(*p), length);

	while (at != NULL && i < n && lower(p[i]) == *at) {
		at = track + ((size_t)(at - track) + step) % length;
		i++;
	}
	return i;
}

static size_t
run_length(const char *p, size_t n)
{
	size_t longest = 1;

	while (longest < n && lower(p[longest]) == lower(p[0]))
		longest++;
	for (size_t i = 0; i < sizeof(tracks) / sizeof(tracks[0]); i++) {
		size_t up = run_on(tracks[i], 1, p, n);
		size_t down = run_on(tracks[i], strlen(tracks[i]) - 1, p, n);

		longest = up > longest ? up : longest;
		longest = down > longest ? down : longest;
	}
	return longest;
}

/* "qwertyuiop", "abcd4321", "123qweasd" */
static bool
is_runs(const char *p, size_t n)
{
	size_t runs = 0, length;

	for (; n > 0 && runs < RUNS; runs++) {
		length = run_length(p, n);
		if (length < RUN)
			return false;
		p += length;
		n -= length;
	}
	return n == 0 && runs > 0;
}

static int
number(const char *digits, size_t n)
{
	int value = 0;

	while (n-- > 0)
		value = value * 10 + (*digits++ - '0');
	return value;
}

static bool
is_day(const char *year, const char *month, const char *day)
{
	int y = number(year, 4), m = number(month, 2), d = number(day, 2);

	return y >= 1900 && y < 2050 && m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

/* In any order: "31121999", "1999-12-31", "12/31/1999". */
static bool
is_date(const char *p, size_t n)
{
	char d[8];
	size_t i, found = 0;

	if (n > sizeof(d) + 2)
		return false;
	for (i = 0; i < n; i++) {
		if (is_digit(p[i]) && found < sizeof(d))
			d[found++] = p[i];
		else if (strchr("-./ ", p[i]) == NULL)
			return false;
	}
	return found == sizeof(d) &&
	       (is_day(d, d + 4, d + 6) || is_day(d, d + 6, d + 4) ||
		   is_day(d + 4, d + 2, d) || is_day(d + 4, d, d + 2));
}

/* FNV-1a, and the last step of MurmurHash3. */
static uint64_t
hash(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)lower(p[i])) * 0x100000001b3;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
	return h ^ h >> 33;
}

struct bits {
	const char *next;
	unsigned letter, left; /* bits of it that were not read */
};

/* -1 at the end. */
static int
next_bit(struct bits *b)
{
	char c;

	if (b->left == 0) {
		c = *b->next;
		if (c == '\0')
			return -1;
		b->next++;
		b->letter = (unsigned)(c - '#' - (c > '?') - (c > '\\'));
		b->left = LETTER_BITS;
	}
	b->left--;
	return b->letter >> b->left & 1;
}

static bool
next_gap(struct bits *b, uint64_t *gap)
{
	int bit;

	for (*gap = 0; (bit = next_bit(b)) == 1;)
		++*gap;
	for (int i = 0; i < RICE_BITS && bit >= 0; i++) {
		bit = next_bit(b);
		*gap = *gap << 1 | (bit == 1);
	}
	return bit >= 0;
}

static bool
is_listed(const char *p, size_t n)
{
	struct bits bits = {0};
	uint64_t h, wanted, gap, after = 0; /* the last value and 1 */

	if (n < SHORTEST || n > LONGEST)
		return false;
	h = hash(p, n);
	wanted =
	    h >> (64 - BUCKET_BITS - VALUE_BITS) & ((1u << VALUE_BITS) - 1);
	bits.next = buckets[h >> (64 - BUCKET_BITS)];
	while (after <= wanted && next_gap(&bits, &gap)) {
		if (after + gap == wanted)
			return true;
		after += gap + 1;
	}
	return false;
}

static bool
is_known(const char *p, size_t n)
{
	return is_periodic(p, n) || is_runs(p, n) || is_date(p, n) ||
	       is_listed(p, n);
}

/* Of the ASCII digits and marks at its end. */
static size_t
tail_length(const char *p, size_t n)
{
	size_t stem = n;

	while (stem > 0 && (unsigned char)p[stem - 1] < 0x80 &&
	       (lower(p[stem - 1]) < 'a' || lower(p[stem - 1]) > 'z'))
		stem--;
	return n - stem;
}

bool
password_is_common(const char *password)
{
	size_t n = strlen(password), tail = tail_length(password, n);

	if (is_known(password, n))
		return true;
	return tail > 0 && tail <= TAIL && n - tail >= SHORTEST &&
	       is_known(password, n - tail);
}
