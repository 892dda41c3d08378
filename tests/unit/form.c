/* Paths, queries and forms from outside, the hostile ones too. */
#include "http/form.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

static void
test_path(void)
{
	/* The target, its path, and what that stands for. */
	static const char *const rows[][3] = {
	    {"/", "/", "/"},
	    {"/a%20b?x=1", "/a%20b", "/a b"},
	    {"/a+b", "/a+b", "/a+b"},
	    {"/a%2Fb%3f", "/a%2Fb%3f", "/a/b?"},
	    {"/%c3%BC#f", "/%c3%BC", "/\xC3\xBC"},
	    {"/\xC3\xBC", "/\xC3\xBC", "/\xC3\xBC"},
	    {"/\xC3%BC", "/\xC3%BC", "/\xC3\xBC"},
	    {"/a%0Ab", "/a%0Ab", "/a\nb"},
	    {"/%2541", "/%2541", "/%41"},
	    {"/?", "/", "/"},
	};
	static const char *const refused[] = {"", "?", "a", "*", "http://x/",
	    "/%", "/%4", "/%4x", "/%x4", "/a%00b", "/%ff", "/%c0%af",
	    "/%ed%a0%80", "/\xFF", "/%4?41", "/%%41", "/%c3/%bc", "/%c3%2F%bc",
	    "/%25%"};
	struct arena *mem = arena_new(1 << 20);
	const char *path;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		path = NULL;
		CU_ASSERT_EQUAL_FATAL(form_path(mem, rows[i][0], &path), OK);
		CU_ASSERT_STRING_EQUAL(path, rows[i][1]);
		CU_ASSERT_STRING_EQUAL(
		    form_segment(mem, path, strlen(path)), rows[i][2]);
	}
	CU_ASSERT_STRING_EQUAL(form_segment(mem, "a%2Fb/c", 5), "a/b");
	CU_ASSERT_STRING_EQUAL(form_segment(mem, "", 0), "");
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CU_ASSERT_EQUAL(
		    form_path(mem, refused[i], &path), ERR_BAD_REQUEST);
	arena_free(mem);
}

static void
test_path_length(void)
{
	struct arena *mem = arena_new(1 << 20);
	const char *path;
	char text[8194];

	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[8192] = '\0';
	CU_ASSERT_EQUAL(form_path(mem, text, &path), OK);
	text[8192] = 'a';
	text[8193] = '\0';
	CU_ASSERT_EQUAL(form_path(mem, text, &path), ERR_BAD_REQUEST);
	text[8192] = '?';
	CU_ASSERT_EQUAL(form_path(mem, text, &path), OK);
	arena_free(mem);
}

/* The pairs as "name=value|", for comparing. */
static const char *
show(struct arena *mem, const struct pair *pairs, size_t n)
{
	const char *out = "";

	for (size_t i = 0; i < n; i++)
		out = arena_printf(
		    mem, "%s%s=%s|", out, pairs[i].name, pairs[i].value);
	return out;
}

static void
test_urlencoded(void)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"a=1&b=%20x+y", "a=1|b= x y|"},
	    {"a", "a=|"},
	    {"=", "=|"},
	    {"=v", "=v|"},
	    {"&&a=1&", "a=1|"},
	    {"a=b=c", "a=b=c|"},
	    {"a%3Db=c%26d", "a=b=c&d|"},
	    {"a=1;b=2", "a=1;b=2|"},
	    {"a=%", "a=%|"},
	    {"a=%4", "a=%4|"},
	    {"a=%zz%41", "a=%zzA|"},
	    {"a=%4&b=1", "a=%4|b=1|"},
	    {"a+b=%2B", "a b=+|"},
	    {"a=1&a=2", "a=1|a=2|"},
	    {"a=%C3%BC", "a=\xC3\xBC|"},
	};
	struct arena *mem = arena_new(1 << 20);
	struct pair *pairs;
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL_FATAL(form_urlencoded(mem, rows[i][0],
					  strlen(rows[i][0]), &pairs, &n),
		    OK);
		CU_ASSERT_STRING_EQUAL(show(mem, pairs, n), rows[i][1]);
	}
	CU_ASSERT_EQUAL(form_urlencoded(mem, NULL, 0, &pairs, &n), OK);
	CU_ASSERT_EQUAL(n, 0);
	CU_ASSERT_EQUAL_FATAL(
	    form_urlencoded(mem, "a=x%00y", 7, &pairs, &n), OK);
	CU_ASSERT_EQUAL(pairs[0].length, 3);
	CU_ASSERT_EQUAL(memcmp(pairs[0].value, "x\0y", 4), 0);
	arena_free(mem);
}

