/* One connection to Tarantool. Nothing here waits longer than its deadline,
 * whatever the other side does or leaves undone. */
#include "kv/store_tarantool_part.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"

enum { CHUNK = 16384, SMALL_REPLY = 4096, SMALL_ITEMS = 64 };
enum { ZONE_CHUNK = 4096, BYTES_MAX = KV_BATCH_MAX * (KV_VALUE_MAX + 1024) };

static const char magic[] = "Tarantool ";

void
line_init(struct line *l)
{
	*l = (struct line){.fd = -1};
	buf_init(&l->out, BYTES_MAX);
	buf_init(&l->in, BYTES_MAX + CHUNK);
	if (!msgpack_zone_init(&l->zone, ZONE_CHUNK))
		log_fatal("out of memory");
}

void
line_close(struct line *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

void
line_free(struct line *l)
{
	line_close(l);
	buf_free(&l->out);
	buf_free(&l->in);
	msgpack_zone_destroy(&l->zone);
}

void
line_fail(struct line *l, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(l->why, sizeof(l->why), format, args);
	va_end(args);
}

/* errno, before anything else sets it. */
static bool
fails(struct line *l, const char *doing)
{
	line_fail(l, "%s: %m", doing);
	return false;
}

bool
line_idle(const struct line *l)
{
	char byte;

	return l->fd >= 0 &&
	       recv(l->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       (errno == EAGAIN || errno == EWOULDBLOCK);
}

static bool
wait_for(struct line *l, short events, int64_t deadline)
{
	struct pollfd p = {.fd = l->fd, .events = events};
	int64_t left;
	int ready;

	for (;;) {
		left = deadline - time_monotonic_us();
		if (left <= 0) {
			line_fail(l, "no answer in time");
			return false;
		}
		ready = poll(&p, 1, (int)((left + 999) / 1000));
		if (ready > 0)
			return true;
		if (ready < 0 && errno != EINTR)
			return fails(l, "poll");
	}
}

static bool
send_all(struct line *l, const struct buf *out, int64_t deadline)
{
	size_t at = 0;
	ssize_t n;

	while (at < out->len) {
		n = send(l->fd, out->data + at, out->len - at, MSG_NOSIGNAL);
		if (n > 0) {
			at += (size_t)n;
			l->sent = true;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
			return fails(l, "send");
		if (!wait_for(l, POLLOUT, deadline))
			return false;
	}
	return true;
}

/* Reads until l->in has `want` bytes, or more if they are there. */
static bool
fill(struct line *l, size_t want, int64_t deadline)
{
	char chunk[CHUNK];
	ssize_t n;

	while (l->in.len < want) {
		n = recv(l->fd, chunk, sizeof(chunk), 0);
		if (n > 0) {
			buf_put(&l->in, chunk, (size_t)n);
			continue;
		}
		if (n == 0) {
			line_fail(l, "it hung up");
			return false;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return fails(l, "recv");
		if (!wait_for(l, POLLIN, deadline))
			return false;
	}
	return true;
}

bool
line_exchange(struct line *l, const struct buf *out,
    struct iproto_bounds bounds, int64_t deadline, struct iproto_reply *reply)
{
	size_t n;

	l->sent = false;
	buf_reset(&l->in);
	msgpack_zone_clear(&l->zone);
	if (!send_all(l, out, deadline) || !fill(l, IPROTO_HEAD, deadline))
		return false;
	n = iproto_length(l->in.data);
	if (n == 0 || n > bounds.bytes || bounds.bytes > BYTES_MAX) {
		line_fail(l, "the reply is none, or too long (%zu)", n);
		return false;
	}
	if (!fill(l, IPROTO_HEAD + n, deadline))
		return false;
	if (l->in.len != IPROTO_HEAD + n ||
	    !iproto_read(&l->zone, l->in.data + IPROTO_HEAD, n, l->sync,
		bounds.items, reply)) {
		line_fail(l, "the reply is not understood");
		return false;
	}
	return true;
}

static bool
connect_to(struct line *l, const struct sockaddr *address, socklen_t size,
    int64_t deadline)
{
	socklen_t length = sizeof(errno);
	int on = 1, error = 0;

	line_close(l);
	l->fd = socket(
	    address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return fails(l, "socket");
	if (address->sa_family != AF_UNIX) {
		setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(l->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	}
	if (connect(l->fd, address, size) == 0)
		return true;
	if (errno != EINPROGRESS)
		return fails(l, "connect");
	if (!wait_for(l, POLLOUT, deadline))
		return false;
	getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error == 0)
		return true;
	errno = error;
	return fails(l, "connect");
}

/* One address after the other; each has its share of the time. */
static bool
connect_by_name(struct line *l, struct kv_name *name, int64_t deadline)
{
	struct kv_name_address to[KV_NAME_ADDRESSES];
	size_t n = kv_name_get(name, deadline, to);
	int64_t left;

	if (n == 0)
		line_fail(l, "the host is not known");
	for (size_t i = 0; i < n; i++) {
		left = deadline - time_monotonic_us();
		if (connect_to(l, (const struct sockaddr *)&to[i].address,
			to[i].size, deadline - left + left / (int64_t)(n - i)))
			return true;
	}
	kv_name_doubt(name);
	return false;
}

static bool
connect_by_path(struct line *l, const char *path, int64_t deadline)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		BUG("the path of a socket was not checked");
	memcpy(address.sun_path, path, strlen(path));
	return connect_to(
	    l, (const struct sockaddr *)&address, sizeof(address), deadline);
}

static bool
sign_in(struct line *l, const struct kv_address *to, int64_t deadline)
{
	static const struct iproto_bounds small = {SMALL_REPLY, SMALL_ITEMS};
	const char *salt = l->in.data + IPROTO_GREETING / 2;
	struct iproto_reply reply;
	msgpack_packer pack;
	struct buf out;
	bool good;

	buf_init(&out, SMALL_REPLY);
	iproto_begin(&out, &pack, IPROTO_AUTH, l->sync);
	good = iproto_password(&pack, to->user, to->password, salt);
	iproto_end(&out);
	if (good && !out.full)
		good = line_exchange(l, &out, small, deadline, &reply);
	else
		line_fail(l, "no salt in the greeting");
	buf_free(&out);
	if (!good || reply.error == 0)
		return good;
	line_fail(l, "it does not let the user in: %.*s",
	    (int)reply.message.size, reply.message.ptr);
	return false;
}

bool
line_open(struct line *l, const struct kv_address *to, struct kv_name *name,
    int64_t deadline)
{
	buf_reset(&l->in);
	if (to->socket != NULL ? !connect_by_path(l, to->socket, deadline)
			       : !connect_by_name(l, name, deadline))
		return false;
	if (!fill(l, IPROTO_GREETING, deadline))
		return false;
	if (memcmp(l->in.data, magic, sizeof(magic) - 1) != 0) {
		line_fail(l, "what answers is not Tarantool");
		return false;
	}
	return to->user == NULL || sign_in(l, to, deadline);
}
