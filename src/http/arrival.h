/*
 * What nginx tells of a request besides the request.
 */
#ifndef HTTP_ARRIVAL_H
#define HTTP_ARRIVAL_H

#include <stdint.h>

#include "core/arena.h"
#include "http/engine.h"

/* HTTP_X_REQUEST_ID when it is a plain word, else an id of our own. */
const char *arrival_id(struct arena *, const struct request *);
/* From REQUEST_MSEC (seconds with three decimals) to now; 0: not known. */
int64_t arrival_queued_us(const struct request *);

#endif
