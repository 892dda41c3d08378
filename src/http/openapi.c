/*
 * The document that clients are generated from: the route table once more,
 * as OpenAPI 3.1 has it. Written once, at start.
 */
#include "http/openapi.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "http/openapi_route.h"
#include "http/openapi_schema.h"

struct doc {
	struct buf *out;
	const struct domain *const *domains;
	bool comma; /* one is due before the next member */
};

static void
put(struct doc *d, const char *text)
{
	buf_puts(d->out, text);
}

static void
quote(struct doc *d, const char *text)
{
	json_quote(d->out, text, strlen(text));
}

static void
put_error_ref(
    struct doc *d, const char *status, const char *title, const char *schema)
{
	buf_printf(d->out, ",\"%s\":{\"description\":", status);
	quote(d, title);
	buf_printf(d->out,
	    ",\"content\":{\"application/json\":{\"schema\":"
	    "{\"$ref\":\"#/components/schemas/%s\"}}}}",
	    schema);
}

/* One response a status, however many failures have it. */
static void
put_refusals(struct doc *d, const enum err *refusals, int *seen, size_t *nseen)
{
	char status[12];
	size_t i;

	for (; refusals != NULL && *refusals != OK; refusals++) {
		int code = err_status(*refusals);

		for (i = 0; i < *nseen && seen[i] != code; i++)
			continue;
		if (i < *nseen || *nseen == ERR_COUNT)
			continue;
		seen[(*nseen)++] = code;
		if (*refusals == ERR_INVALID) /* put_invalid() */
			continue;
		snprintf(status, sizeof(status), "%d", code);
		put_error_ref(d, status, err_title(*refusals), "Error");
	}
}

static void
put_success(struct doc *d, const struct route *r, int status, const char *title)
{
	buf_printf(d->out, "\"%d\":{\"description\":", status);
	quote(d, title);
	openapi_reply_headers(d->out, r);
	if (r->out_staff != NULL) {
		put(d, ",\"content\":{\"application/json\":{\"schema\":"
		       "{\"anyOf\":[");
		openapi_ref(d->out, r->out);
		put(d, ",");
		openapi_ref(d->out, r->out_staff);
		put(d, "]}}}");
	} else if (r->out != NULL) {
		put(d, ",\"content\":{\"application/json\":{\"schema\":");
		openapi_ref(d->out, r->out);
		put(d, "}}");
	} else if (r->type != NULL) {
		buf_printf(d->out,
		    ",\"content\":{\"%s\":{\"schema\":"
		    "{\"type\":\"string\"}}}",
		    r->type);
	}
	put(d, "}");
}

/* What is wrong with fields, and what a handler says in a sentence. */
static void
put_invalid(struct doc *d, const struct route *r)
{
	const enum err *e = r->refusals;
	bool says = r->idempotent != NOT_IDEMPOTENT;

	for (; e != NULL && *e != OK; e++)
		says |= *e == ERR_INVALID;
	if (says)
		put(d,
		    ",\"422\":{\"description\":\"Validation Error\","
		    "\"content\":{\"application/json\":{\"schema\":{"
		    "\"anyOf\":["
		    "{\"$ref\":\"#/components/schemas/HTTPValidationError\"},"
		    "{\"$ref\":\"#/components/schemas/Error\"}]}}}}");
	else if (r->in != NULL)
		put_error_ref(
		    d, "422", "Validation Error", "HTTPValidationError");
}

static void
put_responses(struct doc *d, const struct domain *domain, const struct route *r)
{
	const struct guard *guard = r->guard;
	int seen[ERR_COUNT];
	size_t nseen = 0;

	put(d, ",\"responses\":{");
	put_success(
	    d, r, r->status != 0 ? r->status : 200, "Successful Response");
	if (r->other_status != 0) {
		put(d, ",");
		put_success(d, r, r->other_status, "Otherwise");
	}
	if (openapi_has_tag(r))
		put(d, ",\"304\":{\"description\":\"Not Modified\",\"headers\":"
		       "{\"ETag\":{\"$ref\":\"#/components/headers/ETag\"}}}");
	put_refusals(
	    d, domain->coded ? guard->coded : guard->refusals, seen, &nseen);
	put_refusals(d, r->refusals, seen, &nseen);
	put_refusals(d, openapi_conditions(r), seen, &nseen);
	put_invalid(d, r);
	put_error_ref(d, "default", "Any other failure", "Error");
	put(d, "}");
}

