/*
 * The store in the application's own database: calls run in the transaction of
 * the request. Reading, listing and cleaning up; store_mariadb_write.c writes.
 */
#include <stdlib.h>
#include <string.h>

#include "core/schema.h"
#include "kv/store_mariadb_part.h"
#include "kv/store_part.h"

static struct kv_where
where(const struct kv_call *call, struct uuid space)
{
	return (struct kv_where){
	    .db = call->db, .mem = call->mem, .space = space, .now = call->now};
}

static struct kv_value
value_of(const struct kv_row *row)
{
	return (struct kv_value){.key = row->k,
	    .text = row->value,
	    .size = row->size,
	    .version = row->version,
	    .updated_at = row->updated_at,
	    .expires_at = row->expires_at};
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(
	    ((const struct kv_row *)a)->k, ((const struct kv_row *)b)->k);
}

static bool
fit(const struct list *got, int64_t room)
{
	const struct kv_row *row = got->rows;
	int64_t size = 0;
	size_t i;

	for (i = 0; i < got->n; i++)
		size += row[i].size;
	return room == 0 || size <= room;
}

static enum err
mariadb_read(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    int64_t room, struct kv_value *value)
{
	const struct kv_where w = where(call, space->id);
	const struct kv_row *row;
	struct kv_row sought, *rows;
	struct list got;
	enum err err = kv_values_read(&w, key, n, room, &got);
	size_t i;

	(void)self;
	if (err != OK || got.n == 0)
		return err;
	if (!fit(&got, room))
		return ERR_TOO_LARGE;
	rows = NEW_N(call->mem, struct kv_row, got.n);
	memcpy(rows, got.rows, got.n * sizeof(*rows));
	qsort(rows, got.n, sizeof(*rows), by_key);
	for (i = 0; i < n; i++) {
		sought.k = key[i];
		row = bsearch(&sought, rows, got.n, sizeof(*rows), by_key);
		if (row != NULL)
			value[i] = value_of(row);
	}
	return OK;
}

static enum err
mariadb_list(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *prefix, const char *after,
    int64_t limit, bool texts, struct kv_value **value, size_t *n)
{
	const struct kv_where w = where(call, space->id);
	const struct kv_row *row;
	struct list got;
	enum err err = kv_values_list(&w, prefix, after, limit, texts, &got);
	size_t i;

	(void)self;
	if (err != OK)
		return err;
	row = got.rows;
	*value = NEW_N(call->mem, struct kv_value, got.n);
	*n = got.n;
	for (i = 0; i < got.n; i++)
		(*value)[i] = value_of(&row[i]);
	return OK;
}

static enum err
mariadb_usage(void *self, const struct kv_call *call,
    const struct kv_space *space, struct kv_usage *usage)
{
	const struct kv_where w = where(call, space->id);

	(void)self;
	return kv_values_usage(&w, KV_COUNTED_MAX, usage);
}

/* Rows of one space, if `all`, or those of them that have expired. */
static enum err
remove_keys(const struct kv_call *call, struct uuid id, const char *const *key,
    size_t n, bool all)
{
	const struct kv_space space = {.id = id};
	struct work w;
	enum err err;
	size_t i;

	work_begin(&w, call, &space, n);
	work_take_keys(&w, key);
	err = work_look(&w);
	for (i = 0; i < n; i++)
		w.spot[i].chosen = w.spot[i].there && (all || !w.spot[i].live);
	return err == OK ? work_delete(&w) : err;
}

static int
by_space(const void *a, const void *b)
{
	return memcmp(&((const struct kv_found *)a)->space_id,
	    &((const struct kv_found *)b)->space_id, sizeof(struct uuid));
}

static enum err
mariadb_purge(void *self, const struct kv_call *call, int64_t limit, bool *more)
{
	const struct kv_where w = where(call, (struct uuid){{0}});
	const char **key;
	struct kv_found *found;
	struct list got;
	enum err err = kv_values_purgeable(&w, limit, &got);
	size_t i, n;

	(void)self;
	if (err != OK || got.n == 0)
		return err;
	found = NEW_N(call->mem, struct kv_found, got.n);
	key = NEW_N(call->mem, const char *, got.n);
	memcpy(found, got.rows, got.n * sizeof(*found));
	/* In this order, so that two purges do not meet. */
	qsort(found, got.n, sizeof(*found), by_space);
	for (i = 0; i < got.n; i++)
		key[i] = found[i].k;
	for (i = 0; i < got.n && err == OK; i += n) {
		for (n = 1; i + n < got.n && n < KV_BATCH_MAX; n++)
			if (by_space(&found[i], &found[i + n]) != 0)
				break;
		err = remove_keys(call, found[i].space_id, key + i, n, false);
	}
	*more = (int64_t)got.n == limit;
	return err;
}

/* The counters go with the row of the space. */
static enum err
mariadb_drop(void *self, const struct kv_call *call,
    const struct kv_space *space, int64_t limit, bool *more)
{
	const struct kv_where w = where(call, space->id);
	const struct kv_row *row;
	const char **key;
	struct list got;
	enum err err = kv_values_any(&w, limit, &got);
	size_t i, n;

	(void)self;
	if (err != OK)
		return err;
	row = got.rows;
	key = NEW_N(call->mem, const char *, got.n);
	for (i = 0; i < got.n; i++)
		key[i] = row[i].k;
	for (i = 0; i < got.n && err == OK; i += n) {
		n = got.n - i < KV_BATCH_MAX ? got.n - i : KV_BATCH_MAX;
		err = remove_keys(call, space->id, key + i, n, true);
	}
	*more = (int64_t)got.n == limit;
	return err;
}

static enum err
mariadb_spaces(void *self, const struct kv_call *call, struct uuid after,
    int64_t limit, struct uuid **id, size_t *n)
{
	const struct kv_where w = where(call, after);
	const struct kv_found *found;
	struct list got;
	enum err err = kv_values_spaces(&w, limit, &got);
	size_t i;

	(void)self;
	if (err != OK)
		return err;
	found = got.rows;
	*id = NEW_N(call->mem, struct uuid, got.n);
	*n = got.n;
	for (i = 0; i < got.n; i++)
		(*id)[i] = found[i].space_id;
	return OK;
}

static void
mariadb_free(void *self)
{
	(void)self;
}

/* There is nothing to keep: the connections are the requests'. */
void *
kv_mariadb_new(const struct config *config)
{
	(void)config;
	return NULL;
}

const struct kv_backend kv_mariadb = {.name = "mariadb",
    .joins = true,
    .free = mariadb_free,
    .read = mariadb_read,
    .write = mariadb_write,
    .delete = mariadb_delete,
    .put = mariadb_put,
    .remove = mariadb_remove,
    .list = mariadb_list,
    .usage = mariadb_usage,
    .purge = mariadb_purge,
    .drop = mariadb_drop,
    .spaces = mariadb_spaces};
