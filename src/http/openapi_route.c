/*
 * Parameters and headers of an operation: its path and query, the sort and
 * cursor of a list, conditional requests and Idempotency-Key.
 */
#include "http/openapi_route.h"

#include <string.h>

#include "core/json.h"
#include "core/search.h"
#include "http/openapi_schema.h"

const char openapi_headers[] =
    "\"ETag\":{\"description\":\"Names this state of it, for If-Match and "
    "If-None-Match\",\"schema\":{\"type\":\"string\"}},"
    "\"Idempotency-Replayed\":{\"description\":\"true: the reply of an "
    "earlier request with the same Idempotency-Key\","
    "\"schema\":{\"type\":\"string\",\"enum\":[\"true\"]}}";

bool
openapi_has_tag(const struct route *r)
{
	return r->method == GET && (r->tx != TX_NONE || r->out == NULL);
}

/* To a POST, If-Match is nothing unless its domain says so (refusals). */
const enum err *
openapi_conditions(const struct route *r)
{
	static const enum err none[] = {OK}, match[] = {ERR_MATCH, OK},
			      required[] = {ERR_MATCH, ERR_MATCH_REQUIRED, OK},
			      once[] = {ERR_CONFLICT, ERR_TOO_MANY, OK},
			      needed[] = {ERR_BAD_REQUEST, ERR_CONFLICT,
				  ERR_TOO_MANY, OK};

	if (r->method == POST && r->idempotent == NOT_IDEMPOTENT)
		return none;
	if (r->method == POST)
		return r->idempotent == IDEMPOTENT_REQUIRED ? needed : once;
	if (r->method == GET)
		return openapi_has_tag(r) ? match : none;
	return r->match == MATCH_HONOURED ? match : required;
}

void
openapi_reply_headers(struct buf *out, const struct route *r)
{
	if (openapi_has_tag(r) ||
	    (r->match != MATCH_HONOURED && r->out != NULL))
		buf_puts(out, ",\"headers\":{\"ETag\":"
			      "{\"$ref\":\"#/components/headers/ETag\"}}");
	else if (r->idempotent != NOT_IDEMPOTENT)
		buf_puts(out, ",\"headers\":{\"Idempotency-Replayed\":"
			      "{\"$ref\":\"#/components/headers/"
			      "Idempotency-Replayed\"}}");
}

/* The orders that a list has, both ways. */
static void
put_sort(struct buf *out, const struct search *s)
{
	size_t i;

	buf_puts(out, "{\"type\":\"string\",\"enum\":[");
	for (i = 0; i < s->norders; i++)
		buf_printf(out, "%s\"%s\",\"-%s\"", i > 0 ? "," : "",
		    s->orders[i].name, s->orders[i].name);
	buf_printf(out, "],\"default\":\"%s\"}", s->preset);
}

static const char *
doc_of(const struct route *r, const struct field *f)
{
	if (r->search == NULL)
		return NULL;
	if (strcmp(f->name, "sort") == 0)
		return "The order; with a - before it, the other way round";
	if (strcmp(f->name, "cursor") == 0)
		return "`next` of the page before, with the same filters and "
		       "sort, without skip";
	return NULL;
}

static void
put_field(struct buf *out, const struct route *r, const struct field *f)
{
	struct field told = *f;

	buf_printf(out,
	    "{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":",
	    f->name, f->from == FROM_PATH ? "path" : "query",
	    f->from == FROM_PATH || f->flags & REQUIRED ? "true" : "false");
	if (r->search != NULL && strcmp(f->name, "sort") == 0) {
		put_sort(out, r->search);
	} else {
		if (doc_of(r, f) != NULL)
			told.doc = NULL;
		openapi_field(out, &told, true);
	}
	if (doc_of(r, f) != NULL) {
		buf_puts(out, ",\"description\":");
		json_quote(out, doc_of(r, f), strlen(doc_of(r, f)));
	}
	buf_puts(out, "}");
}

static void
put_header(struct buf *out, const char **comma, const char *name, bool required,
    const char *schema, const char *doc)
{
	buf_printf(out,
	    "%s{\"name\":\"%s\",\"in\":\"header\",\"required\":%s,"
	    "\"schema\":%s,\"description\":\"%s\"}",
	    *comma, name, required ? "true" : "false", schema, doc);
	*comma = ",";
}

static void
put_headers(struct buf *out, const struct route *r, const char **comma)
{
	static const char text[] = "{\"type\":\"string\"}";

	if (openapi_has_tag(r))
		put_header(out, comma, "If-None-Match", false, text,
		    "An ETag that is there already: 304 while it holds");
	if (r->method != GET && r->method != POST)
		put_header(out, comma, "If-Match", r->match == MATCH_REQUIRED,
		    text,
		    "The ETag of what is to be changed: 412 when it has "
		    "changed meanwhile");
	if (r->match == MATCH_OR_NEW)
		put_header(out, comma, "If-None-Match", false, text,
		    "*, in the place of If-Match: only where there is none "
		    "yet, else 412; 428 without either");
	if (r->idempotent != NOT_IDEMPOTENT)
		put_header(out, comma, "Idempotency-Key",
		    r->idempotent == IDEMPOTENT_REQUIRED,
		    "{\"type\":\"string\",\"minLength\":1,\"maxLength\":64}",
		    "Done once for each key: a repeated request gets the first "
		    "one's reply");
}

void
openapi_parameters(
    struct buf *out, const struct domain *domain, const struct route *r)
{
	const char *comma = ",\"parameters\":[";
	size_t i;

	for (i = 0; r->in != NULL && i < r->in->nfields; i++) {
		if (r->in->fields[i].from == FROM_BODY)
			continue;
		buf_puts(out, comma);
		put_field(out, r, &r->in->fields[i]);
		comma = ",";
	}
	if (domain->coded)
		put_headers(out, r, &comma);
	if (comma[1] == '\0')
		buf_puts(out, "]");
}
