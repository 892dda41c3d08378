/*
 * Products by the file: written many at a time, read in the order of their
 * ids. A statement for each number of rows, so that all are literals.
 */
#include "db/db.h"
#include "products/model.h"

#define COLUMNS                                                    \
	"id, sku, name, description, category, price, currency, "  \
	"stock, active, image_file_id, stripe_price_id, version, " \
	"edition, created_at, updated_at"
#define FIND                                                   \
	"SELECT id, sku, name, description, category, price, " \
	"currency, stock, in_stock, active, image_file_id, "   \
	"stripe_price_id, version, edition, created_at, "      \
	"updated_at FROM products"

enum { ROW_ARGS = 15, SOME = 8 };

#define ROW      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define EIGHT(x) x "," x "," x "," x "," x "," x "," x "," x
#define INSERT   "INSERT INTO products (" COLUMNS ") VALUES "
#define REPLACE                                                            \
	" ON DUPLICATE KEY UPDATE name = VALUES(name),"                    \
	" description = VALUES(description), category = VALUES(category)," \
	" price = VALUES(price), currency = VALUES(currency),"             \
	" stock = VALUES(stock), active = VALUES(active),"                 \
	" image_file_id = VALUES(image_file_id),"                          \
	" stripe_price_id = VALUES(stripe_price_id),"                      \
	" version = VALUES(version), edition = VALUES(edition),"           \
	" updated_at = VALUES(updated_at)"

/* A statement is known by its address: each has one of its own. */
static const struct {
	size_t rows;
	const char *insert, *replace;
} statements[] = {
    {PRODUCTS_BATCH, INSERT EIGHT(EIGHT(ROW)),
	INSERT EIGHT(EIGHT(ROW)) REPLACE},
    {SOME, INSERT EIGHT(ROW), INSERT EIGHT(ROW) REPLACE},
    {1, INSERT ROW, INSERT ROW REPLACE},
};

_Static_assert(PRODUCTS_BATCH == SOME * SOME, "EIGHT(EIGHT()) are not as many");

static void
put_row(struct arg *arg, const struct product *p)
{
	const struct arg row[] = {ARG(p->id), ARG(p->sku), ARG(p->name),
	    ARG(p->description), ARG(p->category), ARG(p->price),
	    ARG(p->currency), ARG(p->stock), ARG(p->active),
	    ARG(p->image_file_id), ARG(p->stripe_price_id), ARG(p->version),
	    ARG(p->edition), ARG(p->created_at), ARG(p->updated_at)};

	_Static_assert(sizeof(row) / sizeof(row[0]) == ROW_ARGS, "columns");
	for (size_t i = 0; i < ROW_ARGS; i++)
		arg[i] = row[i];
}

enum err
products_import_batch(
    struct db *db, const struct product *rows, size_t n, bool exist)
{
	struct arg args[PRODUCTS_BATCH * ROW_ARGS];
	enum err err = OK;

	for (size_t k = 0; n > 0 && !err;) {
		size_t some = statements[k].rows;

		if (n < some) {
			k++;
			continue;
		}
		for (size_t i = 0; i < some; i++)
			put_row(args + i * ROW_ARGS, &rows[i]);
		err = db_exec(db, NULL,
		    exist ? statements[k].replace : statements[k].insert, args,
		    some * ROW_ARGS);
		rows += some;
		n -= some;
	}
	return err;
}

enum err
products_by_skus(struct db *db, const char *const *skus, size_t n, bool lock,
    struct list *out)
{
	struct arg args[PRODUCTS_BATCH];

	/* The last one again, so that one statement does for any number. */
	for (size_t i = 0; i < PRODUCTS_BATCH; i++)
		args[i] = ARG(skus[i < n ? i : n - 1]);
	return db_all(db, &product_row, out,
	    lock ? FIND " WHERE sku IN (" EIGHT(EIGHT("?")) ") FOR UPDATE"
		 : FIND " WHERE sku IN (" EIGHT(EIGHT("?")) ")",
	    args, PRODUCTS_BATCH);
}

enum err
products_after(struct db *db, struct uuid after, bool active_only,
    int64_t limit, struct list *out)
{
	if (active_only)
		return db_all(db, &product_row, out,
		    SQL(FIND " WHERE active = 1 AND id > COALESCE(?, '')"
			     " ORDER BY id LIMIT ?",
			ARG(after), ARG(limit)));
	return db_all(db, &product_row, out,
	    SQL(FIND " WHERE id > COALESCE(?, '') ORDER BY id LIMIT ?",
		ARG(after), ARG(limit)));
}
