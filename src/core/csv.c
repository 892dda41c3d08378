/* CSV in and out. libcsv reads the cells; lines are cut here, because it
 * knows no line numbers and takes a CR alone for the end of a row. */
#include "core/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"

enum { MARK = 3, PIECE = 16 << 10 };

static const char mark[] = "\xEF\xBB\xBF";
static const char lone_cr[] =
    "a carriage return stands alone: lines end with LF or CRLF";

struct csv_reader {
	struct csv_parser parser;
	enum err (*take)(void *, const struct csv_row *);
	void *context;
	struct csv_cell cell[CSV_CELLS];
	size_t start[CSV_CELLS]; /* in text */
	size_t n;
	struct buf text;        /* of the row's cells, each with its NUL */
	size_t marked;          /* bytes of the mark that were there */
	int64_t line, row_line; /* that is read, where its row begins */
	bool began, ended;      /* the row */
	bool ending;            /* it may end here */
	bool held;              /* a CR, until the next byte tells */
	const char *fault;
	enum err err;
};

/* Blanks belong to the cell; libcsv would cut them off. */
static int
is_no_blank(unsigned char c)
{
	(void)c;
	return 0;
}

struct csv_reader *
csv_reader_new(enum err (*take)(void *, const struct csv_row *), void *context)
{
	struct csv_reader *r = calloc(1, sizeof(*r));

	if (r == NULL || csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI |
						  CSV_EMPTY_IS_NULL) != 0)
		log_fatal("out of memory");
	csv_set_space_func(&r->parser, is_no_blank);
	buf_init(&r->text, CSV_ROW);
	r->take = take;
	r->context = context;
	r->line = 1;
	return r;
}

void
csv_reader_free(struct csv_reader *r)
{
	if (r == NULL)
		return;
	csv_free(&r->parser);
	buf_free(&r->text);
	free(r);
}

static enum err
refuse(struct csv_reader *r, const char *why)
{
	if (r->fault == NULL)
		r->fault = why;
	return r->err = ERR_INVALID;
}

static void
on_cell(void *text, size_t n, void *context)
{
	struct csv_reader *r = context;

	if (r->n == CSV_CELLS) {
		refuse(r, "the row has more than 64 cells");
		return;
	}
	r->start[r->n] = r->text.len;
	r->cell[r->n++] = (struct csv_cell){text, n};
	buf_put(&r->text, text, n);
	buf_putc(&r->text, '\0');
}

static void
on_row(int c, void *context)
{
	struct csv_reader *r = context;

	(void)c;
	r->ended = true;
	if (!r->ending)
		refuse(r, lone_cr);
}

static enum err
check(struct csv_reader *r)
{
	static const char too_long[] = "the row is longer than 65536 bytes: is "
				       "a quote missing?";

	if (r->text.full || r->text.len + r->parser.entry_pos > CSV_ROW)
		return refuse(r, too_long);
	switch (csv_error(&r->parser)) {
	case CSV_SUCCESS:
		return r->err;
	case CSV_EPARSE:
		return refuse(r,
		    r->parser.quoted
			? "something stands between a closing quote and the "
			  "end of its cell"
			: "a quote stands in a cell that does not begin with "
			  "one");
	default:
		log_fatal("out of memory");
	}
}

static enum err
parse(struct csv_reader *r, const char *p, size_t n)
{
	csv_parse(&r->parser, p, n, on_cell, on_row, r);
	return check(r);
}

/* Bytes of one line, not its end: what ends the row here is a CR. */
static enum err
put(struct csv_reader *r, const char *p, size_t n)
{
	enum err err = OK;

	if (n == 0)
		return OK;
	if (!r->began) {
		r->row_line = r->line;
		r->began = true;
		/* It ends no row, so libcsv would pass it over. */
		if (*p == '\r')
			return refuse(r, lone_cr);
	}
	for (size_t some; n > 0 && !err; p += some, n -= some) {
		some = n < PIECE ? n : PIECE;
		err = parse(r, p, some);
	}
	return err;
}

static enum err
hand_over(struct csv_reader *r)
{
	const struct csv_row row = {
	    .line = r->row_line, .cell = r->cell, .n = r->n};

	for (size_t i = 0; i < r->n; i++)
		if (r->cell[i].text != NULL)
			r->cell[i].text = r->text.data + r->start[i];
	r->err = r->take(r->context, &row);
	r->n = 0;
	r->began = r->ended = false;
	buf_reset(&r->text);
	return r->err;
}

static enum err
end_line(struct csv_reader *r, const char *end)
{
	enum err err = OK;

	r->ending = true;
	if (r->began)
		err = parse(r, end, strlen(end));
	r->ending = false;
	if (!err && r->ended)
		err = hand_over(r);
	r->line++;
	return err;
}

/* The mark, or as much of it as there is, which is no mark then. */
static enum err
skip_mark(struct csv_reader *r, const char **p, size_t *n)
{
	size_t half;

	while (r->marked<MARK && * n> 0) {
		if (**p != mark[r->marked]) {
			half = r->marked;
			r->marked = MARK;
			return put(r, mark, half);
		}
		r->marked++;
		++*p;
		--*n;
	}
	return OK;
}

/* One line, or what there is of it; *p and *n go on behind it. */
static enum err
feed_line(struct csv_reader *r, const char **p, size_t *n)
{
	const char *start = *p, *lf = memchr(start, '\n', *n);
	size_t length = lf != NULL ? (size_t)(lf - start) : *n;
	enum err err = OK;
	bool cr;

	*p += length + (lf != NULL);
	*n -= length + (lf != NULL);
	if (r->held && length > 0)
		err = put(r, "\r", 1);
	cr = length > 0 ? start[length - 1] == '\r' : r->held;
	r->held = cr && lf == NULL;
	if (!err)
		err = put(r, start, length - (length > 0 && cr));
	if (!err && lf != NULL)
		err = end_line(r, cr ? "\r\n" : "\n");
	return err;
}

enum err
csv_reader_feed(struct csv_reader *r, const char *p, size_t n)
{
	enum err err = r->err;

	if (!err)
		err = skip_mark(r, &p, &n);
	while (!err && n > 0)
		err = feed_line(r, &p, &n);
	return err;
}

enum err
csv_reader_end(struct csv_reader *r)
{
	enum err err = r->err;

	if (!err && r->marked < MARK)
		err = put(r, mark, r->marked);
	if (!err && r->held)
		err = put(r, "\r", 1);
	if (err || !r->began)
		return err;
	r->ending = true;
	if (csv_fini(&r->parser, on_cell, on_row, r) != 0)
		return refuse(r, "a quote is not closed");
	err = check(r);
	return err ? err : hand_over(r);
}

const char *
csv_reader_fault(const struct csv_reader *r, int64_t *line)
{
	*line = r->row_line;
	return r->fault;
}

static bool
needs_quotes(const char *text, size_t n)
{
	if (n == 0 || text[0] == ' ' || text[n - 1] == ' ' ||
	    (n >= MARK && memcmp(text, mark, MARK) == 0))
		return true;
	for (size_t i = 0; i < n; i++)
		if (memchr(",\"\r\n", text[i], 4) != NULL)
			return true;
	return false;
}

void
csv_put(struct buf *out, const char *text, size_t n)
{
	if (text == NULL)
		return;
	if (!needs_quotes(text, n)) {
		buf_put(out, text, n);
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, text[i]);
	}
	buf_putc(out, '"');
}
