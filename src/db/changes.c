/*
 * Reading the migrations folder. A file that does not keep the form is
 * refused before anything runs.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/crypto.h"
#include "db/migrate.h"

enum { FILE_MAX = 1 << 20, DIGITS = 4, NAME_MAX_BYTES = 120 };

static bool
read_file(const char *path, struct buf *out)
{
	char piece[4096];
	FILE *f = fopen(path, "re");
	size_t n;
	bool ok;

	if (f == NULL)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(out, piece, n);
	ok = !ferror(f) && !out->full;
	fclose(f);
	return ok;
}

/* Past a comment or a quoted text at p; p itself when there is none. */
static const char *
skip_quoted(const char *p)
{
	char quote = *p;

	if (quote == '#' ||
	    (strncmp(p, "--", 2) == 0 && strchr(" \t\r\n", p[2]) != NULL))
		return p + strcspn(p, "\n");
	if (strncmp(p, "/*", 2) == 0) {
		p = strstr(p + 2, "*/");
		return p != NULL ? p + 2 : "";
	}
	if (quote != '\'' && quote != '"' && quote != '`')
		return p;
	for (p++; *p != '\0' && *p != quote; p++)
		if (*p == '\\' && quote != '`' && p[1] != '\0')
			p++;
	/* A doubled quote ends one text and begins the next. */
	return *p != '\0' ? p + 1 : p;
}

/*
 * The length of the only statement in a text, without its `;`, after which
 * nothing but space and comments may come. 0: there is none, or another one.
 */
static size_t
statement_length(const char *text)
{
	const char *p, *next, *end = NULL;
	bool any = false;

	for (p = text; *p != '\0'; p = next) {
		next = skip_quoted(p);
		if (next != p && strchr("-#/", *p) != NULL)
			continue;
		if (next == p)
			next = p + 1;
		if (strchr(" \t\r\n", *p) != NULL)
			continue;
		if (end != NULL || (*p == ';' && !any))
			return 0;
		if (*p == ';')
			end = p;
		any = true;
	}
	return !any ? 0 : end != NULL ? (size_t)(end - text) : strlen(text);
}

/* NULL unless it is one statement: the server would refuse two. */
static const char *
section(struct arena *mem, const char *begin, size_t n)
{
	const char *text = arena_copy(mem, begin, n);
	size_t len;

	text += strspn(text, " \t\r\n");
	len = statement_length(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		len--;
	return len > 0 ? arena_copy(mem, text, len) : NULL;
}

/* "-- up", a statement, "-- down", a statement. */
static bool
split(struct arena *mem, const struct buf *file, struct change *c)
{
	static const char up[] = "-- up\n", down[] = "\n-- down\n";
	const char *second;

	if (file->data == NULL || strlen(file->data) != file->len ||
	    strncmp(file->data, up, sizeof(up) - 1) != 0)
		return false;
	second = strstr(file->data, down);
	if (second == NULL)
		return false;
	c->up = section(mem, file->data + sizeof(up) - 1,
	    (size_t)(second - file->data) - (sizeof(up) - 1));
	second += sizeof(down) - 1;
	c->down = section(mem, second, strlen(second));
	return c->up != NULL && c->down != NULL;
}

static bool
read_change(
    struct arena *mem, const char *dir, const char *file, struct change *c)
{
	const char *path = arena_printf(mem, "%s/%s", dir, file);
	uint8_t digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	struct buf text;
	bool ok;

	buf_init(&text, FILE_MAX);
	ok = read_file(path, &text) && split(mem, &text, c);
	if (ok) {
		c->version = strtol(file, NULL, 10);
		c->name = arena_copy(mem, file + DIGITS + 1,
		    strlen(file) - DIGITS - 1 - strlen(".sql"));
		crypto_sha256(text.data, text.len, digest);
		crypto_hex(digest, sizeof(digest), hex);
		c->checksum = arena_strdup(mem, hex);
	}
	buf_free(&text);
	return ok;
}

static int
is_sql(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && strcmp(entry->d_name + n - 4, ".sql") == 0;
}

static bool
is_named_well(const char *file)
{
	return strspn(file, "0123456789") == DIGITS && file[DIGITS] == '_' &&
	       strlen(file) <= NAME_MAX_BYTES &&
	       strspn(file + DIGITS + 1,
		   "abcdefghijklmnopqrstuvwxyz0123456789_") ==
		   strlen(file) - DIGITS - 1 - strlen(".sql");
}

static enum err
load_all(struct arena *mem, const char *dir, struct dirent **entry, int n,
    struct changes *out, const char **why)
{
	int i;

	out->row = NEW_N(mem, struct change, (size_t)n);
	for (i = 0; i < n; i++) {
		const char *file = entry[i]->d_name;

		if (!is_named_well(file) ||
		    !read_change(mem, dir, file, &out->row[i])) {
			*why = arena_printf(mem,
			    "%s/%s is not a migration: name it NNNN_words.sql"
			    " and write `-- up`, one statement, `-- down`,"
			    " one statement",
			    dir, file);
			return ERR_INVALID;
		}
		if (i > 0 && out->row[i].version == out->row[i - 1].version) {
			*why = arena_printf(mem,
			    "%s/%s has the number of another migration", dir,
			    file);
			return ERR_INVALID;
		}
		out->n++;
	}
	return OK;
}

enum err
changes_load(
    struct arena *mem, const char *dir, struct changes *out, const char **why)
{
	struct dirent **entry;
	int i, n = scandir(dir, &entry, is_sql, alphasort);
	enum err err;

	*out = (struct changes){NULL, 0};
	if (n < 0) {
		*why = arena_printf(mem,
		    "the migrations folder %s cannot be read: set"
		    " MIGRATIONS_DIR to where it is",
		    dir);
		return ERR_INVALID;
	}
	err = load_all(mem, dir, entry, n, out, why);
	for (i = 0; i < n; i++)
		free(entry[i]);
	free(entry);
	return err;
}
