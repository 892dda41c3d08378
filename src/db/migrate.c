/*
 * Changing the schema, one recorded step at a time.
 */
#include "db/migrate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/time.h"
#include "db/migrate_state.h"

enum { LOCK_WAIT_S = 5, LINE = 512 };

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

static int
say_error(struct migrator *m, const char *doing)
{
	fprintf(stderr, "atrium migrate: %s: %s (%u)\n", doing,
	    mysql_error(m->conn->my), mysql_errno(m->conn->my));
	return 1;
}

static bool
command(struct migrator *m, const char *sql)
{
	return mysql_real_query(m->conn->my, sql, strlen(sql)) == 0;
}

/* The first column of the first row as a number, or -1. */
static long
ask(struct migrator *m, const char *sql)
{
	MYSQL_RES *res;
	MYSQL_ROW row;
	long n = -1;

	if (!command(m, sql) || (res = mysql_store_result(m->conn->my)) == NULL)
		return -1;
	row = mysql_fetch_row(res);
	if (row != NULL && row[0] != NULL)
		n = strtol(row[0], NULL, 10);
	mysql_free_result(res);
	return n;
}

static bool
connect_to(struct migrator *m)
{
	struct pool_options *options = NEW(m->mem, struct pool_options);

	options->target = m->target;
	m->conn = NEW(m->mem, struct conn);
	m->conn->options = options;
	if (conn_open(m->conn) == DONE)
		return true;
	fputs("atrium migrate: the database cannot be reached: check"
	      " DATABASE_ADMIN_URL, and that the server runs\n",
	    stderr);
	return false;
}

static bool
lock(struct migrator *m)
{
	char sql[LINE];

	snprintf(sql, sizeof(sql),
	    "SELECT GET_LOCK(CONCAT('migrate.', DATABASE()), %d)", LOCK_WAIT_S);
	if (ask(m, sql) == 1)
		return true;
	fprintf(stderr,
	    "atrium migrate: another migration is running (connection %ld of"
	    " the database); wait for it\n",
	    ask(m, "SELECT IS_USED_LOCK(CONCAT('migrate.', DATABASE()))"));
	return false;
}

static bool
open_migrator(struct migrator *m)
{
	size_t i;

	if (!connect_to(m))
		return false;
	if (!lock(m))
		return false;
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (!command(m, tables[i])) {
			say_error(m, "making its tables");
			return false;
		}
	return true;
}

static bool
record(struct migrator *m, const struct change *c, const char *state)
{
	char sql[LINE];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO schema_migrations (version, name, checksum, state)"
	    " VALUES (%" PRId64 ", '%s', '%s', '%s')"
	    " ON DUPLICATE KEY UPDATE state = VALUES(state)",
	    c->version, c->name, c->checksum, state);
	return command(m, sql);
}

static bool
forget(struct migrator *m, int64_t version)
{
	char sql[LINE];

	snprintf(sql, sizeof(sql),
	    "DELETE FROM schema_migrations WHERE version = %" PRId64, version);
	return command(m, sql);
}

static bool
chronicle(struct migrator *m, int64_t version, const char *name,
    const char *action, int64_t ms)
{
	char sql[LINE];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO schema_history (version, name, action, by_user, ms)"
	    " VALUES (%" PRId64 ", '%s', '%s', USER(), %" PRId64 ")",
	    version, name, action, ms);
	return command(m, sql);
}

static int
apply(struct migrator *m, const struct change *c)
{
	int64_t began = time_monotonic_us(), ms;

	printf("%04" PRId64 "_%s ... ", c->version, c->name);
	fflush(stdout);
	if (!record(m, c, "applying"))
		return say_error(m, "recording it");
	if (!command(m, c->up)) {
		puts("failed");
		say_error(m, c->name);
		/* Refused by the server as one statement: nothing of it is
		 * in, unless the connection died under it. */
		if (conn_fail(m->conn, mysql_errno(m->conn->my), "") != LOST)
			forget(m, c->version);
		return 1;
	}
	ms = (time_monotonic_us() - began) / 1000;
	if (!record(m, c, "applied") ||
	    !chronicle(m, c->version, c->name, "up", ms))
		return say_error(m, "recording it");
	printf("up in %" PRId64 " ms\n", ms);
	return 0;
}

