/* A request's input into one struct: takes each field of the schema from where
 * it says and collects what is wrong, in the order path, query, body. */
#include "core/decode.h"

#include <string.h>

#include "core/field.h"

struct decoding {
	struct arena *mem;
	const struct schema *schema;
	const struct input *in;
	void *row;
	struct presence *presence;
	struct faults *faults;
	/* Of the body: names of SECRET fields, NULL-ended, and their count. */
	const char *masked[SCHEMA_FIELDS + 1];
	size_t nmasked;
};

const struct pair *
pair_find(const struct pair *pairs, size_t n, const char *name)
{
	while (n-- > 0)
		if (strcmp(pairs[n].name, name) == 0)
			return &pairs[n];
	return NULL;
}

static void
add_fault(struct decoding *d, const char *name, enum field_from from,
    const struct fault *f)
{
	static const char *const places[] = {
	    [FROM_BODY] = "body", [FROM_PATH] = "path", [FROM_QUERY] = "query"};
	struct fault placed = *f;

	placed.from = places[from];
	placed.name = name;
	faults_add(d->mem, d->faults, &placed);
}

static void
add_missing(struct decoding *d, const char *name, enum field_from from,
    const char *input)
{
	add_fault(d, name, from,
	    &(struct fault){.type = "missing",
		.message = "Field required",
		.input = input});
}

/* `part` is how the value is written. */
static enum err
convert_json(const struct decoding *d, const struct conversion *c,
    const struct json *value, struct json_part part)
{
	switch (c->field->type) {
	case FIELD_LIST:
		return field_list_from_json(c, value, d->faults);
	case FIELD_JSON:
		return field_document_from_part(c, part);
	case FIELD_MAP:
		return field_map_from_part(c, part);
	default:
		return field_from_json(c, value);
	}
}

/* The schema's own text: a fault in it is a fault of the program. */
static void
apply_preset(struct decoding *d, const struct field *f)
{
	struct fault fault = {0};
	const struct conversion c = {d->mem, f, d->row, &fault};
	struct json *value = NULL;
	struct json_fault why;
	size_t n;

	if (f->preset == NULL)
		return;
	n = strlen(f->preset);
	if (json_parse(f->preset, n, 1, &value, &why))
		BUG("a preset is not JSON");
	if (value != NULL &&
	    convert_json(d, &c, value, json_whole(f->preset, n)))
		BUG("a preset does not fit its field");
	json_free(value);
}

static enum err
convert_pairs(const struct decoding *d, const struct field *f,
    const struct pair *last, const struct pair *pairs, size_t n,
    struct fault *fault)
{
	const struct conversion c = {d->mem, f, d->row, fault};

	if (f->type != FIELD_TEXTS)
		return field_parse(
		    d->mem, f, last->value, last->length, d->row, fault);
	*fault = (struct fault){0};
	return field_texts_from_pairs(&c, pairs, n);
}

static void
decode_pairs(struct decoding *d, enum field_from from, const struct pair *pairs,
    size_t n)
{
	for (size_t i = 0; i < d->schema->nfields; i++) {
		const struct field *f = &d->schema->fields[i];
		const struct pair *p;
		struct fault fault;

		if (f->from != from)
			continue;
		p = pair_find(pairs, n, f->name);
		/* An empty field of a form is one that was left out. */
		if (p != NULL && p->length == 0 && from == FROM_BODY)
			p = NULL;
		if (p == NULL && f->flags & REQUIRED) {
			add_missing(d, f->name, from, NULL);
		} else if (p == NULL) {
			apply_preset(d, f);
		} else {
			d->presence->given |= UINT64_C(1) << i;
			if (convert_pairs(d, f, p, pairs, n, &fault))
				add_fault(d, f->name, from, &fault);
		}
	}
}

/* How the field is written, which is there; only where it is kept as such. */
static struct json_part
part_of(const struct decoding *d, const struct field *f)
{
	struct json_part rest = {0}, name, value;

	if (f->type != FIELD_JSON && f->type != FIELD_MAP)
		return rest;
	if (d->in->source == NULL)
		BUG("a value is to be kept as it came, but from where");
	rest = json_whole(d->in->source, d->in->nsource);
	if (f->flags & WHOLE)
		return rest;
	while (json_next(&rest, &name, &value))
		if (strcmp(json_plain(d->mem, name), f->name) == 0)
			return value;
	BUG("a member of the body is not in its text");
}

