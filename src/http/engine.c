/*
 * libfcgi, kept on a short lead: it reads and writes records on connections
 * that the loop accepted, and decides nothing. Contracts: engine.h, conn.h.
 */
#include "http/engine.h"

#include <fastcgi.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/log.h"
#include "core/time.h"
#include "http/conn.h"

struct request {
	FCGX_Request fcgx;
	int fd; /* our duplicate: valid when libfcgi has closed its own */
	struct watch *watch;
	struct request *next, *prev;
	atomic_int parked; /* orders what two threads in turn do with it */
};

void
conn_library_open(void)
{
	if (FCGX_Init() != 0)
		log_fatal("libfcgi did not start");
	signal(SIGPIPE, SIG_IGN); /* FCGX_Init has set a handler of its own */
}

static void
watch_begin(struct request *r)
{
	pthread_mutex_lock(&r->watch->lock);
	r->watch->fd = r->fd;
	r->watch->since_us = time_monotonic_us();
	pthread_mutex_unlock(&r->watch->lock);
}

static void
watch_end(struct request *r)
{
	pthread_mutex_lock(&r->watch->lock);
	r->watch->since_us = 0;
	pthread_mutex_unlock(&r->watch->lock);
}

void
watch_check(struct watch *w, int64_t now_us, int timeout_ms)
{
	int64_t limit = (int64_t)timeout_ms * 1000;

	pthread_mutex_lock(&w->lock);
	if (w->since_us != 0 && now_us - w->since_us > limit) {
		shutdown(w->fd, SHUT_RDWR);
		w->since_us = 0;
		log_say(LOG_WARN, NULL, "a stalled FastCGI peer was cut off");
	}
	pthread_mutex_unlock(&w->lock);
}

/*
 * libfcgi is given no listening socket (-1): it never accepts by itself, and
 * a connection that ends makes FCGX_Accept_r fail.
 */
struct request *
conn_new(int fd)
{
	struct request *r = calloc(1, sizeof(*r));

	if (r == NULL || (r->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0)) < 0) {
		log_say(LOG_ERROR, NULL,
		    "a connection was refused: no memory or descriptors left");
		free(r);
		close(fd);
		return NULL;
	}
	FCGX_InitRequest(&r->fcgx, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	r->fcgx.ipcFd = fd;
	/* Else FCGX_Accept_r, which begins with FCGX_Finish_r, closes it. */
	r->fcgx.keepConnection = 1;
	return r;
}

void
conn_free(struct request *r)
{
	if (r == NULL)
		return;
	/* Else closing waits up to two seconds for the peer to close too. */
	shutdown(r->fd, SHUT_RDWR);
	FCGX_Free(&r->fcgx, 1);
	close(r->fd);
	free(r);
}

int
conn_fd(const struct request *r)
{
	return r->fd;
}

struct request **
conn_next(struct request *r)
{
	return &r->next;
}

struct request **
conn_prev(struct request *r)
{
	return &r->prev;
}

void
conn_hand_over(struct request *r, struct watch *w)
{
	r->watch = w;
}

void
conn_park(struct request *r)
{
	atomic_store_explicit(&r->parked, 1, memory_order_release);
}

bool
conn_read(struct request *r, struct watch *w)
{
	int rc;

	(void)atomic_load_explicit(&r->parked, memory_order_acquire);
	r->watch = w;
	watch_begin(r);
	rc = FCGX_Accept_r(&r->fcgx);
	watch_end(r);
	if (rc < 0)
		return false;
	/* libfcgi takes truncated parameters and any role for a request. */
	if (FCGX_GetError(r->fcgx.in) == 0 && r->fcgx.role == FCGI_RESPONDER)
		return true;
	log_say(LOG_WARN, NULL, "a FastCGI request was malformed");
	return false;
}

bool
conn_finish(struct request *r)
{
	char rest[4096];

	watch_begin(r);
	/* What nobody read would stand before the next request. */
	while (FCGX_GetStr(rest, sizeof(rest), r->fcgx.in) > 0)
		continue;
	FCGX_Finish_r(&r->fcgx);
	watch_end(r);
	return r->fcgx.ipcFd >= 0;
}

const char *
request_param(const struct request *r, const char *name)
{
	return FCGX_GetParam(name, r->fcgx.envp);
}

/* 0 when there is none, -1 when it is not a number. */
static int64_t
content_length(const struct request *r)
{
	const char *text = request_param(r, "CONTENT_LENGTH");
	int64_t n = 0;

	if (text == NULL)
		return 0;
	for (; *text >= '0' && *text <= '9'; text++) {
		if (n > INT64_MAX / 10 - 10)
			return -1;
		n = n * 10 + (*text - '0');
	}
	return *text == '\0' ? n : -1;
}

enum err
request_body(struct request *r, struct buf *body)
{
	int64_t want = content_length(r);
	char piece[4096];
	int n;

	buf_reset(body);
	if (want < 0)
		return ERR_BAD_REQUEST;
	if ((uint64_t)want > body->max)
		return ERR_TOO_LARGE;
	watch_begin(r);
	while (!body->full &&
	       (n = FCGX_GetStr(piece, sizeof(piece), r->fcgx.in)) > 0)
		buf_put(body, piece, (size_t)n);
	watch_end(r);
	if (body->full || body->len != (size_t)want ||
	    FCGX_GetError(r->fcgx.in) != 0)
		return ERR_BAD_REQUEST;
	return OK;
}

void
request_reply(
    struct request *r, const struct buf *head, const char *body, size_t n)
{
	watch_begin(r);
	FCGX_PutStr(head->data, (int)head->len, r->fcgx.out);
	if (n > 0)
		FCGX_PutStr(body, (int)n, r->fcgx.out);
	watch_end(r);
}
