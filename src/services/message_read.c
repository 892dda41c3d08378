/* Messages read back, for a person who looks at a file: as much of MIME as our
 * own mails use. Nothing in the file is trusted. */
#include <string.h>
#include <strings.h>

#include "services/message.h"

enum {
	WORD_MAX = 1024,   /* of an encoded word; longer ones are no words */
	HEADER_MAX = 8192, /* of a header; the rest of it is dropped */
	PARTS_MAX = 64     /* what comes after them is not looked at */
};

/* Takes a line, without its end, off the front; false when there is none. */
static bool
take_line(struct bytes *rest, struct bytes *line)
{
	const char *end;

	if (rest->n == 0)
		return false;
	end = memchr(rest->at, '\n', rest->n);
	line->at = rest->at;
	line->n = end == NULL ? rest->n : (size_t)(end - rest->at);
	rest->n -= line->n + (end != NULL);
	rest->at += line->n + (end != NULL);
	if (line->n > 0 && line->at[line->n - 1] == '\r')
		line->n--;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct bytes
trim(struct bytes s)
{
	while (s.n > 0 && is_blank(*s.at)) {
		s.at++;
		s.n--;
	}
	while (s.n > 0 && is_blank(s.at[s.n - 1]))
		s.n--;
	return s;
}

/* The value in `line` when it is the header `name`. */
static bool
is_header(struct bytes line, const char *name, struct bytes *value)
{
	size_t n = strlen(name);

	if (line.n <= n || line.at[n] != ':' ||
	    strncasecmp(line.at, name, n) != 0)
		return false;
	*value = (struct bytes){line.at + n + 1, line.n - n - 1};
	return true;
}

/* Unfolded, otherwise as it stands. */
static struct bytes
find_header(struct arena *mem, struct bytes message, const char *name)
{
	struct bytes line, value = {NULL, 0};
	char *out = NULL;
	size_t n = 0;

	while (take_line(&message, &line) && line.n > 0) {
		if (out != NULL && !is_blank(*line.at))
			break;
		if (out == NULL && !is_header(line, name, &value))
			continue;
		if (out == NULL)
			out = NEW_N(mem, char, HEADER_MAX);
		else
			value = line;
		if (value.n > HEADER_MAX - n)
			value.n = HEADER_MAX - n;
		memcpy(out + n, value.at, value.n);
		n += value.n;
	}
	return out == NULL ? (struct bytes){NULL, 0}
			   : trim((struct bytes){out, n});
}

static int
digit64(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static int
digit16(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What is no digit is passed over, as RFC 2045 has it; "=" ends the text. */
static struct bytes
from_base64(struct arena *mem, struct bytes in)
{
	char *out = NEW_N(mem, char, in.n + 1);
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (size_t i = 0; i < in.n && in.at[i] != '='; i++) {
		int digit = digit64(in.at[i]);

		if (digit < 0)
			continue;
		bits = (bits << 6 | (unsigned)digit) & 0xffff;
		held += 6;
		if (held < 8)
			continue;
		held -= 8;
		out[n++] = (char)(bits >> held & 0xff);
	}
	return (struct bytes){out, n};
}

/* How many bytes of a soft line break ("=", CRLF) stand at i, or 0. */
static size_t
soft_break(struct bytes in, size_t i)
{
	if (i + 1 < in.n && in.at[i + 1] == '\n')
		return 2;
	if (i + 2 < in.n && in.at[i + 1] == '\r' && in.at[i + 2] == '\n')
		return 3;
	return 0;
}

/* `word`: of an encoded word, where "_" is a space. */
static struct bytes
from_quoted(struct arena *mem, struct bytes in, bool word)
{
	char *out = NEW_N(mem, char, in.n + 1);
	size_t n = 0, i = 0;

	while (i < in.n) {
		char c = in.at[i];
		size_t skip = c == '=' ? soft_break(in, i) : 0;
		int high = i + 2 < in.n ? digit16(in.at[i + 1]) : -1;
		int low = i + 2 < in.n ? digit16(in.at[i + 2]) : -1;

		if (skip > 0) {
			i += skip;
			continue;
		}
		if (c == '=' && high >= 0 && low >= 0) {
			out[n++] = (char)(high << 4 | low);
			i += 3;
			continue;
		}
		out[n++] = word && c == '_' ? ' ' : c;
		i++;
	}
	return (struct bytes){out, n};
}

static bool
starts(struct bytes s, const char *with)
{
	return s.n >= strlen(with) &&
	       strncasecmp(s.at, with, strlen(with)) == 0;
}

/* "=?UTF-8?B?...?=" at the front: its bytes, and how long it is. */
static size_t
read_word(struct arena *mem, struct bytes in, struct bytes *out)
{
	struct bytes text;
	const char *end;
	char kind;

	if (starts(in, "=?utf-8?"))
		text = (struct bytes){in.at + 8, in.n - 8};
	else if (starts(in, "=?us-ascii?"))
		text = (struct bytes){in.at + 11, in.n - 11};
	else
		return 0;
	if (text.n < 4 || text.at[1] != '?')
		return 0;
	kind = text.at[0];
	text = (struct bytes){text.at + 2, text.n - 2};
	if (text.n > WORD_MAX)
		text.n = WORD_MAX;
	end = memmem(text.at, text.n, "?=", 2);
	if (end == NULL)
		return 0;
	text.n = (size_t)(end - text.at);
	if (kind == 'B' || kind == 'b')
		*out = from_base64(mem, text);
	else if (kind == 'Q' || kind == 'q')
		*out = from_quoted(mem, text, true);
	else
		return 0;
	return (size_t)(end + 2 - in.at);
}

/* Encoded words; the blanks between two of them are no part of the text. */
struct bytes
message_header(struct arena *mem, struct bytes message, const char *name)
{
	struct bytes in = find_header(mem, message, name), word;
	char *out = NEW_N(mem, char, in.n + 1);
	size_t n = 0, blanks = 0, i = 0;
	bool after_word = false;

	if (in.at == NULL)
		return in;
	while (i < in.n) {
		struct bytes rest = {in.at + i, in.n - i};
		size_t length = read_word(mem, rest, &word);

		if (length == 0) {
			blanks = is_blank(in.at[i]) ? blanks + 1 : 0;
			after_word = after_word && blanks > 0;
			out[n++] = in.at[i++];
			continue;
		}
		n -= after_word ? blanks : 0;
		memcpy(out + n, word.at, word.n);
		n += word.n;
		i += length;
		after_word = true;
		blanks = 0;
	}
	return (struct bytes){out, n};
}

/* boundary="..." or boundary=... of a Content-Type. */
static struct bytes
find_boundary(struct bytes type)
{
	static const char name[] = "boundary=";

	for (size_t i = 0; i + strlen(name) < type.n; i++) {
		struct bytes s = {type.at + i, type.n - i};
		size_t n = 0;
		bool quoted;

		if (!starts(s, name))
			continue;
		s.at += strlen(name);
		s.n -= strlen(name);
		quoted = *s.at == '"';
		s.at += quoted;
		s.n -= quoted;
		while (n < s.n && s.at[n] != '"' &&
		       (quoted || (!is_blank(s.at[n]) && s.at[n] != ';')))
			n++;
		return (struct bytes){s.at, n};
	}
	return (struct bytes){NULL, 0};
}

/* The content of a part, when it has the media type. */
static struct bytes
read_part(struct arena *mem, struct bytes part, const char *type)
{
	struct bytes is = find_header(mem, part, "Content-Type");
	struct bytes how = find_header(mem, part, "Content-Transfer-Encoding");
	struct bytes line;

	if (is.at == NULL)
		is = (struct bytes){"text/plain", 10};
	if (!starts(is, type))
		return (struct bytes){NULL, 0};
	while (take_line(&part, &line) && line.n > 0)
		continue;
	if (starts(how, "base64"))
		return from_base64(mem, part);
	if (starts(how, "quoted-printable"))
		return from_quoted(mem, part, false);
	return part;
}

static bool
is_delimiter(struct bytes line, struct bytes boundary)
{
	return line.n >= boundary.n + 2 && memcmp(line.at, "--", 2) == 0 &&
	       memcmp(line.at + 2, boundary.at, boundary.n) == 0;
}

/* From `start` to the line break before a delimiter, which belongs to it. */
static struct bytes
part_between(const char *start, const char *delimiter)
{
	size_t n = (size_t)(delimiter - start);

	if (n > 0 && start[n - 1] == '\n')
		n--;
	if (n > 0 && start[n - 1] == '\r')
		n--;
	return (struct bytes){start, n};
}

struct bytes
message_body(struct arena *mem, struct bytes message, const char *type)
{
	struct bytes is = find_header(mem, message, "Content-Type");
	struct bytes boundary = find_boundary(is), rest = message, line, found;
	const char *start = NULL;
	int parts = 0;

	if (!starts(is, "multipart/") || boundary.n == 0)
		return read_part(mem, message, type);
	while (parts < PARTS_MAX && take_line(&rest, &line)) {
		if (!is_delimiter(line, boundary))
			continue;
		parts++;
		if (start != NULL) {
			found =
			    read_part(mem, part_between(start, line.at), type);
			if (found.at != NULL)
				return found;
		}
		start = rest.at;
	}
	if (start == NULL)
		return (struct bytes){NULL, 0};
	return read_part(mem, (struct bytes){start, (size_t)(rest.at - start)},
	    type); /* of a file that was cut off */
}
