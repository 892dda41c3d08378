/*
 * Text from outside for a terminal, which shows it and obeys none of it:
 * control characters, bytes that are not UTF-8, and what is invisible or
 * changes the direction of a line become \xNN.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/*
 * In the arena; *columns, which may be NULL: how wide it is. errno stays, so
 * that a %m may follow.
 */
const char *terminal_text(struct arena *, const char *, size_t n, int *columns);
/* On standard output, filled up with spaces to `width` columns. */
void terminal_print(const char *, size_t n, int width);
/* Newlines and tabs stay; CRLF is a newline. */
void terminal_print_lines(const char *, size_t n);

/*
 * A line on standard error that says how far a long work has come and is
 * written over, ten times a second; where that is no terminal, nothing.
 * Begins as zeros.
 */
struct terminal_progress {
	int64_t next_us;
	bool shown;
};

void terminal_progress(struct terminal_progress *, const char *, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes the line away, before anything else is printed. */
void terminal_progress_clear(struct terminal_progress *);

#endif
