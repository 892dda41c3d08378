/*
 * Text from outside for a terminal, which shows it and obeys none of it:
 * control characters, bytes that are not UTF-8, and what is invisible or
 * changes the direction of a line become \xNN.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stddef.h>

#include "core/arena.h"

/* In the arena; *columns, which may be NULL: how wide it is. */
const char *terminal_text(struct arena *, const char *, size_t n, int *columns);
/* On standard output, filled up with spaces to `width` columns. */
void terminal_print(const char *, size_t n, int width);
/* Newlines and tabs stay; CRLF is a newline. */
void terminal_print_lines(const char *, size_t n);

#endif