static void
decode_member(struct decoding *d, size_t i, const struct json *value)
{
	const struct field *f = &d->schema->fields[i];
	struct fault fault = {0};
	const struct conversion c = {d->mem, f, d->row, &fault};

	d->presence->given |= UINT64_C(1) << i;
	if (json_kind(value) == JSON_NULL && f->flags & NULLABLE) {
		d->presence->null |= UINT64_C(1) << i;
		return;
	}
	if (!convert_json(d, &c, value, part_of(d, f)))
		return;
	if (fault.nth > 0)
		value = json_at(value, fault.nth - 1);
	if (f->flags & SECRET)
		fault.input = NULL;
	else if (fault.key == NULL)
		fault.input = fault_echo_json(d->mem, value, NULL);
	add_fault(d, f->flags & WHOLE ? NULL : f->name, FROM_BODY, &fault);
}

static void
decode_object(struct decoding *d, const struct json *object)
{
	const char *echo = NULL;
	bool echoed = false;

	for (size_t i = 0; i < d->schema->nfields; i++) {
		const struct field *f = &d->schema->fields[i];
		const struct json *value;

		if (f->from != FROM_BODY)
			continue;
		if (json_member(object, f->name, &value)) {
			decode_member(d, i, value);
		} else if (f->flags & REQUIRED) {
			if (!echoed)
				echo =
				    fault_echo_json(d->mem, object, d->masked);
			echoed = true;
			add_missing(d, f->name, FROM_BODY, echo);
		} else {
			apply_preset(d, f);
		}
	}
}

/* A body that is there and is no object. What it holds may be a secret. */
static void
refuse_body(struct decoding *d)
{
	struct fault fault = {.type = "model_attributes_type",
	    .message = "Input should be a valid dictionary or object to "
		       "extract fields from"};

	if (d->nmasked == 0 && d->in->body == BODY_JSON)
		fault.input = fault_echo_json(d->mem, d->in->json, NULL);
	else if (d->nmasked == 0 && d->in->body == BODY_TEXT)
		fault.input =
		    fault_echo_text(d->mem, d->in->text, d->in->ntext);
	add_fault(d, NULL, FROM_BODY, &fault);
}

/* The body is the value of this field. */
static void
decode_whole(struct decoding *d, size_t i)
{
	const struct field *f = &d->schema->fields[i];

	if (d->in->body == BODY_JSON)
		decode_member(d, i, d->in->json);
	else if (d->in->body != BODY_NONE)
		refuse_body(d);
	else if (f->flags & REQUIRED)
		add_missing(d, NULL, FROM_BODY, NULL);
	else
		apply_preset(d, f);
}

static void
decode_body(struct decoding *d)
{
	const struct input *in = d->in;
	enum json_kind kind = JSON_NULL;

	for (size_t i = 0; i < d->schema->nfields; i++)
		if (d->schema->fields[i].flags & WHOLE) {
			decode_whole(d, i);
			return;
		}
	if (in->takes_form || in->body == BODY_FORM ||
	    (in->optional && in->body == BODY_NONE)) {
		decode_pairs(d, FROM_BODY, in->form,
		    in->body == BODY_FORM ? in->nform : 0);
		return;
	}
	if (in->body == BODY_JSON)
		kind = json_kind(in->json);
	if (kind == JSON_OBJECT)
		decode_object(d, in->json);
	else if (in->body == BODY_TEXT || kind != JSON_NULL)
		refuse_body(d);
	else
		add_missing(d, NULL, FROM_BODY, NULL);
}

enum err
schema_decode(struct arena *mem, const struct schema *schema,
    const struct input *in, void *row, struct presence *presence,
    struct faults *faults)
{
	struct decoding d = {.mem = mem,
	    .schema = schema,
	    .in = in,
	    .row = row,
	    .presence = presence,
	    .faults = faults};
	bool has_body = false;

	*presence = (struct presence){0};
	faults->n = 0;
	faults->more = NULL;
	for (size_t i = 0; i < schema->nfields; i++) {
		const struct field *f = &schema->fields[i];

		if (f->from != FROM_BODY)
			continue;
		has_body = true;
		if (f->flags & SECRET)
			d.masked[d.nmasked++] = f->name;
	}
	decode_pairs(&d, FROM_PATH, in->path, in->npath);
	decode_pairs(&d, FROM_QUERY, in->query, in->nquery);
	if (has_body)
		decode_body(&d);
	if (schema->rules != NULL)
		schema->rules(mem, row, faults);
	return faults->n > 0 ? ERR_INVALID : OK;
}
