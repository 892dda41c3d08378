/*
 * The answers that browsers want before and with a call from another origin.
 */
#include "http/cors.h"

#include <string.h>

/* Of the headers of a reply, what a script may read besides a few. */
#define EXPOSED "ETag, Idempotency-Replayed, Retry-After, X-Request-ID"

static const char methods[] = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

enum { ECHO_MAX = 2048 };

static bool
is_allowed(const struct ctx *c, const char *origin)
{
	return strcmp(origin, c->config->FRONTEND_HOST) == 0;
}

/* A whole word of the list, as it is written there. */
static bool
is_method(const char *name)
{
	size_t n = strlen(name);
	const char *p = methods;

	if (name[strcspn(name, ", ")] != '\0')
		return false;
	while (n > 0 && (p = strstr(p, name)) != NULL) {
		if ((p == methods || p[-1] == ' ') &&
		    (p[n] == ',' || p[n] == '\0'))
			return true;
		p += n;
	}
	return false;
}

/* What is echoed must not end the header line. */
static bool
is_echoable(const char *text)
{
	size_t n = 0;

	for (; text[n] >= ' ' && text[n] <= '~'; n++)
		continue;
	return text[n] == '\0' && n <= ECHO_MAX;
}

bool
cors_preflight(struct ctx *c, bool options)
{
	const char *origin, *method, *headers;
	bool known, good;

	if (!options)
		return false;
	origin = ctx_header(c, "origin");
	method = ctx_header(c, "access-control-request-method");
	if (origin == NULL || method == NULL)
		return false;
	headers = ctx_header(c, "access-control-request-headers");
	known = is_allowed(c, origin);
	good = is_method(method);
	if (headers != NULL && !is_echoable(headers))
		headers = NULL;
	c->headers = arena_printf(c->mem,
	    "%s%s%sAccess-Control-Allow-Methods: %s\r\n"
	    "Access-Control-Max-Age: 600\r\n%s",
	    headers != NULL ? "Access-Control-Allow-Headers: " : "",
	    headers != NULL ? headers : "", headers != NULL ? "\r\n" : "",
	    methods, known ? "" : "Vary: Origin\r\n");
	buf_reset(c->body);
	if (!known || !good)
		buf_printf(c->body, "Disallowed CORS %s",
		    known  ? "method"
		    : good ? "origin"
			   : "origin, method");
	else
		buf_puts(c->body, "OK");
	c->status = known && good ? 200 : 400;
	c->type = "text/plain; charset=utf-8";
	return true;
}

void
cors_headers(const struct ctx *c, struct buf *head)
{
	const char *origin = ctx_header(c, "origin");

	if (origin == NULL)
		return;
	buf_puts(head, "Access-Control-Allow-Credentials: true\r\n");
	if (!is_allowed(c, origin))
		return;
	buf_puts(head, "Access-Control-Allow-Origin: ");
	buf_puts(head, c->config->FRONTEND_HOST);
	buf_puts(head,
	    "\r\nVary: Origin\r\nAccess-Control-Expose-Headers: " EXPOSED
	    "\r\n");
}
