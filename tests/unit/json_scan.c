/*
 * What is JSON and what is not, and that a fault has the words and the place
 * that CPython 3.11 gives it: clients of FastAPI see both.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "unit.h"

#define TEXT(s) (s), sizeof(s) - 1

#define VALUE        "Expecting value"
#define EXTRA        "Extra data"
#define COMMA        "Expecting ',' delimiter"
#define COLON        "Expecting ':' delimiter"
#define NAME         "Expecting property name enclosed in double quotes"
#define UNTERMINATED "Unterminated string starting at"
#define CONTROL      "Invalid control character at"
#define ESCAPE       "Invalid \\escape"
#define UNICODE      "Invalid \\uXXXX escape"

/* clang-format off */
static const struct {
	const char *text;
	size_t n;
	const char *error;
	size_t offset;
} refused[] = {
    {TEXT(""), VALUE, 0},
    {TEXT("   "), VALUE, 3},
    {TEXT("\n\t\r "), VALUE, 4},
    {TEXT("\357\273\277"), VALUE, 0},
    {TEXT("\357\273\277 {"), NAME, 2},
    {TEXT(" \357\273\2771"), VALUE, 1},
    {TEXT("nul"), VALUE, 0},
    {TEXT("nulll"), EXTRA, 4},
    {TEXT("True"), VALUE, 0},
    {TEXT("truefalse"), EXTRA, 4},
    {TEXT("fals"), VALUE, 0},
    {TEXT("x"), VALUE, 0},
    {TEXT("'a'"), VALUE, 0},
    {TEXT("NULL"), VALUE, 0},
    {TEXT("+1"), VALUE, 0},
    {TEXT("-"), VALUE, 0},
    {TEXT("-a"), VALUE, 0},
    {TEXT("01"), EXTRA, 1},
    {TEXT("-01"), EXTRA, 2},
    {TEXT("00"), EXTRA, 1},
    {TEXT("1."), EXTRA, 1},
    {TEXT("1.e1"), EXTRA, 1},
    {TEXT(".5"), VALUE, 0},
    {TEXT("1e"), EXTRA, 1},
    {TEXT("1e+"), EXTRA, 1},
    {TEXT("1.5e-"), EXTRA, 3},
    {TEXT("1E5.5"), EXTRA, 3},
    {TEXT("0x10"), EXTRA, 1},
    {TEXT("1 2"), EXTRA, 2},
    {TEXT("1,"), EXTRA, 1},
    {TEXT("--1"), VALUE, 0},
    {TEXT("1_000"), EXTRA, 1},
    {TEXT("\""), UNTERMINATED, 0},
    {TEXT("\"abc"), UNTERMINATED, 0},
    {TEXT("\"abc\\"), UNTERMINATED, 0},
    {TEXT("\"a\\\""), UNTERMINATED, 0},
    {TEXT("\"a\\x\""), ESCAPE, 2},
    {TEXT("\"\\ \""), ESCAPE, 1},
    {TEXT("\"\\u\""), UNICODE, 2},
    {TEXT("\"\\u12"), UNICODE, 2},
    {TEXT("\"\\u12\""), UNICODE, 2},
    {TEXT("\"\\u0041"), UNICODE, 2},
    {TEXT("\"\\u00g0\""), UNICODE, 2},
    {TEXT("\"\\U0041\""), ESCAPE, 1},
    {TEXT("\"\\ud834\\u00g0\""), UNICODE, 8},
    {TEXT("\"\\ud834\\u1\""), UNICODE, 8},
    {TEXT("\"\\u00\303\2511\""), UNICODE, 2},
    {TEXT("\"a\tb\""), CONTROL, 2},
    {TEXT("\"a\nb\""), CONTROL, 2},
    {TEXT("\"\000\""), CONTROL, 1},
    {TEXT("\"\037\""), CONTROL, 1},
    {TEXT("\"a\" \"b\""), EXTRA, 4},
    {TEXT("\"\303\251\342\202\254\360\237\230\200\" x"), EXTRA, 6},
    {TEXT("\357\273\277\"\303\251\" x"), EXTRA, 4},
    {TEXT("\"\\ud834\\udd1e\\q\""), ESCAPE, 13},
    {TEXT("["), VALUE, 1},
    {TEXT("[1"), COMMA, 2},
    {TEXT("[1,"), VALUE, 3},
    {TEXT("[1,]"), VALUE, 3},
    {TEXT("[,1]"), VALUE, 1},
    {TEXT("[1,,2]"), VALUE, 3},
    {TEXT("[1 2]"), COMMA, 3},
    {TEXT("[1;2]"), COMMA, 2},
    {TEXT("[1}"), COMMA, 2},
    {TEXT("]"), VALUE, 0},
    {TEXT("[]]"), EXTRA, 2},
    {TEXT("[\"a\":1]"), COMMA, 4},
    {TEXT("[ \"\303\251\" 1]"), COMMA, 6},
    {TEXT("[[[]"), COMMA, 4},
    {TEXT("[1]x"), EXTRA, 3},
    {TEXT("[\013]"), VALUE, 1},
    {TEXT("[1\302\240]"), COMMA, 2},
    {TEXT("{"), NAME, 1},
    {TEXT("{\"a\""), COLON, 4},
    {TEXT("{\"a\" "), COLON, 5},
    {TEXT("{\"a\":"), VALUE, 5},
    {TEXT("{\"a\":1"), COMMA, 6},
    {TEXT("{\"a\":1,"), NAME, 7},
    {TEXT("{\"a\":1,}"), NAME, 7},
    {TEXT("{,}"), NAME, 1},
    {TEXT("{\"a\"}"), COLON, 4},
    {TEXT("{\"a\" 1}"), COLON, 5},
    {TEXT("{\"a\"::1}"), VALUE, 5},
    {TEXT("{\"a\":1 \"b\":2}"), COMMA, 7},
    {TEXT("{\"a\":1;\"b\":2}"), COMMA, 6},
    {TEXT("{a:1}"), NAME, 1},
    {TEXT("{'a':1}"), NAME, 1},
    {TEXT("{1:2}"), NAME, 1},
    {TEXT("{\"a\":1]"), COMMA, 6},
    {TEXT("{\"a\":}"), VALUE, 5},
    {TEXT("{\"a\":1}}"), EXTRA, 7},
    {TEXT("{\"\342\202\254\":\342\202\254}"), VALUE, 5},
    {TEXT("{\"a\":/**/1}"), VALUE, 5},
    {TEXT("{\"a\":1}//"), EXTRA, 7},
    {TEXT("{\"a\001\":1}"), CONTROL, 3},
    {TEXT("{\"a\\v\":1}"), ESCAPE, 3},
    {TEXT("{null:1}"), NAME, 1},
    {TEXT("[{\"a\":[1,{\"b\":tru}]}]"), VALUE, 14},
    {TEXT("}"), VALUE, 0},
    {TEXT(","), VALUE, 0},
    {TEXT(":"), VALUE, 0},
    {TEXT("1\000"), EXTRA, 1},
    {TEXT("[\0001]"), VALUE, 1},
};
/* clang-format on */

