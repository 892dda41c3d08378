/*
 * Characters by what they do to a line, from the tables of Unicode 15: White
 * Space, Cc, and of Cf and its like what has no shape of its own.
 */
#include "core/line.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range {
	uint32_t from, to;
};

static const struct range breaks[] = {
    {0x00, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x2029}, {0, 0}};
static const struct range blanks[] = {{0x20, 0x20}, {0xA0, 0xA0},
    {0x1680, 0x1680}, {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F},
    {0x3000, 0x3000}, {0, 0}};
static const struct range unseen[] = {{0xAD, 0xAD}, {0x034F, 0x034F},
    {0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F}, {0x2800, 0x2800},
    {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF}, {0, 0}};

static bool
is_in(const struct range *r, uint32_t c)
{
	for (; r->to != 0; r++)
		if (c >= r->from && c <= r->to)
			return true;
	return false;
}

/* The code point at *p, which is valid UTF-8; *p is then the next one. */
static uint32_t
next(const char **p)
{
	unsigned char first = (unsigned char)*(*p)++;
	uint32_t c = first < 0x80   ? first
		     : first < 0xE0 ? first & 0x1F
		     : first < 0xF0 ? first & 0x0F
				    : first & 0x07;

	while (((unsigned char)**p & 0xC0) == 0x80)
		c = c << 6 | ((unsigned char)*(*p)++ & 0x3F);
	return c;
}

static const char *
fault(const char *text, bool code)
{
	const char *p = text;
	uint32_t c = 0;

	while (*p != '\0') {
		bool first = p == text;

		c = next(&p);
		if (is_in(breaks, c))
			return "control characters are not allowed";
		if (code && is_in(unseen, c))
			return "characters that cannot be seen are not allowed";
		if (first && is_in(blanks, c))
			return "it begins with a blank";
	}
	return p > text && is_in(blanks, c) ? "it ends with a blank" : NULL;
}

const char *
line_fault(const char *text)
{
	return fault(text, false);
}

const char *
line_code_fault(const char *text)
{
	return fault(text, true);
}
