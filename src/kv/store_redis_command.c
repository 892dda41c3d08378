/* Commands to Redis as words of any bytes, and the names of the keys that
 * they touch. */
#include <inttypes.h>
#include <string.h>

#include "core/uuid.h"
#include "kv/store_redis_part.h"

enum { CALL_WORDS = 11 }; /* EVALSHA, hash, number of keys, keys, id, now */

struct redis_command
redis_command(struct arena *mem, size_t words)
{
	return (struct redis_command){
	    .script = SCRIPT_NONE,
	    .max = words,
	    .word = NEW_N(mem, const char *, words),
	    .size = NEW_N(mem, size_t, words),
	};
}

void
redis_put(struct redis_command *cmd, const char *word, size_t n)
{
	if (cmd->n == cmd->max)
		BUG("a command to Redis has more words than it said");
	cmd->word[cmd->n] = word;
	cmd->size[cmd->n++] = n;
}

void
redis_puts(struct redis_command *cmd, const char *word)
{
	redis_put(cmd, word, strlen(word));
}

void
redis_put_int(struct redis_command *cmd, struct arena *mem, int64_t i)
{
	redis_puts(cmd, arena_printf(mem, "%" PRId64, i));
}

const char *
redis_space_key(struct arena *mem, struct uuid space)
{
	char text[UUID_TEXT];

	uuid_format(&space, text);
	return arena_printf(mem, "atrium:{%c}:%s", text[UUID_TEXT - 2], text);
}

const char *
redis_shelf_key(struct arena *mem, unsigned shelf, const char *name)
{
	return arena_printf(mem, "atrium:{%x}:%s", shelf, name);
}

struct redis_command
redis_call(const struct kv_call *call, struct uuid space,
    enum redis_script script, const char *once, size_t words)
{
	struct redis_command cmd = redis_command(call->mem, CALL_WORDS + words);
	const char *hash = redis_space_key(call->mem, space);
	unsigned shelf = space.byte[15] % SHELVES;
	char id[UUID_TEXT];

	cmd.script = script;
	redis_puts(&cmd, "");
	redis_puts(&cmd, "");
	redis_puts(&cmd, once != NULL ? "6" : "5");
	redis_puts(&cmd, hash);
	redis_puts(&cmd, arena_printf(call->mem, "%s:k", hash));
	redis_puts(&cmd, arena_printf(call->mem, "%s:e", hash));
	redis_puts(&cmd, redis_shelf_key(call->mem, shelf, "spaces"));
	redis_puts(&cmd, redis_shelf_key(call->mem, shelf, "due"));
	if (once != NULL)
		redis_puts(
		    &cmd, arena_printf(call->mem, "%s:o:%s", hash, once));
	redis_puts(&cmd, arena_strdup(call->mem, uuid_format(&space, id)));
	redis_put_int(&cmd, call->mem, call->now.us);
	return cmd;
}
