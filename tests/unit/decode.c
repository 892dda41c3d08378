/* Input into structs: what was given, what is missing, from where, and what an
 * answer may show of it. */
#include <string.h>

#include "decoding.h"
#include "unit.h"

static void
test_account(void)
{
	struct result r;

	decoding_run_json(&r, &account,
	    "{\"email\":\" A.b@EXAMPLE.com \",\"password\":\"12345678\","
	    "\"is_superuser\":true,\"name\":\"\xF0\x9F\x98\x80\xC3\xBC"
	    "c\"}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_STRING_EQUAL(r.row.account.email, "A.b@example.com");
	CU_ASSERT_STRING_EQUAL(r.row.account.password, "12345678");
	CU_ASSERT_STRING_EQUAL(r.row.account.name, "\xF0\x9F\x98\x80\xC3\xBC"
						   "c");
	CU_ASSERT_TRUE(r.row.account.active);
	CU_ASSERT_EQUAL(r.given.given, 7);
	CU_ASSERT_EQUAL(r.given.null, 0);
	CU_ASSERT_STRING_EQUAL(r.text.data, "{\"detail\":[]}");
	decoding_done(&r);
}

static void
test_presence(void)
{
	struct result r;

	decoding_run_json(&r, &account,
	    "{\"name\":null,\"password\":\"12345678\",\"active\":false,"
	    "\"email\":\"a@b.co\"}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_PTR_NULL(r.row.account.name);
	CU_ASSERT_FALSE(r.row.account.active);
	CU_ASSERT_EQUAL(r.given.given, 15);
	CU_ASSERT_EQUAL(r.given.null, 4);
	decoding_done(&r);
	decoding_run_json(&r, &each, "{}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_EQUAL(r.given.given, 0);
	CU_ASSERT_STRING_EQUAL(r.row.each.preset, "a\"b");
	CU_ASSERT_PTR_NULL(r.row.each.t);
	decoding_done(&r);
}

/* As one object, with masks; the order is the schema's. */
static void
test_missing(void)
{
	decoding_check(&account, "{}",
	    DETAIL("{\"type\":\"missing\",\"loc\":[\"body\",\"email\"],"
		   "\"msg\":\"Field required\",\"input\":{}},"
		   "{\"type\":\"missing\",\"loc\":[\"body\",\"password\"],"
		   "\"msg\":\"Field required\",\"input\":{}}"));
	decoding_check(&account, "{\"x\":[1],\"password\":\"hunter2hunter2\"}",
	    DETAIL("{\"type\":\"missing\",\"loc\":[\"body\",\"email\"],"
		   "\"msg\":\"Field required\","
		   "\"input\":{\"x\":[1],\"password\":null}},"
		   "{\"type\":\"string_too_long\","
		   "\"loc\":[\"body\",\"password\"],"
		   "\"msg\":\"String should have at most 12 characters\","
		   "\"input\":null,\"ctx\":{\"max_length\":12}}"));
}

#define WHOLE(type, msg, input)                                           \
	DETAIL("{\"type\":\"" type "\",\"loc\":[\"body\"],\"msg\":\"" msg \
	       "\",\"input\":" input "}")
#define NO_BODY WHOLE("missing", "Field required", "null")
#define NO_OBJECT(input)                                                      \
	WHOLE("model_attributes_type",                                        \
	    "Input should be a valid dictionary or object to extract fields " \
	    "from",                                                           \
	    input)

static void
test_whole_body(void)
{
	static const char text[] = "{\"password\":\"x\"}";
	struct input in = {.body = BODY_NONE};
	struct result r = {0};

	decoding_run(&r, &account, &in);
	CU_ASSERT_STRING_EQUAL(r.text.data, NO_BODY);
	decoding_done(&r);
	/* Even when nothing in it is required. */
	decoding_run(&r, &each, &in);
	CU_ASSERT_STRING_EQUAL(r.text.data, NO_BODY);
	decoding_done(&r);
	decoding_check(&account, "null", NO_BODY);
	decoding_check(&each, "null", NO_BODY);
	decoding_check(&each, "[1,\"a\"]", NO_OBJECT("[1,\"a\"]"));
	decoding_check(&each, "\"a\"", NO_OBJECT("\"a\""));
	decoding_check(&each, "12", NO_OBJECT("12"));
	decoding_check(&each, "false", NO_OBJECT("false"));
	decoding_check(&account, "[\"secret\"]", NO_OBJECT("null"));

	in = (struct input){
	    .body = BODY_TEXT, .text = text, .ntext = strlen(text)};
	decoding_run(&r, &each, &in);
	CU_ASSERT_STRING_EQUAL(
	    r.text.data, NO_OBJECT("\"{\\\"password\\\":\\\"x\\\"}\""));
	decoding_done(&r);
	decoding_run(&r, &account, &in);
	CU_ASSERT_STRING_EQUAL(r.text.data, NO_OBJECT("null"));
	decoding_done(&r);
}

static void
test_bounds_and_email(void)
{
	decoding_check(&account,
	    "{\"email\":\"x\",\"password\":\"short\",\"name\":\"\","
	    "\"active\":null}",
	    DETAIL("{\"type\":\"value_error\",\"loc\":[\"body\",\"email\"],"
		   "\"msg\":\"value is not a valid email address: An email "
		   "address must have an @-sign.\",\"input\":\"x\","
		   "\"ctx\":{\"reason\":\"An email address must have an "
		   "@-sign.\"}},"
		   "{\"type\":\"string_too_short\","
		   "\"loc\":[\"body\",\"password\"],"
		   "\"msg\":\"String should have at least 8 characters\","
		   "\"input\":null,\"ctx\":{\"min_length\":8}},"
		   "{\"type\":\"string_too_short\",\"loc\":[\"body\",\"name\"],"
		   "\"msg\":\"String should have at least 1 character\","
		   "\"input\":\"\",\"ctx\":{\"min_length\":1}},"
		   "{\"type\":\"bool_type\",\"loc\":[\"body\",\"active\"],"
		   "\"msg\":\"Input should be a valid boolean\","
		   "\"input\":null}"));
	decoding_check(&account,
	    "{\"email\":null,\"password\":[\"hunter22\"],\"name\":\"abcd\"}",
	    DETAIL("{\"type\":\"string_type\",\"loc\":[\"body\",\"email\"],"
		   "\"msg\":\"Input should be a valid string\",\"input\":null},"
		   "{\"type\":\"string_type\",\"loc\":[\"body\",\"password\"],"
		   "\"msg\":\"Input should be a valid string\",\"input\":null},"
		   "{\"type\":\"string_too_long\",\"loc\":[\"body\",\"name\"],"
		   "\"msg\":\"String should have at most 3 characters\","
		   "\"input\":\"abcd\",\"ctx\":{\"max_length\":3}}"));
}

/* Path first, then query, then body, each in the schema's order. */
static void
test_places(void)
{
	static const struct pair path[] = {{"id", "x", 1}};
	static const struct pair query[] = {{"skip", "-1", 2},
	    {"limit", "5", 1}, {"limit", "", 0}, {"key", "secret", 6}};
	struct input in = {
	    .path = path, .npath = 1, .query = query, .nquery = 4};
	struct result r = {0};

	decoding_run(&r, &list_query, &in);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"uuid_parsing\",\"loc\":[\"path\",\"id\"],"
		   "\"msg\":\"Input should be a valid UUID, invalid character: "
		   "found `x` at 1\",\"input\":\"x\","
		   "\"ctx\":{\"error\":\"invalid character: found `x` at 1\"}},"
		   "{\"type\":\"int_parsing\",\"loc\":[\"query\",\"limit\"],"
		   "\"msg\":\"Input should be a valid integer, unable to parse "
		   "string as an integer\",\"input\":\"\"},"
		   "{\"type\":\"greater_than_equal\","
		   "\"loc\":[\"query\",\"skip\"],"
		   "\"msg\":\"Input should be greater than or equal to 0\","
		   "\"input\":\"-1\",\"ctx\":{\"ge\":0}},"
		   "{\"type\":\"missing\",\"loc\":[\"query\",\"email_to\"],"
		   "\"msg\":\"Field required\",\"input\":null},"
		   "{\"type\":\"string_too_long\",\"loc\":[\"query\",\"key\"],"
		   "\"msg\":\"String should have at most 2 characters\","
		   "\"input\":null,\"ctx\":{\"max_length\":2}},"
		   "{\"type\":\"missing\",\"loc\":[\"body\"],"
		   "\"msg\":\"Field required\",\"input\":null}"));
	decoding_done(&r);
}

static void
test_query(void)
{
	static const struct pair path[] = {
	    {"id", "00000000000000000000000000000000", 32}};
	static const struct pair query[] = {{"limit", "7", 1},
	    {"email_to", "a@X.co", 6}, {"limit", " 8 ", 3}, {"other", "", 0}};
	struct input in = {.path = path,
	    .npath = 1,
	    .query = query,
	    .nquery = 4,
	    .body = BODY_JSON};
	struct json_fault why;
	struct result r = {0};

	CU_ASSERT_EQUAL_FATAL(
	    json_parse("{\"title\":\"\"}", 12, 8, &r.doc, &why), OK);
	in.json = r.doc;
	decoding_run(&r, &list_query, &in);
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_EQUAL(r.row.list.limit, 8);
	CU_ASSERT_EQUAL(r.row.list.skip, 0);
	CU_ASSERT_STRING_EQUAL(r.row.list.email_to, "a@x.co");
	CU_ASSERT_STRING_EQUAL(r.row.list.title, "");
	CU_ASSERT_EQUAL(r.given.given, 1 | 2 | 8 | 32);
	decoding_done(&r);
}

#define FORM_MISSING(name)                                \
	"{\"type\":\"missing\",\"loc\":[\"body\",\"" name \
	"\"],\"msg\":\"Field required\",\"input\":null}"

static void
test_form(void)
{
	static const struct pair good[] = {{"username", "a", 1},
	    {"grant_type", "", 0}, {"password", "old", 3},
	    {"password", "new", 3}, {"tries", "", 0}};
	static const struct pair bad[] = {{"username", "", 0},
	    {"password", "hunter2", 7}, {"grant_type", "x", 1}};
	struct input in = {
	    .takes_form = true, .body = BODY_FORM, .form = good, .nform = 5};
	struct result r = {0};

	decoding_run(&r, &sign_in, &in);
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_STRING_EQUAL(r.row.sign_in.password, "new");
	CU_ASSERT_PTR_NULL(r.row.sign_in.grant_type);
	CU_ASSERT_STRING_EQUAL(r.row.sign_in.scope, "");
	CU_ASSERT_EQUAL(r.row.sign_in.tries, 3);
	CU_ASSERT_EQUAL(r.given.given, 2 | 4);
	decoding_done(&r);

	in.form = bad;
	in.nform = 3;
	decoding_run(&r, &sign_in, &in);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL(
		"{\"type\":\"string_pattern_mismatch\","
		"\"loc\":[\"body\",\"grant_type\"],"
		"\"msg\":\"String should match pattern '^password$'\","
		"\"input\":\"x\",\"ctx\":{\"pattern\":\"^password$\"}}"
		"," FORM_MISSING(
		    "username") ","
				"{\"type\":\"string_too_long\","
				"\"loc\":[\"body\",\"password\"],"
				"\"msg\":\"String should have at most 4 "
				"characters\","
				"\"input\":null,\"ctx\":{\"max_length\":4}}"));
	decoding_done(&r);
}

