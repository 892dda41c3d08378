/*
 * A batch over a space of MariaDB's that is locked: what is there, whether
 * there is room, and what is written.
 */
#include <stdlib.h>
#include <string.h>

#include "core/schema.h"
#include "kv/store_mariadb_part.h"

enum { STATEMENT_BYTES = 8 << 20, MARGIN = 16 };

/*
 * Where little room is left the database soon refuses an upsert, and counting
 * would be for nothing: so that is left to those who look.
 */
static int64_t
part_of(int64_t max)
{
	return (max - max / MARGIN) / KV_COUNTERS;
}

void
work_begin(struct work *w, const struct kv_call *call,
    const struct kv_space *space, size_t n)
{
	*w = (struct work){.where = {.db = call->db,
			       .mem = call->mem,
			       .space = space->id,
			       .now = call->now},
	    .space = space,
	    .tally = {.max_keys = part_of(space->max_keys),
		.max_bytes = part_of(space->max_bytes)},
	    .spot = NEW_N(call->mem, struct spot, n),
	    .n = n};
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(
	    ((const struct spot *)a)->key, ((const struct spot *)b)->key);
}

void
work_take_pairs(struct work *w, const struct kv_pair *pair)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		w->spot[i] = (struct spot){
		    .key = pair[i].key, .text = pair[i].text, .at = i};
	qsort(w->spot, w->n, sizeof(w->spot[0]), by_key);
}

void
work_take_keys(struct work *w, const char *const *key)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		w->spot[i] = (struct spot){.key = key[i], .at = i};
	qsort(w->spot, w->n, sizeof(w->spot[0]), by_key);
}

static void
is_gone(struct work *w, int64_t version)
{
	if (w->tally.gone < version)
		w->tally.gone = version;
}

static void
note_value(struct work *w, const struct kv_row *row)
{
	const struct spot sought = {.key = row->k};
	struct spot *s = bsearch(&sought, w->spot, w->n, sizeof(*s), by_key);

	if (s == NULL)
		return;
	s->there = true;
	s->live =
	    row->expires_at.us == 0 || row->expires_at.us > w->where.now.us;
	s->size = row->size + (int64_t)strlen(row->k);
	s->version = row->version;
}

enum err
work_look(struct work *w)
{
	const char **key = NEW_N(w->where.mem, const char *, w->n);
	const struct kv_row *row;
	struct list rows;
	enum err err;
	size_t i;

	for (i = 0; i < w->n; i++)
		key[i] = w->spot[i].key;
	err = kv_values_lock(&w->where, key, w->n, &rows);
	if (err != OK)
		return err;
	w->tally.held = (struct kv_usage){0};
	w->tally.loose = 0;
	w->counters = 0;
	row = rows.rows;
	for (i = 0; i < rows.n; i++, row++) {
		if (row->k[0] != '\0') {
			note_value(w, row);
			continue;
		}
		w->tally.held.keys += row->held_keys;
		w->tally.held.bytes += row->held_bytes;
		w->tally.loose += row->loose;
		is_gone(w, row->version);
		w->counters++;
	}
	return OK;
}

enum err
work_look_to_write(struct work *w)
{
	enum err err = work_look(w);

	/* One that is not there cannot be locked. */
	if (err != OK || w->counters == KV_COUNTERS)
		return err;
	err = kv_values_open(&w->where);
	if (err == ERR_CONFLICT) {
		err = kv_values_adopt(&w->where, w->space);
		if (err == OK || err == ERR_CONFLICT)
			err = kv_values_open(&w->where);
	}
	if (err == OK)
		err = work_look(w);
	return err == ERR_CONFLICT ? ERR_NOT_FOUND : err;
}

static int64_t
size_of(const struct spot *s)
{
	return (int64_t)(strlen(s->key) + strlen(s->text));
}

/* What the chosen add to what is stored, or to what is `live`. */
static struct kv_usage
growth(const struct work *w, bool live)
{
	struct kv_usage more = {0};
	const struct spot *s;

	for (s = w->spot; s < w->spot + w->n; s++) {
		if (!s->chosen)
			continue;
		more.keys++;
		more.bytes += size_of(s);
		if (live ? s->live : s->there) {
			more.keys--;
			more.bytes -= s->size;
		}
	}
	return more;
}

static bool
fits(const struct work *w)
{
	const struct kv_usage live = growth(w, true), more = growth(w, false);
	const struct kv_usage *held = &w->tally.held;

	return (live.keys <= 0 ||
		   held->keys + more.keys <= w->space->max_keys) &&
	       (live.bytes <= 0 ||
		   held->bytes + more.bytes <= w->space->max_bytes);
}

