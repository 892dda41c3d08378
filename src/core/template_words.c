/*
 * Words enter a template before it is read as one: what stands in a file of
 * texts is a text, whatever is around its place, and its tags are the mail's.
 */
#include <string.h>

#include "core/template_part.h"

struct words {
	struct arena *mem;
	const struct languages *languages;
	const char *language;
	bool html;
	struct buf out;
	const char *missing;
};

static void
put_plain(struct words *w, const char *text, size_t n)
{
	static const char *const entity[256] = {
	    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};

	for (size_t i = 0; i < n; i++) {
		const char *e = entity[(unsigned char)text[i]];

		if (w->html && e != NULL)
			buf_puts(&w->out, e);
		else
			buf_putc(&w->out, text[i]);
	}
}

/* The tags as they are; ** begins and ends what stands out. */
static void
put_text(struct words *w, const char *text)
{
	bool strong = false;

	while (*text != '\0') {
		size_t n = 1;

		if (strncmp(text, "{{", 2) == 0) {
			n = (size_t)(strstr(text, "}}") + 2 - text);
			buf_put(&w->out, text, n);
		} else if (strncmp(text, "**", 2) == 0) {
			n = 2;
			strong = !strong;
			if (w->html)
				buf_puts(
				    &w->out, strong ? "<strong>" : "</strong>");
		} else {
			put_plain(w, text, n);
		}
		text += n;
	}
}

static void
put_word(struct words *w, const char *name)
{
	const char *text;

	if (strcmp(name, "language.tag") == 0)
		text = languages_known(w->languages, w->language);
	else
		text = languages_text(w->languages, w->language, name);
	if (text != NULL)
		put_text(w, text);
	else if (w->missing == NULL)
		w->missing = name;
}

/* The name in the tag "{{> ...", when it is that of a text, or NULL. */
static const char *
name_in(struct words *w, const char *tag, const char **end)
{
	const char *name = tag + strlen("{{>");
	size_t n;

	name += strspn(name, " \t");
	n = strcspn(name, " \t\r\n{}");
	*end = name + n + strspn(name + n, " \t");
	if (strncmp(*end, "}}", 2) != 0 || memchr(name, '.', n) == NULL ||
	    memchr(name, '/', n) != NULL)
		return NULL;
	*end += 2;
	return arena_copy(w->mem, name, n);
}

const char *
template_words(struct arena *mem, const struct languages *languages,
    const char *language, const char *text, bool html, const char **missing)
{
	struct words w = {.mem = mem,
	    .languages = languages,
	    .language = language,
	    .html = html};
	const char *tag, *end, *name, *out;

	buf_init(&w.out, TEMPLATE_OUTPUT);
	buf_puts(&w.out, "");
	while ((tag = strstr(text, "{{>")) != NULL) {
		name = name_in(&w, tag, &end);
		if (name == NULL)
			end = tag + strlen("{{>");
		buf_put(&w.out, text, (size_t)((name ? tag : end) - text));
		if (name != NULL)
			put_word(&w, name);
		text = end;
	}
	buf_puts(&w.out, text);
	*missing = w.missing;
	out = arena_copy(mem, w.out.data, w.out.len);
	buf_free(&w.out);
	return out;
}

/* Of the line the bytes that fit, up to and without the space there. */
static size_t
fitting(const char *line, size_t n)
{
	size_t columns = 0, space = 0;

	for (size_t i = 0; i < n; i++) {
		columns += ((unsigned char)line[i] & 0xc0) != 0x80;
		if (line[i] == ' ' && i > 0 && line[i - 1] != ' ' &&
		    (columns <= TEMPLATE_COLUMNS + 1 || space == 0))
			space = i;
		if (columns > TEMPLATE_COLUMNS && space > 0)
			return space;
	}
	return n;
}

static void
wrap_line(struct buf *out, const char *line, size_t n)
{
	while (n > 0) {
		size_t take = fitting(line, n);

		buf_put(out, line, take);
		line += take;
		n -= take;
		while (n > 0 && *line == ' ') {
			line++;
			n--;
		}
		if (n > 0)
			buf_putc(out, '\n');
	}
}

const char *
template_wrap(struct arena *mem, const char *text)
{
	const char *lf, *out;
	struct buf b;

	buf_init(&b, 2 * TEMPLATE_OUTPUT);
	for (buf_puts(&b, ""); (lf = strchr(text, '\n')) != NULL;
	     text = lf + 1) {
		wrap_line(&b, text, (size_t)(lf - text));
		buf_putc(&b, '\n');
	}
	wrap_line(&b, text, strlen(text));
	out = arena_copy(mem, b.data, b.len);
	buf_free(&b);
	return out;
}
