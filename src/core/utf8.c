/*
 * UTF-8 from outside is checked here once; inside it is known to be valid.
 */
#include "core/utf8.h"

#include <stdint.h>
#include <string.h>

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

size_t
utf8_step(const char *p, const char *end)
{
	unsigned char a, b;

	if (p >= end)
		return 0;
	a = (unsigned char)p[0];
	if (a < 0x80)
		return 1;
	if (a < 0xC2 || a > 0xF4 || end - p < 2 || !is_tail(p[1]))
		return 0;
	if (a < 0xE0)
		return 2;
	b = (unsigned char)p[1];
	if (end - p < 3 || !is_tail(p[2]) || (a == 0xE0 && b < 0xA0) ||
	    (a == 0xED && b > 0x9F))
		return 0;
	if (a < 0xF0)
		return 3;
	if (end - p < 4 || !is_tail(p[3]) || (a == 0xF0 && b < 0x90) ||
	    (a == 0xF4 && b > 0x8F))
		return 0;
	return 4;
}

static bool
is_ascii8(const char *p)
{
	uint64_t bytes;

	memcpy(&bytes, p, sizeof(bytes));
	return (bytes & UINT64_C(0x8080808080808080)) == 0;
}

bool
utf8_valid(const char *p, size_t n)
{
	const char *end;
	size_t step;

	if (n == 0)
		return true;
	end = p + n;
	while (p < end) {
		if (end - p >= 8 && is_ascii8(p)) {
			p += 8;
			continue;
		}
		step = utf8_step(p, end);
		if (step == 0)
			return false;
		p += step;
	}
	return true;
}

size_t
utf8_length(const char *p)
{
	size_t n = 0;

	for (; *p != '\0'; p++)
		n += !is_tail(*p);
	return n;
}
