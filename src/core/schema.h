/*
 * A schema is a named view of a struct. One table is read by every engine:
 * input decoding and validation (decode.h), JSON encoding (encode.h), SQL rows
 * (db/db.h), the configuration (config.h) and OpenAPI (http/openapi.h). A
 * struct may have several views: all columns, the public part, a patch.
 *
 * How "none" looks in a struct: NULL text, nil uuid, zero timestamp. A field
 * that is NULLABLE and holds "none" is JSON and SQL null.
 */
#ifndef CORE_SCHEMA_H
#define CORE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/time.h"
#include "core/uuid.h"

enum field_type {
	FIELD_BOOL,   /* bool */
	FIELD_INT,    /* int64_t */
	FIELD_REAL,   /* double */
	FIELD_TEXT,   /* const char *: valid UTF-8 without U+0000 */
	FIELD_UUID,   /* struct uuid */
	FIELD_TIME,   /* struct timestamp */
	FIELD_LIST,   /* struct list of `view` */
	FIELD_OBJECT, /* struct object of `view`; encoded only */
	FIELD_TEXTS,  /* struct texts */
	FIELD_JSON,   /* struct raw_json: any JSON value */
	FIELD_MAP     /* struct json_map: an object of any members */
};

enum field_from { FROM_BODY, FROM_PATH, FROM_QUERY }; /* inputs only */

enum field_flag {
	REQUIRED = 1 << 0, /* absent is a fault */
	NULLABLE = 1 << 1, /* null is allowed */
	SECRET = 1 << 2,   /* never encoded, logged or echoed in a fault */
	BOUNDED = 1 << 3,  /* min and max hold even when they are 0 */
	OMITTED = 1 << 4,  /* in an output: left out when it is none */
	WHOLE = 1 << 5     /* FIELD_JSON: not a member, the body itself */
};

enum field_format {
	FORMAT_ANY,
	FORMAT_EMAIL,   /* as core/email.h; decoded to its normal form */
	FORMAT_URL,     /* for OpenAPI and the configuration */
	FORMAT_PASSWORD /* for OpenAPI only */
};

struct arena;
struct faults;
struct schema;

/*
 * A list in a struct: `n` structs as the field's view describes them. As an
 * input, from JSON alone, min and max bound their number (max 0: 1000), and
 * decode.h says what of each was given. Its view has plain fields only.
 */
struct list {
	const void *rows;
	size_t n;
};

/* An object in a struct: one struct as the field's view describes it. */
struct object {
	const void *row;
};

/*
 * A list of texts. As a field: min and max bound their number (max 0:
 * TEXTS_ITEMS), `pattern` each of them; each has 1 to `item_max` code points
 * (0: TEXTS_ITEM).
 * As an SQL column: a JSON array. In a query: the parameter, repeated. "None"
 * is a NULL item; an empty list that came in, from JSON or SQL, has one.
 */
struct texts {
	const char *const *item;
	size_t n;
};

enum { TEXTS_ITEMS = 100, TEXTS_ITEM = 255 };

/*
 * A JSON value as the text that came in, byte for byte but for blanks between
 * its parts: order of members, numbers and escapes are kept. As a field, max
 * bounds its bytes. "None" is a NULL text; where NULLABLE is not set, null is
 * the text "null".
 */
struct raw_json {
	const char *text;
};

/*
 * An object whose members are data, in the order they came in. As a field, min
 * and max bound their number (max 0: MAP_ITEMS); each name has 1 to MAP_NAME
 * bytes. A value may have as many bytes as the body: whoever keeps it bounds
 * it. "None" is a NULL item; an empty object that came in has one.
 */
struct json_member {
	const char *name; /* valid UTF-8, without U+0000 */
	const char *text; /* of the value, as struct raw_json has it */
	size_t size;      /* of the text, in bytes */
};
struct json_map {
	const struct json_member *item;
	size_t n;
};

enum { MAP_ITEMS = 1000, MAP_NAME = 512 };

