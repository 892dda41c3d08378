/* One connection to Redis. The socket does not block: whatever the server
 * does or leaves undone, a call ends at its deadline. */
#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/time.h"
#include "kv/store_redis_part.h"

enum {
	MS_US = 1000,
	FIRST_COMMANDS = 2 + SCRIPTS,
	LONGEST_FIRST = 3,
	NUMBER_TEXT = 80
};

void
redis_wire_close(struct redis_conn *conn)
{
	if (conn->link != NULL)
		redisFree(conn->link);
	conn->link = NULL;
}

static bool lost(struct redis_conn *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static bool
lost(struct redis_conn *conn, const char *why, ...)
{
	va_list args;

	va_start(args, why);
	vsnprintf(conn->why, sizeof(conn->why), why, args);
	va_end(args);
	redis_wire_close(conn);
	return false;
}

/* Rounded up, so that what is left is never waited for in a busy loop. */
static int
ms_until(int64_t deadline)
{
	int64_t ms = (deadline - time_monotonic_us() + MS_US - 1) / MS_US;

	return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

static bool
await(struct redis_conn *conn, short event, int64_t deadline)
{
	struct pollfd fd = {.fd = conn->link->fd, .events = event};
	int n;

	do
		n = poll(&fd, 1, ms_until(deadline));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return lost(conn, "poll: %m");
	return n > 0 || lost(conn, "it did not answer in time");
}

static bool
push(struct redis_conn *conn, const char *data, size_t n, int flags,
    int64_t deadline)
{
	while (n > 0) {
		ssize_t sent =
		    send(conn->link->fd, data, n, MSG_NOSIGNAL | flags);

		if (sent > 0) {
			data += sent;
			n -= (size_t)sent;
		} else if (errno == EAGAIN) {
			if (!await(conn, POLLOUT, deadline))
				return false;
		} else if (errno != EINTR) {
			return lost(conn, "%m");
		}
	}
	return true;
}

static bool
push_command(struct redis_conn *conn, const struct redis_command *cmd,
    int flags, int64_t deadline)
{
	char *data = NULL;
	int n;
	bool ok;

	n = redisFormatCommandArgv(&data, (int)cmd->n, cmd->word, cmd->size);
	if (n < 0)
		return lost(conn, "out of memory");
	ok = push(conn, data, (size_t)n, flags, deadline);
	redisFreeCommand(data);
	return ok;
}

static bool
pull(struct redis_conn *conn, int64_t deadline, redisReply **reply)
{
	for (;;) {
		void *got = NULL;

		if (redisGetReplyFromReader(conn->link, &got) != REDIS_OK)
			return lost(conn, "%s", conn->link->errstr);
		*reply = got;
		if (got != NULL)
			return true;
		if (!await(conn, POLLIN, deadline))
			return false;
		if (redisBufferRead(conn->link) != REDIS_OK)
			return lost(conn, "%s", conn->link->errstr);
	}
}

static void
name_script(const struct redis_conn *conn, const struct redis_command *cmd,
    bool by_hash)
{
	const char *script =
	    by_hash ? conn->sha[cmd->script] : conn->script[cmd->script];

	cmd->word[0] = by_hash ? "EVALSHA" : "EVAL";
	cmd->word[1] = script;
	cmd->size[0] = strlen(cmd->word[0]);
	cmd->size[1] = strlen(script);
}

/* The server may have forgotten a script (SCRIPT FLUSH, another server behind
 * the same address): it gets the text then. */
static bool
repeat_in_full(struct redis_conn *conn, const struct redis_command *cmd,
    int64_t deadline, redisReply **reply)
{
	if (cmd->script == SCRIPT_NONE || (*reply)->type != REDIS_REPLY_ERROR ||
	    strncmp((*reply)->str, "NOSCRIPT", 8) != 0)
		return true;
	freeReplyObject(*reply);
	*reply = NULL;
	name_script(conn, cmd, false);
	return push_command(conn, cmd, 0, deadline) &&
	       pull(conn, deadline, reply);
}

static bool
converse(struct redis_conn *conn, const struct redis_command *cmd, size_t n,
    int64_t deadline, redisReply **reply, bool *sent)
{
	size_t i;

	for (i = 0; i < n; i++) {
		int flags = i + 1 < n ? MSG_MORE : 0;

		if (cmd[i].script != SCRIPT_NONE)
			name_script(conn, &cmd[i], true);
		if (!push_command(conn, &cmd[i], flags, deadline))
			return false;
	}
	*sent = true;
	for (i = 0; i < n; i++)
		if (!pull(conn, deadline, &reply[i]))
			return false;
	for (i = 0; i < n; i++)
		if (!repeat_in_full(conn, &cmd[i], deadline, &reply[i]))
			return false;
	return true;
}

bool
redis_wire_run(struct redis_conn *conn, const struct redis_command *cmd,
    size_t n, int64_t deadline, redisReply **reply, bool *sent)
{
	*sent = false;
	memset(reply, 0, n * sizeof(*reply));
	if (converse(conn, cmd, n, deadline, reply, sent))
		return true;
	while (n-- > 0)
		freeReplyObject(reply[n]);
	return false;
}

bool
redis_wire_is_quiet(const struct redis_conn *conn)
{
	char byte;

	return conn->link != NULL &&
	       recv(conn->link->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

/* Notes the name of a script, or what went wrong; of AUTH without details, as
 * these may quote the password. The scripts come last, SELECT before them. */
static bool
greeted(struct redis_conn *conn, size_t first_script, size_t i,
    const redisReply *reply)
{
	bool script = i >= first_script, is_auth = i + 1 < first_script;

	if (reply->type == REDIS_REPLY_ERROR)
		return lost(conn, "it refused %s: %.*s",
		    script    ? "a script"
		    : is_auth ? "the password"
			      : "the database",
		    is_auth ? (int)strcspn(reply->str, " ") : INT_MAX,
		    reply->str);
	if (!script)
		return true;
	if (reply->len != SHA_TEXT - 1)
		return lost(conn, "it named a script strangely");
	memcpy(conn->sha[i - first_script], reply->str, SHA_TEXT);
	return true;
}

static bool
greet(struct redis_conn *conn, const struct redis_command *cmd, size_t n,
    int64_t deadline)
{
	redisReply *reply[FIRST_COMMANDS];
	bool ok = true, sent;
	size_t i;

	if (!redis_wire_run(conn, cmd, n, deadline, reply, &sent))
		return false;
	for (i = 0; i < n; i++) {
		ok = ok && greeted(conn, n - SCRIPTS, i, reply[i]);
		freeReplyObject(reply[i]);
	}
	return ok;
}

/* AUTH if it must be, SELECT, and the scripts, in one trip. */
static bool
introduce(
    struct redis_conn *conn, const struct kv_address *address, int64_t deadline)
{
	struct redis_command cmd[FIRST_COMMANDS];
	const char *word[FIRST_COMMANDS][LONGEST_FIRST];
	size_t size[FIRST_COMMANDS][LONGEST_FIRST];
	char database[16];
	size_t n = 0;

	for (size_t i = 0; i < FIRST_COMMANDS; i++)
		cmd[i] = (struct redis_command){.script = SCRIPT_NONE,
		    .max = LONGEST_FIRST,
		    .word = word[i],
		    .size = size[i]};
	if (address->password != NULL) {
		redis_puts(&cmd[n], "AUTH");
		if (address->user != NULL && address->user[0] != '\0')
			redis_puts(&cmd[n], address->user);
		redis_puts(&cmd[n++], address->password);
	}
	snprintf(database, sizeof(database), "%d", address->database);
	redis_puts(&cmd[n], "SELECT");
	redis_puts(&cmd[n++], database);
	for (size_t i = 0; i < SCRIPTS; i++) {
		redis_puts(&cmd[n], "SCRIPT");
		redis_puts(&cmd[n], "LOAD");
		redis_puts(&cmd[n++], conn->script[i]);
	}
	return greet(conn, cmd, n, deadline);
}

/* Done, or why not: the link is closed then. */
static bool
connected(struct redis_conn *conn, int64_t deadline)
{
	socklen_t size = sizeof(errno);
	int error = 0;

	if (conn->link == NULL)
		return lost(conn, "out of memory");
	if (conn->link->err != 0)
		return lost(conn, "%s", conn->link->errstr);
	if (!await(conn, POLLOUT, deadline))
		return false;
	getsockopt(conn->link->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	errno = error;
	return error == 0 || lost(conn, "connect: %m");
}

/* hiredis would ask the resolver for a name, and wait: it gets a number. */
static bool
connect_to(struct redis_conn *conn, const struct kv_name_address *to, int port,
    int64_t deadline)
{
	char number[NUMBER_TEXT];

	redis_wire_close(conn);
	if (getnameinfo((const struct sockaddr *)&to->address, to->size, number,
		sizeof(number), NULL, 0, NI_NUMERICHOST) != 0)
		return lost(conn, "the host has a strange address");
	conn->link = redisConnectNonBlock(number, port);
	if (!connected(conn, deadline))
		return false;
	redisEnableKeepAlive(conn->link);
	return true;
}

/* One address after the other; each has its share of the time. */
static bool
connect_by_name(
    struct redis_conn *conn, struct kv_name *name, int port, int64_t deadline)
{
	struct kv_name_address to[KV_NAME_ADDRESSES];
	size_t n = kv_name_get(name, deadline, to);
	int64_t left;

	if (n == 0)
		lost(conn, "the host is not known");
	for (size_t i = 0; i < n; i++) {
		left = deadline - time_monotonic_us();
		if (connect_to(conn, &to[i], port,
			deadline - left + left / (int64_t)(n - i)))
			return true;
	}
	kv_name_doubt(name);
	return false;
}

static bool
connect_by_path(struct redis_conn *conn, const char *path, int64_t deadline)
{
	conn->link = redisConnectUnixNonBlock(path);
	return connected(conn, deadline);
}

bool
redis_wire_open(struct redis_conn *conn, const struct kv_address *address,
    struct kv_name *name, int64_t deadline)
{
	redis_wire_close(conn);
	if (address->socket != NULL
		? !connect_by_path(conn, address->socket, deadline)
		: !connect_by_name(conn, name, address->port, deadline))
		return false;
	return introduce(conn, address, deadline);
}
