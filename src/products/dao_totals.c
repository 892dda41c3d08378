/*
 * What all products have in common: how many there are, and the version of
 * what visitors see of them. One row, that a change locks until its end: so it
 * comes last.
 */
#include "core/crypto.h"
#include "db/db.h"
#include "products/model.h"

enum err
products_totals(struct db *db, struct product_totals *t)
{
	enum err err = db_one(db, &product_totals, t,
	    SQL0("SELECT active, inactive, version, mark FROM product_totals"
		 " WHERE id = 1"));

	if (err != ERR_NOT_FOUND)
		return err;
	*t = (struct product_totals){0};
	return OK;
}

struct out_of_stock {
	int64_t n;
};
#define T struct out_of_stock
SCHEMA(out_of_stock, "OutOfStock", FIELD(n));
#undef T

enum err
products_out_of_stock(struct db *db, int64_t *n)
{
	struct out_of_stock row = {0};
	enum err err = db_one(db, &out_of_stock, &row,
	    SQL0("SELECT COUNT(*) AS n FROM products"
		 " WHERE active = 1 AND in_stock = 0"));

	*n = row.n;
	return err;
}

static enum err
add(struct db *db, int64_t active, int64_t inactive, bool seen)
{
	int64_t mark;

	crypto_random(&mark, sizeof(mark));
	return db_exec(db, NULL,
	    SQL("INSERT INTO product_totals (id, active, inactive, version,"
		" mark) VALUES (1, ?, ?, 1, ?) ON DUPLICATE KEY UPDATE"
		" active = active + ?, inactive = inactive + ?,"
		" version = version + ?, mark = IF(?, ?, mark)",
		ARG(active), ARG(inactive), ARG(mark), ARG(active),
		ARG(inactive), ARG((int64_t)seen), ARG(seen), ARG(mark)));
}

enum err
products_changed(struct db *db, int64_t active, int64_t inactive)
{
	return add(db, active, inactive, true);
}

enum err
products_hidden(struct db *db, int64_t inactive)
{
	return add(db, 0, inactive, false);
}
