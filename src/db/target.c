/*
 * Where the database is, from a URL. Complaints never quote the URL: it holds
 * the password.
 */
#include <stdlib.h>
#include <string.h>

#include "db/pool.h"

enum { PORT = 3306, SOCKET_PATH = 107 };

static const char scheme[] = "mysql://";

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* NULL for a broken escape and for %00. */
static const char *
unescape(struct arena *mem, const char *from, size_t n)
{
	char *text = arena_alloc(mem, n + 1, 1);
	size_t i, len = 0;

	for (i = 0; i < n; i++) {
		if (from[i] != '%') {
			text[len++] = from[i];
			continue;
		}
		if (n - i < 3 || hex_digit(from[i + 1]) < 0 ||
		    hex_digit(from[i + 2]) < 0)
			return NULL;
		text[len] = (char)(hex_digit(from[i + 1]) * 16 +
				   hex_digit(from[i + 2]));
		if (text[len++] == '\0')
			return NULL;
		i += 2;
	}
	return text;
}

static const char *
parse_port(struct db_target *t, const char *text, size_t n)
{
	size_t i;

	t->port = 0;
	for (i = 0; i < n && i < 6; i++) {
		if (text[i] < '0' || text[i] > '9')
			break;
		t->port = t->port * 10 + (unsigned)(text[i] - '0');
	}
	if (n == 0 || i < n || t->port == 0 || t->port > 65535)
		return "the port is not a number from 1 to 65535";
	return NULL;
}

/* host, host:port or [v6]:port, n bytes of it. */
static const char *
parse_host(struct arena *mem, struct db_target *t, const char *text, size_t n)
{
	const char *colon = memchr(text, ':', n);
	size_t len = colon != NULL ? (size_t)(colon - text) : n;

	if (n > 0 && text[0] == '[') {
		const char *end = memchr(text, ']', n);

		if (end == NULL)
			return "the host's [ has no ]";
		t->host = arena_copy(mem, text + 1, (size_t)(end - text - 1));
		len = (size_t)(end + 1 - text);
		if (len < n && text[len] != ':')
			return "after the host's ] only :port may come";
	} else {
		t->host = unescape(mem, text, len);
	}
	if (t->host == NULL || t->host[0] == '\0')
		return "it names no host";
	if (len == n)
		return NULL;
	return parse_port(t, text + len + 1, n - len - 1);
}

static const char *
parse_user(struct arena *mem, struct db_target *t, const char *text, size_t n)
{
	const char *colon = memchr(text, ':', n);
	size_t len = colon != NULL ? (size_t)(colon - text) : n;

	t->user = unescape(mem, text, len);
	t->password =
	    colon == NULL ? "" : unescape(mem, colon + 1, n - len - 1);
	if (t->user == NULL || t->password == NULL)
		return "a % in user or password must be written %25";
	if (t->user[0] == '\0')
		return "it names no user";
	return NULL;
}

static const char *
parse_query(struct arena *mem, struct db_target *t, const char *text)
{
	static const char key[] = "unix_socket=";

	if (strncmp(text, key, sizeof(key) - 1) != 0 || strchr(text, '&'))
		return "after ? only unix_socket=/path may come";
	text += sizeof(key) - 1;
	t->socket = unescape(mem, text, strlen(text));
	if (t->socket == NULL || t->socket[0] != '/')
		return "unix_socket is not an absolute path";
	if (strlen(t->socket) > SOCKET_PATH)
		return "the path of unix_socket is longer than 107 bytes";
	if (strcmp(t->host, "localhost") != 0)
		return "with unix_socket the host is localhost";
	return NULL;
}

static const char *
parse(struct arena *mem, struct db_target *t, const char *url)
{
	size_t len = strcspn(url, "/?");
	const char *at = memrchr(url, '@', len);
	const char *name = url + len + 1;
	const char *why;

	if (at == NULL)
		return "it names no user: mysql://user:password@host/name";
	if (url[len] != '/')
		return "it names no database: mysql://user:password@host/name";
	why = parse_user(mem, t, url, (size_t)(at - url));
	if (why == NULL)
		why = parse_host(mem, t, at + 1, len - (size_t)(at + 1 - url));
	if (why != NULL)
		return why;
	len = strcspn(name, "?");
	t->name = unescape(mem, name, len);
	if (t->name == NULL || t->name[0] == '\0')
		return "it names no database: mysql://user:password@host/name";
	if (strpbrk(t->name, "/#") != NULL)
		return "the database's name holds a / or #";
	return name[len] == '?' ? parse_query(mem, t, name + len + 1) : NULL;
}

const struct db_target *
db_target_parse(struct arena *mem, const char *url, const char **why)
{
	struct db_target *t = NEW(mem, struct db_target);

	t->port = PORT;
	*why = "it does not begin with mysql://";
	if (strncmp(url, scheme, sizeof(scheme) - 1) == 0)
		*why = parse(mem, t, url + sizeof(scheme) - 1);
	return *why == NULL ? t : NULL;
}
