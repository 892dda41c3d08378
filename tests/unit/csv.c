/*
 * CSV: every byte of a cell comes back, rows know their line however the file
 * is cut, and what is no CSV is refused with the line where its row begins.
 */
#include "core/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

enum { SAID = 1 << 20, ROUNDS = 20000 };

/* Rows as text: line:[a][b]... with ~ for a cell of nothing. */
static enum err
say(void *context, const struct csv_row *row)
{
	struct buf *said = context;

	buf_printf(said, "%" PRId64 ":", row->line);
	for (size_t i = 0; i < row->n; i++) {
		if (row->cell[i].text == NULL) {
			buf_puts(said, "~");
			continue;
		}
		buf_putc(said, '[');
		buf_put(said, row->cell[i].text, row->cell[i].n);
		buf_putc(said, ']');
		if (row->cell[i].text[row->cell[i].n] != '\0')
			CU_FAIL_FATAL("a cell without its NUL");
	}
	buf_putc(said, ' ');
	return OK;
}

/* All of it, in pieces of `step` bytes; what is wrong follows a `!`. */
static void
read_all(struct buf *said, const char *text, size_t n, size_t step)
{
	struct csv_reader *r = csv_reader_new(say, said);
	enum err err = OK;
	const char *why;
	int64_t line;

	for (size_t at = 0, some; at < n && !err; at += some) {
		/* The heap tells when a byte too many is read. */
		some = n - at < step ? n - at : step;
		char *piece = malloc(some);

		memcpy(piece, text + at, some);
		err = csv_reader_feed(r, piece, some);
		free(piece);
	}
	if (!err)
		err = csv_reader_end(r);
	why = csv_reader_fault(r, &line);
	if (err)
		buf_printf(said, "!%" PRId64 " %s", line, why);
	else if (why != NULL)
		CU_FAIL_FATAL("a fault without an error");
	csv_reader_free(r);
}

static void
reads(const char *text, size_t n, const char *wanted)
{
	struct buf said;

	buf_init(&said, SAID);
	for (size_t step = n + 1; step > 0; step--) {
		buf_reset(&said);
		buf_put(&said, "", 0);
		read_all(&said, text, n, step);
		CU_ASSERT_STRING_EQUAL(said.data, wanted);
		if (strcmp(said.data, wanted) != 0)
			break;
	}
	buf_free(&said);
}

#define READS(text, wanted) reads(text, sizeof(text) - 1, wanted)

static void
test_rows(void)
{
	READS("", "");
	READS("a", "1:[a] ");
	READS("a,b\n", "1:[a][b] ");
	READS("a,b\r\nc,d\r\n", "1:[a][b] 2:[c][d] ");
	READS("a,b\nc,d", "1:[a][b] 2:[c][d] ");
	READS("a,b\r\nc,d\ne,f\r\n", "1:[a][b] 2:[c][d] 3:[e][f] ");
	READS("a,,c\n", "1:[a]~[c] ");
	READS(",", "1:~~ ");
	READS(",\n,", "1:~~ 2:~~ ");
	READS("a,\"\",c\n", "1:[a][][c] ");
	READS("\"\"", "1:[] ");
	READS("a,\n", "1:[a]~ ");
}

static void
test_quotes(void)
{
	READS("\"a,b\",c\n", "1:[a,b][c] ");
	READS("\"a\"\"b\"\n", "1:[a\"b] ");
	READS("\"\"\"\"\n", "1:[\"] ");
	READS("\"\"\"a\"\"\",\"\"\"\"\"\"", "1:[\"a\"][\"\"] ");
	READS("\"a\nb\",c\nd,e\n", "1:[a\nb][c] 3:[d][e] ");
	READS("\"a\r\nb\"\r\nd\r\n", "1:[a\r\nb] 3:[d] ");
	READS("\"a\rb\"\nd\n", "1:[a\rb] 2:[d] ");
	READS("\"a\r\"\r\nd\n", "1:[a\r] 2:[d] ");
	READS("\"\r\n\n\r\"\nd\n", "1:[\r\n\n\r] 4:[d] ");
	READS("x,\"\n\n\n\",\"\n\"\ny\n", "1:[x][\n\n\n][\n] 6:[y] ");
}

static void
test_blanks(void)
{
	READS(" a , b\t\n", "1:[ a ][ b\t] ");
	READS("  \n", "1:[  ] ");
	READS("\" a \",\t\n", "1:[ a ][\t] ");
	READS("\n\na\n\n\nb\n\n", "3:[a] 6:[b] ");
	READS("\r\na\r\n\r\nb\r\n", "2:[a] 4:[b] ");
}

