/*
 * 2,000 strings that have broken programs, as keys and as values: each comes
 * back byte for byte. They are made of pieces, the same each time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "fixture.h"

enum { STRINGS = 2000, BATCH = 500 };

static const char *const piece[] = {
    /* control characters, blanks, direction marks, what is not seen */
    "\x01", "\x08", "\t", "\n", "\r\n", "\x1b[31m", "\x1f", "\x7f", "\xc2\x80",
    "\xc2\x85", "\xc2\x9f", " ", "\xc2\xa0", "\xe2\x80\x83", "\xe3\x80\x80",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\x8b", "\xe2\x80\x8e",
    "\xe2\x80\x8f", "\xe2\x80\xae", "\xe2\x81\xa6", "\xef\xbb\xbf",
    "\xef\xbf\xbe", "\xef\xbf\xbf", "\xc2\xad",
    /* from right to left */
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d", "\xd8\xa7\xd9\x84\xd8\xb3",
    "\xef\xb7\xbd",
    /* combining marks, and far too many of them */
    "e\xcc\x81", "\xcc\x81", "Z\xcd\x91\xcd\xab\xcc\x93\xcc\xaa\xcc\x82",
    "\xe0\xb9\x89\xe0\xb9\x89\xe0\xb9\x89", "\xe2\x83\x9d",
    /* emoji and their sequences */
    "\xf0\x9f\x98\x80", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "\xe2\x9d\xa4\xef\xb8\x8f",
    "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xbf",
    /* the ends of the planes */
    "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
    "\xf0\x9f\xbf\xbf", "\xdf\xbf", "\xe0\xa0\x80",
    /* other writings */
    "\xe7\x94\xb0\xe4\xb8\xad", "\xea\xb0\x80", "\xce\xa9", "\xd0\x96",
    "\xf0\x9d\x94\x98", "\xc3\x9f", "\xc4\xb0", "\xef\xbc\xa1",
    /* SQL, Redis, Lua, shells, paths, formats, HTML, JSON */
    "' OR '1'='1", "'; DROP TABLE kv_values; -- ", "\\' OR 1=1 #",
    "\" OR \"\"=\"", "/*!50000 SELECT*/", "%' AND k LIKE '%", "0x41",
    "*3\r\n$3\r\nSET\r\n", "\r\nFLUSHALL\r\n", "redis.call('FLUSHALL')",
    "]]..os.exit()..[[", "box.space._space:drop()", "{hash}tag", "\\0",
    "$(reboot)", "`id`", "&& rm -rf ~", "| cat /etc/passwd", "../../etc",
    "..\\..\\", "%s%n%x", "%00", "%2e%2e%2f", "${jndi:ldap://x}", "{{7*7}}",
    "<script>alert(1)</script>", "<!--", "]]>", "&#0;", "\\u0000", "\\", "\"",
    "'", "{\"a\":", "null", "NaN", "-1", "1e999", "__proto__", "constructor",
    "hasOwnProperty", "undefined", "COM1", ".", "..", "*", "?", "[", "~", "/",
    "//", "a", "A", "0"};

enum { PIECES = sizeof(piece) / sizeof(piece[0]) };

/* Each piece alone, then more of them; the number makes it the only one. */
static const char *
string(uint64_t *seed, size_t i)
{
	struct buf b;
	const char *text;
	size_t n;

	if (i < PIECES)
		return piece[i];
	buf_init(&b, KV_KEY_MAX);
	for (n = 1 + i % 9; n > 0; n--) {
		*seed = *seed * 6364136223846793005u + 1442695040888963407u;
		buf_puts(&b, piece[(*seed >> 33) % PIECES]);
		if (n == 5)
			buf_puts(&b, number(i));
	}
	if (i % 9 < 4)
		buf_puts(&b, number(i));
	text = arena_copy(me.call.mem, b.data, b.len);
	CU_ASSERT_FALSE(b.full);
	buf_free(&b);
	return text;
}

/* As JSON. */
static const char *
quoted(const char *text)
{
	const char *json;
	struct buf b;

	buf_init(&b, KV_VALUE_MAX);
	buf_putc(&b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_printf(&b, "\\%c", *text);
		else if (*text > 0 && *text < ' ')
			buf_printf(&b, "\\u%04x", (unsigned)*text);
		else
			buf_putc(&b, *text);
	}
	buf_putc(&b, '"');
	json = arena_copy(me.call.mem, b.data, b.len);
	buf_free(&b);
	return json;
}

static int
by_key(const void *a, const void *b)
{
	return strcmp(
	    ((const struct kv_pair *)a)->key, ((const struct kv_pair *)b)->key);
}

