/*
 * Whose space it is: the own one is everybody's, an API key's too; a named one
 * belongs to the roles that have rights in it, and to administrators.
 */
#include <string.h>

#include "http/dispatch.h"
#include "kv/model.h"
#include "kv/store.h"
#include "users/model.h"

const struct permission perm_kv = {
    "kv", "Make, change and delete named key-value spaces"};

struct kv_space
kv_own_space(int64_t max_keys, int64_t max_bytes, struct uuid user_id)
{
	return (struct kv_space){user_id, max_keys, max_bytes};
}

static struct kv_space
own_space(const struct ctx *c)
{
	return kv_own_space(
	    c->config->KV_MAX_KEYS, c->config->KV_MAX_BYTES, c->user_id);
}

static struct texts
names_of(struct arena *mem, const struct list *roles)
{
	const struct role *r = roles->rows;
	const char **name = NEW_N(mem, const char *, roles->n + 1);

	for (size_t i = 0; i < roles->n; i++)
		name[i] = r[i].name;
	return (struct texts){name, roles->n};
}

/* An administrator's API key is one where it says so. */
static enum err
is_master(struct ctx *c, bool *master)
{
	enum err err;

	*master = c->user->is_superuser;
	if (!*master || c->via != VIA_KEY)
		return OK;
	err = users_may(c, &perm_kv);
	*master = err == OK;
	return err == ERR_FORBIDDEN ? OK : err;
}

/* The names of the caller's roles, and whether it needs none. */
static enum err
find_rights(struct ctx *c, struct texts *roles, bool *master)
{
	struct list list;
	enum err err = is_master(c, master);

	if (!err)
		err = roles_of(c->db, c->user_id, &list);
	if (!err)
		*roles = names_of(c->mem, &list);
	return err;
}

static enum err
check_want(struct ctx *c, const struct space *s, enum kv_want want)
{
	if (!s->can_read && !s->can_write)
		return ERR_NOT_FOUND;
	if (want == KV_WANTS_WRITE && !s->can_write)
		return fail_code(c, ERR_FORBIDDEN, "read_only",
		    "Your roles may read this space, but not write to it");
	if (want == KV_WANTS_READ && !s->can_read)
		return fail_code(c, ERR_FORBIDDEN, "write_only",
		    "Your roles may write to this space, but not read it");
	return OK;
}

enum err
need_space(
    struct ctx *c, const char *name, enum kv_want want, struct kv_space *out)
{
	struct texts roles = {0};
	bool master = false;
	struct space s;
	enum err err;

	if (strcmp(name, SPACE_OWN) == 0) {
		*out = own_space(c);
		return OK;
	}
	err = find_rights(c, &roles, &master);
	if (!err)
		err = spaces_reach(c->db, name, roles, &s);
	if (!err && !master)
		err = check_want(c, &s, want);
	if (err == ERR_NOT_FOUND)
		return fail_code(c, err, "not_found", "There is no such space");
	if (!err)
		*out = (struct kv_space){s.id, s.max_keys, s.max_bytes};
	return err;
}

/* The space is the first field of each of these inputs. */
static const char *
space_named(const struct ctx *c)
{
	const struct field *f = schema_field(c->route->in, "space");

	return FIELD_OF(char *, c->in, f);
}

enum err
need_space_to_write(struct ctx *c)
{
	struct kv_space *space = NEW(c->mem, struct kv_space);

	c->state = space;
	return need_space(c, space_named(c), KV_WANTS_WRITE, space);
}

static struct space_shown
shown(const struct space *s, bool master)
{
	return (struct space_shown){.id = s->id,
	    .space = s->name,
	    .can_read = master || s->can_read,
	    .can_write = master || s->can_write,
	    .max_keys = s->max_keys,
	    .max_bytes = s->max_bytes};
}

enum err
spaces_of_caller(struct ctx *c, struct space_shown **out, size_t *n)
{
	const struct kv_space own = own_space(c);
	struct texts roles = {0};
	const struct space *row;
	struct list named;
	bool master = false;
	enum err err = find_rights(c, &roles, &master);

	if (!err)
		err = spaces_reached(c->db, roles, &named);
	if (err)
		return err;
	*out = NEW_N(c->mem, struct space_shown, named.n + 1);
	(*out)[0] = (struct space_shown){.id = own.id,
	    .space = SPACE_OWN,
	    .can_read = true,
	    .can_write = true,
	    .max_keys = own.max_keys,
	    .max_bytes = own.max_bytes};
	*n = 1;
	row = named.rows;
	for (size_t i = 0; i < named.n; i++)
		if (master || row[i].can_read || row[i].can_write)
			(*out)[(*n)++] = shown(&row[i], master);
	return OK;
}

/*
 * Work has a name only where its transaction holds something else, the kept
 * reply: nothing else makes it run again once it is done. When that reply was
 * lost, the key is free for other work: the name is not of the key alone.
 */
struct kv_call
kv_call_of(struct ctx *c)
{
	return (struct kv_call){.db = c->db,
	    .mem = c->mem,
	    .now = time_now(),
	    .once = c->once_asked,
	    .once_s = ONCE_KEEP_HOURS * 3600};
}

enum err
kv_own_keys(struct ctx *c, int64_t *n, bool *known)
{
	const struct kv_call call = kv_call_of(c);
	const struct kv_space space = own_space(c);
	struct kv_usage used = {0};
	enum err err = kv_usage(c->app->kv, &call, &space, &used);

	*n = used.keys;
	*known = !err;
	return kv_store_joins(c->app->kv) ? err : OK;
}
