/* Replies of Tarantool, as hostile as can be: what is read out of them lies
 * within them, and takes no more memory than they are long. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kv/store_tarantool_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ITEMS = 256, TEXT = 4096 };

static void
read_all(const msgpack_object *object, struct arena *mem)
{
	const char *text;
	int64_t number;
	bool flag;

	if (iproto_copy(object, mem, TEXT, &text) &&
	    strlen(text) != object->via.str.size)
		abort();
	if (iproto_int(object, &number) && number < 0)
		abort();
	(void)!iproto_bool(object, &flag);
	if (object->type != MSGPACK_OBJECT_ARRAY)
		return;
	for (uint32_t i = 0; i < object->via.array.size; i++)
		read_all(&object->via.array.ptr[i], mem);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(64 << 20);
	char *copy = malloc(n + 1); /* so that ASan knows where it ends */
	struct iproto_reply reply;
	msgpack_zone zone;

	if (n > 0)
		memcpy(copy, data, n);
	if (!msgpack_zone_init(&zone, 4096))
		abort();
	if (iproto_read(&zone, copy, n, 1, ITEMS, &reply)) {
		for (uint32_t i = 0; i < reply.values.size; i++)
			read_all(&reply.values.ptr[i], mem);
		arena_copy(mem, reply.message.ptr, reply.message.size);
	}
	msgpack_zone_destroy(&zone);
	free(copy);
	arena_free(mem);
	return 0;
}
