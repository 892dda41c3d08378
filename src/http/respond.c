/*
 * The wire format of replies and failures (CGI, RFC 3875 section 6.3).
 */
#include "http/respond.h"

#include <string.h>

#include "core/json.h"
#include "http/cors.h"
#include "http/engine.h"
#include "http/router.h"

static const char *
reason(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 202:
		return "Accepted";
	case 204:
		return "No Content";
	case 304:
		return "Not Modified";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 409:
		return "Conflict";
	case 412:
		return "Precondition Failed";
	case 413:
		return "Content Too Large";
	case 415:
		return "Unsupported Media Type";
	case 422:
		return "Unprocessable Content";
	case 428:
		return "Precondition Required";
	case 429:
		return "Too Many Requests";
	case 507:
		return "Insufficient Storage";
	case 503:
		return "Service Unavailable";
	default:
		return status < 400 ? "OK" : "Internal Server Error";
	}
}

/* "code" beside "detail", on our own routes: "not_found". */
static void
put_code(struct ctx *c, enum err err)
{
	const char *p;

	buf_puts(c->body, ",\"code\":\"");
	if (c->code != NULL)
		buf_puts(c->body, c->code);
	else
		for (p = err_name(err); *p != '\0'; p++)
			buf_putc(c->body, *p == '_' ? '_' : (char)(*p | 0x20));
	buf_puts(c->body, "\"}");
}

void
respond_failure(struct ctx *c, enum err err)
{
	const char *detail = c->detail != NULL ? c->detail : err_title(err);

	buf_reset(c->body);
	c->type = NULL;
	c->headers = NULL;
	c->cache = NULL;
	c->etag = NULL;
	c->status = err_status(err);
	c->unsure = err == ERR_OUTCOME;
	if (err == ERR_INVALID && c->bad_json.error != NULL) {
		json_fault_write(c->body, &c->bad_json);
	} else if (err == ERR_INVALID && c->faults->n > 0) {
		faults_write(c->body, c->faults);
	} else {
		buf_puts(c->body, "{\"detail\":");
		json_quote(c->body, detail, strlen(detail));
		buf_putc(c->body, '}');
	}
	if (c->coded && c->body->len > 0) {
		c->body->len--; /* the brace */
		put_code(c, err);
	}
}

static void
put_allow(struct buf *head, unsigned allowed)
{
	unsigned i;

	buf_puts(head, "Allow: ");
	for (i = 0; i < METHODS; i++) {
		if ((allowed >> i & 1) == 0)
			continue;
		buf_puts(head, method_names[i]);
		buf_puts(head, i == GET ? ", HEAD, " : ", ");
	}
	buf_puts(head, "OPTIONS\r\n");
}

static void
put_header(struct buf *head, const char *name, const char *value)
{
	buf_puts(head, name);
	buf_puts(head, ": ");
	buf_puts(head, value);
	buf_puts(head, "\r\n");
}

static void
put_status(struct buf *head, int status)
{
	char digits[4] = {(char)('0' + status / 100 % 10),
	    (char)('0' + status / 10 % 10), (char)('0' + status % 10), '\0'};

	buf_puts(head, "Status: ");
	buf_puts(head, digits);
	buf_putc(head, ' ');
	buf_puts(head, reason(status));
	buf_puts(head, "\r\n");
}

void
respond_send(struct ctx *c, struct buf *head, unsigned allowed, bool bodiless)
{
	size_t n = c->body->len;

	buf_reset(head);
	put_status(head, c->status);
	put_header(head, "X-Request-ID", c->id);
	put_header(
	    head, "Cache-Control", c->cache != NULL ? c->cache : "no-store");
	if (c->etag != NULL && c->status < 400)
		put_header(head, "ETag", c->etag);
	if (allowed != 0)
		put_allow(head, allowed);
	if (c->status == 401)
		put_header(head, "WWW-Authenticate", "Bearer");
	cors_headers(c, head);
	if (c->headers != NULL)
		buf_puts(head, c->headers);
	if ((c->status == 429 || c->status == 503) && !c->unsure) {
		buf_puts(head, "Retry-After: ");
		buf_int(head, c->retry_s > 0 ? c->retry_s : 1);
		buf_puts(head, "\r\n");
	}
	if (c->status != 204 && c->status != 304) {
		put_header(head, "Content-Type",
		    c->type != NULL ? c->type : "application/json");
		buf_puts(head, "Content-Length: ");
		buf_int(head, (int64_t)n);
		buf_puts(head, "\r\n");
	}
	buf_puts(head, "\r\n");
	request_reply(c->request, head, c->body->data, bodiless ? 0 : n);
}
