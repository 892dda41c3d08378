/*
 * Calls from the pages of one other origin, FRONTEND_HOST (CORS, Fetch
 * standard, 3.2), with the answers of Starlette's CORSMiddleware.
 */
#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>

#include "http/ctx.h"

/* Whether the request asks what it may do; then c->body is the answer. */
bool cors_preflight(struct ctx *, bool options);
/* The header lines of any other reply. */
void cors_headers(const struct ctx *, struct buf *head);

#endif
