/*
 * Which decoder a body gets: by what the route takes and by its Content-Type.
 */
#include "http/body.h"

#include <string.h>
#include <strings.h>

#include "core/json.h"
#include "core/utf8.h"
#include "http/engine.h"
#include "http/form.h"
#include "http/router.h"

/* The media type without its parameters ("application/json"), or "". */
static const char *
media_type(struct ctx *c, const char *header)
{
	size_t n;

	if (header == NULL)
		return "";
	header += strspn(header, " \t");
	n = strcspn(header, ";");
	while (n > 0 && (header[n - 1] == ' ' || header[n - 1] == '\t'))
		n--;
	return arena_copy(c->mem, header, n);
}

static bool
is_json(const char *type)
{
	static const char prefix[] = "application/", suffix[] = "+json";
	size_t n = strlen(type);

	if (strcasecmp(type, "application/json") == 0)
		return true;
	return n > sizeof(prefix) + sizeof(suffix) - 2 &&
	       strncasecmp(type, prefix, sizeof(prefix) - 1) == 0 &&
	       strcasecmp(type + n - (sizeof(suffix) - 1), suffix) == 0;
}

static enum err
read_json(struct ctx *c, const struct buf *raw, struct json **doc)
{
	enum err err;

	err = json_parse(raw->data, raw->len, JSON_DEPTH, doc, &c->bad_json);
	if (err && c->bad_json.utf8)
		return fail(
		    c, ERR_BAD_REQUEST, "There was an error parsing the body");
	return err;
}

static enum err
read_form(
    struct ctx *c, const struct buf *raw, const char *type, struct input *in)
{
	struct pair *pairs = NULL;
	enum err err = OK;

	in->body = BODY_FORM;
	if (strcasecmp(type, "application/x-www-form-urlencoded") == 0)
		err = form_urlencoded(
		    c->mem, raw->data, raw->len, &pairs, &in->nform);
	else if (strcasecmp(type, "multipart/form-data") == 0)
		err = form_multipart(c->mem, ctx_header(c, "content-type"),
		    raw->data, raw->len, &pairs, &in->nform);
	in->form = pairs;
	if (err)
		return fail(c, err, "There was an error parsing the body");
	return OK;
}

static enum err
read_text(struct ctx *c, const struct buf *raw, struct input *in)
{
	if (c->route->takes != TAKES_JSON_LAX)
		return fail(
		    c, ERR_MEDIA_TYPE, "Send the body as application/json");
	if (!utf8_valid(raw->data, raw->len))
		return fail(
		    c, ERR_BAD_REQUEST, "There was an error parsing the body");
	in->body = BODY_TEXT;
	in->text = raw->data;
	in->ntext = raw->len;
	return OK;
}

enum err
body_read(struct ctx *c, struct buf *raw, struct input *in, struct json **doc)
{
	const char *coding = ctx_header(c, "content-encoding"), *type;
	enum err err;

	*doc = NULL;
	if (!schema_has(c->route->in, FROM_BODY))
		return OK;
	if (coding != NULL && strcasecmp(coding, "identity") != 0)
		return fail(c, ERR_MEDIA_TYPE,
		    "Send the body without a Content-Encoding");
	err = request_body(c->request, raw);
	if (err)
		return err;
	c->raw = raw->data;
	c->nraw = raw->len;
	type = media_type(c, ctx_header(c, "content-type"));
	if (c->route->takes == TAKES_FORM)
		return read_form(c, raw, type, in);
	if (raw->len == 0)
		return OK;
	if (!is_json(type))
		return read_text(c, raw, in);
	err = read_json(c, raw, doc);
	in->body = BODY_JSON;
	in->json = *doc;
	in->source = raw->data;
	in->nsource = raw->len;
	return err;
}
