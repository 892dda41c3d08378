/* Lists of texts and JSON that is kept as it came: from a body, from a query,
 * and to and from the text of an SQL column. */
#include "core/texts.h"

#include <stdio.h>
#include <string.h>

#include "core/encode.h"
#include "decoding.h"
#include "unit.h"

#define FAULT(type, loc, msg, rest)                                        \
	"{\"type\":\"" type "\",\"loc\":[\"body\"," loc "],\"msg\":\"" msg \
	"\",\"input\":" rest "}"
#define ITEM_TYPE(loc, input) \
	FAULT("string_type", loc, "Input should be a valid string", input)
#define LIST_TYPE(loc, input) \
	FAULT("list_type", loc, "Input should be a valid list", input)
static void
check_texts(const struct texts *texts, const char *json)
{
	struct buf b;

	buf_init(&b, 4096);
	texts_write(&b, texts);
	CU_ASSERT_STRING_EQUAL(b.data, json);
	buf_free(&b);
}

static void
good_bodies(void)
{
	struct result r;

	decoding_run_json(&r, &lists,
	    "{\"names\":[\"b\",\"a\",\"b\"],\"tags\":[],"
	    "\"hidden\":[\"\xF0\x9F\x98\x80\",\"q\\\"\\n\"]}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_EQUAL_FATAL(r.row.lists.names.n, 3);
	CU_ASSERT_STRING_EQUAL(r.row.lists.names.item[0], "b");
	CU_ASSERT_STRING_EQUAL(r.row.lists.names.item[2], "b");
	check_texts(&r.row.lists.names, "[\"b\",\"a\",\"b\"]");
	check_texts(&r.row.lists.hidden, "[\"\xF0\x9F\x98\x80\",\"q\\\"\\n\"]");
	check_texts(&r.row.lists.preset, "[\"a\",\"b\"]");
	/* Empty is not "none". */
	CU_ASSERT_EQUAL(r.row.lists.tags.n, 0);
	CU_ASSERT_PTR_NOT_NULL(r.row.lists.tags.item);
	CU_ASSERT_EQUAL(r.given.given, 7);
	decoding_done(&r);

	decoding_run_json(&r, &lists, "{\"tags\":null,\"preset\":[\"x\"]}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_PTR_NULL(r.row.lists.tags.item);
	CU_ASSERT_PTR_NULL(r.row.lists.names.item);
	CU_ASSERT_EQUAL(r.row.lists.names.n, 0);
	CU_ASSERT_EQUAL(r.given.null, 2);
	check_texts(&r.row.lists.preset, "[\"x\"]");
	decoding_done(&r);
}

static void
bad_bodies(void)
{
	decoding_check(&lists,
	    "{\"names\":null,\"tags\":\"a\",\"hidden\":{\"a\":1},\"preset\":7}",
	    DETAIL(LIST_TYPE("\"names\"", "null") "," LIST_TYPE(
		"\"tags\"", "\"a\"") "," LIST_TYPE("\"hidden\"",
		"null") "," LIST_TYPE("\"preset\"", "7")));
	decoding_check(&lists,
	    "{\"names\":[\"a\",[\"b\"],3],\"tags\":[null],\"hidden\":[true]}",
	    DETAIL(ITEM_TYPE("\"names\",1", "[\"b\"]") "," ITEM_TYPE(
		"\"tags\",0", "null") "," ITEM_TYPE("\"hidden\",0", "null")));
	decoding_check(&lists,
	    "{\"names\":[\"a\",\"b\",\"B7\"],\"tags\":[\"a\",\"\"],"
	    "\"hidden\":[\"x\\u0000\"]}",
	    DETAIL("{\"type\":\"string_pattern_mismatch\","
		   "\"loc\":[\"body\",\"names\",2],"
		   "\"msg\":\"String should match pattern '^[a-z]+$'\","
		   "\"input\":\"B7\",\"ctx\":{\"pattern\":\"^[a-z]+$\"}},"
		   "{\"type\":\"string_too_short\","
		   "\"loc\":[\"body\",\"tags\",1],"
		   "\"msg\":\"String should have at least 1 character\","
		   "\"input\":\"\",\"ctx\":{\"min_length\":1}}," FAULT(
		       "value_error", "\"hidden\",0",
		       "Value error, text must not contain U+0000", "null")));
}

static void
numbers_of_items(void)
{
	decoding_check(&lists, "{\"names\":[],\"hidden\":[\"a\",\"b\",\"c\"]}",
	    DETAIL("{\"type\":\"too_short\",\"loc\":[\"body\",\"names\"],"
		   "\"msg\":\"List should have at least 1 item after "
		   "validation, not 0\",\"input\":[],"
		   "\"ctx\":{\"field_type\":\"List\",\"min_length\":1,"
		   "\"actual_length\":0}},"
		   "{\"type\":\"too_long\",\"loc\":[\"body\",\"hidden\"],"
		   "\"msg\":\"List should have at most 2 items after "
		   "validation, not 3\",\"input\":null,"
		   "\"ctx\":{\"field_type\":\"List\",\"max_length\":2,"
		   "\"actual_length\":3}}"));
	/* The number goes first: not one of the items would do. */
	decoding_check(&lists, "{\"names\":[1,2,3,4]}",
	    DETAIL("{\"type\":\"too_long\",\"loc\":[\"body\",\"names\"],"
		   "\"msg\":\"List should have at most 3 items after "
		   "validation, not 4\",\"input\":[1,2,3,4],"
		   "\"ctx\":{\"field_type\":\"List\",\"max_length\":3,"
		   "\"actual_length\":4}}"));
}

/* {"tags":["x...",...]}: n items of that length. */
static enum err
run_tags(struct result *r, size_t n, size_t length)
{
	struct buf json;
	enum err err;

	buf_init(&json, 1 << 20);
	buf_puts(&json, "{\"tags\":[");
	for (size_t i = 0; i < n; i++) {
		buf_puts(&json, i > 0 ? ",\"" : "\"");
		for (size_t j = 0; j < length; j++)
			buf_puts(&json, "\xC3\xBC");
		buf_putc(&json, '"');
	}
	buf_puts(&json, "]}");
	decoding_run_json(r, &lists, json.data);
	err = r->err;
	buf_free(&json);
	return err;
}

static void
default_bounds(void)
{
	struct result r;

	CU_ASSERT_EQUAL(run_tags(&r, 100, 255), OK);
	CU_ASSERT_EQUAL(r.row.lists.tags.n, 100);
	decoding_done(&r);
	CU_ASSERT_EQUAL(run_tags(&r, 101, 1), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(r.text.data, "at most 100 items after validation, not 101"));
	decoding_done(&r);
	CU_ASSERT_EQUAL(run_tags(&r, 2, 256), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.text.data,
	    "\"loc\":[\"body\",\"tags\",0],"
	    "\"msg\":\"String should have at most 255 characters\""));
	decoding_done(&r);
}

static void
run_query(struct result *r, const struct pair *query, size_t n)
{
	struct json_fault why;
	struct input in = {.body = BODY_JSON, .query = query, .nquery = n};

	CU_ASSERT_EQUAL_FATAL(json_parse("{}", 2, 8, &r->doc, &why), OK);
	in.json = r->doc;
	decoding_run(r, &lists, &in);
}

static void
queries(void)
{
	static const struct pair query[] = {{"words", "b", 1}, {"other", "", 0},
	    {"words", "a c", 3}, {"words", "b", 1}, {"words", "", 0}};
	struct result r;

	run_query(&r, query, 4);
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	check_texts(&r.row.lists.words, "[\"b\",\"a c\",\"b\"]");
	CU_ASSERT_EQUAL(r.given.given, 16);
	decoding_done(&r);
	run_query(&r, query + 1, 1);
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_PTR_NULL(r.row.lists.words.item);
	CU_ASSERT_EQUAL(r.given.given, 0);
	decoding_done(&r);

	run_query(&r, query + 3, 2);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"string_too_short\","
		   "\"loc\":[\"query\",\"words\",1],"
		   "\"msg\":\"String should have at least 1 character\","
		   "\"input\":\"\",\"ctx\":{\"min_length\":1}}"));
	decoding_done(&r);
	run_query(&r, query, 2);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"too_short\",\"loc\":[\"query\",\"words\"],"
		   "\"msg\":\"List should have at least 2 items after "
		   "validation, not 1\",\"input\":[\"b\"],"
		   "\"ctx\":{\"field_type\":\"List\",\"min_length\":2,"
		   "\"actual_length\":1}}"));
	decoding_done(&r);
	run_query(&r, query, 5);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"too_long\",\"loc\":[\"query\",\"words\"],"
		   "\"msg\":\"List should have at most 3 items after "
		   "validation, not 4\","
		   "\"input\":[\"b\",\"a c\",\"b\",\"\"],"
		   "\"ctx\":{\"field_type\":\"List\",\"max_length\":3,"
		   "\"actual_length\":4}}"));
	decoding_done(&r);
}

