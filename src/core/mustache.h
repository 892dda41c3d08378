/*
 * Mustache templates (mustache(5); the core modules of the specification 1.4:
 * comments, delimiters, interpolation, inverted, partials, sections) over a
 * JSON value. No lambdas.
 */
#ifndef CORE_MUSTACHE_H
#define CORE_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/json.h"

/*
 * What bounds a template and its work: nodes of the template and its partials
 * together, and visits of nodes, list elements and names when it is rendered.
 */
enum {
	MUSTACHE_DEPTH = 32, /* of sections and partials together */
	MUSTACHE_NAME = 255, /* bytes of a name */
	MUSTACHE_TAGS = 16384,
	MUSTACHE_PARTIALS = 64, /* different ones */
	MUSTACHE_WORK = 1 << 20
};

struct mustache {
	/* {{name}}: & < > " ' as HTML entities; false: as it is */
	bool escapes;
	/*
	 * The text of a partial, NUL-terminated, or NULL: nothing stands
	 * there. Asked once for each name in the template and its partials,
	 * be it in a section that is not rendered.
	 */
	const char *(*partial)(const void *arg, const char *name);
	const void *arg;
};

/*
 * ERR_INVALID for a template that is none (an open section or tag, a nesting
 * beyond MUSTACHE_DEPTH, too much work): *why is then a sentence in the arena
 * with its line. Scratch memory comes from the arena. When the buffer gets
 * full the rendering ends, with OK.
 *
 * null, false, "" and [] are nothing: a section does not show. Lists and
 * objects print nothing themselves.
 */
enum err
mustache_render(struct arena *, const struct mustache *, const char *text,
    const struct json *context, struct buf *, const char **why) MUST_CHECK;

#endif