struct field {
	const char *name; /* in JSON, SQL, queries and the environment */
	size_t offset;
	enum field_type type;
	enum field_from from;
	unsigned flags;
	/*
	 * Bounds of an integer's value or of a text's code points. Text: a 0
	 * is no bound. Integer: both count when one is not 0, or if BOUNDED.
	 */
	int64_t min, max;
	int64_t item_max; /* of a list of texts */
	enum field_format format;
	const char *pattern; /* POSIX extended regular expression, anchored */
	const char *preset;  /* what an absent field becomes, as JSON text */
	const struct schema *view; /* of a list's elements */
	const char *doc;
};

struct schema {
	const char *name; /* in OpenAPI: "UserPublic" */
	size_t size;      /* of the struct */
	const struct field *fields;
	size_t nfields; /* at most SCHEMA_FIELDS */
	bool bare;      /* the value of the only field, without the object */
	const char *doc;
	/*
	 * Of an input: what no field can say, asked once the fields are
	 * decoded, whatever was wrong with them: those are "none" in the row.
	 * Adds its faults (decode.h).
	 */
	void (*rules)(struct arena *, const void *row, struct faults *);
};

enum { SCHEMA_FIELDS = 64 };

/*
 * T names the struct that a table describes. The type comes from the member,
 * so a table cannot disagree with its struct: an unsupported one does not
 * compile.
 */
/* clang-format off */
#define FIELD(member, ...) {						\
	.name = #member,						\
	.offset = offsetof(T, member),					\
	.type = _Generic(((T *)0)->member,				\
	    bool: FIELD_BOOL,						\
	    int64_t: FIELD_INT,						\
	    double: FIELD_REAL,						\
	    const char *: FIELD_TEXT,					\
	    struct uuid: FIELD_UUID,					\
	    struct timestamp: FIELD_TIME,				\
	    struct list: FIELD_LIST,					\
	    struct object: FIELD_OBJECT,				\
	    struct texts: FIELD_TEXTS,					\
	    struct raw_json: FIELD_JSON,				\
	    struct json_map: FIELD_MAP),				\
	__VA_ARGS__							\
}
/* clang-format on */

/* id is the C name, title the public one. */
#define SCHEMA(id, title, ...)                                             \
	static const struct field id##_fields[] = {__VA_ARGS__};           \
	_Static_assert(                                                    \
	    sizeof(id##_fields) / sizeof(id##_fields[0]) <= SCHEMA_FIELDS, \
	    "too many fields");                                            \
	const struct schema id = {.name = title,                           \
	    .size = sizeof(T),                                             \
	    .fields = id##_fields,                                         \
	    .nfields = sizeof(id##_fields) / sizeof(id##_fields[0])}

/* The same with rules. */
#define RULED_SCHEMA(id, title, check, ...)                                \
	static const struct field id##_fields[] = {__VA_ARGS__};           \
	_Static_assert(                                                    \
	    sizeof(id##_fields) / sizeof(id##_fields[0]) <= SCHEMA_FIELDS, \
	    "too many fields");                                            \
	const struct schema id = {.name = title,                           \
	    .size = sizeof(T),                                             \
	    .fields = id##_fields,                                         \
	    .nfields = sizeof(id##_fields) / sizeof(id##_fields[0]),       \
	    .rules = check}

#define BARE_SCHEMA(id, title, only)                      \
	static const struct field id##_fields[] = {only}; \
	const struct schema id = {.name = title,          \
	    .size = sizeof(T),                            \
	    .fields = id##_fields,                        \
	    .nfields = 1,                                 \
	    .bare = true}

/* The member at `f` of the struct at `row`, as a pointer to its type. */
#define FIELD_AT(type, row, f) ((type *)((char *)(row) + (f)->offset))
#define FIELD_OF(type, row, f) \
	(*(const type *)((const char *)(row) + (f)->offset))

/* NULL when no field has that name. */
const struct field *schema_field(const struct schema *, const char *name);
/* Whether a field comes from there; NULL has none. */
bool schema_has(const struct schema *, enum field_from);
/* Whether the field holds "none": always false for bool, int and real. */
bool field_is_none(const struct field *, const void *row);

#endif