static void
check(const char *text, size_t n, const char *error, size_t offset)
{
	struct json_fault fault = {"", 99, true};
	struct json *doc = NULL;
	size_t members;
	int failed;

	/* Without the NUL, so that reading beyond the end is noticed. */
	char *exact = malloc(n > 0 ? n : 1);

	if (exact == NULL)
		abort();
	memcpy(exact, text, n);
	failed =
	    json_scan(exact, n, JSON_DEPTH, &members, &fault) != ERR_INVALID ||
	    strcmp(fault.error, error) != 0 || fault.offset != offset ||
	    fault.utf8;
	free(exact);
	fault = (struct json_fault){"", 99, true};
	failed +=
	    json_parse(text, n, JSON_DEPTH, &doc, &fault) != ERR_INVALID ||
	    doc != NULL || strcmp(fault.error, error) != 0 ||
	    fault.offset != offset || fault.utf8;
	if (failed)
		printf("\n    %s: %s at %zu, not %s at %zu\n", text,
		    fault.error, fault.offset, error, offset);
	CU_ASSERT_EQUAL(failed, 0);
}

static void
test_refused(void)
{
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		check(refused[i].text, refused[i].n, refused[i].error,
		    refused[i].offset);
}

/* Python takes these, or has no such limit. */
static void
test_stricter(void)
{
	static const char lone[] = "Invalid surrogate";
	static const char null_name[] = "Null character in a member name";

	check(TEXT("NaN"), VALUE, 0);
	check(TEXT("[Infinity]"), VALUE, 1);
	check(TEXT("[1,-Infinity]"), VALUE, 3);
	check(TEXT("\"\\ud800\""), lone, 1);
	check(TEXT("\"\303\251\\uDC00\""), lone, 2);
	check(TEXT("\"\\ud800\\ud800\""), lone, 1);
	check(TEXT("\"\\udbff\\u0041\""), lone, 1);
	check(TEXT("\"\\ud834\\n\""), lone, 1);
	check(TEXT("\"a\\ud834abcdefgh\""), lone, 2);
	check(TEXT("{\"a\\u0000b\":1}"), null_name, 1);
	check(TEXT("[{\"x\":{\"\\u0000\":1}}]"), null_name, 7);
}

