/*
 * /admin/kv/spaces: named spaces, and which roles may do what in them.
 */
#include <string.h>

#include "http/router.h"
#include "kv/model.h"
#include "tasks/task.h"
#include "users/model.h"

/* The names of those that may; `write`: write, else read. */
static struct texts
roles_that(struct arena *mem, const struct list *rights, bool write)
{
	const struct space_right *r = rights->rows;
	const char **item = NEW_N(mem, const char *, rights->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < rights->n; i++)
		if (write ? r[i].can_write : r[i].can_read)
			item[n++] = r[i].role;
	return (struct texts){item, n};
}

static enum err
show(struct ctx *c, const struct space *s, struct space_public *out)
{
	struct list rights;
	enum err err = rights_list(c->db, s->id, &rights);

	if (err)
		return err;
	*out = (struct space_public){.name = s->name,
	    .readers = roles_that(c->mem, &rights, false),
	    .writers = roles_that(c->mem, &rights, true),
	    .max_keys = s->max_keys,
	    .max_bytes = s->max_bytes,
	    .version = s->version,
	    .created_at = s->created_at};
	return OK;
}

static enum err
read_spaces(struct ctx *c)
{
	struct list list;
	struct listing out;
	struct space_public *row;
	const struct space *s;
	enum err err = spaces_list(c->db, INPUT(c, page), &list, &out.count);

	if (err)
		return err;
	s = list.rows;
	row = NEW_N(c->mem, struct space_public, list.n + 1);
	for (size_t i = 0; i < list.n && !err; i++)
		err = show(c, &s[i], &row[i]);
	out.data = (struct list){row, list.n};
	return err ? err : reply(c, &out);
}

static enum err
no_space(struct ctx *c)
{
	return fail_code(
	    c, ERR_NOT_FOUND, "not_found", "There is no such space");
}

static enum err
read_space(struct ctx *c)
{
	struct space_public out;
	struct space s;
	enum err err =
	    spaces_by_name(c->db, INPUT(c, space_name)->name, false, &s);

	if (err == ERR_NOT_FOUND)
		return no_space(c);
	if (!err)
		err = show(c, &s, &out);
	return err ? err : reply_version(c, s.version, &out);
}

static bool
holds(struct texts names, const char *name)
{
	for (size_t i = 0; i < names.n; i++)
		if (strcmp(names.item[i], name) == 0)
			return true;
	return false;
}

static enum err
put_right(struct ctx *c, struct uuid id, const struct space_right *r)
{
	enum err err = rights_insert(c->db, id, r);

	if (err == ERR_CONFLICT)
		return fail_code(
		    c, err, "unknown_role", "There is no role %s", r->role);
	return err;
}

/* Exactly these; who is named twice has both rights, or one of them once. */
static enum err
put_rights(struct ctx *c, struct uuid id, const struct space_put *in)
{
	const struct texts none = {0};
	struct texts before = none;
	enum err err = rights_clear(c->db, id);

	for (size_t i = 0; i < in->readers.n && !err; i++) {
		const char *role = in->readers.item[i];

		before = (struct texts){in->readers.item, i};
		if (!holds(before, role))
			err = put_right(c, id,
			    &(struct space_right){
				role, true, holds(in->writers, role)});
	}
	for (size_t i = 0; i < in->writers.n && !err; i++) {
		const char *role = in->writers.item[i];

		before = (struct texts){in->writers.item, i};
		if (!holds(before, role) && !holds(in->readers, role))
			err = put_right(
			    c, id, &(struct space_right){role, false, true});
	}
	return err;
}

/* A name that is used again begins above the versions that it had. */
static struct space
space_made(const struct space_put *in, struct timestamp now)
{
	return (struct space){.id = uuid_new(),
	    .name = in->name,
	    .version = now.us,
	    .created_at = now};
}

static enum err
store(struct ctx *c, const struct space_put *in, const struct space *was,
    struct space *s)
{
	enum err err;

	*s = was != NULL ? *was : space_made(in, time_now());
	s->max_keys = in->max_keys;
	s->max_bytes = in->max_bytes;
	if (was == NULL) {
		err = spaces_insert(c->db, s);
		/* Somebody else has just made it. */
		if (err == ERR_CONFLICT)
			err = ERR_RETRY;
	} else {
		s->version++;
		err = spaces_update(c->db, s);
	}
	return err ? err : put_rights(c, s->id, in);
}

static enum err
put_space(struct ctx *c)
{
	const struct space_put *in = INPUT(c, space_put);
	struct space_public before, after;
	struct space was, s;
	enum err err = spaces_by_name(c->db, in->name, true, &was);
	bool found = !err;

	if (err && err != ERR_NOT_FOUND)
		return err;
	err = need_version(c, found ? was.version : 0);
	if (!err && found)
		err = show(c, &was, &before);
	if (!err)
		err = store(c, in, found ? &was : NULL, &s);
	if (!err)
		err = show(c, &s, &after);
	if (err)
		return err;
	trail_named(c, "kv_space", s.name);
	trail_change(c, &space_change, found ? &before : NULL, &after);
	return reply_version_status(c, found ? 200 : 201, s.version, &after);
}

/* The values go with a task, which takes its time. */
static enum err
delete_space(struct ctx *c)
{
	const char *name = INPUT(c, space_name)->name;
	struct space_public before;
	struct space s;
	enum err err = spaces_by_name(c->db, name, true, &s);

	if (err == ERR_NOT_FOUND)
		return no_space(c);
	if (!err)
		err = need_version(c, s.version);
	if (!err)
		err = show(c, &s, &before);
	if (!err)
		err = rights_clear(c->db, s.id);
	if (!err)
		err = spaces_forget(c->db, s.id);
	if (!err)
		err = task_later(c->db, &sweep_kv, NULL);
	if (err)
		return err;
	trail_named(c, "kv_space", name);
	trail_change(c, &space_change, &before, NULL);
	return OK;
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/kv/spaces", read_spaces, perm(perm_kv), .in = &page,
	.out = &spaces_public, .tx = TX_SNAPSHOT, .doc = "The named spaces"),
    ROUTE(GET, "/admin/kv/spaces/{name}", read_space, perm(perm_kv),
	.in = &space_name, .out = &space_public, .tx = TX_SNAPSHOT,
	.refusals = ERRORS_OF(ERR_NOT_FOUND), .doc = "One named space"),
    ROUTE(PUT, "/admin/kv/spaces/{name}", put_space, perm(perm_kv),
	.in = &space_put, .out = &space_public, .tx = TX_WRITE,
	.other_status = 201, .refusals = ERRORS_OF(ERR_CONFLICT),
	.doc = "Make a named space, or change its quota and rights"),
    ROUTE(DELETE, "/admin/kv/spaces/{name}", delete_space, perm(perm_kv),
	.in = &space_name, .tx = TX_WRITE, .status = 204,
	.refusals = ERRORS_OF(ERR_NOT_FOUND),
	.doc = "Delete a named space with all that is in it"),
};

DOMAIN(kv_admin, "admin", "Administration", routes, .coded = true);
