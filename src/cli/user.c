/*
 * atrium user: accounts, for whoever runs the installation. This file finds
 * the command and holds what all of them need.
 */
#include "cli/user.h"
#include "audit/model.h"
#include "cli/terminal.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/prompt.h"
#include "core/crypto.h"
#include "core/decode.h"
#include "core/email.h"
#include "core/log.h"
#include "core/password_policy.h"
#include "core/utf8.h"

enum { TRIES = 3 };

static const struct user_command *const commands[] = {&create_command,
    &first_command, &ls_command, &passwd_command, &activate_command,
    &deactivate_command, &superuser_command, &reset_mfa_command};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

void
user_open(struct user_job *job)
{
	struct pool_options options = {.size = 1};
	const char *why;

	job->mem = arena_new(CLI_MEMORY);
	job->config = config_load(job->mem);
	options.wait_ms = (int)job->config->DB_WAIT_MS;
	options.timeout_ms = (int)job->config->DB_TIMEOUT_MS;
	options.target =
	    db_target_parse(job->mem, job->config->DATABASE_URL, &why);
	if (options.target == NULL)
		log_fatal("DATABASE_URL is wrong: %s.", why);
	db_library_open();
	db_init(&job->db, pool_new(&options), job->mem, NULL);
}

void
user_close(struct user_job *job)
{
	db_release(&job->db);
	pool_free(job->db.pool);
	db_library_close();
	arena_free(job->mem);
}

enum err
user_transact(struct user_job *job, enum db_tx tx,
    enum err (*run)(struct user_job *, void *), void *arg)
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

struct search {
	const char *key;
	struct user *user;
};

static enum err
find(struct user_job *job, void *arg)
{
	struct search *s = arg;

	return users_by_email(&job->db, s->key, s->user);
}

enum err
user_record(struct user_job *job, const char *action, struct uuid id)
{
	char text[UUID_TEXT];
	const struct audit_entry e = {.id = uuid_new(),
	    .at = time_now(),
	    .action = action,
	    .object_type = "user",
	    .object_id = uuid_format(&id, text)};

	return audit_insert(&job->db, &e);
}

const char *
user_key(struct arena *mem, const char *email)
{
	const char *normal, *why;

	if (!utf8_valid(email, strlen(email)))
		return NULL;
	normal = email_normalise(mem, email, &why);
	return email_fold(mem, normal != NULL ? normal : email);
}

enum err
user_find(struct user_job *job, const char *email, struct user *u)
{
	struct search s = {.key = user_key(job->mem, email), .user = u};

	if (s.key == NULL)
		return ERR_NOT_FOUND;
	return user_transact(job, TX_READ, find, &s);
}

bool
user_accept(struct arena *a, const char *name, const char *text,
    struct user_register *in)
{
	const struct field *f = schema_field(&user_register, name);
	struct fault fault = {.message = "it is not UTF-8"};
	size_t n = strlen(text);

	if (utf8_valid(text, n) && field_parse(a, f, text, n, in, &fault) == OK)
		return true;
	n = strlen(fault.message);
	fprintf(stderr, "atrium: The %s is not right: %s%s\n", name,
	    terminal_text(a, fault.message, strlen(fault.message), NULL),
	    fault.message[n - 1] == '.' ? "" : ".");
	return false;
}

static bool
accept_password(struct user_job *job, const char *text, const char *email,
    const char *full_name, struct user_register *in)
{
	const char *why;

	if (!user_accept(job->mem, "password", text, in))
		return false;
	why = password_fault(job->config, in->password, email, full_name);
	if (why != NULL)
		fprintf(stderr, "atrium: %s.\n", why);
	return why == NULL;
}

int
user_read_password(struct user_job *job, const char *email,
    const char *full_name, const char **phc)
{
	struct password_cost cost = users_password_cost(job->config);
	struct user_register in = {0};
	char password[PROMPT_MAX];
	bool good;

	if (!prompt_password(password))
		return CLI_FAILED;
	good = accept_password(job, password, email, full_name, &in);
	if (good)
		*phc = password_hash(job->mem, &cost, in.password);
	crypto_wipe(password, sizeof(password));
	return good ? CLI_OK : CLI_FAILED;
}

int
user_failed(struct user_job *job, enum err err, const char *email)
{
	email = terminal_text(job->mem, email, strlen(email), NULL);
	if (err == ERR_NOT_FOUND)
		fprintf(stderr,
		    "atrium: There is no account with the address %s.\n",
		    email);
	else if (err == ERR_CONFLICT)
		fprintf(stderr,
		    "atrium: There is an account with the address %s already. "
		    "Nothing was changed.\n",
		    email);
	else if (err == ERR_OUTCOME)
		fprintf(stderr,
		    "atrium: The connection was lost while %s was stored. Run "
		    "the command again to see whether it is there.\n",
		    email);
	else
		fprintf(stderr,
		    "atrium: The database did not answer as it should (%s). "
		    "Does it run at DATABASE_URL, and is \"atrium migrate up\" "
		    "done? Nothing was changed.\n",
		    err_name(err));
	return CLI_FAILED;
}

int
user_wrong(const struct user_command *command, const char *what)
{
	fprintf(stderr, "atrium user %s: %s.\nUsage: atrium user %s",
	    command->name, what, command->usage);
	return CLI_USAGE;
}

/* The first line of each command's own help. */
static int
print_usage(FILE *out)
{
	const char *usage;

	fputs("Usage: atrium user COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++) {
		usage = commands[i]->usage;
		fprintf(out, "  %.*s\n", (int)strcspn(usage, "\n"), usage);
	}
	return fputs("\n\"atrium user COMMAND --help\" says more.\n", out) < 0;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 ||
		    strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int
run(const struct user_command *command, int argc, char **argv)
{
	int status;

	if (wants_help(argc, argv))
		return printf("Usage: atrium user %s", command->usage) < 0;
	status = command->run(argc, argv);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fputs("atrium: What was to be said could not be written.\n", stderr);
	return status != CLI_OK ? status : CLI_FAILED;
}

int
cli_user(int argc, char **argv)
{
	if (argc < 2) {
		fputs("atrium user: which command?\n", stderr);
		print_usage(stderr);
		return CLI_USAGE;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i]->name) == 0)
			return run(commands[i], argc - 1, argv + 1);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return print_usage(stdout);
	fputs("atrium user: there is no such command.\n", stderr);
	print_usage(stderr);
	return CLI_USAGE;
}