static enum err
scan(const char *text, int depth, size_t *members, struct json_fault *fault)
{
	return json_scan(text, strlen(text), depth, members, fault);
}

static void
test_depth(void)
{
	struct json_fault fault;
	size_t n;

	CU_ASSERT_EQUAL(scan("1", 0, &n, &fault), OK);
	CU_ASSERT_EQUAL(scan("[]", 0, &n, &fault), ERR_INVALID);
	CU_ASSERT_EQUAL(scan("[1]", 1, &n, &fault), OK);
	CU_ASSERT_EQUAL(scan("[[],{},[]]", 2, &n, &fault), OK);
	CU_ASSERT_EQUAL(scan("{\"a\":[]}", 1, &n, &fault), ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(fault.error, "Too deeply nested");
	CU_ASSERT_EQUAL(fault.offset, 5);
	/* Each level is left again. */
	CU_ASSERT_EQUAL(scan("[[1],[2],{\"a\":3}]", 2, &n, &fault), OK);
}

static void
test_members(void)
{
	struct json_fault fault;
	size_t n = 99;

	CU_ASSERT_EQUAL(scan("[]", 9, &n, &fault), OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL(
	    scan("{\"a\":{\"b\":\":\"},\"c\":[{\"d\":0}]}", 9, &n, &fault), OK);
	CU_ASSERT_EQUAL(n, 4);
	/* A repeated one is for json_parse() to find. */
	CU_ASSERT_EQUAL(scan("{\"a\":1,\"a\":2}", 9, &n, &fault), OK);
	CU_ASSERT_EQUAL(n, 2);
}

static void
test_utf8(void)
{
	static const char *const bad[] = {"\"\xFF\"", "[\"\xC0\x80\"]",
	    "\"\xED\xA0\x80\"", "\xE9", "{\xF0\x9F\x98", "nul\x80"};
	struct json_fault fault;
	size_t i, n;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		fault = (struct json_fault){0};
		CU_ASSERT_EQUAL(scan(bad[i], 9, &n, &fault), ERR_INVALID);
		CU_ASSERT_TRUE(fault.utf8);
		CU_ASSERT_PTR_NULL(fault.error);
	}
	CU_ASSERT_EQUAL(scan("\xEF\xBB\xBF[1]", 9, &n, &fault), OK);
	CU_ASSERT_FALSE(fault.utf8);
}

/* Refused though RFC 8259 only advises against them. */
static const char *const not_taken[] = {"y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json", NULL};

static bool
is_taken(const char *name)
{
	size_t i;

	for (i = 0; not_taken[i] != NULL; i++)
		if (strcmp(not_taken[i], name) == 0)
			return false;
	return name[0] == 'y';
}

/* Whether the file is taken or refused as its name says. */
static bool
suite_file_holds(const char *folder, const char *name)
{
	static char text[1 << 20];
	struct json_fault fault;
	struct json *doc;
	char path[4096];
	enum err err;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	err = json_parse(text, n, JSON_DEPTH, &doc, &fault);
	json_free(doc);
	/* Those of i_ may go either way. */
	if (name[0] == 'i')
		return true;
	if (is_taken(name))
		return err == OK;
	return err == ERR_INVALID && (fault.utf8 || fault.error != NULL);
}

static void
test_suite(void)
{
	const char *data = getenv("ATRIUM_TEST_DATA");
	size_t refused_files = 0, taken_files = 0;
	char folder[2048];
	struct dirent *e;
	DIR *d;

	snprintf(folder, sizeof(folder), "%s/jsontestsuite/test_parsing",
	    data != NULL ? data : SOURCE_DIR "/../shared/data");
	d = opendir(folder);
	if (d == NULL) {
		printf("\n    skipped: no JSONTestSuite in %s\n    ", folder);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		refused_files += e->d_name[0] == 'n';
		taken_files += e->d_name[0] == 'y';
		if (!suite_file_holds(folder, e->d_name)) {
			printf("\n    %s\n    ", e->d_name);
			CU_FAIL("a document of the JSONTestSuite");
		}
	}
	closedir(d);
	CU_ASSERT_TRUE(refused_files >= 188);
	CU_ASSERT_TRUE(taken_files >= 95);
}

CU_TestInfo json_scan_tests[] = {
    {"faults have CPython's words and places", test_refused},
    {"NaN, lone surrogates, U+0000 in names", test_stricter},
    {"nesting is bounded", test_depth},
    {"members are counted", test_members},
    {"what is not UTF-8 is told apart", test_utf8},
    {"the JSONTestSuite", test_suite},
    CU_TEST_INFO_NULL,
};
