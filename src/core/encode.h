/* A struct as JSON, as a schema says: compact, fields in schema order. */
#ifndef CORE_ENCODE_H
#define CORE_ENCODE_H

#include "core/buf.h"
#include "core/schema.h"

/*
 * Nulls are written, never dropped; SECRET fields are left out. Real numbers
 * take the shortest text that reads back as the same double.
 */
void schema_encode(struct buf *, const struct schema *, const void *row);
/* One value of it, a SECRET one too; "none" is null even where it may not be.
 */
void field_encode(struct buf *, const struct field *, const void *row);

#endif
