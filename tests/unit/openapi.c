/*
 * The document that the route tables make: JSON, and complete.
 */
#include "http/openapi.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "core/json.h"
#include "core/search.h"
#include "http/openapi_route.h"
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

static void
shapes_of_maps(void)
{
	struct field f = {.name = "m", .type = FIELD_MAP, .min = 1};

	check_shape(&f, true,
	    "{\"type\":\"object\",\"additionalProperties\":{},"
	    "\"propertyNames\":{\"minLength\":1,\"maxLength\":512},"
	    "\"minProperties\":1,\"maxProperties\":1000}");
	f.min = 0;
	check_shape(
	    &f, false, "{\"type\":\"object\",\"additionalProperties\":{}}");
}

struct wanted {
	int64_t skip, limit;
	const char *sort, *cursor;
	struct raw_json value;
};

#define T struct wanted
SCHEMA(wanted, "Wanted", FIELD(skip, .from = FROM_QUERY),
    FIELD(limit, .from = FROM_QUERY), FIELD(sort, .from = FROM_QUERY),
    FIELD(cursor, .from = FROM_QUERY, .max = 120));
SCHEMA(wanted_whole, "WantedWhole", FIELD(limit, .from = FROM_QUERY),
    FIELD(value, .flags = WHOLE, .doc = "It"));
SCHEMA(wanted_row, "WantedRow", FIELD(limit));
#undef T

static const struct search search = {.table = "t",
    .row = &wanted_row,
    .key = "id",
    ORDERS({"price", "price"}, {"made", "id"}),
    .preset = "-made"};

static void
check_parameters(const struct route *r, bool coded, const char *text)
{
	const struct domain d = {.coded = coded};
	struct buf out;

	buf_init(&out, 1 << 16);
	openapi_parameters(&out, &d, r);
	CU_ASSERT_STRING_EQUAL(out.len > 0 ? out.data : "", text);
	buf_free(&out);
}

#define QUERY(name, schema)                                           \
	"{\"name\":\"" name "\",\"in\":\"query\",\"required\":false," \
	"\"schema\":" schema "}"
#define HEADER(name, required, schema, doc)                               \
	"{\"name\":\"" name "\",\"in\":\"header\",\"required\":" required \
	",\"schema\":" schema ",\"description\":\"" doc "\"}"
#define TEXT   "{\"type\":\"string\"}"
#define NUMBER "{\"type\":\"integer\"}"

static void
parameters_of_a_search(void)
{
	const struct route r = {
	    .method = GET, .in = &wanted, .search = &search};

	check_parameters(&r, false,
	    ",\"parameters\":[" QUERY("skip", NUMBER) "," QUERY("limit",
		NUMBER) ","
			"{\"name\":\"sort\",\"in\":\"query\",\"required\":"
			"false,"
			"\"schema\":{\"type\":\"string\",\"enum\":[\"price\","
			"\"-price\",\"made\",\"-made\"],\"default\":\"-made\"},"
			"\"description\":\"The order; with a - before it, the "
			"other way round\"},"
			"{\"name\":\"cursor\",\"in\":\"query\","
			"\"required\":false,\"schema\":{\"type\":\"string\","
			"\"maxLength\":120},\"description\":\"`next` of the "
			"page "
			"before, with the same filters and sort, without "
			"skip\"}]");
}