static void
test_urlencoded_refused(void)
{
	static const char *const rows[] = {
	    "a=%ff", "%ff=a", "a=%c0%80", "a=\xFF", "a%00b=1", "a=%c3&b=%bc"};
	struct arena *mem = arena_new(1 << 20);
	struct pair *pairs;
	char many[2 * FORM_PAIRS + 3];
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CU_ASSERT_EQUAL(
		    form_urlencoded(mem, rows[i], strlen(rows[i]), &pairs, &n),
		    ERR_BAD_REQUEST);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 ? '&' : 'a';
	CU_ASSERT_EQUAL(
	    form_urlencoded(mem, many, 2 * FORM_PAIRS, &pairs, &n), OK);
	CU_ASSERT_EQUAL(n, FORM_PAIRS);
	CU_ASSERT_EQUAL(
	    form_urlencoded(mem, many, 2 * FORM_PAIRS + 1, &pairs, &n),
	    ERR_BAD_REQUEST);
	memset(many, '&', sizeof(many));
	CU_ASSERT_EQUAL(
	    form_urlencoded(mem, many, sizeof(many), &pairs, &n), OK);
	CU_ASSERT_EQUAL(n, 0);
	arena_free(mem);
}

static void
test_find(void)
{
	static const struct pair pairs[] = {
	    {"a", "1", 1}, {"b", "2", 1}, {"a", "3", 1}};

	CU_ASSERT_PTR_EQUAL(pair_find(pairs, 3, "a"), &pairs[2]);
	CU_ASSERT_PTR_EQUAL(pair_find(pairs, 3, "b"), &pairs[1]);
	CU_ASSERT_PTR_NULL(pair_find(pairs, 3, "c"));
	CU_ASSERT_PTR_NULL(pair_find(NULL, 0, "a"));
}

#define TYPE    "multipart/form-data; boundary=b"
#define PART(n) "--b\r\nContent-Disposition: form-data; name=" n "\r\n\r\n"

static void
test_multipart(void)
{
	static const char *const rows[][3] = {
	    {TYPE, PART("\"a\"") "1\r\n--b--\r\n", "a=1|"},
	    {TYPE, PART("a") "\r\n" PART("\"c d\"") "x\r\ny\r\n--b--",
		"a=|c d=x\r\ny|"},
	    {TYPE, "preamble\r\n" PART("a") "1\r\n--b-- \r\nepilogue --b",
		"a=1|"},
	    {TYPE, "--b--", ""},
	    {TYPE,
		"--b \t\r\ncontent-disposition:FORM-DATA;NAME=a\r\n\r\n1"
		"\r\n--b--\r\n",
		"a=1|"},
	    {TYPE, PART("\"a\\\"b\\\\\"") "1\r\n--b--", "a\"b\\=1|"},
	    {TYPE, PART("\"a%22b%0d%0A%41\"") "1\r\n--b--", "a\"b\r\n%41=1|"},
	    {TYPE, PART("\"\"") "1\r\n--b--", "=1|"},
	    {TYPE,
		PART("f; filename=\"x.txt\"") "\xFF\xFE\r\n" PART(
		    "a") "1\r\n--b--",
		"a=1|"},
	    {TYPE, PART("f; filename=\"\"") "\r\n--b--", ""},
	    {TYPE, PART("f; filename*=UTF-8''x") "\r\n--b--", ""},
	    {TYPE, PART("a") "-b\r\n--b--", "a=-b|"},
	    {TYPE, PART("a") "\r\r\n--b--", "a=\r|"},
	    {TYPE, PART("\xC3\xBC") "\xC3\xBC\r\n--b--", "\xC3\xBC=\xC3\xBC|"},
	    {TYPE,
		PART("a\r\nContent-Type: text/plain; charset=utf-8\r\n"
		     "Content-Transfer-Encoding: 8bit") "1\r\n--b--",
		"a=1|"},
	    {"Multipart/Form-Data; x=y; BOUNDARY=\"b c\"",
		"--b c\r\nContent-Disposition: form-data; name=a\r\n\r\n1"
		"\r\n--b c--",
		"a=1|"},
	    {"multipart/form-data; boundary=a/b:c=d?",
		"--a/b:c=d?\r\nContent-Disposition: form-data; name=a\r\n\r\n"
		"1\r\n--a/b:c=d?--",
		"a=1|"},
	};
	struct arena *mem = arena_new(1 << 20);
	struct pair *pairs;
	size_t n;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CU_ASSERT_EQUAL(form_multipart(mem, rows[i][0], rows[i][1],
				    strlen(rows[i][1]), &pairs, &n),
		    OK);
		CU_ASSERT_STRING_EQUAL(show(mem, pairs, n), rows[i][2]);
	}
	arena_free(mem);
}