/* A JSON value, and what is kept of it. */
static const struct {
	const char *value, *kept;
} kept[] = {
    {"null", "null"},
    {" true ", "true"},
    {"\"a\\u00fc\\/\\u0000\"", "\"a\\u00fc\\/\\u0000\""},
    {"[1.0,1e5 ,-0,\t1E+05]", "[1.0,1e5,-0,1E+05]"},
    {"\" \\\" {\\\\\"", "\" \\\" {\\\\\""},
    {"-0.50e1", "-0.50e1"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"{ \"b\" : [ 1 , null ], \"a\": {} }", "{\"b\":[1,null],\"a\":{}}"},
    {"[]", "[]"},
};

static void
documents(void)
{
	char json[256];
	struct result r;

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		snprintf(json, sizeof(json), "{\"any\":%s}", kept[i].value);
		decoding_run_json(&r, &lists, json);
		CU_ASSERT_EQUAL_FATAL(r.err, OK);
		CU_ASSERT_STRING_EQUAL(r.row.lists.any.text, kept[i].kept);
		decoding_done(&r);
	}
	decoding_run_json(&r, &lists, "{\"maybe\":null,\"small\":[ 1, 2, 34]}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_PTR_NULL(r.row.lists.maybe.text);
	CU_ASSERT_PTR_NULL(r.row.lists.any.text);
	CU_ASSERT_STRING_EQUAL(r.row.lists.small.text, "[1,2,34]");
	decoding_done(&r);
	decoding_check(&lists, "{\"small\":[1,2,345]}",
	    DETAIL("{\"type\":\"bytes_too_long\",\"loc\":[\"body\",\"small\"],"
		   "\"msg\":\"Data should have at most 8 bytes\","
		   "\"input\":null,\"ctx\":{\"max_length\":8}}"));
}

