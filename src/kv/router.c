/*
 * /kv: the spaces that one may use, the keys of a space, and a value by itself.
 * Values leave no row in the trail: it would double each write.
 */
#include <string.h>

#include "core/base64url.h"
#include "core/utf8.h"
#include "http/dispatch.h"
#include "kv/model.h"
#include "kv/store.h"
#include "users/model.h"

/* They may be kept, by the caller's own client, and are asked for each time. */
#define VALUE_CACHE "private, no-cache"

enum { TRIES = 64 };

static enum err
read_spaces(struct ctx *c)
{
	const struct page *in = INPUT(c, page);
	const struct kv_call call = kv_call_of(c);
	struct listing out = {0};
	struct space_shown *row;
	struct kv_usage used;
	size_t n;
	enum err err = spaces_of_caller(c, &row, &n);

	if (err)
		return err;
	out.count = (int64_t)n;
	if (in->skip >= out.count)
		return reply(c, &out);
	row += in->skip;
	n -= (size_t)in->skip;
	if (n > (size_t)in->limit)
		n = (size_t)in->limit;
	for (size_t i = 0; i < n && !err; i++) {
		const struct kv_space space = {.id = row[i].id};

		err = kv_usage(c->app->kv, &call, &space, &used);
		row[i].keys = used.keys;
		row[i].bytes = used.bytes;
	}
	out.data = (struct list){row, n};
	return err ? err : reply(c, &out);
}

static enum err
refuse_cursor(struct ctx *c)
{
	c->faults->item[0] = (struct fault){.type = "value_error",
	    .from = "query",
	    .name = "cursor",
	    .message = "Value error, this is no cursor of an earlier answer"};
	c->faults->n = 1;
	return ERR_INVALID;
}

/* A cursor is the last key of a page. */
static enum err
read_cursor(struct ctx *c, const char *cursor, const char **after)
{
	const uint8_t *key;
	size_t n;

	*after = "";
	if (cursor == NULL)
		return OK;
	if (base64url_decode(c->mem, cursor, strlen(cursor), &key, &n) ||
	    n == 0 || n > KV_KEY_MAX || memchr(key, '\0', n) != NULL ||
	    !utf8_valid((const char *)key, n))
		return refuse_cursor(c);
	*after = arena_copy(c->mem, key, n);
	return OK;
}

static enum err
read_keys(struct ctx *c)
{
	const struct values_query *in = INPUT(c, values_query);
	const struct kv_call call = kv_call_of(c);
	struct values_page out = {.next = NULL};
	struct kv_space space;
	struct kv_value *row;
	const char *after, *last;
	size_t n = 0;
	enum err err = read_cursor(c, in->cursor, &after);

	if (!err)
		err = need_space(c, in->space, KV_WANTS_READ, &space);
	/* One more than asked for tells that there is another page. */
	if (!err)
		err = kv_list(c->app->kv, &call, &space, in->prefix, after,
		    in->limit + 1, false, &row, &n);
	if (err)
		return err;
	if (n > (size_t)in->limit) {
		n = (size_t)in->limit;
		last = row[n - 1].key;
		out.next = base64url_encode(c->mem, last, strlen(last));
	}
	out.data = (struct list){row, n};
	return reply(c, &out);
}

static enum err
no_value(struct ctx *c)
{
	return fail_code(
	    c, ERR_NOT_FOUND, "not_found", "There is no value of this key");
}

/* `version` 0 and no text: there is none. */
static enum err
find_value(struct ctx *c, const struct kv_call *call,
    const struct kv_space *space, const char *key, struct kv_value *v)
{
	enum err err =
	    kv_read(c->app->kv, call, space, &key, 1, KV_VALUE_MAX, v);

	if (!err && v->text == NULL)
		v->version = KV_ABSENT;
	return err;
}

static enum err
read_value(struct ctx *c)
{
	const struct value_path *in = INPUT(c, value_path);
	const struct kv_call call = kv_call_of(c);
	struct value_shown out;
	struct kv_space space;
	struct kv_value v;
	enum err err = need_key(c, in->key, 0);

	if (!err)
		err = need_space(c, in->space, KV_WANTS_READ, &space);
	if (!err)
		err = find_value(c, &call, &space, in->key, &v);
	if (err)
		return err;
	if (v.text == NULL)
		return no_value(c);
	c->cache = VALUE_CACHE;
	out.value.text = v.text;
	return reply_version(c, v.version, &out);
}

static bool
is_conditional(const struct ctx *c)
{
	return ctx_header(c, "if-match") != NULL ||
	       ctx_header(c, "if-none-match") != NULL;
}

static enum err
expect_version(struct ctx *c, int64_t version)
{
	enum err err = need_version(c, version);

	if (err != ERR_MATCH_REQUIRED)
		return err;
	return fail_code(c, err, "match_required",
	    "Send If-Match, or If-None-Match: * for a value that is new");
}

