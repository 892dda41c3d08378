/*
 * One file of texts, read so that a mistake of a translator is found at start,
 * with its place, and not by whoever gets the mail.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/languages_part.h"
#include "core/mustache.h"
#include "core/utf8.h"

enum { SCRATCH = 8 << 20, SECTIONS = 8, TAG = 64 };

struct reading {
	struct language *to;
	const struct language *first;
	struct arena *own, *mem, *scratch;
	const char *path, *why;
};

static bool __attribute__((format(printf, 2, 3)))
refuse(struct reading *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	r->why = arena_vprintf(r->mem, format, ap);
	va_end(ap);
	return false;
}

static bool
refuse_text(struct reading *r, const char *name, const char *what)
{
	return refuse(r, "%s: the text %s %s.", r->path, name, what);
}

static bool
read_bytes(struct reading *r, struct buf *text)
{
	FILE *f = fopen(r->path, "re");
	char piece[4096];
	bool failed;
	size_t n;

	if (f == NULL)
		return refuse(r, "The texts %s cannot be read: %m.", r->path);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && !text->full)
		buf_put(text, piece, n);
	failed = ferror(f);
	fclose(f);
	if (failed)
		return refuse(r, "The texts %s cannot be read.", r->path);
	if (text->full)
		return refuse(r,
		    "The texts %s are too many: at most %d KiB are allowed.",
		    r->path, LANGUAGE_FILE >> 10);
	return true;
}

static size_t
line_of(const struct buf *text, size_t points)
{
	const char *p = text->data, *end = p + text->len;
	size_t line = 1, n;

	for (; p < end && points > 0; points--, p += n) {
		line += *p == '\n';
		n = utf8_step(p, end);
		if (n == 0)
			break;
	}
	return line;
}

/* What stands between {{ and }}: a name, of which a section may begin or end.
 * `tag` is that name. */
static bool
read_tag(const char *at, size_t n, char tag[TAG])
{
	if (n > 0 && strchr("#^/", *at) != NULL) {
		at++;
		n--;
	}
	if (n == 0 || n >= TAG)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!(at[i] >= 'a' && at[i] <= 'z') && at[i] != '_')
			return false;
	memcpy(tag, at, n);
	tag[n] = '\0';
	return true;
}

static bool
holds_tag(const char *text, const char *tag)
{
	char other[TAG];

	for (; (text = strstr(text, "{{")) != NULL; text += 2) {
		const char *end = strstr(text, "}}");

		if (end != NULL &&
		    read_tag(text + 2, (size_t)(end - text) - 2, other) &&
		    strcmp(other, tag) == 0)
			return true;
	}
	return false;
}

static bool
check_tags(
    struct reading *r, const char *name, const char *text, const char *model)
{
	const char *p = text, *end;
	char tag[TAG];

	for (; (p = strstr(p, "{{")) != NULL; p = end) {
		end = strstr(p, "}}");
		if (end == NULL)
			return refuse_text(r, name, "has a {{ without its }}");
		if (!read_tag(p + 2, (size_t)(end - p) - 2, tag))
			return refuse_text(r, name,
			    "has a tag that is no {{name}}, {{#name}}, "
			    "{{^name}} or {{/name}}");
		if (model != NULL && !holds_tag(model, tag))
			return refuse_text(r, name,
			    arena_printf(r->mem,
				"has {{%s}}, which the English text has not",
				tag));
	}
	return true;
}

static bool
check_marks(struct reading *r, const char *name, const char *text)
{
	size_t marks = 0;

	for (; (text = strstr(text, "**")) != NULL; text += 2)
		marks++;
	return marks % 2 == 0 ||
	       refuse_text(r, name, "has a ** without another");
}

/* Sections that are open, above all. */
static bool
check_form(struct reading *r, const char *name, const char *text)
{
	const struct mustache m = {0};
	const char *why;
	struct buf out;

	buf_init(&out, 4 * LANGUAGE_TEXT);
	if (mustache_render(r->scratch, &m, text, NULL, &out, &why))
		refuse_text(
		    r, name, arena_printf(r->mem, "has a mistake: %s", why));
	buf_free(&out);
	arena_reset(r->scratch);
	return r->why == NULL;
}

