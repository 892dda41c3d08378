/* What is kept as it was written: objects whose members are data, bodies that
 * are one value, and the parts of a text that they are made of. */
#include <stdio.h>
#include <string.h>

#include "core/encode.h"
#include "decoding.h"
#include "unit.h"

struct kept {
	const char *note;
	struct json_map data, few;
	struct raw_json body;
};

#define T struct kept
SCHEMA(maps, "Maps", FIELD(note), FIELD(data, .flags = REQUIRED),
    FIELD(few, .min = 1, .max = 2));
SCHEMA(map_secret, "MapSecret", FIELD(few, .flags = SECRET, .max = 1));
SCHEMA(map_none, "MapNone", FIELD(few, .flags = NULLABLE));
SCHEMA(map_whole, "Whole", FIELD(body, .flags = WHOLE | REQUIRED, .max = 20));
SCHEMA(map_preset, "WholePreset",
    FIELD(body, .flags = WHOLE, .preset = "[ 1, 2 ]"));
#undef T

struct run {
	struct arena *mem;
	struct json *doc;
	struct kept row;
	struct presence given;
	struct buf text; /* the faults */
	enum err err;
};

static void
run(struct run *r, const struct schema *schema, struct input in)
{
	struct faults faults = {.n = 0};
	struct json_fault why;

	memset(r, 0, sizeof(*r));
	r->mem = arena_new(8 << 20);
	buf_init(&r->text, 1 << 20);
	if (in.body == BODY_JSON) {
		CU_ASSERT_EQUAL_FATAL(json_parse(in.source, in.nsource,
					  JSON_DEPTH, &r->doc, &why),
		    OK);
		in.json = r->doc;
	}
	r->err =
	    schema_decode(r->mem, schema, &in, &r->row, &r->given, &faults);
	faults_write(&r->text, &faults);
}

static void
run_json(struct run *r, const struct schema *schema, const char *json)
{
	run(r, schema,
	    (struct input){
		.body = BODY_JSON, .source = json, .nsource = strlen(json)});
}

static void
done(struct run *r)
{
	json_free(r->doc);
	buf_free(&r->text);
	arena_free(r->mem);
}

