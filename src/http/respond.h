/*
 * The outcome of a request as header block and body: replies that handlers
 * made, and every kind of refusal in the one shape {"detail": ...}.
 */
#ifndef HTTP_RESPOND_H
#define HTTP_RESPOND_H

#include "http/ctx.h"

/* Makes c->body and c->status of a failure. */
void respond_failure(struct ctx *, enum err);
/*
 * Sends c->body. `allowed` (a bit per enum method) becomes Allow when it is
 * not 0; `bodiless`: HEAD, the length is told and the body is not sent.
 */
void
respond_send(struct ctx *, struct buf *head, unsigned allowed, bool bodiless);

#endif
