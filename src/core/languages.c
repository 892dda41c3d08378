/*
 * A folder of languages: English first, since the others are held against it;
 * and each text by its name.
 */
#include "core/languages.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/languages_part.h"

#define ENDING ".json"

enum { SHORTEST = 2, LONGEST = 3 }; /* letters of a primary subtag */

struct folder {
	struct languages *to;
	struct arena *own, *mem;
	const char *dir, *why;
};

const struct language *
language_find(const struct languages *l, const char *name, size_t n)
{
	for (size_t i = 0; i < l->n; i++)
		if (strlen(l->item[i].name) == n &&
		    memcmp(l->item[i].name, name, n) == 0)
			return &l->item[i];
	return NULL;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct language_text *)a)->name,
	    ((const struct language_text *)b)->name);
}

const char *
language_text(const struct language *l, const char *name)
{
	const struct language_text key = {.name = name};
	const struct language_text *found =
	    bsearch(&key, l->texts, l->n, sizeof(key), by_name);

	return found != NULL ? found->text : NULL;
}

size_t
languages_count(const struct languages *l)
{
	return l->n;
}

const char *
languages_name(const struct languages *l, size_t n)
{
	return l->item[n].name;
}

static const struct language *
language_of(const struct languages *l, const char *name)
{
	const struct language *found = NULL;

	if (name != NULL)
		found = language_find(l, name, strlen(name));
	return found != NULL ? found : l->first;
}

const char *
languages_text(
    const struct languages *l, const char *language, const char *name)
{
	const struct language *own = language_of(l, language);
	const char *text = NULL;

	if (own != NULL)
		text = language_text(own, name);
	if (text == NULL && own != l->first)
		text = language_text(l->first, name);
	return text;
}

const char *
languages_known(const struct languages *l, const char *language)
{
	const struct language *own = language_of(l, language);

	return own != NULL ? own->name : LANGUAGE_FIRST;
}

static bool __attribute__((format(printf, 2, 3)))
refuse(struct folder *f, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	f->why = arena_vprintf(f->mem, format, ap);
	va_end(ap);
	return false;
}

static bool
is_subtag(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] < 'a' || name[i] > 'z')
			return false;
	return n >= SHORTEST && n <= LONGEST;
}

/* Of "ru.json" the letters before the dot; 0: it is no file of texts. */
static size_t
stem(const char *file)
{
	size_t n = strlen(file), ending = strlen(ENDING);

	if (file[0] == '.' || n <= ending ||
	    strcmp(file + n - ending, ENDING) != 0)
		return 0;
	return n - ending;
}

static bool
read_language(struct folder *f, const char *name)
{
	struct languages *l = f->to;
	const char *path = arena_printf(f->mem, "%s/%s" ENDING, f->dir, name);

	if (l->n == LANGUAGES)
		return refuse(f,
		    "The folder %s holds too many languages: at most %d are "
		    "allowed.",
		    f->dir, LANGUAGES);
	l->item[l->n].name = name;
	if (!language_read(
		&l->item[l->n], l->first, f->own, f->mem, path, &f->why))
		return false;
	qsort(l->item[l->n].texts, l->item[l->n].n,
	    sizeof(*l->item[l->n].texts), by_name);
	l->n++;
	return true;
}

static bool
take(struct folder *f, const char *file)
{
	size_t n = stem(file);

	if (n == 0)
		return true;
	if (!is_subtag(file, n))
		return refuse(f,
		    "The file %s/%s is named by no language: two or three "
		    "small letters are wanted, as in ru.json.",
		    f->dir, file);
	/* It was read before all others. */
	if (n == strlen(LANGUAGE_FIRST) && memcmp(file, LANGUAGE_FIRST, n) == 0)
		return true;
	return read_language(f, arena_copy(f->own, file, n));
}

/* In the order of the alphabet, so that a mistake is always the same. */
static bool
take_all(struct folder *f)
{
	struct dirent **entries;
	int n = scandir(f->dir, &entries, NULL, alphasort);
	bool taken = true;

	if (n < 0)
		return refuse(f, "The folder %s cannot be read: %m.", f->dir);
	for (int i = 0; i < n; i++) {
		taken = taken && take(f, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return taken;
}

static bool
exists(const char *dir)
{
	DIR *folder = opendir(dir);

	if (folder == NULL)
		return errno != ENOENT;
	closedir(folder);
	return true;
}

struct languages *
languages_load(
    struct arena *own, struct arena *mem, const char *dir, const char **why)
{
	struct languages *l = NEW(own, struct languages);
	struct folder f = {.to = l, .own = own, .mem = mem, .dir = dir};

	l->item = NEW_N(own, struct language, LANGUAGES);
	if (!exists(dir))
		return l;
	if (read_language(&f, LANGUAGE_FIRST)) {
		l->first = &l->item[0];
		if (take_all(&f))
			return l;
	}
	*why = f.why;
	return NULL;
}
