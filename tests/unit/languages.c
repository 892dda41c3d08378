/*
 * The languages of mails: files of texts, whole and broken, and templates that
 * take them.
 */
#include "core/languages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/template.h"
#include "unit.h"

static struct {
	char dir[64];
	struct arena *mem, *own;
	const char *why;
} run;

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(arena_printf(run.mem, "%s/%s", run.dir, name), "we");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT_EQUAL(fwrite(text, 1, strlen(text), f), strlen(text));
	CU_ASSERT_EQUAL(fclose(f), 0);
}

#define ENGLISH                                                              \
	"{\"hello\": \"Hello {{name}}\", \"a\": {\"b\": {\"c1\": \"ABC\"}}," \
	" \"mark\": \"**A** & B{{#name}}, {{name}}{{/name}}\"}"

static void
begin(void)
{
	snprintf(run.dir, sizeof(run.dir), "/tmp/atrium-languages-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(run.dir));
	run.mem = arena_new(64 << 20);
	run.own = arena_new(64 << 20);
	run.why = "nothing";
	put("en.json", ENGLISH);
}

static void
end(void)
{
	const char *command = arena_printf(run.mem, "rm -rf '%s'", run.dir);

	CU_ASSERT_EQUAL(system(command), 0);
	arena_free(run.mem);
	arena_free(run.own);
}

static struct languages *
load(void)
{
	struct languages *l =
	    languages_load(run.own, run.mem, run.dir, &run.why);

	if (l == NULL)
		printf("\n    %s\n    ", run.why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	return l;
}

/* `before` and `after` the folder's name. */
static void
refused(const char *before, const char *after)
{
	CU_ASSERT_PTR_NULL(languages_load(run.own, run.mem, run.dir, &run.why));
	if (strcmp(run.why,
		arena_printf(run.mem, "%s%s%s", before, run.dir, after)) != 0)
		printf("\n    %s\n    ", run.why);
	CU_ASSERT_STRING_EQUAL(
	    run.why, arena_printf(run.mem, "%s%s%s", before, run.dir, after));
}

static void
test_texts(void)
{
	struct languages *l;

	begin();
	put("ru.json", "{\"a\": {\"b\": {\"c1\": \"\\u0410\\u0411\"}}}\n");
	put("sah.json", "{}");
	put(".de.json", "none of these is a language");
	put("README.md", "nor this");
	l = load();
	CU_ASSERT_EQUAL(languages_count(l), 3);
	CU_ASSERT_STRING_EQUAL(languages_name(l, 0), "en");
	CU_ASSERT_STRING_EQUAL(languages_name(l, 1), "ru");
	CU_ASSERT_STRING_EQUAL(languages_text(l, "ru", "a.b.c1"), "АБ");
	CU_ASSERT_STRING_EQUAL(languages_text(l, "en", "a.b.c1"), "ABC");
	CU_ASSERT_STRING_EQUAL(languages_text(l, NULL, "a.b.c1"), "ABC");
	CU_ASSERT_STRING_EQUAL(languages_text(l, "de", "a.b.c1"), "ABC");
	CU_ASSERT_STRING_EQUAL(languages_text(l, "sah", "a.b.c1"), "ABC");
	/* What a language lacks is English's. */
	CU_ASSERT_STRING_EQUAL(
	    languages_text(l, "ru", "hello"), "Hello {{name}}");
	CU_ASSERT_PTR_NULL(languages_text(l, "ru", "a.b"));
	CU_ASSERT_PTR_NULL(languages_text(l, "en", "none"));
	CU_ASSERT_STRING_EQUAL(languages_known(l, "ru"), "ru");
	CU_ASSERT_STRING_EQUAL(languages_known(l, "RU"), "en");
	CU_ASSERT_STRING_EQUAL(languages_known(l, NULL), "en");
	end();
}

static void
test_no_folder(void)
{
	struct languages *l;

	begin();
	l = languages_load(run.own, run.mem, "/none/lang", &run.why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(l);
	CU_ASSERT_EQUAL(languages_count(l), 0);
	CU_ASSERT_PTR_NULL(languages_text(l, "en", "hello"));
	CU_ASSERT_PTR_NULL(languages_match(l, "en"));
	CU_ASSERT_PTR_NULL(languages_accept(l, "en, *"));
	end();
}

static void
test_mistakes(void)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
	    {"{\"hello\": \"x\",\n\n}", "/ru.json are not JSON: Expecting "
					"property name enclosed in double "
					"quotes in line 3."},
	    {"[]", "/ru.json are no JSON object of texts."},
	    {"{\"hello\": \"\xff\"}",
		"/ru.json are not UTF-8. Save the file as UTF-8."},
	    {"{\"hello\": \"x\", \"hello\": \"x\"}",
		"/ru.json are not JSON: Repeated member name in line 1."},
	    {"{\"hello\": 7}",
		"/ru.json: the text hello is no text: put it in quotes."},
	    {"{\"a\": {\"b\": {\"c1\": null}}}",
		"/ru.json: the text a.b.c1 is no text: put it in quotes."},
	    {"{\"helo\": \"x\"}", "/ru.json: the text helo is none that "
				  "en.json has: correct its name."},
	    {"{\"a\": \"x\"}", "/ru.json: the text a is none that en.json "
			       "has: correct its name."},
	    {"{\"a\": {\"B\": {}}}",
		"/ru.json: the key \"B\" in a is none: small letters, digits "
		"and _ are wanted."},
	    {"{\"a.b\": {}}",
		"/ru.json: the key \"a.b\" is none: small letters, digits and "
		"_ are wanted."},
	    {"{\"hello\": \"\"}", "/ru.json: the text hello is empty or too "
				  "long."},
	    {"{\"hello\": \"a\\nb\"}", "/ru.json: the text hello is not one "
				       "line: it holds a control character."},
	    {"{\"hello\": \"{{nam}}\"}",
		"/ru.json: the text hello has {{nam}}, which the English text "
		"has not."},
	    {"{\"hello\": \"{{name\"}",
		"/ru.json: the text hello has a {{ without its }}."},
	    {"{\"hello\": \"{{{name}}}\"}",
		"/ru.json: the text hello has a tag that is no {{name}}, "
		"{{#name}}, {{^name}} or {{/name}}."},
	    {"{\"hello\": \"{{> hello}}\"}",
		"/ru.json: the text hello has a tag that is no {{name}}, "
		"{{#name}}, {{^name}} or {{/name}}."},
	    {"{\"hello\": \"{{#name}}x\"}",
		"/ru.json: the text hello has a mistake: Line 1: the section "
		"'name' is not closed.."},
	    {"{\"mark\": \"**a\"}",
		"/ru.json: the text mark has a ** without another."},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool file = strncmp(cases[i].why, "/ru.json: ", 10) == 0;

		begin();
		put("ru.json", cases[i].text);
		refused(file ? "" : "The texts ", cases[i].why);
		end();
	}
}

static void
test_folder_mistakes(void)
{
	begin();
	put("pt-BR.json", "{}");
	refused("The file ", "/pt-BR.json is named by no language: two or "
			     "three small letters are wanted, as in ru.json.");
	end();
	begin();
	CU_ASSERT_EQUAL(
	    unlink(arena_printf(run.mem, "%s/en.json", run.dir)), 0);
	put("ru.json", "{}");
	refused("The texts ",
	    "/en.json cannot be read: No such file or directory.");
	end();
}

struct who {
	const char *name;
};
#define T struct who
SCHEMA(who, "Who", FIELD(name, .flags = NULLABLE));
#undef T

/* A folder of templates around the languages. */
static struct templates *
templates(const char **why)
{
	char top[64];
	struct templates *t;

	memcpy(top, run.dir, sizeof(top));
	snprintf(run.dir, sizeof(run.dir), "%.50s/lang", top);
	CU_ASSERT_EQUAL(mkdir(run.dir, 0700), 0);
	put("en.json", ENGLISH);
	put("ru.json", "{\"hello\": \"Привет, {{name}}\"}");
	memcpy(run.dir, top, sizeof(top));
	t = templates_load(run.mem, run.dir, why);
	return t;
}

static void
test_templates(void)
{
	const struct who row = {"<Ada & \"Co\">"};
	struct templates *t;

	begin();
	put("x.html", "<p lang={{> language.tag}}>{{> hello.x}}");
	CU_ASSERT_PTR_NULL(templates(&run.why));
	CU_ASSERT_STRING_EQUAL(run.why,
	    arena_printf(run.mem,
		"The template %s/x.html has a mistake. It names a text that "
		"lang/en.json has not: hello.x. Add it or correct the name.",
		run.dir));
	end();

	begin();
	put("p.html", "[{{>a.b.c1}}]");
	put("x.html", "{{> language.tag}} {{> p}} {{> a.b.c1 }}");
	put("x.txt", "{{> a.b.c1}}\n{{> a.b.c1}}\n");
	t = templates(&run.why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.html", "ru", &who, &row),
	    "ru [ABC] ABC");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.html", "xx", &who, &row),
	    "en [ABC] ABC");
	/* Alone in its line, it leaves the line's end. */
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &row),
	    "ABC\nABC\n");
	CU_ASSERT_STRING_EQUAL(
	    template_text(t, run.mem, "a.b.c1", "ru", &who, &row), "ABC");
	CU_ASSERT_PTR_NULL(
	    template_text(t, run.mem, "a.b.x", "ru", &who, &row));
	templates_free(t);
	end();
}

