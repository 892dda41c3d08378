/*
 * The row that the dispatcher writes for a request, beside the work itself.
 */
#include <string.h>

#include "audit/model.h"
#include "http/router.h"
#include "tasks/task.h"
#include "users/model.h"

/* Characters of the columns; see the migration. */
enum { IP = 45, OBJECT = 64, REQUEST = 64 };

/* Names that came from outside are as long as they like. */
static const char *
fit(struct arena *mem, const char *text, size_t max)
{
	size_t n;

	if (text == NULL || strlen(text) <= max)
		return text;
	for (n = max; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;)
		n--;
	return arena_copy(mem, text, n);
}

static const char *
object_of(struct ctx *c)
{
	const struct trail *t = &c->trail;
	char text[UUID_TEXT];

	if (t->name != NULL)
		return fit(c->mem, t->name, OBJECT);
	if (uuid_is_nil(&t->object))
		return NULL;
	return arena_strdup(c->mem, uuid_format(&t->object, text));
}

enum err
audit_record(struct ctx *c)
{
	const struct trail *t = &c->trail;
	const struct user_ref gone = {t->object};
	const struct audit_entry e = {.id = uuid_new(),
	    .actor_id = uuid_is_nil(&t->actor) ? c->user_id : t->actor,
	    .actor_ip = fit(c->mem, ctx_address(c), IP),
	    .action = arena_printf(c->mem, "%s-%s%s", c->domain->name,
		c->route->name, t->refused ? ".refused" : ""),
	    .object_type = t->type,
	    .object_id = object_of(c),
	    .diff = {t->diff},
	    .request_id = fit(c->mem, c->id, REQUEST)};
	enum err err = audit_insert(c->db, &e);

	if (!err && t->forget)
		err = task_later(c->db, &audit_forget, &gone);
	return err;
}