/* All of them, in the order of their bytes. */
static struct kv_pair *
strings(void)
{
	struct kv_pair *pair = NEW_N(me.call.mem, struct kv_pair, STRINGS);
	uint64_t seed = 5;
	size_t i, same = 0;

	for (i = 0; i < STRINGS; i++) {
		pair[i].key = string(&seed, i);
		pair[i].text = quoted(pair[i].key);
	}
	qsort(pair, STRINGS, sizeof(pair[0]), by_key);
	for (i = 1; i < STRINGS; i++)
		same += strcmp(pair[i].key, pair[i - 1].key) == 0;
	CU_ASSERT_EQUAL_FATAL(same, 0);
	return pair;
}

static void
fill(const struct kv_space *s, const struct kv_pair *pair)
{
	struct kv_outcome out;
	size_t i, j, n = 0;

	for (i = 0; i < STRINGS; i += BATCH) {
		CU_ASSERT_EQUAL_FATAL(
		    t_write(&me, s, KV_STRICT_INSERT, pair + i, BATCH, 0, &out),
		    OK);
		CU_ASSERT_EQUAL(out.result, KV_DONE);
		for (j = 0; j < BATCH; j++)
			n += out.done[j];
	}
	CU_ASSERT_EQUAL(n, STRINGS);
}

static void
in_batches(void)
{
	const struct kv_pair *pair = strings();
	const struct kv_space s = new_space();
	struct kv_value *v = NEW_N(me.call.mem, struct kv_value, BATCH);
	const char **key = NEW_N(me.call.mem, const char *, BATCH);
	struct kv_outcome out;
	size_t i, j, bad = 0;

	fill(&s, pair);
	for (i = 0; i < STRINGS; i += BATCH) {
		for (j = 0; j < BATCH; j++)
			key[j] = pair[i + j].key;
		CU_ASSERT_EQUAL_FATAL(t_read(&me, &s, key, BATCH, v), OK);
		for (j = 0; j < BATCH; j++)
			bad += v[j].text == NULL ||
			       strcmp(v[j].text, pair[i + j].text) != 0;
		CU_ASSERT_EQUAL_FATAL(t_delete(&me, &s, key, BATCH, &out), OK);
		for (j = 0; j < BATCH; j++)
			bad += !out.done[j];
	}
	CU_ASSERT_EQUAL(bad, 0);
	check_usage(&s, 0, 0);
}

static void
one_by_one(void)
{
	const struct kv_pair *pair = strings();
	const struct kv_space s = new_space();
	size_t i;

	for (i = 0; i < STRINGS; i++)
		check_put(
		    &s, pair[i].key, pair[i].text, KV_ABSENT, KV_DONE, true);
	for (i = 0; i < STRINGS; i++)
		check_text(&s, pair[i].key, pair[i].text);
	for (i = 0; i < STRINGS; i++)
		check_remove(&s, pair[i].key, KV_ANY, KV_DONE, true);
	check_usage(&s, 0, 0);
}

static void
listed(void)
{
	const struct kv_pair *pair = strings();
	const struct kv_space s = new_space();
	const char *last = "";
	struct kv_value *v;
	size_t i, n, at = 0, bad = 0;

	fill(&s, pair);
	do {
		CU_ASSERT_EQUAL_FATAL(
		    t_list(&me, &s, "", last, 177, true, &v, &n), OK);
		CU_ASSERT_FATAL(at + n <= STRINGS);
		for (i = 0; i < n; i++, at++) {
			bad += strcmp(v[i].key, pair[at].key) != 0 ||
			       strcmp(v[i].text, pair[at].text) != 0;
			last = v[i].key;
		}
	} while (n > 0);
	CU_ASSERT_EQUAL(at, STRINGS);
	CU_ASSERT_EQUAL(bad, 0);
}

static size_t
beginning_with(const struct kv_pair *pair, const char *prefix)
{
	size_t i, n = 0;

	for (i = 0; i < STRINGS; i++)
		n += strncmp(pair[i].key, prefix, strlen(prefix)) == 0;
	return n;
}

static void
as_prefixes(void)
{
	const struct kv_pair *pair = strings();
	const struct kv_space s = new_space();
	struct kv_value *v;
	size_t i, n;

	fill(&s, pair);
	for (i = 0; i < STRINGS; i += 3) {
		CU_ASSERT_EQUAL_FATAL(
		    t_list(&me, &s, pair[i].key, "", 1000, false, &v, &n), OK);
		CU_ASSERT_EQUAL_FATAL(n, beginning_with(pair, pair[i].key));
		CU_ASSERT_STRING_EQUAL(v[0].key, pair[i].key);
	}
}

CU_TestInfo hostile_tests[] = {
    {"2,000 keys and values in batches", in_batches},
    {"2,000 keys and values one by one", one_by_one},
    {"2,000 keys and values in lists", listed},
    {"2,000 strings as prefixes", as_prefixes},
    CU_TEST_INFO_NULL,
};
