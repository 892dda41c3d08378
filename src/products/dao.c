/*
 * Products in the database. A list is a search whose every order has an index,
 * whatever is asked to be equal; docs/lists.md says what that costs.
 */
#include "db/search.h"
#include "products/model.h"

#define FIND                                                            \
	"SELECT id, sku, name, description, category, price, currency," \
	" stock, in_stock, active, image_file_id, stripe_price_id,"     \
	" version, edition, created_at, updated_at FROM products"

const struct search products_search = {.table = "products",
    .row = &product_row,
    .key = "id",
    FILTERS({"q", "name, description", SEARCH_WORDS},
	{"category", "category", SEARCH_IS},
	{"min_price", "price", SEARCH_FROM}, {"max_price", "price", SEARCH_TO},
	{"in_stock", "in_stock", SEARCH_IS}, {"active", "active", SEARCH_IS}),
    ORDERS({"created_at", "id"}, {"name", "name"}, {"price", "price"},
	{"sku", "sku"}),
    INDEXES(INDEX("PRIMARY", "id"), INDEX("products_by_name", "name", "id"),
	INDEX("products_by_price", "price", "id"),
	INDEX("products_by_sku", "sku", "id"),
	INDEX("products_active", "active", "id"),
	INDEX("products_active_name", "active", "name", "id"),
	INDEX("products_active_price", "active", "price", "id"),
	INDEX("products_active_sku", "active", "sku", "id"),
	INDEX("products_category", "category", "id"),
	INDEX("products_category_name", "category", "name", "id"),
	INDEX("products_category_price", "category", "price", "id"),
	INDEX("products_category_sku", "category", "sku", "id"),
	INDEX("products_shelf", "active", "category", "id"),
	INDEX("products_shelf_name", "active", "category", "name", "id"),
	INDEX("products_shelf_price", "active", "category", "price", "id"),
	INDEX("products_shelf_sku", "active", "category", "sku", "id"),
	INDEX("products_stock", "active", "in_stock", "id"),
	INDEX("products_stock_name", "active", "in_stock", "name", "id"),
	INDEX("products_stock_price", "active", "in_stock", "price", "id"),
	INDEX("products_stock_sku", "active", "in_stock", "sku", "id")),
    .preset = "-created_at"};

static const struct fixed only_active[] = {
    {"active", {.type = ARG_BOOL, .v.b = true}}};

enum err
products_by_id(struct db *db, struct uuid id, bool lock, struct product *p)
{
	if (lock)
		return db_one(db, &product_row, p,
		    SQL(FIND " WHERE id = ? FOR UPDATE", ARG(id)));
	return db_one(db, &product_row, p, SQL(FIND " WHERE id = ?", ARG(id)));
}

enum err
products_list(struct db *db, const struct asked *asked, bool active_only,
    struct found *out)
{
	return db_search_found(db, asked, only_active, active_only, out);
}

enum err
products_count(struct db *db, const struct asked *asked, bool active_only,
    int64_t most, int64_t *n)
{
	return db_search_count(db, asked, only_active, active_only, most, n);
}

enum err
products_insert(struct db *db, const struct product *p)
{
	enum err err = db_exec(db, NULL,
	    SQL("INSERT INTO products (id, sku, name, description, category,"
		" price, currency, stock, active, image_file_id,"
		" stripe_price_id, version, edition, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		ARG(p->id), ARG(p->sku), ARG(p->name), ARG(p->description),
		ARG(p->category), ARG(p->price), ARG(p->currency),
		ARG(p->stock), ARG(p->active), ARG(p->image_file_id),
		ARG(p->stripe_price_id), ARG(p->version), ARG(p->edition),
		ARG(p->created_at), ARG(p->updated_at)));

	if (err)
		return err;
	return p->active ? products_changed(db, 1, 0) : products_hidden(db, 1);
}

enum err
products_update(
    struct db *db, const struct product *was, const struct product *p)
{
	int64_t more = p->active - was->active;
	enum err err = db_change(
	    db, SQL("UPDATE products SET sku = ?, name = ?, description = ?,"
		    " category = ?, price = ?, currency = ?, stock = ?,"
		    " active = ?, image_file_id = ?, stripe_price_id = ?,"
		    " version = ?, edition = ?, updated_at = ?"
		    " WHERE id = ? AND version = ?",
		    ARG(p->sku), ARG(p->name), ARG(p->description),
		    ARG(p->category), ARG(p->price), ARG(p->currency),
		    ARG(p->stock), ARG(p->active), ARG(p->image_file_id),
		    ARG(p->stripe_price_id), ARG(p->version), ARG(p->edition),
		    ARG(p->updated_at), ARG(p->id), ARG(was->version)));

	if (err || p->edition == was->edition || !(was->active || p->active))
		return err;
	return products_changed(db, more, -more);
}

enum err
products_delete(struct db *db, const struct product *p)
{
	enum err err = db_change(
	    db, SQL("DELETE FROM products WHERE id = ? AND version = ?",
		    ARG(p->id), ARG(p->version)));

	if (err)
		return err;
	return p->active ? products_changed(db, -1, 0)
			 : products_hidden(db, -1);
}
