/* Binary values within JSON, URLs and cookies. Strict, so that a value has one
 * text and texts can be compared and looked up. */
#include "core/base64url.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789-_";

const char *
base64url_encode(struct arena *mem, const void *data, size_t n)
{
	char *text = arena_alloc(mem, 1, n / 3 * 4 + 5);
	const uint8_t *in = data;
	char *out = text;
	uint32_t pending = 0;
	int bits = 0;

	for (size_t i = 0; i < n; i++) {
		pending = (pending << 8 | in[i]) & 0xffff;
		for (bits += 8; bits >= 6; bits -= 6)
			*out++ = digits[pending >> (bits - 6) & 63];
	}
	if (bits > 0)
		*out++ = digits[pending << (6 - bits) & 63];
	return text;
}

static int
value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

enum err
base64url_decode(struct arena *mem, const char *text, size_t length,
    const uint8_t **out, size_t *n)
{
	uint8_t *bytes = arena_alloc(mem, 1, length / 4 * 3 + 3);
	uint32_t pending = 0;
	size_t done = 0;
	int bits = 0;

	for (size_t i = 0; i < length; i++) {
		int value = value_of(text[i]);

		if (value < 0)
			return ERR_INVALID;
		pending = pending << 6 | (uint32_t)value;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		bytes[done++] = (uint8_t)(pending >> bits);
		pending &= (UINT32_C(1) << bits) - 1;
	}
	/* Six bits left over: a lone digit. */
	if (bits == 6 || pending != 0)
		return ERR_INVALID;
	*out = bytes;
	*n = done;
	return OK;
}
