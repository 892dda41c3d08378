/*
 * What the database says of its schema, held against the migrations folder.
 */
#include "db/migrate_state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void
copy_cell(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from != NULL ? from : "");
}

bool
state_read(struct arena *mem, MYSQL *my, struct state *s)
{
	static const char sql[] =
	    "SELECT version, name, checksum, state FROM schema_migrations"
	    " ORDER BY version";
	MYSQL_RES *res;
	MYSQL_ROW row;

	*s = (struct state){NULL, 0};
	if (mysql_real_query(my, sql, sizeof(sql) - 1) != 0 ||
	    (res = mysql_store_result(my)) == NULL)
		return false;
	s->row = NEW_N(mem, struct applied, mysql_num_rows(res) + 1);
	while ((row = mysql_fetch_row(res)) != NULL) {
		struct applied *a = &s->row[s->n++];

		a->version = strtol(row[0], NULL, 10);
		copy_cell(a->name, sizeof(a->name), row[1]);
		copy_cell(a->checksum, sizeof(a->checksum), row[2]);
		copy_cell(a->state, sizeof(a->state), row[3]);
	}
	mysql_free_result(res);
	return true;
}

const struct applied *
state_find(const struct state *s, int64_t version)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->row[i].version == version)
			return &s->row[i];
	return NULL;
}

const struct change *
changes_find(const struct changes *c, int64_t version)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->row[i].version == version)
			return &c->row[i];
	return NULL;
}

/* NULL, or what keeps the history from going on. */
const char *
state_obstacle(
    struct arena *mem, const struct changes *c, const struct state *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct applied *a = &s->row[i];
		const struct change *file = changes_find(c, a->version);

		if (strcmp(a->state, "applied") != 0)
			return arena_printf(mem,
			    "%04" PRId64 "_%s was cut off while %s. Look"
			    " whether its change is in the database, then say"
			    " so:\n  atrium migrate resolve %04" PRId64
			    " applied    (it is in)\n  atrium migrate resolve"
			    " %04" PRId64 " reverted   (it is not)",
			    a->version, a->name, a->state, a->version,
			    a->version);
		if (file == NULL)
			return arena_printf(mem,
			    "%04" PRId64 "_%s is in the database and not in"
			    " the migrations folder: this program is older"
			    " than the schema",
			    a->version, a->name);
		if (strcmp(file->checksum, a->checksum) != 0)
			return arena_printf(mem,
			    "%04" PRId64 "_%s.sql was changed after it was"
			    " applied: put it back and write a new migration",
			    a->version, a->name);
	}
	return NULL;
}

enum err
migrate_check(struct pool *pool, const char *dir, int64_t *count,
    struct arena *mem, const char **why)
{
	struct conn *conn;
	struct changes c;
	struct state s;
	bool known;

	if (changes_load(mem, dir, &c, why))
		return ERR_INVALID;
	*count = (int64_t)c.n;
	*why = "the database cannot be reached: check DATABASE_URL, and that"
	       " the server runs";
	if (pool_take(pool, &conn) != OK)
		return ERR_BUSY;
	if (conn_open(conn) != DONE) {
		pool_give(pool, conn);
		return ERR_BUSY;
	}
	known = state_read(mem, conn->my, &s);
	pool_give(pool, conn);
	*why = "the schema is not the one that this program knows: run"
	       " `atrium migrate up`";
	if (!known)
		return ERR_CONFLICT;
	*why = state_obstacle(mem, &c, &s);
	if (*why != NULL)
		return ERR_CONFLICT;
	*why = "migrations are pending: run `atrium migrate up`";
	return s.n == c.n ? OK : ERR_CONFLICT;
}
