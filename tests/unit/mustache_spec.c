/*
 * Mustache as its specification has it, where that is at hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mustache.h"
#include "unit.h"

enum { OUTPUT = 1 << 16, SUITE_MAX = 1 << 20 };

static const char *
partial(const void *arg, const char *name)
{
	const struct json *text;
	size_t n;

	if (arg == NULL || !json_member(arg, name, &text))
		return NULL;
	return json_text(text, &n);
}

static const char *
member_text(const struct json *object, const char *name)
{
	const struct json *value;
	size_t n;

	if (!json_member(object, name, &value))
		return "";
	return json_text(value, &n);
}

static void
check_case(const char *file, const struct json *test)
{
	const char *expected = member_text(test, "expected"), *why;
	struct mustache m = {.escapes = true, .partial = partial};
	struct arena *mem = arena_new(1 << 24);
	const struct json *data, *partials;
	struct buf out;
	enum err err;

	json_member(test, "data", &data);
	json_member(test, "partials", &partials);
	m.arg = partials;
	buf_init(&out, OUTPUT);
	err = mustache_render(
	    mem, &m, member_text(test, "template"), data, &out, &why);
	if (err || strcmp(out.data, expected) != 0) {
		printf("\n    %s: %s: '%s' for '%s'\n    ", file,
		    member_text(test, "name"), err ? why : out.data, expected);
		CU_FAIL("a case of the specification");
	}
	buf_free(&out);
	arena_free(mem);
}

/* How many cases the file holds. */
static size_t
check_file(const char *folder, const char *file)
{
	static char text[SUITE_MAX];
	const struct json *tests;
	struct json_fault fault;
	struct json *doc;
	char path[2048];
	size_t i, n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.json", folder, file);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (json_parse(text, n, JSON_DEPTH, &doc, &fault))
		CU_FAIL_FATAL("a file of the specification is no JSON");
	CU_ASSERT_FATAL(json_member(doc, "tests", &tests));
	n = json_count(tests);
	for (i = 0; i < n; i++)
		check_case(file, json_at(tests, i));
	json_free(doc);
	return n;
}

static void
test_specification(void)
{
	static const char *const files[] = {"comments", "delimiters",
	    "interpolation", "inverted", "partials", "sections"};
	const char *data = getenv("ATRIUM_TEST_DATA");
	char folder[1024];
	size_t i, n = 0;

	snprintf(folder, sizeof(folder), "%s/mustache",
	    data != NULL ? data : SOURCE_DIR "/../shared/data");
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		n += check_file(folder, files[i]);
	if (n == 0) {
		printf("\n    skipped: no specification in %s\n    ", folder);
		return;
	}
	CU_ASSERT_EQUAL(n, 136);
}

CU_TestInfo mustache_spec_tests[] = {
    {"the core of the specification", test_specification},
    CU_TEST_INFO_NULL,
};