static enum err
remove_expired(struct work *w, bool *any)
{
	const struct kv_row *row;
	const char **key;
	struct list rows;
	enum err err;
	size_t i;

	*any = false;
	do {
		err = kv_values_expired(&w->where, KV_BATCH_MAX, &rows);
		if (err != OK || rows.n == 0)
			return err;
		row = rows.rows;
		key = NEW_N(w->where.mem, const char *, rows.n);
		for (i = 0; i < rows.n; i++) {
			key[i] = row[i].k;
			is_gone(w, row[i].version);
		}
		err = kv_values_delete(&w->where, key, rows.n);
		*any = true;
	} while (err == OK && rows.n == KV_BATCH_MAX);
	return err;
}

static enum err
spread(const struct work *w)
{
	const struct timestamp never = {0};

	return kv_values_spread(&w->where, &w->tally, NULL, NULL, 0, never);
}

/* From here on the counter is exact, and nothing expired is there. */
enum err
work_count(struct work *w)
{
	bool any;
	enum err err = remove_expired(w, &any);
	size_t i;

	if (err == OK && (any || w->tally.loose > 0)) {
		w->tally.loose = 0;
		err = kv_values_count(&w->where, &w->tally.held);
		if (err == OK)
			err = spread(w);
	}
	for (i = 0; i < w->n; i++)
		w->spot[i].there = w->spot[i].live;
	return err;
}

enum err
work_make_room(struct work *w, bool *full)
{
	enum err err = OK;

	if (!fits(w))
		err = work_count(w);
	*full = err == OK && !fits(w);
	return err;
}

/* By chance, so that few wait for each other. */
static size_t
any_counter(const struct work *w)
{
	const uint64_t seed =
	    (uint64_t)w->where.now.us + (uintptr_t)w->where.mem;

	return (size_t)((seed * 0x9e3779b97f4a7c15u) >> 32) % KV_COUNTERS;
}

/* How many of the pairs one statement takes. */
static size_t
portion(const struct kv_pair *pair, size_t n)
{
	size_t i, bytes = 0;

	for (i = 0; i < n && i < KV_ROWS_MAX; i++) {
		bytes += strlen(pair[i].key) + strlen(pair[i].text);
		if (i > 0 && bytes > STATEMENT_BYTES)
			break;
	}
	return i;
}

int64_t
work_version(const struct work *w, const struct spot *s)
{
	const int64_t last = s->there ? s->version : w->tally.gone;

	return last >= w->where.now.us ? last + 1 : w->where.now.us;
}

/* Writes the chosen, which fit. */
enum err
work_write(struct work *w, struct timestamp expires_at)
{
	struct kv_pair *pair = NEW_N(w->where.mem, struct kv_pair, w->n);
	int64_t *version = NEW_N(w->where.mem, int64_t, w->n);
	const struct kv_usage more = growth(w, false);
	const struct spot *s;
	enum err err = OK;
	size_t i, n = 0, some;

	for (s = w->spot; s < w->spot + w->n; s++) {
		if (!s->chosen)
			continue;
		version[n] = work_version(w, s);
		pair[n++] = (struct kv_pair){s->key, s->text};
	}
	w->tally.held.keys += more.keys;
	w->tally.held.bytes += more.bytes;
	for (i = 0; i < n && err == OK; i += some) {
		some = portion(pair + i, n - i);
		err = kv_values_spread(&w->where, &w->tally, pair + i,
		    version + i, some, expires_at);
	}
	return err == ERR_CONFLICT ? ERR_RETRY : err;
}

enum err
work_upsert(const struct work *w, bool alone, struct timestamp expires_at)
{
	struct kv_quota quota = {.counter = any_counter(w),
	    .keys = (int64_t)w->n,
	    .max_keys = w->tally.max_keys,
	    .max_bytes = w->tally.max_bytes,
	    .loose = (int64_t)w->n};
	struct kv_pair *pair = NEW_N(w->where.mem, struct kv_pair, w->n);
	size_t i;

	for (i = 0; i < w->n; i++) {
		pair[i] = (struct kv_pair){w->spot[i].key, w->spot[i].text};
		quota.bytes += size_of(&w->spot[i]);
	}
	if (portion(pair, w->n) < w->n)
		return ERR_CONFLICT;
	return kv_values_upsert(
	    &w->where, alone, &quota, pair, w->n, expires_at);
}

enum err
work_delete(struct work *w)
{
	const char **key = NEW_N(w->where.mem, const char *, w->n);
	const struct spot *s;
	size_t n = 0;
	enum err err;

	for (s = w->spot; s < w->spot + w->n; s++) {
		if (!s->chosen)
			continue;
		key[n++] = s->key;
		w->tally.held.keys--;
		w->tally.held.bytes -= s->size;
		is_gone(w, s->version);
	}
	if (n == 0)
		return OK;
	err = kv_values_delete(&w->where, key, n);
	return err == OK ? spread(w) : err;
}
