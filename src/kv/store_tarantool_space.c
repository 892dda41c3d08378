/* What is asked about a whole space, or all of them. */
#include <string.h>

#include "kv/store_tarantool_part.h"

enum { ROOM = 4096, ROW_BYTES = 128, ROW_ITEMS = 8 };

bool
tarantool_row(const msgpack_object *row, struct arena *mem, bool text,
    struct kv_value *value)
{
	const msgpack_object *at = row->via.array.ptr;

	if (row->type != MSGPACK_OBJECT_ARRAY ||
	    row->via.array.size != (text ? 6 : 5))
		return false;
	if (text)
		at++;
	if (!iproto_copy(&at[0], mem, KV_KEY_MAX, &value->key) ||
	    !iproto_int(&at[2], &value->version) ||
	    !iproto_int(&at[3], &value->updated_at.us) ||
	    !iproto_int(&at[4], &value->expires_at.us))
		return false;
	if (!text)
		return iproto_int(&at[1], &value->size);
	value->size = at[1].via.str.size;
	return iproto_copy(&at[1], mem, KV_VALUE_MAX, &value->text);
}

static enum err
read_rows(struct talk *talk, const msgpack_object *list, struct arena *mem,
    int64_t limit, bool texts, struct kv_value **value, size_t *n)
{
	if (list->type != MSGPACK_OBJECT_ARRAY ||
	    list->via.array.size > (uint64_t)limit)
		return talk_garbled(talk);
	*n = list->via.array.size;
	*value = NEW_N(mem, struct kv_value, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		if (!tarantool_row(
			&list->via.array.ptr[i], mem, texts, &(*value)[i]))
			return talk_garbled(talk);
	}
	return OK;
}

enum err
tarantool_list(void *self, const struct kv_call *call,
    const struct kv_space *space, const char *prefix, const char *after,
    int64_t limit, bool texts, struct kv_value **value, size_t *n)
{
	/* strcmp() compares bytes as unsigned, as Tarantool does. */
	bool resumes = *after != '\0' && strcmp(after, prefix) >= 0;
	size_t rows = (size_t)limit;
	size_t row = ROW_BYTES + KV_KEY_MAX + (texts ? KV_VALUE_MAX : 0u);
	struct iproto_bounds bounds = {
	    ROOM + rows * row, ROOM + rows * ROW_ITEMS};
	struct iproto_reply reply;
	struct talk talk;
	enum err err;

	if ((err = talk_begin(self, "atrium.list", 7, &talk)) != OK)
		return err;
	iproto_bytes(&talk.pack, &space->id, sizeof(space->id));
	msgpack_pack_int64(&talk.pack, call->now.us);
	iproto_text(&talk.pack, prefix);
	iproto_text(&talk.pack, resumes ? after : prefix);
	(resumes ? msgpack_pack_true : msgpack_pack_false)(&talk.pack);
	msgpack_pack_int64(&talk.pack, limit);
	(texts ? msgpack_pack_true : msgpack_pack_false)(&talk.pack);
	if ((err = talk_call(&talk, true, bounds, 1, &reply)) == OK)
		err = read_rows(
		    &talk, reply.values.ptr, call->mem, limit, texts, value, n);
	talk_end(&talk);
	return err;
}

enum err
tarantool_usage(void *self, const struct kv_call *call,
    const struct kv_space *space, struct kv_usage *usage)
{
	static const struct iproto_bounds bounds = {ROOM, ROOM};
	struct iproto_reply reply;
	struct talk talk;
	enum err err;

	if ((err = talk_begin(self, "atrium.usage", 2, &talk)) != OK)
		return err;
	iproto_bytes(&talk.pack, &space->id, sizeof(space->id));
	msgpack_pack_int64(&talk.pack, call->now.us);
	if ((err = talk_call(&talk, true, bounds, 2, &reply)) == OK &&
	    (!iproto_int(&reply.values.ptr[0], &usage->keys) ||
		!iproto_int(&reply.values.ptr[1], &usage->bytes)))
		err = talk_garbled(&talk);
	talk_end(&talk);
	return err;
}

/* The end of a call whose only answer is whether to come again. */
static enum err
finish(struct talk *talk, bool *more)
{
	static const struct iproto_bounds bounds = {ROOM, ROOM};
	struct iproto_reply reply;
	enum err err = talk_call(talk, true, bounds, 1, &reply);

	if (err == OK && !iproto_bool(reply.values.ptr, more))
		err = talk_garbled(talk);
	talk_end(talk);
	return err;
}

enum err
tarantool_purge(
    void *self, const struct kv_call *call, int64_t limit, bool *more)
{
	struct talk talk;
	enum err err;

	if ((err = talk_begin(self, "atrium.purge", 2, &talk)) != OK)
		return err;
	msgpack_pack_int64(&talk.pack, call->now.us);
	msgpack_pack_int64(&talk.pack, limit);
	return finish(&talk, more);
}

enum err
tarantool_drop(void *self, const struct kv_call *call,
    const struct kv_space *space, int64_t limit, bool *more)
{
	struct talk talk;
	enum err err;

	(void)call;
	if ((err = talk_begin(self, "atrium.drop", 2, &talk)) != OK)
		return err;
	iproto_bytes(&talk.pack, &space->id, sizeof(space->id));
	msgpack_pack_int64(&talk.pack, limit);
	return finish(&talk, more);
}

static enum err
read_ids(struct talk *talk, const msgpack_object *list, struct arena *mem,
    int64_t limit, struct uuid **id, size_t *n)
{
	const msgpack_object *at;

	if (list->type != MSGPACK_OBJECT_ARRAY ||
	    list->via.array.size > (uint64_t)limit)
		return talk_garbled(talk);
	*n = list->via.array.size;
	*id = NEW_N(mem, struct uuid, *n + 1);
	for (size_t i = 0; i < *n; i++) {
		at = &list->via.array.ptr[i];
		if (at->type != MSGPACK_OBJECT_STR ||
		    at->via.str.size != sizeof(**id))
			return talk_garbled(talk);
		memcpy(&(*id)[i], at->via.str.ptr, sizeof(**id));
	}
	return OK;
}

enum err
tarantool_spaces(void *self, const struct kv_call *call, struct uuid after,
    int64_t limit, struct uuid **id, size_t *n)
{
	struct iproto_bounds bounds = {
	    ROOM + (size_t)limit * ROW_BYTES, ROOM + (size_t)limit * ROW_ITEMS};
	struct iproto_reply reply;
	struct talk talk;
	enum err err;

	if ((err = talk_begin(self, "atrium.spaces", 3, &talk)) != OK)
		return err;
	iproto_bytes(&talk.pack, &after, sizeof(after));
	msgpack_pack_int64(&talk.pack, call->now.us);
	msgpack_pack_int64(&talk.pack, limit);
	if ((err = talk_call(&talk, true, bounds, 1, &reply)) == OK)
		err =
		    read_ids(&talk, reply.values.ptr, call->mem, limit, id, n);
	talk_end(&talk);
	return err;
}
