/*
 * The view of counters of failures.
 */
#include "throttle/model.h"

#define T struct throttle
SCHEMA(throttle_row, "ThrottleRow", FIELD(subject),
    FIELD(blocked_until, .flags = NULLABLE));
#undef T
