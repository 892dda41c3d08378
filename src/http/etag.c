/*
 * Entity tags, and the conditions that requests put on them: If-Match goes
 * before If-None-Match (RFC 9110, section 13.2.2).
 */
#include "http/etag.h"

#include <string.h>

#include "core/base64url.h"
#include "core/encode.h"
#include "core/siphash.h"
#include "http/respond.h"
#include "http/router.h"

/* No row has this tag; "*" is for it all the same. */
#define NAMELESS ""

bool
etag_in(const char *list, const char *tag, bool weak)
{
	size_t n = strlen(tag), length;
	bool is_weak;

	for (;;) {
		list += strspn(list, " \t,");
		is_weak = strncmp(list, "W/", 2) == 0;
		list += is_weak ? 2 : 0;
		length = *list == '"' ? strcspn(list + 1, "\"") + 2 : 0;
		if (length == 0 || list[length - 1] != '"')
			return false;
		if (length == n && memcmp(list, tag, n) == 0 &&
		    (weak || !is_weak))
			return true;
		list += length;
		list += strspn(list, " \t");
		if (*list != ',')
			return false;
	}
}

static bool
is_any(const char *list)
{
	list += strspn(list, " \t");
	return *list == '*' && list[1 + strspn(list + 1, " \t")] == '\0';
}

/* `tag` NULL: there is no row. */
static bool
has(const char *list, const char *tag, bool weak)
{
	return tag != NULL && (is_any(list) || etag_in(list, tag, weak));
}

static const char *
digest(struct ctx *c)
{
	uint8_t sum[SIPHASH_SIZE];
	const char *text;
	char *tag;
	size_t n;

	siphash(c->tag_key, c->body->data, c->body->len, sum);
	text = base64url_encode(c->mem, sum, sizeof(sum));
	n = strlen(text);
	tag = arena_alloc(c->mem, 1, n + 3);
	tag[0] = tag[n + 1] = '"';
	memcpy(tag + 1, text, n);
	return tag;
}

static bool
is_conditional(const struct ctx *c)
{
	return ctx_header(c, "if-match") != NULL ||
	       ctx_header(c, "if-none-match") != NULL;
}

/* That GET has not to send what the caller has is not told here. */
static enum err
judge(struct ctx *c, const char *tag)
{
	const char *match = ctx_header(c, "if-match");
	const char *none = ctx_header(c, "if-none-match");

	c->judged = true;
	if (match != NULL && !has(match, tag, false))
		return ERR_MATCH;
	if (c->route->method == GET)
		return OK;
	if (none != NULL && has(none, tag, true))
		return ERR_MATCH;
	if (c->route->match == MATCH_HONOURED || match != NULL)
		return OK;
	if (c->route->match == MATCH_OR_NEW && none != NULL && tag == NULL)
		return OK;
	return ERR_MATCH_REQUIRED;
}

static bool
is_known(struct ctx *c)
{
	const char *none = ctx_header(c, "if-none-match");

	return c->route->method == GET && none != NULL &&
	       has(none, c->etag, true);
}

static enum err
reply_not_modified(struct ctx *c)
{
	buf_reset(c->body);
	c->status = 304;
	return OK;
}

void
etag_version(struct ctx *c, int64_t version)
{
	c->etag = arena_printf(c->mem, "\"v%lld\"", (long long)version);
}

enum err
reply_version_status(
    struct ctx *c, int status, int64_t version, const void *row)
{
	enum err err = OK;

	etag_version(c, version);
	if (c->route->method == GET && !c->judged)
		err = judge(c, c->etag);
	if (err)
		return err;
	return is_known(c) ? reply_not_modified(c)
			   : reply_status(c, status, row);
}

enum err
reply_version(struct ctx *c, int64_t version, const void *row)
{
	return reply_version_status(
	    c, c->route->status != 0 ? c->route->status : 200, version, row);
}

enum err
need_version(struct ctx *c, int64_t version)
{
	const char *tag = NULL;

	if (version != 0)
		tag = arena_printf(c->mem, "\"v%lld\"", (long long)version);
	return judge(c, tag);
}

enum err
need_row(struct ctx *c, const struct schema *view, const void *row)
{
	const char *tag = NAMELESS;

	if (is_conditional(c)) {
		buf_reset(c->body);
		schema_encode(c->body, view, row);
		tag = digest(c);
		buf_reset(c->body);
	}
	return judge(c, tag);
}

enum err
etag_settle(struct ctx *c)
{
	if (c->judged || c->status >= 400 || c->route->method == GET ||
	    c->route->method == POST)
		return OK;
	return judge(c, NAMELESS);
}

/* What nobody may keep, and says nothing of rows, needs no tag. */
static bool
wants_tag(const struct ctx *c)
{
	return c->route != NULL && c->route->method == GET &&
	       c->status == 200 && c->body->len > 0 &&
	       (c->etag != NULL || c->cache != NULL || c->route->tx != TX_NONE);
}

void
etag_finish(struct ctx *c)
{
	if (!wants_tag(c))
		return;
	if (c->etag == NULL)
		c->etag = digest(c);
	if (!is_conditional(c))
		return;
	if (!c->judged && judge(c, c->etag))
		respond_failure(c, ERR_MATCH);
	else if (is_known(c))
		(void)reply_not_modified(c);
}
