/*
 * The views of spaces and values.
 */
#include "kv/model.h"
#include "kv/store.h"

#define NAME_PATTERN "^[a-z0-9][a-z0-9_-]{0,63}$"
#define MODE_PATTERN "^(insert|upsert|strict_insert)$"
#define TTL_S_MAX    31536000
#define KEYS_DOC     "1 to 512 bytes each, none twice"

#define T struct space
SCHEMA(space_row, "SpaceRow", FIELD(id), FIELD(name, .flags = NULLABLE),
    FIELD(owner, .flags = NULLABLE), FIELD(max_keys), FIELD(max_bytes),
    FIELD(version), FIELD(created_at));
SCHEMA(space_reached, "SpaceReached", FIELD(id), FIELD(name), FIELD(max_keys),
    FIELD(max_bytes), FIELD(can_read), FIELD(can_write));
#undef T

#define T struct space_right
SCHEMA(space_right_row, "SpaceRight", FIELD(role), FIELD(can_read),
    FIELD(can_write));
#undef T

#define T struct space_shown
SCHEMA(space_shown, "KvSpace",
    FIELD(space, .doc = "The name; ~ is the own one"), FIELD(can_read),
    FIELD(can_write),
    FIELD(
	keys, .doc = "How many there are; of more than 1000, at most how many"),
    FIELD(bytes, .doc = "Of keys and values together, likewise"),
    FIELD(max_keys), FIELD(max_bytes));
#undef T
LISTING(spaces_shown, "KvSpaces", space_shown);

#define T struct value_path
SCHEMA(value_path, "ValuePath", FIELD(space, .from = FROM_PATH),
    FIELD(key, .from = FROM_PATH));
#undef T

#define T struct value_put
SCHEMA(value_put, "ValuePut", FIELD(space, .from = FROM_PATH),
    FIELD(key, .from = FROM_PATH),
    FIELD(value, .flags = WHOLE | REQUIRED,
	.doc = "Any JSON value, at most 64 KiB"));
#undef T

#define T struct value_shown
BARE_SCHEMA(value_shown, "KvValue", FIELD(value));
#undef T

#define T struct values_query
SCHEMA(values_query, "ValuesQuery", FIELD(space, .from = FROM_PATH),
    FIELD(prefix, .from = FROM_QUERY, .preset = "\"\"",
	.doc = "Keys that begin with it"),
    FIELD(cursor, .from = FROM_QUERY, .doc = "`next` of an earlier answer"),
    FIELD(limit, .from = FROM_QUERY, .min = 1, .max = KV_PAGE_MAX,
	.preset = "100"));
#undef T

#define T struct kv_value
SCHEMA(value_listed, "KvKey", FIELD(key), FIELD(size), FIELD(version),
    FIELD(updated_at), FIELD(expires_at, .flags = OMITTED));
#undef T

#define T struct values_page
SCHEMA(values_page, "KvKeys", FIELD(data, .view = &value_listed),
    FIELD(next, .flags = NULLABLE));
#undef T

#define T struct values_read
SCHEMA(values_read, "KvRead", FIELD(space, .from = FROM_PATH),
    FIELD(keys, .flags = REQUIRED, .min = 1, .max = KV_BATCH_MAX,
	.item_max = KV_KEY_MAX, .doc = KEYS_DOC),
    FIELD(strict, .doc = "Missing keys make it a 404"));
#undef T

#define T struct values_found
SCHEMA(values_found, "KvFound", FIELD(data),
    FIELD(missing, .item_max = KV_KEY_MAX));
#undef T

#define T struct values_write
SCHEMA(values_write, "KvWrite", FIELD(space, .from = FROM_PATH),
    FIELD(data, .flags = REQUIRED, .min = 1, .max = KV_BATCH_MAX,
	.doc = "Values by key: any JSON, at most 64 KiB each"),
    FIELD(mode, .pattern = MODE_PATTERN, .preset = "\"upsert\"",
	.doc = "What is done where there is a value: skip it, replace it, or "
	       "write nothing at all"),
    FIELD(ttl_s, .min = 1, .max = TTL_S_MAX,
	.doc = "Seconds after which they are gone; without it they stay"));
#undef T

#define T struct values_written
SCHEMA(values_written, "KvWritten", FIELD(written, .item_max = KV_KEY_MAX),
    FIELD(skipped, .item_max = KV_KEY_MAX,
	.doc = "There was a value (mode insert)"));
#undef T

#define T struct values_delete
SCHEMA(values_delete, "KvDelete", FIELD(space, .from = FROM_PATH),
    FIELD(keys, .flags = REQUIRED, .min = 1, .max = KV_BATCH_MAX,
	.item_max = KV_KEY_MAX, .doc = KEYS_DOC));
#undef T

#define T struct values_deleted
SCHEMA(values_deleted, "KvDeleted", FIELD(deleted, .item_max = KV_KEY_MAX),
    FIELD(missing, .item_max = KV_KEY_MAX));
#undef T

#define T struct space_name
SCHEMA(space_name, "SpaceName", FIELD(name, .from = FROM_PATH));
#undef T

#define T struct space_put
SCHEMA(space_put, "KvSpacePut",
    FIELD(name, .from = FROM_PATH, .pattern = NAME_PATTERN),
    FIELD(readers, .preset = "[]", .doc = "Roles that may read"),
    FIELD(writers, .preset = "[]", .doc = "Roles that may write"),
    FIELD(max_keys, .min = 1, .max = 1000000000, .preset = "100000"),
    FIELD(max_bytes, .min = 1024, .max = 1LL << 50, .preset = "67108864",
	.doc = "Of keys and values together"));
#undef T

#define T struct space_public
SCHEMA(space_public, "KvSpaceAdmin", FIELD(name), FIELD(readers),
    FIELD(writers), FIELD(max_keys), FIELD(max_bytes), FIELD(version),
    FIELD(created_at));
SCHEMA(space_change, "SpaceChange", FIELD(readers), FIELD(writers),
    FIELD(max_keys), FIELD(max_bytes));
#undef T
LISTING(spaces_public, "KvSpacesAdmin", space_public);

#define T struct sweep_from
SCHEMA(sweep_from, "SweepFrom", FIELD(space_id, .flags = REQUIRED));
#undef T

#define T struct value_told
SCHEMA(value_told, "ValueTold", FIELD(key), FIELD(value), FIELD(version),
    FIELD(updated_at), FIELD(expires_at, .flags = NULLABLE));
#undef T
