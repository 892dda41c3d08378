/*
 * Input into a struct, as a schema says: path, query, form fields or a JSON
 * body. All faults are collected, in the order path, query, body, and worded
 * as pydantic words them.
 */
#ifndef CORE_DECODE_H
#define CORE_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/json.h"
#include "core/schema.h"

/* One decoded name and value: valid UTF-8, NUL-terminated, in the arena. */
struct pair {
	const char *name;
	const char *value;
	size_t length; /* of the value, which may hold U+0000 */
};

/* The last one of that name, or NULL. */
const struct pair *pair_find(const struct pair *, size_t n, const char *name);

enum body_kind {
	BODY_NONE, /* no body, or an empty one */
	BODY_JSON, /* a document */
	BODY_FORM, /* urlencoded or multipart fields */
	BODY_TEXT  /* not JSON by its Content-Type: a string, to pydantic */
};

struct input {
	const struct pair *path, *query, *form;
	size_t npath, nquery, nform;
	enum body_kind body;
	const struct json *json; /* of BODY_JSON */
	const char *source;      /* what json was read from, nsource bytes: */
	size_t nsource;          /* for FIELD_JSON and FIELD_MAP alone */
	const char *text;        /* of BODY_TEXT, NUL-terminated */
	size_t ntext;
	bool optional;   /* no body is an empty object */
	bool takes_form; /* the route wants a form: no field has no body */
};

/* Which fields were given (bit = index in the schema), and which as null. */
struct presence {
	uint64_t given, null;
};

/* One item of a 422. */
struct fault {
	const char *type;   /* "string_too_short" */
	const char *from;   /* "path", "query", "body" */
	const char *name;   /* of the field, or NULL: the whole body */
	size_t nth;         /* item of the field's list, from 1; 0: all of it */
	const char *key;    /* of the field's map: its name is wrong; or NULL */
	const char *member; /* of that item, which is an object; or NULL */
	const char *message;
	const char *input;   /* JSON text, NULL for null */
	const char *context; /* JSON text of ctx, or NULL */
};

struct faults {
	struct fault item[SCHEMA_FIELDS];
	size_t n;
	struct faults *more; /* when these are full, or NULL */
};

/* A text as the input of a fault; NULL for what is too long to echo. */
const char *fault_input(struct arena *, const char *text);
/* One more, however many there are. */
void faults_add(struct arena *, struct faults *, const struct fault *);

/* Of a list that came in, what of each item was given: n of them. */
const struct presence *
list_given(const struct list *, const struct schema *view);

/*
 * Fills *row (schema->size bytes, zeroed by the caller). ERR_INVALID when
 * *faults holds something. Texts in the row live in the arena.
 */
enum err
schema_decode(struct arena *, const struct schema *, const struct input *,
    void *row, struct presence *, struct faults *) MUST_CHECK;

/*
 * One field from a text (a query value, a form field, an environment
 * variable). On failure *fault is filled except from and name.
 */
enum err field_parse(struct arena *, const struct field *, const char *text,
    size_t n, void *row, struct fault *) MUST_CHECK;

/* {"detail":[{"type":...,"loc":[...],"msg":...,"input":...,"ctx":...}]} */
void faults_write(struct buf *, const struct faults *);
/* The one fault of a body that is not JSON: loc is ["body", offset]. */
void json_fault_write(struct buf *, const struct json_fault *);

#endif