static void
check_fault(const struct schema *schema, const char *json, const char *fault)
{
	struct run r;

	run_json(&r, schema, json);
	CU_ASSERT_EQUAL(r.err, ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(r.text.data, fault);
	done(&r);
}

static void
check_map(const struct json_map *map, const char *const (*rows)[2], size_t n)
{
	CU_ASSERT_EQUAL_FATAL(map->n, n);
	for (size_t i = 0; i < n; i++) {
		CU_ASSERT_STRING_EQUAL(map->item[i].name, rows[i][0]);
		CU_ASSERT_STRING_EQUAL(map->item[i].text, rows[i][1]);
		CU_ASSERT_EQUAL(map->item[i].size, strlen(rows[i][1]));
	}
}

static void
members(void)
{
	static const char *const rows[][2] = {
	    {"b", "1.0"},
	    {"a/\xC3\xBC\n", "\"\\u00fc \\\" \\/\""},
	    {"nul\x01", "null"},
	    {"}", "{\"z\":[1,{}],\"a\":-0}"},
	    {"\xF0\x9F\x98\x80", "123456789012345678901234567890"},
	    {" ", "[]"},
	    {"\\", "1e5"},
	};
	struct run r;

	run_json(&r, &maps,
	    "\xEF\xBB\xBF { \"d\\u0061ta\" : {\"b\":1.0 ,\"a\\/\\u00fc\\n\" :"
	    "\"\\u00fc \\\" \\/\",\n\"nul\\u0001\": null,\"}\":{ \"z\" :[ 1 ,"
	    "{\t} ] , \"a\":-0 }, \"\\ud83d\\ude00\":"
	    "123456789012345678901234567890,\" \":[\r\n],\"\\\\\":1e5 } ,"
	    "\"note\":\"{\\\"data\\\":\", \"few\":{\"x\":true} } ");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	check_map(&r.row.data, rows, sizeof(rows) / sizeof(rows[0]));
	CU_ASSERT_STRING_EQUAL(r.row.note, "{\"data\":");
	CU_ASSERT_EQUAL(r.row.few.n, 1);
	CU_ASSERT_STRING_EQUAL(r.row.few.item[0].text, "true");
	CU_ASSERT_EQUAL(r.given.given, 7);
	done(&r);
	run_json(&r, &maps, "{\"data\":{ }}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_EQUAL(r.row.data.n, 0);
	CU_ASSERT_PTR_NOT_NULL(r.row.data.item);
	CU_ASSERT_PTR_NULL(r.row.few.item);
	done(&r);
	run_json(&r, &map_none, "{\"few\":null}");
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_PTR_NULL(r.row.few.item);
	CU_ASSERT_EQUAL(r.given.null, 1);
	done(&r);
}

#define NO_MAP(name, input)                                        \
	"{\"type\":\"dict_type\",\"loc\":[\"body\",\"" name "\"]," \
	"\"msg\":\"Input should be a valid dictionary\",\"input\":" input "}"

static void
no_maps(void)
{
	check_fault(&maps, "{\"data\":[],\"few\":null}",
	    DETAIL(NO_MAP("data", "[]") "," NO_MAP("few", "null")));
	check_fault(
	    &maps, "{\"data\":\"{}\"}", DETAIL(NO_MAP("data", "\"{}\"")));
	check_fault(&maps, "{}",
	    DETAIL("{\"type\":\"missing\",\"loc\":[\"body\",\"data\"],"
		   "\"msg\":\"Field required\",\"input\":{}}"));
	check_fault(&maps, "{\"data\":{},\"few\":{}}",
	    DETAIL("{\"type\":\"too_short\",\"loc\":[\"body\",\"few\"],"
		   "\"msg\":\"Dictionary should have at least 1 item after "
		   "validation, not 0\",\"input\":{},"
		   "\"ctx\":{\"field_type\":\"Dictionary\",\"min_length\":1,"
		   "\"actual_length\":0}}"));
	check_fault(&maps, "{\"data\":{},\"few\":{\"a\":1,\"b\":2,\"\":3}}",
	    DETAIL("{\"type\":\"too_long\",\"loc\":[\"body\",\"few\"],"
		   "\"msg\":\"Dictionary should have at most 2 items after "
		   "validation, not 3\",\"input\":{\"a\":1,\"b\":2,\"\":3},"
		   "\"ctx\":{\"field_type\":\"Dictionary\",\"max_length\":2,"
		   "\"actual_length\":3}}"));
	check_fault(&map_secret, "{\"few\":{\"\":\"hush\"}}",
	    DETAIL("{\"type\":\"string_too_short\","
		   "\"loc\":[\"body\",\"few\",\"\",\"[key]\"],"
		   "\"msg\":\"String should have at least 1 character\","
		   "\"input\":null,\"ctx\":{\"min_length\":1}}"));
}

/* {"data":{"xxx...":1}}, n bytes of name; the last character has two. */
static enum err
run_name(struct run *r, size_t n)
{
	struct buf b;
	enum err err;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"data\":{\"ok\":0,\"");
	for (size_t i = 2; i < n; i++)
		buf_putc(&b, 'x');
	buf_puts(&b, "\xC3\xBC\":1}}");
	run_json(r, &maps, b.data);
	err = r->err;
	buf_free(&b);
	return err;
}

static void
names(void)
{
	char input[600], expected[2000];
	struct run r;

	CU_ASSERT_EQUAL(run_name(&r, MAP_NAME), OK);
	CU_ASSERT_EQUAL(strlen(r.row.data.item[1].name), MAP_NAME);
	done(&r);
	CU_ASSERT_EQUAL(run_name(&r, MAP_NAME + 1), ERR_INVALID);
	memset(input, 'x', MAP_NAME - 1);
	input[MAP_NAME - 1] = '\0';
	snprintf(expected, sizeof(expected),
	    DETAIL("{\"type\":\"bytes_too_long\","
		   "\"loc\":[\"body\",\"data\",\"%s\",\"[key]\"],"
		   "\"msg\":\"Data should have at most 512 bytes\","
		   "\"input\":\"%s\xC3\xBC\",\"ctx\":{\"max_length\":512}}"),
	    input, input);
	CU_ASSERT_STRING_EQUAL(r.text.data, expected);
	done(&r);
	/* The answer does not grow with the question. */
	CU_ASSERT_EQUAL(run_name(&r, 100000), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.text.data, "\"input\":null"));
	CU_ASSERT(r.text.len < 1000);
	done(&r);
	check_fault(&maps, "{\"data\":{\"a\":1,\"\":2}}",
	    DETAIL("{\"type\":\"string_too_short\","
		   "\"loc\":[\"body\",\"data\",\"\",\"[key]\"],"
		   "\"msg\":\"String should have at least 1 character\","
		   "\"input\":\"\",\"ctx\":{\"min_length\":1}}"));
}