static void
test_mark(void)
{
	READS("\xEF\xBB\xBF", "");
	READS("\xEF\xBB\xBF\na\n", "2:[a] ");
	READS("\xEF\xBB\xBF"
	      "a,b\n",
	    "1:[a][b] ");
	READS("\xEF\xBB\xBF\"a,\"\n", "1:[a,] ");
	/* Half of one is no mark, and a second one is data. */
	READS("\xEF\xBB"
	      "a\n",
	    "1:[\xEF\xBB"
	    "a] ");
	READS("\xEF", "1:[\xEF] ");
	READS("\xEF\xBB\n", "1:[\xEF\xBB] ");
	READS("\xEF\xBB\xBF\xEF\xBB\xBF\n", "1:[\xEF\xBB\xBF] ");
	READS("a\n\xEF\xBB\xBF\n", "1:[a] 2:[\xEF\xBB\xBF] ");
}

#define LONE "a carriage return stands alone: lines end with LF or CRLF"
#define IN   "a quote stands in a cell that does not begin with one"
#define BEHIND \
	"something stands between a closing quote and the end of its cell"
#define OPEN "a quote is not closed"

static void
test_refusals(void)
{
	READS("a\rb\n", "!1 " LONE);
	READS("a\n\rb\n", "1:[a] !2 " LONE);
	READS("a\r", "!1 " LONE);
	READS("\r", "!1 " LONE);
	READS("a\r\r\n", "!1 " LONE);
	READS("\"a\"\rb\n", "!1 " LONE);
	READS("x\na\"b\n", "1:[x] !2 " IN);
	READS("a,b\"\n", "!1 " IN);
	READS(" \"a\"\n", "!1 " IN);
	READS("\"a\"b\n", "!1 " BEHIND);
	READS("\"a\" \n", "!1 " BEHIND);
	READS("\"a\" ,b\n", "!1 " BEHIND);
	READS("x\n\"a", "1:[x] !2 " OPEN);
	READS("x\n\"a\nb\nc\n\n", "1:[x] !2 " OPEN);
	READS("\"", "!1 " OPEN);
	READS("\"a\r", "!1 " OPEN);
	READS("\"a\"\"", "!1 " OPEN);
}

/* `n` bytes between two texts. */
static void
read_long(struct buf *said, const char *before, size_t n, const char *after)
{
	struct buf text;

	buf_init(&text, SAID);
	buf_puts(&text, before);
	for (size_t i = 0; i < n; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, after);
	buf_reset(said);
	read_all(said, text.data, text.len, 4096);
	buf_free(&text);
}

static void
test_bounds(void)
{
	static const char too_long[] =
	    "1:[a] !2 the row is longer than 65536 bytes: is a quote missing?";
	struct buf said;

	buf_init(&said, SAID);
	read_long(&said, "a\n", CSV_ROW - 1, "\nb\n");
	CU_ASSERT_EQUAL(said.len, strlen("1:[a] 2:[] 3:[b] ") + CSV_ROW - 1);
	CU_ASSERT_STRING_EQUAL(said.data + said.len - 9, "x] 3:[b] ");
	read_long(&said, "a\n", CSV_ROW, "\nb\n");
	CU_ASSERT_STRING_EQUAL(said.data, too_long);
	read_long(&said, "a\n\"\n\n", 10 * CSV_ROW, "\nb\n");
	CU_ASSERT_STRING_EQUAL(said.data, too_long);
	read_long(&said, "a\n1,2,", CSV_ROW, ",3\nb\n");
	CU_ASSERT_STRING_EQUAL(said.data, too_long);
	buf_free(&said);
}

static void
test_cells(void)
{
	char text[2 * CSV_CELLS + 1];
	struct buf said;

	buf_init(&said, SAID);
	memset(text, ',', sizeof(text));
	read_all(&said, text, CSV_CELLS - 1, 7);
	CU_ASSERT_EQUAL(said.len, 2 + CSV_CELLS + 1);
	buf_reset(&said);
	read_all(&said, text, CSV_CELLS, 7);
	CU_ASSERT_STRING_EQUAL(said.data, "!1 the row has more than 64 cells");
	buf_free(&said);
}

static enum err
stop(void *context, const struct csv_row *row)
{
	int64_t *last = context;

	*last = row->line;
	return row->line == 2 ? ERR_BUSY : OK;
}

static void
test_stop(void)
{
	int64_t last = 0, line;
	struct csv_reader *r = csv_reader_new(stop, &last);

	CU_ASSERT_EQUAL(csv_reader_feed(r, "a\nb\nc\n", 6), ERR_BUSY);
	CU_ASSERT_EQUAL(last, 2);
	CU_ASSERT_EQUAL(csv_reader_feed(r, "d\n", 2), ERR_BUSY);
	CU_ASSERT_EQUAL(csv_reader_end(r), ERR_BUSY);
	CU_ASSERT_EQUAL(last, 2);
	CU_ASSERT_PTR_NULL(csv_reader_fault(r, &line));
	csv_reader_free(r);
	csv_reader_free(NULL);
}