static int
revert(struct migrator *m, const struct change *c)
{
	int64_t began = time_monotonic_us(), ms;

	printf("%04" PRId64 "_%s ... ", c->version, c->name);
	fflush(stdout);
	if (!record(m, c, "reverting"))
		return say_error(m, "recording it");
	if (!command(m, c->down)) {
		puts("failed");
		say_error(m, c->name);
		if (conn_fail(m->conn, mysql_errno(m->conn->my), "") != LOST &&
		    !record(m, c, "applied"))
			say_error(m, "recording it");
		return 1;
	}
	ms = (time_monotonic_us() - began) / 1000;
	if (!forget(m, c->version) ||
	    !chronicle(m, c->version, c->name, "down", ms))
		return say_error(m, "recording it");
	printf("down in %" PRId64 " ms\n", ms);
	return 0;
}

/* The state, when nothing stands in the way of a change. */
static bool
ready(struct migrator *m, struct state *s)
{
	const char *why;

	if (!open_migrator(m))
		return false;
	if (!state_read(m->mem, m->conn->my, s)) {
		say_error(m, "reading its table");
		return false;
	}
	why = state_obstacle(m->mem, &m->changes, s);
	if (why != NULL)
		fprintf(stderr, "atrium migrate: %s\n", why);
	return why == NULL;
}

int
migrate_up(struct migrator *m)
{
	size_t i, done = 0;
	struct state s;
	int status = 1;

	if (ready(m, &s)) {
		status = 0;
		for (i = 0; i < m->changes.n && status == 0; i++) {
			if (state_find(&s, m->changes.row[i].version))
				continue;
			status = apply(m, &m->changes.row[i]);
			done += status == 0;
		}
		if (status == 0 && done == 0)
			puts("The schema is up to date.");
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
		for (i = s.n; i > 0 && status == 0; i--) {
			if (s.row[i - 1].version <= to)
				break;
			status = revert(
			    m, changes_find(&m->changes, s.row[i - 1].version));
			if (to < 0)
				break;
		}
		if (s.n == 0)
			puts("There is nothing to revert.");
	}
	conn_close(m->conn);
	return status;
}

int
migrate_status(struct migrator *m)
{
	const char *why;
	struct state s;
	size_t i;
	int status = 0;

	if (!connect_to(m))
		return 1;
	state_read(m->mem, m->conn->my, &s); /* no table: nothing applied */
	for (i = 0; i < m->changes.n; i++) {
		const struct change *c = &m->changes.row[i];
		const struct applied *a = state_find(&s, c->version);

		printf("%-9s  %04" PRId64 "_%s\n",
		    a != NULL ? a->state : "pending", c->version, c->name);
		if (a == NULL)
			status = 1;
	}
	why = state_obstacle(m->mem, &m->changes, &s);
	if (why != NULL) {
		fprintf(stderr, "atrium migrate: %s\n", why);
		status = 1;
	}
	conn_close(m->conn);
	return status;
}

int
migrate_history(struct migrator *m)
{
	MYSQL_RES *res;
	MYSQL_ROW row;

	if (!connect_to(m))
		return 1;
	if (!command(m, "SELECT at, action, version, name, by_user, ms"
			" FROM schema_history ORDER BY id") ||
	    (res = mysql_store_result(m->conn->my)) == NULL) {
		puts("There is no history yet.");
		conn_close(m->conn);
		return 0;
	}
	while ((row = mysql_fetch_row(res)) != NULL)
		printf("%.19s  %-17s  %04ld_%s  by %s  %s ms\n", row[0], row[1],
		    strtol(row[2], NULL, 10), row[3], row[4], row[5]);
	mysql_free_result(res);
	conn_close(m->conn);
	return 0;
}

static int
resolve(struct migrator *m, int64_t version, bool applied)
{
	const struct applied *a;
	struct state s;
	char sql[LINE];

	if (!state_read(m->mem, m->conn->my, &s))
		return say_error(m, "reading its table");
	a = state_find(&s, version);
	if (a == NULL || strcmp(a->state, "applied") == 0) {
		fprintf(stderr,
		    "atrium migrate: %04" PRId64 " is not half-applied\n",
		    version);
		return 1;
	}
	snprintf(sql, sizeof(sql),
	    "UPDATE schema_migrations SET state = 'applied'"
	    " WHERE version = %" PRId64,
	    version);
	if (!(applied ? command(m, sql) : forget(m, version)) ||
	    !chronicle(m, version, a->name,
		applied ? "resolved applied" : "resolved reverted", 0))
		return say_error(m, "recording it");
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
