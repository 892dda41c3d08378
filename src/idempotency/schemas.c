/*
 * The view of kept replies.
 */
#include "idempotency/model.h"

#define T struct kept
SCHEMA(kept_row, "KeptRow", FIELD(request), FIELD(status),
    FIELD(headers, .flags = NULLABLE), FIELD(body, .flags = NULLABLE));
#undef T
