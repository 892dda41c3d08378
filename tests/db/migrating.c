/*
 * The processes that migrate, and what they leave.
 */
#include "migrating.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "db/migrate.h"

extern char **environ;

char migrations[512];
char output[8192];

/* An empty folder and a database without history. */
void
fresh(void)
{
	char path[1024];
	struct dirent *e;
	DIR *d;

	snprintf(migrations, sizeof(migrations), "%s/migrations",
	    setting("ATRIUM_TEST_DIR"));
	mkdir(migrations, 0700);
	d = opendir(migrations);
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", migrations, e->d_name);
		unlink(path);
	}
	closedir(d);
	admin("SET FOREIGN_KEY_CHECKS = 0");
	admin("SET @all = (SELECT CONCAT('DROP TABLE IF EXISTS ',"
	      " COALESCE(GROUP_CONCAT(table_name), 'm_one')) FROM"
	      " information_schema.tables WHERE table_schema = DATABASE())");
	admin("EXECUTE IMMEDIATE @all");
	admin("SET FOREIGN_KEY_CHECKS = 1");
}

void
put(const char *name, const char *text)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", migrations, name);
	f = fopen(path, "we");
	fputs(text, f);
	fclose(f);
}

void
put_three(void)
{
	put("0001_one.sql", "-- up\nCREATE TABLE m_one (n INT);\n"
			    "-- down\nDROP TABLE m_one;\n");
	put("0002_two.sql",
	    "-- up\n-- a `;` that ends nothing: ';'\n"
	    "CREATE TABLE m_two (n VARCHAR(9) DEFAULT 'a;''b') /* ; */; -- x\n"
	    "-- down\nDROP TABLE m_two");
	put("0003_three.sql", "-- up\nINSERT INTO m_one VALUES (3)\n"
			      "-- down\nDELETE FROM m_one WHERE n = 3\n");
}

static void
run_child(int out, const char *words)
{
	static char env[5][600], word[6][64];
	static char *variables[6], *argv[7];
	int argc = 1, n = 0;

	snprintf(env[0], sizeof(env[0]), "SECRET_KEY=%064d", 7);
	snprintf(env[1], sizeof(env[1]), "DATABASE_URL=%s",
	    setting("ATRIUM_TEST_DATABASE_URL"));
	snprintf(env[2], sizeof(env[2]), "DATABASE_ADMIN_URL=%s",
	    setting("ATRIUM_TEST_ADMIN_URL"));
	snprintf(env[3], sizeof(env[3]), "MIGRATIONS_DIR=%s", migrations);
	snprintf(env[4], sizeof(env[4]), "ATRIUM_ENV_FILE=/dev/null");
	for (n = 0; n < 5; n++)
		variables[n] = env[n];
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	environ = variables;
	argv[0] = word[0];
	while (argc < 6 && sscanf(words, "%63s%n", word[argc], &n) == 1) {
		argv[argc] = word[argc];
		argc++;
		words += n;
	}
	n = cli_migrate(argc, argv);
	fflush(stdout);
	_exit(n);
}

/* Starts it; `*out` is where its words can be read. */
pid_t
migrate_start(const char *words, int *out)
{
	int fds[2];
	pid_t pid;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		run_child(fds[1], words);
	close(fds[1]);
	*out = fds[0];
	return pid;
}

int
migrate_finish(pid_t pid, int out)
{
	size_t n = 0;
	ssize_t got;
	int status = 0;

	while (n < sizeof(output) - 1 &&
	       (got = read(out, output + n, sizeof(output) - 1 - n)) > 0)
		n += (size_t)got;
	output[n] = '\0';
	close(out);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
migrate(const char *words)
{
	int out;
	pid_t pid = migrate_start(words, &out);

	return migrate_finish(pid, out);
}

bool
says(const char *text)
{
	if (strstr(output, text) != NULL)
		return true;
	printf("\n  it does not say \"%s\":\n%s\n", text, output);
	return false;
}

int64_t
tables(void)
{
	return admin_int("SELECT COUNT(*) FROM information_schema.TABLES"
			 " WHERE TABLE_SCHEMA = DATABASE()"
			 " AND TABLE_NAME LIKE 'm\\_%'");
}

/* What the worker thinks of it. */
enum err
check(void)
{
	struct arena *mem = arena_new(1 << 22);
	struct pool *pool = new_pool(1, 100, 5000);
	const char *why = "";
	int64_t count = -1;
	enum err err = migrate_check(pool, migrations, &count, mem, &why);

	snprintf(output, sizeof(output), "%lld: %s", (long long)count,
	    err != OK ? why : "");
	pool_free(pool);
	arena_free(mem);
	return err;
}
