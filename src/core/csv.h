/*
 * CSV as RFC 4180 has it, with LF or CRLF at the end of a line and a byte
 * order mark allowed at the beginning of a file; blanks belong to the cells.
 * Blank lines are no rows. What is no CSV ends the reading: nobody knows where
 * the next row would begin.
 */
#ifndef CORE_CSV_H
#define CORE_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

/* Bytes and cells of a row. */
enum { CSV_ROW = 64 << 10, CSV_CELLS = 64 };

/*
 * The bytes that stood there, and a NUL behind them. NULL is an empty cell
 * without quotes: nothing was given. With quotes it is an empty text.
 */
struct csv_cell {
	const char *text;
	size_t n;
};

struct csv_row {
	int64_t line; /* of the file, from 1, where the row begins */
	const struct csv_cell *cell;
	size_t n;
};

struct csv_reader;

/* take() gets each row, which lives until it returns; not OK ends it all. */
struct csv_reader *csv_reader_new(
    enum err (*take)(void *context, const struct csv_row *), void *context);
/* NULL is fine. */
void csv_reader_free(struct csv_reader *);
/*
 * The next bytes of the file, cut anywhere, and its end. What take() returned,
 * or ERR_INVALID: csv_reader_fault() says why.
 */
enum err
csv_reader_feed(struct csv_reader *, const char *, size_t n) MUST_CHECK;
enum err csv_reader_end(struct csv_reader *) MUST_CHECK;
/*
 * What is wrong with the row that begins at *line, or NULL: it was take() that
 * ended the reading, or nothing did.
 */
const char *csv_reader_fault(const struct csv_reader *, int64_t *line);

/* A cell; NULL is nothing, which the reader gives back as NULL. */
void csv_put(struct buf *, const char *text, size_t n);

#endif
