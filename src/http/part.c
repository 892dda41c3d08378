/* What stands at the head of a part of a multipart body: its name, whether it
 * is a file. Strict: what one reader skips, another one might obey. */
#include "http/part.h"

#include <string.h>
#include <strings.h>

#include "core/utf8.h"

static bool
is_token(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7F;
}

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static const char *
skip_token(const char *p, const char *end)
{
	while (p < end && is_token(*p))
		p++;
	return p;
}

static bool
is_escape(const char *p, const char *end)
{
	return end - p >= 2 && p[0] == '\\' && (p[1] == '"' || p[1] == '\\');
}

/*
 * *p is at the opening quote. Only \" and \\ are escapes: old browsers send
 * whole paths.
 */
static enum err
read_quoted(
    struct arena *mem, const char **p, const char *end, const char **out)
{
	const char *from = *p + 1, *at = from;
	size_t n = 0;
	char *text;

	while (at < end && *at != '"')
		at += is_escape(at, end) ? 2 : 1;
	if (at == end)
		return ERR_BAD_REQUEST;
	*p = at + 1;
	text = arena_alloc(mem, 1, (size_t)(at - from) + 1);
	while (from < at) {
		from += is_escape(from, at);
		if (is_control(*from))
			return ERR_BAD_REQUEST;
		text[n++] = *from++;
	}
	text[n] = '\0';
	*out = text;
	return OK;
}

/* Up to the next ';' or space: some clients do not quote where they should. */
static enum err
read_bare(struct arena *mem, const char **p, const char *end, const char **out)
{
	const char *from = *p, *at = from;

	while (at < end && *at != ';' && *at != ' ' && *at != '\t') {
		if (is_control(*at) || *at == '"')
			return ERR_BAD_REQUEST;
		at++;
	}
	if (at == from)
		return ERR_BAD_REQUEST;
	*out = arena_copy(mem, from, (size_t)(at - from));
	*p = at;
	return OK;
}

enum err
param_next(
    struct arena *mem, const char **cursor, const char *end, struct param *out)
{
	const char *p = skip_space(*cursor, end);
	const char *name;
	enum err err;

	*out = (struct param){0};
	*cursor = p;
	if (p == end)
		return OK;
	if (*p != ';')
		return ERR_BAD_REQUEST;
	name = skip_space(p + 1, end);
	*cursor = name;
	if (name == end)
		return OK; /* a trailing ';' */
	p = skip_token(name, end);
	if (p == name || p == end || *p != '=')
		return ERR_BAD_REQUEST;
	out->name = arena_copy(mem, name, (size_t)(p - name));
	p++;
	err = p < end && *p == '"' ? read_quoted(mem, &p, end, &out->value)
				   : read_bare(mem, &p, end, &out->value);
	*cursor = p;
	return err;
}

/* Browsers write a quote and line ends in a name as %22, %0D and %0A. */
static const char *
decode_name(struct arena *mem, const char *text)
{
	static const char *const codes[] = {"%22", "%0D", "%0A"};
	static const char bytes[] = "\"\r\n";
	char *out = arena_alloc(mem, 1, strlen(text) + 1);
	size_t n = 0, step;

	for (; *text != '\0'; text += step) {
		out[n] = *text;
		step = 1;
		for (size_t i = 0; i < 3; i++) {
			if (strncasecmp(text, codes[i], 3) != 0)
				continue;
			out[n] = bytes[i];
			step = 3;
		}
		n++;
	}
	out[n] = '\0';
	return utf8_valid(out, n) ? out : NULL;
}

static enum err
read_disposition(
    struct arena *mem, const char *p, const char *end, struct part *out)
{
	static const char kind[] = "form-data";
	struct param param;
	const char *from = skip_space(p, end);

	p = skip_token(from, end);
	if ((size_t)(p - from) != strlen(kind) ||
	    strncasecmp(from, kind, strlen(kind)) != 0)
		return ERR_BAD_REQUEST;
	for (;;) {
		if (param_next(mem, &p, end, &param))
			return ERR_BAD_REQUEST;
		if (param.name == NULL)
			break;
		if (strcasecmp(param.name, "filename") == 0 ||
		    strcasecmp(param.name, "filename*") == 0)
			out->is_file = true;
		if (strcasecmp(param.name, "name") != 0)
			continue;
		if (out->name != NULL)
			return ERR_BAD_REQUEST;
		out->name = decode_name(mem, param.value);
		if (out->name == NULL)
			return ERR_BAD_REQUEST;
	}
	return out->name != NULL ? OK : ERR_BAD_REQUEST;
}

/* Encodings that change the bytes were given up by RFC 7578. */
static enum err
check_encoding(const char *p, const char *end)
{
	static const char *const plain[] = {"7bit", "8bit", "binary"};
	size_t n;

	p = skip_space(p, end);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	n = (size_t)(end - p);
	for (size_t i = 0; i < 3; i++)
		if (n == strlen(plain[i]) && strncasecmp(p, plain[i], n) == 0)
			return OK;
	return ERR_BAD_REQUEST;
}

static bool
is_header(const char *line, const char *colon, const char *name)
{
	size_t n = (size_t)(colon - line);

	return n == strlen(name) && strncasecmp(line, name, n) == 0;
}

/* One line without its CRLF. */
static enum err
read_header(
    struct arena *mem, const char *line, const char *end, struct part *out)
{
	const char *colon = skip_token(line, end);

	if (colon == line || colon == end || *colon != ':')
		return ERR_BAD_REQUEST;
	for (const char *p = colon; p < end; p++)
		if (is_control(*p) && *p != '\t')
			return ERR_BAD_REQUEST;
	if (is_header(line, colon, "content-transfer-encoding"))
		return check_encoding(colon + 1, end);
	if (!is_header(line, colon, "content-disposition"))
		return OK;
	if (out->name != NULL)
		return ERR_BAD_REQUEST;
	return read_disposition(mem, colon + 1, end, out);
}

enum err
part_read_headers(
    struct arena *mem, const char *block, size_t n, struct part *out)
{
	const char *end = block + n;

	*out = (struct part){0};
	while (block < end) {
		const char *stop =
		    memmem(block, (size_t)(end - block), "\r\n", 2);

		if (stop == NULL || read_header(mem, block, stop, out))
			return ERR_BAD_REQUEST;
		block = stop + 2;
	}
	return out->name != NULL ? OK : ERR_BAD_REQUEST;
}
