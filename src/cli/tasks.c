/*
 * atrium tasks: the runner of background tasks, and a look at their queue.
 * This file finds the command, runs the runner, and holds what all need.
 */
#include "cli/tasks.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "cli/cli.h"
#include "core/log.h"
#include "db/migrate.h"
#include "kv/store.h"
#include "tasks/runner.h"

enum { TRIES = 4 };

static const struct tasks_command run_command;

static const struct tasks_command *const commands[] = {&run_command, &tasks_ls,
    &tasks_show, &tasks_retry, &tasks_cancel, &tasks_kinds};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static struct pool *
open_pool(struct arena *mem, const struct config *config)
{
	struct pool_options options = {.size = 1,
	    .wait_ms = (int)config->DB_WAIT_MS,
	    .timeout_ms = (int)config->DB_TIMEOUT_MS};
	const char *why;

	options.target = db_target_parse(mem, config->DATABASE_URL, &why);
	if (options.target == NULL)
		log_fatal("DATABASE_URL is wrong: %s.", why);
	return pool_new(&options);
}

void
tasks_open(struct tasks_job *job)
{
	job->mem = arena_new(CLI_MEMORY);
	job->config = config_load(job->mem);
	db_library_open();
	db_init(&job->db, open_pool(job->mem, job->config), job->mem, NULL);
}

void
tasks_close(struct tasks_job *job)
{
	db_release(&job->db);
	pool_free(job->db.pool);
	db_library_close();
	arena_free(job->mem);
}

enum err
tasks_transact(struct tasks_job *job, enum db_tx tx,
    enum err (*run)(struct tasks_job *, void *), void *arg)
{
	enum err err = ERR_RETRY;

	for (int i = 0; i < TRIES && err == ERR_RETRY; i++) {
		db_phase(&job->db, tx);
		err = run(job, arg);
		if (err == OK)
			err = db_commit(&job->db);
		if (err != OK)
			db_rollback(&job->db);
	}
	return err;
}

int
tasks_failed(enum err err)
{
	if (err == ERR_OUTCOME)
		fputs("atrium: The connection was lost while the change was"
		      " stored. Run the command again to see whether it is"
		      " there.\n",
		    stderr);
	else
		fprintf(stderr,
		    "atrium: The database did not answer as it should (%s). "
		    "Does it run at DATABASE_URL, and is \"atrium migrate up\" "
		    "done? Nothing was changed.\n",
		    err_name(err));
	return CLI_FAILED;
}

int
tasks_wrong(const struct tasks_command *command, const char *what)
{
	fprintf(stderr, "atrium tasks %s: %s.\nUsage: atrium tasks %s",
	    command->name, what, command->usage);
	return CLI_USAGE;
}

/* Tasks of another schema would fail one by one: better none begins. */
static void
check_schema(struct arena *mem, const struct config *config)
{
	struct pool *pool = open_pool(mem, config);
	int64_t count;
	const char *why;

	if (migrate_await(pool, config->MIGRATIONS_DIR, &count, mem, &why))
		log_fatal("%s", why);
	pool_free(pool);
}

static int
run(int argc, char **argv)
{
	bool once = argc == 2 && strcmp(argv[1], "--once") == 0;
	const struct config *config;
	struct kv_store *kv;
	struct arena *mem;
	int status;

	if (argc > 2 || (argc == 2 && !once))
		return tasks_wrong(&run_command, "it takes --once or nothing");
	mem = arena_new(CLI_MEMORY);
	config = config_load(mem);
	log_init("tasks", log_level_of(config->LOG_LEVEL));
	db_library_open();
	check_schema(mem, config);
	kv = kv_store_new(config);
	status = runner_run(config, app_tasks, kv, once);
	kv_store_free(kv);
	if (once && status != 0)
		fputs("atrium: The queue could not be read to its end: the"
		      " database did not answer as it should.\n",
		    stderr);
	db_library_close();
	arena_free(mem);
	return status;
}

static const struct tasks_command run_command = {"run",
    "[run [--once]]\n"
    "Run background tasks as they become due, TASK_THREADS at a time, until\n"
    "SIGTERM, SIGINT or SIGUSR1; then finish what runs, within\n"
    "DRAIN_TIMEOUT_MS. Any number of runners may share a database. Wherever\n"
    "the web workers run, one of them must run too, with the same settings:\n"
    "\n"
    "  multiwatch -f 1 -r 10 -t 1000 -- atrium tasks\n"
    "\n"
    "  --once   run what is due, then end\n"
    "\n"
    "Exit status: 0; 1 with --once, when the database was away; 75 when the\n"
    "deadline cut off tasks: they are back in the queue and will run again.\n",
    run};

/* The first line of each command's own help. */
static int
print_usage(FILE *out)
{
	const char *usage;

	fputs("Usage: atrium tasks [COMMAND [ARGUMENT...]]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		usage = commands[i]->usage;
		fprintf(out, "  %.*s\n", (int)strcspn(usage, "\n"), usage);
	}
	return fputs("\nWithout a command it runs tasks. \"atrium tasks COMMAND"
		     " --help\" says more.\n",
		   out) < 0;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
start(const struct tasks_command *command, int argc, char **argv)
{
	int status;

	for (int i = 1; i < argc; i++)
		if (is_help(argv[i]))
			return printf("Usage: atrium tasks %s",
				   command->usage) < 0;
	status = command->run(argc, argv);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("atrium: What was to be said could not be written.\n", stderr);
	return status != CLI_OK ? status : CLI_FAILED;
}

int
cli_tasks(int argc, char **argv)
{
	if (argc < 2 || strcmp(argv[1], "--once") == 0)
		return start(&run_command, argc, argv);
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return start(commands[i], argc - 1, argv + 1);
	if (is_help(argv[1]))
		return print_usage(stdout);
	fputs("atrium tasks: there is no such command.\n", stderr);
	print_usage(stderr);
	return CLI_USAGE;
}
