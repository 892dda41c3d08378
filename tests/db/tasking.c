/*
 * Tables, settings and processes for the tests of src/tasks.
 */
#include "tasking.h"

#include <fcntl.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/log.h"
#include "db/migrate.h"

static const char *
log_path(void)
{
	static char path[256];

	snprintf(
	    path, sizeof(path), "%s/runner.log", setting("ATRIUM_TEST_DIR"));
	return path;
}

void
tasking_tables(void)
{
	static const char *const wanted[] = {
	    "create_tasks", "create_cron", "alter_tasks"};
	struct arena *mem = arena_new(16 << 20);
	struct changes changes = {0};
	const char *why = NULL;
	size_t i, k;
	enum err err;

	err = changes_load(mem, SOURCE_DIR "/migrations", &changes, &why);
	CU_ASSERT_EQUAL_FATAL(err, OK);
	admin("DROP TABLE IF EXISTS tasks, cron, traces");
	for (i = 0; i < changes.n; i++)
		for (k = 0; k < 3; k++)
			if (strcmp(changes.row[i].name, wanted[k]) == 0)
				admin(changes.row[i].up);
	admin("CREATE TABLE traces (n INT AUTO_INCREMENT PRIMARY KEY,"
	      " task BINARY(16), attempt INT, what VARCHAR(40))");
	arena_free(mem);
	unlink(log_path());
}

struct config
tasking_config(void)
{
	static char mail[256];

	snprintf(mail, sizeof(mail), "%s/mail", setting("ATRIUM_TEST_DIR"));
	return (struct config){.PROJECT_NAME = "Test",
	    .ENVIRONMENT = "development",
	    .DATABASE_URL = setting("ATRIUM_TEST_DATABASE_URL"),
	    .FRONTEND_HOST = "http://localhost",
	    .EMAILS_FROM_EMAIL = "",
	    .EMAILS_FROM_NAME = "",
	    .SMTP_HOST = "",
	    .SMTP_USER = "",
	    .SMTP_PASSWORD = "",
	    .SMTP_CA_FILE = "",
	    .MAIL_DIR = mail,
	    .TEMPLATES_DIR = SOURCE_DIR "/templates",
	    .TASK_THREADS = 4,
	    .TASK_POLL_MS = 50,
	    .TASK_LEASE_MS = 600,
	    .TASK_KEEP_MINUTES = 1440,
	    .TASK_FIFO = "",
	    .DB_WAIT_MS = 2000,
	    .DB_TIMEOUT_MS = 5000,
	    .DRAIN_TIMEOUT_MS = 5000};
}

void
tasking_later(const struct task_kind *kind, const void *args)
{
	struct pool *pool = new_pool(1, 100, 5000);
	struct db db;

	unit_open(&db, pool, TX_WRITE);
	CU_ASSERT_EQUAL(task_later(&db, kind, args), OK);
	CU_ASSERT(db.tasks);
	CU_ASSERT_EQUAL(db_commit(&db), OK);
	unit_close(&db);
	pool_free(pool);
}

void
tasking_rows(void)
{
	tasking_tables();
	admin("INSERT INTO tasks (id, kind, args, state, attempts, run_at,"
	      " lease_until, runner, created_at) VALUES"
	      " (UNHEX(REPEAT('03', 16)), 'c', '{}', 'queued', 0,"
	      "  '1970-01-01 00:00:30', NULL, NULL, '1970-01-01'),"
	      " (UNHEX(REPEAT('01', 16)), 'a', '{\"x\":1}', 'queued', 2,"
	      "  '1970-01-01 00:00:10', NULL, NULL, '1970-01-01'),"
	      " (UNHEX(REPEAT('02', 16)), 'b', '{}', 'queued', 0,"
	      "  '1970-01-01 00:00:20', NULL, NULL, '1970-01-01'),"
	      " (UNHEX(REPEAT('04', 16)), 'd', '{}', 'running', 3,"
	      "  '1970-01-01 00:00:01', '1970-01-01 00:00:15',"
	      "  UNHEX(REPEAT('0A', 16)), '1970-01-01'),"
	      " (UNHEX(REPEAT('05', 16)), 'e', '{}', 'done', 1,"
	      "  '1970-01-01 00:00:01', NULL, NULL, '1970-01-01'),"
	      " (UNHEX(REPEAT('06', 16)), 'f', '{}', 'dead', 10,"
	      "  '1970-01-01 00:00:01', NULL, NULL, '1970-01-01'),"
	      " (UNHEX(REPEAT('07', 16)), 'g', '{}', 'cancelled', 1,"
	      "  '1970-01-01 00:00:01', NULL, NULL, '1970-01-01')");
}

struct timestamp
moment(int64_t s)
{
	return (struct timestamp){s * 1000000};
}

/* Columns of EXPLAIN: 5 is key, 8 rows, 9 extra. */
struct plan
tasking_explain(const char *sql)
{
	struct arena *mem = arena_new(1 << 16);
	MYSQL *my = mysql_init(NULL);
	struct plan plan = {.rows = -1};
	const struct db_target *t;
	char explain[1000];
	MYSQL_RES *rows;
	const char *why;
	MYSQL_ROW row;

	t = db_target_parse(mem, setting("ATRIUM_TEST_ADMIN_URL"), &why);
	snprintf(explain, sizeof(explain), "EXPLAIN %s", sql);
	CU_ASSERT_PTR_NOT_NULL_FATAL(mysql_real_connect(
	    my, t->host, t->user, t->password, t->name, t->port, t->socket, 0));
	CU_ASSERT_EQUAL_FATAL(mysql_query(my, explain), 0);
	rows = mysql_store_result(my);
	row = mysql_fetch_row(rows);
	snprintf(plan.key, sizeof(plan.key), "%s", row[5] ? row[5] : "");
	snprintf(plan.extra, sizeof(plan.extra), "%s", row[9] ? row[9] : "");
	plan.rows = strtoll(row[8] ? row[8] : "-1", NULL, 10);
	mysql_free_result(rows);
	mysql_close(my);
	arena_free(mem);
	return plan;
}

int64_t
tasking_count(const char *where)
{
	char sql[400];

	snprintf(
	    sql, sizeof(sql), "SELECT COUNT(*) FROM tasks WHERE %s", where);
	return admin_int(sql);
}

enum err
tasking_trace(struct task *t, const char *what)
{
	return db_exec(t->db, NULL,
	    SQL("INSERT INTO traces (task, attempt, what) VALUES (?, ?, ?)",
		ARG(t->id), ARG(t->attempt), ARG(what)));
}

pid_t
tasking_spawn(const struct config *config, const struct task_kind *const *kinds,
    bool once)
{
	pid_t pid = fork();
	int fd;

	if (pid != 0)
		return pid;
	fd = open(log_path(), O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	log_init("tasks", LOG_INFO);
	_exit(runner_run(config, kinds, NULL, once));
}

int
tasking_wait(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

const char *
tasking_log(void)
{
	static char text[1 << 20];
	FILE *f = fopen(log_path(), "re");
	size_t n = 0;

	if (f != NULL) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	if (strstr(text, "Sanitizer") != NULL ||
	    strstr(text, "runtime error") != NULL) {
		fputs(text, stderr);
		CU_FAIL("a sanitizer's report");
	}
	return text;
}
