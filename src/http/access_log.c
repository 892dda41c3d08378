/*
 * What is worth knowing of a request afterwards: by its route, not its path,
 * so that no line holds what stands in an address.
 */
#include "http/access_log.h"

#include <string.h>

#include "core/json.h"
#include "core/log.h"
#include "http/router.h"

static void
put_number(struct buf *line, const char *name, int64_t value)
{
	buf_puts(line, name);
	buf_int(line, value);
}

static void
put_id(struct buf *line, const char *name, const struct uuid *id)
{
	char text[UUID_TEXT];

	if (uuid_is_nil(id))
		return;
	buf_puts(line, name);
	buf_puts(line, uuid_format(id, text));
	buf_putc(line, '"');
}

void
access_log(const struct ctx *c, const char *method, int64_t total_us,
    int64_t queued_us, int64_t db_us)
{
	struct buf *line = log_open(LOG_INFO, c->id);

	if (line == NULL)
		return;
	buf_puts(line, ",\"method\":\"");
	buf_puts(line, method);
	buf_puts(line, "\",\"route\":");
	if (c->route != NULL)
		json_quote(line, c->route->path, strlen(c->route->path));
	else
		buf_puts(line, "null");
	put_id(line, ",\"user\":\"", &c->user_id);
	put_id(line, ",\"key\":\"", &c->key);
	put_number(line, ",\"status\":", c->status);
	put_number(line, ",\"bytes\":", (int64_t)c->body->len);
	put_number(line, ",\"total_us\":", total_us);
	put_number(line, ",\"db_us\":", db_us);
	put_number(line, ",\"queue_us\":", queued_us);
	log_close(line);
}
