/*
 * Rows from the spool into the table: many at a time, all in one transaction.
 */
#include <errno.h>
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "audit/model.h"
#include "cli/products.h"

/* One statement's worth. */
struct batch {
	struct product_wish wish[PRODUCTS_BATCH];
	size_t n;
};

static bool
read_batch(struct products_store *s, struct arena *mem, struct batch *b)
{
	b->n = 0;
	while (b->n < PRODUCTS_BATCH &&
	       products_spool_get(s->spool, mem, &b->wish[b->n]))
		b->n++;
	if (b->n < PRODUCTS_BATCH)
		s->error = errno;
	return s->error == 0;
}

static enum err
store_batch(
    struct products_job *job, struct products_store *s, const struct batch *b)
{
	uint64_t refused;
	enum err err = products_take_batch(
	    &job->db, job->mem, &s->take, b->wish, b->n, &refused);

	for (size_t i = 0; i < b->n && !err; i++)
		if (refused >> i & 1)
			products_complain(s->bad, b->wish[i].line,
			    "sku: there is a product with it: --mode upsert "
			    "would change it");
	return err;
}

static enum err
record(struct products_job *job, const struct products_store *s)
{
	const struct audit_entry e = {.id = uuid_new(),
	    .action = "cli.products_import",
	    .object_type = "product",
	    .diff = {arena_printf(job->mem,
		"{\"new\":[0,%" PRId64 "],\"changed\":[0,%" PRId64 "]}",
		s->take.fresh, s->take.changed)}};
	enum err err;

	if (s->take.fresh + s->take.changed == 0)
		return OK;
	err = audit_insert(&job->db, &e);
	return err ? err
		   : products_changed(
			 &job->db, s->take.active, s->take.inactive);
}

/* ERR_INVALID: a row is not right. ERR_BUSY with `interrupted`: a signal. */
static enum err
store_all(struct products_job *job, struct products_store *s)
{
	struct batch *b = NEW(job->mem, struct batch);
	enum err err = OK;
	int64_t done = 0;

	s->take = (struct products_take){
	    .upsert = s->upsert, .dry_run = s->dry_run, .now = time_now()};
	s->bad->rows = 0;
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
			err = store_batch(job, s, b);
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

/* Others write the same rows: longer each time, and not in step with them. */
static void
rest(int tries)
{
	const int64_t us = (50000LL << tries) + getpid() % 97 * 1000;
	const struct timespec t = {
	    .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};

	nanosleep(&t, NULL);
}

enum err
products_store(struct products_job *job, struct products_store *s)
{
	const struct arena_mark mark = arena_mark(job->mem);
	enum { TRIES = 6 };
	enum err err = ERR_RETRY;

	/* A sku that came to be after it was looked for is found next time. */
	for (int i = 0; i < TRIES && (err == ERR_RETRY || err == ERR_CONFLICT);
	     i++) {
		if (i > 0)
			rest(i);
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