/* Whatever comes to a route that takes a form: no field is there. */
static void
test_form_without(void)
{
	struct input in = {.takes_form = true};
	static const enum body_kind kinds[] = {
	    BODY_NONE, BODY_JSON, BODY_FORM, BODY_TEXT};
	struct result r = {0};

	for (size_t i = 0; i < 4; i++) {
		in.body = kinds[i];
		decoding_run(&r, &sign_in, &in);
		CU_ASSERT_STRING_EQUAL(r.text.data,
		    DETAIL(
			FORM_MISSING("username") "," FORM_MISSING("password")));
		decoding_done(&r);
	}
}

/* An answer is not made large by what the client sent. */
static void
test_echo_bound(void)
{
	static char json[40000] = "{\"t\":[\"";
	struct result r;
	size_t n = strlen(json);

	memset(json + n, 'x', sizeof(json) - n - 4);
	memcpy(json + sizeof(json) - 4, "\"]}", 4);
	decoding_run_json(&r, &each, json);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"string_type\",\"loc\":[\"body\",\"t\"],"
		   "\"msg\":\"Input should be a valid string\","
		   "\"input\":null}"));
	decoding_done(&r);
}

static void
test_json_fault(void)
{
	struct json_fault why = {
	    .error = "Expecting ':' delimiter", .offset = 12};
	struct buf b;

	buf_init(&b, 1024);
	json_fault_write(&b, &why);
	CU_ASSERT_STRING_EQUAL(
	    b.data, DETAIL("{\"type\":\"json_invalid\",\"loc\":[\"body\",12],"
			   "\"msg\":\"JSON decode error\",\"input\":{},"
			   "\"ctx\":{\"error\":\"Expecting ':' delimiter\"}}"));
	buf_free(&b);
}

CU_TestInfo decode_tests[] = {{"a good body fills the struct", test_account},
    {"given and null members are told apart", test_presence},
    {"missing members echo the object, secrets masked", test_missing},
    {"a body that is missing or no object", test_whole_body},
    {"bounds, addresses, nulls and secrets", test_bounds_and_email},
    {"faults come in the order path, query, body", test_places},
    {"query values, presets, the last one wins", test_query},
    {"form fields, an empty one is absent", test_form},
    {"a form route without a form misses its fields", test_form_without},
    {"echoes are bounded", test_echo_bound},
    {"bad JSON is one fault", test_json_fault}, CU_TEST_INFO_NULL};
