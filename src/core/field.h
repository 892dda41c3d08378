/*
 * Between the files that turn input into a struct: decode.c walks a schema,
 * field_json.c and field_parse.c convert one value, faults.c words what is
 * wrong. Everybody else includes decode.h.
 */
#ifndef CORE_FIELD_H
#define CORE_FIELD_H

#include "core/decode.h"

/* One value on its way into the member of a row. */
struct conversion {
	struct arena *mem;
	const struct field *field;
	void *row;
	struct fault *fault; /* filled, except from, name and input */
};

/* By the field's type, with its bounds. The text need not end with NUL. */
enum err
field_from_text(const struct conversion *, const char *, size_t n) MUST_CHECK;
/*
 * Null fits no field. Texts that hold a number or a truth value count as such.
 * Not for what is kept as it was written: FIELD_JSON and FIELD_MAP.
 */
enum err
field_from_json(const struct conversion *, const struct json *) MUST_CHECK;

/*
 * A list of texts, from an array or from all pairs of the field's name. The
 * fault is the first wrong item's; that of pairs holds the input too.
 */
enum err field_texts_from_json(
    const struct conversion *, const struct json *) MUST_CHECK;
enum err field_texts_from_pairs(
    const struct conversion *, const struct pair *, size_t n) MUST_CHECK;
/* Any JSON value as it was written; null too. */
enum err field_document_from_part(
    const struct conversion *, struct json_part) MUST_CHECK;
enum err field_document_from_text(
    const struct conversion *, const char *, size_t n) MUST_CHECK;

/*
 * A list of objects. Its own fault is returned, those of its items are added.
 */
enum err field_list_from_json(
    const struct conversion *, const struct json *, struct faults *) MUST_CHECK;
/* A list has n items, which is beyond that bound. */
enum err field_wrong_number(
    const struct conversion *, int64_t bound, size_t n) MUST_CHECK;

/* An object whose members are data. */
enum err
field_map_from_part(const struct conversion *, struct json_part) MUST_CHECK;

enum err field_store_bool(const struct conversion *, bool);
enum err field_store_int(const struct conversion *, int64_t);
enum err field_store_real(const struct conversion *, double);

/* All return ERR_INVALID. The texts must outlive the fault. */
enum err fault_set(struct fault *, const char *type, const char *message);
/* A value of a kind that cannot become the field's type. */
enum err fault_type(const struct conversion *);

/* Values as JSON text in the arena; NULL for what is too long to echo. */
const char *fault_echo_text(struct arena *, const char *, size_t n);
/* The values of that name, as a list. */
const char *fault_echo_pairs(
    struct arena *, const char *name, const struct pair *, size_t n);
const char *
fault_echo_json(struct arena *, const struct json *, const char *const *masked);
/* A quoted string as JSON text in the arena, whatever its length. */
const char *fault_quote(struct arena *, const char *);

#endif
