/*
 * FastCGI: the listening socket, the parked connections, the threads. The
 * only file that knows libfcgi is engine.c.
 *
 * nginx keeps its connections open (fastcgi_keep_conn on). An idle one is
 * parked in one epoll set per process and tied to no thread; one that becomes
 * readable goes to a thread, which reads the request, serves it and parks the
 * connection again. The worker never closes a kept connection by itself,
 * since nginx could be sending on it. A peer that stalls inside a record, or
 * does not take its reply, is cut off after a deadline.
 */
#ifndef HTTP_ENGINE_H
#define HTTP_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

/* A request whose parameters were read; its body waits on the connection. */
struct request;

/* A CGI variable ("REQUEST_METHOD"), or NULL. Of repeated ones the first. */
const char *request_param(const struct request *, const char *name);
/*
 * The whole body into *body (reset first). ERR_TOO_LARGE above the ceiling of
 * the buffer; ERR_BAD_REQUEST when it is not CONTENT_LENGTH bytes long or the
 * peer gave up.
 */
enum err request_body(struct request *, struct buf *body) MUST_CHECK;
/*
 * The reply, once: the header block and the body, as one write while they fit
 * libfcgi's buffer of 8 KiB.
 */
void request_reply(
    struct request *, const struct buf *head, const char *body, size_t n);

enum engine_next {
	ENGINE_DONE, /* it was replied to */
	ENGINE_HEAVY /* nothing was read or replied: serve it in the lane */
};

/* What the engine calls; `thread` is what thread_new() made. */
struct engine_app {
	void *app;
	/* `hashing` threads serve the heavy lane. */
	void *(*thread_new)(void *app, bool hashing);
	void (*thread_free)(void *thread);
	/* ENGINE_HEAVY only from a thread that is not hashing. */
	enum engine_next (*serve)(void *thread, struct request *);
	/* Heavy, and the queue is full: answer at once. */
	void (*refuse)(void *thread, struct request *);
};

struct engine_options {
	int listen_fd;
	int threads;
	int hash_threads; /* of the heavy lane, niced */
	int hash_queue;   /* heavy requests that may wait */
	bool hash_idle;   /* hash in idle time only, not just niced */
	int peer_timeout_ms;
	int drain_timeout_ms;
};

/*
 * Serves until SIGTERM, SIGINT or SIGUSR1, then drains: accepts what already
 * waits, serves the kept connections until nginx retires them, at most
 * drain_timeout_ms. Call it before any other thread exists: it blocks the
 * signals. When the deadline cuts requests off, the process ends here, with
 * status 75.
 */
void engine_run(const struct engine_options *, const struct engine_app *);
/* Whether a drain has begun (for /readyz). */
bool engine_is_draining(void);

#endif
