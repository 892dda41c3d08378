/* The key-value store in Tarantool: each call is one of the stored functions
 * of tarantool/atrium.lua, which is where the work is done. */
#include <string.h>

#include "core/config.h"
#include "core/log.h"
#include "kv/store_tarantool_part.h"

enum { ROOM = 4096, ROW_BYTES = 128, ROW_ITEMS = 8, SECOND_US = 1000000 };
enum { SMALL = 1 << 16 };

static void
pack_keys(msgpack_packer *pack, const char *const *key, size_t n)
{
	msgpack_pack_array(pack, n);
	for (size_t i = 0; i < n; i++)
		iproto_text(pack, key[i]);
}

/* Whether the texts, are not more than that. */
static bool
fit(const msgpack_object *list, int64_t room)
{
	for (uint32_t i = 0; i < list->via.array.size; i++) {
		const msgpack_object *row = &list->via.array.ptr[i];

		if (row->type == MSGPACK_OBJECT_ARRAY &&
		    row->via.array.size == 6 &&
		    row->via.array.ptr[2].type == MSGPACK_OBJECT_STR)
			room -= row->via.array.ptr[2].via.str.size;
	}
	return room >= 0;
}

/* Each is nil, or as in a list. */
static enum err
read_values(struct talk *talk, const msgpack_object *list, struct arena *mem,
    const char *const *key, size_t n, int64_t room, struct kv_value *value)
{
	if (list->type != MSGPACK_OBJECT_ARRAY || list->via.array.size != n)
		return talk_garbled(talk);
	if (room > 0 && !fit(list, room))
		return ERR_TOO_LARGE;
	for (size_t i = 0; i < n; i++) {
		const msgpack_object *row = &list->via.array.ptr[i];

		value[i] = (struct kv_value){0};
		if (row->type != MSGPACK_OBJECT_NIL &&
		    !tarantool_row(row, mem, room > 0, &value[i]))
			return talk_garbled(talk);
		value[i].key = key[i];
	}
	return OK;
}

static enum err
read_some(void *self, const struct kv_call *call, const struct kv_space *space,
    const char *const *key, size_t n, int64_t room, struct kv_value *value)
{
	size_t row = ROW_BYTES + KV_KEY_MAX + (room > 0 ? KV_VALUE_MAX : 0u);
	struct iproto_bounds bounds = {ROOM + n * row, ROOM + n * ROW_ITEMS};
	struct iproto_reply reply;
	struct talk talk;
	enum err err;

	if ((err = talk_begin(self, "atrium.read", 4, &talk)) != OK)
		return err;
	iproto_bytes(&talk.pack, &space->id, sizeof(space->id));
	msgpack_pack_int64(&talk.pack, call->now.us);
	pack_keys(&talk.pack, key, n);
	(room > 0 ? msgpack_pack_true : msgpack_pack_false)(&talk.pack);
	if ((err = talk_call(&talk, true, bounds, 1, &reply)) == OK)
		err = read_values(
		    &talk, reply.values.ptr, call->mem, key, n, room, value);
	talk_end(&talk);
	return err;
}

static int64_t
expiry(struct timestamp now, int64_t ttl_s)
{
	int64_t at;

	if (ttl_s == 0)
		return 0;
	if (__builtin_mul_overflow(ttl_s, SECOND_US, &at) ||
	    __builtin_add_overflow(at, now.us, &at))
		return INT64_MAX;
	return at;
}

/* What all changes begin with. */
static enum err
begin_change(struct tarantool *t, const struct kv_call *call,
    const struct kv_space *space, const char *function, uint32_t nargs,
    struct talk *talk)
{
	enum err err;

	if ((err = talk_begin(t, function, 4 + nargs, talk)) != OK)
		return err;
	iproto_bytes(&talk->pack, &space->id, sizeof(space->id));
	iproto_text(&talk->pack, call->once == NULL ? "" : call->once);
	msgpack_pack_int64(&talk->pack, expiry(call->now, call->once_s));
	msgpack_pack_int64(&talk->pack, call->now.us);
	return OK;
}

static bool
read_outcome(const msgpack_object *at, struct arena *mem, size_t n,
    struct kv_outcome *out)
{
	const msgpack_object_str *done = &at[2].via.str;
	int64_t result;

	if (!iproto_int(&at[0], &result) || result > KV_FULL ||
	    !iproto_int(&at[1], &out->version) ||
	    at[2].type != MSGPACK_OBJECT_STR || done->size != n)
		return false;
	out->result = (enum kv_result)result;
	out->done = NEW_N(mem, bool, n);
	for (size_t i = 0; i < n; i++)
		out->done[i] = done->ptr[i] == '1';
	return true;
}

static enum err
end_change(struct talk *talk, const struct kv_call *call, size_t n,
    struct kv_outcome *out)
{
	struct iproto_bounds bounds = {ROOM + n, ROOM};
	struct iproto_reply reply;
	enum err err = talk_call(talk, call->once != NULL, bounds, 3, &reply);

	if (err == OK && !read_outcome(reply.values.ptr, call->mem, n, out))
		err = talk_garbled(talk);
	talk_end(talk);
	return err;
}

