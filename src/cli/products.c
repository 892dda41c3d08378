/*
 * atrium products: all products in and out of files. This file finds the
 * command and holds what both need.
 */
#include "cli/products.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "core/log.h"

/* Statements are short, but not the COMMIT of a million rows. */
enum { TIMEOUT_MS = 600000 };

static const struct products_command *const commands[] = {
    &products_import, &products_export};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

void
products_open(struct products_job *job)
{
	struct pool_options options = {.size = 1, .timeout_ms = TIMEOUT_MS};
	const char *why;

	job->mem = arena_new(CLI_MEMORY);
	job->config = config_load(job->mem);
	options.wait_ms = (int)job->config->DB_WAIT_MS;
	if (options.timeout_ms < job->config->DB_TIMEOUT_MS)
		options.timeout_ms = (int)job->config->DB_TIMEOUT_MS;
	options.target =
	    db_target_parse(job->mem, job->config->DATABASE_URL, &why);
	if (options.target == NULL)
		log_fatal("DATABASE_URL is wrong: %s.", why);
	db_library_open();
	db_init(&job->db, pool_new(&options), job->mem, NULL);
	sigprocmask(SIG_SETMASK, NULL, &job->before);
}

void
products_close(struct products_job *job)
{
	db_release(&job->db);
	pool_free(job->db.pool);
	db_library_close();
	arena_free(job->mem);
	/* A signal that has waited ends the program here. */
	fflush(stdout);
	sigprocmask(SIG_SETMASK, &job->before, NULL);
}

/* Not those that whoever started this does not want to be heard (nohup). */
static sigset_t
guarded(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction is;
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], NULL, &is) == 0 &&
		    is.sa_handler != SIG_IGN)
			sigaddset(&set, ends[i]);
	return set;
}

void
products_guard(struct products_job *job)
{
	sigset_t set = guarded();

	sigprocmask(SIG_BLOCK, &set, &job->before);
}

bool
products_interrupted(void)
{
	sigset_t set = guarded(), pending;

	sigpending(&pending);
	sigandset(&set, &set, &pending);
	return !sigisemptyset(&set);
}

void
products_done(void)
{
	const struct timespec now = {0};
	sigset_t set = guarded();

	while (sigtimedwait(&set, NULL, &now) > 0)
		continue;
}

enum products_format
products_format(const char *name)
{
	if (strcmp(name, "csv") == 0)
		return FORMAT_CSV;
	return strcmp(name, "jsonl") == 0 ? FORMAT_JSONL : FORMAT_WRONG;
}

enum products_format
products_format_of(const char *file)
{
	const char *dot = strrchr(file, '.');
	enum products_format format;

	if (dot == NULL)
		return FORMAT_NONE;
	format = products_format(dot + 1);
	return format == FORMAT_WRONG ? FORMAT_NONE : format;
}

int
products_failed(enum err err)
{
	if (err == ERR_OUTCOME)
		fputs("atrium: The connection was lost while the products were"
		      " stored: either all of them are, or none. Run the"
		      " command again with --mode upsert --dry-run to see.\n",
		    stderr);
	else if (err == ERR_RETRY || err == ERR_CONFLICT)
		fputs("atrium: Others were changing the same products all the"
		      " time. Nothing was changed: run the command again.\n",
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
products_wrong(const struct products_command *command, const char *what)
{
	fprintf(stderr, "atrium products %s: %s.\nUsage: atrium products %s",
	    command->name, what, command->usage);
	return CLI_USAGE;
}

/* The first line of each command's own help. */
static int
print_usage(FILE *out)
{
	const char *usage;

	fputs("Usage: atrium products COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		usage = commands[i]->usage;
		fprintf(out, "  %.*s\n", (int)strcspn(usage, "\n"), usage);
	}
	return fputs("\n\"atrium products COMMAND --help\" says more.\n", out) <
	       0;
}

static bool
is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
run(const struct products_command *command, int argc, char **argv)
{
	int status;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (is_help(argv[i]))
			return printf("Usage: atrium products %s",
				   command->usage) < 0;
	status = command->run(argc, argv);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("atrium: What was to be said could not be written.\n", stderr);
	return status != CLI_OK ? status : CLI_FAILED;
}

int
cli_products(int argc, char **argv)
{
	if (argc < 2) {
		fputs("atrium products: which command?\n", stderr);
		print_usage(stderr);
		return CLI_USAGE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argc - 1, argv + 1);
	if (is_help(argv[1]))
		return print_usage(stdout);
	fputs("atrium products: there is no such command.\n", stderr);
	print_usage(stderr);
	return CLI_USAGE;
}
