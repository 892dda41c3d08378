/* Messages of Tarantool's binary protocol: packing what is asked, and reading
 * replies, which may be any bytes at all. */
#include "kv/store_tarantool_part.h"

#include <string.h>

#include "core/base64url.h"
#include "core/crypto.h"

enum {
	KEY_TYPE = 0x00,
	KEY_SYNC = 0x01,
	KEY_TUPLE = 0x21,
	KEY_FUNCTION = 0x22,
	KEY_USER = 0x23,
	KEY_DATA = 0x30,
	KEY_ERROR = 0x31
};

enum { UINT_OF_FOUR = 0xce, IS_ERROR = 0x8000, SALT_USED = 20 };

static int
put(void *out, const char *data, size_t n)
{
	buf_put(out, data, n);
	return 0;
}

void
iproto_begin(
    struct buf *out, msgpack_packer *pack, enum iproto_type type, uint64_t sync)
{
	buf_reset(out);
	buf_put(out, "\xce\0\0\0", IPROTO_HEAD);
	msgpack_packer_init(pack, out, put);
	msgpack_pack_map(pack, 2);
	msgpack_pack_uint8(pack, KEY_TYPE);
	msgpack_pack_uint8(pack, (uint8_t)type);
	msgpack_pack_uint8(pack, KEY_SYNC);
	msgpack_pack_uint64(pack, sync);
}

void
iproto_end(struct buf *out)
{
	size_t n = out->len - IPROTO_HEAD;

	for (size_t i = 1; i < IPROTO_HEAD; i++)
		out->data[i] = (char)(uint8_t)(n >> (8 * (4 - i)));
}

void
iproto_bytes(msgpack_packer *pack, const void *data, size_t n)
{
	msgpack_pack_str(pack, n);
	msgpack_pack_str_body(pack, data, n);
}

void
iproto_text(msgpack_packer *pack, const char *text)
{
	iproto_bytes(pack, text, strlen(text));
}

void
iproto_function(msgpack_packer *pack, const char *name, uint32_t nargs)
{
	msgpack_pack_map(pack, 2);
	msgpack_pack_uint8(pack, KEY_FUNCTION);
	iproto_text(pack, name);
	msgpack_pack_uint8(pack, KEY_TUPLE);
	msgpack_pack_array(pack, nargs);
}

/* The padded base64 of 32 bytes, of which the first 20 count. */
static bool
read_salt(const char *text, uint8_t salt[SALT_USED])
{
	struct arena *mem = arena_new(1 << 16);
	char url[IPROTO_SALT];
	const uint8_t *bytes;
	size_t n = 0;
	bool good;

	for (size_t i = 0; i < sizeof(url); i++)
		url[i] = (char)(text[i] == '+'   ? '-'
				: text[i] == '/' ? '_'
						 : text[i]);
	good = url[IPROTO_SALT - 1] == '=' &&
	       base64url_decode(mem, url, IPROTO_SALT - 1, &bytes, &n) == OK &&
	       n >= SALT_USED;
	if (good)
		memcpy(salt, bytes, SALT_USED);
	arena_free(mem);
	return good;
}

/* chap-sha1: SHA1(p) XOR SHA1(salt, SHA1(SHA1(p))). */
bool
iproto_password(msgpack_packer *pack, const char *user, const char *password,
    const char *salt_text)
{
	uint8_t once[SHA1_SIZE], sum[SHA1_SIZE];
	uint8_t salted[SALT_USED + SHA1_SIZE];

	if (!read_salt(salt_text, salted))
		return false;
	crypto_sha1(password, strlen(password), once);
	crypto_sha1(once, sizeof(once), salted + SALT_USED);
	crypto_sha1(salted, sizeof(salted), sum);
	for (size_t i = 0; i < sizeof(sum); i++)
		sum[i] ^= once[i];
	msgpack_pack_map(pack, 2);
	msgpack_pack_uint8(pack, KEY_USER);
	iproto_text(pack, user);
	msgpack_pack_uint8(pack, KEY_TUPLE);
	msgpack_pack_array(pack, 2);
	iproto_text(pack, "chap-sha1");
	iproto_bytes(pack, sum, sizeof(sum));
	crypto_wipe(once, sizeof(once));
	crypto_wipe(salted, sizeof(salted));
	return true;
}

static uint64_t
big_endian(const uint8_t *p, size_t n)
{
	uint64_t value = 0;

	while (n-- > 0)
		value = value << 8 | *p++;
	return value;
}

size_t
iproto_length(const char head[IPROTO_HEAD])
{
	if ((uint8_t)head[0] != UINT_OF_FOUR)
		return 0;
	return big_endian((const uint8_t *)head + 1, IPROTO_HEAD - 1);
}

/* What the first byte of a value says of it. */
struct shape {
	uint8_t width;    /* of the number that follows it */
	uint8_t length;   /* of what follows that */
	bool counts;      /* the number is a length: bytes */
	uint8_t children; /* the number, or `length`, is so many values each */
};