static enum err
write_some(void *self, const struct kv_call *call, const struct kv_space *space,
    enum kv_mode mode, const struct kv_pair *pair, size_t n, int64_t ttl_s,
    struct kv_outcome *out)
{
	struct talk talk;
	enum err err;

	err = begin_change(self, call, space, "atrium.write", 6, &talk);
	if (err != OK)
		return err;
	msgpack_pack_int(&talk.pack, (int)mode);
	msgpack_pack_int64(&talk.pack, expiry(call->now, ttl_s));
	msgpack_pack_int64(&talk.pack, space->max_keys);
	msgpack_pack_int64(&talk.pack, space->max_bytes);
	msgpack_pack_array(&talk.pack, n);
	for (size_t i = 0; i < n; i++)
		iproto_text(&talk.pack, pair[i].key);
	msgpack_pack_array(&talk.pack, n);
	for (size_t i = 0; i < n; i++)
		iproto_text(&talk.pack, pair[i].text);
	return end_change(&talk, call, n, out);
}

static enum err
delete_some(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *const *key, size_t n,
    struct kv_outcome *out)
{
	struct talk talk;
	enum err err;

	err = begin_change(self, call, space, "atrium.delete", 1, &talk);
	if (err != OK)
		return err;
	pack_keys(&talk.pack, key, n);
	return end_change(&talk, call, n, out);
}

/* What the value must be, in two arguments. */
static void
pack_condition(msgpack_packer *pack, int64_t version)
{
	iproto_text(pack, version == KV_ANY      ? "any"
			  : version == KV_ABSENT ? "absent"
						 : "is");
	msgpack_pack_int64(pack, version);
}

static enum err
put_one(void *self, const struct kv_call *call, const struct kv_space *space,
    const struct kv_pair *pair, int64_t version, struct kv_outcome *out)
{
	struct talk talk;
	enum err err;

	err = begin_change(self, call, space, "atrium.put", 6, &talk);
	if (err != OK)
		return err;
	pack_condition(&talk.pack, version);
	msgpack_pack_int64(&talk.pack, space->max_keys);
	msgpack_pack_int64(&talk.pack, space->max_bytes);
	iproto_text(&talk.pack, pair->key);
	iproto_text(&talk.pack, pair->text);
	return end_change(&talk, call, 1, out);
}

static enum err
remove_one(void *self, const struct kv_call *call, const struct kv_space *space,
    const char *key, int64_t version, struct kv_outcome *out)
{
	struct talk talk;
	enum err err;

	err = begin_change(self, call, space, "atrium.remove", 3, &talk);
	if (err != OK)
		return err;
	pack_condition(&talk.pack, version);
	iproto_text(&talk.pack, key);
	return end_change(&talk, call, 1, out);
}

static void
check_address(const struct kv_address *a)
{
	if (a->database != 0)
		log_fatal("KV_URL: Tarantool has no numbered databases.");
	if ((a->user == NULL) != (a->password == NULL))
		log_fatal("KV_URL: a user needs a password, and a password a "
			  "user.");
}

void *
kv_tarantool_new(const struct config *config)
{
	/* One for each thread that serves requests, and one at least. */
	size_t n = (size_t)(config->WORKER_THREADS + config->HASH_SLOTS) + 1;
	struct arena *mem = arena_new(SMALL + 2 * n * sizeof(struct line));
	struct tarantool *t = NEW(mem, struct tarantool);
	pthread_condattr_t clock;
	const char *why;

	t->address = kv_address_parse(mem, config->KV_URL, &why);
	if (t->address == NULL)
		log_fatal("KV_URL: %s.", why);
	check_address(t->address);
	t->mem = mem;
	t->timeout_us = config->KV_TIMEOUT_MS * 1000;
	t->nlines = n;
	t->lines = NEW_N(mem, struct line, n);
	kv_name_init(&t->name, t->address->host, t->address->port);
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&t->back, &clock);
	pthread_condattr_destroy(&clock);
	for (size_t i = 0; i < n; i++) {
		line_init(&t->lines[i]);
		t->lines[i].next = t->idle;
		t->idle = &t->lines[i];
	}
	return t;
}

static void
free_all(void *self)
{
	struct tarantool *t = self;

	for (size_t i = 0; i < t->nlines; i++)
		line_free(&t->lines[i]);
	kv_name_free(&t->name);
	pthread_cond_destroy(&t->back);
	pthread_mutex_destroy(&t->lock);
	arena_free(t->mem);
}

const struct kv_backend kv_tarantool = {
    .name = "tarantool",
    .caveat = "Tarantool keeps values through a crash of its own when its "
	      "wal_mode is write, and through one of the machine only when it "
	      "is fsync; they are no part of the database's transactions.",
    .free = free_all,
    .read = read_some,
    .write = write_some,
    .delete = delete_some,
    .put = put_one,
    .remove = remove_one,
    .list = tarantool_list,
    .usage = tarantool_usage,
    .purge = tarantool_purge,
    .drop = tarantool_drop,
    .spaces = tarantool_spaces,
};
