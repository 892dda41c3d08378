/*
 * The rows of schema_migrations, for the files of db/.
 */
#ifndef DB_MIGRATE_STATE_H
#define DB_MIGRATE_STATE_H

#include "db/conn.h"
#include "db/migrate.h"

/* A row: a change that is in, or that was begun and not ended. */
struct applied {
	int64_t version;
	const char *name;
	const char *checksum;
	const char *state; /* "applied", "applying", "reverting" */
};

struct state {
	const struct applied *row; /* in order of version */
	size_t n;
};

/* No table is no rows. FAILED and LOST: the connection says why. */
enum outcome
state_read(struct conn *, struct arena *, struct state *) MUST_CHECK;
/* NULL when there is none of that version. */
const struct applied *state_find(const struct state *, int64_t version);
const struct change *changes_find(const struct changes *, int64_t version);
/* NULL, or what keeps the history from going on and what to do about it. */
const char *
state_obstacle(struct arena *, const struct changes *, const struct state *);
/* How many changes wait to be applied. */
size_t state_pending(const struct changes *, const struct state *);

/* Says why the last statement failed. 1, for the exit status. */
int migrate_trouble(const struct migrator *, const char *doing);
/* False, having said why, when there is no connection. */
bool migrate_connect(struct migrator *) MUST_CHECK;

#endif
