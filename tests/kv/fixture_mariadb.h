/*
 * The database, where the store is in it: made by the migrations, and used
 * with the rights of the workers.
 */
#ifndef FIXTURE_MARIADB_H
#define FIXTURE_MARIADB_H

#include <stdint.h>

#include "db/pool.h"
#include "kv/store.h"

/* Of the run; its statements end after TIMEOUT_MS. */
extern struct pool *database;

void database_open(void);
void database_close(void);
/* Another pool, with a time limit of its own. */
struct pool *database_pool(int timeout_ms);
/* A named space, as an administrator makes it. */
void database_space(const struct kv_space *);
/* A statement of the administrator's; the run ends when it fails. */
void admin(const char *sql);
/* Its first value; -1 for none. */
int64_t admin_int(const char *sql);

#endif
