/*
 * The process's database connections: made as needed, at most `size`, handed
 * out last in, first out, each with its prepared statements.
 */
#ifndef DB_POOL_H
#define DB_POOL_H

#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

struct pool;
struct conn; /* one connection; conn.h */

/* mysql://user:password@host:port/name or ...@localhost/name?unix_socket=/p */
struct db_target {
	const char *user, *password, *host, *name, *socket;
	unsigned port;
};

/* NULL when `url` is not one; *why then says what is wrong with it. */
const struct db_target *
db_target_parse(struct arena *, const char *url, const char **why);

struct pool_options {
	const struct db_target *target; /* outlives the pool */
	int size;
	int wait_ms;    /* for a free connection */
	int timeout_ms; /* for one statement; connecting waits 2 s at most */
};

/* Once per process, before any thread: mysql_library_init. */
void db_library_open(void);
void db_library_close(void);

struct pool *pool_new(const struct pool_options *);
/* All connections must be back. NULL is fine. */
void pool_free(struct pool *);

#endif
