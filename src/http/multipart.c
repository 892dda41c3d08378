/* Bodies of multipart/form-data (RFC 7578 on RFC 2046): cut at the delimiter
 * lines in one pass; the last one must be there. */
#include <string.h>
#include <strings.h>

#include "core/utf8.h"
#include "http/form.h"
#include "http/part.h"

enum { BOUNDARY_MAX = 70, HEADERS_MAX = 8 << 10 };

/* The body from `at` on, and what separates its parts. */
struct cutter {
	struct arena *mem;
	const char *at, *end;
	char delimiter[BOUNDARY_MAX + sizeof("\r\n--")];
	size_t length; /* of the delimiter, its CRLF included */
	bool last;     /* the final delimiter was passed */
};

static bool
is_boundary(const char *text)
{
	static const char allowed[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "'()+_,-./:=? ";
	size_t n = strlen(text);

	return n > 0 && n <= BOUNDARY_MAX && strspn(text, allowed) == n &&
	       text[n - 1] != ' ';
}

static enum err
read_boundary(struct cutter *c, const char *type)
{
	static const char media[] = "multipart/form-data";
	const char *end = type + strlen(type);
	const char *boundary = NULL;
	struct param param;

	type += strspn(type, " \t");
	if (strncasecmp(type, media, strlen(media)) != 0)
		return ERR_BAD_REQUEST;
	type += strlen(media);
	for (;;) {
		if (param_next(c->mem, &type, end, &param))
			return ERR_BAD_REQUEST;
		if (param.name == NULL)
			break;
		if (strcasecmp(param.name, "boundary") != 0)
			continue;
		if (boundary != NULL)
			return ERR_BAD_REQUEST;
		boundary = param.value;
	}
	if (boundary == NULL || !is_boundary(boundary))
		return ERR_BAD_REQUEST;
	c->length = strlen(boundary) + 4;
	memcpy(c->delimiter, "\r\n--", 4);
	memcpy(c->delimiter + 4, boundary, c->length - 3);
	return OK;
}

/* Behind a delimiter: "--" if it is the last one, blanks, the line's end. */
static enum err
end_line(struct cutter *c)
{
	c->last = c->end - c->at >= 2 && memcmp(c->at, "--", 2) == 0;
	if (c->last)
		c->at += 2;
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
	if (c->last && c->at == c->end)
		return OK;
	if (c->end - c->at < 2 || memcmp(c->at, "\r\n", 2) != 0)
		return ERR_BAD_REQUEST;
	c->at += 2;
	return OK;
}

/* Moves behind the next delimiter line; *n bytes stand before it. */
static enum err
next_delimiter(struct cutter *c, size_t *n)
{
	const char *found =
	    memmem(c->at, (size_t)(c->end - c->at), c->delimiter, c->length);

	if (found == NULL)
		return ERR_BAD_REQUEST;
	*n = (size_t)(found - c->at);
	c->at = found + c->length;
	return end_line(c);
}

/* At the very beginning of a body the delimiter has no CRLF before it. */
static enum err
first_delimiter(struct cutter *c)
{
	size_t n = c->length - 2;

	if ((size_t)(c->end - c->at) < n ||
	    memcmp(c->at, c->delimiter + 2, n) != 0)
		return next_delimiter(c, &n);
	c->at += n;
	return end_line(c);
}

/* n bytes at p: headers, an empty line, content. */
static enum err
read_part(struct cutter *c, const char *p, size_t n, struct pair *pairs,
    size_t *npairs)
{
	size_t room = n < HEADERS_MAX ? n : HEADERS_MAX;
	const char *blank = memmem(p, room, "\r\n\r\n", 4);
	struct part part;
	size_t head;

	if (blank == NULL)
		return ERR_BAD_REQUEST;
	head = (size_t)(blank - p) + 2;
	if (part_read_headers(c->mem, p, head, &part))
		return ERR_BAD_REQUEST;
	if (part.is_file)
		return OK;
	p = blank + 4;
	n -= head + 2;
	if (!utf8_valid(p, n))
		return ERR_BAD_REQUEST;
	pairs[*npairs] = (struct pair){
	    .name = part.name, .value = arena_copy(c->mem, p, n), .length = n};
	++*npairs;
	return OK;
}

enum err
form_multipart(struct arena *mem, const char *type, const char *body, size_t n,
    struct pair **pairs, size_t *npairs)
{
	struct cutter c = {.mem = mem, .at = n > 0 ? body : ""};

	c.end = c.at + n;
	*npairs = 0;
	*pairs = NEW_N(mem, struct pair, FORM_PAIRS);
	if (type == NULL || read_boundary(&c, type) || first_delimiter(&c))
		return ERR_BAD_REQUEST;
	for (int parts = 0; !c.last; parts++) {
		const char *part = c.at;

		if (parts == FORM_PAIRS || next_delimiter(&c, &n) ||
		    read_part(&c, part, n, *pairs, npairs))
			return ERR_BAD_REQUEST;
	}
	return OK;
}
