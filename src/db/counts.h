/*
 * How many rows each owner has, kept beside the rows and changed in the same
 * transaction: COUNT(*) reads every row that it counts, this reads one. The
 * version counts the changes: two reads with the same one saw the same rows.
 * Rows go with their owner (ON DELETE CASCADE).
 */
#ifndef DB_COUNTS_H
#define DB_COUNTS_H

#include "db/db.h"

/*
 * With every change of an owner's rows. `name` is that of the table; delta is
 * 1, -1, or 0 for a change of a row.
 */
enum err counts_add(
    struct db *, const char *name, struct uuid owner, int64_t delta) MUST_CHECK;
/* Of all owners. */
enum err counts_all(struct db *, const char *name, int64_t *n) MUST_CHECK;

#endif
