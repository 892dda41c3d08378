/*
 * Rows of an import into the table: many at a time. What is there is read and
 * locked first, so that each row is new, changed or as it was before, and only
 * the first two are written.
 */
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "products/model.h"

/* One statement's worth. */
struct batch {
	struct list found; /* of struct product */
	struct product fresh[PRODUCTS_BATCH], changed[PRODUCTS_BATCH];
	size_t nfresh, nchanged;
};

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same(const struct field *f, const struct product *a, const struct product *b)
{
	switch (f->type) {
	case FIELD_BOOL:
		return FIELD_OF(bool, a, f) == FIELD_OF(bool, b, f);
	case FIELD_INT:
		return FIELD_OF(int64_t, a, f) == FIELD_OF(int64_t, b, f);
	case FIELD_UUID:
		return uuid_equal(
		    &FIELD_OF(struct uuid, a, f), &FIELD_OF(struct uuid, b, f));
	case FIELD_TEXT:
		return same_text(
		    FIELD_OF(char *, a, f), FIELD_OF(char *, b, f));
	default:
		BUG("a product has a field of another type");
	}
}

static void
copy(const struct field *f, struct product *to, const struct product *from)
{
	if (f->type == FIELD_BOOL)
		*FIELD_AT(bool, to, f) = FIELD_OF(bool, from, f);
	else if (f->type == FIELD_INT)
		*FIELD_AT(int64_t, to, f) = FIELD_OF(int64_t, from, f);
	else if (f->type == FIELD_UUID)
		*FIELD_AT(struct uuid, to, f) = FIELD_OF(struct uuid, from, f);
	else
		*FIELD_AT(const char *, to, f) = FIELD_OF(char *, from, f);
}

/* What is given, into the row as it is; false: that changes nothing. */
static bool
merge(struct product *row, const struct product_wish *w, struct timestamp now)
{
	bool changes = false, others = false, in_stock = row->stock > 0;

	for (size_t i = 0; i < product_file.nfields; i++) {
		const struct field *f = &product_file.fields[i];

		if (!(w->given >> i & 1) || same(f, row, &w->product))
			continue;
		copy(f, row, &w->product);
		changes = true;
		others |= f->offset != offsetof(struct product, stock);
	}
	row->version += changes;
	/* Of the stock visitors see whether there is any. */
	if (others || in_stock != (row->stock > 0)) {
		row->edition++;
		row->updated_at = now;
	}
	return changes;
}

static const struct product *
find(const struct list *found, const char *sku)
{
	const struct product *rows = found->rows;

	for (size_t i = 0; i < found->n; i++)
		if (strcmp(rows[i].sku, sku) == 0)
			return &rows[i];
	return NULL;
}

static void
add_fresh(
    struct products_take *t, struct batch *b, const struct product_wish *w)
{
	struct product *p = &b->fresh[b->nfresh++];

	*p = w->product;
	p->id = uuid_new();
	p->version = PRODUCT_FIRST;
	p->edition = PRODUCT_FIRST;
	p->created_at = t->now;
	p->updated_at = t->now;
	t->fresh++;
	t->active += p->active;
	t->inactive += !p->active;
}

static void
add_changed(struct products_take *t, struct batch *b,
    const struct product_wish *w, const struct product *found)
{
	struct product *p = &b->changed[b->nchanged];

	*p = *found;
	if (!merge(p, w, t->now)) {
		t->same++;
		return;
	}
	b->nchanged++;
	t->changed++;
	t->active += p->active - found->active;
	t->inactive += found->active - p->active;
}

/* false: there is one, and it is not to be changed. */
static bool
sort_row(struct products_take *t, struct batch *b, const struct product_wish *w)
{
	const struct product *found = find(&b->found, w->product.sku);

	if (found == NULL)
		add_fresh(t, b, w);
	else if (t->upsert)
		add_changed(t, b, w, found);
	else
		t->refused++;
	return found == NULL || t->upsert;
}

enum err
products_take_batch(struct db *db, struct arena *mem, struct products_take *t,
    const struct product_wish *wish, size_t n, uint64_t *refused)
{
	struct batch *b = NEW(mem, struct batch);
	const char *sku[PRODUCTS_BATCH];
	enum err err;

	_Static_assert(PRODUCTS_BATCH <= 64, "a bit for each row");
	*refused = 0;
	for (size_t i = 0; i < n; i++)
		sku[i] = wish[i].product.sku;
	err = products_by_skus(db, sku, n, !t->dry_run, &b->found);
	if (err)
		return err;
	for (size_t i = 0; i < n; i++)
		if (!sort_row(t, b, &wish[i]))
			*refused |= UINT64_C(1) << i;
	if (t->dry_run || t->refused > 0)
		return OK;
	err = products_import_batch(db, b->fresh, b->nfresh, false);
	if (err)
		return err;
	return products_import_batch(db, b->changed, b->nchanged, true);
}

uint64_t
products_given(const struct schema *view, uint64_t given)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < view->nfields; i++) {
		const struct field *f =
		    schema_field(&product_file, view->fields[i].name);

		if (f != NULL && given >> i & 1)
			bits |= UINT64_C(1) << (f - product_file.fields);
	}
	return bits;
}
