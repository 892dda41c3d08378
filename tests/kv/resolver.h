/*
 * A host whose resolver does not answer for as long as a test wants: this
 * program has a getaddrinfo() of its own, also for the libraries.
 */
#ifndef RESOLVER_H
#define RESOLVER_H

/* Its addresses are 127.0.0.2 and 127.0.0.1, in this order. */
#define SLOW_HOST "slow.test"

/* From now on nobody hears of SLOW_HOST, until resolver_go_on(). */
void resolver_stop(void);
void resolver_go_on(void);

#endif
