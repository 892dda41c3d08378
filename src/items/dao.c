/*
 * Items in the database: a row stands beside its owner's others.
 */
#include "db/counts.h"
#include "db/search.h"
#include "items/model.h"

#define COLUMNS "id, owner_id, title, description, created_at, version"
#define FIND    "SELECT " COLUMNS " FROM items"

static const struct search items_search = {.table = "items",
    .row = &item_row,
    .key = "id",
    .owner = "owner_id",
    ORDERS({"made", "id"}),
    INDEXES(INDEX("items_id", "id"), INDEX("PRIMARY", "owner_id", "id")),
    .preset = "-made"};

enum err
items_by_id(struct db *db, struct uuid id, bool lock, struct item *i)
{
	if (lock)
		return db_one(db, &item_row, i,
		    SQL(FIND " WHERE id = ? FOR UPDATE", ARG(id)));
	return db_one(db, &item_row, i, SQL(FIND " WHERE id = ?", ARG(id)));
}

enum err
items_list(
    struct db *db, struct uuid owner, const struct page *at, struct list *out)
{
	return db_search_page(db, &items_search, owner, at, out);
}

enum err
items_insert(struct db *db, const struct item *i)
{
	enum err err = db_exec(db, NULL,
	    SQL("INSERT INTO items (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)",
		ARG(i->id), ARG(i->owner_id), ARG(i->title),
		ARG(i->description), ARG(i->created_at), ARG(i->version)));

	return err ? err : counts_add(db, "items", i->owner_id, 1);
}

enum err
items_update(struct db *db, const struct item *i)
{
	enum err err = db_exec(db, NULL,
	    SQL("UPDATE items SET title = ?, description = ?,"
		" version = version + 1 WHERE owner_id = ? AND id = ?",
		ARG(i->title), ARG(i->description), ARG(i->owner_id),
		ARG(i->id)));

	return err ? err : counts_add(db, "items", i->owner_id, 0);
}

enum err
items_delete(struct db *db, const struct item *i)
{
	enum err err = db_exec(db, NULL,
	    SQL("DELETE FROM items WHERE owner_id = ? AND id = ?",
		ARG(i->owner_id), ARG(i->id)));

	return err ? err : counts_add(db, "items", i->owner_id, -1);
}
