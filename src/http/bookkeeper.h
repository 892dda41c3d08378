/*
 * Brings what a worker counts into the database, in a thread of its own: every
 * five seconds while there was anything, and at the end. What could not be
 * written is written later. What a drain cuts off at its deadline takes the
 * counts of its last seconds with it.
 */
#ifndef HTTP_BOOKKEEPER_H
#define HTTP_BOOKKEEPER_H

#include "core/err.h"
#include "core/time.h"
#include "core/traffic.h"

struct db;
struct pool;
struct tally;

struct books {
	struct pool *pool;
	struct tally *tally;
	/* The whole of a TX_WRITE phase: so much more was counted then. */
	enum err (*add)(
	    struct db *, struct timestamp now, const struct traffic *);
};

struct bookkeeper;
/* All of it outlives the bookkeeper. Takes no signals. */
struct bookkeeper *bookkeeper_start(const struct books *);
/*
 * Once nobody counts any more: writes the rest, if the database is there. Ends
 * the process when that takes longer than three seconds.
 */
void bookkeeper_end(struct bookkeeper *);

#endif
