/* What others wrote, on a terminal that takes some characters for commands:
 * colours, a new title, a line that overwrites the one before. */
#include "cli/terminal.h"

#include <errno.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "core/time.h"

enum { SHOWN = 4 * 4 + 1 }; /* \xNN of each byte of a character */
enum { PROGRESS_US = 100000 };

/* Invisible, and able to reorder or hide what stands around them. */
static bool
is_trick(wchar_t c)
{
	static const struct {
		wchar_t first, last;
	} tricks[] = {{0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E},
	    {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
	    {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++)
		if (c >= tricks[i].first && c <= tricks[i].last)
			return true;
	return false;
}

/*
 * The character at `text`, or the byte that is none, as it may be shown:
 * NUL-terminated, and its columns. Returns its bytes in the text.
 */
static size_t
show(const char *text, size_t n, char shown[SHOWN], int *columns)
{
	mbstate_t state = {0};
	wchar_t c = 0;
	size_t length = mbrtowc(&c, text, n, &state);
	bool whole = length > 0 && length <= n;

	*columns = whole && !is_trick(c) ? wcwidth(c) : -1;
	if (*columns >= 0) {
		memcpy(shown, text, length);
		shown[length] = '\0';
		return length;
	}
	if (!whole)
		length = 1;
	for (size_t i = 0; i < length; i++)
		snprintf(shown + 4 * i, 5, "\\x%02X", (unsigned char)text[i]);
	*columns = 4 * (int)length;
	return length;
}

/* Without it everything beyond ASCII is no character. */
static void
use_utf8(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
}

const char *
terminal_text(struct arena *mem, const char *text, size_t n, int *columns)
{
	char *copy = arena_alloc(mem, 4, n + 1), *out = copy;
	size_t length;
	int width, total = 0, cause = errno;

	use_utf8();
	for (; n > 0; text += length, n -= length) {
		length = show(text, n, out, &width);
		out += strlen(out);
		total += width;
	}
	errno = cause;
	if (columns != NULL)
		*columns = total;
	return copy;
}

void
terminal_print(const char *text, size_t n, int width)
{
	char shown[SHOWN];
	size_t length;
	int columns;

	use_utf8();
	for (; n > 0; text += length, n -= length) {
		length = show(text, n, shown, &columns);
		fputs(shown, stdout);
		width -= columns;
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

void
terminal_progress(struct terminal_progress *p, const char *format, ...)
{
	int64_t now = time_monotonic_us();
	va_list ap;

	if (now < p->next_us)
		return;
	p->next_us = now + PROGRESS_US;
	if (!isatty(STDERR_FILENO))
		return;
	p->shown = true;
	fputc('\r', stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	/* What a longer one has left behind it. */
	fputs("\033[K", stderr);
	fflush(stderr);
}

void
terminal_progress_clear(struct terminal_progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	*p = (struct terminal_progress){0};
}
