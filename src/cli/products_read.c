/*
 * A file of products into rows, a block at a time: as CSV, or as lines of
 * which each is a JSON object.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/products.h"

/* A text in JSON takes up to 12 bytes for a character. */
enum { BLOCK = 64 << 10, LINE_MAX_BYTES = 128 << 10 };

struct reading {
	enum err (*take)(void *, const struct products_raw *);
	void *context;
	/* JSON lines: what there is of a line. */
	struct buf text;
	int64_t line;
};

bool
products_source_open(struct products_source *s, const char *name)
{
	struct stat st;

	*s = (struct products_source){.name = name, .fd = STDIN_FILENO};
	if (strcmp(name, "-") != 0)
		s->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0 || fstat(s->fd, &st) != 0)
		return false;
	if (S_ISREG(st.st_mode))
		s->size = st.st_size;
	return true;
}

void
products_source_close(struct products_source *s)
{
	if (s->fd > STDIN_FILENO)
		close(s->fd);
}

/* The next bytes, none at the end; false with errno. */
static bool
next_block(struct products_source *s, char *block, size_t *n)
{
	ssize_t got;

	do
		got = read(s->fd, block, BLOCK);
	while (got < 0 && errno == EINTR);
	*n = got > 0 ? (size_t)got : 0;
	s->at += (int64_t)*n;
	return got >= 0;
}

static enum err
take_csv(void *context, const struct csv_row *row)
{
	const struct reading *r = context;

	return r->take(
	    r->context, &(struct products_raw){.line = row->line, .csv = row});
}

static enum err
read_csv(struct products_source *s, struct reading *r)
{
	struct csv_reader *csv = csv_reader_new(take_csv, r);
	struct products_raw last = {0};
	enum err err = OK;
	char block[BLOCK];
	size_t n = 1;

	while (n > 0 && !err) {
		if (!next_block(s, block, &n))
			err = ERR_INTERNAL;
		else if (n > 0)
			err = csv_reader_feed(csv, block, n);
		else
			err = csv_reader_end(csv);
	}
	last.fault = csv_reader_fault(csv, &last.line);
	if (last.fault != NULL && r->take(r->context, &last) == OK)
		err = ERR_INVALID;
	csv_reader_free(csv);
	return err;
}

static bool
is_blank(const char *text, size_t n)
{
	while (n > 0 && memchr(" \t\r", text[n - 1], 3) != NULL)
		n--;
	return n == 0;
}

static enum err
end_line(struct reading *r)
{
	struct products_raw raw = {
	    .line = r->line++, .json = r->text.data, .n = r->text.len};
	enum err err = OK;

	if (r->text.full)
		raw.fault = "the line is longer than 131072 bytes";
	if (r->text.full || !is_blank(raw.json, raw.n))
		err = r->take(r->context, &raw);
	buf_reset(&r->text);
	return err;
}

static enum err
read_lines(struct products_source *s, struct reading *r)
{
	char block[BLOCK];
	enum err err = OK;
	size_t n;

	r->line = 1;
	buf_init(&r->text, LINE_MAX_BYTES);
	while (!err && next_block(s, block, &n)) {
		const char *p = block, *end = block + n, *lf;

		if (n == 0)
			return r->text.len > 0 ? end_line(r) : OK;
		while (!err && (lf = memchr(p, '\n', (size_t)(end - p)))) {
			buf_put(&r->text, p, (size_t)(lf - p));
			p = lf + 1;
			err = end_line(r);
		}
		buf_put(&r->text, p, (size_t)(end - p));
	}
	return err ? err : ERR_INTERNAL;
}

enum err
products_read(struct products_source *s, enum products_format format,
    enum err (*take)(void *, const struct products_raw *), void *context)
{
	struct reading r = {.take = take, .context = context};
	int cause;
	enum err err;

	if (format == FORMAT_CSV)
		return read_csv(s, &r);
	err = read_lines(s, &r);
	cause = errno;
	buf_free(&r.text);
	errno = cause;
	return err;
}
