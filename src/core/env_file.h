/*
 * Files of KEY=value lines: `export ` in front, comments, single and double
 * quotes as a POSIX shell has them, CR at the end of a line. A value ends with
 * its line; nothing is expanded.
 */
#ifndef CORE_ENV_FILE_H
#define CORE_ENV_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"

struct env_line {
	const char *name, *value;
	int line; /* from 1 */
};

struct env_file {
	const char *path; /* NULL: there is none */
	struct env_line *lines;
	size_t n;
	bool public; /* the world may read it */
};

/* One sentence for a person, on a line of its own. */
void
complain(struct buf *, const char *, ...) __attribute__((format(printf, 2, 3)));

/*
 * All lines that are right; a complaint for each that is not, and when the
 * file cannot be read. A file that does not exist is none, unless `needed`.
 */
void env_file_read(struct arena *, const char *path, bool needed,
    struct env_file *, struct buf *complaints);

#endif
