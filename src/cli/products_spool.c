/*
 * Rows that are right, on their way from the file to the database. A million
 * of them need no memory, and the transaction does not wait for a slow pipe.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/products.h"
#include "core/log.h"

struct products_spool {
	FILE *file;
};

struct products_spool *
products_spool_new(struct arena *mem, const char **folder)
{
	struct products_spool *s = NEW(mem, struct products_spool);
	const char *tmp = getenv("TMPDIR");
	char *path;
	int fd;

	*folder = tmp != NULL && *tmp != '\0' ? tmp : "/tmp";
	path = arena_printf(mem, "%s/atrium.XXXXXX", *folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return NULL;
	unlink(path);
	s->file = fdopen(fd, "w+");
	if (s->file == NULL)
		log_fatal("out of memory");
	return s;
}

void
products_spool_free(struct products_spool *s)
{
	if (s != NULL)
		fclose(s->file);
}

static bool
put(FILE *file, const void *bytes, size_t n)
{
	return fwrite(bytes, 1, n, file) == n;
}

/* Of a text in the struct only whether it is NULL counts; it follows. */
bool
products_spool_put(struct products_spool *s, const struct product_wish *w)
{
	bool ok = put(s->file, w, sizeof(*w));

	for (size_t i = 0; i < product_file.nfields && ok; i++) {
		const struct field *f = &product_file.fields[i];
		const char *text;
		uint32_t n;

		if (f->type != FIELD_TEXT)
			continue;
		text = FIELD_OF(char *, &w->product, f);
		if (text == NULL)
			continue;
		n = (uint32_t)strlen(text);
		ok = put(s->file, &n, sizeof(n)) && put(s->file, text, n);
	}
	return ok;
}

bool
products_spool_rewind(struct products_spool *s)
{
	return fflush(s->file) == 0 && fseeko(s->file, 0, SEEK_SET) == 0;
}

static bool
get(FILE *file, void *bytes, size_t n)
{
	return fread(bytes, 1, n, file) == n;
}

bool
products_spool_get(
    struct products_spool *s, struct arena *mem, struct product_wish *w)
{
	bool ok;

	errno = 0;
	ok = get(s->file, w, sizeof(*w));
	for (size_t i = 0; i < product_file.nfields && ok; i++) {
		const struct field *f = &product_file.fields[i];
		const char **at;
		uint32_t n;
		char *text;

		if (f->type != FIELD_TEXT)
			continue;
		at = FIELD_AT(const char *, &w->product, f);
		if (*at == NULL)
			continue;
		ok = get(s->file, &n, sizeof(n));
		if (!ok)
			break;
		text = arena_alloc(mem, 1, n + 1);
		ok = get(s->file, text, n);
		*at = text;
	}
	return ok;
}
