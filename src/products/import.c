/*
 * POST /products/import: what `atrium products import --mode upsert` does, for
 * who has a browser and sends a file batch by batch.
 */
#include "core/decode.h"
#include "http/ctx.h"
#include "products/model.h"

static void
make_wishes(const struct list *list, struct product_wish *wish)
{
	const struct presence *given = list_given(list, &product_wanted);
	const struct product *rows = list->rows;

	for (size_t i = 0; i < list->n; i++)
		wish[i] = (struct product_wish){.line = (int64_t)i + 1,
		    .given = products_given(&product_wanted, given[i].given),
		    .product = rows[i]};
}

static enum err
take_all(struct ctx *c, struct products_take *t,
    const struct product_wish *wish, size_t n)
{
	uint64_t refused;
	enum err err = OK;

	for (size_t i = 0, some; i < n && !err; i += some) {
		some = n - i < PRODUCTS_BATCH ? n - i : PRODUCTS_BATCH;
		err = products_take_batch(
		    c->db, c->mem, t, wish + i, some, &refused);
	}
	if (!err && !t->dry_run && t->fresh + t->changed > 0)
		err = products_changed(c->db, t->active, t->inactive);
	/* Next time it is found. */
	return err == ERR_CONFLICT ? ERR_RETRY : err;
}

enum err
products_import_rows(struct ctx *c)
{
	const struct products_wanted *in = ctx_input(c, &products_wanted);
	struct product_wish *wish =
	    NEW_N(c->mem, struct product_wish, in->rows.n);
	struct products_take t = {
	    .upsert = true, .dry_run = in->dry_run, .now = time_now()};
	struct products_imported out;
	enum err err;

	make_wishes(&in->rows, wish);
	err = take_all(c, &t, wish, in->rows.n);
	if (err)
		return err;
	trail_object(c, "product", (struct uuid){{0}});
	if (t.dry_run)
		trail_change(c, &products_try_trail,
		    &(struct products_wanted){.dry_run = false}, in);
	else
		trail_change(c, &products_import_trail,
		    &(struct products_take){.fresh = 0}, &t);
	out = (struct products_imported){t.fresh, t.changed, t.same};
	return reply(c, &out);
}