static void
puts_as(const char *text, size_t n, const char *wanted)
{
	struct buf b;

	buf_init(&b, SAID);
	buf_puts(&b, "");
	csv_put(&b, text, n);
	CU_ASSERT_STRING_EQUAL(b.data, wanted);
	buf_free(&b);
}

static void
test_put(void)
{
	puts_as(NULL, 0, "");
	puts_as("", 0, "\"\"");
	puts_as("a b", 3, "a b");
	puts_as("=1+1", 4, "=1+1");
	puts_as("a,b", 3, "\"a,b\"");
	puts_as("\"", 1, "\"\"\"\"");
	puts_as("a\nb", 3, "\"a\nb\"");
	puts_as("a\r", 2, "\"a\r\"");
	puts_as(" a", 2, "\" a\"");
	puts_as("a ", 2, "\"a \"");
	puts_as("\xEF\xBB\xBFz", 4, "\"\xEF\xBB\xBFz\"");
}

/* The same numbers each time. */
static unsigned
chance(uint64_t *state, unsigned n)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(*state >> 33) % n;
}

/* A file and what say() makes of it. */
struct file {
	struct buf text, wanted;
	int64_t line;
};

static void
add_cell(struct file *f, uint64_t *state)
{
	static const char bytes[] = "a,\"\r\n \t=\0\xEF\xBB\xBF\xFF";
	char cell[12];
	unsigned n = chance(state, sizeof(cell));

	if (n == 0 && chance(state, 2) == 0) {
		buf_puts(&f->wanted, "~");
		return;
	}
	for (unsigned i = 0; i < n; i++) {
		cell[i] = bytes[chance(state, sizeof(bytes) - 1)];
		f->line += cell[i] == '\n';
	}
	csv_put(&f->text, cell, n);
	buf_putc(&f->wanted, '[');
	buf_put(&f->wanted, cell, n);
	buf_putc(&f->wanted, ']');
}

static void
add_row(struct file *f, uint64_t *state)
{
	unsigned n = chance(state, 4) + 2;

	buf_printf(&f->wanted, "%" PRId64 ":", f->line);
	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&f->text, ',');
		add_cell(f, state);
	}
	buf_putc(&f->wanted, ' ');
	buf_puts(&f->text, chance(state, 2) ? "\r\n" : "\n");
	f->line++;
}

/* What was written is what is read, in whatever pieces. */
static void
test_round_trip(void)
{
	uint64_t state = 1;
	struct file f;
	struct buf said;

	buf_init(&f.text, SAID);
	buf_init(&f.wanted, SAID);
	buf_init(&said, SAID);
	for (int i = 0; i < ROUNDS; i++) {
		buf_reset(&f.text);
		buf_reset(&f.wanted);
		buf_reset(&said);
		f.line = 1;
		for (unsigned row = chance(&state, 4) + 1; row > 0; row--)
			add_row(&f, &state);
		read_all(&said, f.text.data, f.text.len, chance(&state, 9) + 1);
		if (said.len != f.wanted.len ||
		    memcmp(said.data, f.wanted.data, said.len) != 0)
			CU_FAIL_FATAL("what was written is not what is read");
	}
	buf_free(&f.text);
	buf_free(&f.wanted);
	buf_free(&said);
}

/* Any bytes mean the same, wherever they are cut. */
static void
test_garbage(void)
{
	static const char bytes[] = "aa,,\"\"\r\n\n \xEF\xBB\xBF\0";
	uint64_t state = 7;
	struct buf once, cut;

	buf_init(&once, SAID);
	buf_init(&cut, SAID);
	for (int i = 0; i < ROUNDS; i++) {
		char text[40];
		size_t n = chance(&state, sizeof(text));

		for (size_t k = 0; k < n; k++)
			text[k] = bytes[chance(&state, sizeof(bytes) - 1)];
		buf_reset(&once);
		buf_reset(&cut);
		read_all(&once, text, n, sizeof(text));
		read_all(&cut, text, n, chance(&state, 5) + 1);
		if (once.len != cut.len ||
		    (once.len > 0 &&
			memcmp(once.data, cut.data, once.len) != 0))
			CU_FAIL_FATAL("it depends on the cut");
	}
	buf_free(&once);
	buf_free(&cut);
}

CU_TestInfo csv_tests[] = {
    {"rows end with LF or CRLF, and the last one as it likes", test_rows},
    {"quotes hold commas, quotes and line breaks", test_quotes},
    {"blanks are data, blank lines are nothing", test_blanks},
    {"a byte order mark is passed over, once", test_mark},
    {"what is no CSV is refused with its line", test_refusals},
    {"a row has a bound in bytes", test_bounds},
    {"and in cells", test_cells},
    {"whoever takes the rows may stop", test_stop},
    {"a cell is quoted when it has to be", test_put},
    {"20,000 files of hostile cells come back as they were", test_round_trip},
    {"20,000 files of garbage mean the same however cut", test_garbage},
    CU_TEST_INFO_NULL,
};