static enum err
run_members(struct run *r, size_t n)
{
	struct buf b;
	enum err err;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"data\":");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%c\"%zu\":%zu", i > 0 ? ',' : '{', i, i);
	buf_puts(&b, "}}");
	run_json(r, &maps, b.data);
	err = r->err;
	buf_free(&b);
	return err;
}

static void
many(void)
{
	struct run r;

	CU_ASSERT_EQUAL(run_members(&r, MAP_ITEMS), OK);
	CU_ASSERT_EQUAL_FATAL(r.row.data.n, MAP_ITEMS);
	CU_ASSERT_STRING_EQUAL(r.row.data.item[999].name, "999");
	CU_ASSERT_STRING_EQUAL(r.row.data.item[999].text, "999");
	done(&r);
	CU_ASSERT_EQUAL(run_members(&r, MAP_ITEMS + 1), ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL(
	    strstr(r.text.data, "at most 1000 items after validation, not"));
	done(&r);
}

#define AT_BODY(type, msg, input)                                         \
	DETAIL("{\"type\":\"" type "\",\"loc\":[\"body\"],\"msg\":\"" msg \
	       "\",\"input\":" input "}")

static void
whole_bodies(void)
{
	static const char *const rows[][2] = {
	    {"null", "null"},
	    {" 3 ", "3"},
	    {"-0", "-0"},
	    {"\"te xt\"\n", "\"te xt\""},
	    {"\xEF\xBB\xBF[ 1 , 2 ]", "[1,2]"},
	    {"{\"body\": 1}", "{\"body\":1}"},
	    {"{ }", "{}"},
	    {"false", "false"},
	    {"12345678901234567890", "12345678901234567890"},
	};
	struct run r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_json(&r, &map_whole, rows[i][0]);
		CU_ASSERT_EQUAL_FATAL(r.err, OK);
		CU_ASSERT_STRING_EQUAL(r.row.body.text, rows[i][1]);
		CU_ASSERT_EQUAL(r.given.given, 1);
		CU_ASSERT_EQUAL(r.given.null, 0);
		done(&r);
	}
	check_fault(&map_whole, "123456789012345678901",
	    DETAIL("{\"type\":\"bytes_too_long\",\"loc\":[\"body\"],"
		   "\"msg\":\"Data should have at most 20 bytes\","
		   "\"input\":123456789012345678901,"
		   "\"ctx\":{\"max_length\":20}}"));
	run(&r, &map_whole, (struct input){.body = BODY_NONE});
	CU_ASSERT_EQUAL(r.err, ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(
	    r.text.data, AT_BODY("missing", "Field required", "null"));
	done(&r);
	run(&r, &map_whole,
	    (struct input){.body = BODY_TEXT, .text = "x", .ntext = 1});
	CU_ASSERT_EQUAL(r.err, ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(r.text.data,
	    AT_BODY("model_attributes_type",
		"Input should be a valid dictionary or object to extract "
		"fields from",
		"\"x\""));
	done(&r);
	run(&r, &map_preset, (struct input){.body = BODY_NONE});
	CU_ASSERT_EQUAL_FATAL(r.err, OK);
	CU_ASSERT_STRING_EQUAL(r.row.body.text, "[1,2]");
	CU_ASSERT_EQUAL(r.given.given, 0);
	done(&r);
}

static void
encoded(void)
{
	static const struct json_member item[] = {
	    {"b\"\n", "1.0", 3}, {"\xC3\xBC", "{\"z\":0}", 7}};
	struct kept row = {.note = "x", .data = {item, 2}};
	struct buf b;

	buf_init(&b, 4096);
	schema_encode(&b, &maps, &row);
	CU_ASSERT_STRING_EQUAL(b.data,
	    "{\"note\":\"x\",\"data\":{\"b\\\"\\n\":1.0,\"\xC3\xBC\":"
	    "{\"z\":0}},\"few\":{}}");
	buf_reset(&b);
	schema_encode(&b, &map_none, &row);
	CU_ASSERT_STRING_EQUAL(b.data, "{\"few\":null}");
	row.few = (struct json_map){item, 0};
	buf_reset(&b);
	schema_encode(&b, &map_none, &row);
	CU_ASSERT_STRING_EQUAL(b.data, "{\"few\":{}}");
	buf_free(&b);
}

CU_TestInfo maps_tests[] = {
    {"members are kept as they were written, in their order", members},
    {"what is no such object says where", no_maps},
    {"names have 1 to 512 bytes", names},
    {"1000 members are allowed", many},
    {"a body may be one value, whatever it is", whole_bodies},
    {"and all of it is written again", encoded},
    CU_TEST_INFO_NULL,
};
