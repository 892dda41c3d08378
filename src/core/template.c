/*
 * Templates are read and tried at start, so that a mistake in one is found
 * then, and not by whoever waits for the mail.
 */
#include "core/template.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/encode.h"
#include "core/json.h"
#include "core/mustache.h"
#include "core/utf8.h"

enum {
	MEMORY = TEMPLATE_FILES * (TEMPLATE_SIZE + 65536),
	ROW_MAX = 1 << 20,
	NAME_BYTES = MUSTACHE_NAME + 16
};

struct file {
	const char *name, *text;
};

struct templates {
	struct arena *mem;
	struct file *files; /* by name */
	size_t n;
};

/* Where partials are looked for, and the first that was not found. */
struct shelf {
	const struct templates *templates;
	const char *ending;
	char missing[NAME_BYTES];
};

struct load {
	struct templates *to;
	struct arena *mem;
	const char *dir, *why;
};

static const char *const endings[] = {".html", ".txt", ".subject"};

/* NULL: not a template's name. */
static const char *
ending_of(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(endings) / sizeof(*endings); i++)
		if (strcmp(dot, endings[i]) == 0)
			return endings[i];
	return NULL;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct file *)a)->name, ((const struct file *)b)->name);
}

static const struct file *
find(const struct templates *t, const char *name)
{
	const struct file key = {.name = name};

	return bsearch(&key, t->files, t->n, sizeof(key), by_name);
}

static const char *
partial(const void *arg, const char *name)
{
	/* mustache.h hands its argument on as const; it came from render(). */
	struct shelf *shelf = (struct shelf *)(uintptr_t)arg;
	char path[NAME_BYTES];
	const struct file *file;

	snprintf(path, sizeof(path), "%s%s", name, shelf->ending);
	file = find(shelf->templates, path);
	if (file != NULL)
		return file->text;
	if (shelf->missing[0] == '\0')
		memcpy(shelf->missing, path, sizeof(path));
	return NULL;
}

/* *why says what is wrong with the template, or NULL. */
static void
render(const struct templates *t, struct arena *mem, const struct file *file,
    const struct json *context, struct buf *out, const char **why)
{
	struct shelf shelf = {.templates = t, .ending = ending_of(file->name)};
	const struct mustache m = {
	    .escapes = strcmp(shelf.ending, ".html") == 0,
	    .partial = partial,
	    .arg = &shelf};

	if (mustache_render(mem, &m, file->text, context, out, why))
		return;
	if (shelf.missing[0] != '\0')
		*why = arena_printf(mem,
		    "It names a partial that does not exist: %s. Add that "
		    "file or correct the name.",
		    shelf.missing);
	else if (out->full)
		*why = "It comes out too long.";
}

static bool __attribute__((format(printf, 2, 3)))
refuse(struct load *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	l->why = arena_vprintf(l->mem, format, ap);
	va_end(ap);
	return false;
}

static bool
read_text(struct load *l, const char *path, struct buf *text)
{
	char piece[4096];
	FILE *f = fopen(path, "re");
	bool failed;
	size_t n;

	if (f == NULL)
		return refuse(l,
		    "The template %s cannot be read: %m. Give "
		    "the program the right to read it.",
		    path);
	buf_put(text, "", 0);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && !text->full)
		buf_put(text, piece, n);
	failed = ferror(f);
	fclose(f);
	if (failed)
		return refuse(l, "The template %s cannot be read.", path);
	if (text->full)
		return refuse(l,
		    "The template %s is too large: at most %d KiB are "
		    "allowed.",
		    path, TEMPLATE_SIZE >> 10);
	if (!utf8_valid(text->data, text->len) ||
	    memchr(text->data, '\0', text->len) != NULL)
		return refuse(
		    l, "The template %s is not text. Save it as UTF-8.", path);
	return true;
}

/* A subject is one line. */
static bool
chomp(struct load *l, const char *path, struct buf *text)
{
	if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	if (text->len > 0 && text->data[text->len - 1] == '\r')
		text->data[--text->len] = '\0';
	if (text->len == 0 || strpbrk(text->data, "\r\n") != NULL)
		return refuse(l,
		    "The template %s is a subject: it must be one line.", path);
	return true;
}

