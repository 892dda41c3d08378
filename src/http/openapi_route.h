/* What a request and its reply have besides bodies, for openapi.c. */
#ifndef HTTP_OPENAPI_ROUTE_H
#define HTTP_OPENAPI_ROUTE_H

#include "core/buf.h"
#include "http/router.h"

/*
 * ,"parameters":[...] of path and query, and the request headers that count.
 * FastAPI's operations keep the parameters that FastAPI gave them: what they
 * honour besides is not told.
 */
void
openapi_parameters(struct buf *, const struct domain *, const struct route *);
/* ,"headers":{...} of a success. */
void openapi_reply_headers(struct buf *, const struct route *);
/*
 * The statuses that conditional requests and Idempotency-Key bring, OK-ended
 * (304 is no failure: openapi_has_tag()).
 */
const enum err *openapi_conditions(const struct route *);
/* Whether its success has an ETag that a client can ask with. */
bool openapi_has_tag(const struct route *);
/* "ETag":{...},... of components/headers. */
extern const char openapi_headers[];

#endif
