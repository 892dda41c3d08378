/*
 * Changing the schema, one recorded step at a time: the row says "applying"
 * before the change runs and "applied" after it, so a cut is never guessed.
 */
#include "db/migrate.h"

#include <inttypes.h>
#include <mysqld_error.h>
#include <string.h>

#include "core/time.h"
#include "db/migrate_state.h"

enum { LOCK_WAIT_S = 2, UNFINISHED = -1, US_PER_MS = 1000 };

static const char *const tables[] = {
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    " version INT NOT NULL PRIMARY KEY, name VARCHAR(120) NOT NULL,"
    " checksum CHAR(64) NOT NULL, state VARCHAR(12) NOT NULL,"
    " changed_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
    " ON UPDATE CURRENT_TIMESTAMP(6)) ENGINE=InnoDB"
    " DEFAULT CHARSET=utf8mb4",
    "CREATE TABLE IF NOT EXISTS schema_history ("
    " id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,"
    " at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
    " version INT NOT NULL, name VARCHAR(120) NOT NULL,"
    " action VARCHAR(20) NOT NULL, by_user VARCHAR(128) NOT NULL,"
    " ms INT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4",
};

struct number {
	int64_t n;
};
#define T struct number
SCHEMA(migrate_number, "Number", FIELD(n));
#undef T

/* Who else migrates. */
struct holder {
	int64_t id, seconds;
	const char *user;
};
#define T struct holder
SCHEMA(migrate_holder, "Holder", FIELD(id), FIELD(user), FIELD(seconds));
#undef T

/* Runs it; *n, unless NULL, is how many rows came or were matched. */
static bool
query(struct migrator *m, const struct schema *view, void *row, int64_t *n,
    const char *sql, const struct arg *args, size_t nargs)
{
	struct call call = {
	    .sql = sql, .args = args, .nargs = nargs, .view = view, .row = row};
	bool done = stmt_call(m->conn, m->mem, &call) == DONE;

	if (n != NULL)
		*n = call.n;
	return done;
}

#define DO(m, ...) query((m), NULL, NULL, NULL, __VA_ARGS__)

static bool
lock(struct migrator *m)
{
	struct holder other = {.user = NULL};
	struct number got = {0};
	int64_t n = 0;

	if (!query(m, &migrate_number, &got, NULL,
		SQL("SELECT COALESCE(GET_LOCK(CONCAT('migrate.',"
		    " LEFT(DATABASE(), 50)), ?), 0) AS n",
		    ARG(LOCK_WAIT_S))))
		return migrate_trouble(m, "taking the lock") == 0;
	if (got.n == 1)
		return true;
	if (query(m, &migrate_holder, &other, &n,
		SQL0("SELECT ID AS id, CONCAT(USER, '@', HOST) AS user,"
		     " TIME AS seconds FROM information_schema.PROCESSLIST"
		     " WHERE ID = IS_USED_LOCK(CONCAT('migrate.',"
		     " LEFT(DATABASE(), 50)))")) &&
	    n == 1)
		fprintf(stderr,
		    "atrium migrate: another one is running: connection"
		    " %" PRId64 " of %s, busy with its step for %" PRId64
		    " s. Wait for it.\n",
		    other.id, other.user, other.seconds);
	else
		fputs("atrium migrate: another one is running. Wait for it.\n",
		    stderr);
	return false;
}

static bool
open_migrator(struct migrator *m)
{
	size_t i;

	if (!migrate_connect(m) || !lock(m))
		return false;
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (conn_command(m->conn, tables[i]) != DONE)
			return migrate_trouble(m, "making its tables") == 0;
	return true;
}

/* A line of the history that says how it began. */
static bool
history_begin(struct migrator *m, int64_t version, const char *name,
    const char *action, struct number *id)
{
	return DO(m, SQL("INSERT INTO schema_history"
			 " (version, name, action, by_user, ms)"
			 " VALUES (?, ?, ?, USER(), ?)",
			 ARG(version), ARG(name), ARG(action),
			 ARG(UNFINISHED))) &&
	       query(m, &migrate_number, id, NULL,
		   SQL0("SELECT LAST_INSERT_ID() AS n"));
}

static bool
history_end(struct migrator *m, int64_t id, const char *action, int64_t ms)
{
	return DO(m, SQL("UPDATE schema_history SET action = ?, ms = ?"
			 " WHERE id = ?",
			 ARG(action), ARG(ms), ARG(id)));
}

static bool
forget(struct migrator *m, int64_t version)
{
	return DO(m, SQL("DELETE FROM schema_migrations WHERE version = ?",
			 ARG(version)));
}

static bool
mark(struct migrator *m, const struct change *c, const char *state)
{
	return DO(m, SQL("INSERT INTO schema_migrations"
			 " (version, name, checksum, state)"
			 " VALUES (?, ?, ?, ?)"
			 " ON DUPLICATE KEY UPDATE state = ?",
			 ARG(c->version), ARG(c->name), ARG(c->checksum),
			 ARG(state), ARG(state)));
}

