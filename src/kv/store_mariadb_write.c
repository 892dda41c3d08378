/*
 * Writes in MariaDB. An upsert is one statement, until the space might be
 * full; all others look first, with the space locked.
 */
#include <string.h>

#include "kv/store_mariadb_part.h"

enum { MARGIN = 16, SECOND_US = 1000000 };

static enum kv_result
choose(struct work *w, enum kv_mode mode)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (mode == KV_STRICT_INSERT && w->spot[i].live)
			return KV_EXISTS;
		w->spot[i].chosen = mode == KV_UPSERT || !w->spot[i].live;
	}
	return KV_DONE;
}

static void
mark_done(const struct work *w, struct kv_outcome *out)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		out->done[w->spot[i].at] = w->spot[i].chosen;
}

static enum err
write_looked(struct work *w, enum kv_mode mode, struct timestamp expires_at,
    struct kv_outcome *out)
{
	bool full = false;
	enum err err = work_look_to_write(w);

	/* Worth it: the next ones need not look again for a while. */
	if (err == OK && w->tally.loose > 0 &&
	    w->tally.loose >= (w->tally.held.keys - w->tally.loose) / MARGIN)
		err = work_count(w);
	if (err != OK)
		return err;
	out->result = choose(w, mode);
	if (out->result != KV_DONE)
		return OK;
	err = work_make_room(w, &full);
	if (err == OK && !full)
		err = work_write(w, expires_at);
	if (full)
		out->result = KV_FULL;
	else
		mark_done(w, out);
	return err;
}

enum err
mariadb_write(void *self, const struct kv_call *call,
    const struct kv_space *space, enum kv_mode mode, const struct kv_pair *pair,
    size_t n, int64_t ttl_s, struct kv_outcome *out)
{
	struct timestamp expires_at = {0};
	enum err err = ERR_CONFLICT;
	struct work w;

	(void)self;
	if (ttl_s > 0)
		expires_at.us = call->now.us + ttl_s * SECOND_US;
	work_begin(&w, call, space, n);
	work_take_pairs(&w, pair);
	if (mode == KV_UPSERT)
		err = work_upsert(&w, call->alone, expires_at);
	if (err == ERR_CONFLICT)
		return write_looked(&w, mode, expires_at, out);
	if (err == OK)
		memset(out->done, true, n * sizeof(out->done[0]));
	return err;
}

enum err
mariadb_put(void *self, const struct kv_call *call,
    const struct kv_space *space, const struct kv_pair *pair, int64_t version,
    struct kv_outcome *out)
{
	const struct timestamp never = {0};
	struct work w;
	struct spot *s;
	bool full = false;
	enum err err;

	(void)self;
	work_begin(&w, call, space, 1);
	work_take_pairs(&w, pair);
	s = &w.spot[0];
	err = work_look_to_write(&w);
	if (err != OK)
		return err;
	if (version == KV_ABSENT && s->live)
		out->result = KV_EXISTS;
	else if (version > 0 && (!s->live || s->version != version))
		out->result = KV_CHANGED;
	if (out->result != KV_DONE)
		return OK;
	s->chosen = true;
	err = work_make_room(&w, &full);
	if (full)
		out->result = KV_FULL;
	if (err != OK || full)
		return err;
	out->done[0] = !s->live;
	out->version = work_version(&w, s);
	return work_write(&w, never);
}

enum err
mariadb_delete(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    struct kv_outcome *out)
{
	struct work w;
	enum err err;
	size_t i;

	(void)self;
	work_begin(&w, call, space, n);
	work_take_keys(&w, key);
	err = work_look(&w);
	/* What has expired goes too, and is not spoken of. */
	for (i = 0; i < n; i++) {
		w.spot[i].chosen = w.spot[i].there;
		out->done[w.spot[i].at] = w.spot[i].live;
	}
	return err == OK ? work_delete(&w) : err;
}

enum err
mariadb_remove(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *key, int64_t version,
    struct kv_outcome *out)
{
	struct work w;
	struct spot *s;
	enum err err;

	(void)self;
	work_begin(&w, call, space, 1);
	work_take_keys(&w, &key);
	s = &w.spot[0];
	err = work_look(&w);
	if (err != OK)
		return err;
	if (version != KV_ANY && (!s->live || s->version != version)) {
		out->result = KV_CHANGED;
		return OK;
	}
	out->done[0] = s->live;
	s->chosen = s->there;
	return work_delete(&w);
}
