/*
 * The host of KV_URL, for stores of their own, without waiting for a resolver
 * longer than a call may take. From any thread.
 */
#ifndef KV_STORE_NAME_H
#define KV_STORE_NAME_H

#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "core/err.h"

enum { KV_NAME_ADDRESSES = 8 };

struct kv_name {
	const char *host;
	char port[8];
	struct addrinfo hints;
	bool numeric; /* there is nothing to ask */
	pthread_mutex_t lock;
	pthread_cond_t answered;
	bool begun;  /* thread is there */
	bool asking; /* and has no answer yet */
	pthread_t thread;
	struct addrinfo *known;
};

struct kv_name_address {
	struct sockaddr_storage address;
	socklen_t size;
};

void kv_name_init(struct kv_name *, const char *host, int port);
/* Waits for the resolver, if that is at work. */
void kv_name_free(struct kv_name *);
/* How many it wrote; 0: it is not known by the deadline. */
size_t kv_name_get(struct kv_name *, int64_t deadline,
    struct kv_name_address[KV_NAME_ADDRESSES]) MUST_CHECK;
/* Nothing was there: it is asked for again, in the background. */
void kv_name_doubt(struct kv_name *);

#endif