/*
 * The server refused the change. It did nothing when it could not even read
 * it; after any other refusal a person has to look.
 */
static int
step_failed(struct migrator *m, const struct change *c, bool up, int64_t id)
{
	const char *action = up ? "up failed" : "down failed";
	const bool unread = m->conn->error == ER_PARSE_ERROR;

	puts("failed");
	migrate_trouble(m, c->name);
	if (history_end(m, id, action, 0) && unread &&
	    (up ? forget(m, c->version) : mark(m, c, "applied")))
		fputs("Nothing was changed.\n", stderr);
	else
		fputs("It may be half done: run `atrium migrate up` for what"
		      " to look at.\n",
		    stderr);
	return 1;
}

/* One change, up or down, with its marks and its line of history. */
static int
step(struct migrator *m, const struct change *c, bool up)
{
	const char *action = up ? "up" : "down";
	int64_t start = time_monotonic_us(), ms;
	struct number id;

	printf("%s %04" PRId64 "_%s ... ", up ? "applying" : "reverting",
	    c->version, c->name);
	fflush(stdout);
	if (!history_begin(m, c->version, c->name, action, &id) ||
	    !mark(m, c, up ? "applying" : "reverting"))
		return migrate_trouble(m, "writing down what begins");
	if (conn_command(m->conn, up ? c->up : c->down) != DONE)
		return step_failed(m, c, up, id.n);
	ms = (time_monotonic_us() - start) / US_PER_MS;
	if (!(up ? mark(m, c, "applied") : forget(m, c->version)) ||
	    !history_end(m, id.n, action, ms))
		return migrate_trouble(m, "writing down what is done");
	printf("done in %" PRId64 " ms\n", ms);
	return 0;
}

/* Locked, with the state, when nothing stands in the way of a change. */
static bool
ready(struct migrator *m, struct state *s)
{
	const char *why;

	if (!open_migrator(m))
		return false;
	if (state_read(m->conn, m->mem, s) != DONE)
		return migrate_trouble(m, "reading schema_migrations") == 0;
	why = state_obstacle(m->mem, &m->changes, s);
	if (why != NULL)
		fprintf(stderr, "atrium migrate: %s\n", why);
	return why == NULL;
}

int
migrate_up(struct migrator *m)
{
	struct state s;
	int status = 1;
	size_t i;

	if (ready(m, &s)) {
		status = 0;
		if (state_pending(&m->changes, &s) == 0)
			puts("The schema is up to date.");
		for (i = 0; i < m->changes.n && status == 0; i++)
			if (!state_find(&s, m->changes.row[i].version))
				status = step(m, &m->changes.row[i], true);
	}
	conn_close(m->conn);
	return status;
}

int
migrate_down(struct migrator *m, int64_t to)
{
	struct state s;
	int status = 1;
	size_t i;

	if (ready(m, &s)) {
		status = 0;
		if (to < 0 && s.n > 0)
			to = s.n > 1 ? s.row[s.n - 2].version : -1;
		if (s.n == 0 || s.row[s.n - 1].version <= to)
			puts("There is nothing to revert.");
		for (i = s.n; i > 0 && status == 0; i--)
			if (s.row[i - 1].version > to)
				status = step(m,
				    changes_find(
					&m->changes, s.row[i - 1].version),
				    false);
	}
	conn_close(m->conn);
	return status;
}

static int
resolve(struct migrator *m, int64_t version, bool applied)
{
	const struct applied *a;
	struct number id;
	struct state s;

	if (state_read(m->conn, m->mem, &s) != DONE)
		return migrate_trouble(m, "reading schema_migrations");
	a = state_find(&s, version);
	if (a == NULL || strcmp(a->state, "applied") == 0) {
		fprintf(stderr,
		    "atrium migrate: %04" PRId64 " is not half done\n",
		    version);
		return 1;
	}
	if (!(applied ? DO(m, SQL("UPDATE schema_migrations"
				  " SET state = 'applied' WHERE version = ?",
				  ARG(version)))
		      : forget(m, version)) ||
	    !history_begin(m, version, a->name,
		applied ? "resolved applied" : "resolved reverted", &id) ||
	    !history_end(
		m, id.n, applied ? "resolved applied" : "resolved reverted", 0))
		return migrate_trouble(m, "writing it down");
	printf("%04" PRId64 "_%s is %s now.\n", version, a->name,
	    applied ? "applied" : "reverted");
	return 0;
}

int
migrate_resolve(struct migrator *m, int64_t version, bool applied)
{
	int status = open_migrator(m) ? resolve(m, version, applied) : 1;

	conn_close(m->conn);
	return status;
}
