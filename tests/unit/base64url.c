/* Base64url both ways, against the vectors of RFC 4648, and the texts that
 * another decoder would take and this one must not. */
#include "core/base64url.h"

#include <string.h>

#include "unit.h"

static const struct {
	const char *plain, *text;
} vectors[] = {
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xbf", "-_-_"},
};

static enum err
decode(struct arena *mem, const char *text, const uint8_t **out, size_t *n)
{
	return base64url_decode(mem, text, strlen(text), out, n);
}

static void
published(void)
{
	struct arena *mem = arena_new(1 << 20);
	const uint8_t *out;
	size_t n;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *plain = vectors[i].plain;

		CU_ASSERT_STRING_EQUAL(
		    base64url_encode(mem, plain, strlen(plain)),
		    vectors[i].text);
		CU_ASSERT_EQUAL_FATAL(
		    decode(mem, vectors[i].text, &out, &n), OK);
		CU_ASSERT_EQUAL(n, strlen(plain));
		CU_ASSERT_EQUAL(memcmp(out, plain, n), 0);
	}
	arena_free(mem);
}

static void
every_byte(void)
{
	struct arena *mem = arena_new(1 << 22);
	uint8_t data[256];
	const uint8_t *out;
	const char *text;
	size_t n;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	for (size_t size = 0; size <= sizeof(data); size++) {
		text = base64url_encode(mem, data, size);
		CU_ASSERT_EQUAL(strlen(text), (size * 4 + 2) / 3);
		CU_ASSERT_EQUAL_FATAL(decode(mem, text, &out, &n), OK);
		CU_ASSERT_EQUAL(n, size);
		CU_ASSERT_EQUAL(memcmp(out, data, size), 0);
	}
	arena_free(mem);
}

static void
strict(void)
{
	static const char *const bad[] = {
	    "Zg==",
	    "Zm8=",
	    "=",
	    "Z",
	    "Zm9vY",
	    "Zm+v",
	    "Zm/v",
	    "Zm 9v",
	    "Zm9v\n",
	    "Zm9v.",
	    "Zm9\xc3\xa9",
	    "Zh",
	    "Zm9",
	    "Zv",
	    "Zm9vYmF",
	    "ZgA A",
	    "\x7fZg",
	};
	struct arena *mem = arena_new(1 << 20);
	const uint8_t *out = NULL;
	size_t n = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(decode(mem, bad[i], &out, &n), ERR_INVALID);
	CU_ASSERT_EQUAL(
	    base64url_decode(mem, "Zg\0A", 4, &out, &n), ERR_INVALID);
	CU_ASSERT_PTR_NULL(out);
	CU_ASSERT_EQUAL(n, 77);
	arena_free(mem);
}

/* Of two digits, exactly the sixteenth with no bits left over. */
static void
one_text_a_value(void)
{
	struct arena *mem = arena_new(1 << 22);
	unsigned taken = 0;
	const uint8_t *out;
	char text[3] = "";
	size_t n;

	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			text[0] = (char)a;
			text[1] = (char)b;
			if (base64url_decode(mem, text, 2, &out, &n) != OK)
				continue;
			taken++;
			CU_ASSERT_EQUAL(n, 1);
			CU_ASSERT_STRING_EQUAL(
			    base64url_encode(mem, out, n), text);
		}
	CU_ASSERT_EQUAL(taken, 256);
	arena_free(mem);
}

CU_TestInfo base64url_tests[] = {
    {"RFC 4648's vectors hold, with the URL alphabet", published},
    {"every length and byte comes back", every_byte},
    {"padding, other alphabets and left-over bits are refused", strict},
    {"a value has one text", one_text_a_value},
    CU_TEST_INFO_NULL,
};
