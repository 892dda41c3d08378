/*
 * Items as their owner takes them away: all, in pages by id.
 */
#include "db/db.h"
#include "items/model.h"

enum err
items_export(struct db *db, struct uuid owner, struct uuid after, int64_t limit,
    struct list *out)
{
	return db_all(db, &item_row, out,
	    SQL("SELECT id, owner_id, title, description, created_at, version"
		" FROM items WHERE owner_id = ? AND id > COALESCE(?, '')"
		" ORDER BY id LIMIT ?",
		ARG(owner), ARG(after), ARG(limit)));
}