/*
 * Which version may be changed, given what the caller expects. A store changes
 * it only if it still is that one: nobody else's change is lost in between.
 */
static enum err
need_expected(
    struct ctx *c, const char *key, struct kv_call *call, int64_t *version)
{
	const struct kv_space *space = c->state;
	struct kv_value v;
	enum err err;

	*version = KV_ANY;
	call->alone = !is_conditional(c);
	if (call->alone)
		return expect_version(c, KV_ABSENT);
	err = find_value(c, call, space, key, &v);
	if (!err)
		err = expect_version(c, v.version);
	if (!err && v.text == NULL && c->route->method == DELETE)
		return no_value(c);
	*version = v.version;
	return err;
}

/*
 * With what is there now, once more, each time that somebody came in between:
 * whoever expects one version is refused then, and of the others one is done.
 */
static enum err
put_expected(struct ctx *c, struct kv_call *call, const struct kv_pair *pair,
    struct kv_outcome *out)
{
	int64_t version;
	enum err err;

	for (int i = 0; i < TRIES; i++) {
		err = need_expected(c, pair->key, call, &version);
		if (!err)
			err = kv_put(
			    c->app->kv, call, c->state, pair, version, out);
		if (err || out->result == KV_DONE || out->result == KV_FULL)
			return err;
	}
	return ERR_RETRY;
}

static enum err
remove_expected(struct ctx *c, struct kv_call *call, const char *key,
    struct kv_outcome *out)
{
	int64_t version;
	enum err err;

	for (int i = 0; i < TRIES; i++) {
		err = need_expected(c, key, call, &version);
		if (!err)
			err = kv_remove(
			    c->app->kv, call, c->state, key, version, out);
		if (err || out->result == KV_DONE)
			return err;
	}
	return ERR_RETRY;
}

/* Where the caller finds what it has made: the address that it named. */
static void
add_location(struct ctx *c)
{
	const char *target = request_param(c->request, "REQUEST_URI");
	int n = (int)strcspn(target, "?#");

	if (strpbrk(target, "\r\n") == NULL)
		ctx_add_header(c, "Location: %.*s", n, target);
}

static enum err
put_value(struct ctx *c)
{
	const struct value_put *in = INPUT(c, value_put);
	const struct kv_pair pair = {in->key, in->value.text};
	const struct value_shown shown = {in->value};
	const struct kv_space *space = c->state;
	struct kv_call call = kv_call_of(c);
	struct kv_outcome out;
	enum err err = need_key(c, in->key, 0);

	if (!err)
		err = need_size(c, in->key, strlen(pair.text));
	if (!err)
		err = put_expected(c, &call, &pair, &out);
	if (err)
		return err;
	if (out.result == KV_FULL)
		return refuse_full(c, space);
	if (out.done[0])
		add_location(c);
	return reply_version_status(
	    c, out.done[0] ? 201 : 200, out.version, &shown);
}

static enum err
delete_value(struct ctx *c)
{
	const struct value_path *in = INPUT(c, value_path);
	struct kv_call call = kv_call_of(c);
	struct kv_outcome out;
	enum err err = need_key(c, in->key, 0);

	if (!err)
		err = remove_expected(c, &call, in->key, &out);
	if (err)
		return err;
	return out.done[0] ? OK : no_value(c);
}

static const struct route routes[] = {
    ROUTE(GET, "/kv/", read_spaces, active_user, .in = &page,
	.out = &spaces_shown, .tx = TX_READ,
	.doc = "The spaces that one may use, and how full they are"),
    ROUTE(GET, "/kv/{space}/", read_keys, active_user, .in = &values_query,
	.out = &values_page, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "The keys of a space, in the order of their bytes"),
    ROUTE(GET, "/kv/{space}/{key}", read_value, active_user, .in = &value_path,
	.out = &value_shown, .tx = TX_READ,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "One value, as it was written"),
    ROUTE(PUT, "/kv/{space}/{key}", put_value, active_user, .in = &value_put,
	.out = &value_shown, .tx = TX_WRITE, .other_status = 201,
	.prepare = need_space_to_write, .unaudited = true,
	.match = MATCH_OR_NEW,
	.refusals =
	    ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_STORAGE),
	.doc = "Write one value; it does not expire"),
    ROUTE(DELETE, "/kv/{space}/{key}", delete_value, active_user,
	.in = &value_path, .tx = TX_WRITE, .status = 204,
	.prepare = need_space_to_write, .unaudited = true,
	.refusals = ERRORS_OF(ERR_FORBIDDEN, ERR_NOT_FOUND),
	.doc = "Delete one value"),
};

DOMAIN(kv, "kv", "Key-value spaces", routes, .coded = true);
