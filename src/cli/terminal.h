/*
 * Text from outside on standard output, so that a terminal shows it and obeys
 * none of it: control characters, bytes that are not UTF-8, and what changes
 * the direction of a line are printed as \xNN.
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stddef.h>

/* One line, filled up with spaces to `width` characters. */
void terminal_print(const char *, size_t n, int width);
/* Newlines and tabs stay; CRLF is a newline. */
void terminal_print_lines(const char *, size_t n);

#endif