static bool
read_file(struct load *l, const FTSENT *e)
{
	struct templates *t = l->to;
	const char *name = e->fts_path + strlen(l->dir), *ending;
	struct buf text;
	bool read;

	ending = ending_of(e->fts_name);
	if (ending == NULL)
		return true;
	if (t->n == TEMPLATE_FILES)
		return refuse(l,
		    "The folder %s holds too many templates: at most %d "
		    "are allowed.",
		    l->dir, TEMPLATE_FILES);
	buf_init(&text, TEMPLATE_SIZE);
	read = read_text(l, e->fts_accpath, &text) &&
	       (strcmp(ending, ".subject") != 0 ||
		   chomp(l, e->fts_accpath, &text));
	if (read)
		t->files[t->n++] = (struct file){
		    arena_strdup(t->mem, name + strspn(name, "/")),
		    arena_copy(t->mem, text.data, text.len)};
	buf_free(&text);
	return read;
}

static bool
take(struct load *l, FTS *tree, FTSENT *e)
{
	if (e->fts_level > 0 && e->fts_name[0] == '.') {
		fts_set(tree, e, FTS_SKIP);
		return true;
	}
	switch (e->fts_info) {
	case FTS_D:
		return e->fts_level <= TEMPLATE_LEVELS ||
		       refuse(l, "The folder %s is nested too deeply.",
			   e->fts_path);
	case FTS_F:
		return e->fts_level > 0
			   ? read_file(l, e)
			   : refuse(
				 l, "TEMPLATES_DIR is no folder: %s.", l->dir);
	case FTS_DP:
	case FTS_DEFAULT:
		return true;
	case FTS_DC:
		return refuse(l, "The folder %s holds itself.", e->fts_path);
	case FTS_SLNONE:
		return refuse(l,
		    "The template %s points to a file that does not exist.",
		    e->fts_path);
	default:
		errno = e->fts_errno;
		return refuse(l,
		    "The templates in %s cannot be read: %m. TEMPLATES_DIR "
		    "must be a folder that the program may read.",
		    e->fts_path);
	}
}

static bool
read_folder(struct load *l)
{
	char *roots[] = {arena_strdup(l->mem, l->dir), NULL};
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	bool taken = true;
	FTSENT *e;

	if (tree == NULL)
		return refuse(l, "The folder %s cannot be read: %m.", l->dir);
	errno = 0;
	while (taken && (e = fts_read(tree)) != NULL) {
		taken = take(l, tree, e);
		errno = 0;
	}
	if (taken && errno != 0)
		taken = refuse(l, "The folder %s cannot be read: %m.", l->dir);
	fts_close(tree);
	return taken;
}

/* Each file for itself, partials too. */
static bool
try_all(struct load *l)
{
	struct arena *scratch = arena_new(MEMORY);
	const struct templates *t = l->to;
	const char *why = NULL;
	struct buf out;
	size_t i;

	buf_init(&out, TEMPLATE_OUTPUT);
	for (i = 0; i < t->n && why == NULL; i++) {
		render(t, scratch, &t->files[i], NULL, &out, &why);
		if (why != NULL)
			refuse(l, "The template %s/%s has a mistake. %s",
			    l->dir, t->files[i].name, why);
		buf_reset(&out);
		arena_reset(scratch);
	}
	buf_free(&out);
	arena_free(scratch);
	return l->why == NULL;
}

struct templates *
templates_load(struct arena *mem, const char *dir, const char **why)
{
	struct arena *own = arena_new(MEMORY);
	struct templates *t = NEW(own, struct templates);
	struct load l = {.to = t, .mem = mem, .dir = dir};

	t->mem = own;
	t->files = NEW_N(own, struct file, TEMPLATE_FILES);
	if (read_folder(&l)) {
		qsort(t->files, t->n, sizeof(*t->files), by_name);
		if (try_all(&l))
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

const char *
template_render(const struct templates *t, struct arena *mem, const char *name,
    const struct schema *view, const void *row)
{
	const struct file *file = find(t, name);
	struct json *context;
	struct json_fault fault;
	const char *text, *why;
	struct buf json, out;

	if (file == NULL)
		BUG("there is no template of that name");
	buf_init(&json, ROW_MAX);
	schema_encode(&json, view, row);
	if (json.full ||
	    json_parse(json.data, json.len, JSON_DEPTH, &context, &fault))
		BUG("a template's row is no JSON of a sane size");
	buf_init(&out, TEMPLATE_OUTPUT);
	render(t, mem, file, context, &out, &why);
	if (why != NULL)
		BUG("a template cannot be rendered with its row");
	text = arena_copy(mem, out.data, out.len);
	json_free(context);
	buf_free(&json);
	buf_free(&out);
	return text;
}
