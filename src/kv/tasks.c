/*
 * What nobody asks for any more: values that expired, and what is in spaces
 * whose account or row is gone.
 */
#include "kv/model.h"
#include "kv/store.h"
#include "tasks/task.h"
#include "users/model.h"

enum {
	PURGE_KEYS = 2000,
	PURGE_EVERY_S = 600,
	SWEEP_SPACES = 200, /* looked at in one run */
	SWEEP_KEYS = 2000,  /* removed in one run */
	SWEEP_EVERY_S = 3600,
	SWEEP_S = 300
};

static struct kv_call
call_of(struct task *t)
{
	return (struct kv_call){.db = t->db, .mem = t->mem, .now = time_now()};
}

static enum err
purge(struct task *t)
{
	const struct kv_call call = call_of(t);
	bool more = false;
	enum err err = kv_purge(t->kv, &call, PURGE_KEYS, &more);

	return err || !more ? err : task_later(t->db, &purge_kv, NULL);
}

/* Neither an account's nor one that has a name. */
static enum err
is_gone(struct task *t, struct uuid id, bool *gone)
{
	struct user u;
	struct space s;
	enum err err = users_by_id(t->db, id, &u);

	*gone = false;
	if (err != ERR_NOT_FOUND)
		return err;
	err = spaces_by_id(t->db, id, &s);
	if (err && err != ERR_NOT_FOUND)
		return err;
	*gone =
	    err == ERR_NOT_FOUND || (s.name == NULL && uuid_is_nil(&s.owner));
	return OK;
}

/*
 * Looks at some spaces of the store. The next run goes on after them, or, when
 * one could not be emptied at once, with that one.
 */
static enum err
sweep_after(struct task *t, struct uuid after)
{
	const struct kv_call call = call_of(t);
	bool gone = false, more = false;
	struct sweep_from next = {after};
	struct uuid *id;
	size_t i, n;
	enum err err = kv_spaces(t->kv, &call, after, SWEEP_SPACES, &id, &n);

	for (i = 0; i < n && !err && !more; i++) {
		const struct kv_space space = {.id = id[i]};

		err = is_gone(t, id[i], &gone);
		if (!err && gone)
			err = kv_drop(t->kv, &call, &space, SWEEP_KEYS, &more);
		if (!more)
			next.space_id = id[i];
	}
	if (err)
		return err;
	if (more || n == SWEEP_SPACES)
		return task_later(t->db, &sweep_kv_on, &next);
	return spaces_purge(t->db, SWEEP_SPACES);
}

static enum err
sweep(struct task *t)
{
	return sweep_after(t, (struct uuid){{0}});
}

static enum err
sweep_on(struct task *t)
{
	return sweep_after(t, TASK_ARGS(t, sweep_from)->space_id);
}

TASK(purge_kv, "purge_kv", .handle = purge, .every_s = PURGE_EVERY_S,
    .doc = "Removes values of key-value spaces that expired");
TASK(sweep_kv, "sweep_kv", .handle = sweep, .every_s = SWEEP_EVERY_S,
    .deadline_s = SWEEP_S,
    .doc = "Empties key-value spaces whose account or name is gone");
TASK(sweep_kv_on, "sweep_kv_on", .args = &sweep_from, .handle = sweep_on,
    .deadline_s = SWEEP_S, .doc = "Goes on with that");
