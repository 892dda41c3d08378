/*
 * What the database says of its schema: read, held against the migrations
 * folder, and shown. Nothing here changes it.
 */
#include "db/migrate_state.h"

#include <errmsg.h>
#include <inttypes.h>
#include <mysqld_error.h>
#include <string.h>
#include <time.h>

#include "core/log.h"

enum { COMPLAIN_S = 30 };

#define T struct applied
SCHEMA(migrate_applied, "Applied", FIELD(version), FIELD(name), FIELD(checksum),
    FIELD(state));
#undef T

enum outcome
state_read(struct conn *c, struct arena *mem, struct state *s)
{
	struct list list = {NULL, 0};
	struct call call = {.sql = "SELECT version, name, checksum, state"
				   " FROM schema_migrations ORDER BY version",
	    .view = &migrate_applied,
	    .list = &list};
	enum outcome outcome = stmt_call(c, mem, &call);

	*s = (struct state){.row = list.rows, .n = list.n};
	if (outcome == FAILED && c->error == ER_NO_SUCH_TABLE)
		return DONE;
	return outcome;
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

size_t
state_pending(const struct changes *c, const struct state *s)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++)
		n += state_find(s, c->row[i].version) == NULL;
	return n;
}

static const char *
half_done(struct arena *mem, const struct applied *a, const struct change *file)
{
	const char *sql = "its file is missing";

	if (file != NULL)
		sql =
		    strcmp(a->state, "reverting") == 0 ? file->down : file->up;
	return arena_printf(mem,
	    "%04" PRId64 "_%s was cut off while %s. Look whether this is in"
	    " the database:\n\n%s\n\n(SHOW PROCESSLIST tells whether it still"
	    " runs.) Make it whole, or undo it, by hand, then say how it"
	    " stands:\n"
	    "  atrium migrate resolve %04" PRId64 " applied     %s\n"
	    "  atrium migrate resolve %04" PRId64 " reverted    %s",
	    a->version, a->name, a->state, sql, a->version, "the change is in",
	    a->version, "nothing of the change is in");
}

const char *
state_obstacle(
    struct arena *mem, const struct changes *c, const struct state *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct applied *a = &s->row[i];
		const struct change *file = changes_find(c, a->version);

		if (strcmp(a->state, "applied") != 0)
			return half_done(mem, a, file);
		if (file == NULL)
			return arena_printf(mem,
			    "%04" PRId64 "_%s is in the database and not in"
			    " the migrations folder: the schema is newer than"
			    " this program, or the file was lost",
			    a->version, a->name);
		if (strcmp(file->checksum, a->checksum) != 0)
			return arena_printf(mem,
			    "%04" PRId64 "_%s.sql was changed after it was"
			    " applied: put the file back as it was and write"
			    " a new migration",
			    a->version, a->name);
	}
	return NULL;
}

/* The client library's errors, and a server that takes no more connections. */
static bool
is_away(const struct conn *c)
{
	return c->error >= CR_MIN_ERROR || c->error == ER_CON_COUNT_ERROR ||
	       c->error == ER_SERVER_SHUTDOWN;
}

/*
 * The rows, read with the worker's own rights. ERR_BUSY: the server is not
 * there, and may come.
 */
static enum err
read_with_pool(
    struct pool *pool, struct arena *mem, struct state *s, const char **why)
{
	enum outcome outcome;
	struct conn *c;
	bool away;

	*why = "all database connections are in use";
	if (pool_take(pool, &c) != OK)
		return ERR_BUSY;
	outcome = c->my != NULL ? DONE : conn_open(c);
	if (outcome == DONE)
		outcome = state_read(c, mem, s);
	if (outcome != DONE)
		*why = arena_printf(mem,
		    "the schema's state cannot be read: %s (%u). Check"
		    " DATABASE_URL and that the server runs; on a new database"
		    " run `atrium migrate up`",
		    c->message, c->error);
	away = outcome == LOST || (outcome == FAILED && is_away(c));
	if (outcome == LOST)
		conn_close(c);
	pool_give(pool, c);
	return outcome == DONE ? OK : away ? ERR_BUSY : ERR_CONFLICT;
}

enum err
migrate_check(struct pool *pool, const char *dir, int64_t *count,
    struct arena *mem, const char **why)
{
	struct changes c;
	struct state s;
	enum err err;
	size_t pending;

