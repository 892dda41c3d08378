/*
 * As in the reference: two rounds a word, four at the end, and four more for
 * the second half of the digest.
 */
#include "core/siphash.h"

#include <endian.h>
#include <string.h>

struct state {
	uint64_t a, b, c, d;
};

static uint64_t
turn(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void
run(struct state *s, int rounds)
{
	while (rounds-- > 0) {
		s->a += s->b;
		s->c += s->d;
		s->b = turn(s->b, 13) ^ s->a;
		s->d = turn(s->d, 16) ^ s->c;
		s->a = turn(s->a, 32);
		s->c += s->b;
		s->a += s->d;
		s->b = turn(s->b, 17) ^ s->c;
		s->d = turn(s->d, 21) ^ s->a;
		s->c = turn(s->c, 32);
	}
}

static uint64_t
word(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

static void
absorb(struct state *s, uint64_t x)
{
	s->d ^= x;
	run(s, 2);
	s->a ^= x;
}

static void
squeeze(struct state *s, uint8_t *out)
{
	uint64_t x;

	run(s, 4);
	x = htole64(s->a ^ s->b ^ s->c ^ s->d);
	memcpy(out, &x, sizeof(x));
}

void
siphash(const uint8_t key[SIPHASH_KEY], const void *data, size_t n,
    uint8_t out[SIPHASH_SIZE])
{
	struct state s = {word(key) ^ 0x736f6d6570736575U,
	    word(key + 8) ^ 0x646f72616e646f6dU ^ 0xee,
	    word(key) ^ 0x6c7967656e657261U,
	    word(key + 8) ^ 0x7465646279746573U};
	const uint8_t *p = data;
	uint8_t rest[8] = {0};
	size_t left;

	for (left = n; left >= sizeof(rest); left -= sizeof(rest)) {
		absorb(&s, word(p));
		p += sizeof(rest);
	}
	if (left > 0)
		memcpy(rest, p, left);
	rest[7] = (uint8_t)n;
	absorb(&s, word(rest));
	s.c ^= 0xee;
	squeeze(&s, out);
	s.b ^= 0xdd;
	squeeze(&s, out + 8);
}
