/*
 * atrium migrate: the words of the command line for db/migrate.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "core/config.h"
#include "db/migrate.h"

static const char usage[] =
    "Usage: atrium migrate up|down|status|history|resolve\n"
    "Bring the database to the schema of this program, step by step. The\n"
    "steps are the files of MIGRATIONS_DIR; DATABASE_ADMIN_URL is used.\n"
    "\n"
    "  up                        apply what is pending\n"
    "  down [--to NNNN]          revert the newest change, or all after NNNN\n"
    "  status                    what is applied and pending; exit status 0\n"
    "                            when nothing is pending\n"
    "  history                   everything that was done, by whom\n"
    "  resolve NNNN applied|reverted\n"
    "                            say how a change that was cut off stands\n";

static int
wrong(const char *what)
{
	fprintf(stderr, "atrium migrate: %s\n%s", what, usage);
	return CLI_USAGE;
}

static bool
read_version(const char *text, int64_t *version)
{
	char *end;

	*version = strtol(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0';
}

static int
down(struct migrator *m, int argc, char **argv)
{
	int64_t to = -1;

	if (argc == 0)
		return migrate_down(m, to);
	if (argc != 2 || strcmp(argv[0], "--to") != 0 ||
	    !read_version(argv[1], &to))
		return wrong("down takes --to and a number");
	return migrate_down(m, to);
}

static int
resolve(struct migrator *m, int argc, char **argv)
{
	int64_t version;

	if (argc != 2 || !read_version(argv[0], &version))
		return wrong("resolve takes a number and a word");
	if (strcmp(argv[1], "applied") == 0)
		return migrate_resolve(m, version, true);
	if (strcmp(argv[1], "reverted") == 0)
		return migrate_resolve(m, version, false);
	return wrong("resolve takes `applied` or `reverted`");
}

static int
run(struct migrator *m, int argc, char **argv)
{
	const char *verb = argv[0];

	if (strcmp(verb, "down") == 0)
		return down(m, argc - 1, argv + 1);
	if (strcmp(verb, "resolve") == 0)
		return resolve(m, argc - 1, argv + 1);
	if (argc != 1)
		return wrong("that takes no more words");
	if (strcmp(verb, "up") == 0)
		return migrate_up(m);
	if (strcmp(verb, "status") == 0)
		return migrate_status(m);
	return migrate_history(m);
}

static int
connect_and_run(
    const struct config *config, struct arena *mem, int argc, char **argv)
{
	struct migrator m = {.mem = mem};
	const char *why = "is not set";

	if (config->DATABASE_ADMIN_URL != NULL)
		m.target =
		    db_target_parse(mem, config->DATABASE_ADMIN_URL, &why);
	if (m.target == NULL) {
		fprintf(stderr, "atrium migrate: DATABASE_ADMIN_URL %s\n", why);
		return CLI_CONFIG;
	}
	if (changes_load(mem, config->MIGRATIONS_DIR, &m.changes, &why)) {
		fprintf(stderr, "atrium migrate: %s\n", why);
		return CLI_FAILED;
	}
	return run(&m, argc, argv);
}

/* Before the settings are read: a slip needs none. */
static bool
is_command(const char *word)
{
	static const char *const words[] = {
	    "up", "down", "status", "history", "resolve"};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

int
cli_migrate(int argc, char **argv)
{
	struct arena *mem;
	int status, i;

	for (i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return fputs(usage, stdout) < 0;
	if (argc < 2)
		return wrong("which command?");
	if (!is_command(argv[1]))
		return wrong("no such command");
	mem = arena_new(CLI_MEMORY);
	db_library_open();
	status = connect_and_run(config_load(mem), mem, argc - 1, argv + 1);
	db_library_close();
	arena_free(mem);
	return status;
}
