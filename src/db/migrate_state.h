/*
 * The rows of schema_migrations, for the files of src/db.
 */
#ifndef DB_MIGRATE_STATE_H
#define DB_MIGRATE_STATE_H

#include "db/conn.h"
#include "db/migrate.h"

/* A row of schema_migrations. */
struct applied {
	int64_t version;
	char name[128], checksum[72], state[16];
};

struct state {
	struct applied *row;
	size_t n;
};

/* false when there is no such table (or no database). */
bool state_read(struct arena *, MYSQL *, struct state *);
/* NULL when there is none of that version. */
const struct applied *state_find(const struct state *, int64_t version);
const struct change *changes_find(const struct changes *, int64_t version);
/* NULL, or what keeps the history from going on and what to do about it. */
const char *
state_obstacle(struct arena *, const struct changes *, const struct state *);

#endif
