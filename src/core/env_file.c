/* Reads the .env file. A line that is not understood is a complaint, never
 * skipped: what was meant as a setting must not be lost. */
#include "core/env_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 65536 };

void
complain(struct buf *out, const char *format, ...)
{
	va_list args;

	buf_puts(out, "\n  ");
	va_start(args, format);
	buf_vprintf(out, format, args);
	va_end(args);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static char *
skip_blanks(char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

/* Ends the value at the first blank before a comment, or at the last text. */
static const char *
read_bare(char *p)
{
	char *start = p, *end = p;

	for (; *p != '\0'; p++) {
		if (*p == '#' && (p == start || is_blank(p[-1])))
			break;
		if (*p == '"' || *p == '\'')
			return "quotes go around the whole value";
		if (!is_blank(*p))
			end = p + 1;
	}
	*end = '\0';
	return NULL;
}

/* Takes the quotes and escapes out, in place. */
static const char *
read_quoted(char *p)
{
	char quote = *p;
	char *out = p++;

	for (; *p != quote; p++) {
		if (quote == '"' && *p == '\\' && p[1] != '\0' &&
		    strchr("\"\\$`", p[1]) != NULL)
			p++;
		if (*p == '\0')
			return "the closing quote is missing";
		*out++ = *p;
	}
	p = skip_blanks(p + 1);
	if (*p != '\0' && *p != '#')
		return "there is text after the closing quote";
	*out = '\0';
	return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *
read_line(char *p, struct env_line *out)
{
	if (strncmp(p, "export", 6) == 0 && is_blank(p[6]))
		p = skip_blanks(p + 6);
	out->name = p;
	while (isalnum((unsigned char)*p) || *p == '_')
		p++;
	if (p == out->name || *p != '=')
		return "it is not KEY=value (without spaces around the =)";
	*p++ = '\0';
	p = skip_blanks(p);
	out->value = p;
	return *p == '"' || *p == '\'' ? read_quoted(p) : read_bare(p);
}

static const struct env_line *
find(const struct env_file *file, const char *name)
{
	for (size_t i = 0; i < file->n; i++)
		if (strcmp(file->lines[i].name, name) == 0)
			return &file->lines[i];
	return NULL;
}

static void
add_line(struct env_file *file, char *text, int number, struct buf *complaints)
{
	struct env_line *line = &file->lines[file->n];
	const struct env_line *before;
	const char *why;

	text = skip_blanks(text);
	if (*text == '\0' || *text == '#')
		return;
	why = read_line(text, line);
	if (why != NULL) {
		complain(
		    complaints, "%s:%d is wrong: %s.", file->path, number, why);
		return;
	}
	before = find(file, line->name);
	if (before != NULL) {
		complain(complaints,
		    "%s:%d sets %s, which line %d has set. Remove one of them.",
		    file->path, number, line->name, before->line);
		return;
	}
	line->line = number;
	file->n++;
}

static void
add_lines(struct arena *a, struct env_file *file, char *text, size_t size,
    struct buf *complaints)
{
	size_t count = 1;
	char *next;
	int number = 0;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\n';
	file->lines = NEW_N(a, struct env_line, count);
	for (; text != NULL; text = next) {
		size_t n = strcspn(text, "\n");

		next = text[n] == '\n' ? text + n + 1 : NULL;
		if (n > 0 && text[n - 1] == '\r')
			n--;
		text[n] = '\0';
		add_line(file, text, ++number, complaints);
	}
}

/* NULL, or why not. */
static const char *
read_all(FILE *in, char *text, size_t *size, bool *public)
{
	struct stat status;

	*size = fread(text, 1, FILE_MAX, in);
	if (ferror(in))
		return "it is not a file that can be read";
	if (*size == FILE_MAX)
		return "it is longer than 64 KiB";
	if (memchr(text, '\0', *size) != NULL)
		return "it holds a NUL byte";
	*public = fstat(fileno(in), &status) == 0 && status.st_mode & S_IROTH;
	return NULL;
}

void
env_file_read(struct arena *a, const char *path, bool needed,
    struct env_file *file, struct buf *complaints)
{
	FILE *in = fopen(path, "re");
	const char *why;
	char *text;
	size_t size;

	*file = (struct env_file){0};
	if (in == NULL && errno == ENOENT && !needed)
		return;
	if (in == NULL) {
		complain(complaints, "%s cannot be read: %m.", path);
		return;
	}
	text = arena_alloc(a, 1, FILE_MAX + 1);
	file->path = path;
	why = read_all(in, text, &size, &file->public);
	fclose(in);
	if (why != NULL)
		complain(complaints, "%s cannot be read: %s.", path, why);
	else
		add_lines(a, file, text, size, complaints);
}
