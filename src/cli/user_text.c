/*
 * A name is chosen by its owner, and a terminal obeys what is in it: colours,
 * a new title, a line that overwrites the one before.
 */
#include "cli/user.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

/* Invisible, and able to reorder or hide what stands around them. */
static bool
is_trick(wchar_t c)
{
	static const struct {
		wchar_t first, last;
	} tricks[] = {{0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E},
	    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},
	    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++)
		if (c >= tricks[i].first && c <= tricks[i].last)
			return true;
	return false;
}

/* The bytes of the character at `text`, or 0; *columns that it takes. */
static size_t
step(const char *text, size_t n, int *columns)
{
	mbstate_t state = {0};
	wchar_t c;
	size_t length = mbrtowc(&c, text, n, &state);

	if (length > n)
		return 0;
	*columns = is_trick(c) ? -1 : wcwidth(c);
	return *columns < 0 ? 0 : length;
}

/* What is refused is skipped as a whole: one mark for one character. */
static size_t
refused(const char *text, size_t n)
{
	size_t length = 1;

	while (length < n && ((unsigned char)text[length] & 0xC0) == 0x80)
		length++;
	return length;
}

const char *
user_text(struct arena *mem, const char *text, int *columns)
{
	size_t n = strlen(text), length;
	char *copy = arena_alloc(mem, n + 1, 1), *out = copy;
	int width, total = 0;

	/* Without it everything beyond ASCII is a question mark. */
	setlocale(LC_CTYPE, "C.UTF-8");
	for (; n > 0; text += length, n -= length) {
		width = 1;
		length = step(text, n, &width);
		if (length == 0) {
			length = refused(text, n);
			*out++ = '?';
			total++;
			continue;
		}
		memcpy(out, text, length);
		out += length;
		total += width;
	}
	if (columns != NULL)
		*columns = total;
	return copy;
}
