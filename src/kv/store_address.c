/*
 * KV_URL in its parts. Complaints never quote it: it may hold a password.
 */
#include <string.h>

#include "kv/store_part.h"

enum { SOCKET_PATH = 107, DATABASE_MAX = 9999 };

static const char unix_scheme[] = "unix:", tcp_scheme[] = "tcp://";

static int
hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

/* NULL for a broken escape and for %00. */
static const char *
unescape(struct arena *mem, const char *from, size_t n)
{
	char *text = arena_alloc(mem, n + 1, 1);
	size_t i, len = 0;
	int high, low;

	for (i = 0; i < n; i++) {
		if (from[i] != '%') {
			text[len++] = from[i];
			continue;
		}
		high = n - i < 3 ? -1 : hex_digit(from[i + 1]);
		low = high < 0 ? -1 : hex_digit(from[i + 2]);
		if (low < 0 || high + low == 0)
			return NULL;
		text[len++] = (char)(high * 16 + low);
		i += 2;
	}
	return text;
}

/* A number of digits alone; -1: it is none, or more than max. */
static int
number(const char *text, size_t n, int max)
{
	int value = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
		if (value > max)
			return -1;
	}
	return n == 0 ? -1 : value;
}

static const char *
parse_unix(struct arena *mem, struct kv_address *a, const char *path)
{
	if (path[0] != '/')
		return "after unix: an absolute path comes";
	if (strlen(path) > SOCKET_PATH)
		return "the path of a socket is longer than 107 bytes";
	a->socket = arena_strdup(mem, path);
	return NULL;
}

static const char *
parse_user(struct arena *mem, struct kv_address *a, const char *text, size_t n)
{
	const char *colon = memchr(text, ':', n);
	size_t len;

	if (colon == NULL)
		return "before @ comes user:password";
	len = (size_t)(colon - text);
	a->user = unescape(mem, text, len);
	a->password = unescape(mem, colon + 1, n - len - 1);
	if (a->user == NULL || a->password == NULL)
		return "a % in user or password must be written %25";
	if (a->password[0] == '\0')
		return "the password is empty";
	/* Redis knows passwords of nobody. */
	if (a->user[0] == '\0')
		a->user = NULL;
	return NULL;
}

/* host:port or [v6]:port */
static const char *
parse_host(struct arena *mem, struct kv_address *a, const char *text, size_t n)
{
	const char *colon = memrchr(text, ':', n);
	size_t len;

	if (colon == NULL || (n > 0 && text[n - 1] == ']'))
		return "it names no port: tcp://host:port";
	len = (size_t)(colon - text);
	a->port = number(colon + 1, n - len - 1, 65535);
	if (a->port < 1)
		return "the port is not a number from 1 to 65535";
	if (len >= 2 && text[0] == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len) != NULL) {
		return "an IPv6 address stands in [ ]";
	}
	if (len == 0)
		return "it names no host";
	a->host = arena_copy(mem, text, len);
	return NULL;
}

static const char *
parse_tcp(struct arena *mem, struct kv_address *a, const char *text)
{
	size_t len = strcspn(text, "/?#");
	const char *at = memrchr(text, '@', len), *why = NULL;
	const char *host = at == NULL ? text : at + 1;

	if (at != NULL)
		why = parse_user(mem, a, text, (size_t)(at - text));
	if (why == NULL)
		why = parse_host(mem, a, host, len - (size_t)(host - text));
	if (why != NULL || text[len] == '\0' || strcmp(text + len, "/") == 0)
		return why;
	if (text[len] != '/')
		return "after host:port only /number may come";
	text += len + 1;
	a->database = number(text, strlen(text), DATABASE_MAX);
	return a->database < 0 ? "the database after / is not a number" : NULL;
}

const struct kv_address *
kv_address_parse(struct arena *mem, const char *url, const char **why)
{
	struct kv_address *a = NEW(mem, struct kv_address);

	*why = "it begins neither with unix:/ nor with tcp://";
	if (strncmp(url, unix_scheme, sizeof(unix_scheme) - 1) == 0)
		*why = parse_unix(mem, a, url + sizeof(unix_scheme) - 1);
	else if (strncmp(url, tcp_scheme, sizeof(tcp_scheme) - 1) == 0)
		*why = parse_tcp(mem, a, url + sizeof(tcp_scheme) - 1);
	return *why == NULL ? a : NULL;
}
