/*
 * The database: the migrations run here one by one, so that the tests need no
 * other program.
 */
#include "fixture_mariadb.h"

#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/migrate.h"
#include "fixture.h"

enum { POOL_SIZE = MANY_THREADS + 2, WAIT_MS = 10000, LIMIT_MS = 10000 };

struct pool *database;
static MYSQL *connection;
static struct arena *targets;

static void
stop_at(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

static const struct db_target *
target(const char *name)
{
	const char *why = NULL;
	const struct db_target *t =
	    db_target_parse(targets, setting(name), &why);

	if (t == NULL)
		stop_at(name, why);
	return t;
}

void
admin(const char *sql)
{
	if (mysql_query(connection, sql) != 0)
		stop_at(sql, mysql_error(connection));
	mysql_free_result(mysql_store_result(connection));
}

int64_t
admin_int(const char *sql)
{
	int64_t value = -1;
	MYSQL_RES *rows;
	MYSQL_ROW row;

	if (mysql_query(connection, sql) != 0)
		stop_at(sql, mysql_error(connection));
	rows = mysql_store_result(connection);
	row = rows != NULL ? mysql_fetch_row(rows) : NULL;
	if (row != NULL && row[0] != NULL)
		value = strtoll(row[0], NULL, 10);
	mysql_free_result(rows);
	return value;
}

static void
admin_connect(void)
{
	const struct db_target *t = target("ATRIUM_TEST_ADMIN_URL");
	const my_bool again = 1;

	connection = mysql_init(NULL);
	/* Tests restart the server. */
	mysql_optionsv(connection, MYSQL_OPT_RECONNECT, &again);
	if (mysql_real_connect(connection, t->host, t->user, t->password,
		t->name, t->port, t->socket, 0) == NULL)
		stop_at("administrator", mysql_error(connection));
}

static void
migrate(void)
{
	const char *why = NULL;
	struct changes all;
	size_t i;

	if (changes_load(
		targets, setting("ATRIUM_TEST_MIGRATIONS"), &all, &why) != OK)
		stop_at("migrations", why);
	for (i = 0; i < all.n; i++)
		admin(all.row[i].up);
}

struct pool *
database_pool(int timeout_ms)
{
	const struct pool_options options = {
	    .target = target("ATRIUM_TEST_DATABASE_URL"),
	    .size = POOL_SIZE,
	    .wait_ms = WAIT_MS,
	    .timeout_ms = timeout_ms};

	return pool_new(&options);
}

void
database_open(void)
{
	db_library_open();
	targets = arena_new(1 << 20);
	admin_connect();
	if (admin_int("SELECT COUNT(*) FROM information_schema.TABLES"
		      " WHERE TABLE_SCHEMA = DATABASE()") == 0)
		migrate();
	database = database_pool(LIMIT_MS);
}

void
database_close(void)
{
	pool_free(database);
	mysql_close(connection);
	arena_free(targets);
	db_library_close();
}

void
database_space(const struct kv_space *space)
{
	char id[UUID_TEXT], sql[300];

	snprintf(sql, sizeof(sql),
	    "INSERT INTO kv_spaces (id, name, owner_id, max_keys, max_bytes,"
	    " version, created_at) VALUES (UNHEX(REPLACE('%s', '-', '')),"
	    " NULL, NULL, %lld, %lld, 1, UTC_TIMESTAMP(6))",
	    uuid_format(&space->id, id), (long long)space->max_keys,
	    (long long)space->max_bytes);
	admin(sql);
}
