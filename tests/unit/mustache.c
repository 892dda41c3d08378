/*
 * Mustache: values, sections, partials, and what bounds them.
 */
#include "core/mustache.h"

#include <string.h>

#include "unit.h"

enum { OUTPUT = 1 << 16 };

struct given {
	const char *text, *context;
	const struct json *partials; /* an object of texts */
	size_t max;                  /* of the output; 0: OUTPUT */
	bool plain;
};

/* What one rendering came to. */
struct outcome {
	struct arena *mem;
	struct buf out;
	enum err err;
	const char *why;
};

static struct json *
parse(const char *text, size_t n)
{
	struct json_fault fault;
	struct json *doc;

	if (json_parse(text, n, JSON_DEPTH, &doc, &fault))
		CU_FAIL_FATAL("a document of the test is refused");
	return doc;
}

static const char *
partial(const void *arg, const char *name)
{
	const struct json *text;
	size_t n;

	if (arg == NULL || !json_member(arg, name, &text))
		return NULL;
	return json_text(text, &n);
}

static struct outcome
render(const struct given *g, const struct json *context)
{
	const struct mustache m = {
	    .escapes = !g->plain, .partial = partial, .arg = g->partials};
	struct outcome o = {.mem = arena_new(64 << 20)};

	buf_init(&o.out, g->max > 0 ? g->max : OUTPUT);
	o.err = mustache_render(o.mem, &m, g->text, context, &o.out, &o.why);
	CU_ASSERT_EQUAL(o.why == NULL, o.err == OK);
	return o;
}

static void
done(struct outcome *o)
{
	buf_free(&o->out);
	arena_free(o->mem);
}

static void
check_given(const struct given *g, const char *expected)
{
	struct json *context = parse(g->context, strlen(g->context));
	struct outcome o = render(g, context);

	CU_ASSERT_EQUAL(o.err, OK);
	CU_ASSERT_FALSE(o.out.full);
	CU_ASSERT_STRING_EQUAL(o.out.data, expected);
	done(&o);
	json_free(context);
}

static void
check(const char *text, const char *context, const char *expected)
{
	check_given(
	    &(struct given){.text = text, .context = context}, expected);
}

static void
check_partials(const char *text, const char *partials, const char *expected)
{
	struct json *texts = parse(partials, strlen(partials));

	check_given(&(struct given){.text = text,
			.context = "{\"v\":\"1\\n2\",\"yes\":true,"
				   "\"list\":[\"a\",\"b\"]}",
			.partials = texts},
	    expected);
	json_free(texts);
}

static void
check_refused(const char *text, const char *partials, const char *why)
{
	struct json *texts = parse(partials, strlen(partials));
	struct outcome o =
	    render(&(struct given){.text = text, .partials = texts}, NULL);

	CU_ASSERT_EQUAL(o.err, ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o.why);
	CU_ASSERT_STRING_EQUAL(o.why, why);
	done(&o);
	json_free(texts);
}

static void
test_values(void)
{
	check("", "{}", "");
	check("no tag", "{}", "no tag");
	check("{{a}} {{ b }} {{c}}", "{\"a\":1.21,\"b\":-7,\"c\":1.1}",
	    "1.21 -7 1.1");
	check("{{a}}{{b}}{{c}}{{d}}{{e}}",
	    "{\"a\":true,\"b\":false,\"c\":null,\"d\":[1],\"e\":{\"f\":1}}",
	    "truefalse");
	check("{{a}}", "{\"a\":9223372036854775807}", "9223372036854775807");
	check("{{a}}", "{\"a\":\"{{b}} \xC3\xA9\",\"b\":1}", "{{b}} \xC3\xA9");
	check("{{.}}", "\"x\"", "x");
	check("{{a}}{{.}}", "null", "");
}

static void
test_escapes(void)
{
	static const char context[] = "{\"a\":\"<b class=\\\"c\\\">d&'\"}";

	check("{{a}}", context, "&lt;b class=&quot;c&quot;&gt;d&amp;&#39;");
	check("{{{a}}}{{&a}}{{& a }}", context,
	    "<b class=\"c\">d&'<b class=\"c\">d&'<b class=\"c\">d&'");
	check_given(
	    &(struct given){
		.text = "{{a}}{{{a}}}", .context = context, .plain = true},
	    "<b class=\"c\">d&'<b class=\"c\">d&'");
}

