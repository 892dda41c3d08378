/*
 * What handlers do with their request: read headers and input, reply, fail.
 */
#include "http/ctx.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>

#include "core/encode.h"
#include "core/json.h"
#include "core/message.h"
#include "http/engine.h"
#include "http/router.h"

enum { HEADER_NAME = 64 };

const char *
ctx_header(const struct ctx *c, const char *name)
{
	char param[HEADER_NAME] = "HTTP_";
	size_t i, n = strlen(name);

	if (strcmp(name, "content-type") == 0)
		return request_param(c->request, "CONTENT_TYPE");
	if (n + 6 > sizeof(param))
		BUG("a header name is too long");
	for (i = 0; i <= n; i++) {
		char ch = name[i];

		if (ch >= 'a' && ch <= 'z')
			ch = (char)(ch - 'a' + 'A');
		param[5 + i] = ch == '-' ? '_' : ch;
	}
	return request_param(c->request, param);
}

const char *
ctx_address(const struct ctx *c)
{
	const char *text = request_param(c->request, "REMOTE_ADDR");
	char prefix[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (text == NULL)
		return "";
	if (inet_pton(AF_INET6, text, &address) != 1)
		return arena_strdup(c->mem, text);
	if (IN6_IS_ADDR_V4MAPPED(&address))
		return arena_printf(c->mem, "%u.%u.%u.%u", address.s6_addr[12],
		    address.s6_addr[13], address.s6_addr[14],
		    address.s6_addr[15]);
	memset(&address.s6_addr[8], 0, 8);
	inet_ntop(AF_INET6, &address, prefix, sizeof(prefix));
	return arena_strdup(c->mem, prefix);
}

const void *
ctx_input(const struct ctx *c, const struct schema *s)
{
	if (c->route->in != s)
		BUG("the handler reads another input than its route takes");
	return c->in;
}

bool
ctx_has(const struct ctx *c, size_t offset)
{
	const struct schema *s = c->route->in;
	size_t i;

	for (i = 0; s != NULL && i < s->nfields; i++)
		if (s->fields[i].offset == offset)
			return (c->given.given >> i & 1) != 0;
	BUG("no field of the input is that member");
}

enum err
reply_status(struct ctx *c, int status, const void *row)
{
	buf_reset(c->body);
	schema_encode(c->body, c->out != NULL ? c->out : c->route->out, row);
	c->status = status;
	return OK;
}

enum err
reply(struct ctx *c, const void *row)
{
	return reply_status(
	    c, c->route->status != 0 ? c->route->status : 200, row);
}

enum err
reply_message(struct ctx *c, const char *text)
{
	const struct message done = {text};

	if (c->route->out != &message)
		BUG("the route answers something else than a message");
	return reply(c, &done);
}

enum err
reply_text(struct ctx *c, const char *type, const char *text, size_t n)
{
	buf_reset(c->body);
	buf_put(c->body, text, n);
	c->type = type;
	c->status = c->route->status != 0 ? c->route->status : 200;
	return OK;
}

enum err
refuse_code(struct ctx *c, enum err err, const char *code, const char *detail)
{
	buf_reset(c->body);
	buf_puts(c->body, "{\"detail\":");
	json_quote(c->body, detail, strlen(detail));
	if (code != NULL) {
		buf_puts(c->body, ",\"code\":");
		json_quote(c->body, code, strlen(code));
	}
	buf_putc(c->body, '}');
	c->status = err_status(err);
	return OK;
}

enum err
refuse(struct ctx *c, enum err err, const char *detail)
{
	return refuse_code(c, err, NULL, detail);
}

enum err
fail(struct ctx *c, enum err err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	c->detail = arena_vprintf(c->mem, format, ap);
	va_end(ap);
	return err;
}

enum err
fail_code(
    struct ctx *c, enum err err, const char *code, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	c->detail = arena_vprintf(c->mem, format, ap);
	va_end(ap);
	c->code = code;
	return err;
}

void
ctx_add_header(struct ctx *c, const char *format, ...)
{
	const char *before = c->headers != NULL ? c->headers : "";
	const char *line;
	va_list ap;

	va_start(ap, format);
	line = arena_vprintf(c->mem, format, ap);
	va_end(ap);
	if (strpbrk(line, "\r\n") != NULL)
		BUG("a header has more than one line");
	c->headers = arena_printf(c->mem, "%s%s\r\n", before, line);
}
