/*
 * The server and the processes around the tests.
 */
#include "fixture.h"

#include <fcntl.h>
#include <mysql.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/log.h"

enum { MEMORY = 64 << 20 };

const char waits_for_lock[] =
    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
    " WHERE VARIABLE_NAME = 'INNODB_ROW_LOCK_CURRENT_WAITS'";

static MYSQL *connection;
static struct arena *targets;
static const struct db_target *app_target;

static void
stop_at(const char *what, const char *why)
{
	fprintf(stderr, "%s: %s\n", what, why);
	exit(2);
}

const char *
setting(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL)
		stop_at(name, "not set: run tests/db/run.sh");
	return value;
}

static void
admin_connect(void)
{
	const char *why;
	const struct db_target *t =
	    db_target_parse(targets, setting("ATRIUM_TEST_ADMIN_URL"), &why);

	if (t == NULL)
		stop_at("ATRIUM_TEST_ADMIN_URL", why);
	connection = mysql_init(NULL);
	if (mysql_real_connect(connection, t->host, t->user, t->password,
		t->name, t->port, t->socket, 0) == NULL)
		stop_at("administrator", mysql_error(connection));
}

bool
fixture_open(void)
{
	const char *why;

	log_init("test", LOG_ERROR);
	db_library_open();
	targets = arena_new(1 << 16);
	app_target =
	    db_target_parse(targets, setting("ATRIUM_TEST_DATABASE_URL"), &why);
	if (app_target == NULL)
		stop_at("ATRIUM_TEST_DATABASE_URL", why);
	admin_connect();
	return true;
}

void
fixture_close(void)
{
	mysql_close(connection);
	arena_free(targets);
	db_library_close();
}

void
admin(const char *sql)
{
	MYSQL_RES *rows;

	if (mysql_query(connection, sql) != 0)
		stop_at(sql, mysql_error(connection));
	rows = mysql_store_result(connection);
	mysql_free_result(rows);
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

void
admin_text(const char *sql, const char *column, char *out, size_t n)
{
	MYSQL_FIELD *field;
	MYSQL_RES *rows;
	MYSQL_ROW row;

	if (mysql_query(connection, sql) != 0)
		stop_at(sql, mysql_error(connection));
	rows = mysql_store_result(connection);
	row = rows != NULL ? mysql_fetch_row(rows) : NULL;
	out[0] = '\0';
	for (unsigned i = 0; row != NULL && i < mysql_num_fields(rows); i++) {
		field = mysql_fetch_field_direct(rows, i);
		if (strcmp(field->name, column) == 0 && row[i] != NULL)
			snprintf(out, n, "%s", row[i]);
	}
	mysql_free_result(rows);
}

bool
admin_until(const char *sql)
{
	const struct timespec pause = {.tv_nsec = 5000000};
	int i;

	for (i = 0; i < 1000; i++) {
		if (admin_int(sql) != 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

void
admin_kill(int64_t id)
{
	char sql[160];

	snprintf(sql, sizeof(sql), "KILL %lld", (long long)id);
	admin(sql);
	snprintf(sql, sizeof(sql),
	    "SELECT COUNT(*) = 0 FROM information_schema.PROCESSLIST"
	    " WHERE ID = %lld",
	    (long long)id);
	CU_ASSERT(admin_until(sql));
}

struct pool *
new_pool(int size, int wait_ms, int timeout_ms)
{
	const struct pool_options options = {.target = app_target,
	    .size = size,
	    .wait_ms = wait_ms,
	    .timeout_ms = timeout_ms};

	return pool_new(&options);
}

void
unit_open(struct db *db, struct pool *pool, enum db_tx mode)
{
	db_init(db, pool, arena_new(MEMORY), "the-request");
	db_phase(db, mode);
}

void
unit_close(struct db *db)
{
	db_release(db);
	arena_free(db->mem);
}

struct one_int {
	int64_t n;
};
#define T struct one_int
SCHEMA(fixture_int, "Int", FIELD(n));
#undef T

int64_t
connection_of(struct db *db)
{
	struct one_int row = {0};

	CU_ASSERT_EQUAL(
	    db_one(db, &fixture_int, &row, SQL0("SELECT CONNECTION_ID() AS n")),
	    OK);
	return row.n;
}

bool
server(const char *action)
{
	const char *script = setting("ATRIUM_TEST_SERVER");
	const char *dir = setting("ATRIUM_TEST_DIR");
	int status = -1;
	pid_t pid;

	if (connection != NULL && strcmp(action, "stop") == 0) {
		mysql_close(connection);
		connection = NULL;
	}
	pid = fork();
	if (pid == 0) {
		execlp("sh", "sh", script, action, dir, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status == 0 && strcmp(action, "start") == 0)
		admin_connect();
	return status == 0;
}

void
server_signal(int number)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	char path[256];
	long pid = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/m.pid", setting("ATRIUM_TEST_DIR"));
	f = fopen(path, "re");
	if (f == NULL || fscanf(f, "%ld", &pid) != 1 || pid <= 1)
		stop_at(path, "no pid in it");
	fclose(f);
	kill((pid_t)pid, number);
	nanosleep(&pause, NULL);
}

int
child_signal(void (*run)(void), char *err, size_t size)
{
	const struct rlimit none = {0, 0};
	int status = 0, fds[2];
	ssize_t got;
	size_t n = 0;
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		setrlimit(RLIMIT_CORE, &none);
		run();
		_exit(0);
	}
	close(fds[1]);
	while (n < size - 1 && (got = read(fds[0], err + n, size - 1 - n)) > 0)
		n += (size_t)got;
	err[n] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}
