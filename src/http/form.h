/*
 * Names and values from outside: the path, the query string, urlencoded
 * bodies (WHATWG URL, application/x-www-form-urlencoded) and multipart bodies
 * (RFC 7578). All return OK, or ERR_BAD_REQUEST for what is malformed, is not
 * UTF-8 or exceeds the bounds.
 */
#ifndef HTTP_FORM_H
#define HTTP_FORM_H

#include "core/arena.h"
#include "core/decode.h"
#include "core/err.h"

enum { FORM_PAIRS = 256 };

/*
 * The path of a request target as it was sent ("/a%20b?x=1": "/a%20b"), when
 * all that its escapes stand for is fine, without U+0000.
 */
enum err
form_path(struct arena *, const char *target, const char **path) MUST_CHECK;
/*
 * What n bytes of such a path stand for: a segment is decoded alone, so that
 * its "%2F" is a character and not another segment.
 */
const char *form_segment(struct arena *, const char *, size_t n);
/* "a=1&b=%20x+y": also the query part of a request target. */
enum err form_urlencoded(struct arena *, const char *, size_t n, struct pair **,
    size_t *npairs) MUST_CHECK;
/* Parts without a file name; `type` is the whole Content-Type header. */
enum err form_multipart(struct arena *, const char *type, const char *body,
    size_t n, struct pair **, size_t *npairs) MUST_CHECK;

#endif
