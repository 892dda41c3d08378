/*
 * What is wrong with the rows of a file, a line each as they are found; when
 * there are many, the first ones and how many there are.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/products.h"

enum { COMPLAINTS = 100 };

void
products_complain(struct products_complaints *c, int64_t line, const char *what)
{
	if (++c->rows > COMPLAINTS)
		return;
	terminal_progress_clear(&c->progress);
	fprintf(stderr, "line %" PRId64 ": %s\n", line,
	    terminal_text(c->mem, what, strlen(what), NULL));
}

void
products_complain_rest(struct products_complaints *c)
{
	terminal_progress_clear(&c->progress);
	if (c->rows > COMPLAINTS)
		fprintf(stderr, "... and %" PRId64 " more rows\n",
		    c->rows - COMPLAINTS);
}