static void
test_names(void)
{
	static const char context[] =
	    "{\"a\":{\"b\":{\"c\":1},\"n\":null},\"b\":2,\"n\":3,\"a.b\":4}";

	check("{{a.b.c}} {{a.b.x}}{{a.x.c}}{{x.b}}{{b.c}}", context, "1 ");
	check("{{#a}}{{b.c}}{{n}}{{a.b.c}}{{/a}}", context, "11");
	/* The nearest context that has the first part is taken. */
	check("{{#a}}{{b.d}}{{n}}{{/a}}|{{b}}{{n}}", context, "|23");
}

static void
test_sections(void)
{
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{}", "y");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":null}", "y");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":false}", "y");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":[]}", "y");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":\"\"}", "y");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":0}", "x");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":{}}", "x");
	check("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":\"t\"}", "x");
	check("{{#a}}({{.}}){{/a}}", "{\"a\":[1,null,\"x\",false]}",
	    "(1)()(x)(false)");
	check("{{#a}}{{#b}}{{c}}{{d}}{{/b}};{{/a}}",
	    "{\"d\":0,\"a\":[{\"b\":{\"c\":1}},{},{\"b\":[{\"c\":2},3]}]}",
	    "10;;200;");
	check("a\n {{#b}}\nc\n{{/b}} \nd\n", "{\"b\":1}", "a\nc\nd\n");
	check("{{#b}} {{/b}}\r\n{{! no }}\r\n.", "{\"b\":1}", " \r\n.");
}

static void
test_delimiters(void)
{
	check("{{=<% %>=}}<%a%>{{a}}<%={{ }}=%>{{a}}", "{\"a\":1}", "1{{a}}1");
	check("{{=| |=}}|{a}||&a||a|", "{\"a\":\"<\"}", "<<&lt;");
	check("{{=}} {{=}}}}a{{", "{\"a\":1}", "1");
}

static void
test_partials(void)
{
	check_partials("[{{>p}}]", "{\"p\":\"a{{#yes}}b{{/yes}}\"}", "[ab]");
	check_partials("[{{>p}}]", "{}", "[]");
	check_partials(
	    "{{#list}}{{>p}}{{/list}}", "{\"p\":\"{{.}},\"}", "a,b,");
	/* Delimiters end with the text that sets them. */
	check_partials(
	    "{{>p}}{{v}}|v|", "{\"p\":\"{{=| |=}}|v|\"}", "1\n21\n2|v|");
}

static void
test_indentation(void)
{
	/* The lines of the template, not those of a value. */
	check_partials("x\n  {{>p}}\ny", "{\"p\":\"a\\n{{v}}\\nb\\n\"}",
	    "x\n  a\n  1\n2\n  b\ny");
	/* Lines that go keep their indentation to themselves. */
	check_partials("\t{{>p}}\n.",
	    "{\"p\":\"{{#list}}\\n{{.}}\\n{{/list}}\\n{{#yes}}c{{/yes}}\"}",
	    "\ta\n\tb\n\tc.");
	check_partials(" {{>p}}\n",
	    "{\"p\":\"{{>q}}\\n\\n  {{>q}}\\nc {{>q}}\\n\","
	    "\"q\":\"1\\n2\\n\"}",
	    " 1\n 2\n \n   1\n   2\n c 1\n2\n\n");
	check_partials(
	    " {{>p}}\n", "{\"p\":\"{{! a\\n b }}x{{!}}\\ny\"}", " x\n y");
}

static void
test_refused(void)
{
	check_refused("{{", "{}", "Line 1: a tag has no end: }} is missing.");
	check_refused(
	    "a\n{{{b}}", "{}", "Line 2: a tag has no end: }}} is missing.");
	check_refused(
	    "{{=a b}}", "{}", "Line 1: a tag has no end: =}} is missing.");
	check_refused(
	    "\n\n{{#a}}\n", "{}", "Line 3: the section 'a' is not closed.");
	check_refused("{{#a}}{{^b}}{{/a}}{{/b}}", "{}",
	    "Line 1: {{/a}} stands where {{/b}} is due.");
	check_refused("a{{/a}}", "{}",
	    "Line 1: {{/a}} closes a section that is not open.");
	check_refused("{{}}", "{}", "Line 1: a tag has no name.");
	check_refused("{{# }}", "{}", "Line 1: a tag has no name.");
	check_refused("{{a b}}", "{}", "Line 1: a name holds space: 'a b'.");
	check_refused("{{=a=}}", "{}",
	    "Line 1: new delimiters are two, of at most 15 characters and "
	    "without =.");
	check_refused("{{=a b c=}}", "{}",
	    "Line 1: new delimiters are two, of at most 15 characters and "
	    "without =.");
	check_refused("{{=0123456789abcdef b=}}", "{}",
	    "Line 1: new delimiters are two, of at most 15 characters and "
	    "without =.");
	/* In a partial, also where it would not be rendered. */
	check_refused("{{#no}}{{>p}}{{/no}}",
	    "{\"p\":\"{{>q}}\","
	    "\"q\":\"\\n{{/x}}\"}",
	    "{{> q}}, line 2: {{/x}} closes a section that is not open.");
}

