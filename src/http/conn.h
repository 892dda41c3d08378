/*
 * One FastCGI connection and the request on it, for the loop (loop.c). From
 * accept to close a connection belongs either to the epoll set, armed once,
 * or to the thread that it woke.
 */
#ifndef HTTP_CONN_H
#define HTTP_CONN_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct request;

/* The peer that a thread waits for just now, and since when (0: none). */
struct watch {
	pthread_mutex_t lock;
	int fd;
	int64_t since_us;
};

/* Shuts the connection down if its thread has waited for too long. */
void watch_check(struct watch *, int64_t now_us, int timeout_ms);

/* Once per process, before conn_new(). */
void conn_library_open(void);
/* Takes fd over. NULL, with fd closed: no memory or descriptors left. */
struct request *conn_new(int fd);
/* NULL is fine. */
void conn_free(struct request *);
/* The descriptor to poll; the same from conn_new() to conn_free(). */
int conn_fd(const struct request *);
/* The last that a thread does with it before the epoll set has it. */
void conn_park(struct request *);
/*
 * Reads a request up to its parameters, timed by `watch`, which is the
 * caller's until conn_finish(). false: free the connection.
 */
bool conn_read(struct request *, struct watch *);
/* The thread that serves from here on. */
void conn_hand_over(struct request *, struct watch *);
/* Ends the request. false: free the connection; true: park it. */
bool conn_finish(struct request *);

/* The loop's list of all connections. */
struct request **conn_next(struct request *);
struct request **conn_prev(struct request *);

#endif