static void
headers_of_a_request(void)
{
	static const char if_match[] = "The ETag of what is to be changed: 412 "
				       "when it has changed meanwhile";
	struct route r = {.method = PATCH};
	char text[512];

	CU_ASSERT_EQUAL(openapi_conditions(&r)[0], ERR_MATCH);
	CU_ASSERT_EQUAL(openapi_conditions(&r)[1], OK);
	snprintf(text, sizeof(text),
	    ",\"parameters\":[" HEADER("If-Match", "false", TEXT, "%s") "]",
	    if_match);
	check_parameters(&r, true, text);
	/* FastAPI's operations have the parameters that they had. */
	check_parameters(&r, false, "");
	r.match = MATCH_REQUIRED;
	CU_ASSERT_EQUAL(openapi_conditions(&r)[1], ERR_MATCH_REQUIRED);
	snprintf(text, sizeof(text),
	    ",\"parameters\":[" HEADER("If-Match", "true", TEXT, "%s") "]",
	    if_match);
	check_parameters(&r, true, text);
	r = (struct route){.method = PUT, .match = MATCH_OR_NEW};
	CU_ASSERT_EQUAL(openapi_conditions(&r)[1], ERR_MATCH_REQUIRED);
	snprintf(text, sizeof(text),
	    ",\"parameters\":[" HEADER("If-Match", "false", TEXT,
		"%s") "," HEADER("If-None-Match", "false", TEXT, "%s") "]",
	    if_match,
	    "*, in the place of If-Match: only where there is none yet, else "
	    "412; 428 without either");
	check_parameters(&r, true, text);
	r = (struct route){.method = POST};
	CU_ASSERT_EQUAL(openapi_conditions(&r)[0], OK);
	check_parameters(&r, true, "");
	r.idempotent = IDEMPOTENT_REQUIRED;
	CU_ASSERT_EQUAL(openapi_conditions(&r)[0], ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(openapi_conditions(&r)[1], ERR_CONFLICT);
	CU_ASSERT_EQUAL(openapi_conditions(&r)[2], ERR_TOO_MANY);
	check_parameters(&r, true,
	    ",\"parameters\":[" HEADER("Idempotency-Key", "true",
		"{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}",
		"Done once for each key: a repeated request gets the first "
		"one's reply") "]");
	r = (struct route){.method = GET, .tx = TX_READ, .out = &wanted_row};
	CU_ASSERT_TRUE(openapi_has_tag(&r));
	check_parameters(&r, true,
	    ",\"parameters\":[" HEADER("If-None-Match", "false", TEXT,
		"An ETag that is there already: 304 while it holds") "]");
	r.tx = TX_NONE;
	CU_ASSERT_FALSE(openapi_has_tag(&r));
	check_parameters(&r, true, "");
}

static void
body_that_is_a_field(void)
{
	struct buf out;

	buf_init(&out, 4096);
	openapi_body(&out, &wanted_whole);
	CU_ASSERT_STRING_EQUAL(out.data, "{\"description\":\"It\"}");
	buf_free(&out);
}

/* A route of its own: credentials are welcome, and none are fine. */
static void
optional_credentials(void)
{
	static const struct guard guard = {
	    .scheme = "OAuth2PasswordBearer", .optional = true};
	static const struct route routes[] = {{.method = GET,
	    .path = "/x",
	    .name = "x",
	    .doc = "X",
	    .guard = &guard,
	    .tx = TX_READ,
	    .out = &wanted_row}};
	const struct domain d = {
	    .name = "x", .doc = "X", .routes = routes, .nroutes = 1};
	const struct domain *const domains[] = {&d, NULL};
	struct buf out;

	buf_init(&out, 1 << 20);
	openapi_write(&out, domains, &config);
	CU_ASSERT_PTR_NOT_NULL(strstr(
	    out.data, "\"security\":[{},{\"OAuth2PasswordBearer\":[]}]"));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(out.data, "\"304\":{\"description\":\"Not Modified\","));
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(out.data, "\"200\":{\"description\":\"Successful Response\","
			     "\"headers\":{\"ETag\":{\"$ref\":"
			     "\"#/components/headers/ETag\"}},"));
	buf_free(&out);
}

CU_TestInfo openapi_tests[] = {
    {"every route is an operation", every_route_is_an_operation},
    {"a field says its type, bounds and default", shape_of_a_field},
    {"a list of texts says its bounds and its items'", shapes_of_lists},
    {"any JSON value says nothing", shapes_of_any_value},
    {"an object of any members says its bounds", shapes_of_maps},
    {"a list's sort names its orders", parameters_of_a_search},
    {"headers that count are parameters", headers_of_a_request},
    {"a body may be a field", body_that_is_a_field},
    {"credentials may be optional", optional_credentials},
    CU_TEST_INFO_NULL,
};
