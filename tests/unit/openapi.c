/*
 * The document that the route tables make: JSON, and complete.
 */
#include "http/openapi.h"

#include <stdio.h>

#include "app.h"
#include "core/json.h"
#include "http/openapi_schema.h"
#include "unit.h"

static const struct config config = {.PROJECT_NAME = "A \"quoted\" name"};

static const struct json *
member(const struct json *object, const char *name)
{
	const struct json *value = NULL;

	CU_ASSERT_TRUE_FATAL(json_member(object, name, &value));
	return value;
}

static void
every_route_is_an_operation(void)
{
	static const char *const keys[METHODS] = {
	    "get", "post", "put", "patch", "delete"};
	const struct domain *const *d;
	const struct json *paths, *operation;
	struct json_fault fault;
	struct json *doc;
	struct buf out;
	char path[256];
	size_t i;

	buf_init(&out, 4 << 20);
	openapi_write(&out, app_domains, &config);
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(out.data, out.len, JSON_DEPTH, &doc, &fault), OK);
	paths = member(doc, "paths");
	for (d = app_domains; *d != NULL; d++)
		for (i = 0; i < (*d)->nroutes; i++) {
			const struct route *r = &(*d)->routes[i];

			snprintf(path, sizeof(path), "%s%s",
			    (*d)->root ? "" : API_PREFIX, r->path);
			operation =
			    member(member(paths, path), keys[r->method]);
			member(operation, "operationId");
			member(operation, "responses");
		}
	json_free(doc);
	buf_free(&out);
}

static void
shape_of_a_field(void)
{
	struct buf out;
	const struct field f = {.name = "n",
	    .type = FIELD_INT,
	    .flags = NULLABLE,
	    .min = 1,
	    .max = 100,
	    .preset = "50",
	    .doc = "How many"};

	buf_init(&out, 4096);
	openapi_field(&out, &f, true);
	CU_ASSERT_STRING_EQUAL(out.data,
	    "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":1,"
	    "\"maximum\":100},{\"type\":\"null\"}],"
	    "\"description\":\"How many\",\"default\":50}");
	buf_reset(&out);
	openapi_field(&out, &f, false);
	CU_ASSERT_STRING_EQUAL(out.data,
	    "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":1,"
	    "\"maximum\":100},{\"type\":\"null\"}],"
	    "\"description\":\"How many\"}");
	buf_free(&out);
}

static void
check_shape(const struct field *f, bool input, const char *shape)
{
	struct buf out;

	buf_init(&out, 4096);
	openapi_field(&out, f, input);
	CU_ASSERT_STRING_EQUAL(out.data, shape);
	buf_free(&out);
}

#define ITEMS                                                 \
	"{\"type\":\"array\",\"items\":{\"type\":\"string\"," \
	"\"minLength\":1,\"maxLength\":255"

static void
shapes_of_lists(void)
{
	const struct field few = {.name = "l",
	    .type = FIELD_TEXTS,
	    .min = 1,
	    .max = 3,
	    .pattern = "^[a-z]+$",
	    .preset = "[\"a\"]"};
	const struct field any = {.name = "l",
	    .type = FIELD_TEXTS,
	    .flags = NULLABLE,
	    .doc = "Names"};

	check_shape(&few, true,
	    ITEMS ",\"pattern\":\"^[a-z]+$\"},\"minItems\":1,"
		  "\"maxItems\":3,\"default\":[\"a\"]}");
	check_shape(&any, true,
	    "{\"anyOf\":[" ITEMS "},\"maxItems\":100},{\"type\":\"null\"}"
	    "],\"description\":\"Names\"}");
	check_shape(&any, false,
	    "{\"anyOf\":[" ITEMS "}},{\"type\":\"null\"}"
	    "],\"description\":\"Names\"}");
}

static void
shapes_of_any_value(void)
{
	struct field f = {.name = "j", .type = FIELD_JSON};

	check_shape(&f, true, "{}");
	f.preset = "{}";
	check_shape(&f, true, "{\"default\":{}}");
	f.doc = "It";
	check_shape(&f, true, "{\"description\":\"It\",\"default\":{}}");
	f.flags = NULLABLE;
	check_shape(&f, false,
	    "{\"anyOf\":[{},{\"type\":\"null\"}],"
	    "\"description\":\"It\"}");
}

CU_TestInfo openapi_tests[] = {
    {"every route is an operation", every_route_is_an_operation},
    {"a field says its type, bounds and default", shape_of_a_field},
    {"a list of texts says its bounds and its items'", shapes_of_lists},
    {"any JSON value says nothing", shapes_of_any_value},
    CU_TEST_INFO_NULL,
};
