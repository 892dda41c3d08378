/*
 * Exports in the database; the files are the shelf's.
 */
#include "db/db.h"
#include "privacy/model.h"

#define COLUMNS "id, user_id, state, size, created_at, expires_at"

enum err
exports_insert(struct db *db, const struct export *e)
{
	return db_exec(db, NULL,
	    SQL("INSERT INTO exports (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)",
		ARG(e->id), ARG(e->user_id), ARG(e->state), ARG(e->size),
		ARG(e->created_at), ARG(e->expires_at)));
}

enum err
exports_by_id(
    struct db *db, struct uuid user_id, struct uuid id, struct export *e)
{
	if (uuid_is_nil(&user_id))
		return db_one(db, &export_row, e,
		    SQL("SELECT " COLUMNS " FROM exports WHERE id = ?",
			ARG(id)));
	return db_one(db, &export_row, e,
	    SQL("SELECT " COLUMNS " FROM exports WHERE id = ? AND user_id = ?",
		ARG(id), ARG(user_id)));
}

enum err
exports_by(struct db *db, struct uuid user_id, struct uuid after, int64_t limit,
    struct list *out)
{
	return db_all(db, &export_row, out,
	    SQL("SELECT " COLUMNS " FROM exports"
		" WHERE user_id = ? AND id > COALESCE(?, '')"
		" ORDER BY id LIMIT ?",
		ARG(user_id), ARG(after), ARG(limit)));
}

enum err
exports_finish(
    struct db *db, struct uuid id, int64_t size, struct timestamp expires)
{
	int64_t matched = 0;
	enum err err = db_exec(db, &matched,
	    SQL("UPDATE exports SET state = '" EXPORT_READY "', size = ?,"
		" expires_at = ? WHERE id = ?",
		ARG(size), ARG(expires), ARG(id)));

	return err ? err : matched == 0 ? ERR_NOT_FOUND : OK;
}

enum err
exports_purge(struct db *db, struct timestamp now, int64_t limit, bool *more)
{
	int64_t n = 0;
	enum err err = db_exec(db, &n,
	    SQL("DELETE FROM exports WHERE expires_at <= ? LIMIT ?", ARG(now),
		ARG(limit)));

	*more = n == limit;
	return err;
}
