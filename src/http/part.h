/*
 * The headers of one part of a multipart body, and the parameters of a header
 * value; between multipart.c and part.c.
 */
#ifndef HTTP_PART_H
#define HTTP_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"

/* One `; name=value` of a header value; the cursor moves behind it. */
struct param {
	const char *name, *value; /* in the arena, NUL-terminated */
};
/*
 * OK with name NULL at the end. ERR_BAD_REQUEST for what is no parameter, or
 * holds a control character.
 */
enum err param_next(struct arena *, const char **cursor, const char *end,
    struct param *) MUST_CHECK;

struct part {
	const char *name;
	bool is_file; /* it has a file name */
};
/* The header block, each line ended by CRLF. */
enum err part_read_headers(
    struct arena *, const char *, size_t n, struct part *) MUST_CHECK;

#endif