/* Names of texts have a dot, so those of this test are in a section. */
static void
test_escapes(void)
{
	const struct who row = {"<Ada> {{name}} **x**"}, nobody = {NULL};
	struct templates *t;
	const char *why;

	begin();
	put("x.html", "{{> s.mark}}");
	put("x.txt", "{{> s.mark}}");
	CU_ASSERT_EQUAL(
	    mkdir(arena_printf(run.mem, "%s/lang", run.dir), 0700), 0);
	put("lang/en.json", "{\"s\":{\"mark\": \"**A** & <B>\\\"{{#name}}, "
			    "{{name}}{{/name}}\"}}");
	t = templates_load(run.mem, run.dir, &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.html", NULL, &who, &row),
	    "<strong>A</strong> &amp; &lt;B&gt;&quot;, &lt;Ada&gt; {{name}} "
	    "**x**");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &row),
	    "A & <B>\", <Ada> {{name}} **x**");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &nobody),
	    "A & <B>\"");
	templates_free(t);
	end();
}

static void
test_wrap(void)
{
	static const char *const words =
	    "{{name}} aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
	    "fffffffff ggggggggg hhhhhh\n";
	const struct who six = {"123456"}, seven = {"1234567"};
	const struct who wide = {"жжжжжж"};
	const char *url = "https://example.com/a?token="
			  "0123456789012345678901234567890123456789"
			  "0123456789012345678901234567890123456789";
	const struct who link = {url};
	struct templates *t;
	const char *why;

	begin();
	put("x.txt", words);
	put("y.txt", "a {{name}} b\n\n-- \n{{name}}");
	t = templates_load(run.mem, run.dir, &why);
	CU_ASSERT_PTR_NOT_NULL_FATAL(t);
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &six),
	    "123456 aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
	    "fffffffff ggggggggg\nhhhhhh\n");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &wide),
	    "жжжжжж aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
	    "fffffffff ggggggggg\nhhhhhh\n");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "x.txt", NULL, &who, &seven),
	    "1234567 aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
	    "fffffffff\nggggggggg hhhhhh\n");
	CU_ASSERT_STRING_EQUAL(
	    template_render(t, run.mem, "y.txt", NULL, &who, &link),
	    arena_printf(run.mem, "a\n%s\nb\n\n-- \n%s", url, url));
	templates_free(t);
	end();
}

CU_TestInfo languages_tests[] = {
    {"texts by language and name", test_texts},
    {"a folder that is not there", test_no_folder},
    {"a broken file is refused with its place", test_mistakes},
    {"files of no language, and no English", test_folder_mistakes},
    {"templates take texts", test_templates},
    {"texts are escaped, their tags are not", test_escapes},
    {"lines of text are broken", test_wrap},
    CU_TEST_INFO_NULL,
};
