/*
 * What nginx tells of a request besides the request: trusted for what it is,
 * and checked for its form.
 */
#include "http/arrival.h"

#include <string.h>

#include "core/crypto.h"
#include "core/time.h"

enum { REQUEST_ID_MAX = 64 };

const char *
arrival_id(struct arena *mem, const struct request *r)
{
	static const char word[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
	const char *id = request_param(r, "HTTP_X_REQUEST_ID");
	uint8_t random[16];
	char *own;
	size_t n;

	if (id != NULL) {
		n = strspn(id, word);
		if (n > 0 && n <= REQUEST_ID_MAX && id[n] == '\0')
			return arena_copy(mem, id, n);
	}
	own = arena_alloc(mem, 1, 2 * sizeof(random) + 1);
	crypto_random(random, sizeof(random));
	crypto_hex(random, sizeof(random), own);
	return own;
}

int64_t
arrival_queued_us(const struct request *r)
{
	const char *text = request_param(r, "REQUEST_MSEC");
	int64_t ms = 0, us;

	if (text == NULL)
		return 0;
	for (; (*text >= '0' && *text <= '9') || *text == '.'; text++) {
		if (ms > INT64_MAX / 20000)
			return 0;
		if (*text != '.')
			ms = ms * 10 + (*text - '0');
	}
	us = time_now().us - ms * 1000;
	return us > 0 && us < INT64_C(3600) * 1000000 ? us : 0;
}
