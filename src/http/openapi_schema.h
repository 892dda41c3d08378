/* Schemas as JSON Schema, for openapi.c. */
#ifndef HTTP_OPENAPI_SCHEMA_H
#define HTTP_OPENAPI_SCHEMA_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/schema.h"
#include "http/router.h"

/* {"$ref":...}, or the schema itself when it is bare. */
void openapi_ref(struct buf *, const struct schema *);
/* The body of an input: {"$ref":...}, or the field that is WHOLE. */
void openapi_body(struct buf *, const struct schema *);
/* One field; of an input, its default is told. */
void openapi_field(struct buf *, const struct field *, bool input);
/* All that the routes name, each once, and the shapes of failures. */
void openapi_components(struct buf *, const struct domain *const *);

#endif
