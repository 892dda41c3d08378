/* Multipart bodies. The first line of the input is the Content-Type, or "" for
 * one with the boundary "b"; the rest is the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
check(const struct pair *pairs, size_t n)
{
	if (n > FORM_PAIRS)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!utf8_valid(pairs[i].name, strlen(pairs[i].name)) ||
		    !utf8_valid(pairs[i].value, pairs[i].length) ||
		    pairs[i].value[pairs[i].length] != '\0')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(64 << 20);
	const char *text = (const char *)data;
	const char *line = n > 0 ? memchr(text, '\n', n) : NULL;
	size_t skip = line != NULL ? (size_t)(line - text) : 0;
	const char *type = "multipart/form-data; boundary=b";
	struct pair *pairs;
	size_t npairs;

	if (skip > 0)
		type = arena_copy(mem, text, skip);
	if (line != NULL)
		skip++;
	if (form_multipart(mem, type, text + skip, n - skip, &pairs, &npairs) ==
	    OK)
		check(pairs, npairs);
	arena_free(mem);
	return 0;
}
