/*
 * The table of failures, and the end of impossible states.
 */
#include "core/err.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
	const char *name, *title;
	int status;
} table[ERR_COUNT] = {[OK] = {"OK", "OK", 200},
#define X(id, code, text) \
	[ERR_##id] = {.name = #id, .title = text, .status = code},
    ERRORS(X)
#undef X
};

int
err_status(enum err err)
{
	return table[err].status;
}

const char *
err_title(enum err err)
{
	return table[err].title;
}

const char *
err_name(enum err err)
{
	return table[err].name;
}

void
err_bug(const char *file, int line, const char *why)
{
	fprintf(stderr, "BUG at %s:%d: %s\n", file, line, why);
	abort();
}
