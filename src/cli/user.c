/* atrium user: accounts that nobody can sign up for, above all the first
 * administrator. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/prompt.h"
#include "core/crypto.h"
#include "core/decode.h"
#include "core/email.h"
#include "core/log.h"
#include "core/utf8.h"
#include "db/unit.h"
#include "users/model.h"

enum { TRIES = 3 };

static const char usage[] =
    "Usage: atrium user create EMAIL [--superuser] [--full-name NAME]\n"
    "       atrium user first\n"
    "\n"
    "  create   make an account; its password is the first line of standard\n"
    "           input, or asked for at a terminal\n"
    "  first    make the administrator that FIRST_SUPERUSER and\n"
    "           FIRST_SUPERUSER_PASSWORD name, unless the account exists\n";

/* What both commands work with. */
struct job {
	struct arena *mem;
	const struct config *config;
	struct db db;
};

static void
open_job(struct job *job)
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

static void
close_job(struct job *job)
{
	db_release(&job->db);
	pool_free(job->db.pool);
	db_library_close();
	arena_free(job->mem);
}

static enum err
insert(struct db *db, const struct user *u)
{
	enum err err = ERR_RETRY;

	for (int i = 0; i < TRIES && err == ERR_RETRY; i++) {
		db_phase(db, TX_WRITE);
		err = users_insert(db, u);
		if (err == OK)
			err = db_commit(db);
		if (err != OK)
			db_rollback(db);
	}
	return err;
}

static enum err
find(struct db *db, const char *email_key, struct user *u)
{
	enum err err = ERR_RETRY;

	for (int i = 0; i < TRIES && err == ERR_RETRY; i++) {
		db_phase(db, TX_READ);
		err = users_by_email(db, email_key, u);
		if (err == OK)
			err = db_commit(db);
	}
	return err;
}

static int
report(enum err err, const struct user *u)
{
	if (err == OK)
		return printf("Created the %s %s.\n",
			   u->is_superuser ? "administrator" : "account",
			   u->email) < 0;
	if (err == ERR_CONFLICT)
		fprintf(stderr,
		    "atrium: There is an account with the address %s already. "
		    "Nothing was changed.\n",
		    u->email);
	else if (err == ERR_OUTCOME)
		fprintf(stderr,
		    "atrium: The connection was lost while %s was stored. Run "
		    "the command again to see whether it is there.\n",
		    u->email);
	else
		fprintf(stderr,
		    "atrium: The database did not answer as it should (%s). "
		    "Does it run at DATABASE_URL, and is \"atrium migrate up\" "
		    "done? Nothing was changed.\n",
		    err_name(err));
	return CLI_FAILED;
}

/* The rules of a sign-up; says what is against them. */
static bool
accept_text(struct arena *a, const char *name, const char *text,
    struct user_register *in)
{
	const struct field *f = schema_field(&user_register, name);
	struct fault fault = {.message = "it is not UTF-8"};
	size_t n = strlen(text);

	if (utf8_valid(text, n) && field_parse(a, f, text, n, in, &fault) == OK)
		return true;
	n = strlen(fault.message);
	fprintf(stderr, "atrium: The %s is not right: %s%s\n", name,
	    fault.message, fault.message[n - 1] == '.' ? "" : ".");
	return false;
}

static struct user
make_user(struct job *job, const struct user_register *in)
{
	struct password_cost cost = users_password_cost(job->config);
	struct user u = users_new(job->mem, in->email);

	u.full_name = in->full_name;
	u.password = password_hash(job->mem, &cost, in->password);
	return u;
}

static int
store(struct job *job, const char *email, const char *full_name, bool superuser)
{
	struct user_register in = {0};
	char password[PROMPT_MAX];
	struct user u;
	bool good;

	if (!accept_text(job->mem, "email", email, &in) ||
	    (full_name != NULL &&
		!accept_text(job->mem, "full_name", full_name, &in)))
		return CLI_USAGE;
	if (!prompt_password(password))
		return CLI_FAILED;
	good = accept_text(job->mem, "password", password, &in);
	if (good)
		u = make_user(job, &in);
	crypto_wipe(password, sizeof(password));
	if (!good)
		return CLI_FAILED;
	u.is_superuser = superuser;
	return report(insert(&job->db, &u), &u);
}

static int
wrong(const char *what)
{
	fprintf(stderr, "atrium user: %s.\n%s", what, usage);
	return CLI_USAGE;
}

/* argv[0] is "create", which getopt skips. */
static int
create(int argc, char **argv)
{
	static const struct option options[] = {
	    {"superuser", no_argument, NULL, 's'},
	    {"full-name", required_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
	const char *full_name = NULL;
	bool superuser = false;
	struct job job;
	int option, status;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return wrong("that option is not known");
		if (option == 's')
			superuser = true;
		else
			full_name = optarg;
	}
	if (argc - optind != 1)
		return wrong("create takes one e-mail address");
	open_job(&job);
	status = store(&job, argv[optind], full_name, superuser);
	close_job(&job);
	return status;
}

/*
 * An account that has the address but not the rights is left as it is: it may
 * be somebody else's, who was faster.
 */
static int
keep_first(const struct user *u)
{
	if (u->is_superuser && u->is_active)
		return printf("The administrator %s exists.\n", u->email) < 0;
	fprintf(stderr,
	    "atrium: The account %s exists, but is no active administrator. "
	    "Nothing was changed; \"atrium user create OTHER --superuser\" "
	    "makes one.\n",
	    u->email);
	return CLI_OK;
}

static int
ensure_first(struct job *job)
{
	const struct config *c = job->config;
	struct user_register in = {.email = c->FIRST_SUPERUSER,
	    .password = c->FIRST_SUPERUSER_PASSWORD};
	const char *key = email_fold(job->mem, in.email);
	struct user u = {.email = in.email};
	enum err err = find(&job->db, key, &u);

	if (err == OK)
		return keep_first(&u);
	if (err != ERR_NOT_FOUND)
		return report(err, &u);
	if (*in.password == '\0') {
		fputs(
		    "atrium: FIRST_SUPERUSER_PASSWORD is missing. Put it into "
		    ".env or the environment (8 to 128 characters).\n",
		    stderr);
		return CLI_CONFIG;
	}
	u = make_user(job, &in);
	u.is_superuser = true;
	err = insert(&job->db, &u);
	/* Another start was faster. */
	if (err == ERR_CONFLICT && find(&job->db, key, &u) == OK)
		return keep_first(&u);
	return report(err, &u);
}

static int
first(void)
{
	struct job job;
	int status = CLI_OK;

	open_job(&job);
	if (*job.config->FIRST_SUPERUSER == '\0')
		puts("FIRST_SUPERUSER is not set: there is nothing to do.");
	else
		status = ensure_first(&job);
	close_job(&job);
	return status;
}

int
cli_user(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc >= 2 && strcmp(argv[1], "create") == 0)
		return create(argc - 1, argv + 1);
	if (argc == 2 && strcmp(argv[1], "first") == 0)
		return first();
	return wrong("it takes \"create EMAIL\" or \"first\"");
}