	err = changes_load(mem, dir, &c, why);
	if (err == OK)
		err = read_with_pool(pool, mem, &s, why);
	if (err != OK)
		return err;
	*count = (int64_t)c.n;
	*why = state_obstacle(mem, &c, &s);
	if (*why != NULL)
		return ERR_CONFLICT;
	pending = state_pending(&c, &s);
	if (pending == 0)
		return OK;
	*why = arena_printf(mem,
	    "the database is not at the schema of this program, %zu %s"
	    " pending: run `atrium migrate up`",
	    pending, pending == 1 ? "migration is" : "migrations are");
	return ERR_CONFLICT;
}

enum err
migrate_await(struct pool *pool, const char *dir, int64_t *count,
    struct arena *mem, const char **why)
{
	static const struct timespec second = {.tv_sec = 1};
	struct arena_mark mark = arena_mark(mem);
	enum err err;

	for (int i = 0;; i++) {
		arena_rewind(mem, mark);
		err = migrate_check(pool, dir, count, mem, why);
		if (err != ERR_BUSY)
			return err;
		if (i % COMPLAIN_S == 0)
			log_say(LOG_WARN, NULL, "Waiting for the database: %s",
			    *why);
		nanosleep(&second, NULL);
	}
}

/* One line of schema_history. */
struct entry {
	const char *at, *action, *name, *by_user;
	int64_t version, ms;
};
#define T struct entry
SCHEMA(migrate_entry, "Entry", FIELD(at), FIELD(action), FIELD(version),
    FIELD(name), FIELD(by_user), FIELD(ms));
#undef T

int
migrate_trouble(const struct migrator *m, const char *doing)
{
	fprintf(stderr, "atrium migrate: %s: %s (error %u)\n", doing,
	    m->conn->message[0] != '\0' ? m->conn->message
					: "the server refused it",
	    m->conn->error);
	return 1;
}

bool
migrate_connect(struct migrator *m)
{
	struct pool_options *options = NEW(m->mem, struct pool_options);

	/* No limit of time: a change takes as long as it takes. */
	options->target = m->target;
	m->conn = NEW(m->mem, struct conn);
	m->conn->options = options;
	if (conn_open(m->conn) == DONE)
		return true;
	migrate_trouble(m,
	    "no connection: check DATABASE_ADMIN_URL, and that the"
	    " server runs");
	return false;
}

static int
print_status(const struct migrator *m, const struct state *s)
{
	const char *why = state_obstacle(m->mem, &m->changes, s);
	const size_t pending = state_pending(&m->changes, s);
	size_t i;

	for (i = 0; i < m->changes.n; i++) {
		const struct change *c = &m->changes.row[i];
		const struct applied *a = state_find(s, c->version);

		printf("%-9s  %04" PRId64 "_%s\n",
		    a != NULL ? a->state : "pending", c->version, c->name);
	}
	for (i = 0; i < s->n; i++)
		if (changes_find(&m->changes, s->row[i].version) == NULL)
			printf("%-9s  %04" PRId64 "_%s (no file)\n",
			    s->row[i].state, s->row[i].version, s->row[i].name);
	if (why != NULL)
		fprintf(stderr, "atrium migrate: %s\n", why);
	else if (pending > 0)
		printf("%zu pending: run `atrium migrate up`.\n", pending);
	return why != NULL || pending > 0;
}

int
migrate_status(struct migrator *m)
{
	struct state s;
	int status = 1;

	if (!migrate_connect(m))
		return 1;
	if (state_read(m->conn, m->mem, &s) == DONE)
		status = print_status(m, &s);
	else
		migrate_trouble(m, "reading schema_migrations");
	conn_close(m->conn);
	return status;
}

static int
print_history(struct migrator *m)
{
	struct list list = {NULL, 0};
	struct call call = {.sql = "SELECT CAST(at AS CHAR) AS at, action,"
				   " version, name, by_user, ms"
				   " FROM schema_history ORDER BY id",
	    .view = &migrate_entry,
	    .list = &list};
	const struct entry *e;
	size_t i;

	if (stmt_call(m->conn, m->mem, &call) != DONE &&
	    m->conn->error != ER_NO_SUCH_TABLE)
		return migrate_trouble(m, "reading schema_history");
	if (list.n == 0)
		puts("There is no history yet.");
	for (i = 0; i < list.n; i++) {
		e = (const struct entry *)list.rows + i;
		printf("%.19s  %-17s  %04" PRId64 "_%s  by %s", e->at,
		    e->action, e->version, e->name, e->by_user);
		if (e->ms < 0)
			puts("  not finished");
		else
			printf("  %" PRId64 " ms\n", e->ms);
	}
	return 0;
}

int
migrate_history(struct migrator *m)
{
	int status;

	if (!migrate_connect(m))
		return 1;
	status = print_history(m);
	conn_close(m->conn);
	return status;
}
