/*
 * The part of a request's walk that a deadlock makes run again.
 */
#ifndef HTTP_ATTEMPT_H
#define HTTP_ATTEMPT_H

#include "http/ctx.h"

/*
 * prepare, work, handle, commit, with the row of the trail and what an
 * Idempotency-Key asks for. An error: nothing is kept, and nothing is open.
 */
enum err attempt_run(struct ctx *) MUST_CHECK;

#endif
