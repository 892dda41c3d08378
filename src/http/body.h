/*
 * The body of a request into the `struct input` that a schema decodes.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "core/buf.h"
#include "core/decode.h"
#include "core/err.h"
#include "http/ctx.h"

/*
 * Reads and parses what the route takes; a route without body fields reads
 * nothing. `raw` keeps the bytes, *doc a JSON document for json_free().
 * ERR_INVALID with c->bad_json set, ERR_BAD_REQUEST, ERR_TOO_LARGE,
 * ERR_MEDIA_TYPE.
 */
enum err body_read(struct ctx *, struct buf *raw, struct input *,
    struct json **doc) MUST_CHECK;

#endif
