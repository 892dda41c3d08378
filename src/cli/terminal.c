/* What others wrote, on a terminal that takes some bytes for commands. */
#include "cli/terminal.h"

#include <stdbool.h>
#include <stdio.h>

#include "core/utf8.h"

static bool
is_command(const unsigned char *c, size_t n)
{
	if (n == 1)
		return *c < ' ' || *c == 0x7f;
	if (n == 2)
		return c[0] == 0xc2 && c[1] < 0xa0;
	if (n != 3 || c[0] != 0xe2)
		return false;
	/* U+200E and U+200F, U+2028 to U+202E, U+2066 to U+2069 */
	return (c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f)) ||
	       (c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) ||
	       (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

void
terminal_print(const char *text, size_t size, int width)
{
	const char *end = text + size;

	for (; text < end; width--) {
		size_t n = utf8_step(text, end);
		size_t bytes = n == 0 ? 1 : n;

		if (n > 0 && !is_command((const unsigned char *)text, n))
			fwrite(text, 1, n, stdout);
		else
			for (size_t i = 0; i < bytes; i++)
				printf("\\x%02X", (unsigned char)text[i]);
		text += bytes;
	}
	if (width > 0)
		printf("%*s", width, "");
}

void
terminal_print_lines(const char *text, size_t size)
{
	const char *end = text + size;

	while (text < end) {
		const char *stop = text;
		size_t n;

		while (stop < end && *stop != '\n' && *stop != '\t')
			stop++;
		n = (size_t)(stop - text);
		if (n > 0 && stop < end && *stop == '\n' && stop[-1] == '\r')
			n--;
		terminal_print(text, n, 0);
		if (stop == end)
			return;
		putchar(*stop);
		text = stop + 1;
	}
}