static bool
check_text(struct reading *r, const char *name, const char *text)
{
	const char *model = NULL;

	if (r->first != NULL) {
		model = language_text(r->first, name);
		if (model == NULL)
			return refuse_text(r, name,
			    "is none that " LANGUAGE_FIRST
			    ".json has: correct its name");
	}
	if (*text == '\0' || strlen(text) > LANGUAGE_TEXT)
		return refuse_text(r, name, "is empty or too long");
	for (const char *p = text; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return refuse_text(r, name,
			    "is not one line: it holds a control character");
	return check_tags(r, name, text, model) && check_marks(r, name, text) &&
	       check_form(r, name, text);
}

static bool
take_text(struct reading *r, const char *name, struct json_part value)
{
	struct language *l = r->to;
	const char *text;

	if (l->n == LANGUAGE_TEXTS)
		return refuse_text(r, name, "is one too many");
	/* Without the quotes. */
	text =
	    json_plain(r->own, (struct json_part){value.at + 1, value.n - 2});
	if (!check_text(r, name, text))
		return false;
	l->texts[l->n++] =
	    (struct language_text){arena_strdup(r->own, name), text};
	return true;
}

static bool
take_object(struct reading *, const char *section, struct json_part, int depth);

static bool
take_member(struct reading *r, const char *section, struct json_part key,
    struct json_part value, int depth)
{
	const char *name = json_plain(r->mem, key);

	if (*section != '\0')
		name = arena_printf(r->mem, "%s.%s", section, name);
	if (strlen(name) > LANGUAGE_NAME)
		return refuse(
		    r, "%s: the name %.40s... is too long.", r->path, name);
	if (*value.at == '{')
		return take_object(r, name, value, depth + 1);
	if (*value.at != '"')
		return refuse_text(r, name, "is no text: put it in quotes");
	return take_text(r, name, value);
}

/* A dot in a key would be a second way to write a section. */
static bool
is_key(struct json_part key)
{
	for (size_t i = 0; i < key.n; i++)
		if (!(key.at[i] >= 'a' && key.at[i] <= 'z') &&
		    !(key.at[i] >= '0' && key.at[i] <= '9') && key.at[i] != '_')
			return false;
	return key.n > 0;
}

static bool
take_object(
    struct reading *r, const char *section, struct json_part object, int depth)
{
	struct json_part rest = object, key, value;

	if (depth > SECTIONS)
		return refuse(r, "%s: the section %s is nested too deeply.",
		    r->path, section);
	while (json_next(&rest, &key, &value)) {
		if (!is_key(key))
			return refuse(r,
			    "%s: the key \"%.*s\"%s%s is none: small letters, "
			    "digits and _ are wanted.",
			    r->path, key.n < 40 ? (int)key.n : 40, key.at,
			    *section != '\0' ? " in " : "", section);
		if (!take_member(r, section, key, value, depth))
			return false;
	}
	return true;
}

static bool
take_document(struct reading *r, const struct buf *text)
{
	struct json_part whole;
	struct json_fault fault;
	struct json *doc = NULL;
	bool is_object;

	if (json_parse(text->data, text->len, JSON_DEPTH, &doc, &fault)) {
		json_free(doc);
		if (fault.utf8)
			return refuse(r,
			    "The texts %s are not UTF-8. Save the file as "
			    "UTF-8.",
			    r->path);
		return refuse(r, "The texts %s are not JSON: %s in line %zu.",
		    r->path, fault.error, line_of(text, fault.offset));
	}
	is_object = json_kind(doc) == JSON_OBJECT;
	json_free(doc);
	if (!is_object)
		return refuse(
		    r, "The texts %s are no JSON object of texts.", r->path);
	whole = json_whole(text->data, text->len);
	return take_object(r, "", whole, 0);
}

bool
language_read(struct language *l, const struct language *first,
    struct arena *own, struct arena *mem, const char *path, const char **why)
{
	struct reading r = {.to = l,
	    .first = first,
	    .own = own,
	    .mem = mem,
	    .path = path,
	    .scratch = arena_new(SCRATCH)};
	struct buf text;

	l->texts = NEW_N(own, struct language_text, LANGUAGE_TEXTS);
	l->n = 0;
	buf_init(&text, LANGUAGE_FILE);
	buf_put(&text, "", 0);
	if (read_bytes(&r, &text))
		take_document(&r, &text);
	buf_free(&text);
	arena_free(r.scratch);
	*why = r.why;
	return r.why == NULL;
}
