/* The schemas and steps that the tests of decoding share. Each schema stands
 * for a kind of route: a JSON body, all types, path and query, a form. */
#include "decoding.h"

#include <string.h>

#include "unit.h"

#define T struct account
SCHEMA(account, "Account",
    FIELD(email, .flags = REQUIRED, .max = 255, .format = FORMAT_EMAIL),
    FIELD(password, .flags = REQUIRED | SECRET, .min = 8, .max = 12),
    FIELD(name, .flags = NULLABLE, .min = 1, .max = 3),
    FIELD(active, .preset = "true"));
#undef T

#define T struct each
SCHEMA(each, "Each", FIELD(b), FIELD(i), FIELD(bounded, .max = 100),
    FIELD(plain_max, .min = -5, .max = 5), FIELD(r), FIELD(t, .min = 2),
    FIELD(p, .pattern = "^pass(word)?$"), FIELD(u), FIELD(m),
    FIELD(preset, .preset = "\"a\\\"b\""));
#undef T

#define T struct list_query
SCHEMA(list_query, "ListQuery", FIELD(title, .flags = REQUIRED),
    FIELD(limit, .from = FROM_QUERY, .preset = "100", .min = 1, .max = 100),
    FIELD(skip, .from = FROM_QUERY, .preset = "0", .flags = BOUNDED,
	.max = 1000000),
    FIELD(email_to, .from = FROM_QUERY, .flags = REQUIRED,
	.format = FORMAT_EMAIL),
    FIELD(key, .from = FROM_QUERY, .flags = SECRET, .max = 2),
    FIELD(id, .from = FROM_PATH, .flags = REQUIRED));
#undef T

#define T struct sign_in
SCHEMA(sign_in, "Login", FIELD(grant_type, .pattern = "^password$"),
    FIELD(username, .flags = REQUIRED),
    FIELD(password, .flags = REQUIRED | SECRET, .max = 4),
    FIELD(scope, .preset = "\"\""), FIELD(tries, .preset = "3"));
#undef T

#define T struct lists
SCHEMA(lists, "Lists", FIELD(names, .min = 1, .max = 3, .pattern = "^[a-z]+$"),
    FIELD(tags, .flags = NULLABLE), FIELD(hidden, .flags = SECRET, .max = 2),
    FIELD(preset, .preset = "[\"a\",\"b\"]"),
    FIELD(words, .from = FROM_QUERY, .min = 2, .max = 3), FIELD(any),
    FIELD(small, .flags = SECRET, .max = 8), FIELD(maybe, .flags = NULLABLE),
    FIELD(sought, .from = FROM_QUERY, .max = 20));
#undef T

void
decoding_run(
    struct result *r, const struct schema *schema, const struct input *in)
{
	struct faults faults = {.n = 7};

	memset(&r->row, 0, sizeof(r->row));
	r->mem = arena_new(8 << 20);
	buf_init(&r->text, 1 << 20);
	r->err = schema_decode(r->mem, schema, in, &r->row, &r->given, &faults);
	CU_ASSERT_EQUAL(r->err, faults.n > 0 ? ERR_INVALID : OK);
	faults_write(&r->text, &faults);
	CU_ASSERT_FALSE(r->text.full);
}

void
decoding_run_json(
    struct result *r, const struct schema *schema, const char *json)
{
	struct json_fault why;
	struct input in = {.body = BODY_JSON};

	r->doc = NULL;
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(json, strlen(json), 8, &r->doc, &why), OK);
	in.json = r->doc;
	in.source = json;
	in.nsource = strlen(json);
	decoding_run(r, schema, &in);
}

void
decoding_done(struct result *r)
{
	json_free(r->doc);
	r->doc = NULL;
	buf_free(&r->text);
	arena_free(r->mem);
}

void
decoding_check(const struct schema *schema, const char *json, const char *items)
{
	struct result r;

	decoding_run_json(&r, schema, json);
	CU_ASSERT_EQUAL(r.err, ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(r.text.data, items);
	decoding_done(&r);
}
