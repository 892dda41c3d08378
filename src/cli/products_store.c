/*
 * Rows from the spool into the table: many at a time, all in one transaction.
 * What is there is read and locked first, so that each row is new, changed or
 * as it was before, and only the first two are written.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "audit/model.h"
#include "cli/products.h"

/* One statement's worth. */
struct batch {
	struct products_wish wish[PRODUCTS_BATCH];
	size_t n;
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
merge(struct product *row, const struct products_wish *w, struct timestamp now)
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

static bool
read_batch(struct products_store *s, struct arena *mem, struct batch *b)
{
	b->n = b->nfresh = b->nchanged = 0;
	while (b->n < PRODUCTS_BATCH &&
	       products_spool_get(s->spool, mem, &b->wish[b->n]))
		b->n++;
	if (b->n < PRODUCTS_BATCH)
		s->error = errno;
	return s->error == 0;
}

static void
add_fresh(struct products_store *s, struct batch *b,
    const struct products_wish *w, struct timestamp now)
{
	struct product *p = &b->fresh[b->nfresh++];

	*p = w->product;
	p->id = uuid_new();
	p->version = PRODUCT_FIRST;
	p->edition = PRODUCT_FIRST;
	p->created_at = now;
	p->updated_at = now;
	s->fresh++;
	s->active += p->active;
	s->inactive += !p->active;
}

static void
add_changed(struct products_store *s, struct batch *b,
    const struct products_wish *w, const struct product *found,
    struct timestamp now)
{
	struct product *p = &b->changed[b->nchanged];

	*p = *found;
	if (!merge(p, w, now)) {
		s->same++;
		return;
	}
	b->nchanged++;
	s->changed++;
	s->active += p->active - found->active;
	s->inactive += found->active - p->active;
}

static void
sort_row(struct products_store *s, struct batch *b,
    const struct products_wish *w, struct timestamp now)
{
	const struct product *found = find(&b->found, w->product.sku);

	if (found == NULL)
		add_fresh(s, b, w, now);
	else if (s->upsert)
		add_changed(s, b, w, found, now);
	else
		products_complain(s->bad, w->line,
		    "sku: there is a product with it: --mode upsert would "
		    "change it");
}

static enum err
store_batch(struct products_job *job, struct products_store *s, struct batch *b,
    struct timestamp now)
{
	const char *sku[PRODUCTS_BATCH];
	enum err err;

	for (size_t i = 0; i < b->n; i++)
		sku[i] = b->wish[i].product.sku;
	err = products_by_skus(&job->db, sku, b->n, !s->dry_run, &b->found);
	if (err)
		return err;
	for (size_t i = 0; i < b->n; i++)
		sort_row(s, b, &b->wish[i], now);
	if (s->dry_run || s->bad->rows > 0)
		return OK;
	err = products_import_batch(&job->db, b->fresh, b->nfresh, false);
	if (err)
		return err;
	return products_import_batch(&job->db, b->changed, b->nchanged, true);
}

static enum err
record(struct products_job *job, const struct products_store *s)
{
	const struct audit_entry e = {.id = uuid_new(),
	    .action = "cli.products_import",
	    .object_type = "product",
	    .diff = {arena_printf(job->mem,
		"{\"new\":[0,%" PRId64 "],\"changed\":[0,%" PRId64 "]}",
		s->fresh, s->changed)}};

	enum err err;

	if (s->fresh + s->changed == 0)
		return OK;
	err = audit_insert(&job->db, &e);
	return err ? err : products_changed(&job->db, s->active, s->inactive);
}

/* ERR_INVALID: a row is not right. ERR_BUSY with `interrupted`: a signal. */
static enum err
store_all(struct products_job *job, struct products_store *s)
{
	struct batch *b = NEW(job->mem, struct batch);
	const struct timestamp now = time_now();
	enum err err = OK;
	int64_t done = 0;

	s->fresh = s->changed = s->same = s->bad->rows = 0;
	s->active = s->inactive = 0;
	if (!products_spool_rewind(s->spool)) {
		s->error = errno;
		return ERR_STORAGE;
	}
	do {
		struct arena_mark mark = arena_mark(job->mem);

		s->interrupted = products_interrupted();
		if (s->interrupted)
			return ERR_BUSY;
		if (!read_batch(s, job->mem, b))
			return ERR_STORAGE;
		if (b->n > 0)
			err = store_batch(job, s, b, now);
		done += (int64_t)b->n;
		arena_rewind(job->mem, mark);
		terminal_progress(&s->bad->progress,
		    "%" PRId64 " of %" PRId64 " rows stored, %" PRId64 " %%",
		    done, s->rows, s->rows > 0 ? done * 100 / s->rows : 100);
	} while (!err && b->n == PRODUCTS_BATCH);
	if (!err && s->bad->rows > 0)
		err = ERR_INVALID;
	return err || s->dry_run ? err : record(job, s);
}

enum err
products_store(struct products_job *job, struct products_store *s)
{
	const struct arena_mark mark = arena_mark(job->mem);
	enum { TRIES = 4 };
	enum err err = ERR_RETRY;

	/* A sku that came to be after it was looked for is found next time. */
	for (int i = 0; i < TRIES && (err == ERR_RETRY || err == ERR_CONFLICT);
	     i++) {
		db_phase(&job->db, s->dry_run ? TX_SNAPSHOT : TX_WRITE);
		err = store_all(job, s);
		if (!err)
			err = db_commit(&job->db);
		if (err)
			db_rollback(&job->db);
		arena_rewind(job->mem, mark);
	}
	return err;
}