static void
documents_in_queries(void)
{
	static const struct pair good = {"sought", "{ \"a\": 1 }", 10},
				 bad = {"sought", "{a}", 3},
				 big = {"sought", "123456789012345678901", 21};
	struct result r;

	run_query(&r, &good, 1);
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_STRING_EQUAL(r.row.lists.sought.text, "{\"a\":1}");
	decoding_done(&r);
	run_query(&r, &bad, 1);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    DETAIL("{\"type\":\"json_invalid\",\"loc\":[\"query\",\"sought\"],"
		   "\"msg\":\"Invalid JSON: Expecting property name enclosed "
		   "in double quotes\",\"input\":\"{a}\","
		   "\"ctx\":{\"error\":\"Expecting property name enclosed in "
		   "double quotes\"}}"));
	decoding_done(&r);
	run_query(&r, &big, 1);
	CU_ASSERT_STRING_EQUAL(
	    r.text.data, DETAIL("{\"type\":\"bytes_too_long\","
				"\"loc\":[\"query\",\"sought\"],"
				"\"msg\":\"Data should have at most 20 bytes\","
				"\"input\":\"123456789012345678901\","
				"\"ctx\":{\"max_length\":20}}"));
	decoding_done(&r);
}

static void
encoded(void)
{
	static const char *const names[] = {"a", "q\"\xC3\xBC"};
	struct lists row = {
	    .names = {names, 2}, .any = {"{\"a\":[1]}"}, .sought = {"null"}};
	struct buf b;

	buf_init(&b, 4096);
	schema_encode(&b, &lists, &row);
	CU_ASSERT_STRING_EQUAL(b.data,
	    "{\"names\":[\"a\",\"q\\\"\xC3\xBC\"],\"tags\":null,\"preset\":[],"
	    "\"words\":[],\"any\":{\"a\":[1]},\"maybe\":null,"
	    "\"sought\":null}");
	row.tags = (struct texts){names, 0};
	row.maybe.text = "0";
	buf_reset(&b);
	schema_encode(&b, &lists, &row);
	CU_ASSERT_STRING_EQUAL(b.data,
	    "{\"names\":[\"a\",\"q\\\"\xC3\xBC\"],\"tags\":[],\"preset\":[],"
	    "\"words\":[],\"any\":{\"a\":[1]},\"maybe\":0,\"sought\":null}");
	buf_free(&b);
}

static bool
reads(struct arena *mem, const char *json, struct texts *texts)
{
	return texts_read(mem, json, strlen(json), texts);
}

static void
columns(void)
{
	static const char *const refused[] = {"", "null", "{}", "\"a\"", "[1]",
	    "[\"a\",null]", "[[\"a\"]]", "[\"a\"", "['a']", "[\"\\u0000\"]",
	    "[\"\xFF\"]", "[\"a\"] 1"};
	struct arena *mem = arena_new(1 << 20);
	struct texts texts;
	size_t i;

	CU_ASSERT_TRUE_FATAL(
	    reads(mem, " [ \"a\\u00fc\", \"\", \"a\" ] ", &texts));
	CU_ASSERT_EQUAL(texts.n, 3);
	check_texts(&texts, "[\"a\xC3\xBC\",\"\",\"a\"]");
	CU_ASSERT_TRUE_FATAL(reads(mem, "[]", &texts));
	CU_ASSERT_EQUAL(texts.n, 0);
	CU_ASSERT_PTR_NOT_NULL(texts.item);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CU_ASSERT_FALSE(reads(mem, refused[i], &texts));
	check_texts(&(struct texts){0}, "[]");
	arena_free(mem);
}

CU_TestInfo texts_tests[] = {
    {"lists keep their order and what repeats", good_bodies},
    {"what is no list of texts says where", bad_bodies},
    {"the number of items is bounded", numbers_of_items},
    {"100 items of 255 code points are allowed", default_bounds},
    {"a list in a query repeats its name", queries},
    {"any JSON value is kept as it was written", documents},
    {"JSON in a query is written out", documents_in_queries},
    {"both are encoded, none as null or empty", encoded},
    {"the text of a column becomes a list, or does not", columns},
    CU_TEST_INFO_NULL,
};
