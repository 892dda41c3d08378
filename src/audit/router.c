/*
 * /admin/audit: who did what, for those who may know.
 */
#include <string.h>

#include "audit/model.h"
#include "core/base64url.h"
#include "core/crypto.h"
#include "http/router.h"
#include "users/model.h"

const struct permission perm_audit = {"audit", "Read the audit trail"};

/* A cursor: the last id, and which question it belongs to. */
enum { MARK_BYTES = 12, CURSOR_BYTES = 16 + MARK_BYTES };

/* The filters, so that a cursor is not used with others. */
static void
mark_of(struct ctx *c, const struct audit_query *in, uint8_t *mark)
{
	char actor[UUID_TEXT];
	uint8_t sum[SHA256_SIZE];
	const char *text = arena_printf(c->mem, "%s\n%s\n%s\n%lld\n%lld",
	    uuid_format(&in->actor, actor), in->action ? in->action : "",
	    in->object ? in->object : "", (long long)in->from.us,
	    (long long)in->to.us);

	crypto_sha256(text, strlen(text), sum);
	memcpy(mark, sum, MARK_BYTES);
}

static enum err
refuse_cursor(struct ctx *c, const char *cursor)
{
	struct buf quoted;

	buf_init(&quoted, 1024);
	json_quote(&quoted, cursor, strlen(cursor));
	c->faults->item[0] = (struct fault){.type = "value_error",
	    .from = "query",
	    .name = "cursor",
	    .message = "Value error, this is no cursor of an answer to the "
		       "same filters",
	    .input = arena_strdup(c->mem, quoted.data)};
	c->faults->n = 1;
	buf_free(&quoted);
	return ERR_INVALID;
}

static enum err
read_cursor(struct ctx *c, const struct audit_query *in, struct audit_search *s)
{
	const uint8_t *place;
	uint8_t mark[MARK_BYTES];
	struct uuid last;
	size_t n;

	if (in->cursor == NULL)
		return OK;
	mark_of(c, in, mark);
	if (base64url_decode(
		c->mem, in->cursor, strlen(in->cursor), &place, &n) != OK ||
	    n != CURSOR_BYTES ||
	    memcmp(place + sizeof(last), mark, MARK_BYTES) != 0)
		return refuse_cursor(c, in->cursor);
	memcpy(&last, place, sizeof(last));
	if (memcmp(&last, &s->end, sizeof(last)) < 0)
		s->end = last;
	return OK;
}

static const char *
cursor_at(struct ctx *c, const struct audit_query *in, struct uuid last)
{
	uint8_t place[CURSOR_BYTES];

	memcpy(place, &last, sizeof(last));
	mark_of(c, in, place + sizeof(last));
	return base64url_encode(c->mem, place, sizeof(place));
}

/* "users-*" becomes a pattern of LIKE. */
static const char *
pattern_of(struct arena *mem, const char *action)
{
	char *out = arena_alloc(mem, 2 * strlen(action) + 1, 1);
	char *p = out;

	for (; *action != '\0'; action++) {
		if (*action == '_')
			*p++ = '|';
		*p++ = *action == '*' ? '%' : *action;
	}
	return out;
}

/* "item", or "item:ID". */
static void
split_object(struct arena *mem, const char *object, struct audit_search *s)
{
	const char *colon = strchr(object, ':');
	char why[80], text[UUID_TEXT];
	struct uuid id;

	if (colon == NULL) {
		s->object_type = object;
		return;
	}
	s->object_type = arena_copy(mem, object, (size_t)(colon - object));
	s->object_id = colon + 1;
	if (uuid_parse(s->object_id, &id, why))
		s->object_id = arena_strdup(mem, uuid_format(&id, text));
}

static struct audit_search
search_of(struct ctx *c, const struct audit_query *in)
{
	struct audit_search s = {.actor = in->actor, .limit = in->limit + 1};

	s.first = audit_id_at(in->from);
	memset(&s.end, 0xff, sizeof(s.end));
	if (HAS(c, in, to))
		s.end = audit_id_at(in->to);
	if (in->object != NULL)
		split_object(c->mem, in->object, &s);
	if (in->action == NULL || strcmp(in->action, "*") == 0)
		return s;
	if (strchr(in->action, '*') != NULL)
		s.actions = pattern_of(c->mem, in->action);
	else
		s.action = in->action;
	return s;
}

static enum err
read_audit(struct ctx *c)
{
	const struct audit_query *in = INPUT(c, audit_query);
	struct audit_search s = search_of(c, in);
	const struct audit_entry *rows;
	struct audit_page out = {.next = NULL};
	enum err err;

	err = read_cursor(c, in, &s);
	/* The nil UUID is nobody's, and to the search none at all. */
	if (!err && HAS(c, in, actor) && uuid_is_nil(&in->actor))
		return reply(c, &out);
	if (!err)
		err = audit_list(c->db, c->mem, &s, &out.data);
	if (err)
		return err;
	rows = out.data.rows;
	if (out.data.n > (size_t)in->limit) {
		out.data.n = (size_t)in->limit;
		out.next = cursor_at(c, in, rows[out.data.n - 1].id);
	}
	return reply(c, &out);
}

static const struct route routes[] = {
    ROUTE(GET, "/admin/audit", read_audit, perm(perm_audit), .in = &audit_query,
	.out = &audit_public, .tx = TX_READ,
	.doc = "Who did what, the newest first"),
};

DOMAIN(audit, "admin", "Administration", routes, .coded = true);
