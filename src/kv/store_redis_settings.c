/* What the operator of a Redis server should hear from us: it forgets by its
 * settings, and we can see those. */
#include <string.h>

#include "core/log.h"
#include "kv/store_redis_part.h"

static bool
says(const char *info, const char *line)
{
	return strstr(info, line) != NULL;
}

static void
check(const char *info, const char *server)
{
	if (says(info, "\naof_enabled:0\r"))
		log_say(LOG_WARN, NULL,
		    "redis at %s keeps no append-only file: what was written"
		    " since its last snapshot is lost when it ends"
		    " (set appendonly yes)",
		    server);
	if (says(info, "\nmaxmemory_policy:") &&
	    !says(info, "\nmaxmemory_policy:noeviction\r") &&
	    !says(info, "\nmaxmemory:0\r"))
		log_say(LOG_WARN, NULL,
		    "redis at %s drops values when its memory is full"
		    " (set maxmemory-policy noeviction)",
		    server);
}

/* A user without the right to INFO is told nothing. */
bool
redis_check_settings(
    struct redis_conn *conn, const char *server, int64_t deadline)
{
	const char *word = "INFO";
	size_t size = 4;
	struct redis_command cmd = {.script = SCRIPT_NONE,
	    .n = 1,
	    .max = 1,
	    .word = &word,
	    .size = &size};
	redisReply *info;
	bool sent;

	if (!redis_wire_run(conn, &cmd, 1, deadline, &info, &sent))
		return false;
	if (redis_is_text(info))
		check(info->str, server);
	freeReplyObject(info);
	return true;
}