static void
put_body(struct doc *d, const struct route *r)
{
	const char *comma = "";
	size_t i;
	static const char *const json[] = {"application/json", NULL};
	static const char *const form[] = {
	    "application/x-www-form-urlencoded", "multipart/form-data", NULL};
	const char *const *types = r->takes == TAKES_FORM ? form : json;

	if (r->in == NULL || !schema_has(r->in, FROM_BODY))
		return;
	buf_printf(d->out, ",\"requestBody\":{\"required\":%s,\"content\":{",
	    r->takes == TAKES_OPTIONAL ? "false" : "true");
	for (i = 0; types[i] != NULL; i++) {
		buf_printf(d->out, "%s\"%s\":{\"schema\":", comma, types[i]);
		openapi_body(d->out, r->in);
		put(d, "}");
		comma = ",";
	}
	put(d, "}}");
}

static void
put_operation(struct doc *d, const struct domain *domain, const struct route *r)
{
	const char *p;

	if (d->comma)
		put(d, ",");
	d->comma = true;
	put(d, "\"");
	for (p = method_names[r->method]; *p != '\0'; p++)
		buf_putc(d->out, (char)(*p - 'A' + 'a'));
	buf_printf(d->out, "\":{\"tags\":[\"%s\"],\"summary\":", domain->name);
	quote(d, r->doc);
	buf_printf(d->out, ",\"operationId\":\"%s-%s\"", domain->name, r->name);
	if (r->guard->scheme != NULL)
		buf_printf(d->out, ",\"security\":[%s{\"%s\":[]}]",
		    r->guard->optional ? "{}," : "", r->guard->scheme);
	else
		put(d, ",\"security\":[]");
	openapi_parameters(d->out, domain, r);
	put_body(d, r);
	put_responses(d, domain, r);
	put(d, "}");
}

static bool
has_path(const struct domain *domain, const struct route *r, const char *path)
{
	char other[PATH_TEXT];

	return strcmp(route_path(domain, r, other), path) == 0;
}

/* Whether a route before this one has its path: that one wrote it. */
static bool
is_written(struct doc *d, const struct route *r, const char *path)
{
	const struct domain *const *o;
	size_t i;

	for (o = d->domains; *o != NULL; o++)
		for (i = 0; i < (*o)->nroutes; i++) {
			if (&(*o)->routes[i] == r)
				return false;
			if (has_path(*o, &(*o)->routes[i], path))
				return true;
		}
	return false;
}

static void
put_path(struct doc *d, const struct domain *domain, const struct route *r)
{
	const struct domain *const *o;
	char path[PATH_TEXT];
	size_t i;

	route_path(domain, r, path);
	if (is_written(d, r, path))
		return;
	if (d->comma)
		put(d, ",");
	d->comma = false;
	buf_printf(d->out, "\"%s\":{", path);
	for (o = d->domains; *o != NULL; o++)
		for (i = 0; i < (*o)->nroutes; i++)
			if (has_path(*o, &(*o)->routes[i], path))
				put_operation(d, *o, &(*o)->routes[i]);
	put(d, "}");
	d->comma = true;
}

static void
put_paths(struct doc *d)
{
	const struct domain *const *o;
	size_t i;

	put(d, "\"paths\":{");
	d->comma = false;
	for (o = d->domains; *o != NULL; o++)
		for (i = 0; i < (*o)->nroutes; i++)
			put_path(d, *o, &(*o)->routes[i]);
	put(d, "}");
}

/* Several domains may share a tag: the first one describes it. */
static bool
is_described(struct doc *d, const struct domain *const *domain)
{
	const struct domain *const *o;

	for (o = d->domains; o < domain; o++)
		if (strcmp((*o)->name, (*domain)->name) == 0)
			return true;
	return false;
}

static void
put_tags(struct doc *d)
{
	const struct domain *const *o;

	put(d, "\"tags\":[");
	for (o = d->domains; *o != NULL; o++) {
		if (is_described(d, o))
			continue;
		put(d, o == d->domains ? "{\"name\":" : ",{\"name\":");
		quote(d, (*o)->name);
		put(d, ",\"description\":");
		quote(d, (*o)->doc);
		put(d, "}");
	}
	put(d, "],");
}

void
openapi_write(struct buf *out, const struct domain *const *domains,
    const struct config *config)
{
	struct doc d = {.out = out, .domains = domains};

	put(&d, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":");
	quote(&d, config->PROJECT_NAME);
	put(&d, ",\"version\":\"" API_VERSION "\"},"
		"\"servers\":[{\"url\":\"/\"}],");
	put_tags(&d);
	put_paths(&d);
	put(&d, ",\"components\":{\"schemas\":{");
	openapi_components(out, domains);
	put(&d, "},\"headers\":{");
	put(&d, openapi_headers);
	put(&d, "},\"securitySchemes\":{\"OAuth2PasswordBearer\":{\"type\":"
		"\"oauth2\",\"flows\":{\"password\":{\"scopes\":{},"
		"\"tokenUrl\":\"" API_PREFIX "/login/access-token\"}}}}}}");
}
