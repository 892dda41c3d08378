/*
 * Conditional requests (RFC 9110, section 13). A row that has a version names
 * itself "v<version>"; any other answer of a GET gets a digest of its body from
 * the dispatcher. Entity tags are compared whole; for If-None-Match a
 * weak one counts, for If-Match it never does (section 13.1).
 */
#ifndef HTTP_ETAG_H
#define HTTP_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/schema.h"

struct ctx;

/* What a route that writes says of If-Match: route.match. */
enum match_rule {
	MATCH_HONOURED, /* when it is given: 412 when it does not hold */
	MATCH_REQUIRED, /* 428 when it is not given */
	MATCH_OR_NEW    /* the same, but If-None-Match does for what is new */
};

/*
 * Encodes *row by route->out with the ETag of that version; a GET whose
 * If-None-Match has it is answered by 304 and nothing is encoded.
 */
enum err reply_version(struct ctx *, int64_t version, const void *row);
/* The same with another status, for what was just made. */
enum err reply_version_status(
    struct ctx *, int status, int64_t version, const void *row);
/*
 * Whether If-Match (and, where the row exists, If-None-Match) allows to change
 * the row that has this version now; 0: there is no row. Call it with the row
 * locked. ERR_MATCH (412) or ERR_MATCH_REQUIRED (428).
 */
enum err need_version(struct ctx *, int64_t version) MUST_CHECK;
/*
 * The same for rows without a version: the tag is that of the GET's body,
 * which is *row by `view`.
 */
enum err
need_row(struct ctx *, const struct schema *view, const void *row) MUST_CHECK;

/* Sets the ETag of the reply: "v<version>". */
void etag_version(struct ctx *, int64_t version);
/*
 * For the dispatcher, after the handler of a PUT, PATCH or DELETE: what it did
 * not ask need_...() for has no tag that could be named, so that no condition
 * is passed over. ERR_MATCH, ERR_MATCH_REQUIRED.
 */
enum err etag_settle(struct ctx *) MUST_CHECK;
/*
 * For the dispatcher, before the reply goes out: the tag of a GET's body that
 * has none, and 304 when the caller has it.
 */
void etag_finish(struct ctx *);

/* Whether a strong tag, with its quotes, is in the value of a header. */
bool etag_in(const char *list, const char *tag, bool weak);

#endif
