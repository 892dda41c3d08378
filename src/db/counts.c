/*
 * Totals of owners' rows: one row of `counts` for each owner and table.
 */
#include "db/counts.h"

struct total {
	int64_t n;
};

#define T struct total
SCHEMA(total, "Total", FIELD(n));
#undef T

enum err
counts_add(struct db *db, const char *name, struct uuid owner, int64_t delta)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO counts (name, owner_id, n, version)"
		" VALUES (?, ?, ?, 1)"
		" ON DUPLICATE KEY UPDATE n = n + ?, version = version + 1",
		ARG(name), ARG(owner), ARG(delta), ARG(delta)));
}

enum err
counts_all(struct db *db, const char *name, int64_t *n)
{
	struct total t;
	enum err err;

	err = db_one(db, &total, &t,
	    SQL("SELECT CAST(COALESCE(SUM(n), 0) AS SIGNED) AS n FROM counts"
		" WHERE name = ?",
		ARG(name)));
	if (!err)
		*n = t.n;
	return err;
}
