/*
 * Templates are read and tried at start, so that a mistake in one is found
 * then, and not by whoever waits for the mail.
 */
#include "core/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/encode.h"
#include "core/json.h"
#include "core/mustache.h"
#include "core/template_part.h"

enum {
	MEMORY = TEMPLATE_FILES * (TEMPLATE_SIZE + 65536),
	ROW_MAX = 1 << 20,
	NAME_BYTES = MUSTACHE_NAME + 16
};

/* Where partials are looked for, and the first that was not found. */
struct shelf {
	const struct templates *templates;
	struct arena *mem;
	const char *ending, *language;
	char missing[NAME_BYTES];
	const char *word; /* a text that was not found */
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct template_file *)a)->name,
	    ((const struct template_file *)b)->name);
}

static const struct template_file *
find(const struct templates *t, const char *name)
{
	const struct template_file key = {.name = name};

	return bsearch(&key, t->files, t->n, sizeof(key), by_name);
}

static bool
is_html(const struct shelf *shelf)
{
	return strcmp(shelf->ending, ".html") == 0;
}

static const char *
in_words(struct shelf *shelf, const char *text)
{
	const char *missing;

	text = template_words(shelf->mem, shelf->templates->languages,
	    shelf->language, text, is_html(shelf), &missing);
	if (shelf->word == NULL)
		shelf->word = missing;
	return text;
}

static const char *
partial(const void *arg, const char *name)
{
	/* mustache.h hands its argument on as const; it came from render(). */
	struct shelf *shelf = (struct shelf *)(uintptr_t)arg;
	char path[NAME_BYTES];
	const struct template_file *file;

	snprintf(path, sizeof(path), "%s%s", name, shelf->ending);
	file = find(shelf->templates, path);
	if (file != NULL)
		return in_words(shelf, file->text);
	if (shelf->missing[0] == '\0')
		memcpy(shelf->missing, path, sizeof(path));
	return NULL;
}

/* *why says what is wrong with the template, or NULL. */
static void
render(const struct templates *t, struct arena *mem,
    const struct template_file *file, const char *language,
    const struct json *context, struct buf *out, const char **why)
{
	struct shelf shelf = {.templates = t,
	    .mem = mem,
	    .ending = template_ending(file->name),
	    .language = language};
	const struct mustache m = {
	    .escapes = is_html(&shelf), .partial = partial, .arg = &shelf};
	const char *text = in_words(&shelf, file->text);

	if (mustache_render(mem, &m, text, context, out, why))
		return;
	if (shelf.word != NULL)
		*why = arena_printf(mem,
		    "It names a text that lang/" LANGUAGE_FIRST
		    ".json has not: %s. Add it or correct the name.",
		    shelf.word);
	else if (shelf.missing[0] != '\0')
		*why = arena_printf(mem,
		    "It names a partial that does not exist: %s. Add that "
		    "file or correct the name.",
		    shelf.missing);
	else if (out->full)
		*why = "It comes out too long.";
}

/* Each file for itself, partials too. */
static bool
try_all(struct template_load *l, struct arena *scratch, const char *language)
{
	const struct templates *t = l->to;
	const char *why = NULL;
	struct buf out;
	size_t i;

	buf_init(&out, TEMPLATE_OUTPUT);
	for (i = 0; i < t->n && why == NULL; i++) {
		render(t, scratch, &t->files[i], language, NULL, &out, &why);
		if (why != NULL)
			template_refuse(l,
			    "The template %s/%s has a mistake%s%s. %s", l->dir,
			    t->files[i].name,
			    language != NULL ? " in the language " : "",
			    language != NULL ? language : "", why);
		buf_reset(&out);
		arena_reset(scratch);
	}
	buf_free(&out);
	return l->why == NULL;
}

static bool
try_languages(struct template_load *l)
{
	const struct languages *all = l->to->languages;
	struct arena *scratch = arena_new(MEMORY);
	bool good = try_all(l, scratch, NULL);

	/* What is only wrong in one is wrong with that one. */
	for (size_t i = 0; good && i < languages_count(all); i++)
		good = try_all(l, scratch, languages_name(all, i));
	arena_free(scratch);
	return good;
}

static bool
read_languages(struct template_load *l)
{
	struct templates *t = l->to;

	t->languages = languages_load(
	    t->mem, l->mem, arena_printf(l->mem, "%s/lang", l->dir), &l->why);
	return t->languages != NULL;
}

struct templates *
templates_load(struct arena *mem, const char *dir, const char **why)
{
	struct arena *own = arena_new(MEMORY);
	struct templates *t = NEW(own, struct templates);
	struct template_load l = {.to = t, .mem = mem, .dir = dir};

	t->mem = own;
	t->files = NEW_N(own, struct template_file, TEMPLATE_FILES);
	if (template_folder_read(&l) && read_languages(&l)) {
		qsort(t->files, t->n, sizeof(*t->files), by_name);
		if (try_languages(&l))
			return t;
	}
	*why = l.why;
	templates_free(t);
	return NULL;
}

void
templates_free(struct templates *t)
{
	if (t != NULL)
		arena_free(t->mem);
}

const struct languages *
templates_languages(const struct templates *t)
{
	return t->languages;
}

static const char *
render_row(const struct templates *t, struct arena *mem,
    const struct template_file *file, const char *language,
    const struct schema *view, const void *row)
{
	struct json *context;
	struct json_fault fault;
	const char *text, *why;
	struct buf json, out;

	buf_init(&json, ROW_MAX);
	schema_encode(&json, view, row);
	if (json.full ||
	    json_parse(json.data, json.len, JSON_DEPTH, &context, &fault))
		BUG("a template's row is no JSON of a sane size");
	buf_init(&out, TEMPLATE_OUTPUT);
	render(t, mem, file, language, context, &out, &why);
	if (why != NULL)
		BUG("a template cannot be rendered with its row");
	text = arena_copy(mem, out.data, out.len);
	json_free(context);
	buf_free(&json);
	buf_free(&out);
	return text;
}

const char *
template_render(const struct templates *t, struct arena *mem, const char *name,
    const char *language, const struct schema *view, const void *row)
{
	const struct template_file *file = find(t, name);
	const char *text;

	if (file == NULL)
		BUG("there is no template of that name");
	text = render_row(t, mem, file, language, view, row);
	return strcmp(template_ending(name), ".txt") == 0
		   ? template_wrap(mem, text)
		   : text;
}

const char *
template_text(const struct templates *t, struct arena *mem, const char *name,
    const char *language, const struct schema *view, const void *row)
{
	const struct template_file tag = {
	    ".txt", arena_printf(mem, "{{> %s}}", name)};

	if (languages_text(t->languages, language, name) == NULL)
		return NULL;
	return render_row(t, mem, &tag, language, view, row);
}