static void
put_times(struct buf *b, const char *text, int n)
{
	while (n-- > 0)
		buf_puts(b, text);
}

static void
nest(struct buf *b, int levels)
{
	buf_reset(b);
	put_times(b, "{{^a}}", levels);
	put_times(b, "{{/a}}", levels);
}

static void
test_depth(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	nest(&b, MUSTACHE_DEPTH);
	check(b.data, "{}", "");
	nest(&b, MUSTACHE_DEPTH + 1);
	check_refused(b.data, "{}", "Line 1: sections are nested too deeply.");
	check_refused("{{>p}}", "{\"p\":\"\\n {{>p}}\"}",
	    "{{> p}}, line 2: sections and partials are nested too deeply.");
	buf_free(&b);
}

static void
test_sizes(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "{{");
	put_times(&b, "n", MUSTACHE_NAME);
	buf_puts(&b, "}}");
	check(b.data, "{}", "");
	buf_reset(&b);
	buf_puts(&b, "{{");
	put_times(&b, "n", MUSTACHE_NAME + 1);
	buf_puts(&b, "}}");
	check_refused(b.data, "{}", "Line 1: a name is too long.");
	buf_reset(&b);
	put_times(&b, "{{a}}", MUSTACHE_TAGS + 1);
	check_refused(b.data, "{}", "Line 1: there are too many tags.");
	buf_reset(&b);
	for (int i = 0; i <= MUSTACHE_PARTIALS; i++)
		buf_printf(&b, "{{>p%d}}{{>p%d}}\n", i, i);
	check_refused(b.data, "{}", "Line 65: there are too many partials.");
	buf_free(&b);
}

static void
check_too_much(const char *text, const char *json, bool of_partials)
{
	struct json *doc = parse(json, strlen(json));
	struct outcome o = render(
	    &(struct given){.text = text, .partials = of_partials ? doc : NULL},
	    of_partials ? NULL : doc);

	CU_ASSERT_EQUAL(o.err, ERR_INVALID);
	CU_ASSERT_PTR_NOT_NULL_FATAL(o.why);
	CU_ASSERT_PTR_NOT_NULL(strstr(o.why, "ine 1: this is too much work."));
	done(&o);
	json_free(doc);
}

/* A template of a few bytes may ask for any amount of work. */
static void
test_work(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"a\":[0");
	put_times(&b, ",0", 999);
	buf_puts(&b, "]}");
	check_too_much("{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}"
		       "{{/a}}{{/a}}{{/a}}{{/a}}{{/a}}",
	    b.data, false);
	buf_reset(&b);
	buf_puts(&b, "{\"p0\":\"\"");
	for (int i = 1; i < MUSTACHE_DEPTH; i++)
		buf_printf(
		    &b, ",\"p%d\":\"{{>p%d}}{{>p%d}}\"", i, i - 1, i - 1);
	buf_puts(&b, "}");
	check_too_much("{{>p31}}", b.data, true);
	buf_free(&b);
}

static void
test_full(void)
{
	struct json *context = parse("{\"a\":\"<<<<\"}", 12);
	struct outcome o = render(
	    &(struct given){.text = "12345{{a}}{{a}}", .max = 12}, context);

	CU_ASSERT_EQUAL(o.err, OK);
	CU_ASSERT_TRUE(o.out.full);
	CU_ASSERT_TRUE(o.out.len <= 12);
	done(&o);
	json_free(context);
}

CU_TestInfo mustache_tests[] = {
    {"values of each kind", test_values},
    {"escapes", test_escapes},
    {"dotted names and contexts", test_names},
    {"sections, lists, lines of their own", test_sections},
    {"other delimiters", test_delimiters},
    {"partials", test_partials},
    {"partials are indented as they stand", test_indentation},
    {"mistakes are told with their line", test_refused},
    {"nesting is bounded", test_depth},
    {"names, tags and partials are bounded", test_sizes},
    {"work is bounded", test_work},
    {"a full buffer ends it", test_full},
    CU_TEST_INFO_NULL,
};
