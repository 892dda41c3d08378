/*
 * /kv/{space}/read, write, delete: up to 1000 values at once, all or none.
 */
#include <string.h>

#include "core/texts.h"
#include "http/dispatch.h"
#include "kv/model.h"
#include "kv/store.h"
#include "users/model.h"

enum { READ_ROOM = 16 << 20 }; /* as much as an answer holds */

/* A refusal that says of which keys, in a member of its own. */
static enum err
refuse_keys(struct ctx *c, enum err why, const char *code, const char *detail,
    const char *member, const struct texts *keys)
{
	enum err err = refuse_code(c, why, code, detail);

	c->body->len--; /* the brace */
	buf_printf(c->body, ",\"%s\":", member);
	texts_write(c->body, keys);
	buf_putc(c->body, '}');
	return err;
}

/* Those of the keys whose mark is `is`, as they stand. */
static struct texts
marked(struct arena *mem, const struct texts *keys, const bool *mark, bool is)
{
	const char **item = NEW_N(mem, const char *, keys->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < keys->n; i++)
		if (mark[i] == is)
			item[n++] = keys->item[i];
	return (struct texts){item, n};
}

/* What was found, and what was not. */
static struct values_found
sort_out(struct arena *mem, const struct texts *keys, const struct kv_value *v)
{
	struct json_member *item = NEW_N(mem, struct json_member, keys->n + 1);
	const char **missing = NEW_N(mem, const char *, keys->n + 1);
	struct values_found out = {
	    .data = {.item = item}, .missing = {.item = missing}};

	for (size_t i = 0; i < keys->n; i++) {
		if (v[i].text == NULL)
			missing[out.missing.n++] = keys->item[i];
		else
			item[out.data.n++] = (struct json_member){
			    keys->item[i], v[i].text, strlen(v[i].text)};
	}
	return out;
}

static enum err
refuse_much(struct ctx *c)
{
	return fail_code(c, ERR_TOO_LARGE, "reply_too_large",
	    "The values are too large for one answer: ask for fewer keys");
}

static enum err
read_values(struct ctx *c)
{
	const struct values_read *in = INPUT(c, values_read);
	const struct kv_call call = kv_call_of(c);
	struct values_found out;
	struct kv_space space;
	struct kv_value *v;
	enum err err = need_keys(c, &in->keys);

	if (!err)
		err = need_space(c, in->space, KV_WANTS_READ, &space);
	if (err)
		return err;
	v = NEW_N(c->mem, struct kv_value, in->keys.n);
	err = kv_read(
	    c->app->kv, &call, &space, in->keys.item, in->keys.n, READ_ROOM, v);
	if (err == ERR_TOO_LARGE)
		return refuse_much(c);
	if (err)
		return err;
	out = sort_out(c->mem, &in->keys, v);
	if (in->strict && out.missing.n > 0)
		return refuse_keys(c, ERR_NOT_FOUND, "missing_keys",
		    "Some of the keys have no value", "missing", &out.missing);
	err = reply(c, &out);
	return c->body->full ? refuse_much(c) : err;
}

static enum kv_mode
mode_of(const char *name)
{
	if (strcmp(name, "insert") == 0)
		return KV_INSERT;
	return strcmp(name, "upsert") == 0 ? KV_UPSERT : KV_STRICT_INSERT;
}

/* The keys of the request, for a list of those that were written. */
static struct texts
keys_of(struct arena *mem, const struct json_map *data)
{
	const char **item = NEW_N(mem, const char *, data->n + 1);

	for (size_t i = 0; i < data->n; i++)
		item[i] = data->item[i].name;
	return (struct texts){item, data->n};
}

static enum err
need_pairs(
    struct ctx *c, const struct json_map *data, const struct kv_pair **out)
{
	struct kv_pair *pair = NEW_N(c->mem, struct kv_pair, data->n);
	enum err err = OK;

	for (size_t i = 0; i < data->n && !err; i++) {
		const struct json_member *m = &data->item[i];

		pair[i] = (struct kv_pair){m->name, m->text};
		err = need_size(c, m->name, m->size);
	}
	*out = pair;
	return err;
}

/* Which of them are in the way: they were a moment ago. */
static enum err
refuse_existing(
    struct ctx *c, const struct kv_call *call, const struct texts *keys)
{
	struct kv_value *v = NEW_N(c->mem, struct kv_value, keys->n);
	bool *there = NEW_N(c->mem, bool, keys->n);
	struct texts existing;
	enum err err =
	    kv_read(c->app->kv, call, c->state, keys->item, keys->n, 0, v);

	if (err)
		return err;
	for (size_t i = 0; i < keys->n; i++)
		there[i] = v[i].version != 0;
	existing = marked(c->mem, keys, there, true);
	if (existing.n == 0)
		return ERR_RETRY;
	return refuse_keys(c, ERR_CONFLICT, "exists",
	    "Some of the keys have a value: nothing was written", "existing",
	    &existing);
}

static enum err
write_values(struct ctx *c)
{
	const struct values_write *in = INPUT(c, values_write);
	const struct kv_space *space = c->state;
	enum kv_mode mode = mode_of(in->mode);
	struct kv_call call = kv_call_of(c);
	const struct kv_pair *pair;
	struct values_written out;
	struct kv_outcome done;
	struct texts keys;
	enum err err = need_pairs(c, &in->data, &pair);

	if (err)
		return err;
	call.alone = mode == KV_UPSERT && c->once == NULL;
	err = kv_write(
	    c->app->kv, &call, space, mode, pair, in->data.n, in->ttl_s, &done);
	if (err)
		return err;
	keys = keys_of(c->mem, &in->data);
	if (done.result == KV_EXISTS)
		return refuse_existing(c, &call, &keys);
	if (done.result == KV_FULL)
		return refuse_full(c, space);
	out.written = marked(c->mem, &keys, done.done, true);
	out.skipped = marked(c->mem, &keys, done.done, false);
	return reply_status(c, out.written.n > 0 ? 201 : 200, &out);
}

static enum err
delete_values(struct ctx *c)
{
	const struct values_delete *in = INPUT(c, values_delete);
	struct kv_call call = kv_call_of(c);
	struct values_deleted out;
	struct kv_outcome done;
	enum err err = need_keys(c, &in->keys);

	if (err)
		return err;
	call.alone = true;
	err = kv_delete(
	    c->app->kv, &call, c->state, in->keys.item, in->keys.n, &done);
	if (err)
		return err;
	out.deleted = marked(c->mem, &in->keys, done.done, true);
	out.missing = marked(c->mem, &in->keys, done.done, false);
	return reply(c, &out);
}

static const struct route routes[] = {
    ROUTE(POST, "/kv/{space}/read", read_values, active_user,
	.in = &values_read, .out = &values_found, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_TOO_LARGE),
	.doc = "Read up to 1000 values"),
    ROUTE(POST, "/kv/{space}/write", write_values, active_user,
	.in = &values_write, .out = &values_written, .tx = TX_WRITE,
	.status = 201, .other_status = 200, .idempotent = IDEMPOTENT,
	.prepare = need_space_to_write, .unaudited = true,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_CONFLICT,
	    ERR_TOO_LARGE, ERR_STORAGE),
	.doc = "Write up to 1000 values, all or none"),
    ROUTE(POST, "/kv/{space}/delete", delete_values, active_user,
	.in = &values_delete, .out = &values_deleted, .tx = TX_WRITE,
	.prepare = need_space_to_write, .unaudited = true,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "Delete up to 1000 values"),
};

DOMAIN(kv_batches, "kv", "Key-value spaces", routes, .coded = true);
