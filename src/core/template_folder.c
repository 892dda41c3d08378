/*
 * The folder of templates, read whole: what is a template, and whether it is
 * text at all.
 */
#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/template_part.h"
#include "core/utf8.h"

static const char *const endings[] = {".html", ".txt", ".subject"};

/* NULL: not a template's name. */
const char *
template_ending(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof(endings) / sizeof(*endings); i++)
		if (strcmp(dot, endings[i]) == 0)
			return endings[i];
	return NULL;
}

bool
template_refuse(struct template_load *l, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	l->why = arena_vprintf(l->mem, format, ap);
	va_end(ap);
	return false;
}

static bool
read_text(struct template_load *l, const char *path, struct buf *text)
{
	char piece[4096];
	FILE *f = fopen(path, "re");
	bool failed;
	size_t n;

	if (f == NULL)
		return template_refuse(l,
		    "The template %s cannot be read: %m. Give "
		    "the program the right to read it.",
		    path);
	buf_put(text, "", 0);
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0 && !text->full)
		buf_put(text, piece, n);
	failed = ferror(f);
	fclose(f);
	if (failed)
		return template_refuse(
		    l, "The template %s cannot be read.", path);
	if (text->full)
		return template_refuse(l,
		    "The template %s is too large: at most %d KiB are "
		    "allowed.",
		    path, TEMPLATE_SIZE >> 10);
	if (!utf8_valid(text->data, text->len) ||
	    memchr(text->data, '\0', text->len) != NULL)
		return template_refuse(
		    l, "The template %s is not text. Save it as UTF-8.", path);
	return true;
}

/* A subject is one line. */
static bool
chomp(struct template_load *l, const char *path, struct buf *text)
{
	if (text->len > 0 && text->data[text->len - 1] == '\n')
		text->data[--text->len] = '\0';
	if (text->len > 0 && text->data[text->len - 1] == '\r')
		text->data[--text->len] = '\0';
	if (text->len == 0 || strpbrk(text->data, "\r\n") != NULL)
		return template_refuse(l,
		    "The template %s is a subject: it must be one line.", path);
	return true;
}

static bool
read_file(struct template_load *l, const FTSENT *e)
{
	struct templates *t = l->to;
	const char *name = e->fts_path + strlen(l->dir), *ending;
	struct buf text;
	bool read;

	ending = template_ending(e->fts_name);
	if (ending == NULL)
		return true;
	if (t->n == TEMPLATE_FILES)
		return template_refuse(l,
		    "The folder %s holds too many templates: at most %d "
		    "are allowed.",
		    l->dir, TEMPLATE_FILES);
	buf_init(&text, TEMPLATE_SIZE);
	read = read_text(l, e->fts_accpath, &text) &&
	       (strcmp(ending, ".subject") != 0 ||
		   chomp(l, e->fts_accpath, &text));
	if (read)
		t->files[t->n++] = (struct template_file){
		    arena_strdup(t->mem, name + strspn(name, "/")),
		    arena_copy(t->mem, text.data, text.len)};
	buf_free(&text);
	return read;
}

static bool
take(struct template_load *l, FTS *tree, FTSENT *e)
{
	if (e->fts_level > 0 && e->fts_name[0] == '.') {
		fts_set(tree, e, FTS_SKIP);
		return true;
	}
	switch (e->fts_info) {
	case FTS_D:
		return e->fts_level <= TEMPLATE_LEVELS ||
		       template_refuse(l, "The folder %s is nested too deeply.",
			   e->fts_path);
	case FTS_F:
		return e->fts_level > 0
			   ? read_file(l, e)
			   : template_refuse(
				 l, "TEMPLATES_DIR is no folder: %s.", l->dir);
	case FTS_DP:
	case FTS_DEFAULT:
		return true;
	case FTS_DC:
		return template_refuse(
		    l, "The folder %s holds itself.", e->fts_path);
	case FTS_SLNONE:
		return template_refuse(l,
		    "The template %s points to a file that does not exist.",
		    e->fts_path);
	default:
		errno = e->fts_errno;
		return template_refuse(l,
		    "The templates in %s cannot be read: %m. TEMPLATES_DIR "
		    "must be a folder that the program may read.",
		    e->fts_path);
	}
}

bool
template_folder_read(struct template_load *l)
{
	char *roots[] = {arena_strdup(l->mem, l->dir), NULL};
	FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	bool taken = true;
	FTSENT *e;

	if (tree == NULL)
		return template_refuse(
		    l, "The folder %s cannot be read: %m.", l->dir);
	errno = 0;
	while (taken && (e = fts_read(tree)) != NULL) {
		taken = take(l, tree, e);
		errno = 0;
	}
	if (taken && errno != 0)
		taken = template_refuse(
		    l, "The folder %s cannot be read: %m.", l->dir);
	fts_close(tree);
	return taken;
}
