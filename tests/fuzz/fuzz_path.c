/* The path of a request target: whatever comes out is text that a router can
 * take, and never longer than what came in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf8.h"
#include "http/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1 << 20);
	const char *target = arena_copy(mem, data, n);
	const char *path;

	if (form_path(mem, target, &path) == OK) {
		const char *plain = form_segment(mem, path, strlen(path));

		if (path[0] != '/' || strlen(path) > n ||
		    strlen(plain) > strlen(path) ||
		    !utf8_valid(plain, strlen(plain)))
			abort();
	}
	arena_free(mem);
	return 0;
}
