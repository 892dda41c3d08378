/* The OpenAPI 3.1 document, generated from the route table. */
#ifndef HTTP_OPENAPI_H
#define HTTP_OPENAPI_H

#include "core/buf.h"
#include "core/config.h"
#include "http/router.h"

void openapi_write(
    struct buf *, const struct domain *const *, const struct config *);

#endif
