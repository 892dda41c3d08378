/*
 * The views of kept replies.
 */
#include "idempotency/model.h"

#define T struct kept
SCHEMA(kept_row, "KeptRow", FIELD(request), FIELD(status),
    FIELD(headers, .flags = NULLABLE), FIELD(body, .flags = NULLABLE));
#undef T

#define T struct kept_use
SCHEMA(kept_use, "KeptUse", FIELD(n), FIELD(bytes), FIELD(oldest));
#undef T