static void
test_multipart_refused(void)
{
	static const char *const bodies[] = {"", "--b", "--b-", "--bx--",
	    "--b\r\n", "--b\n", "-b--", "x--b--", "--b--x", "x\n--b--",
	    PART("a") "1", PART("a") "1\r\n--b", PART("a") "1\r\n--b\r\n",
	    PART("a") "1\r\n--bc\r\n--b--", PART("a") "1\n--b--",
	    "--b\r\n\r\n1\r\n--b--", "--b\r\nX: y\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Disposition: file; name=a\r\n\r\n1\r\n--b--",
	    "--b\r\nContent-Disposition: form-data; name=a\r\n--b--",
	    PART("a; name=c") "1\r\n--b--", PART("\"a") "1\r\n--b--",
	    PART("a\"c\"") "1\r\n--b--", PART("\"a\"x") "1\r\n--b--",
	    PART("a;=") "1\r\n--b--", PART("a\x01") "1\r\n--b--",
	    PART("\xFF") "1\r\n--b--", PART("a") "\xFF\r\n--b--",
	    PART("a\r\n folded") "1\r\n--b--",
	    PART("a\r\nbad header: x") "1\r\n--b--",
	    PART("a\r\nContent-Disposition: form-data; name=c") "1\r\n--b--",
	    PART("a\r\nContent-Transfer-Encoding: base64") "MQ==\r\n--b--"};
	static const char *const types[] = {"", "multipart/form-data",
	    "multipart/form-data; boundary=", "multipart/form-data boundary=b",
	    "multipart/form-data; boundary=\"b", "multipart/mixed; boundary=b",
	    "multipart/form-data; boundary=b; boundary=b",
	    "multipart/form-data; boundary=\"b \"",
	    "multipart/form-data; boundary=\"b\\\"\"",
	    "multipart/form-data; boundary=b\xC3\xBC",
	    "multipart/form-data; boundary=b; x",
	    "multipart/form-data; boundary="
	    "12345678901234567890123456789012345678901234567890123456789012345"
	    "678901"};
	struct arena *mem = arena_new(1 << 20);
	struct pair *pairs;
	size_t n;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		CU_ASSERT_EQUAL(form_multipart(mem, TYPE, bodies[i],
				    strlen(bodies[i]), &pairs, &n),
		    ERR_BAD_REQUEST);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		CU_ASSERT_EQUAL(
		    form_multipart(mem, types[i], "--b--", 5, &pairs, &n),
		    ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    form_multipart(mem, NULL, "--b--", 5, &pairs, &n), ERR_BAD_REQUEST);
	arena_free(mem);
}

/* `n` times `piece` between `head` and `tail`. */
static enum err
parse_repeated(const char *head, const char *piece, size_t times,
    const char *tail, size_t *npairs)
{
	struct arena *mem = arena_new(32 << 20);
	struct buf body;
	struct pair *pairs;
	enum err err;

	buf_init(&body, 8 << 20);
	buf_puts(&body, head);
	while (times-- > 0)
		buf_puts(&body, piece);
	buf_puts(&body, tail);
	CU_ASSERT_FALSE_FATAL(body.full);
	err = form_multipart(mem, TYPE, body.data, body.len, &pairs, npairs);
	buf_free(&body);
	arena_free(mem);
	return err;
}

static void
test_multipart_bounds(void)
{
	size_t n;

	CU_ASSERT_EQUAL(
	    parse_repeated("", PART("a") "1\r\n", FORM_PAIRS, "--b--", &n), OK);
	CU_ASSERT_EQUAL(n, FORM_PAIRS);
	CU_ASSERT_EQUAL(
	    parse_repeated("", PART("a") "1\r\n", FORM_PAIRS + 1, "--b--", &n),
	    ERR_BAD_REQUEST);
	/* 9000 bytes of content are fine, of headers not. */
	CU_ASSERT_EQUAL(parse_repeated(PART("a\r\nX: "), "x", 9000,
			    "\r\n\r\n1\r\n--b--", &n),
	    OK);
	CU_ASSERT_EQUAL(
	    parse_repeated("--b\r\nContent-Disposition: form-data; name=a\r\n"
			   "X: ",
		"x", 9000, "\r\n\r\n1\r\n--b--", &n),
	    ERR_BAD_REQUEST);
	/* Near misses of the delimiter, and many parameters: linear work. */
	CU_ASSERT_EQUAL(
	    parse_repeated(PART("a"), "\r\n--", 1 << 20, "\r\n--b--", &n), OK);
	CU_ASSERT_EQUAL(parse_repeated("--b\r\nContent-Disposition: form-data;"
				       " name=a",
			    ";x=\"y\"", 1200, "\r\n\r\n1\r\n--b--", &n),
	    OK);
}

CU_TestInfo form_tests[] = {
    {"the path of a target is decoded, or refused", test_path},
    {"a path has at most 8 KiB", test_path_length},
    {"pairs are read as the URL standard has it", test_urlencoded},
    {"pairs that are not text are refused", test_urlencoded_refused},
    {"the last of repeated names wins", test_find},
    {"multipart fields are read, files are not", test_multipart},
    {"malformed multipart is refused", test_multipart_refused},
    {"multipart is bounded in parts, headers and work", test_multipart_bounds},
    CU_TEST_INFO_NULL};
