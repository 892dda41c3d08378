/*
 * The own space as its owner takes it away.
 */
#include <string.h>

#include "kv/model.h"
#include "kv/store.h"

enum err
kv_export(struct kv_store *store, struct db *db, struct arena *mem,
    struct uuid user_id, const char *after, int64_t limit, struct list *out)
{
	const struct kv_call call = {.db = db, .mem = mem, .now = time_now()};
	const struct kv_space space = kv_own_space(0, 0, user_id);
	struct value_told *row;
	struct kv_value *v;
	size_t n;
	enum err err =
	    kv_list(store, &call, &space, "", after, limit, true, &v, &n);

	if (err)
		return err;
	row = NEW_N(mem, struct value_told, n + 1);
	for (size_t i = 0; i < n; i++)
		row[i] = (struct value_told){.key = v[i].key,
		    .value = {v[i].text},
		    .version = v[i].version,
		    .updated_at = v[i].updated_at,
		    .expires_at = v[i].expires_at};
	*out = (struct list){row, n};
	return OK;
}