static const struct shape shapes[] = {
    [0xc4 - 0xc0] = {.width = 1, .counts = true},
    [0xc5 - 0xc0] = {.width = 2, .counts = true},
    [0xc6 - 0xc0] = {.width = 4, .counts = true},
    [0xc7 - 0xc0] = {.width = 1, .length = 1, .counts = true},
    [0xc8 - 0xc0] = {.width = 2, .length = 1, .counts = true},
    [0xc9 - 0xc0] = {.width = 4, .length = 1, .counts = true},
    [0xca - 0xc0] = {.length = 4},
    [0xcb - 0xc0] = {.length = 8},
    [0xcc - 0xc0] = {.length = 1},
    [0xcd - 0xc0] = {.length = 2},
    [0xce - 0xc0] = {.length = 4},
    [0xcf - 0xc0] = {.length = 8},
    [0xd0 - 0xc0] = {.length = 1},
    [0xd1 - 0xc0] = {.length = 2},
    [0xd2 - 0xc0] = {.length = 4},
    [0xd3 - 0xc0] = {.length = 8},
    [0xd4 - 0xc0] = {.length = 2},
    [0xd5 - 0xc0] = {.length = 3},
    [0xd6 - 0xc0] = {.length = 5},
    [0xd7 - 0xc0] = {.length = 9},
    [0xd8 - 0xc0] = {.length = 17},
    [0xd9 - 0xc0] = {.width = 1, .counts = true},
    [0xda - 0xc0] = {.width = 2, .counts = true},
    [0xdb - 0xc0] = {.width = 4, .counts = true},
    [0xdc - 0xc0] = {.width = 2, .children = 1},
    [0xdd - 0xc0] = {.width = 4, .children = 1},
    [0xde - 0xc0] = {.width = 2, .children = 2},
    [0xdf - 0xc0] = {.width = 4, .children = 2},
};

/* The bytes of a value without its children, and how many it has; 0 when the
 * n bytes do not hold it. */
static size_t
measure(const uint8_t *p, size_t n, uint64_t *children)
{
	const struct shape *s;
	uint64_t number, length;
	uint8_t first = *p;

	*children = 0;
	if (first < 0x80 || first >= 0xe0)
		return 1;
	if (first < 0xa0) {
		*children = (first & 15u) * (first < 0x90 ? 2u : 1u);
		return 1;
	}
	if (first < 0xc0)
		return n > (first & 31u) ? 1 + (first & 31u) : 0;
	s = &shapes[first - 0xc0];
	if (n < 1u + s->width)
		return 0;
	number = big_endian(p + 1, s->width);
	*children = number * s->children;
	length = 1u + s->width + s->length + (s->counts ? number : 0);
	return length <= n ? (size_t)length : 0;
}

/*
 * The library takes memory for as many members as an array claims, before it
 * saw one of them: so they are counted first.
 */
static bool
is_honest(const char *data, size_t n, size_t items)
{
	const uint8_t *p = (const uint8_t *)data;
	uint64_t claimed = 0, children;
	size_t length;

	while (n > 0) {
		length = measure(p, n, &children);
		claimed += children;
		if (length == 0 || claimed > items)
			return false;
		p += length;
		n -= length;
	}
	return true;
}

static const msgpack_object *
member(const msgpack_object *map, uint64_t key)
{
	const msgpack_object_kv *kv;

	if (map->type != MSGPACK_OBJECT_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		kv = &map->via.map.ptr[i];
		if (kv->key.type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
		    kv->key.via.u64 == key)
			return &kv->val;
	}
	return NULL;
}

static bool
member_uint(const msgpack_object *map, uint64_t key, uint64_t *value)
{
	const msgpack_object *object = member(map, key);

	if (object == NULL || object->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
		return false;
	*value = object->via.u64;
	return true;
}

static bool
read_body(uint64_t type, const msgpack_object *body, struct iproto_reply *reply)
{
	const msgpack_object *object;

	if (type != 0) {
		reply->error = (uint32_t)(type & (IS_ERROR - 1));
		object = member(body, KEY_ERROR);
		if (object != NULL && object->type == MSGPACK_OBJECT_STR)
			reply->message = object->via.str;
		return reply->error != 0;
	}
	object = member(body, KEY_DATA);
	if (object == NULL)
		return true;
	if (object->type != MSGPACK_OBJECT_ARRAY)
		return false;
	reply->values = object->via.array;
	return true;
}

bool
iproto_read(msgpack_zone *zone, const char *data, size_t n, uint64_t sync,
    size_t items, struct iproto_reply *reply)
{
	msgpack_object head, body = {.type = MSGPACK_OBJECT_NIL};
	uint64_t type, other;
	size_t at = 0;

	*reply = (struct iproto_reply){.message.ptr = ""};
	if (!is_honest(data, n, items))
		return false;
	if (msgpack_unpack(data, n, &at, zone, &head) <= 0)
		return false;
	if (at < n && msgpack_unpack(data, n, &at, zone, &body) <= 0)
		return false;
	if (at != n || !member_uint(&head, KEY_TYPE, &type) ||
	    !member_uint(&head, KEY_SYNC, &other))
		return false;
	if (other != sync || (type != 0 && (type & IS_ERROR) == 0))
		return false;
	return read_body(type, &body, reply);
}

bool
iproto_int(const msgpack_object *object, int64_t *value)
{
	if (object->type != MSGPACK_OBJECT_POSITIVE_INTEGER ||
	    object->via.u64 > INT64_MAX)
		return false;
	*value = (int64_t)object->via.u64;
	return true;
}

bool
iproto_bool(const msgpack_object *object, bool *value)
{
	if (object->type != MSGPACK_OBJECT_BOOLEAN)
		return false;
	*value = object->via.boolean;
	return true;
}

bool
iproto_copy(const msgpack_object *object, struct arena *mem, size_t max,
    const char **text)
{
	const msgpack_object_str *str = &object->via.str;

	if (object->type != MSGPACK_OBJECT_STR || str->size > max ||
	    (str->size > 0 && memchr(str->ptr, '\0', str->size) != NULL))
		return false;
	*text = arena_copy(mem, str->ptr, str->size);
	return true;
}
